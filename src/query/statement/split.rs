//! Where a statement ends: for a prompt that waits for it, and for errors that show it.

/// Tells whether a statement typed so far needs no more lines.
///
/// It does not when its last statement ends in `;`, or when there is none: nothing but blanks and
/// comments. A `;` in quotes, in a comment or in the body of a trigger ends nothing.
///
/// # Examples
///
/// ```
/// use gffdb::sql::is_complete;
///
/// assert!(is_complete("SELECT 1;"));
/// assert!(!is_complete("SELECT 1"));
/// assert!(!is_complete("SELECT ';"));
/// ```
pub fn is_complete(sql: &str) -> bool {
    let mut rest = sql;
    while let Some(end) = end_of_first(rest) {
        rest = &rest[end..];
    }
    let mut tokens = Tokens { rest, open: false };
    tokens.next().is_none() && !tokens.open
}

/// Returns the first statement in `sql` with its `;`, or all where it has no end.
pub(crate) fn first(sql: &str) -> &str {
    match end_of_first(sql) {
        Some(end) => &sql[..end],
        None => sql,
    }
}

/// Returns the words of `sql`, and its quoted names and strings without their quotes.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = &str> {
    let tokens = Tokens {
        rest: sql,
        open: false,
    };
    tokens.filter_map(|token| match token {
        Token::Word(word) => Some(word),
        Token::Quoted(quoted) => quoted.get(1..quoted.len() - 1),
        Token::Semicolon | Token::Other => None,
    })
}

/// Returns the offset after the first statement's `;`.
fn end_of_first(sql: &str) -> Option<usize> {
    let mut tokens = Tokens {
        rest: sql,
        open: false,
    };
    // The first words tell a trigger; its body has statements of its own and ends in `; END;`.
    let mut opening: Vec<String> = Vec::new();
    let mut last = [Token::Other, Token::Other];
    while let Some(token) = tokens.next() {
        if token == Token::Semicolon && (!is_trigger(&opening) || last == [Token::Semicolon, END]) {
            return Some(sql.len() - tokens.rest.len());
        }
        if opening.len() < 6 {
            opening.push(match token {
                Token::Word(word) => word.to_ascii_uppercase(),
                _ => String::new(),
            });
        }
        let token = match token {
            Token::Word(word) if word.eq_ignore_ascii_case("end") => END,
            token => token,
        };
        last = [last[1], token];
    }
    None
}

/// `[EXPLAIN [QUERY PLAN]] CREATE [TEMP | TEMPORARY] TRIGGER`
fn is_trigger(opening: &[String]) -> bool {
    opening
        .iter()
        .map(String::as_str)
        .skip_while(|word| matches!(*word, "EXPLAIN" | "QUERY" | "PLAN"))
        .filter(|word| !matches!(*word, "TEMP" | "TEMPORARY"))
        .take(2)
        .eq(["CREATE", "TRIGGER"])
}

const END: Token<'static> = Token::Word("END");

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Semicolon,
    Word(&'a str),
    /// A name or string with its quotes.
    Quoted(&'a str),
    /// An operator.
    Other,
}

/// What is left to read; blanks and comments are skipped.
struct Tokens<'a> {
    rest: &'a str,
    /// A comment was opened and not closed.
    open: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.rest = self.rest.trim_start();
            let c = self.rest.chars().next()?;
            let (token, length) = if self.rest.starts_with("--") {
                (None, self.rest.find('\n').map(|i| i + 1))
            } else if self.rest.starts_with("/*") {
                let length = self.rest[2..].find("*/").map(|i| i + 4);
                self.open = length.is_none();
                (None, length)
            } else if let '\'' | '"' | '`' | '[' = c {
                // A doubled quote inside reads as two quoted tokens, which changes nothing here.
                let close = if c == '[' { ']' } else { c };
                let length = self.rest[1..].find(close).map(|i| i + 2);
                let text = &self.rest[..length.unwrap_or(self.rest.len())];
                (Some(Token::Quoted(text)), length)
            } else if c.is_alphanumeric() || c == '_' {
                let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
                let length = self.rest.find(|c| !word(c)).unwrap_or(self.rest.len());
                (Some(Token::Word(&self.rest[..length])), Some(length))
            } else if c == ';' {
                (Some(Token::Semicolon), Some(1))
            } else {
                (Some(Token::Other), Some(c.len_utf8()))
            };
            // What is never closed goes on to the end.
            self.rest = &self.rest[length.unwrap_or(self.rest.len())..];
            if token.is_some() {
                return token;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIGGER: &str = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN
        UPDATE a SET b = CASE b WHEN 1 THEN 2 END;
        SELECT 1;
    END;";

    #[test]
    fn a_statement_ends_at_its_own_semicolon() {
        for (sql, expected) in [
            ("SELECT 1; SELECT 2;", "SELECT 1;"),
            ("SELECT 1", "SELECT 1"),
            (
                "SELECT ';' AS \"a;b\", [c;d], `e;f`; x",
                "SELECT ';' AS \"a;b\", [c;d], `e;f`;",
            ),
            ("SELECT 'it''s; so'; x", "SELECT 'it''s; so';"),
            ("SELECT 1 -- one;\n; x", "SELECT 1 -- one;\n;"),
            ("SELECT /* a; b */ 1; x", "SELECT /* a; b */ 1;"),
            ("SELECT 'open; x", "SELECT 'open; x"),
            ("SELECT 'é';é", "SELECT 'é';"),
            (TRIGGER, TRIGGER),
            (
                "CREATE TABLE trigger_end (a); x",
                "CREATE TABLE trigger_end (a);",
            ),
        ] {
            assert_eq!(first(sql), expected);
        }
        let two = format!("explain query plan {TRIGGER} SELECT 1;");
        assert_eq!(first(&two), format!("explain query plan {TRIGGER}"));
    }

    #[test]
    fn words_are_names_with_or_without_quotes() {
        let sql = "SELECT a.b FROM \"c d\", [e], `f` -- g\nWHERE h='";
        let found: Vec<_> = words(sql).collect();
        assert_eq!(
            found,
            ["SELECT", "a", "b", "FROM", "c d", "e", "f", "WHERE", "h"]
        );
    }

    #[test]
    fn a_prompt_waits_for_the_semicolon() {
        for (sql, expected) in [
            ("", true),
            ("  \n", true),
            ("-- only a comment", true),
            ("/* only a comment */", true),
            ("/* not closed;", false),
            ("SELECT 1", false),
            ("SELECT 1;", true),
            ("SELECT 1; -- done", true),
            ("SELECT 1; /* not closed", false),
            ("SELECT 1; SELECT", false),
            ("SELECT 1 -- not yet;", false),
            ("SELECT 'not; yet", false),
            (TRIGGER, true),
            ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", false),
            (";", true),
        ] {
            assert_eq!(is_complete(sql), expected, "{sql}");
        }
    }
}
