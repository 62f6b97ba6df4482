//! The eight columns that GFF3 and GTF share.

use std::io::{self, Write};

use super::{
    model::{Gene, Sequence, Span},
    names,
};

/// Columns 1 to 8 of one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns<'a> {
    pub(super) seqid: &'a str,
    pub(super) source: &'a str,
    pub(super) kind: &'a str,
    /// First and last position, 1-based, both inside.
    pub(super) place: (u64, u64),
    /// In hundredths, 0 to 99.
    pub(super) score: Option<u64>,
    pub(super) strand: char,
    /// 0, 1 or 2.
    pub(super) phase: Option<u64>,
}

impl<'a> Columns<'a> {
    /// Returns the columns of a part of a gene, without score and phase.
    pub(super) fn of(sequence: &'a Sequence, gene: &Gene, kind: &'a str, span: Span) -> Self {
        Self {
            seqid: &sequence.name,
            source: names::source(gene.number),
            kind,
            place: gene.place(span),
            score: None,
            strand: gene.strand.symbol(),
            phase: None,
        }
    }

    pub(super) fn score(self, score: Option<u64>) -> Self {
        Self { score, ..self }
    }

    pub(super) fn phase(self, phase: u64) -> Self {
        let phase = Some(phase);
        Self { phase, ..self }
    }

    /// Writes the columns, a tab after each.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let (start, end) = self.place;
        write!(out, "{}\t{}\t{}\t", self.seqid, self.source, self.kind)?;
        write!(out, "{start}\t{end}\t")?;
        match self.score {
            Some(hundredths) => write!(out, "0.{hundredths:02}")?,
            None => out.write_all(b".")?,
        }
        write!(out, "\t{}\t", self.strand)?;
        match self.phase {
            Some(phase) => write!(out, "{phase}\t"),
            None => out.write_all(b".\t"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_a_dot() -> io::Result<()> {
        let columns = Columns {
            seqid: "chr1",
            source: "demo",
            kind: "CDS",
            place: (8, 13),
            score: None,
            strand: '+',
            phase: None,
        };
        for (columns, expected) in [
            (columns, "chr1\tdemo\tCDS\t8\t13\t.\t+\t.\t"),
            (
                columns.phase(2).score(Some(5)),
                "chr1\tdemo\tCDS\t8\t13\t0.05\t+\t2\t",
            ),
        ] {
            let mut line = Vec::new();
            columns.write(&mut line)?;
            assert_eq!(line, expected.as_bytes());
        }
        Ok(())
    }
}
