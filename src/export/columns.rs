//! The columns of table `gff` that export needs, and those that it does not know.

use std::path::Path;

use rusqlite::Connection;

use crate::{
    Error, Result,
    db::{quote, schema::FIXED_COLUMNS},
};

/// Which columns table `gff` lacks, and which it has beyond the schema and the promoted keys.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Differing {
    missing: Vec<String>,
    unknown: Vec<String>,
}

impl Differing {
    /// Compares table `gff` with what export needs.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn of(connection: &Connection, path: &Path) -> Result<Self> {
        let list = |sql: &str| -> Result<Vec<String>> {
            let read = || {
                let mut statement = connection.prepare(sql)?;
                let rows = statement.query_map([], |row| row.get(0))?;
                rows.collect::<rusqlite::Result<_>>()
            };
            read().map_err(|e| Error::sqlite(path, e))
        };
        let there = list("SELECT name FROM pragma_table_xinfo('gff', 'main')")?;
        let promoted = list("SELECT key FROM _promoted ORDER BY position")?;
        let known = || {
            FIXED_COLUMNS
                .into_iter()
                .chain(promoted.iter().map(String::as_str))
        };
        let is = |name: &str| {
            let name = name.to_owned();
            move |other: &str| other.eq_ignore_ascii_case(&name)
        };
        Ok(Self {
            missing: known()
                .filter(|name| !there.iter().map(String::as_str).any(is(name)))
                .map(String::from)
                .collect(),
            unknown: there
                .iter()
                .filter(|name| !known().any(is(name)))
                .cloned()
                .collect(),
        })
    }

    /// Returns the columns that somebody added, of which export writes nothing.
    pub fn into_unknown(self) -> Vec<String> {
        self.unknown
    }

    /// Requires every column that export needs.
    ///
    /// # Errors
    ///
    /// One is missing: what it held would not be written, without a word.
    pub fn refuse_missing(&self, path: &Path) -> Result<()> {
        let Some(missing) = self.missing.first() else {
            return Ok(());
        };
        let missing = quote(missing);
        let next = match self.unknown.first() {
            Some(other) => format!(
                "if {other} has its values, `ALTER TABLE gff RENAME COLUMN {} TO {missing}` brings it back",
                quote(other)
            ),
            None if FIXED_COLUMNS.map(quote).contains(&missing) => {
                String::from("convert the file again")
            }
            None => format!(
                "`DELETE FROM _promoted WHERE key = '{}'` says that it is not to be written",
                missing.trim_matches('"').replace('\'', "''")
            ),
        };
        Err(Error::database(
            path,
            format!("expected a column {missing} in table gff, found none; {next}"),
        ))
    }
}
