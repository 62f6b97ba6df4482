//! `attr(attributes, 'tag')` where `tag` is promoted, and `attr(attributes, 'gene_id')` where GTF's `gene_id` or
//! `transcript_id` is in column `ID` or `Parent`: the same answer as were it in `attributes`.

use std::borrow::Cow;

use rusqlite::Connection;

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

/// Returns the arguments in the parentheses that a text begins with, and their length.
fn arguments(text: &str) -> Option<(Vec<&str>, usize)> {
    let open = text.len() - text.trim_start().len();
    if !text[open..].starts_with('(') {
        return None;
    }
    let (mut depth, mut at, mut from) = (0, open, open + 1);
    let mut arguments = Vec::new();
    while at < text.len() {
        let length = token(&text[at..]);
        match &text[at..at + length] {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 1 => {
                arguments.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            arguments.push(text[from..at].trim());
            let empty = arguments.iter().any(|argument| argument.is_empty());
            return (!empty).then_some((arguments, at + length));
        }
        at += length;
    }
    None
}

/// Returns the length of the name, string, quoted name, comment or single character that a text
/// begins with.
fn token(text: &str) -> usize {
    let bytes = text.as_bytes();
    let until = |end: &str, from: usize| {
        text.get(from..)
            .and_then(|rest| rest.find(end))
            .map_or(text.len(), |i| from + i + end.len())
    };
    match bytes.first() {
        Some(quote @ (b'\'' | b'"' | b'`')) => until(&char::from(*quote).to_string(), 1),
        Some(b'[') => until("]", 1),
        Some(b'-') if text.starts_with("--") => until("\n", 2),
        Some(b'/') if text.starts_with("/*") => until("*/", 2),
        _ => {
            let is_word = |c: char| c.is_alphanumeric() || "_$.:@".contains(c);
            let word = text.find(|c| !is_word(c)).unwrap_or(text.len());
            word.max(text.chars().next().map_or(0, char::len_utf8))
        }
    }
}
