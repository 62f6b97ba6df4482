//! A batch: the rows of one block, pointing into the text that they came from.

use crate::{
    error::Problem,
    input::BLOCK_SIZE,
    load::{layouts::NewLayout, parents::Namespace},
};

/// How many rows of the small tables a batch has, but for those of its last line.
const MOST_SMALL: usize = 4_096;

/// Bytes of a buffer that are kept for the next block: what blocks without very long lines fill.
const SLACK: usize = 4 * BLOCK_SIZE;

/// One block of text and everything that is to be stored of it.
#[derive(Debug, Default)]
pub struct Batch {
    /// The block, which most values are slices of.
    pub text: String,
    /// The block's bytes, where they are not UTF-8 and `text` is another reading of them.
    pub raw: Vec<u8>,
    /// What is to be stored.
    pub rows: Rows,
}

/// What is to be stored of one block.
#[derive(Debug, Default)]
pub struct Rows {
    /// Values that are not slices of the block: decoded, or put together.
    pub arena: String,
    /// Columns of table `gff` that turned up first in this block; they precede its rows.
    pub new_columns: Vec<String>,
    /// Layouts that turned up first in this block.
    pub layouts: Vec<NewLayout>,
    /// The values that are not NULL, record by record.
    pub cells: Vec<Cell>,
    /// For each record, where its cells end.
    pub ends: Vec<u32>,
    /// The `record_id` of the first record.
    pub first_record: i64,
    /// Rows of the small tables.
    pub small: Vec<SideRow>,
}

/// One value of a record.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The column of table `gff`, `record_id` being 0.
    pub column: u16,
    /// The value.
    pub value: Value,
}

/// A value of a column.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A score.
    Real(f64),
    /// A slice of the block.
    Block(Span),
    /// A slice of the arena.
    Arena(Span),
}

/// Bytes of a text: where they start, and how many. A block is smaller than 4 GiB.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Span {
    start: u32,
    len: u32,
}

/// A row of a table other than `gff`.
#[derive(Clone, Debug)]
pub enum SideRow {
    /// A parent of a record that has several.
    Parent {
        /// The record.
        record: i64,
        /// The parent's ID, a text.
        parent: Value,
    },
    /// A single value of a key that was asked for.
    AttributeValue {
        /// The record.
        record: i64,
        /// The key, a text.
        key: Value,
        /// The value, a text.
        value: Value,
    },
    /// Bytes that cannot be rendered from the columns.
    Verbatim {
        /// The record.
        record: i64,
        /// Which field.
        field: &'static str,
        /// Its bytes.
        bytes: Span,
    },
    /// A line that is no record, or a run of lines of sequence.
    OtherLine(OtherLine),
    /// Something to tell.
    Issue(Issue),
    /// A sequence that was named.
    Sequence(Sequence),
    /// Another name of a sequence, if the feature is all of it.
    Alias {
        /// The sequence.
        seqid: String,
        /// The other name.
        alias: String,
        /// The last base of the feature that has it, 1-based.
        end: i64,
    },
    /// A parent to look for once all is in.
    UnresolvedParent(UnresolvedParent),
}

/// A parent that was not seen lately, or a record that may be one.
#[derive(Clone, Copy, Debug)]
pub struct UnresolvedParent {
    /// What it names.
    pub namespace: Namespace,
    /// Its identifier, a text.
    pub parent: Value,
    /// The line of the child, from 1; in namespace `bare` the record itself.
    pub line: u64,
}

/// A line that is no record.
#[derive(Clone, Copy, Debug)]
pub struct OtherLine {
    /// Its number, from 1.
    pub line: u64,
    /// Of a line that is kept in pieces, which one this is, from 0.
    pub part: u32,
    /// The record that the next record line will be.
    pub before_record: i64,
    /// `directive`, `comment`, `blank`, `fasta`, `bad` or `mark`.
    pub kind: &'static str,
    /// Its bytes, without the line end.
    pub text: Span,
    /// How it ends, where that is not how the dataset's lines end.
    pub line_end: Option<&'static str>,
}

/// A problem that does not stop the load.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// The line, from 1.
    pub line: u64,
    /// Its stable name.
    pub code: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// What was found.
    pub text: String,
}

/// What a line says of a sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sequence {
    /// Its name.
    pub seqid: String,
    /// Its length in bases, and how that is known: `directive`, `feature` or `fasta`.
    pub length: Option<(i64, &'static str)>,
    /// Whether it is a circle.
    pub circular: bool,
}

impl Issue {
    /// A line that is left out.
    pub fn skipped(line: u64, problem: &Problem) -> Self {
        Self {
            line,
            code: problem.code(),
            severity: "error",
            text: problem.found(),
        }
    }

    /// A file that is cut off, of which what is there is stored.
    pub fn truncated(line: u64, reason: &str) -> Self {
        Self {
            line,
            code: "file-cut-off",
            severity: "error",
            text: format!("{reason}; what is there was loaded"),
        }
    }

    /// A line that is stored, though something is odd.
    pub fn warning(line: u64, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            line,
            code,
            severity: "warning",
            text: text.into(),
        }
    }
}

impl Batch {
    /// Returns bytes of the block as they are in the file.
    pub fn bytes(&self, span: Span) -> &[u8] {
        match self.raw.is_empty() {
            true => span.of_bytes(self.text.as_bytes()),
            false => span.of_bytes(&self.raw),
        }
    }

    /// Returns the text of a value that is one; nothing of any other.
    pub fn text(&self, value: Value) -> &str {
        value.text(&self.text, &self.rows.arena).unwrap_or_default()
    }

    /// Takes the block's bytes out, to be filled again as they are.
    pub fn take_block(&mut self) -> Vec<u8> {
        let text = std::mem::take(&mut self.text).into_bytes();
        match self.raw.is_empty() {
            true => text,
            false => std::mem::take(&mut self.raw),
        }
    }
}

impl Span {
    /// Returns the span of `part` in `whole`; `part` must be a slice of it.
    pub fn of(whole: &str, part: &str) -> Self {
        Self::of_slice(whole.as_bytes(), part.as_bytes())
    }

    /// Returns the span of `part` in `whole`; `part` must be a slice of it.
    pub fn of_slice(whole: &[u8], part: &[u8]) -> Self {
        Self {
            start: (part.as_ptr() as usize - whole.as_ptr() as usize) as u32,
            len: part.len() as u32,
        }
    }

    /// Returns the span with so many of the bytes that follow.
    pub fn and(self, len: usize) -> Self {
        Self {
            start: self.start,
            len: self.len + len as u32,
        }
    }

    /// Returns the span of the bytes that follow, so many.
    pub fn after(self, len: usize) -> Self {
        Self {
            start: self.start + self.len,
            len: len as u32,
        }
    }

    /// Returns the text.
    pub fn get(self, whole: &str) -> &str {
        let start = self.start as usize;
        &whole[start..start + self.len as usize]
    }

    fn of_bytes(self, whole: &[u8]) -> &[u8] {
        let start = self.start as usize;
        &whole[start..start + self.len as usize]
    }
}

impl Rows {
    /// Empties everything but the capacity, and that too where a very long line made it large.
    pub fn clear(&mut self) {
        if self.arena.capacity() > SLACK {
            self.arena = String::new();
        }
        if self.small.capacity() > 4 * MOST_SMALL {
            self.small = Vec::new();
        }
        if self.cells.capacity() > SLACK / size_of::<Cell>() {
            self.cells = Vec::new();
        }
        self.arena.clear();
        self.new_columns.clear();
        self.layouts.clear();
        self.cells.clear();
        self.ends.clear();
        self.small.clear();
    }

    /// Tells whether there are so many rows of the small tables that the block's other lines should go into
    /// another batch: of lines of one byte, 256 KiB would be a hundred times as much.
    pub fn is_full(&self) -> bool {
        self.small.len() >= MOST_SMALL
    }

    /// Adds text to the arena.
    pub fn keep(&mut self, text: &str) -> Value {
        let start = self.arena.len() as u32;
        self.arena.push_str(text);
        Value::Arena(Span {
            start,
            len: text.len() as u32,
        })
    }

    /// Returns the records: each with its identifier and its cells.
    pub fn records(&self) -> impl Iterator<Item = (i64, &[Cell])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        (self.first_record..)
            .zip(starts.zip(self.ends.iter()))
            .map(|(record, (start, end))| (record, &self.cells[start as usize..*end as usize]))
    }
}

impl Value {
    /// Returns the text of a value that is one.
    pub fn text<'a>(&self, block: &'a str, arena: &'a str) -> Option<&'a str> {
        match self {
            Self::Block(span) => Some(span.get(block)),
            Self::Arena(span) => Some(span.get(arena)),
            Self::Int(_) | Self::Real(_) => None,
        }
    }
}
