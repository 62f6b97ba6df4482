//! A database that is asked: what it has, by name.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{
    CachedStatement, Connection, OptionalExtension, Params, config::DbConfig, types::FromSql,
};

use super::{
    filter,
    keys::{GTF_KEYS, Keys},
    lengths::Lengths,
    nearest::nearest,
    region::Region,
    row::Row,
    row_columns::RowColumns,
    select::Query,
};
use crate::{
    Error, Result,
    coords::Circle,
    db::{
        self,
        schema::{self, FIXED_COLUMNS},
    },
};

/// Statements that are kept prepared: planning a search takes longer than running it.
const STATEMENTS: usize = 64;

/// After so many answers, [`CACHE`] is worth its memory.
pub(super) const OFTEN: u32 = 100;

/// What SQLite may then keep of the file, in KiB: most of the index of regions of a human annotation.
pub(super) const CACHE: i64 = 65_536;

/// A database, open to be read.
///
/// One that is asked again and again, by a program that keeps it open, comes to keep up to 64 MiB of
/// the file in memory.
///
/// # Examples
///
/// ```
/// # let dir = tempfile::tempdir().map_err(|e| gffdb::Error::io("-", "make", e))?;
/// # let path = dir.path().join("genes.sqlite");
/// # gffdb::demo::Demo::new().genes(3).write(dir.path())?;
/// # gffdb::Loader::new(&path).load(&[dir.path().join("demo.gff3")])?;
/// use gffdb::query::Database;
///
/// let mut genes = Vec::new();
/// for gene in Database::open(path)?.query().region("chr1:1-2000")?.types(["gene"]).records()? {
///     let gene = gene?;
///     genes.push(format!("{:?} {:?}-{:?}", gene.id(), gene.start, gene.end));
/// }
/// assert_eq!(genes, [r#"Some("gene:DEMO00001") Some(844)-Some(3907)"#]);
/// # Ok::<(), gffdb::Error>(())
/// ```
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
    keys: Keys,
    row_columns: RowColumns,
    has_alias: bool,
    has_own_link: bool,
    /// The circular sequences, and the version of the data that they are of.
    circles: RefCell<Option<(i64, Arc<[Circle]>)>>,
    /// Whether these were looked at since the snapshot began.
    pub(super) knows_circles: Cell<bool>,
    /// How many snapshots there are.
    pub(super) readers: Cell<u32>,
    /// How many snapshots there were, up to [`OFTEN`].
    pub(super) answers: Cell<u32>,
}

impl Database {
    /// Opens a database to read it; nothing is left beside the file.
    ///
    /// # Errors
    ///
    /// The file is missing, is no database of this program, or lacks a table.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::new(db::open(path)?, path)
    }

    /// Takes a connection that is open.
    pub(crate) fn new(connection: Connection, path: &Path) -> Result<Self> {
        let fail = |e| Error::sqlite(path, e);
        let tables = db::tables(&connection, path)?;
        let columns: Vec<String> = connection
            .prepare("SELECT name FROM pragma_table_info('gff')")
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .map_err(fail)?;
        let has_column = |name: &&str| columns.iter().any(|column| column == name);
        if !FIXED_COLUMNS.iter().all(has_column) {
            return Err(Error::database(
                path,
                "its table \"gff\" has other columns than gffdb makes; `gffdb convert` makes it anew",
            ));
        }
        let has_alias = tables.iter().any(|table| table == "alias");
        let fixed = FIXED_COLUMNS.map(String::from);
        let promoted: Vec<String> = columns
            .into_iter()
            .filter(|column| !fixed.contains(column))
            .collect();
        let has_own_link = links_by_own_view(&connection).map_err(fail)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Else a statement is planned anew for each value that is bound to it.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(fail)?;
        let row_columns = RowColumns::all(&promoted);
        let keys = Keys::new(&connection, promoted).map_err(fail)?;
        Ok(Self {
            connection,
            path: path.to_path_buf(),
            row_columns,
            keys,
            has_alias,
            has_own_link,
            circles: RefCell::default(),
            knows_circles: Cell::default(),
            readers: Cell::default(),
            answers: Cell::default(),
        })
    }

    /// Asks for records; without a filter, for all.
    pub fn query(&self) -> Query<'_> {
        Query::new(self)
    }

    /// Returns the connection, which reads only.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Tells whether view `link` of the file is gffdb's. Where it is not, relatives are found by gffdb's
    /// all the same.
    pub fn has_own_link(&self) -> bool {
        self.has_own_link
    }

    /// Returns the file, as errors name it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the attribute keys that are columns, in their order: `ID`, `Parent`, then others.
    pub fn promoted(&self) -> &[String] {
        &self.keys.promoted
    }

    /// Returns what tells which column holds a key.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Returns all columns of a record.
    pub(crate) fn row_columns(&self) -> &RowColumns {
        &self.row_columns
    }

    /// Prepares a statement that selects `gff.*`, to return rows as [`Row`](super::Row) reads them.
    pub(crate) fn prepare_rows(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        let sql = sql.replacen("gff.*", &self.row_columns.sql, 1);
        self.connection.prepare_cached(&sql)
    }

    /// Returns an error of SQLite's as one about this file.
    pub(crate) fn failed(&self, error: rusqlite::Error) -> Error {
        Error::sqlite(&self.path, error)
    }

    /// Returns the first column of every row.
    pub(crate) fn list<T: FromSql>(&self, sql: &str, values: impl Params) -> Result<Vec<T>> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map(values, |row| row.get(0))?.collect())
            .map_err(|e| self.failed(e))
    }

    /// Hands on every row of a query of `gff.*`.
    pub(crate) fn rows(
        &self,
        sql: &str,
        values: impl Params,
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let fail = |e| self.failed(e);
        let mut statement = self.prepare_rows(sql).map_err(fail)?;
        let mut rows = statement.query(values).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            each(&Row::new(row, &self.keys))?;
        }
        Ok(())
    }

    /// Tells whether a query has a row.
    pub(crate) fn exists(&self, sql: &str, values: impl Params) -> Result<bool> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(values, |_| Ok(())).optional())
            .map(|row| row.is_some())
            .map_err(|e| self.failed(e))
    }

    /// Returns the names of the datasets.
    pub fn datasets(&self) -> Result<Vec<String>> {
        self.list("SELECT dataset FROM dataset ORDER BY dataset", [])
    }

    /// Returns the types that records have.
    pub fn types(&self) -> Result<Vec<String>> {
        // A step of the index for each, where DISTINCT would read all of it.
        self.list(include_str!("../../schema/types.sql"), [])
    }

    /// Returns those of the types, or classes `class:NAME`, that no record has, each with the nearest type that
    /// a record has.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn types_missing<'a>(
        &self,
        words: impl IntoIterator<Item = &'a String>,
    ) -> Result<Vec<(String, Option<String>)>> {
        let mut missing = Vec::new();
        let mut known = None;
        for word in words {
            let types = filter::types(self, word)?;
            let known: &Vec<String> = match &known {
                Some(known) => known,
                None => known.insert(self.types()?),
            };
            if !types.iter().any(|ty| known.contains(ty)) {
                let near = nearest(word, known.iter().map(String::as_str));
                missing.push((word.clone(), near.map(str::to_owned)));
            }
        }
        Ok(missing)
    }

    /// Returns the last base of a region's sequence, where it is known and the region begins beyond it.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn ends_before(&self, region: &Region) -> Result<Option<i64>> {
        let Some((first, _)) = region.range else {
            return Ok(None);
        };
        if self.circles()?.iter().any(|c| c.seqid == region.seqid) {
            return Ok(None);
        }
        let length = Lengths::new(&self.connection)
            .of(&region.seqid)
            .map_err(|e| self.failed(e))?;
        Ok(length.filter(|length| *length < first))
    }

    /// Returns the sources that records have. All records are read.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn sources(&self) -> Result<Vec<String>> {
        self.list(
            "SELECT DISTINCT source FROM gff WHERE source IS NOT NULL ORDER BY source",
            [],
        )
    }

    /// Returns the names of the sequences, each once.
    pub fn sequences(&self) -> Result<Vec<String>> {
        self.list("SELECT DISTINCT seqid FROM sequence ORDER BY seqid", [])
    }

    /// Returns the sequences that a name means: those so called, and those of which it is an alias; where
    /// there is none, those of the name with its escapes decoded, as the lines of a GFF3 file have it.
    pub(crate) fn resolve(&self, name: &str) -> Result<Vec<String>> {
        let seqids = self.called(name)?;
        match crate::gff::decode(name) {
            Cow::Owned(decoded) if seqids.is_empty() => self.called(&decoded),
            _ => Ok(seqids),
        }
    }

    fn called(&self, name: &str) -> Result<Vec<String>> {
        let mut seqids = self.list(
            "SELECT seqid FROM dataset CROSS JOIN sequence USING (dataset) WHERE seqid = ?1 LIMIT 1",
            [name],
        )?;
        if self.has_alias {
            let more: Vec<String> =
                self.list("SELECT DISTINCT seqid FROM alias WHERE alias = ?1", [name])?;
            seqids.extend(more.into_iter().filter(|seqid| seqid != name));
        }
        Ok(seqids)
    }

    /// Returns the other names of the sequences in one style: the name in the records, and the other.
    pub(crate) fn names_of_style(&self, style: &str) -> Result<Vec<(String, String)>> {
        if !self.has_alias {
            return Ok(Vec::new());
        }
        self.connection
            .prepare("SELECT seqid, alias FROM alias WHERE style = ?1 ORDER BY seqid, alias")
            .and_then(|mut s| s.query_map([style], |row| row.try_into())?.collect())
            .map_err(|e| self.failed(e))
    }

    /// Returns the styles of name that the sequences have.
    pub(crate) fn styles(&self) -> Result<Vec<String>> {
        match self.has_alias {
            true => self.list("SELECT DISTINCT style FROM alias ORDER BY style", []),
            false => Ok(Vec::new()),
        }
    }

    /// Returns the circular sequences whose length is known.
    pub(crate) fn circles(&self) -> Result<Arc<[Circle]>> {
        if self.knows_circles.get()
            && let Some((_, circles)) = &*self.circles.borrow()
        {
            return Ok(Arc::clone(circles));
        }
        // Within a snapshot, nobody changes them.
        self.knows_circles.set(self.readers.get() > 0);
        let version: Vec<i64> = self.list("PRAGMA data_version", [])?;
        let version = version.first().copied().unwrap_or_default();
        if let Some((of, circles)) = &*self.circles.borrow()
            && *of == version
        {
            return Ok(Arc::clone(circles));
        }
        let circles = db::circles(&self.connection).map_err(|e| self.failed(e))?;
        *self.circles.borrow_mut() = Some((version, Arc::clone(&circles)));
        Ok(circles)
    }

    /// Returns the first and the last `record_id`; 0 where there is none.
    pub(crate) fn ends(&self) -> Result<(i64, i64)> {
        self.connection
            .prepare_cached(
                "SELECT coalesce((SELECT min(record_id) FROM gff), 0),
                        coalesce((SELECT max(record_id) FROM gff), 0)",
            )
            .and_then(|mut s| s.query_row([], |row| row.try_into()))
            .map_err(|e| self.failed(e))
    }

    /// Tells whether a dataset was loaded before a key became a column.
    pub(crate) fn was_loaded_without(&self, key: &str) -> Result<bool> {
        Ok(!["ID", "Parent"].contains(&key)
            && self.datasets()?.len() > 1
            && self.exists(include_str!("../../schema/loaded_without.sql"), [key])?)
    }

    /// Tells whether any record has an attribute of this key.
    pub(crate) fn has_key(&self, key: &str) -> Result<bool> {
        Ok(self.promoted().iter().any(|p| p == key)
            || self.keys.held_sql(key).is_some()
            || self.exists(
                "SELECT 1 FROM gff WHERE attr(attributes, ?1) IS NOT NULL LIMIT 1",
                [key],
            )?)
    }

    /// Returns keys that records have: the promoted ones, and those of the first 10,000 records.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub fn known_keys(&self) -> Result<Vec<String>> {
        let mut keys = self.promoted().to_vec();
        let held = GTF_KEYS
            .iter()
            .filter(|key| self.keys.held_sql(key).is_some());
        keys.extend(held.map(ToString::to_string));
        let mut seen: HashSet<String> = keys.iter().cloned().collect();
        let mut read = || {
            let sql = "SELECT attributes FROM gff ORDER BY record_id LIMIT 10000";
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let column = row.get_ref(0)?.as_str_or_null()?.unwrap_or_default();
                for attribute in crate::gff::Attributes::new(column) {
                    if !attribute.key.is_empty() && !seen.contains(attribute.key) {
                        seen.insert(attribute.key.to_owned());
                        keys.push(attribute.key.to_owned());
                    }
                }
            }
            Ok(())
        };
        read().map_err(|e| self.failed(e))?;
        Ok(keys)
    }
}

/// Makes sure that view `link` is gffdb's, whatever the file has: it may be of another version, edited,
/// or endless. Returns whether the file's is.
fn links_by_own_view(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = 'link'";
    let stored: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    if stored.is_some_and(|stored| schema::is_own_view("link", &stored)) {
        return Ok(true);
    }
    // A temporary view is found before the file's.
    let own = schema::view("link").unwrap_or_default();
    connection.execute_batch(&own.replacen("CREATE", "CREATE TEMP", 1))?;
    Ok(false)
}
