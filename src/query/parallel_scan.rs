//! The table read in parts, by several connections at once: each part some records in file order.

use std::path::PathBuf;

use rusqlite::{OptionalExtension, types::Value};

use super::{
    Database, plan::Plan, record_set::RecordSet, row::Row, row_columns::RowColumns,
    snapshot::Snapshot,
};
use crate::Result;

/// Records of a part. Their text is held in memory until it is their turn: a megabyte at most.
const PART: i64 = 2_048;
/// Fewer records are read sooner than another connection is made.
const FEW: i64 = 50_000;
/// No record takes fewer bytes: one for the type of each column, and a few more.
const SMALLEST: i64 = 16;

/// An answer that is a pass over the table, so that parts of it are answers of their own.
pub(crate) struct ParallelScan<'d> {
    pass: Pass,
    last: i64,
    /// While it lasts, nobody changes the file.
    _snapshot: Snapshot<'d>,
}

/// What tells one state of a database from another.
type State = (i64, i64, Option<String>);

impl<'d> ParallelScan<'d> {
    /// Parts a plan whose rows have `columns`; `None` where it is no pass over a large table, or where
    /// another connection might see another state.
    pub(crate) fn of(
        database: &'d Database,
        plan: &Plan<'_>,
        columns: &RowColumns,
    ) -> Result<Option<Self>> {
        let snapshot = database.snapshot()?;
        let (first, last) = database.ends()?;
        let journal: Vec<String> = database.list("PRAGMA journal_mode", [])?;
        let span = last.saturating_sub(first);
        // In write-ahead mode a reader keeps no writer away. Where records are numbered so that the file
        // cannot have as many, most parts would be empty.
        if span < FEW || journal == ["wal"] || span > room(database)? / SMALLEST {
            return Ok(None);
        }
        let Some((filter, among)) = plan.scan() else {
            return Ok(None);
        };
        Ok(Some(Self {
            pass: Pass {
                path: database.path().to_path_buf(),
                columns: columns.clone(),
                and: filter.after("AND"),
                values: filter.values.clone(),
                among: among.cloned(),
                first,
                state: state(database)?,
            },
            last,
            _snapshot: snapshot,
        }))
    }

    /// Returns how many parts there are.
    pub(crate) fn len(&self) -> usize {
        ((self.last - self.pass.first) / PART + 1) as usize
    }

    /// Returns what the threads share.
    pub(crate) fn pass(&self) -> &Pass {
        &self.pass
    }
}

/// Returns the bytes of the file.
fn room(database: &Database) -> Result<i64> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
    Ok(database.list(sql, [])?.first().copied().unwrap_or(0))
}

/// What the threads share.
pub(crate) struct Pass {
    path: PathBuf,
    columns: RowColumns,
    /// What records must meet, with AND before it.
    and: String,
    values: Vec<Value>,
    among: Option<RecordSet>,
    first: i64,
    state: State,
}

impl Pass {
    /// Opens the database once more; `None` where it is another one by now.
    pub(crate) fn open(&self) -> Result<Option<Database>> {
        let database = Database::open(&self.path)?;
        Ok((state(&database)? == self.state).then_some(database))
    }

    /// Tells whether SQL alone chooses the records.
    pub(crate) fn is_sql(&self) -> bool {
        self.among.is_none()
    }

    /// Hands on the records of a part, counted from 0.
    pub(crate) fn part(
        &self,
        database: &Database,
        part: usize,
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let sql = self.sql(&self.columns.sql) + "\nORDER BY record_id";
        self.rows(database, &sql, part, &mut |row| {
            let is_wanted = match &self.among {
                Some(records) => records.contains(row.get(0).map_err(|e| database.failed(e))?),
                None => true,
            };
            match is_wanted {
                true => each(&Row::of(row, database.keys(), &self.columns)),
                false => Ok(()),
            }
        })
    }

    /// Returns what the call of an aggregate function makes of a part, where [`SQL alone`](Self::is_sql) chooses.
    ///
    /// It is called in the order of the records: that of the table, which is looked up by them.
    pub(crate) fn called(&self, database: &Database, part: usize, call: &str) -> Result<i64> {
        let mut value = 0;
        self.rows(database, &self.sql(call), part, &mut |row| {
            value = row.get(0).map_err(|e| database.failed(e))?;
            Ok(())
        })?;
        Ok(value)
    }

    /// Returns a statement; its first parameters are the bounds of a part.
    fn sql(&self, select: &str) -> String {
        let and = &self.and;
        format!("SELECT {select} FROM gff\nWHERE record_id BETWEEN ? AND ?{and}")
    }

    fn rows(
        &self,
        database: &Database,
        sql: &str,
        part: usize,
        each: &mut dyn FnMut(&rusqlite::Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let fail = |e| database.failed(e);
        let mut statement = database.connection().prepare_cached(sql).map_err(fail)?;
        let first = self.first + part as i64 * PART;
        let ends = [first, first + PART - 1].map(Value::Integer);
        for (i, value) in ends.iter().chain(&self.values).enumerate() {
            statement.raw_bind_parameter(i + 1, value).map_err(fail)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(fail)? {
            each(row)?;
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
