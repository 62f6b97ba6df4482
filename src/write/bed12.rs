//! BED12: a transcript a line, its exons as blocks, its coding part thick.

use super::{
    bed::{BedName, number, score, strand, text},
    line_renderer::LineRenderer,
    records::NotShown,
    stop_codon::{StopCodon, StopCodons},
};
use crate::{
    Result,
    class::Class,
    coords::{Interval, merged},
    model::Models,
    query::{Database, Row},
};

/// Writes BED12.
///
/// A record has a line where it has exons, CDS or UTRs of its own on its sequence, or is of class `transcript`. Blocks are the exons, or, where there are none, CDS and UTRs joined. The thick
/// part is from the first to the last base of the CDS. Without CDS, thickStart and thickEnd are both
/// chromStart, as UCSC's description of the format has it.
pub struct Bed12<'d> {
    spelled: LineRenderer<'d>,
    database: &'d Database,
    models: Models<'d>,
    stop_codons: Option<StopCodons<'d>>,
    name: BedName,
    /// Records that have no line, and are not of a type that is a part, and those that begin below base 1.
    pub not_shown: NotShown,
    /// Lines written.
    pub lines: u64,
}

impl<'d> Bed12<'d> {
    /// Starts a file.
    pub(super) fn new(
        database: &'d Database,
        spelled: LineRenderer<'d>,
        name: BedName,
        stop_codon: StopCodon,
    ) -> Result<Self> {
        Ok(Self {
            spelled,
            models: Models::new(database.connection()).map_err(|e| database.failed(e))?,
            database,
            stop_codons: StopCodons::new(database, stop_codon)?,
            name,
            not_shown: NotShown::default(),
            lines: 0,
        })
    }

    /// Writes a record's line, where it has one.
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<()> {
        let (Some(seqid), Some(extent)) = (row.seqid(), row.bases(self.models.extents())) else {
            self.not_shown.left_out += 1;
            return Ok(());
        };
        let passing = row.passing();
        let class = self.models.classes().of(passing.ty);
        let parts = self.models.parts(&passing);
        let parts = parts.map_err(|e| self.database.failed(e))?;
        let ((mut blocks, _), coding) = (parts.exons(), parts.coding());
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
        if blocks[0].first < 1 {
            self.not_shown.clipped += 1;
            blocks.retain(|block| block.last >= 1);
            let Some(block) = blocks.first_mut() else {
                return Ok(());
            };
            block.first = block.first.max(1);
        }
        self.lines += 1;
        let (start, end) = blocks[0].hull(blocks[blocks.len() - 1]).half_open();
        let written = match &mut self.stop_codons {
            Some(stop_codons) => stop_codons.extent(row)?,
            None => None,
        };
        let thick = written
            .or(coding)
            .and_then(|coding| coding.within(start.saturating_add(1), end))
            .map_or((start, start), Interval::half_open);
        text(self.spelled.sequences().shown(seqid).as_bytes(), out);
        number(start, out);
        number(end, out);
        out.push(b'\t');
        text(self.name.of(row).as_deref().unwrap_or(b"."), out);
        number(score(row.score()), out);
        out.push(b'\t');
        out.extend_from_slice(strand(row.strand().map(str::as_bytes)));
        number(thick.0, out);
        number(thick.1, out);
        out.extend_from_slice(b"\t0");
        number(blocks.len() as i64, out);
        list(blocks.iter().map(|block| block.len()), out);
        list(
            blocks
                .iter()
                .map(|block| block.half_open().0.saturating_sub(start)),
            out,
        );
        out.push(b'\n');
        Ok(())
    }
}

/// Writes a tab and numbers, each with a comma after it.
fn list(numbers: impl Iterator<Item = i64>, out: &mut Vec<u8>) {
    out.push(b'\t');
    for number in numbers {
        out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
        out.push(b',');
    }
}
