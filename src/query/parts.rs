//! The table read in parts, by several connections at once: each part some records in file order.

use std::{ops::RangeInclusive, path::PathBuf};

use rusqlite::{OptionalExtension, types::Value};

use super::{Database, bits::Bits, plan::Plan, row::Row, snapshot::Snapshot};
use crate::Result;

/// Records of a part. Their text is held in memory until it is their turn: a megabyte at most.
const PART: i64 = 2_048;
/// Fewer records are read sooner than another connection is made.
const FEW: i64 = 50_000;

/// An answer that is a pass over the table, so that parts of it are answers of their own.
pub(crate) struct Parts<'d> {
    path: PathBuf,
    sql: String,
    values: Vec<Value>,
    among: Option<Bits>,
    first: i64,
    last: i64,
    state: State,
    /// While it lasts, nobody changes the file.
    _snapshot: Snapshot<'d>,
}

/// What tells one state of a database from another.
type State = (i64, i64, Option<String>);

impl<'d> Parts<'d> {
    /// Parts a plan whose rows have `columns`; `None` where it is no pass over a large table, or where
    /// another connection might see another state.
    pub(crate) fn of(
        database: &'d Database,
        plan: &Plan<'_>,
        columns: &str,
    ) -> Result<Option<Self>> {
        let snapshot = database.snapshot()?;
        let (first, last) = database.ends()?;
        let journal: Vec<String> = database.list("PRAGMA journal_mode", [])?;
        // In write-ahead mode a reader keeps no writer away.
        if last - first < FEW || journal == ["wal"] {
            return Ok(None);
        }
        let Some((filter, among)) = plan.scan() else {
            return Ok(None);
        };
        let and = filter.after("AND");
        Ok(Some(Self {
            path: database.path().to_path_buf(),
            sql: format!(
                "SELECT {columns} FROM gff\nWHERE record_id BETWEEN ? AND ?{and}\nORDER BY record_id"
            ),
            values: filter.values.clone(),
            among: among.cloned(),
            first,
            last,
            state: state(database)?,
            _snapshot: snapshot,
        }))
    }

    /// Returns how many parts there are.
    pub(crate) fn len(&self) -> usize {
        ((self.last - self.first) / PART + 1) as usize
    }

    /// Returns what a thread needs of this.
    pub(crate) fn shared(&self) -> Shared<'_> {
        Shared {
            path: &self.path,
            sql: &self.sql,
            values: &self.values,
            among: self.among.as_ref(),
            first: self.first,
            state: &self.state,
        }
    }
}

/// What the threads share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    path: &'a std::path::Path,
    sql: &'a str,
    values: &'a [Value],
    among: Option<&'a Bits>,
    first: i64,
    state: &'a State,
}

impl Shared<'_> {
    /// Opens the database once more; `None` where it is another one by now.
    pub(crate) fn open(&self) -> Result<Option<Database>> {
        let database = Database::open(self.path)?;
        Ok((state(&database)? == *self.state).then_some(database))
    }

    /// Hands on the records of a part, counted from 0.
    pub(crate) fn part(
        &self,
        database: &Database,
        part: usize,
        each: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let fail = |e| database.failed(e);
        let mut statement = database
            .connection()
            .prepare_cached(self.sql)
            .map_err(fail)?;
        let bounds: RangeInclusive<i64> = {
            let first = self.first + part as i64 * PART;
            first..=first + PART - 1
        };
        let ends = [*bounds.start(), *bounds.end()].map(Value::Integer);
        for (i, value) in ends.iter().chain(self.values).enumerate() {
            statement.raw_bind_parameter(i + 1, value).map_err(fail)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(fail)? {
            let is_wanted = match self.among {
                Some(records) => records.contains(row.get(0).map_err(fail)?),
                None => true,
            };
            if is_wanted {
                each(&Row::new(row, database.promoted())).map_err(fail)?;
            }
        }
        Ok(())
    }
}

fn state(database: &Database) -> Result<State> {
    let number =
        |pragma| -> Result<i64> { Ok(database.list(pragma, [])?.first().copied().unwrap_or(0)) };
    let datasets = database
        .connection()
        .query_row(
            "SELECT group_concat(concat_ws(' ', dataset, sha256, records, first_record, loaded_at), ' ')
             FROM dataset",
            [],
            |row| row.get(0),
        )
        .optional()
        .map_err(|e| database.failed(e))?;
    Ok((
        number("PRAGMA page_count")?,
        number("PRAGMA schema_version")?,
        datasets.flatten(),
    ))
}
