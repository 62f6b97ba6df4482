//! What SQLite said, and the next step: the name that was meant, or the names there are.

use rusqlite::{Connection, Error, ErrorCode, ffi};

use super::{
    names::{Table, tables},
    split::words,
};
use crate::query::nearest::nearest;

/// At most so many names are listed; more would hide the message.
const FEW: usize = 25;

/// Returns SQLite's error with the next step added to its text, where one is known.
///
/// The statement is left out of the text; whoever shows the error shows it.
pub(crate) fn explain(connection: &Connection, sql: &str, error: Error) -> Error {
    let (code, message) = match error {
        Error::SqlInputError { error, msg, .. } => (error, msg),
        Error::SqliteFailure(error, Some(message)) => (error, message),
        other => return other,
    };
    let next = match code.code {
        ErrorCode::ReadOnly if code.extended_code == ffi::SQLITE_READONLY_DIRECTORY => Some(
            String::from("a change needs a file beside the database; let its directory be written"),
        ),
        ErrorCode::ReadOnly => Some(String::from(
            "the database is open read-only; use --write to change it",
        )),
        _ => missing(connection, sql, &message),
    };
    let text = match next {
        Some(next) => format!("{message}; {next}"),
        None => message,
    };
    Error::SqliteFailure(code, Some(text))
}

/// Returns the next step for a name that does not exist.
fn missing(connection: &Connection, sql: &str, message: &str) -> Option<String> {
    // A database too broken to list its names gives no hint.
    if let Some(name) = message.strip_prefix("no such table: ") {
        let tables = tables(connection).ok()?;
        return table_hint(name, &tables);
    }
    if let Some(name) = message.strip_prefix("no such column: ") {
        let tables = tables(connection).ok()?;
        return column_hint(name, sql, &tables);
    }
    if let Some(name) = message.strip_prefix("no such function: ") {
        let functions = functions(connection).ok()?;
        return nearest(name, functions.iter().map(String::as_str)).map(meant);
    }
    // `table gff has no column named x`, of INSERT and CREATE INDEX
    let (_, name) = message.split_once(" has no column named ")?;
    column_hint(name, sql, &tables(connection).ok()?)
}

fn table_hint(name: &str, tables: &[Table]) -> Option<String> {
    let name = name.strip_prefix("main.").unwrap_or(name);
    let names: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
    match nearest(name, names.iter().copied()) {
        Some(near) => Some(meant(near)),
        None if names.is_empty() => Some(String::from("the database has no tables")),
        None => listed("the tables are", &names),
    }
}

fn column_hint(name: &str, sql: &str, tables: &[Table]) -> Option<String> {
    // `"x" - should this be a string literal in single-quotes?`
    let (name, asked) = match name.split_once(" - should this be") {
        Some((name, _)) => (name, true),
        None => (name, false),
    };
    let name = name.rsplit('.').next()?.trim_matches('"');
    let used: Vec<&Table> = tables
        .iter()
        .filter(|t| words(sql).any(|word| word.eq_ignore_ascii_case(&t.name)))
        .collect();
    let mut columns: Vec<&str> = Vec::new();
    for column in used.iter().flat_map(|t| &t.columns) {
        if !columns.contains(&column.as_str()) {
            columns.push(column);
        }
    }
    let near = nearest(name, columns.iter().copied());
    if asked {
        // SQLite's own question is the likelier next step.
        return near.map(meant);
    }
    // What was not made a column may still be an attribute.
    let attribute = columns
        .contains(&"attributes")
        .then(|| format!("attr(attributes, '{name}')"));
    let list = listed("the columns are", &columns);
    match (near, list, attribute) {
        (Some(near), _, Some(attribute)) => Some(format!(
            "did you mean {near}, or the attribute {attribute}?"
        )),
        (Some(near), _, None) => Some(meant(near)),
        (None, Some(list), Some(attribute)) => Some(format!(
            "{list}; an attribute that is no column is {attribute}"
        )),
        (None, None, Some(attribute)) => {
            Some(format!("an attribute that is no column is {attribute}"))
        }
        (None, list, None) => list,
    }
}

fn functions(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut names = Vec::new();
    connection.pragma_query(None, "function_list", |row| {
        names.push(row.get("name")?);
        Ok(())
    })?;
    Ok(names)
}

fn meant(name: &str) -> String {
    format!("did you mean {name}?")
}

fn listed(what: &str, names: &[&str]) -> Option<String> {
    (1..=FEW)
        .contains(&names.len())
        .then(|| format!("{what} {}", names.join(", ")))
}
