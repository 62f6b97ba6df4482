//! `attr(attributes, 'tag')` where `tag` is promoted, and `attr(attributes, 'gene_id')` where GTF's `gene_id` or
//! `transcript_id` is in column `ID` or `Parent`: the same answer as were it in `attributes`.

use std::borrow::Cow;

use rusqlite::Connection;

use super::macros::{arguments, token};
use crate::{db::quote, query::Keys};

/// Returns a statement in which `attr` of `attributes` finds keys also where a column holds them. It stays as it
/// is where that could not be prepared: what it reads may be no table `gff`.
pub(super) fn expand<'s>(connection: &Connection, sql: &'s str) -> Cow<'s, str> {
    let lower = sql.to_ascii_lowercase();
    if !lower.contains("attr") {
        return Cow::Borrowed(sql);
    }
    // A database of another program has no such tables.
    let Ok(keys) = promoted(connection).and_then(|promoted| Keys::new(connection, promoted)) else {
        return Cow::Borrowed(sql);
    };
    let mut out = String::with_capacity(sql.len() + 1000);
    let mut at = 0;
    while at < sql.len() {
        let end = at + token(&sql[at..]);
        match call(&sql[at..], &lower[at..end], &keys) {
            Some((expression, length)) => {
                out.push_str(&expression);
                at += length;
            }
            None => {
                out.push_str(&sql[at..end]);
                at = end;
            }
        }
    }
    match out != sql && connection.prepare(&out).is_ok() {
        true => Cow::Owned(out),
        false => Cow::Borrowed(sql),
    }
}

/// Returns what stands for the call of `attr` that a text begins with, and the length of the call.
fn call(text: &str, word: &str, keys: &Keys) -> Option<(String, usize)> {
    if word != "attr" {
        return None;
    }
    let (arguments, length) = arguments(&text[word.len()..])?;
    let &[attributes, key] = arguments.as_slice() else {
        return None;
    };
    let table = match attributes.rsplit_once('.') {
        Some((table, column)) if column.eq_ignore_ascii_case("attributes") => format!("{table}."),
        None if attributes.eq_ignore_ascii_case("attributes") => String::new(),
        _ => return None,
    };
    let key = key.strip_prefix('\'')?.strip_suffix('\'')?;
    let key = key.replace("''", "'");
    let column = match keys.promoted.contains(&key) {
        true => format!("{table}{}", quote(&key)),
        false => keys.held_sql(&key)?.replace("gff.", &table),
    };
    let length = word.len() + length;
    Some((format!("coalesce({column}, {})", &text[..length]), length))
}

fn promoted(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT key FROM _promoted ORDER BY position")?;
    statement.query_map([], |row| row.get(0))?.collect()
}
