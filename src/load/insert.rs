//! Into the database: the one thread that inserts.

use rusqlite::{CachedStatement, Connection, Statement, types::Value as SqlValue};

use crate::{
    db::quote,
    load::{
        batch::{Batch, Cell, Rows, Small, Value},
        infer::WantedParents,
        rows::column,
    },
};

const NOTE_SEQUENCE: &str = include_str!("../../schema/note_sequence.sql");
const END_DATASET: &str = include_str!("../../schema/end_dataset.sql");

/// How many rows of `gff` go into one transaction, where nothing else is asked for.
pub const BATCH_ROWS: usize = 10_000;

/// Inserts the batches of one dataset.
pub struct Inserter<'c> {
    connection: &'c Connection,
    dataset: String,
    insert: Statement<'c>,
    /// Columns of table `gff`.
    columns: usize,
    batch_rows: usize,
    wanted: &'c mut WantedParents,
    /// Rows in the open transaction.
    open_rows: usize,
}

impl<'c> Inserter<'c> {
    /// Starts a dataset; table `gff` has `columns` columns.
    pub fn new(
        connection: &'c Connection,
        dataset: &str,
        columns: usize,
        batch_rows: usize,
        wanted: &'c mut WantedParents,
    ) -> rusqlite::Result<Self> {
        connection.execute_batch("BEGIN")?;
        Ok(Self {
            connection,
            dataset: dataset.to_owned(),
            insert: prepare(connection, columns)?,
            columns,
            batch_rows: batch_rows.max(1),
            wanted,
            open_rows: 0,
        })
    }

    /// Inserts all that a batch holds.
    pub fn insert(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let Batch { text, rows, .. } = batch;
        self.add_columns(&rows.new_columns)?;
        for (id, layout) in &rows.layouts {
            let columns = Some(layout.columns_text()).filter(|text| !text.is_empty());
            self.cached("layout", 3)?
                .execute((id, columns, layout.attributes_text()))?;
        }
        for (record, cells) in rows.records() {
            self.record(record, cells, text, rows)?;
        }
        rows.small.iter().try_for_each(|small| self.small(small))
    }

    fn record(
        &mut self,
        record: i64,
        cells: &[Cell],
        text: &str,
        rows: &Rows,
    ) -> rusqlite::Result<()> {
        let insert = &mut self.insert;
        insert.clear_bindings();
        insert.raw_bind_parameter(usize::from(column::RECORD_ID) + 1, record)?;
        insert.raw_bind_parameter(usize::from(column::DATASET) + 1, self.dataset.as_str())?;
        for cell in cells {
            let parameter = usize::from(cell.column) + 1;
            match cell.value {
                Value::Int(number) => insert.raw_bind_parameter(parameter, number)?,
                Value::Real(number) => insert.raw_bind_parameter(parameter, number)?,
                Value::Block(span) => insert.raw_bind_parameter(parameter, span.get(text))?,
                Value::Arena(span) => {
                    insert.raw_bind_parameter(parameter, span.get(&rows.arena))?;
                }
            }
        }
        insert.raw_execute()?;
        self.open_rows += 1;
        if self.open_rows >= self.batch_rows {
            self.open_rows = 0;
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// Adds columns that turned up. SQLite only notes them: rows that are there are not touched.
    fn add_columns(&mut self, new: &[String]) -> rusqlite::Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        add_columns(self.connection, new, self.columns)?;
        self.columns += new.len();
        self.insert = prepare(self.connection, self.columns)?;
        Ok(())
    }

    fn cached(&self, table: &str, columns: usize) -> rusqlite::Result<CachedStatement<'c>> {
        self.connection
            .prepare_cached(&insert_into("INSERT", table, columns))
    }

    fn small(&mut self, small: &Small) -> rusqlite::Result<()> {
        let dataset = &self.dataset;
        match small {
            Small::Parent { record, parent } => {
                let sql = insert_into("INSERT OR IGNORE", "multi_parent", 2);
                self.connection
                    .prepare_cached(&sql)?
                    .execute((record, parent))
            }
            Small::AttributeValue { record, key, value } => self
                .cached("attribute_value", 3)?
                .execute((record, key, value)),
            Small::Verbatim {
                record,
                field,
                bytes,
            } => self.cached("verbatim", 3)?.execute((record, field, bytes)),
            Small::OtherLine(other) => {
                let text = match std::str::from_utf8(&other.text) {
                    Ok(text) => SqlValue::Text(text.to_owned()),
                    Err(_) => SqlValue::Blob(other.text.clone()),
                };
                self.cached("other_line", 6)?.execute((
                    dataset,
                    other.line as i64,
                    other.before_record,
                    other.kind,
                    text,
                    other.line_end,
                ))
            }
            Small::Issue(issue) => self.cached("issue", 5)?.execute((
                dataset,
                issue.line as i64,
                issue.code,
                issue.severity,
                &issue.text,
            )),
            Small::Wanted(wanted) => return self.wanted.add(dataset, wanted),
            Small::Sequence(sequence) => self.connection.prepare_cached(NOTE_SEQUENCE)?.execute((
                dataset,
                &sequence.seqid,
                sequence.length.map(|(length, _)| length),
                sequence.circular,
                sequence.length.map(|(_, known_by)| known_by),
            )),
        }
        .map(drop)
    }

    /// Ends the dataset, whose next record would have been `next_record`.
    pub fn end(self, next_record: i64) -> rusqlite::Result<()> {
        self.connection
            .execute(END_DATASET, (&self.dataset, next_record))?;
        self.connection.execute_batch("COMMIT")
    }
}

/// Adds promoted keys as columns; `columns` are there already.
pub fn add_columns(
    connection: &Connection,
    keys: &[String],
    columns: usize,
) -> rusqlite::Result<()> {
    let first = columns - usize::from(column::PROMOTED);
    for (position, key) in (first..).zip(keys) {
        let column = quote(key);
        connection.execute_batch(&format!("ALTER TABLE gff ADD COLUMN {column} TEXT"))?;
        connection
            .prepare_cached(&insert_into("INSERT", "promoted", 2))?
            .execute((position as i64, key))?;
    }
    Ok(())
}

fn prepare(connection: &Connection, columns: usize) -> rusqlite::Result<Statement<'_>> {
    connection.prepare(&insert_into("INSERT", "gff", columns))
}

fn insert_into(verb: &str, table: &str, columns: usize) -> String {
    let parameters = vec!["?"; columns].join(", ");
    format!("{verb} INTO {} VALUES ({parameters})", quote(table))
}
