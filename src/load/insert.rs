//! Into the database: the one thread that inserts.

use std::ffi::c_int;

use rusqlite::{
    CachedStatement, Connection,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    db::{
        quote,
        schema::{self, FIXED_COLUMNS},
    },
    load::{
        batch::{Batch, Cell, Rows, SideRow, Value},
        infer::WantedParents,
        rows::column,
    },
};

mod statement;

use self::statement::{Bound, RowInsert};

const NOTE_SEQUENCE: &str = include_str!("../../schema/note_sequence.sql");
const LANDMARK_ALIAS: &str = include_str!("../../schema/landmark_alias.sql");
const LANDMARK_ALIASES: &str = include_str!("../../schema/landmark_aliases.sql");
const END_DATASET: &str = include_str!("../../schema/end_dataset.sql");

/// How many rows of `gff` go into one transaction, where nothing else is asked for.
pub const BATCH_ROWS: usize = 10_000;

/// Inserts the batches of one dataset.
pub struct Inserter<'c> {
    connection: &'c Connection,
    dataset: String,
    insert: RowInsert<'c>,
    /// Columns of table `gff` that rows are given: by their place, and with it.
    columns: Columns,
    /// Rows a transaction; `None` where the caller has one open.
    batch_rows: Option<usize>,
    wanted: &'c mut WantedParents,
    /// Whether a feature that seems to be a whole sequence has other names.
    has_aliases: bool,
    /// Rows in the open transaction.
    open_rows: usize,
}

impl<'c> Inserter<'c> {
    /// Starts a dataset; `promoted` are the keys that are columns. It is inserted in transactions of
    /// `batch_rows` rows, or within the one that is open.
    pub fn new(
        connection: &'c Connection,
        dataset: &str,
        promoted: &[String],
        batch_rows: Option<usize>,
        wanted: &'c mut WantedParents,
    ) -> rusqlite::Result<Self> {
        let columns = Columns::of(connection, promoted)?;
        if batch_rows.is_some() {
            connection.execute_batch("BEGIN")?;
        }
        Ok(Self {
            connection,
            dataset: dataset.to_owned(),
            insert: RowInsert::prepare(connection, &columns.insert())?,
            columns,
            batch_rows: batch_rows.map(|rows| rows.max(1)),
            wanted,
            has_aliases: false,
            open_rows: 0,
        })
    }

    /// Inserts all that a batch holds.
    pub fn insert(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let Batch { text, rows, .. } = batch;
        self.add_columns(&rows.new_columns, !rows.layouts.is_empty())?;
        for layout in &rows.layouts {
            let columns = Some(&layout.columns).filter(|text| !text.is_empty());
            self.cached("_layout", 3)?
                .execute((layout.id, columns, &layout.attributes))?;
        }
        for (record, cells) in rows.records() {
            self.record(record, cells, text, rows)?;
        }
        rows.small
            .iter()
            .try_for_each(|small| self.small(small, batch))
    }

    fn record(
        &mut self,
        record: i64,
        cells: &[Cell],
        text: &str,
        rows: &Rows,
    ) -> rusqlite::Result<()> {
        let parameter = |column: u16| c_int::from(column) + 1;
        let dataset = self.columns.dataset.then_some(self.dataset.as_str());
        let dataset = dataset.map(|name| (parameter(column::DATASET), Bound::Text(name)));
        let cells = cells.iter().map(|cell| {
            let value = match cell.value {
                Value::Int(number) => Bound::Int(number),
                Value::Real(number) => Bound::Real(number),
                Value::Block(span) => Bound::Text(span.get(text)),
                Value::Arena(span) => Bound::Text(span.get(&rows.arena)),
            };
            (parameter(cell.column), value)
        });
        let record = [(parameter(column::RECORD_ID), Bound::Int(record))];
        self.insert
            .insert(record.into_iter().chain(dataset).chain(cells))?;
        self.open_rows += 1;
        if self.batch_rows.is_some_and(|rows| self.open_rows >= rows) {
            self.open_rows = 0;
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// Adds columns that turned up. SQLite only notes them: rows that are there are not touched.
    fn add_columns(&mut self, new: &[String], layout: bool) -> rusqlite::Result<()> {
        let layout = layout && !self.columns.layout;
        if layout {
            schema::add_layout(self.connection)?;
            self.columns.layout = true;
        }
        if !new.is_empty() {
            add_promoted(self.connection, new, self.columns.promoted.len())?;
            self.columns.promoted.extend_from_slice(new);
        }
        if layout || !new.is_empty() {
            self.insert = RowInsert::prepare(self.connection, &self.columns.insert())?;
        }
        Ok(())
    }

    fn cached(&self, table: &str, columns: usize) -> rusqlite::Result<CachedStatement<'c>> {
        self.connection
            .prepare_cached(&insert_into("INSERT", table, columns))
    }

    /// Inserts a row of a small table, whose texts are in the batch.
    pub fn small(&mut self, small: &SideRow, batch: &Batch) -> rusqlite::Result<()> {
        let dataset = &self.dataset;
        match small {
            SideRow::Parent { record, parent } => {
                let sql = insert_into("INSERT OR IGNORE", "_multi_parent", 2);
                self.connection
                    .prepare_cached(&sql)?
                    .execute((record, batch.text(*parent)))
            }
            SideRow::AttributeValue { record, key, value } => self
                .cached("attribute_value", 3)?
                .execute((record, batch.text(*key), batch.text(*value))),
            SideRow::Verbatim {
                record,
                field,
                bytes,
            } => self
                .cached("_verbatim", 3)?
                .execute((record, field, batch.bytes(*bytes))),
            SideRow::OtherLine(other) => {
                let bytes = batch.bytes(other.text);
                let text = match std::str::from_utf8(bytes) {
                    Ok(_) => ValueRef::Text(bytes),
                    Err(_) => ValueRef::Blob(bytes),
                };
                self.cached("_other_line", 7)?.execute((
                    dataset,
                    other.line as i64,
                    other.before_record,
                    other.kind,
                    ToSqlOutput::Borrowed(text),
                    other.line_end,
                    other.part,
                ))
            }
            SideRow::Issue(issue) => self.cached("issue", 5)?.execute((
                dataset,
                issue.line as i64,
                issue.code,
                issue.severity,
                &issue.text,
            )),
            SideRow::Alias { seqid, alias, end } => {
                if !std::mem::replace(&mut self.has_aliases, true) {
                    self.connection.execute_batch(LANDMARK_ALIAS)?;
                }
                self.cached("landmark_alias", 3)?
                    .execute((seqid, alias, end))
            }
            SideRow::UnresolvedParent(wanted) => {
                return self.wanted.add(dataset, wanted, batch.text(wanted.parent));
            }
            SideRow::Sequence(sequence) => {
                self.connection.prepare_cached(NOTE_SEQUENCE)?.execute((
                    dataset,
                    &sequence.seqid,
                    sequence.length.map(|(length, _)| length),
                    sequence.circular,
                    sequence.length.map(|(_, known_by)| known_by),
                ))
            }
        }
        .map(drop)
    }

    /// Ends the dataset, whose next record would have been `next_record`.
    pub fn end(self, next_record: i64) -> rusqlite::Result<()> {
        if !self.columns.layout {
            schema::add_layout(self.connection)?;
        }
        if !self.columns.dataset {
            schema::add_dataset(self.connection, &self.dataset)?;
        }
        if self.has_aliases {
            self.connection.execute(LANDMARK_ALIASES, [&self.dataset])?;
            self.connection
                .execute_batch("DELETE FROM landmark_alias")?;
        }
        self.connection
            .execute(END_DATASET, (&self.dataset, next_record))?;
        match self.batch_rows {
            Some(_) => self.connection.execute_batch("COMMIT"),
            None => Ok(()),
        }
    }
}

/// The columns of table `gff` that rows are given.
#[derive(Debug)]
struct Columns {
    /// Whether `layout` is there.
    layout: bool,
    /// Whether `dataset` is there; it is not while the first file is loaded.
    dataset: bool,
    /// The promoted keys, in the order of their promotion.
    promoted: Vec<String>,
}

impl Columns {
    fn of(connection: &Connection, promoted: &[String]) -> rusqlite::Result<Self> {
        Ok(Self {
            layout: connection.column_exists(None::<&str>, "gff", "layout")?,
            dataset: connection.column_exists(None::<&str>, "gff", "dataset")?,
            promoted: promoted.to_vec(),
        })
    }

    /// Returns the statement that inserts a row: parameter 1 is the first column of
    /// [`column`], and so on.
    fn insert(&self) -> String {
        let fixed = FIXED_COLUMNS.into_iter().zip(0..).filter(|&(_, place)| {
            (place != column::LAYOUT || self.layout) && (place != column::DATASET || self.dataset)
        });
        let promoted = self.promoted.iter().map(String::as_str);
        let (mut names, mut parameters) = (String::new(), String::new());
        for (name, place) in fixed.chain(promoted.zip(column::PROMOTED..)) {
            let comma = if names.is_empty() { "" } else { ", " };
            names += &format!("{comma}{}", quote(name));
            parameters += &format!("{comma}?{}", place + 1);
        }
        format!("INSERT INTO gff ({names}) VALUES ({parameters})")
    }
}

/// Adds promoted keys as columns; `promoted` are there already.
pub fn add_promoted(
    connection: &Connection,
    keys: &[String],
    promoted: usize,
) -> rusqlite::Result<()> {
    for (position, key) in (promoted..).zip(keys) {
        let column = quote(key);
        connection.execute_batch(&format!("ALTER TABLE gff ADD COLUMN {column} TEXT"))?;
        connection
            .prepare_cached(&insert_into("INSERT", "_promoted", 2))?
            .execute((position as i64, key))?;
    }
    Ok(())
}

fn insert_into(verb: &str, table: &str, columns: usize) -> String {
    let parameters = vec!["?"; columns].join(", ");
    format!("{verb} INTO {} VALUES ({parameters})", quote(table))
}
