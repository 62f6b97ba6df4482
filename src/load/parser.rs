//! From blocks to batches: every line goes somewhere.

use std::{path::PathBuf, str};

use crate::{
    ErrorKind, Location, Result,
    error::Problem,
    gff::{Directive, Line, LineEnd, decode},
    input::BlockEnd,
    load::{
        batch::{Batch, Issue, OtherLine, Rows, Sequence, Small},
        rows::{RowBuilder, SourceLine},
    },
};

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
    /// Whether the file is cut off where the block at hand ends.
    truncated: bool,
    told_of_encoding: bool,
}

/// The sequence whose lines are being passed by.
#[derive(Debug, Default)]
struct Fasta {
    seqid: String,
    length: i64,
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

    /// Parses a block of whole lines into a batch whose buffers are used again.
    ///
    /// # Errors
    ///
    /// A line that is no record, unless such lines are skipped; or temporary files cannot be written.
    pub fn parse(&mut self, block: Vec<u8>, end: BlockEnd, mut batch: Batch) -> Result<Batch> {
        self.truncated = end == BlockEnd::Truncated;
        batch.rows.clear();
        batch.rows.first_record = self.next_record;
        batch.raw.clear();
        batch.text = match String::from_utf8(block) {
            Ok(text) => text,
            Err(error) => {
                batch.raw = error.into_bytes();
                self.reread(&batch.raw, &mut batch.rows)
            }
        };
        let Batch { text, raw, rows } = &mut batch;
        self.lines(text, raw, rows)?;
        self.builder.check_sorter()?;
        Ok(batch)
    }

    /// Reads a block that is not UTF-8: each line that is not, as Latin-1.
    fn reread(&mut self, raw: &[u8], rows: &mut Rows) -> String {
        let mut text = String::with_capacity(raw.len() + raw.len() / 8);
        for (index, line) in raw.split_inclusive(|&b| b == b'\n').enumerate() {
            match str::from_utf8(line) {
                Ok(line) => text.push_str(line),
                Err(_) => {
                    text.extend(line.iter().map(|&b| char::from(b)));
                    if !std::mem::replace(&mut self.told_of_encoding, true) {
                        let number = self.counts.lines + index as u64 + 1;
                        rows.small.push(Small::Issue(Issue::warning(
                            number,
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

    fn lines(&mut self, text: &str, raw: &[u8], rows: &mut Rows) -> Result<()> {
        let mut rest = text;
        let mut raw = if raw.is_empty() { text.as_bytes() } else { raw };
        if self.counts.lines == 0 && rest.starts_with(MARK) {
            rest = &rest[MARK.len()..];
            raw = &raw[MARK.len()..];
            self.other("mark", MARK.as_bytes(), LineEnd::None, 0, rows);
        }
        while !rest.is_empty() {
            if self.fasta.is_some() {
                self.fasta_run(rest, raw, rows);
                return Ok(());
            }
            let (line, end, after) = LineEnd::split(rest);
            // A line break is one byte in any encoding that gets here.
            let bytes = &raw[..raw.len() - after_len(raw, after, rest)];
            let bytes = &bytes[..bytes.len() - end.as_str().len()];
            if let Line::Fasta(_) = Line::of(line) {
                self.fasta = Some(Fasta::default());
                continue;
            }
            self.counts.lines += 1;
            self.end_line(end);
            self.line(line, bytes, end, text, rows)?;
            raw = &raw[bytes.len() + end.as_str().len()..];
            rest = after;
        }
        Ok(())
    }

    fn line(
        &mut self,
        line: &str,
        raw: &[u8],
        end: LineEnd,
        block: &str,
        rows: &mut Rows,
    ) -> Result<()> {
        let number = self.counts.lines;
        if self.truncated && end == LineEnd::None {
            return self.bad(Problem::Truncated, raw, end, rows);
        }
        match Line::of(line) {
            Line::Record(text) => {
                let source = SourceLine {
                    text,
                    raw,
                    number,
                    block,
                };
                let record = self.next_record;
                match self.builder.add(source, record, rows) {
                    Ok(()) => {
                        self.next_record += 1;
                        self.counts.records += 1;
                        if let Some(end) = self.odd(end) {
                            rows.small.push(Small::Verbatim {
                                record,
                                field: "line_end",
                                bytes: end.as_bytes().to_vec(),
                            });
                        }
                        Ok(())
                    }
                    Err(problem) => self.bad(problem, raw, end, rows),
                }
            }
            Line::Directive(text) => {
                self.directive(text, rows);
                self.other("directive", raw, end, number, rows);
                Ok(())
            }
            Line::Comment(_) => {
                self.other("comment", raw, end, number, rows);
                Ok(())
            }
            Line::Blank(_) | Line::Fasta(_) => {
                self.other("blank", raw, end, number, rows);
                Ok(())
            }
        }
    }

    fn bad(&mut self, problem: Problem, raw: &[u8], end: LineEnd, rows: &mut Rows) -> Result<()> {
        let line = self.counts.lines;
        if !self.skip_bad_lines {
            let path = self.path.clone();
            let at = Location { path, line };
            return Err(ErrorKind::Line { at, problem }.into());
        }
        self.counts.skipped += 1;
        rows.small
            .push(Small::Issue(Issue::skipped(line, &problem)));
        self.other("bad", raw, end, line, rows);
        Ok(())
    }

    /// Keeps a line that is no record.
    fn other(&mut self, kind: &'static str, raw: &[u8], end: LineEnd, line: u64, rows: &mut Rows) {
        let line_end = match kind {
            "mark" => Some(""),
            _ => self.odd(end),
        };
        rows.small.push(Small::OtherLine(OtherLine {
            line,
            before_record: self.next_record,
            kind,
            text: raw.to_vec(),
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
        rows.small.push(Small::Sequence(Sequence {
            seqid: decode(seqid).into_owned(),
            length: (end > 0).then_some((end, "directive")),
            circular: false,
        }));
    }

    /// Keeps the rest of a block as one run of sequence lines, and counts the bases.
    fn fasta_run(&mut self, text: &str, raw: &[u8], rows: &mut Rows) {
        let first = self.counts.lines + 1;
        let fasta = self.fasta.get_or_insert_default();
        let mut rest = text;
        let mut last = LineEnd::None;
        while !rest.is_empty() {
            let (line, end, after) = LineEnd::split(rest);
            self.counts.lines += 1;
            match line.strip_prefix('>') {
                Some(header) => {
                    rows.small.extend(fasta.sequence().map(Small::Sequence));
                    let name = header.split_ascii_whitespace().next().unwrap_or_default();
                    name.clone_into(&mut fasta.seqid);
                    fasta.length = 0;
                }
                None if line.starts_with('#') => {}
                None => {
                    let blank = |b: &u8| b.is_ascii_whitespace();
                    fasta.length += (line.len() - line.bytes().filter(blank).count()) as i64;
                }
            }
            last = end;
            rest = after;
        }
        self.end_line(last);
        rows.small.push(Small::OtherLine(OtherLine {
            line: first,
            before_record: self.next_record,
            kind: "fasta",
            text: raw.to_vec(),
            line_end: Some(""),
        }));
    }
}

/// Returns how many of the raw bytes belong to what follows the first line.
fn after_len(raw: &[u8], after: &str, rest: &str) -> usize {
    match raw.len() == rest.len() {
        true => after.len(),
        // Re-read text has other lengths than its bytes.
        false => memchr::memchr(b'\n', raw).map_or(0, |at| raw.len() - at - 1),
    }
}

impl Fasta {
    /// Returns what is known of the sequence once all its lines were seen.
    fn sequence(&self) -> Option<Sequence> {
        (self.length > 0 && !self.seqid.is_empty()).then(|| Sequence {
            seqid: self.seqid.clone(),
            length: Some((self.length, "fasta")),
            circular: false,
        })
    }
}
