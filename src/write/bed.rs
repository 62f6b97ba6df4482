//! BED: six columns, 0-based and half open. It has no bases below base 1.

use std::{
    borrow::Cow,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{
    functions::{Aggregate, Context, FunctionFlags},
    types::ValueRef,
};

use super::{Columns, line_renderer::LineRenderer, records::NotShown};
use crate::{
    coords::Interval,
    db::Extents,
    query::{Database, Row, RowColumns},
};

/// Writes BED.
pub struct Bed<'d> {
    spelled: LineRenderer<'d>,
    name: BedName,
    extents: Extents,
    /// Records that have no coordinates, and so no line, and those that begin below base 1.
    pub not_shown: NotShown,
}

impl<'d> Bed<'d> {
    /// Starts a file.
    pub(super) fn new(spelled: LineRenderer<'d>, extents: Extents, name: BedName) -> Self {
        Self {
            spelled,
            name,
            extents,
            not_shown: NotShown::default(),
        }
    }

    /// Writes a record: sequence, start less 1, end, name (or `.`), score from 0 to 1000,
    /// strand (`.` where it is not known).
    pub fn record(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let line = Line {
            seqid: self.spelled.seqid(row).map(str::as_bytes),
            bases: row.bases(&self.extents),
            label: self.name.of(row),
            score: row.score(),
            strand: row.strand().map(str::as_bytes),
        };
        line.write(out, &mut self.not_shown);
    }
}

/// What is in the fourth column.
#[derive(Clone, Debug, Default)]
pub enum BedName {
    /// The ID, or the `Name` of a record without one.
    #[default]
    Id,
    /// A column or an attribute: one alone.
    Column(Columns),
}

impl BedName {
    /// Returns the name of a record.
    pub(super) fn of<'a>(&'a self, row: &Row<'a>) -> Option<Cow<'a, [u8]>> {
        let columns = match self {
            Self::Id => return row.label(),
            Self::Column(columns) => columns,
        };
        let value = columns.values(row).into_iter().next()?;
        match value.as_ref() {
            ValueRef::Text(text) | ValueRef::Blob(text) if !text.is_empty() => {
                Some(Cow::Owned(text.to_vec()))
            }
            ValueRef::Integer(number) => Some(Cow::Owned(number.to_string().into_bytes())),
            ValueRef::Real(number) => Some(Cow::Owned(number.to_string().into_bytes())),
            _ => None,
        }
    }
}

/// What a line has.
struct Line<'a> {
    seqid: Option<&'a [u8]>,
    bases: Option<Interval>,
    label: Option<Cow<'a, [u8]>>,
    score: Option<f64>,
    strand: Option<&'a [u8]>,
}

impl Line<'_> {
    /// Writes the line of a record that has coordinates, or counts it.
    fn write(&self, out: &mut Vec<u8>, not_shown: &mut NotShown) {
        let (Some(seqid), Some(Interval { first, last })) = (self.seqid, self.bases) else {
            not_shown.left_out += 1;
            return;
        };
        if first < 1 {
            not_shown.clipped += 1;
            if last < 1 {
                return;
            }
        }
        text(seqid, out);
        number(first.max(1) - 1, out);
        number(last, out);
        out.push(b'\t');
        text(self.label.as_deref().unwrap_or(b"."), out);
        number(score(self.score), out);
        out.push(b'\t');
        out.extend_from_slice(strand(self.strand));
        out.push(b'\n');
    }
}

/// The lines of many records as one value of SQL: an aggregate function of their columns. It is for
/// records none of which ends before its start.
///
/// SQLite hands arguments to a function with less ado than columns to a statement's reader, which is
/// most of what a line costs.
pub(super) struct BedLines(Arc<Mutex<BedText>>);

/// The lines, and how many records they do not show.
pub(super) type BedText = (Vec<u8>, NotShown);

impl BedLines {
    const NAME: &'static str = "bed_lines";
    const ARGUMENTS: i32 = 6;

    /// Makes the function known to a connection; its lines are added to `text`.
    pub fn register(database: &Database, text: &Arc<Mutex<BedText>>) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        database.connection().create_aggregate_function(
            Self::NAME,
            Self::ARGUMENTS,
            flags,
            Self(Arc::clone(text)),
        )
    }

    /// Returns the call for the records of a statement; its value says nothing.
    pub fn call(database: &Database) -> String {
        let label = RowColumns::label(database.promoted());
        format!(
            "{}(gff.seqid, gff.start, gff.\"end\", {label}, gff.score, gff.strand)",
            Self::NAME
        )
    }

    /// Nobody else has the text while a statement runs.
    fn text(&self) -> MutexGuard<'_, BedText> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Aggregate<BedText, i64> for BedLines {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<BedText> {
        Ok(mem::take(&mut self.text()))
    }

    fn step(
        &self,
        arguments: &mut Context<'_>,
        (text, not_shown): &mut BedText,
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
            bases: base(1)
                .zip(base(2))
                .and_then(|(start, end)| Interval::new(start, end)),
            label: bytes(3).map(Cow::Borrowed),
            score: match arguments.get_raw(4) {
                ValueRef::Real(score) => Some(score),
                ValueRef::Integer(score) => Some(score as f64),
                _ => None,
            },
            strand: bytes(5),
        };
        line.write(text, not_shown);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, made: Option<BedText>) -> rusqlite::Result<i64> {
        if let Some(text) = made {
            *self.text() = text;
        }
        Ok(0)
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
