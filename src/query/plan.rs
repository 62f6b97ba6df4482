//! How an answer is found: one statement, or, where relatives of very many are asked for, a walk.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, Statement, types::Value};

use super::{
    Database,
    bits::Bits,
    chosen::Chosen,
    links::Links,
    merge::{Wanted, merge},
    overlap::{Circle, Mode},
    relatives::With,
    row::Row,
    select::{Query, Targets},
    walk,
};
use crate::{Error, Result};

/// Relatives of more records than this are walked, not searched one by one.
const MANY: u64 = 20_000;

/// The way to an answer.
pub(crate) struct Plan<'d> {
    database: &'d Database,
    way: Way,
    /// Kept while the statement needs it.
    _hits: Option<Hits<'d>>,
}

enum Way {
    /// `sql` returns rows of `gff.*`; `ids` the same records by `record_id`.
    Statement {
        head: String,
        tail: String,
        values: Vec<Value>,
    },
    Records(Bits),
}

impl<'d> Plan<'d> {
    pub(crate) fn new(query: &Query<'d>) -> Result<Self> {
        let database = query.database;
        let chosen = query.chosen()?;
        let with = query.relatives();
        let deep = matches!(with, With::Ancestors | With::Descendants | With::Family);
        let way = match deep && is_many(database, &chosen)? {
            true => match walked(database, &chosen, with)? {
                Some(records) => Way::Records(records),
                None => statement(&chosen, with),
            },
            false => statement(&chosen, with),
        };
        Ok(Self {
            database,
            way,
            _hits: chosen.hits,
        })
    }

    /// Returns the statement that answers, relatives of many included.
    pub(crate) fn show(query: &Query<'d>) -> Result<(String, Option<Hits<'d>>)> {
        let chosen = query.chosen()?;
        let Way::Statement { head, tail, values } = statement(&chosen, query.relatives()) else {
            return Ok((String::new(), None));
        };
        let sql = format!("{head}SELECT gff.* {tail}");
        let database = query.database;
        let mut statement = prepare(database, &sql)?;
        bind(&mut statement, &values).map_err(|e| database.failed(e))?;
        Ok((statement.expanded_sql().unwrap_or(sql), chosen.hits))
    }

    fn prepared(&self, columns: &str) -> Result<Option<Statement<'d>>> {
        let Way::Statement { head, tail, values } = &self.way else {
            return Ok(None);
        };
        let mut statement = prepare(self.database, &format!("{head}SELECT {columns} {tail}"))?;
        bind(&mut statement, values).map_err(|e| self.database.failed(e))?;
        Ok(Some(statement))
    }

    pub(crate) fn run(&self, each: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<u64> {
        let fail = |e| self.database.failed(e);
        let promoted = self.database.promoted();
        let mut count = 0;
        if let Some(mut statement) = self.prepared(self.database.row_columns())? {
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(fail)? {
                each(&Row::new(row, promoted))?;
                count += 1;
            }
            return Ok(count);
        }
        let Way::Records(records) = &self.way else {
            return Ok(0);
        };
        let last = records.iter().last().unwrap_or_default();
        if records.len() as i64 * 8 > last {
            // Most of the table: read through it.
            let sql = "SELECT gff.* FROM gff ORDER BY record_id";
            let mut statement = self.database.prepare_rows(sql).map_err(fail)?;
            let mut rows = statement.query([]).map_err(fail)?;
            while let Some(row) = rows.next().map_err(fail)? {
                if records.contains(row.get(0).map_err(fail)?) {
                    each(&Row::new(row, promoted))?;
                }
            }
        } else {
            let sql = "SELECT gff.* FROM gff WHERE record_id = ?1";
            let mut statement = self.database.prepare_rows(sql).map_err(fail)?;
            for record in records.iter() {
                let mut rows = statement.query([record]).map_err(fail)?;
                if let Some(row) = rows.next().map_err(fail)? {
                    each(&Row::new(row, promoted))?;
                }
            }
        }
        Ok(records.len())
    }

    pub(crate) fn count(&self) -> Result<u64> {
        match &self.way {
            Way::Records(records) => Ok(records.len()),
            // The order does not matter, a limit does.
            Way::Statement { head, tail, values } => {
                let sql = format!("{head}SELECT count(*) FROM (SELECT 1 {tail})");
                let mut statement = prepare(self.database, &sql)?;
                let count: rusqlite::Result<i64> = bind(&mut statement, values).and_then(|()| {
                    statement
                        .raw_query()
                        .next()?
                        .map_or(Ok(0), |row| row.get(0))
                });
                count.map(|n| n as u64).map_err(|e| self.database.failed(e))
            }
        }
    }

    pub(crate) fn records(&self) -> Result<Vec<i64>> {
        let Some(mut statement) = self.prepared("gff.record_id")? else {
            return match &self.way {
                Way::Records(records) => Ok(records.iter().collect()),
                Way::Statement { .. } => Ok(Vec::new()),
            };
        };
        let fail = |e| self.database.failed(e);
        let mut records = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(fail)? {
            records.push(row.get(0).map_err(fail)?);
        }
        Ok(records)
    }
}

fn prepare<'d>(database: &'d Database, sql: &str) -> Result<Statement<'d>> {
    database
        .connection()
        .prepare(sql)
        .map_err(|e| Error::statement(database.path(), sql, e))
}

fn bind(statement: &mut Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    values
        .iter()
        .enumerate()
        .try_for_each(|(i, value)| statement.raw_bind_parameter(i + 1, value))
}

fn statement(chosen: &Chosen<'_>, with: With) -> Way {
    let Chosen {
        sql,
        values,
        is_direct,
        ..
    } = chosen;
    let values = values.clone();
    let (head, tail) = match with {
        With::Nothing if *is_direct => {
            // `SELECT record_id FROM gff …`
            let rest = sql.trim_start_matches("SELECT record_id ").to_owned();
            let order = match rest.contains("\nORDER BY record_id LIMIT") {
                true => "",
                false => "\nORDER BY record_id",
            };
            (String::new(), rest + order)
        }
        With::Nothing => (
            String::new(),
            format!("FROM gff\nWHERE record_id IN (\n{sql}\n)\nORDER BY record_id"),
        ),
        _ => {
            let (tables, last) = with.tables();
            (
                format!("WITH RECURSIVE\nchosen(record_id) AS (\n{sql}\n),\n{tables}\n"),
                format!("FROM gff WHERE record_id IN {last}\nORDER BY record_id"),
            )
        }
    };
    Way::Statement { head, tail, values }
}

/// Returns the steps of SQLite's plan for a statement, a line each, indented below what they are part of.
pub(crate) fn explain(database: &Database, sql: &str) -> Result<String> {
    let mut statement = prepare(database, &format!("EXPLAIN QUERY PLAN {sql}"))?;
    let mut steps = || -> rusqlite::Result<String> {
        let mut depths = std::collections::HashMap::from([(0_i64, 0_usize)]);
        let mut text = String::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let (id, parent): (i64, i64) = (row.get(0)?, row.get(1)?);
            let depth = depths.get(&parent).copied().unwrap_or(0);
            depths.insert(id, depth + 1);
            text.push_str(&"  ".repeat(depth));
            text.push_str(row.get_ref(3)?.as_str()?);
            text.push('\n');
        }
        Ok(text)
    };
    steps().map_err(|e| database.failed(e))
}

fn is_many(database: &Database, chosen: &Chosen<'_>) -> Result<bool> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM ({}) LIMIT {})",
        chosen.sql,
        MANY + 1
    );
    let mut statement = prepare(database, &sql)?;
    let count: rusqlite::Result<i64> = bind(&mut statement, &chosen.values).and_then(|()| {
        statement
            .raw_query()
            .next()?
            .map_or(Ok(0), |row| row.get(0))
    });
    Ok(count.map_err(|e| database.failed(e))? as u64 > MANY)
}

/// Returns the chosen records with their relatives; `None` where only SQL can tell.
fn walked(database: &Database, chosen: &Chosen<'_>, with: With) -> Result<Option<Bits>> {
    let mut statement = prepare(database, &chosen.sql)?;
    let connection = database.connection();
    let mut found = || -> rusqlite::Result<Option<Bits>> {
        bind(&mut statement, &chosen.values)?;
        let mut records = Bits::default();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            records.insert(row.get(0)?);
        }
        drop(rows);
        let mut links = Links::new(connection)?;
        let mut records = walk::whole(&mut links, &records)?;
        if matches!(with, With::Ancestors | With::Family) {
            records = walk::up(&mut links, &records)?;
        }
        if matches!(with, With::Descendants | With::Family) {
            return walk::down(connection, records);
        }
        Ok(Some(records))
    };
    found().map_err(|e| database.failed(e))
}

/// The hits of very many regions: a temporary table, gone with this value.
#[derive(Debug)]
pub(crate) struct Hits<'d> {
    connection: &'d Connection,
    name: String,
}

impl<'d> Hits<'d> {
    /// Merges the regions with the index.
    pub(crate) fn find(
        database: &'d Database,
        targets: &Targets,
        circles: &[Circle],
        mode: Mode,
    ) -> Result<Self> {
        let mut records = Bits::default();
        merge(
            database.connection(),
            &targets.sequences,
            circles,
            targets.spans.clone(),
            mode,
            Wanted::Records,
            &mut |_, record| _ = records.insert(record),
        )
        .and_then(|()| Self::keep(database, &records))
        .map_err(|e| database.failed(e))
    }

    /// Puts records into a table.
    pub(crate) fn keep(database: &'d Database, records: &Bits) -> rusqlite::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let connection = database.connection();
        let name = format!("temp.hit_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        connection.execute_batch(&format!(
            "CREATE TABLE {name} (record_id INTEGER PRIMARY KEY)"
        ))?;
        let hits = Self { connection, name };
        let mut insert = connection.prepare(&format!("INSERT INTO {} VALUES (?1)", hits.name))?;
        connection.execute_batch("BEGIN")?;
        for record in records.iter() {
            insert.execute([record])?;
        }
        connection.execute_batch("COMMIT")?;
        drop(insert);
        Ok(hits)
    }

    /// Returns the table's name; its one column is `record_id`.
    pub(crate) fn table(&self) -> &str {
        &self.name
    }
}

impl Drop for Hits<'_> {
    fn drop(&mut self) {
        // Fails only while a statement reads it; then it goes with the connection.
        let _ = self
            .connection
            .execute_batch(&format!("DROP TABLE {}", self.name));
    }
}
