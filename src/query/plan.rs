//! How an answer is found: one statement, or, where relatives of very many are asked for, a walk.

use rusqlite::{CachedStatement, types::Value};

use super::{
    Database,
    record_set::{RecordSet, Records},
    relatives::With,
    row::Row,
    row_columns::RowColumns,
    select::Query,
    selection::{Filter, Selection},
    temp_record_table::TempRecordTable,
    walk,
};
use crate::{Error, Result, tree::Tree};

/// Relatives of more records than this are walked, not searched one by one.
const MANY: u64 = 20_000;

/// Where at least one record in so many is wanted, the table is read through.
const DENSE: u64 = 8;

/// The order of a sorted answer. A parent has its parts within it, or is of a higher level.
const SORTED: &str = include_str!("../../schema/sorted.sql");

/// The order of an answer that is read by place alone.
const BY_PLACE: &str = include_str!("../../schema/by_place.sql");

/// The way to an answer.
pub(crate) struct Plan<'d> {
    database: &'d Database,
    way: Strategy,
    /// Kept while the statement needs it.
    _hits: Option<TempRecordTable<'d>>,
}

enum Strategy {
    /// `SELECT` stands between `head` and `tail`.
    Statement {
        head: String,
        tail: String,
        values: Vec<Value>,
    },
    /// The table is read in its order: the records that meet the filter, and are of these, if any.
    Scan(Filter, Option<RecordSet>),
    /// Records are looked up: those that meet the filter.
    Look(Filter, RecordSet),
    /// An index leads to the records that meet the filter; they are looked up in their order.
    Search(Filter),
}

impl<'d> Plan<'d> {
    /// Plans an answer whose rows are wanted.
    pub(crate) fn new(query: &Query<'d>) -> Result<Self> {
        let plan = Self::with_rows(query, true)?;
        match (query.sorted, query.by_place) {
            (_, true) => plan.sorted(BY_PLACE),
            (true, _) => plan.sorted(SORTED),
            _ => Ok(plan),
        }
    }

    /// Returns a plan of the same records in an order.
    fn sorted(self, order: &str) -> Result<Self> {
        let database = self.database;
        let (hits, from, values) = match self.way {
            Strategy::Scan(filter, None) => {
                let from = format!("FROM gff{}", filter.after("WHERE"));
                (None, from, filter.values)
            }
            _ => {
                let records: RecordSet = self.records()?.into_iter().collect();
                let hits =
                    TempRecordTable::keep(database, &records).map_err(|e| database.failed(e))?;
                let from = format!("FROM {} CROSS JOIN gff USING (record_id)", hits.table());
                (Some(hits), from, Vec::new())
            }
        };
        Ok(Self {
            database,
            way: Strategy::Statement {
                head: String::new(),
                tail: format!("{from}\n{order}"),
                values,
            },
            _hits: hits,
        })
    }

    /// Plans an answer; without rows, records are only told apart or counted.
    pub(crate) fn with_rows(query: &Query<'d>, rows: bool) -> Result<Self> {
        let database = query.database;
        let _snapshot = database.snapshot()?;
        let plan = |way, hits| Self {
            database,
            way,
            _hits: hits,
        };
        if let Some((records, filter)) = query.gathered()? {
            return Ok(plan(Strategy::of(database, records, filter)?, None));
        }
        let chosen = query.chosen(rows)?;
        let with = query.relatives();
        if with != With::Nothing {
            let records = relatives(database, &chosen, with)?;
            let way = Strategy::of(database, records, query.shown()?)?;
            return Ok(plan(way, None));
        }
        Ok(plan(way(&chosen, with, query.shown()?), chosen.hits))
    }

    /// Returns the statement that answers, relatives of many included.
    pub(crate) fn show(query: &Query<'d>) -> Result<(String, Option<TempRecordTable<'d>>)> {
        let chosen = query.chosen(true)?;
        let way = way(&chosen, query.relatives(), query.shown()?);
        let (sql, values) = way.statement("gff.*");
        let database = query.database;
        let mut statement = prepare(database, &sql)?;
        bind(&mut statement, values).map_err(|e| database.failed(e))?;
        Ok((statement.expanded_sql().unwrap_or(sql), chosen.hits))
    }

    /// Returns what records must meet and which they are among, where the table is read in its order.
    pub(crate) fn scan(&self) -> Option<(&Filter, Option<&RecordSet>)> {
        match &self.way {
            Strategy::Scan(filter, among) => Some((filter, among.as_ref())),
            _ => None,
        }
    }

    /// Hands on `columns` of each record.
    pub(crate) fn run(
        &self,
        columns: &RowColumns,
        each: &mut dyn FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<u64> {
        let database = self.database;
        let _snapshot = database.snapshot()?;
        let keys = database.keys();
        let mut count = 0;
        self.rows(&columns.sql, &mut |row| {
            count += 1;
            each(&Row::of(row, keys, columns))
        })?;
        Ok(count)
    }

    /// Runs the statement, or the statements; the first column is `record_id` where there are several.
    fn rows(
        &self,
        columns: &str,
        each: &mut dyn FnMut(&rusqlite::Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let fail = |e| self.database.failed(e);
        let (sql, values) = self.way.statement(columns);
        let mut statement = prepare(self.database, &sql)?;
        bind(&mut statement, values).map_err(fail)?;
        match &self.way {
            Strategy::Look(_, records) => {
                let last = values.len() + 1;
                for record in records.iter() {
                    statement.raw_bind_parameter(last, record).map_err(fail)?;
                    if let Some(row) = statement.raw_query().next().map_err(fail)? {
                        each(row)?;
                    }
                }
            }
            Strategy::Scan(_, Some(records)) => {
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next().map_err(fail)? {
                    if records.contains(row.get(0).map_err(fail)?) {
                        each(row)?;
                    }
                }
            }
            _ => {
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next().map_err(fail)? {
                    each(row)?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn count(&self) -> Result<u64> {
        let (sql, values) = match &self.way {
            Strategy::Scan(filter, Some(records)) | Strategy::Look(filter, records) => {
                if filter.sql.is_empty() {
                    return Ok(records.len());
                }
                let mut count = 0;
                self.rows("gff.record_id", &mut |_| {
                    count += 1;
                    Ok(())
                })?;
                return Ok(count);
            }
            // The order does not matter, a limit does.
            Strategy::Statement { head, tail, values } => (
                format!("{head}SELECT count(*) FROM (SELECT 1 {tail})"),
                values,
            ),
            Strategy::Scan(filter, None) | Strategy::Search(filter) => (
                format!("SELECT count(*) FROM gff{}", filter.after("WHERE")),
                &filter.values,
            ),
        };
        let mut statement = prepare(self.database, &sql)?;
        let count: rusqlite::Result<i64> = bind(&mut statement, values).and_then(|()| {
            let mut rows = statement.raw_query();
            rows.next()?.map_or(Ok(0), |row| row.get(0))
        });
        count.map(|n| n as u64).map_err(|e| self.database.failed(e))
    }

    /// Returns the records by `record_id`, in file order.
    pub(crate) fn records(self) -> Result<Records> {
        match self.way {
            Strategy::Scan(filter, Some(records)) | Strategy::Look(filter, records)
                if filter.sql.is_empty() =>
            {
                Ok(Records::from(records))
            }
            _ => {
                let mut records = Records::default();
                self.rows("gff.record_id", &mut |row| {
                    let record = row.get(0).map_err(|e| self.database.failed(e))?;
                    records.push(record);
                    Ok(())
                })?;
                Ok(records)
            }
        }
    }
}

impl Strategy {
    /// Returns the way to records that are known.
    fn of(database: &Database, records: RecordSet, filter: Filter) -> Result<Self> {
        // Of the whole table: few that stand at its beginning are not many.
        let (_, last) = database.ends()?;
        Ok(match records.len().saturating_mul(DENSE) > last as u64 {
            true => Self::Scan(filter, Some(records)),
            false => Self::Look(filter, records),
        })
    }

    /// Returns its statement; the one that looks records up takes them as its last value.
    fn statement(&self, columns: &str) -> (String, &[Value]) {
        match self {
            Self::Statement { head, tail, values } => {
                (format!("{head}SELECT {columns} {tail}"), values)
            }
            Self::Scan(filter, _) => (
                format!(
                    "SELECT {columns} FROM gff{}\nORDER BY record_id",
                    filter.after("WHERE")
                ),
                &filter.values,
            ),
            Self::Search(filter) => (
                format!(
                    "SELECT {columns} FROM gff\nWHERE record_id IN (\nSELECT record_id FROM gff{}\n)\n\
                     ORDER BY record_id",
                    filter.after("WHERE")
                ),
                &filter.values,
            ),
            Self::Look(filter, _) => {
                let filtered = match filter.sql.is_empty() {
                    true => String::from("\nWHERE"),
                    false => filter.after("WHERE") + "\n    AND",
                };
                (
                    format!("SELECT {columns} FROM gff{filtered} record_id = ?"),
                    &filter.values,
                )
            }
        }
    }
}

fn prepare<'d>(database: &'d Database, sql: &str) -> Result<CachedStatement<'d>> {
    database
        .connection()
        .prepare_cached(sql)
        .map_err(|e| Error::statement(database.path(), sql, e))
}

fn bind(statement: &mut CachedStatement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    values
        .iter()
        .enumerate()
        .try_for_each(|(i, value)| statement.raw_bind_parameter(i + 1, value))
}

fn way(chosen: &Selection<'_>, with: With, shown: Filter) -> Strategy {
    let Selection { sql, values, .. } = chosen;
    let mut values = values.clone();
    let and_shown = shown.after("AND");
    let (head, tail) = match (with, &chosen.filter) {
        (With::Nothing, Some(filter)) if chosen.is_direct => {
            return Strategy::Scan(filter.clone().and(shown), None);
        }
        (With::Nothing, Some(filter)) if chosen.is_placed => {
            let filter = filter.clone().and(shown);
            let tail = format!("FROM gff{}\nORDER BY record_id", filter.after("WHERE"));
            let head = String::new();
            return Strategy::Statement {
                head,
                tail,
                values: filter.values,
            };
        }
        (With::Nothing, Some(filter)) => return Strategy::Search(filter.clone().and(shown)),
        // `SELECT record_id FROM gff … ORDER BY record_id LIMIT ?`
        (With::Nothing, None) if chosen.is_direct && shown.sql.is_empty() => (
            String::new(),
            sql.trim_start_matches("SELECT record_id ").to_owned(),
        ),
        (With::Nothing, None) => (
            String::new(),
            format!("FROM gff\nWHERE record_id IN (\n{sql}\n){and_shown}\nORDER BY record_id"),
        ),
        _ => {
            let (tables, last) = with.tables();
            (
                format!("WITH RECURSIVE\nchosen(record_id) AS (\n{sql}\n),\n{tables}\n"),
                format!("FROM gff WHERE record_id IN {last}{and_shown}\nORDER BY record_id"),
            )
        }
    };
    values.extend(shown.values);
    Strategy::Statement { head, tail, values }
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

/// Returns the chosen records with their relatives: the answer of the statement, in time that grows with
/// the records, not with the pairs of parent and child, of which lines that share an ID have very many.
fn relatives(database: &Database, chosen: &Selection<'_>, with: With) -> Result<RecordSet> {
    let mut statement = prepare(database, &chosen.sql)?;
    let connection = database.connection();
    let mut found = || -> rusqlite::Result<RecordSet> {
        bind(&mut statement, &chosen.values)?;
        let mut records = RecordSet::default();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            records.insert(row.get(0)?);
        }
        drop(rows);
        let mut tree = Tree::new(connection)?;
        let is_many = records.len() > MANY;
        let twins = match is_many {
            true => Some(walk::twins(connection)?),
            false => None,
        };
        let mut whole = records.clone();
        walk::whole(&mut tree, twins.as_ref(), &mut whole)?;
        match with {
            With::Parents => return walk::parents(&mut tree, &records, whole),
            With::Children => return walk::search(&mut tree, &records, whole, false),
            With::Ancestors | With::Family => whole = walk::up(&mut tree, &whole)?,
            With::Nothing | With::Descendants => {}
        }
        if matches!(with, With::Nothing | With::Ancestors) {
            return Ok(whole);
        }
        if let Some(twins) = &twins
            && let Some(found) = walk::down(connection, &mut tree, twins, whole.clone())?
        {
            return Ok(found);
        }
        walk::search(&mut tree, &whole, whole.clone(), true)
    };
    found().map_err(|e| database.failed(e))
}
