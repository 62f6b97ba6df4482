//! BED: six columns, 0-based and half open.

use std::{
    borrow::Cow,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{
    functions::{Aggregate, Context, FunctionFlags},
    types::ValueRef,
};

use super::spelled::Spelled;
use crate::query::{Database, Row, RowColumns};

/// Writes BED.
pub struct Bed<'d> {
    spelled: Spelled<'d>,
    /// Records that have no coordinates, and so no line.
    pub left_out: u64,
}

impl<'d> Bed<'d> {
    /// Starts a file.
    pub fn new(spelled: Spelled<'d>) -> Self {
        Self {
            spelled,
            left_out: 0,
        }
    }

    /// Writes a record: sequence, start less 1, end, ID (or Name, or `.`), score from 0 to 1000,
    /// strand (`.` where it is not known).
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let line = Line {
            seqid: self.spelled.seqid(row).map(str::as_bytes),
            start: row.start(),
            end: row.end(),
            label: row.label(),
            score: row.score(),
            strand: row.strand().map(str::as_bytes),
        };
        self.left_out += u64::from(!line.write(out));
    }
}

/// What a line has.
struct Line<'a> {
    seqid: Option<&'a [u8]>,
    start: Option<i64>,
    end: Option<i64>,
    label: Option<Cow<'a, [u8]>>,
    score: Option<f64>,
    strand: Option<&'a [u8]>,
}

impl Line<'_> {
    /// Writes the line of a record that has coordinates; tells whether it has.
    fn write(&self, out: &mut Vec<u8>) -> bool {
        let (Some(seqid), Some(start), Some(end)) = (self.seqid, self.start, self.end) else {
            return false;
        };
        text(seqid, out);
        number((start - 1).max(0), out);
        number(end, out);
        out.push(b'\t');
        text(self.label.as_deref().unwrap_or(b"."), out);
        number(score(self.score), out);
        out.push(b'\t');
        out.extend_from_slice(strand(self.strand));
        out.push(b'\n');
        true
    }
}

/// The lines of many records as one value of SQL: an aggregate function of their columns.
///
/// SQLite hands arguments to a function with less ado than columns to a statement's reader, which is
/// most of what a line costs.
pub(super) struct BedLines(Arc<Mutex<Vec<u8>>>);

impl BedLines {
    const NAME: &'static str = "bed_lines";
    const ARGUMENTS: i32 = 6;

    /// Makes the function known to a connection; its lines are added to `text`.
    pub fn register(database: &Database, text: &Arc<Mutex<Vec<u8>>>) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        database.connection().create_aggregate_function(
            Self::NAME,
            Self::ARGUMENTS,
            flags,
            Self(Arc::clone(text)),
        )
    }

    /// Returns the call for the records of a statement. It returns how many of them have no line.
    pub fn call(database: &Database) -> String {
        let label = RowColumns::label(database.promoted());
        format!(
            "{}(gff.seqid, gff.start, gff.\"end\", {label}, gff.score, gff.strand)",
            Self::NAME
        )
    }

    /// Nobody else has the text while a statement runs.
    fn text(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Aggregate<(Vec<u8>, i64), i64> for BedLines {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<(Vec<u8>, i64)> {
        Ok((mem::take(&mut self.text()), 0))
    }

    fn step(
        &self,
        arguments: &mut Context<'_>,
        (text, left_out): &mut (Vec<u8>, i64),
    ) -> rusqlite::Result<()> {
        let bytes = |i| match arguments.get_raw(i) {
            ValueRef::Text(bytes) => Some(bytes),
            _ => None,
        };
        let base = |i| match arguments.get_raw(i) {
            ValueRef::Integer(base) => Some(base),
            _ => None,
        };
        let line = Line {
            seqid: bytes(0),
            start: base(1),
            end: base(2),
            label: bytes(3).map(Cow::Borrowed),
            score: match arguments.get_raw(4) {
                ValueRef::Real(score) => Some(score),
                ValueRef::Integer(score) => Some(score as f64),
                _ => None,
            },
            strand: bytes(5),
        };
        *left_out += i64::from(!line.write(text));
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, made: Option<(Vec<u8>, i64)>) -> rusqlite::Result<i64> {
        let Some((text, left_out)) = made else {
            return Ok(0);
        };
        *self.text() = text;
        Ok(left_out)
    }
}

/// Writes a column of text; what would end the column becomes a blank.
pub(super) fn text(text: &[u8], out: &mut Vec<u8>) {
    // Without a jump in it, this looks at many bytes at once.
    match text.iter().fold(false, |any, &b| any | (b < b' ')) {
        true => out.extend(text.iter().map(|&b| b.max(b' '))),
        false => out.extend_from_slice(text),
    }
}

/// Writes a tab and a number.
pub(super) fn number(number: i64, out: &mut Vec<u8>) {
    out.push(b'\t');
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// BED has whole numbers from 0 to 1000.
pub(super) fn score(score: Option<f64>) -> i64 {
    score.map_or(0, |score| score.round().clamp(0.0, 1000.0) as i64)
}

pub(super) fn strand(strand: Option<&[u8]>) -> &'static [u8] {
    match strand {
        Some(b"+") => b"+",
        Some(b"-") => b"-",
        _ => b".",
    }
}
