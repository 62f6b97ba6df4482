//! From blocks to batches: every line goes somewhere.

use std::{mem, path::PathBuf, str};

use crate::{
    ErrorKind, Location, Result,
    error::Problem,
    gff::{Directive, Line, LineEnd, decode},
    input::BlockEnd,
    load::{
        batch::{Batch, Issue, OtherLine, Rows, Sequence, SideRow, Span},
        rows::{RowBuilder, SourceLine},
    },
};

mod fasta;
mod long_line;

use self::{fasta::Fasta, long_line::LongLine};

/// The byte order mark that some editors put before a text.
const MARK: &str = "\u{feff}";

/// What the parser counted of one file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Lines, a last one without a line end included.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Lines that were left out because they are no records.
    pub skipped: u64,
}

/// Parses the blocks of one file, in order.
#[derive(Debug)]
pub struct Parser {
    path: PathBuf,
    builder: RowBuilder,
    skip_bad_lines: bool,
    counts: Counts,
    next_record: i64,
    /// How the file's first line ends; LF until there is one that ends.
    line_end: Option<LineEnd>,
    last_line_end: LineEnd,
    fasta: Option<Fasta>,
    /// The bytes of a record's line, at most.
    longest_line: usize,
    /// The line that the last block broke off in.
    long_line: Option<LongLine>,
    /// Lines of the last block that the batch had no room for: their text, and their bytes where these are
    /// others.
    rest: Option<(String, Vec<u8>)>,
    /// Whether the file is cut off where the block at hand ends.
    truncated: bool,
    told_of_encoding: bool,
}

/// What is left of a block: the same stretch as text and as bytes of the file. A line break is one byte in
/// any encoding that gets here.
#[derive(Clone, Copy, Debug)]
struct Rest<'b> {
    text: &'b str,
    raw: &'b [u8],
}

/// The first line of a rest.
#[derive(Clone, Copy, Debug)]
struct First<'b> {
    line: &'b str,
    raw: &'b [u8],
    end: LineEnd,
}

impl<'b> Rest<'b> {
    /// Splits the first line off; there must be one.
    fn split(self) -> (First<'b>, Self) {
        let (line, end, text) = LineEnd::split(self.text);
        let after = match self.raw.len() == self.text.len() {
            true => text.len(),
            // Re-read text has other lengths than its bytes.
            false => memchr::memchr(b'\n', self.raw).map_or(0, |at| self.raw.len() - at - 1),
        };
        let (first, after) = self.raw.split_at(self.raw.len() - after);
        let raw = &first[..first.len() - end.as_str().len()];
        (First { line, raw, end }, Self { text, raw: after })
    }
}

/// A block: its text, and its bytes in the file.
#[derive(Clone, Copy, Debug)]
struct Block<'b> {
    text: &'b str,
    raw: &'b [u8],
}

impl Parser {
    /// Starts a file whose first record gets the identifier `first_record`.
    pub fn new(
        path: PathBuf,
        builder: RowBuilder,
        first_record: i64,
        skip_bad_lines: bool,
    ) -> Self {
        Self {
            path,
            builder,
            skip_bad_lines,
            counts: Counts::default(),
            next_record: first_record,
            line_end: None,
            last_line_end: LineEnd::None,
            fasta: None,
            longest_line: long_line::LONGEST,
            long_line: None,
            rest: None,
            truncated: false,
            told_of_encoding: false,
        }
    }

    /// Returns what was counted so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Returns how the file's lines end, and how its last line does.
    pub fn line_ends(&self) -> (LineEnd, LineEnd) {
        (self.line_end.unwrap_or(LineEnd::Lf), self.last_line_end)
    }

    /// Returns what makes the rows.
    pub fn builder(&self) -> &RowBuilder {
        &self.builder
    }

    /// Ends the file; returns what makes the rows, for the next one.
    pub fn into_builder(self) -> RowBuilder {
        self.builder
    }

    /// Returns what is known of the last sequence once the file ends; nothing where it is cut off.
    pub fn last_sequence(&self) -> Option<Sequence> {
        self.fasta.as_ref().filter(|_| !self.truncated)?.sequence()
    }

    /// Returns the sequences that are longer than a feature said, once the file ends.
    pub fn extents(&mut self) -> Vec<Sequence> {
        self.builder.extents()
    }

    /// Says what a file has that has no record.
    pub fn no_records(&self) -> String {
        let lines = self.counts.lines;
        let found = match &self.fasta {
            Some(_) => "sequences in FASTA alone",
            None if self.counts.skipped > 0 => "none but lines that were skipped",
            None => "none but comments, directives and blank lines",
        };
        format!(
            "0 records: expected lines of GFF3 or GTF, found {found} in {lines} lines; is it the right file? \
             --allow-empty loads it all the same"
        )
    }

    /// Parses a block into a batch whose buffers are used again. Where there is [`more`](Self::has_more) than
    /// a batch holds, the rest is for the next.
    ///
    /// # Errors
    ///
    /// A line that is no record, unless such lines are skipped; or temporary files cannot be written.
    pub fn parse(&mut self, block: Vec<u8>, end: BlockEnd, mut batch: Batch) -> Result<Batch> {
        self.truncated = end == BlockEnd::Truncated;
        self.begin(&mut batch);
        let Some(block) = self.piece(block, end, &mut batch)? else {
            return Ok(batch);
        };
        batch.text = match String::from_utf8(block) {
            Ok(text) => text,
            Err(error) => {
                batch.raw = error.into_bytes();
                self.reread(&batch.raw, &mut batch.rows)
            }
        };
        self.fill(batch)
    }

    /// Tells whether lines of the last block are left.
    pub fn has_more(&self) -> bool {
        self.rest.is_some()
    }

    /// Parses lines of the last block that are left.
    ///
    /// # Errors
    ///
    /// As [`Parser::parse`].
    pub fn parse_more(&mut self, mut batch: Batch) -> Result<Batch> {
        self.begin(&mut batch);
        (batch.text, batch.raw) = self.rest.take().unwrap_or_default();
        self.fill(batch)
    }

    fn begin(&mut self, batch: &mut Batch) {
        batch.rows.clear();
        batch.rows.first_record = self.next_record;
        batch.raw.clear();
    }

    /// Parses the batch's text, and keeps what it has no room for.
    fn fill(&mut self, mut batch: Batch) -> Result<Batch> {
        let Batch { text, raw, rows } = &mut batch;
        let block = Block {
            text,
            raw: if raw.is_empty() { text.as_bytes() } else { raw },
        };
        let rest = self.lines(block, rows)?;
        let (text_left, raw_left) = (rest.text.len(), rest.raw.len());
        if text_left > 0 {
            let raw = match raw.is_empty() {
                true => Vec::new(),
                false => raw.split_off(raw.len() - raw_left),
            };
            self.rest = Some((text.split_off(text.len() - text_left), raw));
        }
        self.builder.check_sorter()?;
        Ok(batch)
    }

    /// Reads a block that is not UTF-8: each line that is not, as Latin-1.
    fn reread(&mut self, raw: &[u8], rows: &mut Rows) -> String {
        let mut text = String::with_capacity(raw.len() + raw.len() / 8);
        // The line that the block goes on with was counted.
        let first = self.counts.lines + u64::from(self.long_line.is_none());
        let mark = MARK.as_bytes();
        let raw = match raw.strip_prefix(mark) {
            Some(rest) if self.counts.lines == 0 => {
                text.push_str(MARK);
                rest
            }
            _ => raw,
        };
        for (index, line) in raw.split_inclusive(|&b| b == b'\n').enumerate() {
            match str::from_utf8(line) {
                Ok(line) => text.push_str(line),
                Err(_) => {
                    text.extend(line.iter().map(|&b| char::from(b)));
                    if !mem::replace(&mut self.told_of_encoding, true) {
                        rows.small.push(SideRow::Issue(Issue::warning(
                            first + index as u64,
                            "not-utf8",
                            "not UTF-8: read as Latin-1, and the exact bytes kept in table \
                             verbatim; further such lines are not listed",
                        )));
                    }
                }
            }
        }
        text
    }

    /// Parses lines until the batch is full; returns those that are left.
    fn lines<'b>(&mut self, block: Block<'b>, rows: &mut Rows) -> Result<Rest<'b>> {
        let Block { text, raw } = block;
        let mut rest = self.end_long_line(Rest { text, raw }, block, rows);
        if self.counts.lines == 0 && rest.text.starts_with(MARK) {
            let (mark, raw) = rest.raw.split_at(MARK.len());
            let text = &rest.text[MARK.len()..];
            rest = Rest { text, raw };
            self.other("mark", mark, LineEnd::None, block, rows);
        }
        while !rest.text.is_empty() && !rows.is_full() {
            if self.fasta.is_some() {
                rest = self.fasta_run(rest, block, rows);
                continue;
            }
            let (first, after) = rest.split();
            if let Line::Fasta(_) = Line::of(first.line) {
                self.fasta = Some(Fasta::default());
                continue;
            }
            self.counts.lines += 1;
            self.end_line(first.end);
            self.line(first, block, rows)?;
            rest = after;
        }
        Ok(rest)
    }

    fn line(&mut self, first: First<'_>, block: Block<'_>, rows: &mut Rows) -> Result<()> {
        let First { line, raw, end } = first;
        if self.truncated && end == LineEnd::None {
            return self.bad(Problem::Truncated, raw, end, block, rows);
        }
        match Line::of(line) {
            Line::Record(text) => {
                let source = SourceLine {
                    text,
                    raw,
                    number: self.counts.lines,
                    block: block.text,
                    bytes: block.raw,
                };
                let record = self.next_record;
                match self.builder.add(source, record, rows) {
                    Ok(()) => {
                        self.next_record += 1;
                        self.counts.records += 1;
                        if let Some(end) = self.odd(end) {
                            let line = Span::of_slice(block.raw, raw);
                            rows.small.push(SideRow::Verbatim {
                                record,
                                field: "line_end",
                                bytes: line.after(end.len()),
                            });
                        }
                        Ok(())
                    }
                    Err(problem) => self.bad(problem, raw, end, block, rows),
                }
            }
            Line::Directive(text) => {
                self.directive(text, rows);
                self.other("directive", raw, end, block, rows);
                Ok(())
            }
            Line::Comment(_) => {
                self.other("comment", raw, end, block, rows);
                Ok(())
            }
            Line::Blank(_) | Line::Fasta(_) => {
                self.other("blank", raw, end, block, rows);
                Ok(())
            }
        }
    }

    fn bad(
        &mut self,
        problem: Problem,
        raw: &[u8],
        end: LineEnd,
        block: Block<'_>,
        rows: &mut Rows,
    ) -> Result<()> {
        let line = self.counts.lines;
        if !self.skip_bad_lines {
            let path = self.path.clone();
            let at = Location { path, line };
            return Err(ErrorKind::Line { at, problem }.into());
        }
        self.counts.skipped += 1;
        rows.small
            .push(SideRow::Issue(Issue::skipped(line, &problem)));
        self.other("bad", raw, end, block, rows);
        Ok(())
    }

    /// Keeps a line that is no record.
    fn other(
        &mut self,
        kind: &'static str,
        raw: &[u8],
        end: LineEnd,
        block: Block<'_>,
        rows: &mut Rows,
    ) {
        let line_end = match kind {
            "mark" => Some(""),
            _ => self.odd(end),
        };
        rows.small.push(SideRow::OtherLine(OtherLine {
            line: self.counts.lines,
            part: 0,
            before_record: self.next_record,
            kind,
            text: Span::of_slice(block.raw, raw),
            line_end,
        }));
    }

    fn end_line(&mut self, end: LineEnd) {
        if end != LineEnd::None && self.line_end.is_none() {
            self.line_end = Some(end);
        }
        self.last_line_end = end;
    }

    /// Returns a line end that is not how the file's lines end. The missing one at the file's very
    /// end is the dataset's to know.
    fn odd(&self, end: LineEnd) -> Option<&'static str> {
        (end != LineEnd::None && Some(end) != self.line_end).then(|| end.as_str())
    }

    fn directive(&mut self, line: &str, rows: &mut Rows) {
        let Some(Directive::SequenceRegion { seqid, end, .. }) = Directive::parse(line) else {
            return;
        };
        rows.small.push(SideRow::Sequence(Sequence {
            seqid: decode(seqid).into_owned(),
            length: (end > 0).then_some((end, "directive")),
            circular: false,
        }));
    }
}

#[cfg(test)]
mod tests;
