//! A database read back: the bytes of a file, and every table as text.
//!
//! This is written for the tests alone, so that what the program says of itself is checked by
//! something else.

use std::{collections::HashMap, path::Path};

use gffdb::gff::{Columns, Layout, render_line};
use rusqlite::{Connection, Row, types::Value};

/// The columns of a file, as table `_verbatim` names them.
const FIELDS: [&str; 10] = [
    "seqid",
    "source",
    "type",
    "start",
    "end",
    "score",
    "strand",
    "phase",
    "attributes",
    "rest",
];

/// Opens a database that nobody writes.
pub fn open(path: &Path) -> Connection {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(path, flags).expect("a database")
}

/// Returns one value of a query.
#[track_caller]
pub fn one<T: rusqlite::types::FromSql>(connection: &Connection, sql: &str) -> T {
    connection
        .query_row(sql, [], |row| row.get(0))
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// Returns the rows of a query, each as text with `|` between columns and nothing for NULL.
#[track_caller]
pub fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(sql)
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    let columns = statement.column_count();
    let text = |row: &Row| {
        let cell = |index| match row.get_unwrap::<_, Value>(index) {
            Value::Null => String::new(),
            Value::Integer(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
            Value::Text(text) => text,
            Value::Blob(bytes) => format!("x'{}'", bytes.escape_ascii()),
        };
        Ok((0..columns).map(cell).collect::<Vec<_>>().join("|"))
    };
    let rows = statement
        .query_map([], text)
        .and_then(Iterator::collect::<rusqlite::Result<_>>);
    rows.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// Returns every row of every table, in the order in which they were put in, but for what says where
/// and when it was loaded.
pub fn dump(connection: &Connection) -> Vec<String> {
    let mut all = Vec::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
                  ORDER BY name";
    for table in rows(connection, tables) {
        let columns = match table.as_str() {
            "dataset" => {
                "dataset, format, bytes, sha256, lines, records, first_record, line_end, \
                 last_line_end"
            }
            _ => "*",
        };
        let sql = format!("SELECT {columns} FROM \"{table}\"");
        let rows = rows(connection, &sql).into_iter();
        all.extend(rows.map(|row| format!("{table}: {row}")));
    }
    all
}

/// Returns what the schema has of a kind: `index`, `view`, `table`.
pub fn names(connection: &Connection, kind: &str) -> Vec<String> {
    let sql = format!(
        "SELECT name FROM sqlite_schema WHERE type = '{kind}' AND name NOT LIKE 'sqlite%' ORDER BY 1"
    );
    rows(connection, &sql)
}

/// Says what SQLite finds wrong with a database; `ok` where nothing is.
pub fn integrity(connection: &Connection) -> String {
    one(connection, "PRAGMA integrity_check")
}

/// Writes a dataset's file again, from the database alone.
pub fn file(connection: &Connection, dataset: &str) -> Vec<u8> {
    let text = |sql: &str| -> String {
        let result = connection.query_row(sql, [dataset], |row| row.get(0));
        result.unwrap_or_else(|e| panic!("{sql}: {e}"))
    };
    let line_end = text("SELECT line_end FROM dataset WHERE dataset = ?1");
    let last_line_end = text("SELECT last_line_end FROM dataset WHERE dataset = ?1");
    let records = records(connection, dataset);
    let exact = verbatim(connection, dataset);
    let mut others = others(connection, dataset).into_iter().peekable();
    let names = rows(connection, "SELECT key FROM _promoted ORDER BY position");
    let layouts = layouts(connection);

    let mut out = Vec::new();
    let mut last = None; // where the last line's end is, unless it has one of its own
    for record in &records {
        while let Some(other) = others.next_if(|o| o.before.is_some_and(|id| id <= record.id)) {
            other.write(&line_end, &mut out);
        }
        let exact = exact.get(&record.id);
        let field = |name: &str| exact.and_then(|fields| fields.get(name)).map(Vec::as_slice);
        let layout = record.layout.map(|id| &layouts[&id]);
        let exactly = |column: usize| field(FIELDS[column]);
        render_line(&record.columns(), &names, layout, exactly, &mut out);
        let start = out.len();
        out.extend_from_slice(field("line_end").unwrap_or(line_end.as_bytes()));
        last = field("line_end").is_none().then_some(start);
    }
    for other in others {
        assert_eq!(other.before, None, "nothing follows the last record");
        last = other.write(&line_end, &mut out);
    }
    if let Some(start) = last {
        out.truncate(start);
        out.extend_from_slice(last_line_end.as_bytes());
    }
    out
}

/// A row of table `gff`.
struct Record {
    id: i64,
    layout: Option<i64>,
    numbers: [Option<i64>; 3],
    score: Option<f64>,
    texts: [Option<String>; 5],
    promoted: Vec<Option<String>>,
}

impl Record {
    fn columns<'a>(&'a self) -> Columns<'a, impl Fn(usize) -> Option<&'a str>> {
        let [start, end, phase] = self.numbers;
        let [seqid, source, ty, strand, attributes] = &self.texts;
        Columns {
            seqid: seqid.as_deref(),
            source: source.as_deref(),
            ty: ty.as_deref(),
            start,
            end,
            score: self.score,
            strand: strand.as_deref(),
            phase,
            promoted: |place: usize| self.promoted.get(place)?.as_deref(),
            attributes: attributes.as_deref(),
        }
    }
}

fn records(connection: &Connection, dataset: &str) -> Vec<Record> {
    let sql = "SELECT * FROM gff WHERE dataset = ?1 AND record_id NOT IN (SELECT record_id FROM _inferred) \
               ORDER BY record_id";
    let mut statement = connection.prepare(sql).expect("table gff");
    let promoted: Vec<String> = connection
        .prepare("SELECT key FROM _promoted ORDER BY position")
        .and_then(|mut keys| keys.query_map([], |row| row.get(0))?.collect())
        .expect("table _promoted");
    let record = |row: &Row| {
        Ok(Record {
            id: row.get("record_id")?,
            layout: row.get("layout")?,
            numbers: [row.get("start")?, row.get("end")?, row.get("phase")?],
            score: row.get("score")?,
            texts: [
                row.get("seqid")?,
                row.get("source")?,
                row.get("type")?,
                row.get("strand")?,
                row.get("attributes")?,
            ],
            promoted: promoted
                .iter()
                .map(|key| row.get(key.as_str()))
                .collect::<rusqlite::Result<_>>()?,
        })
    };
    let rows = statement.query_map([dataset], record).expect("records");
    rows.collect::<rusqlite::Result<_>>().expect("records")
}

/// Returns, for each record that has any, its exact bytes by field.
fn verbatim(connection: &Connection, dataset: &str) -> HashMap<i64, HashMap<String, Vec<u8>>> {
    let sql = "SELECT record_id, field, bytes FROM _verbatim JOIN gff USING (record_id) \
               WHERE dataset = ?1";
    let mut statement = connection.prepare(sql).expect("table _verbatim");
    let mut rows = statement.query([dataset]).expect("fields");
    let mut all: HashMap<i64, HashMap<_, _>> = HashMap::new();
    while let Some(row) = rows.next().expect("a field") {
        let fields = all.entry(row.get_unwrap(0)).or_default();
        fields.insert(row.get_unwrap(1), row.get_unwrap(2));
    }
    all
}

/// A row of table `_other_line`.
struct Other {
    before: Option<i64>,
    text: Vec<u8>,
    line_end: Option<String>,
}

impl Other {
    /// Writes the line; returns where its end is, where that is the dataset's.
    fn write(&self, line_end: &str, out: &mut Vec<u8>) -> Option<usize> {
        out.extend_from_slice(&self.text);
        let start = out.len();
        out.extend_from_slice(self.line_end.as_deref().unwrap_or(line_end).as_bytes());
        self.line_end.is_none().then_some(start)
    }
}

fn others(connection: &Connection, dataset: &str) -> Vec<Other> {
    let sql = "SELECT before_record, CAST(text AS BLOB), line_end FROM _other_line \
               WHERE dataset = ?1 ORDER BY line, kind, part";
    let mut statement = connection.prepare(sql).expect("table _other_line");
    let other = |row: &Row| {
        Ok(Other {
            before: row.get(0)?,
            text: row.get(1)?,
            line_end: row.get(2)?,
        })
    };
    let rows = statement.query_map([dataset], other).expect("lines");
    rows.collect::<rusqlite::Result<_>>().expect("lines")
}

fn layouts(connection: &Connection) -> HashMap<i64, Layout> {
    let sql = "SELECT layout_id, columns, attributes FROM _layout";
    let mut statement = connection.prepare(sql).expect("table _layout");
    let mut rows = statement.query([]).expect("layouts");
    let mut all = HashMap::new();
    while let Some(row) = rows.next().expect("a layout") {
        let columns: Option<String> = row.get_unwrap(1);
        let attributes: Option<String> = row.get_unwrap(2);
        let layout = Layout::parse(columns.as_deref(), attributes.as_deref());
        all.insert(row.get_unwrap(0), layout.expect("a layout that reads back"));
    }
    all
}
