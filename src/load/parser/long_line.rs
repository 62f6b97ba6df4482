//! Lines that are longer than a block, and come in pieces: a comment or a line of sequence is kept so, and any
//! other is put together first.

use super::{Block, Parser, Rest};
use crate::{
    ErrorKind, Location, Result,
    error::Problem,
    input::{BLOCK_SIZE, BlockEnd},
    load::batch::{Batch, Issue, OtherLine, Rows, SideRow, Span},
};

/// The bytes of a line that is put together, at most: what SQLite stores in one row.
pub(super) const LONGEST: usize = 1_000_000_000;

/// A line that the last block broke off in.
#[derive(Debug)]
pub(super) enum LongLine {
    /// One that has to be read as a whole: its bytes so far.
    Whole(Vec<u8>),
    /// One that is kept in pieces.
    Pieces {
        /// As table `_other_line` has it.
        kind: &'static str,
        /// How many pieces there were.
        parts: u32,
    },
}

impl Parser {
    /// Takes a block that may be a piece of a line, or end one. Returns whole lines that are to be parsed, the
    /// last of several pieces of a line in front; nothing where the line goes on.
    pub(super) fn piece(
        &mut self,
        mut block: Vec<u8>,
        end: BlockEnd,
        batch: &mut Batch,
    ) -> Result<Option<Vec<u8>>> {
        match self.long_line.take() {
            Some(LongLine::Whole(mut line)) => {
                line.append(&mut block);
                block = line;
            }
            open => self.long_line = open,
        }
        if end != BlockEnd::Piece {
            return Ok(Some(block));
        }
        let open = self.long_line.take().or_else(|| self.begin_pieces(&block));
        match open {
            Some(LongLine::Pieces { kind, parts }) => {
                self.keep_piece(block, kind, parts, batch);
            }
            _ if block.len() > self.longest_line => self.too_long(block, batch)?,
            _ => self.long_line = Some(LongLine::Whole(block)),
        }
        Ok(None)
    }

    /// Begins a line that is kept in pieces, if it is one: comments, directives and sequence.
    fn begin_pieces(&mut self, bytes: &[u8]) -> Option<LongLine> {
        // What is told by its first bytes alone.
        let kind = match (&self.fasta, bytes) {
            (Some(_), _) | (None, [b'>', ..]) => "fasta",
            (None, [b'#', b'#', ..]) => "directive",
            (None, [b'#', ..]) => "comment",
            _ => return None,
        };
        self.counts.lines += 1;
        Some(LongLine::Pieces { kind, parts: 0 })
    }

    fn keep_piece(&mut self, block: Vec<u8>, kind: &'static str, parts: u32, batch: &mut Batch) {
        if kind == "fasta" {
            match (parts, &mut self.fasta) {
                (1.., Some(fasta)) => fasta.count(&block),
                _ => self.begin_sequence_line(&String::from_utf8_lossy(&block), &mut batch.rows),
            }
        }
        let text = Span::of_slice(&block, &block);
        self.put_piece(kind, parts, text, Some(""), &mut batch.rows);
        batch.raw = block;
        self.long_line = Some(LongLine::Pieces {
            kind,
            parts: parts + 1,
        });
    }

    /// Keeps the last piece of a line that is kept in pieces; returns what follows.
    pub(super) fn end_long_line<'b>(
        &mut self,
        rest: Rest<'b>,
        block: Block<'b>,
        rows: &mut Rows,
    ) -> Rest<'b> {
        let Some(LongLine::Pieces { kind, parts }) = self.long_line.take() else {
            return rest;
        };
        let (first, after) = rest.split();
        self.end_line(first.end);
        let text = Span::of_slice(block.raw, first.raw);
        match &mut self.fasta {
            // A run has its line ends.
            Some(fasta) => {
                fasta.count(first.raw);
                let text = text.and(first.end.as_str().len());
                self.put_piece(kind, parts, text, Some(""), rows);
            }
            None => self.put_piece(kind, parts, text, self.odd(first.end), rows),
        }
        after
    }

    /// Keeps a line that is too long to be a record, in pieces.
    fn too_long(&mut self, block: Vec<u8>, batch: &mut Batch) -> Result<()> {
        self.counts.lines += 1;
        let line = self.counts.lines;
        let found = block.len();
        let problem = Problem::TooLong { found };
        if !self.skip_bad_lines {
            let path = self.path.clone();
            let at = Location { path, line };
            return Err(ErrorKind::Line { at, problem }.into());
        }
        self.counts.skipped += 1;
        let rows = &mut batch.rows;
        rows.small
            .push(SideRow::Issue(Issue::skipped(line, &problem)));
        let mut parts = 0;
        for piece in block.chunks(BLOCK_SIZE) {
            let text = Span::of_slice(&block, piece);
            self.put_piece("bad", parts, text, Some(""), rows);
            parts += 1;
        }
        batch.raw = block;
        self.long_line = Some(LongLine::Pieces { kind: "bad", parts });
        Ok(())
    }

    fn put_piece(
        &self,
        kind: &'static str,
        part: u32,
        text: Span,
        line_end: Option<&'static str>,
        rows: &mut Rows,
    ) {
        rows.small.push(SideRow::OtherLine(OtherLine {
            line: self.counts.lines,
            part,
            before_record: self.next_record,
            kind,
            text,
            line_end,
        }));
    }
}
