//! One pass over the lines of a file: each by itself, and what spans them.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    str,
};

use rusqlite::params;

use super::{
    column9::Column9,
    extra, record, show,
    store::{Record as Row, Store},
    types::Types,
};
use crate::{
    ErrorKind, Location, Result,
    error::Problem,
    gff::{Line, LineEnd, Record, Syntax, decode},
};

const KEEP_LINK: &str = include_str!("../../schema/check/keep_link.sql");
const FIND_REGION: &str = include_str!("../../schema/check/find_region.sql");
const NOTE_REGION: &str = include_str!("../../schema/check/note_region.sql");
const NOTE_SEEN: &str = include_str!("../../schema/check/note_seen.sql");
const NOTE_CIRCULAR: &str = include_str!("../../schema/check/note_circular.sql");
const NOTE_LANDMARK: &str = include_str!("../../schema/check/note_landmark.sql");

/// The byte order mark that some editors put before a text.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads the lines of one file, in order.
pub(super) struct Scan {
    store: Store,
    pub types: Types,
    /// Whether table `extra` is filled, for a consumer.
    extra: bool,
    lines: u64,
    records: u64,
    /// How many `###` there were.
    section: u64,
    /// Line of the first `##gff-version`.
    version: Option<u64>,
    /// What it has for 3.
    other_version: Option<String>,
    /// How the first record with attributes writes them, and its line.
    syntax: Option<(Syntax, u64)>,
    /// Line of the first record that is no GTF.
    gff3: Option<u64>,
    line_end: Option<LineEnd>,
    fasta: bool,
    /// The sequence of the record before.
    seqid: String,
    path: PathBuf,
    /// A line that the last block broke off in.
    open: Vec<u8>,
    /// The same, of a long comment or line of sequence, of which no more than its end is kept.
    long: Option<Long>,
}

/// A comment or a line of sequence that is longer than [`LONG`]; it was checked by its beginning.
struct Long {
    number: u64,
    /// The beginning of a character, or a CR.
    tail: Vec<u8>,
    is_utf8: bool,
}

/// Of a longer line that is no record, the rest is not held.
const LONG: usize = 1 << 18;

/// The bytes of a line, at most: what SQLite stores in one row.
const LONGEST: usize = 1_000_000_000;

impl Scan {
    /// Starts a file.
    pub fn new(path: &Path, store: Store, extra: bool) -> Self {
        Self {
            store,
            types: Types::default(),
            extra,
            lines: 0,
            records: 0,
            section: 0,
            version: None,
            other_version: None,
            syntax: None,
            gff3: None,
            line_end: None,
            fasta: false,
            seqid: String::new(),
            path: path.into(),
            open: Vec::new(),
            long: None,
        }
    }

    /// Reads a block, which may begin and end within a line.
    pub fn block(&mut self, block: &[u8]) -> Result<()> {
        let mut rest = block;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(at + 1);
            if self.long.is_some() || !self.open.is_empty() {
                self.go_on(line)?;
                self.end_line()?;
            } else {
                self.line(line)?;
            }
            rest = after;
        }
        match rest.is_empty() {
            true => Ok(()),
            false => self.go_on(rest),
        }
    }

    /// Goes on with a line.
    fn go_on(&mut self, bytes: &[u8]) -> Result<()> {
        if self.long.is_some() {
            return self.go_on_long(bytes);
        }
        self.open.extend_from_slice(bytes);
        if self.open.len() <= LONG {
            return Ok(());
        }
        if self.fasta || self.open.starts_with(b"#") || self.open.starts_with(b">") {
            let head = std::mem::take(&mut self.open);
            self.lines += 1;
            // The end of a character may be missing, and then is no fault yet.
            let text = match str::from_utf8(&head) {
                Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
                _ => head.as_slice(),
            };
            self.long = Some(Long {
                number: self.lines,
                tail: Vec::new(),
                is_utf8: true,
            });
            self.go_on_long(&head)?;
            return self.text(self.lines, &latin1(ended(text).0));
        }
        if self.open.len() > LONGEST {
            let found = self.open.len();
            let (path, line) = (self.path.clone(), self.lines + 1);
            let (at, problem) = (Location { path, line }, Problem::TooLong { found });
            return Err(ErrorKind::Line { at, problem }.into());
        }
        Ok(())
    }

    /// Goes on with a long line, of which only the encoding is left to check.
    fn go_on_long(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(long) = &mut self.long else {
            return Ok(());
        };
        let bytes = [long.tail.as_slice(), bytes].concat();
        // A CR may be half of the line's end.
        let line = ended(&bytes).0;
        let end = line.strip_suffix(b"\r").unwrap_or(line).len();
        let (mut kept, mut wrong) = (end, None);
        if let Err(error) = str::from_utf8(&bytes[..end]) {
            kept = error.valid_up_to();
            if error.error_len().is_some() {
                wrong = bytes.get(kept).copied();
                kept = end;
            }
        }
        long.tail = bytes[kept..].to_vec();
        match wrong {
            Some(byte) if std::mem::take(&mut long.is_utf8) => {
                let number = long.number;
                self.not_utf8(number, byte)
            }
            _ => Ok(()),
        }
    }

    /// Ends the line that is open.
    fn end_line(&mut self) -> Result<()> {
        let Some(long) = self.long.take() else {
            let line = std::mem::take(&mut self.open);
            return self.line(&line);
        };
        let (tail, end) = ended(&long.tail);
        if let (Some(byte), true) = (tail.first(), long.is_utf8)
            && str::from_utf8(tail).is_err()
        {
            self.not_utf8(long.number, *byte)?;
        }
        self.line_end(long.number, end)
    }

    fn not_utf8(&mut self, number: u64, byte: u8) -> Result<()> {
        self.add(number, "not-utf8", || {
            format!("expected UTF-8, found the byte \\x{byte:02X}; convert the file")
        })
    }

    /// Ends the file; returns what it left, and how many lines it has.
    pub fn finish(mut self) -> Result<(Store, u64)> {
        if self.long.is_some() || !self.open.is_empty() {
            self.end_line()?;
        }
        if self.records == 0 {
            self.store.add(None, "no-records", || {
                String::from("expected records, found none")
            })?;
        }
        let gtf = self.records > 0 && self.gff3.is_none();
        if self.version.is_none() && !gtf {
            self.add(1, "gff-version-missing", || {
                String::from("expected ##gff-version 3 as the first line, found none in the file")
            })?;
        }
        // GTF is a dialect of version 2.
        if let (Some(line), Some(version), false) = (self.version, self.other_version.take(), gtf) {
            self.add(line, "gff-version-other", || {
                format!("expected version 3, found {}", show(&version))
            })?;
        }
        Ok((self.store, self.lines))
    }

    /// Notes a finding.
    pub fn add(
        &mut self,
        line: u64,
        code: &'static str,
        text: impl FnOnce() -> String,
    ) -> Result<()> {
        self.store.add(Some(line), code, text)
    }

    /// Returns how many `###` there were so far.
    pub fn section(&self) -> u64 {
        self.section
    }

    fn line(&mut self, mut bytes: &[u8]) -> Result<()> {
        if self.lines == 0 {
            bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
            if bytes.is_empty() {
                return Ok(());
            }
        }
        self.lines += 1;
        let number = self.lines;
        let (bytes, end) = ended(bytes);
        self.line_end(number, end)?;
        if let Err(error) = str::from_utf8(bytes) {
            let byte = bytes.get(error.valid_up_to()).copied();
            self.not_utf8(number, byte.unwrap_or_default())?;
        }
        self.text(number, &latin1(bytes))
    }

    /// Reads the text of a line, without its end.
    fn text(&mut self, number: u64, line: &str) -> Result<()> {
        if self.fasta {
            return self.sequence(number, line);
        }
        match Line::of(line) {
            Line::Record(text) => {
                self.records += 1;
                record::check(self, number, text)
            }
            Line::Directive(text) => self.directive(number, text),
            Line::Fasta(text) => {
                self.fasta = true;
                if text.starts_with('>') {
                    self.add(number, "fasta-implied", || {
                        String::from("sequence begins here without a line ##FASTA before it")
                    })?;
                }
                Ok(())
            }
            Line::Comment(_) | Line::Blank(_) => Ok(()),
        }
    }

    fn line_end(&mut self, number: u64, end: LineEnd) -> Result<()> {
        match (self.line_end, end) {
            (_, LineEnd::None) => {}
            (None, end) => self.line_end = Some(end),
            (Some(first), end) if first != end => {
                let name = |end| match end {
                    LineEnd::CrLf => "CR LF",
                    _ => "LF",
                };
                self.add(number, "line-ends-mixed", || {
                    let (first, end) = (name(first), name(end));
                    format!("expected {first} at the end, as on the first line, found {end}")
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A line after `##FASTA`.
    fn sequence(&mut self, number: u64, line: &str) -> Result<()> {
        if Line::ends_fasta(line) {
            self.add(number, "record-after-fasta", || {
                String::from("expected sequence, found a record; move it before ##FASTA")
            })?;
        }
        Ok(())
    }

    fn directive(&mut self, number: u64, text: &str) -> Result<()> {
        let mut words = text[2..].split_ascii_whitespace();
        match words.next() {
            Some("gff-version") => self.gff_version(number, words.next()),
            Some("sequence-region") => self.region(number, text, words),
            Some("#") if words.next().is_none() => {
                self.section += 1;
                Ok(())
            }
            Some(word)
                if word
                    .get(..5)
                    .is_some_and(|w| w.eq_ignore_ascii_case("FASTA")) =>
            {
                self.add(number, "fasta-lookalike", || {
                    format!(
                        "expected ##FASTA and nothing else, found {}; taken for a comment",
                        show(text)
                    )
                })
            }
            _ => Ok(()),
        }
    }

    fn gff_version(&mut self, number: u64, version: Option<&str>) -> Result<()> {
        if let Some(first) = self.version {
            return self.add(number, "gff-version-repeated", || {
                format!("expected one ##gff-version, found the first on line {first}")
            });
        }
        self.version = Some(number);
        if number != 1 {
            self.add(number, "gff-version-late", || {
                format!("expected ##gff-version on line 1, found it on line {number}")
            })?;
        }
        let version = version.unwrap_or_default();
        if version != "3" && !version.starts_with("3.") {
            self.other_version = Some(version.to_owned());
        }
        Ok(())
    }

    fn region<'a>(
        &mut self,
        number: u64,
        text: &str,
        mut words: impl Iterator<Item = &'a str>,
    ) -> Result<()> {
        let seqid = words.next();
        let mut coordinate = || words.next().and_then(|word| word.parse::<i64>().ok());
        let (Some(seqid), Some(first), Some(last)) = (seqid, coordinate(), coordinate()) else {
            return self.add(number, "region-malformed", || {
                format!(
                    "expected ##sequence-region SEQID START END, found {}",
                    show(text)
                )
            });
        };
        if last < first {
            return self.add(number, "region-malformed", || {
                format!("end {last} is before start {first}")
            });
        }
        if first < 1 {
            self.add(number, "region-start", || {
                format!("expected start to be 1 or more, found {first}")
            })?;
        }
        let seqid = decode(seqid);
        let known = self
            .store
            .query(FIND_REGION, [&seqid], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (region, seen): (Option<i64>, Option<i64>) = known.unwrap_or_default();
        if let Some(line) = region {
            return self.add(number, "region-repeated", || {
                format!(
                    "{} has a ##sequence-region on line {line} already",
                    show(&seqid)
                )
            });
        }
        if let Some(line) = seen {
            self.add(number, "region-late", || {
                format!(
                    "expected the ##sequence-region of {} before its first record, found that on \
                     line {line}",
                    show(&seqid)
                )
            })?;
        }
        let line = number.cast_signed();
        self.store
            .write(NOTE_REGION, params![seqid, line, first, last])
    }

    /// Notes how a record writes its attributes.
    pub fn dialect(&mut self, number: u64, syntax: Option<Syntax>) -> Result<()> {
        if syntax != Some(Syntax::Gtf) {
            self.gff3.get_or_insert(number);
        }
        match (self.syntax, syntax) {
            (_, None) => Ok(()),
            (None, Some(syntax)) => {
                self.syntax = Some((syntax, number));
                Ok(())
            }
            (Some((first, line)), Some(syntax)) if first != syntax => {
                let name = |syntax| match syntax {
                    Syntax::Gff3 => "GFF3 (key=value)",
                    Syntax::Gtf => "GTF (key \"value\")",
                };
                self.add(number, "dialect-mixed", || {
                    let (first, syntax) = (name(first), name(syntax));
                    format!("expected {first} attributes, as on line {line}, found {syntax}")
                })
            }
            _ => Ok(()),
        }
    }

    /// Keeps a record for the checks of the whole file.
    pub fn keep(&mut self, row: &Row, column9: &Column9, record: &Record) -> Result<()> {
        let line = row.line.cast_signed();
        self.store.record(row)?;
        for (space, parent) in &column9.parents {
            self.store.write(KEEP_LINK, params![line, space, parent])?;
        }
        if self.seqid != row.seqid || self.records == 1 {
            row.seqid.clone_into(&mut self.seqid);
            self.store.write(NOTE_SEEN, params![row.seqid, line])?;
        }
        if column9.circular {
            self.store.write(NOTE_CIRCULAR, params![row.seqid, line])?;
        }
        if is_landmark(row, column9) {
            self.store
                .write(NOTE_LANDMARK, params![row.seqid, line, row.end])?;
        }
        if self.extra {
            extra::keep(&self.store, line, column9, record)?;
        }
        Ok(())
    }
}

/// Tells whether a record is the sequence that it is on: it has the type of one, starts at 1, and
/// is named as the sequence is (`chr1`, Ensembl's `chromosome:1`, NCBI's `NC_1:1..500`).
fn is_landmark(row: &Row, column9: &Column9) -> bool {
    let named = |name: &str| {
        name == row.seqid
            || name
                .strip_suffix(row.seqid)
                .is_some_and(|rest| rest.ends_with(':'))
            || name
                .strip_prefix(row.seqid)
                .is_some_and(|rest| rest.starts_with(":1.."))
    };
    row.start == Some(1)
        && record::is_landmark_type(row.ty)
        && (row.id.is_some_and(named) || column9.name.as_deref().is_some_and(named))
}

/// Returns a line without its end, and the end.
fn ended(bytes: &[u8]) -> (&[u8], LineEnd) {
    match bytes {
        [line @ .., b'\r', b'\n'] => (line, LineEnd::CrLf),
        [line @ .., b'\n'] => (line, LineEnd::Lf),
        line => (line, LineEnd::None),
    }
}

/// Returns bytes as text; what is no UTF-8 is taken for Latin-1.
fn latin1(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect()),
    }
}
