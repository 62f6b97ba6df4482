//! An expression of the user's: looked at before it goes into a statement.

use rusqlite::types::Value;

use super::{Database, statement::explain};
use crate::{Error, Result};

/// Checks that a text is one SQL expression over the columns of `gff`, and nothing more.
///
/// # Errors
///
/// What SQLite says of it, the text being shown; or it is more than an expression.
pub(crate) fn check(database: &Database, text: &str) -> Result<()> {
    let refuse = |reason: &str| Err(Error::usage(format!("--where {text:?}: {reason}")));
    if let Some(reason) = not_one(text) {
        return refuse(reason);
    }
    let sql = statement(database, text);
    let prepared = database.connection().prepare(&sql);
    let failed = match prepared {
        Ok(statement) if statement.parameter_count() > 0 => {
            return refuse("expected an expression, found a parameter; write its value");
        }
        Ok(_) => return Ok(()),
        Err(error) => explain(database.connection(), &sql, error),
    };
    let said = match failed {
        rusqlite::Error::SqlInputError { msg, .. } => msg,
        rusqlite::Error::SqliteFailure(_, Some(said)) => said,
        other => other.to_string(),
    };
    refuse(&said.replace('\n', " "))
}

/// The line end closes a comment at the end of the expression.
///
/// `gene_id` and `transcript_id` of GTF may be in column `ID` or `Parent`; an expression finds them all the
/// same, as columns and by `attr`. And `length` is a column, the bases of a record.
pub(crate) fn condition(database: &Database, text: &str) -> (String, Vec<Value>) {
    let text = text.trim();
    let mut table = database.keys().table_sql(text);
    if asks_for_length(text) && !database.promoted().iter().any(|key| key == LENGTH) {
        let of = table.as_deref().unwrap_or("gff");
        table = Some(format!(
            "(SELECT gff.*, {BASES} AS {LENGTH} FROM {of}) AS gff"
        ));
    }
    let sql = match table {
        None => format!("({text}\n)"),
        Some(table) => format!("record_id IN (SELECT record_id FROM {table} WHERE ({text}\n))"),
    };
    (sql, Vec::new())
}

/// The column that no table has: how many bases a record has.
pub(crate) const LENGTH: &str = "length";

/// How many these are; an end before the start is beyond the origin of a circle.
const BASES: &str = "CASE WHEN gff.\"end\" >= gff.start THEN gff.\"end\" - gff.start + 1 \
     ELSE coalesce((SELECT sequence.length FROM sequence WHERE sequence.dataset = gff.dataset \
     AND sequence.seqid = gff.seqid AND sequence.circular) + gff.\"end\" - gff.start + 1, \
     gff.start - gff.\"end\" + 1) END";

/// Tells whether a text has the word `length`, other than as the function.
fn asks_for_length(text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let lower = text.to_ascii_lowercase();
    lower.match_indices(LENGTH).any(|(at, _)| {
        let (before, after) = (&lower[..at], &lower[at + LENGTH.len()..]);
        !before.ends_with(is_word)
            && !before.ends_with('.')
            && !after.starts_with(is_word)
            && !after.trim_start().starts_with('(')
    })
}

fn statement(database: &Database, text: &str) -> String {
    format!("SELECT 1 FROM gff WHERE {}", condition(database, text).0)
}

/// Returns why a text cannot be put between parentheses and mean what it says.
fn not_one(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &text.as_bytes()[at + 1..];
        let skip_to = |end: &[u8]| {
            rest.windows(end.len())
                .position(|w| w == end)
                .map(|i| i + end.len())
        };
        let skipped = match byte {
            0 => return Some("expected an expression, found a NUL byte"),
            b'\'' | b'"' | b'`' => skip_to(&[byte]),
            b'[' => skip_to(b"]"),
            b'-' if rest.first() == Some(&b'-') => Some(skip_to(b"\n").unwrap_or(rest.len())),
            b'/' if rest.first() == Some(&b'*') => skip_to(b"*/"),
            b'(' => {
                depth += 1;
                Some(0)
            }
            b')' => match depth.checked_sub(1) {
                Some(less) => {
                    depth = less;
                    Some(0)
                }
                None => return Some("expected an expression, found ')' without its '('"),
            },
            b';' => return Some("expected an expression, found ';'"),
            _ => Some(0),
        };
        match skipped {
            Some(skipped) => at += 1 + skipped,
            None => {
                return Some("expected an expression, found a quote or comment that does not end");
            }
        }
    }
    match depth {
        0 if text.trim().is_empty() => Some("expected an expression, found nothing"),
        0 => None,
        _ => Some("expected an expression, found '(' without its ')'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_expression_is_let_through() {
        for text in [
            "start > 5",
            "type = ')' OR (ID IS NULL)",
            "start > 5 -- why; not)",
            "\"end\" /* ) ; */ > 5",
            "[end] > 5 AND source = 'a;b'",
            "ID IN (SELECT ID FROM gff WHERE type = 'gene')",
            "source = 'it''s'",
        ] {
            assert_eq!(not_one(text), None, "{text}");
        }
        for (text, expected) in [
            ("", "nothing"),
            ("1) UNION SELECT (1", "')' without its '('"),
            ("1; DROP TABLE gff", "';'"),
            ("(1", "'(' without its ')'"),
            ("source = 'a", "a quote or comment that does not end"),
            ("1 /* x", "a quote or comment that does not end"),
            ("1\0", "a NUL byte"),
        ] {
            let expected = format!("expected an expression, found {expected}");
            assert_eq!(not_one(text), Some(expected.as_str()), "{text}");
        }
    }
}
