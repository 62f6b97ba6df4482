//! Sequence after `##FASTA`: lines kept in runs, and their bases counted.

use super::{Block, Parser, Rest};
use crate::{
    gff::Line,
    load::batch::{Issue, OtherLine, Rows, Sequence, SideRow, Span},
};

/// The sequence whose lines are being passed by.
#[derive(Debug, Default)]
pub(super) struct Fasta {
    seqid: String,
    length: i64,
    /// Whether the line at hand is one of bases, and not a header or a comment.
    is_bases: bool,
}

impl Fasta {
    /// Begins a line; returns what is known of the sequence before where the line is the next one's header.
    fn begin_line(&mut self, line: &str) -> Option<Sequence> {
        self.is_bases = !line.starts_with(['>', '#']);
        let header = line.strip_prefix('>')?;
        let before = self.sequence();
        let name = header.split_ascii_whitespace().next().unwrap_or_default();
        name.clone_into(&mut self.seqid);
        self.length = 0;
        before
    }

    /// Counts the bases of the line at hand, or of a part of it.
    pub(super) fn count(&mut self, part: &[u8]) {
        if self.is_bases {
            let blanks = part.iter().filter(|b| b.is_ascii_whitespace()).count();
            self.length += (part.len() - blanks) as i64;
        }
    }

    /// Returns what is known of the sequence once all its lines were seen.
    pub(super) fn sequence(&self) -> Option<Sequence> {
        (self.length > 0 && !self.seqid.is_empty()).then(|| Sequence {
            seqid: self.seqid.clone(),
            length: Some((self.length, "fasta")),
            circular: false,
        })
    }
}

impl Parser {
    /// Keeps lines of sequence as one run, until the batch is full, or a line is a record again; returns those that are
    /// left.
    pub(super) fn fasta_run<'b>(
        &mut self,
        rest: Rest<'b>,
        block: Block<'_>,
        rows: &mut Rows,
    ) -> Rest<'b> {
        let first = self.counts.lines + 1;
        let mut left = rest;
        while !left.text.is_empty() && !rows.is_full() {
            let (line, after) = left.split();
            if Line::ends_fasta(line.line) {
                self.end_fasta(rows);
                break;
            }
            self.counts.lines += 1;
            self.begin_sequence_line(line.line, rows);
            self.end_line(line.end);
            left = after;
        }
        let run = &rest.raw[..rest.raw.len() - left.raw.len()];
        if run.is_empty() {
            return left;
        }
        rows.small.push(SideRow::OtherLine(OtherLine {
            line: first,
            part: 0,
            before_record: self.next_record,
            kind: "fasta",
            text: Span::of_slice(block.raw, run),
            line_end: Some(""),
        }));
        left
    }

    /// Goes on with records after sequence.
    ///
    /// GFF3 1.26, "##FASTA": "Once a ##FASTA section is encountered no other content beyond valid FASTA sequence is
    /// allowed."
    fn end_fasta(&mut self, rows: &mut Rows) {
        let last = self.fasta.take().and_then(|fasta| fasta.sequence());
        rows.small.extend(last.map(SideRow::Sequence));
        rows.small.push(SideRow::Issue(Issue::warning(
            self.counts.lines + 1,
            "record-after-fasta",
            "records follow the sequence of ##FASTA, as where two files were put together: they are loaded; GFF3 has \
             no records there",
        )));
    }

    /// Takes note of a line of sequence, or of the first part of one.
    pub(super) fn begin_sequence_line(&mut self, line: &str, rows: &mut Rows) {
        let fasta = self.fasta.get_or_insert_default();
        let before = fasta.begin_line(line);
        rows.small.extend(before.map(SideRow::Sequence));
        fasta.count(line.as_bytes());
    }
}
