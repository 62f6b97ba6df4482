//! The user's own SQL: one statement after another, rows handed on as they come.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use rusqlite::{
    Batch, Connection, Statement,
    fallible_iterator::FallibleIterator,
    types::{Value, ValueRef},
};

use crate::{
    Error, ErrorKind, Result,
    query::statement::{self, explain},
    write::RowWriter,
};

mod attr;
mod read_only;

pub use crate::query::statement::{Table, definitions, is_complete, tables};

/// Runs SQL on one database.
pub struct Runner<'a> {
    /// The database; what may be done to it was decided when it was opened.
    pub connection: &'a Connection,
    /// The database's file, as errors name it.
    pub path: &'a Path,
    /// Where the rows go, as errors name it: a file, or `-` for standard output.
    pub output: &'a Path,
    /// Set from elsewhere, it lets no further statement begin; the one that runs is for
    /// [`Connection::get_interrupt_handle`].
    pub stop: &'a AtomicBool,
    /// Values for parameters, by their names without `:`, `@`, `$` or `?`.
    pub parameters: &'a [(String, Value)],
}

impl Runner<'_> {
    /// Runs the statements in `sql`, which `;` separates, and hands their rows to `sink`.
    ///
    /// Each statement that has columns is one result of the sink; the others have none. What is
    /// waiting in the sink is flushed after the first row of a result and at its end. Returns the
    /// number of rows.
    ///
    /// # Errors
    ///
    /// At the first statement that fails; those before it have run. The error says what SQLite
    /// said, shows the statement, and names what exists where a table, column or function does
    /// not. A parameter that has no value is an error before its statement runs.
    pub fn run(&self, sql: &str, sink: &mut dyn RowWriter) -> Result<u64> {
        if let Some(offset) = sql.bytes().position(|b| b == 0) {
            // SQLite would take it for the end and leave the rest undone without a word.
            return Err(Error::usage(format!(
                "the SQL holds a NUL byte at offset {offset}; expected text"
            )));
        }
        let mut rows = 0;
        let mut rest = sql;
        while !rest.is_empty() {
            let first = statement::first(rest);
            rest = &rest[first.len()..];
            let given = first;
            let first = &*attr::expand(self.connection, given);
            let mut batch = Batch::new(self.connection, first);
            while let Some(mut statement) = batch.next().map_err(|e| self.failed(first, e))? {
                if self.stop.load(Ordering::SeqCst) {
                    return Err(ErrorKind::Interrupted.into());
                }
                self.bind(&mut statement)?;
                let columns = match first == given {
                    true => names(&statement),
                    // They are called as they were asked for.
                    false => self
                        .connection
                        .prepare(given)
                        .map_or_else(|_| names(&statement), |given| names(&given)),
                };
                rows += self.run_one(&mut statement, &columns, sink)?;
            }
        }
        Ok(rows)
    }

    fn bind(&self, statement: &mut Statement<'_>) -> Result<()> {
        for i in 1..=statement.parameter_count() {
            let name = match statement.parameter_name(i) {
                // The first character is one of `:@$?`.
                Some(name) => name[1..].to_owned(),
                None => i.to_string(),
            };
            let Some((_, value)) = self.parameters.iter().find(|(given, _)| *given == name) else {
                return Err(Error::usage(format!(
                    "parameter {name} has no value; give it one with --parameter {name}=VALUE"
                )));
            };
            statement
                .raw_bind_parameter(i, value)
                .map_err(|e| Error::sqlite(self.path, e))?;
        }
        Ok(())
    }

    fn run_one(
        &self,
        statement: &mut Statement<'_>,
        columns: &[String],
        sink: &mut dyn RowWriter,
    ) -> Result<u64> {
        let text = statement.expanded_sql().unwrap_or_default();
        let failed = |e| self.failed(&text, e);
        let unwritten = |e| Error::io(self.output, "write", e);

        if let Some(reason) =
            read_only::refused(self.connection, statement, &text).map_err(failed)?
        {
            let path = self.path.display();
            return Err(Error::usage(format!(
                "{path}: {reason}\n  in: {}",
                shown(&text)
            )));
        }
        if columns.is_empty() {
            statement.raw_execute().map_err(failed)?;
            return Ok(0);
        }
        let mut count = 0;
        let mut rows = statement.raw_query();
        // The first step may fail, and then there is no result to start.
        let mut next = rows.next().map_err(failed)?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        sink.header(&columns).map_err(unwritten)?;
        while let Some(row) = next {
            let values = (0..columns.len())
                .map(|i| row.get_ref(i))
                .collect::<rusqlite::Result<Vec<ValueRef<'_>>>>()
                .map_err(failed)?;
            sink.row(&values).map_err(unwritten)?;
            count += 1;
            if count == 1 {
                sink.flush().map_err(unwritten)?;
            }
            next = rows.next().map_err(failed)?;
        }
        sink.finish().map_err(unwritten)?;
        sink.flush().map_err(unwritten)?;
        Ok(count)
    }

    fn failed(&self, text: &str, error: rusqlite::Error) -> Error {
        let error = explain(self.connection, text, error);
        Error::statement(self.path, shown(text), error)
    }
}

fn names(statement: &Statement<'_>) -> Vec<String> {
    statement.column_names().map(String::from).collect()
}

/// Returns the statement as an error shows it: in one piece, at most 1,000 characters.
fn shown(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(1000) {
        Some((i, _)) => format!("{}…", &text[..i]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
