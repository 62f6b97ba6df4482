//! Export: a dataset written back, byte for byte where nobody changed it.
//!
//! Records, other lines and verbatim fields are three queries in file order, stepped side by side;
//! nothing is asked for a single record, and nothing is held but the chunk being filled. A line is
//! rendered by [`crate::gff::render_line`], which is what proved it when it was loaded.

use std::path::Path;

use rusqlite::{Connection, Rows, fallible_streaming_iterator::FallibleStreamingIterator};

use crate::{
    Error, Result,
    db::{
        layouts::Layouts,
        records::{self, Places},
    },
};

mod chunk;
mod columns;
mod datasets;
mod parents;
mod verify;

use self::{chunk::Chunk, columns::Differing, datasets::ranges};
pub use self::{
    datasets::{Dataset, choose},
    verify::{Compared, Difference, Found, integrity},
};

const RECORDS: &str = include_str!("../schema/export_records.sql");
const OTHER_LINES: &str = include_str!("../schema/export_other_lines.sql");
const VERBATIM: &str = include_str!("../schema/export_verbatim.sql");
const PARENTS: &str = include_str!("../schema/export_parents.sql");
const INFERRED: &str = include_str!("../schema/export_inferred.sql");

/// Writes datasets back.
///
/// # Examples
///
/// ```
/// # fn main() -> gffdb::Result<()> {
/// # let directory = tempfile::tempdir().unwrap();
/// # let (gff, goal) = (directory.path().join("genes.gff3"), directory.path().join("genes.sqlite"));
/// # std::fs::write(&gff, "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n").unwrap();
/// use gffdb::export::{Dataset, Exporter, choose};
///
/// gffdb::Loader::new(&goal).load(&[&gff])?;
/// let connection = gffdb::db::open(&goal)?;
/// let datasets = Dataset::all(&connection, &goal)?;
/// let genes = choose(&datasets, None, &goal)?;
/// let mut text = Vec::new();
/// Exporter::new(&connection, &goal, &datasets).export(genes, |chunk| {
///     text.extend_from_slice(chunk);
///     Ok(())
/// })?;
/// assert_eq!(text, std::fs::read(&gff).unwrap());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Exporter<'c> {
    connection: &'c Connection,
    path: &'c Path,
    datasets: &'c [Dataset],
    inferred: bool,
    observer: Option<&'c dyn Fn(u64)>,
}

impl<'c> Exporter<'c> {
    /// Exports from a database, whose file is `path` in messages, and which has these datasets.
    pub fn new(connection: &'c Connection, path: &'c Path, datasets: &'c [Dataset]) -> Self {
        Self {
            connection,
            path,
            datasets,
            inferred: false,
            observer: None,
        }
    }

    /// Writes the records that gffdb added, too, after all others. The default is no.
    pub fn inferred(&mut self, yes: bool) -> &mut Self {
        self.inferred = yes;
        self
    }

    /// Sets who is told of each chunk how many bytes it has, as it is handed on. The default is nobody.
    pub fn observer(&mut self, observer: &'c dyn Fn(u64)) -> &mut Self {
        self.observer = Some(observer);
        self
    }

    /// Returns the columns of table `gff` that are no part of the format and no promoted key: somebody
    /// added them, and nothing of them is written.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn unknown_columns(&self) -> Result<Vec<String>> {
        Ok(Differing::of(self.connection, self.path)?.into_unknown())
    }

    /// Hands the text of a dataset to `take`, chunk by chunk; returns how many records it has.
    ///
    /// # Errors
    ///
    /// The database cannot be read, table `gff` lacks a column, or `take` returned an error.
    pub fn export(
        &self,
        dataset: &Dataset,
        mut take: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<u64> {
        let take = |chunk: &[u8]| {
            if let Some(observer) = self.observer {
                observer(chunk.len() as u64);
            }
            take(chunk)
        };
        let fail = |e| Error::sqlite(self.path, e);
        // All queries see the database as it is at one moment.
        let _moment = match self.connection.is_autocommit() {
            true => Some(self.connection.unchecked_transaction().map_err(fail)?),
            false => None,
        };
        Differing::of(self.connection, self.path)?.refuse_missing(self.path)?;
        let layouts = Layouts::new(self.connection).map_err(fail)?;
        let prepare = |sql| self.connection.prepare(sql).map_err(fail);
        let mut other_lines = prepare(OTHER_LINES)?;
        let mut merge = Merge {
            exporter: self,
            dataset,
            layouts,
            other_lines: other_lines.query([&dataset.name]).map_err(fail)?,
            chunk: Chunk::new(dataset, take),
            records: 0,
        };
        merge.other_lines.advance().map_err(fail)?;
        let mut records = prepare(RECORDS)?;
        let places = Places::of(self.connection, &records).map_err(fail)?;
        let (mut verbatim, mut inferred) = (prepare(VERBATIM)?, prepare(INFERRED)?);
        let mut parents = prepare(PARENTS)?;
        for (first, last) in ranges(self.connection, self.path, self.datasets, dataset)? {
            let side = Side {
                verbatim: verbatim.query([first, last]).map_err(fail)?,
                inferred: inferred.query([first, last]).map_err(fail)?,
                parents: parents.query([first, last]).map_err(fail)?,
            };
            let rows = records.query((&dataset.name, first, last)).map_err(fail)?;
            merge.records(rows, side, &places)?;
        }
        merge.end()
    }
}

/// What is known of records beside their rows, in the order of the records.
struct Side<'s> {
    verbatim: Rows<'s>,
    inferred: Rows<'s>,
    parents: Rows<'s>,
}

/// The three queries side by side.
struct Merge<'e, F> {
    exporter: &'e Exporter<'e>,
    dataset: &'e Dataset,
    layouts: Layouts<'e>,
    other_lines: Rows<'e>,
    chunk: Chunk<F>,
    records: u64,
}

impl<F: FnMut(&[u8]) -> Result<()>> Merge<'_, F> {
    /// Writes the records of one range, and the lines that stand before them.
    fn records(&mut self, mut rows: Rows<'_>, mut side: Side<'_>, places: &Places) -> Result<()> {
        let path = self.exporter.path;
        let fail = |e| Error::sqlite(path, e);
        let mut exact = Vec::new();
        side.verbatim.advance().map_err(fail)?;
        side.inferred.advance().map_err(fail)?;
        side.parents.advance().map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let record: i64 = row.get(places.record_id).map_err(fail)?;
            if side.inferred(record).map_err(fail)? && !self.exporter.inferred {
                continue;
            }
            self.other_lines(Some(record))?;
            self.chunk.begin_line();
            let layout = match row.get(places.layout).map_err(fail)? {
                Some(id) => self.layouts.get(id).map_err(fail)?,
                None => None,
            };
            exact.clear();
            let line_end = side.verbatim(record, &mut exact).map_err(fail)?;
            let buffer = self.chunk.buffer();
            let start = buffer.len();
            places
                .render(row, layout.as_deref(), &exact, buffer)
                .map_err(fail)?;
            if let Some(value) = places.parent(row).filter(|value| value.contains(','))
                && exact.iter().all(|(column, _)| *column != 8)
            {
                let parents = side.parents(record).map_err(fail)?;
                respell(buffer, start, value, &parents);
            }
            match line_end {
                Some(line_end) => self.chunk.end_line(&line_end)?,
                None => self.chunk.end_line(self.dataset.line_end.as_bytes())?,
            }
            self.records += 1;
        }
        Ok(())
    }

    /// Writes the other lines that stand before a record; all that are left for `None`.
    fn other_lines(&mut self, record: Option<i64>) -> Result<()> {
        let path = self.exporter.path;
        let fail = |e| Error::sqlite(path, e);
        while let Some(row) = self.other_lines.get() {
            if let Some(record) = record {
                let before: Option<i64> = row.get(0).map_err(fail)?;
                if before.is_none_or(|before| before > record) {
                    return Ok(());
                }
            }
            let kind = row.get_ref(1).map_err(fail)?;
            let text = records::bytes(row.get_ref(2).map_err(fail)?);
            let line_end = row.get_ref(3).map_err(fail)?;
            let line_end = line_end.as_bytes_or_null().ok().flatten();
            let is_mark = kind.as_bytes().is_ok_and(|kind| kind == b"mark");
            match row.get::<_, i64>(4).map_err(fail)? {
                _ if is_mark => {}
                0 => self.chunk.begin_line(),
                // Of a line in pieces, another.
                _ => self.chunk.go_on(),
            }
            match (line_end, is_mark) {
                (_, true) => self.chunk.put_mark(&text),
                (Some(b""), _) => self.chunk.put_lines(&text)?,
                (line_end, _) => {
                    self.chunk.buffer().extend_from_slice(&text);
                    let default = self.dataset.line_end.as_bytes();
                    self.chunk.end_line(line_end.unwrap_or(default))?;
                }
            }
            self.other_lines.advance().map_err(fail)?;
        }
        Ok(())
    }

    /// Writes what comes after the last record; returns how many records there were.
    fn end(mut self) -> Result<u64> {
        self.other_lines(None)?;
        self.chunk.end()?;
        Ok(self.records)
    }
}

impl Side<'_> {
    /// Tells whether gffdb added the record; they must be asked for in order.
    fn inferred(&mut self, record: i64) -> rusqlite::Result<bool> {
        while let Some(row) = self.inferred.get() {
            let inferred: i64 = row.get(0)?;
            if inferred >= record {
                return Ok(inferred == record);
            }
            self.inferred.advance()?;
        }
        Ok(false)
    }

    /// Returns the single parents of a record that has several; records must be asked for in order.
    fn parents(&mut self, record: i64) -> rusqlite::Result<Vec<String>> {
        let mut parents = Vec::new();
        while let Some(row) = self.parents.get() {
            let of: i64 = row.get(0)?;
            if of > record {
                break;
            }
            if of == record {
                let parent = records::bytes(row.get_ref(1)?);
                parents.push(String::from_utf8_lossy(&parent).into_owned());
            }
            self.parents.advance()?;
        }
        Ok(parents)
    }

    /// Puts the record's verbatim fields into `exact`, by their columns from 0 to 8; returns its
    /// line end, where it has one of its own. Records must be asked for in order.
    fn verbatim(
        &mut self,
        record: i64,
        exact: &mut Vec<(usize, Vec<u8>)>,
    ) -> rusqlite::Result<Option<Vec<u8>>> {
        let mut line_end = None;
        while let Some(row) = self.verbatim.get() {
            let of: i64 = row.get(0)?;
            if of > record {
                break;
            }
            if of == record {
                let bytes = records::bytes(row.get_ref(2)?).into_owned();
                match row.get_ref(1)?.as_str()? {
                    "line_end" => line_end = Some(bytes),
                    field => exact.extend(records::field(field).map(|index| (index, bytes))),
                }
            }
            self.verbatim.advance()?;
        }
        Ok(line_end)
    }
}

/// Spells the parents of the line from `start` on anew, where it would be read as having others.
fn respell(buffer: &mut Vec<u8>, start: usize, value: &str, parents: &[String]) {
    let tabs = memchr::memchr_iter(b'\t', &buffer[start..]).map(|at| start + at);
    let mut tabs = tabs.skip(7);
    let Some(begin) = tabs.next().map(|tab| tab + 1) else {
        return;
    };
    let end = tabs.next().unwrap_or(buffer.len());
    let respelled = str::from_utf8(&buffer[begin..end])
        .ok()
        .and_then(|column| parents::respelled(column, value, parents));
    if let Some(column) = respelled {
        buffer.splice(begin..end, column.into_bytes());
    }
}
