//! BED: six columns, 0-based and half open.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::functions::{Aggregate, Context, FunctionFlags};

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
        self.left_out += u64::from(!line(row, self.spelled.seqid(row), out));
    }
}

/// Writes a record's line under a name of its sequence; tells whether it has one.
fn line(row: &Row<'_>, seqid: Option<&str>, out: &mut Vec<u8>) -> bool {
    let (Some(seqid), Some(start), Some(end)) = (seqid, row.start(), row.end()) else {
        return false;
    };
    text(seqid.as_bytes(), out);
    number((start - 1).max(0), out);
    number(end, out);
    out.push(b'\t');
    text(row.label().as_deref().unwrap_or(b"."), out);
    number(score(row.score()), out);
    out.push(b'\t');
    out.extend_from_slice(strand(row.strand()));
    out.push(b'\n');
    true
}

/// The lines of many records as one value of SQL: an aggregate function of their columns.
///
/// SQLite hands arguments to a function with less ado than columns to a statement's reader, which is
/// most of what a line costs.
pub(super) struct BedLines {
    promoted: Vec<String>,
    columns: RowColumns,
    text: Arc<Mutex<Vec<u8>>>,
}

impl BedLines {
    /// The name of the function. It returns how many records have no line.
    pub const NAME: &'static str = "bed_lines";

    /// Makes the function known to a connection; its lines are added to `text`.
    pub fn register(
        database: &Database,
        columns: &RowColumns,
        text: &Arc<Mutex<Vec<u8>>>,
    ) -> rusqlite::Result<()> {
        let lines = Self {
            promoted: database.promoted().to_vec(),
            columns: columns.clone(),
            text: Arc::clone(text),
        };
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        let any_number = -1;
        database
            .connection()
            .create_aggregate_function(Self::NAME, any_number, flags, lines)
    }

    /// Nobody else has the text while a statement runs.
    fn text(&self) -> MutexGuard<'_, Vec<u8>> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
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
        let row = Row::called(arguments, &self.promoted, &self.columns);
        *left_out += i64::from(!line(&row, row.seqid(), text));
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

pub(super) fn strand(strand: Option<&str>) -> &'static [u8] {
    match strand {
        Some("+") => b"+",
        Some("-") => b"-",
        _ => b".",
    }
}
