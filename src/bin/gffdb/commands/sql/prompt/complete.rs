//! What Tab completes at the prompt: commands, tables, columns, functions, words of SQL, and in quotes IDs.

use gffdb::sql;
use rusqlite::Connection;
use rustyline::{
    Context, Helper,
    completion::{Completer, Pair},
    highlight::Highlighter,
    hint::Hinter,
    validate::Validator,
};

/// The commands of the prompt.
pub const COMMANDS: [&str; 9] = [
    ".exit", ".format", ".headers", ".help", ".mode", ".quit", ".schema", ".tables", ".timer",
];

/// Words of SQL that questions are made of.
const WORDS: [&str; 46] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "CROSS",
    "DELETE",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FILTER",
    "FROM",
    "GLOB",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OVER",
    "SELECT",
    "THEN",
    "UNION",
    "UPDATE",
    "USING",
    "WHERE",
];

/// At most so many values are listed; more are for a query.
const MOST: usize = 50;

/// Completes what is typed with what the database has.
pub struct Complete<'c>(pub &'c Connection);

impl Complete<'_> {
    /// Returns where the word that ends at the cursor begins, and what it may become, sorted.
    fn candidates(&self, line: &str, cursor: usize) -> (usize, Vec<String>) {
        let typed = &line[..cursor];
        if let Some(start) = open_quote(typed) {
            let values = self.values(&typed[start..]).unwrap_or_default();
            return (start, values);
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = typed
            .char_indices()
            .rev()
            .find(|(_, c)| !is_word(*c))
            .map_or(0, |(at, c)| at + c.len_utf8());
        if let Some(command) = typed
            .strip_prefix('.')
            .filter(|rest| rest.chars().all(is_word))
        {
            let mut all = COMMANDS.into_iter();
            let all = all.by_ref().filter(|name| name[1..].starts_with(command));
            return (0, all.map(String::from).collect());
        }
        let word = typed[start..].to_lowercase();
        if word.is_empty() {
            return (start, Vec::new());
        }
        let names = self.names().unwrap_or_default();
        let is_lower = typed[start..].chars().all(|c| !c.is_uppercase());
        let words = WORDS.iter().map(|word| match is_lower {
            true => word.to_lowercase(),
            false => String::from(*word),
        });
        let mut all: Vec<String> = names
            .into_iter()
            .chain(words)
            .filter(|name| name.to_lowercase().starts_with(&word))
            .collect();
        all.sort_unstable();
        all.dedup();
        (start, all)
    }

    /// Returns the names of tables, views, columns and functions.
    fn names(&self) -> rusqlite::Result<Vec<String>> {
        let mut names = Vec::new();
        for table in sql::tables(self.0)? {
            names.push(table.name);
            names.extend(table.columns);
        }
        let mut functions = self
            .0
            .prepare("SELECT DISTINCT name FROM pragma_function_list")?;
        for name in functions.query_map([], |row| row.get::<_, String>(0))? {
            names.push(name?);
        }
        names.extend(["overlapping", "descendants", "ancestors", "attributes"].map(String::from));
        names.retain(|name| name.starts_with(|c: char| c.is_alphabetic()));
        Ok(names)
    }

    /// Returns IDs, sequences and types that begin so; each is looked up in an index.
    fn values(&self, begin: &str) -> rusqlite::Result<Vec<String>> {
        let mut values = Vec::new();
        for (column, table) in [
            ("seqid", "sequence"),
            ("type", "_type_length"),
            ("ID", "gff"),
        ] {
            let sql = format!(
                "SELECT DISTINCT {column} FROM {table} WHERE {column} >= ?1 AND {column} < ?2 ORDER BY 1 LIMIT ?3"
            );
            // A table that is no annotation's has none of them.
            let Ok(mut statement) = self.0.prepare(&sql) else {
                continue;
            };
            let end = format!("{begin}\u{10ffff}");
            for value in statement.query_map((begin, end, MOST as i64), |row| row.get(0))? {
                values.push(value?);
            }
        }
        values.sort_unstable();
        values.dedup();
        values.truncate(MOST);
        Ok(values)
    }
}

/// Returns where the text begins that a single quote has opened and none has closed.
fn open_quote(typed: &str) -> Option<usize> {
    let quotes = typed.matches('\'').count();
    (quotes % 2 == 1).then(|| typed.rfind('\'').map_or(0, |at| at + 1))
}

impl Completer for Complete<'_> {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, all) = self.candidates(line, cursor);
        let pair = |name: String| Pair {
            display: name.clone(),
            replacement: name,
        };
        Ok((start, all.into_iter().map(pair).collect()))
    }
}

impl Helper for Complete<'_> {}

impl Highlighter for Complete<'_> {}

impl Hinter for Complete<'_> {
    type Hint = String;
}

impl Validator for Complete<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tab_knows_what_the_database_has() -> rusqlite::Result<()> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE gff (seqid TEXT, type TEXT, start INTEGER, ID TEXT);
             CREATE TABLE sequence (seqid TEXT);
             CREATE VIEW gene AS SELECT * FROM gff;
             INSERT INTO gff VALUES ('chr1', 'gene', 1, 'gene:A1'), ('chr1', 'gene', 2, 'gene:A2'), ('c', 'x', 3, 'B');
             INSERT INTO sequence VALUES ('chr1'), ('c');",
        )?;
        let complete = Complete(&connection);
        for (line, start, expected) in [
            (".ta", 0, &[".tables"][..]),
            (".", 0, &COMMANDS[..]),
            ("SELECT * FROM ge", 14, &["gene"]),
            ("SELECT * FROM gf", 14, &["gff"]),
            ("SELECT sta", 7, &["start"]),
            ("sel", 0, &["select"]),
            ("SEL", 0, &["SELECT"]),
            ("SELECT group_c", 7, &["group_concat"]),
            ("SELECT * FROM overl", 14, &["overlapping"]),
            (
                "SELECT * FROM gff WHERE ID = 'gene:",
                30,
                &["gene:A1", "gene:A2"],
            ),
            ("SELECT * FROM gff WHERE ID = 'c", 30, &["c", "chr1"]),
            (
                "SELECT * FROM gff WHERE ID = 'B' AND typ",
                37,
                &["type", "typeof"],
            ),
            ("SELECT * FROM gff WHERE ID = 'zz", 30, &[]),
            ("", 0, &[]),
        ] {
            let (at, found) = complete.candidates(line, line.len());
            assert_eq!(
                (at, found),
                (start, expected.iter().map(ToString::to_string).collect()),
                "{line}"
            );
        }
        Ok(())
    }
}
