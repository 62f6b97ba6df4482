//! Edits in SQL, as from any program that has SQLite in it.

use gffdb::db::quote;
use rusqlite::{Connection, types::Value};

use super::{numbers::Numbers, rows::Rows, words};

/// One statement. Records are named by a number that counts round those that there are.
#[derive(Clone, Debug)]
pub enum Edit {
    Update {
        records: Vec<usize>,
        set: Vec<(Column, Value)>,
    },
    Insert {
        /// Counts round the datasets; `None` leaves the column out.
        dataset: Option<usize>,
        set: Vec<(Column, Value)>,
        /// The record whose number the new one takes with `INSERT OR REPLACE`.
        replaces: Option<usize>,
    },
    Delete {
        records: Vec<usize>,
    },
    /// Gives a record the number of another with so much added to it.
    Renumber {
        record: usize,
        other: usize,
        more: i64,
    },
    /// Puts a record into another dataset.
    Move {
        record: usize,
        dataset: usize,
    },
}

/// A column of table `gff`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Column {
    Fixed(&'static str),
    /// Counts round the promoted keys.
    Promoted(usize),
}

/// What a statement is about, once the database is known.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    pub sql: String,
    /// Records that are changed.
    pub changed: Vec<i64>,
    pub deleted: Vec<i64>,
    /// Old and new number.
    pub renumbered: Option<(i64, i64)>,
    /// The number of a new record, where it is said.
    pub inserted: bool,
    pub replaced: Option<i64>,
    pub set: Vec<(String, Value)>,
}

impl Column {
    fn name(&self, rows: &Rows) -> String {
        match self {
            Self::Fixed(name) => String::from(*name),
            Self::Promoted(at) => rows.promoted[at % rows.promoted.len()].clone(),
        }
    }
}

impl Edit {
    /// Draws an edit.
    pub fn draw(n: &mut Numbers) -> Self {
        match n.below(12) {
            0 | 1 => Self::Insert {
                dataset: (!n.one_in(5)).then(|| n.below(4)),
                set: (0..2 + n.below(6)).map(|_| setting(n)).collect(),
                replaces: n.one_in(3).then(|| n.below(100)),
            },
            2 => Self::Delete {
                records: (0..1 + n.below(3)).map(|_| n.below(100)).collect(),
            },
            3 => Self::Renumber {
                record: n.below(100),
                other: n.below(100),
                more: n.pick(&[0, 1, 100, -100]),
            },
            4 if n.one_in(2) => Self::Move {
                record: n.below(100),
                dataset: n.below(4),
            },
            _ => Self::Update {
                records: (0..n.pick(&[1, 1, 1, 2, 8]))
                    .map(|_| n.below(100))
                    .collect(),
                set: (0..n.pick(&[1, 1, 1, 2, 3])).map(|_| setting(n)).collect(),
            },
        }
    }

    /// Returns the statement for a database; `None` where there is nothing to edit.
    pub fn statement(&self, rows: &Rows) -> Option<Statement> {
        let ids: Vec<i64> = rows.records.keys().copied().collect();
        let record = |at: &usize| (!ids.is_empty()).then(|| ids[at % ids.len()]);
        let several = |records: &[usize]| -> Option<Vec<i64>> {
            let mut all: Vec<i64> = records.iter().map(record).collect::<Option<_>>()?;
            all.sort_unstable();
            all.dedup();
            Some(all)
        };
        let set = |set: &[(Column, Value)]| -> Vec<(String, Value)> {
            let mut all: Vec<(String, Value)> = Vec::new();
            for (column, value) in set {
                let name = column.name(rows);
                if !all.iter().any(|(other, _)| *other == name) {
                    all.push((name, value.clone()));
                }
            }
            all
        };
        let list = |ids: &[i64]| -> String {
            let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
            format!("({})", ids.join(", "))
        };
        let dataset = |at: usize| rows.datasets[at % rows.datasets.len()].name.clone();
        Some(match self {
            Self::Update { records, set: to } => {
                let (changed, set) = (several(records)?, set(to));
                let to: Vec<String> = set
                    .iter()
                    .map(|(column, value)| format!("{} = {}", quote(column), literal(value)))
                    .collect();
                Statement {
                    sql: format!(
                        "UPDATE gff SET {} WHERE record_id IN {}",
                        to.join(", "),
                        list(&changed)
                    ),
                    changed,
                    set,
                    ..Statement::default()
                }
            }
            Self::Insert {
                dataset: of,
                set: to,
                replaces,
            } => {
                let mut set = set(to);
                let replaced = replaces.as_ref().and_then(record);
                if let Some(id) = replaced {
                    set.push((String::from("record_id"), Value::Integer(id)));
                }
                if let Some(at) = of {
                    set.push((String::from("dataset"), Value::Text(dataset(*at))));
                }
                let columns: Vec<String> = set.iter().map(|(column, _)| quote(column)).collect();
                let values: Vec<String> = set.iter().map(|(_, value)| literal(value)).collect();
                Statement {
                    sql: format!(
                        "INSERT {}INTO gff ({}) VALUES ({})",
                        if replaced.is_some() {
                            "OR REPLACE "
                        } else {
                            ""
                        },
                        columns.join(", "),
                        values.join(", ")
                    ),
                    inserted: true,
                    replaced,
                    set,
                    ..Statement::default()
                }
            }
            Self::Delete { records } => {
                let deleted = several(records)?;
                Statement {
                    sql: format!("DELETE FROM gff WHERE record_id IN {}", list(&deleted)),
                    deleted,
                    ..Statement::default()
                }
            }
            Self::Renumber {
                record: at,
                other,
                more,
            } => {
                let (from, to) = (record(at)?, record(other)? + more);
                Statement {
                    sql: format!("UPDATE gff SET record_id = {to} WHERE record_id = {from}"),
                    renumbered: Some((from, to)),
                    ..Statement::default()
                }
            }
            Self::Move {
                record: at,
                dataset: of,
            } => {
                let (id, name) = (record(at)?, Value::Text(dataset(*of)));
                Statement {
                    sql: format!(
                        "UPDATE gff SET dataset = {} WHERE record_id = {id}",
                        literal(&name)
                    ),
                    changed: vec![id],
                    set: vec![(String::from("dataset"), name)],
                    ..Statement::default()
                }
            }
        })
    }
}

/// Returns a value as SQL has it.
fn literal(value: &Value) -> String {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02x}")).collect() };
    match value {
        Value::Null => String::from("NULL"),
        Value::Integer(i64::MIN) => String::from("-9223372036854775807 - 1"),
        Value::Integer(number) => number.to_string(),
        Value::Real(f64::INFINITY) => String::from("9e999"),
        Value::Real(number) => format!("{number:e}"),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Blob(bytes) => format!("x'{}'", hex(bytes)),
    }
}

/// Returns the value that a column keeps of one that it is given.
pub fn kept(column: &str, value: &Value) -> rusqlite::Result<Value> {
    let affinity = match column {
        "record_id" | "start" | "end" | "phase" | "layout" => "INTEGER",
        "score" => "REAL",
        _ => "TEXT",
    };
    let sql = format!(
        "CREATE TABLE t (x {affinity}); INSERT INTO t VALUES ({})",
        literal(value)
    );
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(&sql)?;
    connection.query_row("SELECT x FROM t", [], |row| row.get(0))
}

fn setting(n: &mut Numbers) -> (Column, Value) {
    let column = match n.below(16) {
        0 => Column::Fixed("seqid"),
        1 => Column::Fixed("source"),
        2 => Column::Fixed("type"),
        3 => Column::Fixed("start"),
        4 => Column::Fixed("end"),
        5 => Column::Fixed("score"),
        6 => Column::Fixed("strand"),
        7 => Column::Fixed("phase"),
        8 | 9 => Column::Fixed("attributes"),
        10 => Column::Promoted(0),
        11 | 12 => Column::Promoted(1),
        _ => Column::Promoted(n.below(100)),
    };
    let value = match n.one_in(8) {
        true => Value::Null,
        false => value(n, &column),
    };
    (column, value)
}

fn value(n: &mut Numbers, column: &Column) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let odd = n.one_in(12);
    match column {
        _ if odd => match n.below(5) {
            0 => Value::Blob(vec![0xff, 0x41]),
            1 => Value::Real(1.5),
            2 => Value::Integer(-5),
            3 => text("abc"),
            _ => Value::Integer(7),
        },
        Column::Fixed("seqid") => text(n.pick(&[
            "sq0", "sq1", "new", "a b", "", ".", "#x", ">x", "a\tb", "x%41", "\u{3b1}", "a:1-2",
            "100%",
        ])),
        Column::Fixed("source" | "type") => text(n.pick(&[
            "gene", "mRNA", "exon", "CDS", "new type", "", ".", "a;b", "x%41", "a\r\nb", "\u{3b1}",
            "%zz", "'",
        ])),
        Column::Fixed("start") => Value::Integer(1 + n.below(600) as i64),
        Column::Fixed("end") => Value::Integer(n.pick(&[
            601,
            700,
            1_000,
            1_624,
            2_000,
            40_000,
            90_000_000,
            4_294_967_297,
            i64::MAX,
        ])),
        Column::Fixed("score") => Value::Real(n.pick(&[
            0.0,
            0.5,
            1.0,
            545.0,
            0.1 + 0.2,
            1e-300,
            1.5e300,
            -7.0,
            1e21,
            f64::INFINITY,
        ])),
        Column::Fixed("strand") => text(n.pick(&["+", "-", "?", ".", "x", " +", "a\tb", ""])),
        Column::Fixed("phase") => Value::Integer(n.pick(&[0, 1, 2, 2, 3, -1])),
        Column::Fixed("attributes") => match n.one_in(3) {
            true => Value::Text(words::word(n)),
            false => text(n.pick(&[
                "a=1",
                "a=1;b=2",
                "a=1;b=2;c=3;d=4",
                "tag=x,y%2Cz",
                "Note=one%3Btwo",
                "flag",
                "a=1;;b=2;",
                " a=1",
                "a=1\t2",
                "a=1\n2",
                "level 2;",
                "tag \"a\"; tag \"b\";",
                "tag \"a;b\"",
                "tag \"a",
                "gene_id \"g9\"; level 1;",
                "ID=twice;a=1",
                "Parent=twice",
                "",
                ".",
                "=v",
                "Name=n;Name=m",
            ])),
        },
        _ => match n.below(4) {
            0 => Value::Text(words::word(n)),
            _ => text(n.pick(&[
                "g0",
                "t0",
                "x",
                "p,q",
                "p",
                "a,b,c",
                "a%2Cb",
                "a b",
                " a",
                "a ",
                "a;b",
                "a=b",
                "\"",
                "a\"b",
                "\"a\"",
                "a\\",
                "\\\"",
                "a\"; b \"c",
                "%41",
                "100%",
                "\u{3b1}",
                "a\tb",
                "a\nb",
                "a\rb",
                ",",
                "a,,b",
                ",a",
                "a, b",
                ".",
                "",
                "{ID}",
                "'",
                "7",
                "a\u{1}b",
            ])),
        },
    }
}
