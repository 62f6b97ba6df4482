//! The guard: once a record is in, no statement of the same load changes what its line comes back from.
//!
//! A line is proven as it is inserted ([`super::rows`]). What comes later in the load, columns that are
//! added, datasets that give way, indexes, inference, must leave it as it is. So SQLite asks, of each
//! statement that it compiles, whether the step that the load is at may write to a table that lines come
//! back from; one that may not fails, and with it the load. A step that changes some of their rows is
//! held to these by temporary triggers; where it changes a record of a file, the line is rendered before,
//! and at the end again. Indexes are written behind the pages that are there.

use std::path::Path;

use rusqlite::{
    Connection, OptionalExtension,
    hooks::{AuthAction, AuthContext, Authorization},
};

use crate::{
    Error, Result,
    db::{records::Lines, schema::FIXED_COLUMNS},
};

const REPLACE: &str = include_str!("../../schema/guard_replace.sql");
const INFER: &str = include_str!("../../schema/guard_infer.sql");
const CHECK: &str = include_str!("../../schema/guard_check.sql");

/// What stands for the last record in [`INFER`].
const LAST: &str = "9223372036854775807";

/// The tables that lines come back from.
const TABLES: [&str; 7] = [
    "gff",
    "_layout",
    "_verbatim",
    "_inferred",
    "_other_line",
    "dataset",
    "_promoted",
];

/// What a load is at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Rows of a file go in.
    Insert,
    /// A dataset gives way.
    Replace,
    /// Records are inferred.
    Infer,
    /// Anything else.
    Other,
}

impl Step {
    /// Tells whether a statement may do this.
    fn allows(self, action: AuthAction<'_>) -> bool {
        let is_ours = |table: &str| TABLES.iter().any(|ours| ours.eq_ignore_ascii_case(table));
        match action {
            AuthAction::Insert { table_name: table } if is_ours(table) => match self {
                Self::Insert => true,
                Self::Infer => ["gff", "_layout", "_verbatim", "_inferred"].contains(&table),
                Self::Replace | Self::Other => false,
            },
            AuthAction::Update {
                table_name: table,
                column_name: column,
            } if is_ours(table) => match self {
                // The last lines were noted as standing before a record that there is not.
                Self::Insert => (table, column) == ("_other_line", "before_record"),
                Self::Infer => table == "gff",
                Self::Replace | Self::Other => false,
            },
            AuthAction::Delete { table_name: table } if is_ours(table) => self == Self::Replace,
            AuthAction::AlterTable {
                table_name: table, ..
            } if is_ours(table) => self == Self::Insert,
            AuthAction::DropTable { table_name: table } => !is_ours(table),
            AuthAction::DropTempTrigger { .. } => false,
            _ => true,
        }
    }
}

/// Begins a step: what was allowed before is no more, statements that are prepared included.
pub fn begin(connection: &mut Connection, step: Step) -> rusqlite::Result<()> {
    let ask = move |context: AuthContext<'_>| match step.allows(context.action) {
        true => Authorization::Allow,
        false => Authorization::Deny,
    };
    connection.authorizer(Some(ask))
}

/// Begins the step in which a dataset, and no other, is deleted.
pub fn begin_replacing(connection: &mut Connection, dataset: &str) -> rusqlite::Result<()> {
    connection.execute_batch(REPLACE)?;
    connection.execute("DELETE FROM replaced_dataset", [])?;
    connection.execute("INSERT INTO replaced_dataset VALUES (?1)", [dataset])?;
    begin(connection, Step::Replace)
}

/// Begins the step in which records are added behind `last`, the last one of the files.
pub fn begin_inferring(connection: &mut Connection, last: i64) -> rusqlite::Result<()> {
    connection.execute_batch(&INFER.replace(LAST, &last.to_string()))?;
    begin(connection, Step::Infer)
}

/// Renders the lines of records of the files that are to be changed; `records` is a query of their
/// `record_id`.
pub fn note(connection: &Connection, records: &str) -> rusqlite::Result<()> {
    let mut lines = Lines::new(connection)?;
    let mut insert = connection.prepare("INSERT OR IGNORE INTO noted_line VALUES (?1, ?2)")?;
    let mut records = connection.prepare(records)?;
    let mut rows = records.query([])?;
    let mut line = Vec::new();
    while let Some(row) = rows.next()? {
        let record = row.get(0)?;
        lines.render(record, &mut line)?;
        insert.execute((record, &line))?;
    }
    Ok(())
}

/// What was loaded.
#[derive(Debug)]
pub struct Loaded<'l> {
    /// The last record of the files.
    pub last: i64,
    /// The datasets.
    pub datasets: &'l [String],
    /// The promoted keys.
    pub promoted: &'l [String],
    /// The database, for messages.
    pub path: &'l Path,
}

/// Checks, at the end, what no trigger can: the lines of the records that were changed on purpose, the
/// columns, and that nothing but inferred records came behind those of the files.
///
/// # Errors
///
/// Something would not come back as it was read.
pub fn check(connection: &Connection, loaded: &Loaded<'_>) -> Result<()> {
    let wrong = || -> rusqlite::Result<Option<String>> {
        Ok(match another_line(connection)? {
            None => match missing_column(connection, loaded)? {
                None => out_of_place(connection, loaded)?,
                wrong => wrong,
            },
            wrong => wrong,
        })
    };
    match wrong().map_err(|e| Error::sqlite(loaded.path, e))? {
        Some(wrong) => {
            let reason =
                format!("{wrong}; the database was not written; report this, with the file");
            Err(Error::database(loaded.path, reason))
        }
        None => Ok(()),
    }
}

/// Renders the noted lines again, and returns how the first one that is another differs.
fn another_line(connection: &Connection) -> rusqlite::Result<Option<String>> {
    if !connection.table_exists(Some("temp"), "noted_line")? {
        return Ok(None);
    }
    let mut noted = connection.prepare("SELECT record_id, line FROM noted_line ORDER BY 1")?;
    let mut rows = noted.query([])?;
    let (mut lines, mut line) = (Lines::new(connection)?, Vec::new());
    while let Some(row) = rows.next()? {
        let record: i64 = row.get(0)?;
        let before = row.get_ref(1)?.as_bytes()?;
        lines.render(record, &mut line)?;
        if line != before {
            return Ok(Some(format!(
                "expected record {record} to come back as {:?}, found {:?}",
                String::from_utf8_lossy(before),
                String::from_utf8_lossy(&line)
            )));
        }
    }
    Ok(None)
}

fn missing_column(
    connection: &Connection,
    loaded: &Loaded<'_>,
) -> rusqlite::Result<Option<String>> {
    let promoted = loaded.promoted.iter().map(String::as_str);
    for column in FIXED_COLUMNS.into_iter().chain(promoted) {
        if !connection.column_exists(None::<&str>, "gff", column)? {
            return Ok(Some(format!(
                "expected a column {column:?} in table gff, found none"
            )));
        }
    }
    Ok(None)
}

fn out_of_place(connection: &Connection, loaded: &Loaded<'_>) -> rusqlite::Result<Option<String>> {
    let datasets = serde_json::Value::from(loaded.datasets).to_string();
    let mut wrong = connection.prepare(CHECK)?;
    wrong
        .query_row((loaded.last, datasets), |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests;
