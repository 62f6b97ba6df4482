//! BED12: a transcript a line, its exons as blocks, its coding part thick.

use rusqlite::Connection;

use super::{
    bed::{BedName, number, score, strand, text},
    line_renderer::LineRenderer,
    records::NotShown,
};
use crate::{
    class::Class,
    query::{Extents, Row},
    tree::{Child, Tree},
};

/// Writes BED12.
///
/// A record has a line where it has exons, CDS or UTRs of its own on its sequence, or is of class `transcript`. Blocks are the exons, or, where there are none, CDS and UTRs joined. The thick
/// part is from the first to the last base of the CDS. Without CDS, thickStart and thickEnd are both
/// chromStart, as UCSC's description of the format has it.
pub struct Bed12<'d> {
    spelled: LineRenderer<'d>,
    tree: Tree<'d>,
    children: Vec<Child>,
    extents: Extents,
    name: BedName,
    /// Records that have no line, and are not of a type that is a part, and those that begin below base 1.
    pub not_shown: NotShown,
    /// Lines written.
    pub lines: u64,
}

impl<'d> Bed12<'d> {
    /// Starts a file.
    pub(super) fn new(
        connection: &'d Connection,
        spelled: LineRenderer<'d>,
        extents: Extents,
        name: BedName,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            spelled,
            tree: Tree::new(connection)?,
            children: Vec::new(),
            extents,
            name,
            not_shown: NotShown::default(),
            lines: 0,
        })
    }

    /// Writes a record's line, where it has one.
    ///
    /// `thick` are the first and the last base of the CDS, where they are others than its records have.
    pub fn record(
        &mut self,
        row: &Row<'_>,
        thick: Option<(i64, i64)>,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let (Some(seqid), Some(extent)) = (row.seqid(), self.extents.of(row)) else {
            self.not_shown.left_out += 1;
            return Ok(());
        };
        let mut exons = Vec::new();
        let mut cds = Vec::new();
        let mut joined = Vec::new();
        let passing = row.passing();
        let class = self.tree.classes().of(passing.ty);
        self.tree.children(&passing, &mut self.children)?;
        for part in self.children.iter().filter(|part| part.is_on_sequence) {
            let Some(bases) = part.bases else { continue };
            let block = self.extents.between(row, bases);
            match part.class {
                Some(Class::Exon) => exons.push(block),
                Some(Class::Cds) => {
                    cds.push(block);
                    joined.push(block);
                }
                Some(Class::Utr) => joined.push(block),
                _ => {}
            }
        }
        let mut blocks = match exons.is_empty() {
            true => joined,
            false => exons,
        };
        if blocks.is_empty() {
            match class {
                Some(Class::Transcript) => blocks.push(extent),
                Some(class) if class.is_part() => return Ok(()),
                _ => {
                    self.not_shown.left_out += 1;
                    return Ok(());
                }
            }
        }
        let mut blocks = merged(blocks);
        if blocks[0].0 < 1 {
            self.not_shown.clipped += 1;
            blocks.retain(|block| block.1 >= 1);
            let Some(block) = blocks.first_mut() else {
                return Ok(());
            };
            block.0 = block.0.max(1);
        }
        self.lines += 1;
        let (first, last) = (blocks[0].0, blocks[blocks.len() - 1].1);
        let cds = thick.or_else(|| {
            let from = cds.iter().map(|c| c.0).min()?;
            Some((from, cds.iter().map(|c| c.1).max()?))
        });
        let thick = cds
            .filter(|(from, to)| *from <= last && *to >= first)
            .map_or((before(first), before(first)), |(from, to)| {
                (before(from.max(first)), to.min(last))
            });
        text(self.spelled.sequences().shown(seqid).as_bytes(), out);
        number(before(first), out);
        number(last, out);
        out.push(b'\t');
        text(self.name.of(row).as_deref().unwrap_or(b"."), out);
        number(score(row.score()), out);
        out.push(b'\t');
        out.extend_from_slice(strand(row.strand().map(str::as_bytes)));
        number(thick.0, out);
        number(thick.1, out);
        out.extend_from_slice(b"\t0");
        number(blocks.len() as i64, out);
        list(blocks.iter().map(|b| b.1.saturating_sub(before(b.0))), out);
        list(blocks.iter().map(|b| b.0.saturating_sub(first)), out);
        out.push(b'\n');
        Ok(())
    }
}

/// Returns the base before, as BED counts a start.
fn before(base: i64) -> i64 {
    base.saturating_sub(1)
}

/// Writes a tab and numbers, each with a comma after it.
fn list(numbers: impl Iterator<Item = i64>, out: &mut Vec<u8>) {
    out.push(b'\t');
    for number in numbers {
        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        out.push(b',');
    }
}

/// Joins blocks that overlap or touch; they come sorted by their start.
fn merged(mut blocks: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    blocks.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(blocks.len());
    for (start, end) in blocks {
        match merged.last_mut() {
            Some(last) if before(start) <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_touch_are_one() {
        for (blocks, expected) in [
            (vec![(1, 5), (6, 9), (11, 12)], vec![(1, 9), (11, 12)]),
            (vec![(6, 9), (1, 5)], vec![(1, 9)]),
            (vec![(1, 9), (2, 3), (8, 12)], vec![(1, 12)]),
        ] {
            assert_eq!(merged(blocks), expected);
        }
    }
}
