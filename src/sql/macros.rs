//! Table-valued functions: `overlapping('chr1', 1, 2000)`, `descendants('gene1')`, `ancestors('exon1')`.
//!
//! Each is a query of `schema/`, put in the place of its call with the arguments in the place of the
//! parameters. So a call is planned with the statement around it, and sees the same data.

use std::borrow::Cow;

/// A function: its name, its query, and the parameters of the query in the order of the arguments.
const FUNCTIONS: [(&str, &str, &[&str]); 3] = [
    (
        "overlapping",
        include_str!("../../schema/overlapping_round.sql"),
        &[":seqid", ":first", ":last"],
    ),
    (
        "descendants",
        include_str!("../../schema/descendants.sql"),
        &[":id"],
    ),
    (
        "ancestors",
        include_str!("../../schema/ancestors.sql"),
        &[":id"],
    ),
];

/// Returns a statement with the calls of table-valued functions replaced by their queries.
///
/// A name without its parentheses, or with another number of arguments, stays; SQLite then says what
/// it is not.
pub(super) fn expand(sql: &str) -> Cow<'_, str> {
    let lower = sql.to_ascii_lowercase();
    if !FUNCTIONS.iter().any(|(name, ..)| lower.contains(name)) {
        return Cow::Borrowed(sql);
    }
    let mut out = String::with_capacity(sql.len() + 1000);
    let mut at = 0;
    while let Some(c) = sql[at..].chars().next() {
        let end = at + token(&sql[at..]);
        let word = &lower[at..end];
        let call = FUNCTIONS.iter().find(|(name, ..)| *name == word);
        if let Some((_, query, parameters)) = call
            && let Some((arguments, length)) = arguments(&sql[end..])
            && arguments.len() == parameters.len()
        {
            let mut body = crate::query::without_comments(query);
            for (parameter, argument) in parameters.iter().zip(arguments) {
                body = body.replace(parameter, &format!("({})", expand(argument)));
            }
            out.push_str(&format!("({})", body.trim().trim_end_matches(';')));
            at = end + length;
        } else {
            out.push_str(&sql[at..end.max(at + c.len_utf8())]);
            at = end.max(at + c.len_utf8());
        }
    }
    Cow::Owned(out)
}

/// Returns the arguments in the parentheses that a text begins with, and their length.
pub(super) fn arguments(text: &str) -> Option<(Vec<&str>, usize)> {
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
pub(super) fn token(text: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::statement::first;

    #[test]
    fn a_call_becomes_a_query_that_sqlite_takes() -> rusqlite::Result<()> {
        let connection = rusqlite::Connection::open_in_memory()?;
        crate::db::schema::create_whole(&connection)?;
        for sql in [
            "SELECT * FROM overlapping('chr1', 1, 2000)",
            "SELECT o.type FROM OVERLAPPING ('a,(b', (1), 2 + 3) AS o WHERE o.strand = '+'",
            "SELECT count(*) FROM descendants('gene''1') JOIN gff USING (record_id)",
            "SELECT * FROM ancestors((SELECT min(ID) FROM gff)) -- descendants(",
            "SELECT d.ID FROM descendants('a') AS d UNION SELECT ID FROM ancestors('a')",
        ] {
            let expanded = expand(sql);
            assert_ne!(expanded, sql);
            assert_eq!(first(&expanded).len(), expanded.len());
            connection.prepare(&expanded)?;
        }
        Ok(())
    }

    #[test]
    fn what_is_no_call_stays() {
        for sql in [
            "SELECT 'descendants(1)', \"overlapping(1,2,3)\" -- ancestors(1)",
            "SELECT * FROM my_descendants(1)",
            "SELECT * FROM descendants",
            "SELECT * FROM descendants()",
            "SELECT * FROM overlapping('chr1', 1)",
            "SELECT * FROM descendants('a'",
            "CREATE TABLE descendants (a, b)",
            "SELECT 'naïve' /* ancestors('x')",
        ] {
            assert_eq!(expand(sql), sql);
        }
    }
}
