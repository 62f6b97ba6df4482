//! A database read back, all of it, by a connection that has none of gffdb's functions.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use gffdb::db::quote;
use rusqlite::{Connection, OpenFlags, types::Value};

use super::failure::{Checked, Failure};

/// Dataset, seqid, length, whether it is circular, and how its length is known.
pub type Sequence = (String, String, Option<i64>, bool, Option<String>);

/// The tables and the records of a database.
#[derive(Debug, Default)]
pub struct Rows {
    /// The promoted keys, `ID` and `Parent` first.
    pub promoted: Vec<String>,
    /// By their numbers.
    pub records: BTreeMap<i64, Row>,
    pub datasets: Vec<Dataset>,
    pub sequences: BTreeSet<Sequence>,
    /// Single parents, by the child.
    pub parents: BTreeMap<i64, BTreeSet<String>>,
    /// Key and value, by the record.
    pub values: BTreeMap<i64, Vec<(String, String)>>,
    /// Field and bytes, by the record.
    pub verbatim: BTreeMap<i64, BTreeMap<String, Vec<u8>>>,
    pub inferred: BTreeSet<i64>,
    /// Record and key, where `values` lacks what an edit made of them.
    pub outdated: BTreeSet<(i64, String)>,
    /// Dataset, line, the record that follows, kind, bytes, line end.
    pub other_lines: Vec<OtherLine>,
    /// Texts, by the identifier.
    pub layouts: HashMap<i64, (Option<String>, Option<String>)>,
    pub type_lengths: BTreeSet<(Option<Vec<u8>>, i64)>,
    /// Dataset, line, code, severity, text.
    pub issues: Vec<(String, Option<i64>, String, String, String)>,
    pub classes: HashMap<String, String>,
}

/// A row of table `_other_line`.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherLine {
    pub dataset: String,
    pub line: i64,
    pub before: Option<i64>,
    pub kind: String,
    pub text: Vec<u8>,
    pub end: Option<String>,
}

/// What is recorded of a file, but for where and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    pub name: String,
    pub format: String,
    pub bytes: i64,
    pub sha256: String,
    pub lines: i64,
    pub records: i64,
    pub first_record: i64,
    pub line_end: String,
    pub last_line_end: String,
    pub compression: String,
    /// The keys of `--values`.
    pub values: Vec<String>,
}

/// A record: its columns by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub columns: BTreeMap<String, Value>,
}

impl Row {
    pub fn value(&self, column: &str) -> &Value {
        self.columns.get(column).unwrap_or(&Value::Null)
    }

    /// Returns a text; numbers that somebody put there are none.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self, column: &str) -> Option<i64> {
        match self.value(column) {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub fn dataset(&self) -> &str {
        self.text("dataset").unwrap_or_default()
    }
}

impl Rows {
    /// Reads a database.
    pub fn read(path: &Path) -> Checked<Self> {
        Self::read_all(path).map_err(Failure::of("rows"))
    }

    fn read_all(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let connection = &connection;
        let mut rows = Self::default();
        each(
            connection,
            "SELECT key FROM _promoted ORDER BY position",
            |row| {
                rows.promoted.push(row.get(0)?);
                Ok(())
            },
        )?;
        let mut statement = connection.prepare("SELECT * FROM gff")?;
        let names: Vec<String> = statement.column_names().map(String::from).collect();
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let value = |at| lossy(row.get_ref(at)?);
            let columns = names.iter().enumerate();
            let columns = columns
                .map(|(at, name)| Ok((name.clone(), value(at)?)))
                .collect::<rusqlite::Result<BTreeMap<_, _>>>()?;
            rows.records.insert(row.get("record_id")?, Row { columns });
        }
        drop(found);
        each(
            connection,
            "SELECT record_id, key FROM _outdated_value",
            |row| {
                rows.outdated.insert((row.get(0)?, row.get(1)?));
                Ok(())
            },
        )?;
        each(
            connection,
            "SELECT * FROM dataset ORDER BY first_record, dataset",
            |row| {
                let options: String = row.get("options")?;
                let options: serde_json::Value = serde_json::from_str(&options).unwrap_or_default();
                let values = options["values"].as_array().into_iter().flatten();
                rows.datasets.push(Dataset {
                    name: row.get("dataset")?,
                    format: row.get("format")?,
                    bytes: row.get("bytes")?,
                    sha256: row.get("sha256")?,
                    lines: row.get("lines")?,
                    records: row.get("records")?,
                    first_record: row.get("first_record")?,
                    line_end: row.get("line_end")?,
                    last_line_end: row.get("last_line_end")?,
                    compression: row.get("compression")?,
                    values: values
                        .filter_map(|v| v.as_str().map(String::from))
                        .collect(),
                });
                Ok(())
            },
        )?;
        rows.read_side_tables(connection)?;
        Ok(rows)
    }

    fn read_side_tables(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        each(
            connection,
            "SELECT dataset, seqid, length, circular, known_by FROM sequence",
            |row| {
                self.sequences.insert(row.try_into()?);
                Ok(())
            },
        )?;
        each(
            connection,
            "SELECT record_id, Parent FROM _multi_parent",
            |row| {
                self.parents
                    .entry(row.get(0)?)
                    .or_default()
                    .insert(row.get(1)?);
                Ok(())
            },
        )?;
        let sql = "SELECT record_id, key, value FROM attribute_value ORDER BY rowid";
        each(connection, sql, |row| {
            let value = (row.get(1)?, row.get(2)?);
            self.values.entry(row.get(0)?).or_default().push(value);
            Ok(())
        })?;
        each(
            connection,
            "SELECT record_id, field, bytes FROM _verbatim",
            |row| {
                let fields = self.verbatim.entry(row.get(0)?).or_default();
                fields.insert(row.get(1)?, row.get(2)?);
                Ok(())
            },
        )?;
        each(connection, "SELECT record_id FROM _inferred", |row| {
            self.inferred.insert(row.get(0)?);
            Ok(())
        })?;
        let sql = "SELECT dataset, line, before_record, kind, CAST(text AS BLOB), line_end, part
                   FROM _other_line ORDER BY dataset, line, kind, part";
        each(connection, sql, |row| {
            // A long line is kept in pieces.
            if let (1.., Some(whole)) = (row.get::<_, i64>(6)?, self.other_lines.last_mut()) {
                whole.text.extend(row.get::<_, Vec<u8>>(4)?);
                whole.end = row.get(5)?;
                return Ok(());
            }
            self.other_lines.push(OtherLine {
                dataset: row.get(0)?,
                line: row.get(1)?,
                before: row.get(2)?,
                kind: row.get(3)?,
                text: row.get(4)?,
                end: row.get(5)?,
            });
            Ok(())
        })?;
        each(
            connection,
            "SELECT layout_id, columns, attributes FROM _layout",
            |row| {
                self.layouts.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
                Ok(())
            },
        )?;
        each(
            connection,
            "SELECT CAST(type AS BLOB), class FROM _type_length",
            |row| {
                self.type_lengths.insert(row.try_into()?);
                Ok(())
            },
        )?;
        each(
            connection,
            "SELECT dataset, line, code, severity, text FROM issue",
            |row| {
                self.issues.push(row.try_into()?);
                Ok(())
            },
        )?;
        each(connection, "SELECT type, class FROM type_class", |row| {
            self.classes.insert(row.get(0)?, row.get(1)?);
            Ok(())
        })
    }

    /// Returns the records of a dataset in file order, without those that gffdb added.
    pub fn of<'r>(&'r self, dataset: &'r str) -> impl Iterator<Item = (i64, &'r Row)> {
        let mine = move |(_, row): &(&i64, &Row)| row.dataset() == dataset;
        let mine = self.records.iter().filter(mine);
        mine.map(|(id, row)| (*id, row))
            .filter(|(id, _)| !self.inferred.contains(id))
    }

    /// Returns the records that gffdb added to a dataset.
    pub fn added<'r>(&'r self, dataset: &'r str) -> impl Iterator<Item = (i64, &'r Row)> {
        let rows = self
            .inferred
            .iter()
            .filter_map(|id| Some((*id, self.records.get(id)?)));
        rows.filter(move |(_, row)| row.dataset() == dataset)
    }

    /// Returns the single parents of a record.
    pub fn parents_of(&self, id: i64) -> Vec<&str> {
        match self.parents.get(&id) {
            Some(parents) => parents.iter().map(String::as_str).collect(),
            None => self.records[&id].text("Parent").into_iter().collect(),
        }
    }

    /// Returns the text of a record's layout.
    pub fn layout_of(&self, row: &Row) -> Option<&(Option<String>, Option<String>)> {
        self.layouts.get(&row.number("layout")?)
    }
}

/// Returns a value; text that is no UTF-8 as a BLOB.
fn lossy(value: rusqlite::types::ValueRef<'_>) -> rusqlite::Result<Value> {
    use rusqlite::types::ValueRef;
    Ok(match value {
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(bytes.to_vec()),
        },
        other => Value::try_from(other)?,
    })
}

fn each(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Returns SQLite's complaints about a database.
pub fn integrity(path: &Path) -> Checked {
    let ask = || {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut problems = Vec::new();
        each(&connection, "PRAGMA integrity_check", |row| {
            problems.push(row.get::<_, String>(0)?);
            Ok(())
        })?;
        // Each index by itself: what it leads to is what a scan finds.
        let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'gff'";
        let mut indexes = Vec::new();
        each(&connection, sql, |row| {
            indexes.push((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
            Ok(())
        })?;
        for (name, sql) in indexes {
            let filter = sql.as_deref().and_then(|sql| sql.rsplit_once(" WHERE "));
            let filter = filter.map_or("true", |(_, filter)| filter);
            let count = |by: String| {
                let sql = format!("SELECT count(*) FROM gff {by} WHERE {filter}");
                connection.query_row(&sql, [], |row| row.get::<_, i64>(0))
            };
            let (indexed, scanned) = (
                count(format!("INDEXED BY {}", quote(&name)))?,
                count(String::from("NOT INDEXED"))?,
            );
            if indexed != scanned {
                problems.push(format!("{name} has {indexed} records of {scanned}"));
            }
        }
        Ok::<_, rusqlite::Error>(problems)
    };
    let mut problems = ask().map_err(Failure::of("integrity"))?;
    problems.retain(|problem| problem != "ok");
    super::failure::same("integrity", "SQLite's check", &problems, &Vec::new())
}
