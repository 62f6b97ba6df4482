//! What a read-only database lets pass, though it writes a file: SQLite guards the database alone.

use std::path::Path;

use rusqlite::{Connection, MAIN_DB, Result, Statement};

use crate::db;
use crate::query::statement::words;

/// The pragma that keeps a connection which may write from writing.
const QUERY_ONLY: &str = "query_only";

/// Returns why a statement is not run where the database is open to be read.
pub(super) fn refused(
    connection: &Connection,
    statement: &Statement<'_>,
    text: &str,
) -> Result<Option<String>> {
    let is_query_only: bool = connection.pragma_query_value(None, QUERY_ONLY, |row| row.get(0))?;
    if !connection.is_readonly(MAIN_DB)? && !is_query_only {
        return Ok(None);
    }
    // How a database in write-ahead mode is opened to be read.
    if is_query_only && words(text).any(|word| word.eq_ignore_ascii_case(QUERY_ONLY)) {
        return Ok(Some(String::from(
            "the database is open read-only; use --write to change it",
        )));
    }
    if statement.is_explain() == 0 && !statement.readonly() && is_vacuum(connection, text)? {
        return Ok(Some(String::from(
            "VACUUM writes a database, and this one is open read-only; use --write for it",
        )));
    }
    Ok(attached(text)
        .filter(|name| db::leaves_files(Path::new(name)))
        .map(|name| {
            format!(
                "reading {name} would leave files beside it, because it is in write-ahead mode; \
                 use ATTACH 'file:{name}?immutable=1' while nobody writes it"
            )
        }))
}

/// Tells whether SQLite takes a statement for a VACUUM: `VACUUM INTO` makes the file that it names,
/// however the database was opened.
fn is_vacuum(connection: &Connection, text: &str) -> Result<bool> {
    let mut explain = connection.prepare(&format!("EXPLAIN {text}"))?;
    let mut rows = explain.raw_query();
    while let Some(row) = rows.next()? {
        if row.get_ref("opcode")?.as_str().is_ok_and(|o| o == "Vacuum") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the file that a statement attaches, as far as its words tell.
fn attached(text: &str) -> Option<&str> {
    let mut words = words(text);
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    words.next().filter(|word| is(word, "ATTACH"))?;
    let name = words.find(|word| !is(word, "DATABASE"))?;
    let Some(uri) = name.strip_prefix("file:") else {
        return Some(name);
    };
    match uri.split_once('?') {
        Some((_, query)) if query.contains("immutable=1") => None,
        Some((path, _)) => Some(path),
        None => Some(uri),
    }
}
