//! What a database holds: where it came from, what is in it, and whether the source has changed.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, Row, types::ValueRef};

use crate::{Error, Result};

/// What a database holds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Info {
    /// Bytes of the database file.
    pub bytes: u64,
    /// The version of its schema.
    pub schema_version: i32,
    /// Records in table `gff`, of all datasets.
    pub records: u64,
    /// How many of the records are in no file, because gffdb added them.
    pub inferred: u64,
    /// What was loaded, in the order of loading.
    pub datasets: Vec<Dataset>,
    /// Records by feature type, the commonest first.
    pub types: Vec<TypeCount>,
    /// The attribute keys that are columns, in the order of the columns: `ID`, `Parent`, others.
    pub promoted: Vec<String>,
    /// The indexes, in the order in which they were built.
    pub indexes: Vec<Index>,
}

/// A loaded file.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Dataset {
    /// Its name in the database.
    pub name: String,
    /// The file's name as it was given; `-` is standard input.
    pub file: String,
    /// `gff3` or `gtf`: the syntax of most of its ninth columns.
    pub format: String,
    /// `plain`, `gzip`, `BGZF`, `zstd` or `bzip2`.
    pub compression: String,
    /// Bytes after decompression.
    pub bytes: u64,
    /// SHA-256 of these bytes, in hexadecimal.
    pub sha256: String,
    /// Lines, records or not.
    pub lines: u64,
    /// Records when it was loaded.
    pub records: u64,
    /// How it was loaded: a JSON object.
    pub options: String,
    /// The version of the program that loaded it.
    pub gffdb_version: String,
    /// When it was loaded: UTC, ISO 8601, to the second.
    pub loaded_at: String,
    /// What became of the file since.
    pub source: Source,
    /// The sequences that it names, the longest first, those of unknown length last.
    pub sequences: Vec<Sequence>,
    /// What was found in it while loading, the most frequent first.
    pub issues: Vec<IssueCount>,
}

/// What became of a loaded file since, as far as its length and time tell; nothing is read of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// No file of that name is there, seen from the working directory, or it was standard input.
    Gone,
    /// Nothing speaks for a change. One that kept both length and time would not be seen.
    Unchanged,
    /// A file that is not compressed has another length.
    Resized {
        /// Its length now, in bytes.
        bytes: u64,
    },
    /// It was written to, or written anew, after it was loaded.
    Modified {
        /// When: UTC, ISO 8601, to the second.
        at: String,
    },
}

/// How many records are of one type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TypeCount {
    /// The feature type, column 3; `None` for `.`.
    pub ty: Option<String>,
    /// What it counts as: `gene`, `transcript`, `exon`, …; `None` where it is in no class.
    pub class: Option<String>,
    /// The number of records, inferred ones included.
    pub records: u64,
}

/// A sequence that a dataset names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sequence {
    /// Its name, column 1.
    pub seqid: String,
    /// Its length in bases, where it is known.
    pub length: Option<i64>,
    /// Whether it is a circle.
    pub circular: bool,
    /// Where the length is from: `directive`, `feature` or `fasta`.
    pub known_by: Option<String>,
}

/// An index of the database.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The table that it is on.
    pub table: String,
    /// Its columns, in order; `None` is an expression.
    pub columns: Vec<Option<String>>,
}

/// How often one problem was found in a dataset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssueCount {
    /// The stable name of the problem.
    pub code: String,
    /// `error` (the line was skipped), `warning` or `info`.
    pub severity: String,
    /// How often it was found.
    pub count: u64,
}

/// Tells what is in an open database of this program; `path` is its file.
///
/// It counts the records by type on an index, and otherwise reads the small tables only.
///
/// # Errors
///
/// The database cannot be read, or its file is gone.
///
/// # Examples
///
/// ```
/// # fn main() -> gffdb::Result<()> {
/// # let directory = tempfile::tempdir().unwrap();
/// # let (gff, goal) = (directory.path().join("genes.gff3"), directory.path().join("genes.sqlite"));
/// # std::fs::write(&gff, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n").unwrap();
/// # gffdb::Loader::new(&goal).load(&[&gff])?;
/// let info = gffdb::query::info::info(&gffdb::db::open(&goal)?, &goal)?;
/// assert_eq!(info.records, 1);
/// assert_eq!(info.datasets[0].sequences[0].seqid, "sq0");
/// # Ok(())
/// # }
/// ```
pub fn info(connection: &Connection, path: &Path) -> Result<Info> {
    let bytes = fs::metadata(path)
        .map_err(|e| Error::io(path, "open", e))?
        .len();
    read(connection, bytes).map_err(|e| Error::sqlite(path, e))
}

fn read(connection: &Connection, bytes: u64) -> rusqlite::Result<Info> {
    let types = list(
        connection,
        include_str!("../../schema/info/types.sql"),
        |row| {
            Ok(TypeCount {
                ty: match row.get_ref(0)? {
                    ValueRef::Text(text) | ValueRef::Blob(text) => {
                        Some(String::from_utf8_lossy(text).into_owned())
                    }
                    _ => None,
                },
                class: row.get(1)?,
                records: count(row, 2)?,
            })
        },
    )?;
    Ok(Info {
        bytes,
        schema_version: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        records: types.iter().map(|t| t.records).sum(),
        inferred: connection.query_row(
            include_str!("../../schema/info/inferred.sql"),
            [],
            |row| count(row, 0),
        )?,
        datasets: datasets(connection)?,
        types,
        promoted: list(
            connection,
            include_str!("../../schema/info/promoted.sql"),
            |row| row.get(0),
        )?,
        indexes: indexes(connection)?,
    })
}

fn datasets(connection: &Connection) -> rusqlite::Result<Vec<Dataset>> {
    let mut issues: HashMap<String, Vec<IssueCount>> = HashMap::new();
    let sql = include_str!("../../schema/info/issues.sql");
    for (dataset, issue) in list(connection, sql, issue)? {
        issues.entry(dataset).or_default().push(issue);
    }
    let mut sequences = connection.prepare(include_str!("../../schema/info/sequences.sql"))?;
    let sql = include_str!("../../schema/info/datasets.sql");
    list(connection, sql, |row| {
        let name: String = row.get(0)?;
        Ok(Dataset {
            file: row.get(1)?,
            format: row.get(2)?,
            compression: row.get(3)?,
            bytes: count(row, 4)?,
            sha256: row.get(5)?,
            lines: count(row, 6)?,
            records: count(row, 7)?,
            options: row.get(8)?,
            gffdb_version: row.get(9)?,
            loaded_at: row.get(10)?,
            source: source(connection, row)?,
            sequences: sequences
                .query_map([&name], sequence)?
                .collect::<rusqlite::Result<_>>()?,
            issues: issues.remove(&name).unwrap_or_default(),
            name,
        })
    })
}

/// Looks at the file that a row of `datasets.sql` is about.
fn source(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<Source> {
    let (file, compression): (String, String) = (row.get(1)?, row.get(3)?);
    let then: Option<i64> = row.get(11)?;
    let metadata = match fs::metadata(&file) {
        Ok(metadata) if file != "-" && metadata.is_file() => metadata,
        _ => return Ok(Source::Gone),
    };
    if compression == "plain" && metadata.len() != count(row, 4)? {
        let bytes = metadata.len();
        return Ok(Source::Resized { bytes });
    }
    // The time of loading is to the second, so a change within that second is not seen.
    match (metadata.modified().ok().and_then(seconds), then) {
        (Some(now), Some(then)) if now > then => Ok(Source::Modified {
            at: connection.query_row(include_str!("../../schema/info/time.sql"), [now], |row| {
                row.get(0)
            })?,
        }),
        _ => Ok(Source::Unchanged),
    }
}

/// Returns whole seconds since 1970, UTC.
fn seconds(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

fn sequence(row: &Row<'_>) -> rusqlite::Result<Sequence> {
    Ok(Sequence {
        seqid: row.get(0)?,
        length: row.get(1)?,
        circular: row.get(2)?,
        known_by: row.get(3)?,
    })
}

fn issue(row: &Row<'_>) -> rusqlite::Result<(String, IssueCount)> {
    let issue = IssueCount {
        code: row.get(1)?,
        severity: row.get(2)?,
        count: count(row, 3)?,
    };
    Ok((row.get(0)?, issue))
}

fn indexes(connection: &Connection) -> rusqlite::Result<Vec<Index>> {
    let sql = include_str!("../../schema/info/indexes.sql");
    let columns = list(connection, sql, |row| {
        <(String, String, Option<String>)>::try_from(row)
    })?;
    let mut indexes: Vec<Index> = Vec::new();
    for (name, table, column) in columns {
        match indexes.last_mut() {
            Some(index) if index.name == name => index.columns.push(column),
            _ => indexes.push(Index {
                name,
                table,
                columns: vec![column],
            }),
        }
    }
    Ok(indexes)
}

fn list<T>(
    connection: &Connection,
    sql: &str,
    item: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare(sql)?.query_map([], item)?.collect()
}

/// Returns a number that counts something; where somebody wrote one below zero, 0.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    Ok(u64::try_from(number).unwrap_or(0))
}

#[cfg(test)]
mod tests;
