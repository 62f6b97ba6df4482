//! Table `_layout`, read.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use rusqlite::{Connection, Error, Result, Row, Statement, ffi};

use crate::gff::{Layout, Part};

/// The bytes of layouts that are remembered; then all are forgotten, so that memory stays flat.
const MOST: usize = 4 << 20;

/// Identifiers below this are found without hashing.
const DENSE: usize = 1 << 16;

/// The layouts of a database, each read when it is asked for. Most records point at the same few.
#[derive(Debug)]
pub struct Layouts<'c> {
    statement: Statement<'c>,
    /// By identifier, where that is small, as it is where the loader gave it out.
    dense: Vec<Option<Known>>,
    others: HashMap<i64, Known>,
    /// What they take.
    bytes: usize,
}

/// What was read: nothing where the row is not there, or is no layout any more, so that the records that
/// point at it are written the plain way.
type Known = Option<Rc<Layout>>;

impl<'c> Layouts<'c> {
    /// Prepares the statement.
    pub fn new(connection: &'c Connection) -> Result<Self> {
        Ok(Self {
            statement: connection.prepare(
                "SELECT layout_id, columns, attributes FROM _layout WHERE layout_id = ?1",
            )?,
            dense: Vec::new(),
            others: HashMap::new(),
            bytes: 0,
        })
    }

    /// Returns a layout; nothing where there is none of that identifier.
    ///
    /// # Errors
    ///
    /// Those of [`read`], for this one.
    pub fn get(&mut self, id: i64) -> Result<Known> {
        let place = usize::try_from(id).ok().filter(|place| *place < DENSE);
        let known = match place {
            Some(place) => self.dense.get(place).and_then(Option::as_ref),
            None => self.others.get(&id),
        };
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let mut rows = self.statement.query([id])?;
        let layout = match rows.next()? {
            Some(row) => parse(row)?.map(|(_, layout)| Rc::new(layout)),
            None => None,
        };
        let size = layout.as_ref().map_or(64, |layout| layout.size());
        if self.bytes + size > MOST {
            self.bytes = 0;
            self.dense.clear();
            self.others.clear();
        }
        self.bytes += size;
        match place {
            Some(place) => {
                if self.dense.len() <= place {
                    self.dense.resize(place + 1, None);
                }
                self.dense[place] = Some(layout.clone());
            }
            None => drop(self.others.insert(id, layout.clone())),
        }
        Ok(layout)
    }
}

/// Hands each layout of a database to `take`. A row that is no layout any more is left out.
///
/// # Errors
///
/// A layout has a column twice. gffdb makes none such; one with a column a hundred thousand times
/// would make a short value a line of gigabytes.
pub(crate) fn read(connection: &Connection, mut take: impl FnMut(i64, Layout)) -> Result<()> {
    let mut statement = connection.prepare("SELECT layout_id, columns, attributes FROM _layout")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some((id, layout)) = parse(row)? {
            take(id, layout);
        }
    }
    Ok(())
}

/// Reads a row; nothing where it is no layout.
fn parse(row: &Row<'_>) -> Result<Option<(i64, Layout)>> {
    let id = row.get(0)?;
    let columns: Option<String> = row.get(1)?;
    let attributes: Option<String> = row.get(2)?;
    let Ok(layout) = Layout::parse(columns.as_deref(), attributes.as_deref()) else {
        return Ok(None);
    };
    if let Some(column) = repeated(&layout) {
        return Err(Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_CORRUPT),
            Some(format!(
                "table _layout, layout_id {id}: expected each column once, found {column:?} \
                 twice; gffdb made no such layout, and without it the records are written \
                 in the plain order"
            )),
        ));
    }
    Ok(Some((id, layout)))
}

/// Returns a column that a layout has twice.
fn repeated(layout: &Layout) -> Option<&str> {
    let mut seen = HashSet::new();
    layout.parts.iter().flatten().find_map(|part| match part {
        Part::Hole { column, .. } if !seen.insert(column) => Some(column.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::schema;

    #[test]
    fn a_layout_with_a_column_twice_is_refused() {
        for (text, expected) in [
            ("ID={ID};{*};Parent={Parent}", None),
            ("ID={ID", None),
            (
                "ID={ID};{*};ID2={ID%2C}",
                Some("expected each column once, found \"ID\" twice"),
            ),
        ] {
            let connection = Connection::open_in_memory().expect("a database");
            schema::create(&connection).expect("tables");
            connection
                .execute("INSERT INTO _layout VALUES (7, NULL, ?1)", [text])
                .expect("a row");
            let mut layouts = Layouts::new(&connection).expect("a statement");
            assert_eq!(layouts.get(8), Ok(None));
            assert_eq!(
                layouts.get(7).map(|found| found.is_some()).ok(),
                expected.is_none().then_some(text.contains('}'))
            );
            let said = read(&connection, |_, _| ()).err().map(|e| e.to_string());
            assert_eq!(said.is_some(), expected.is_some(), "{text}: {said:?}");
            if let (Some(said), Some(expected)) = (said, expected) {
                assert!(said.contains(expected), "{said}");
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_stays_true() {
        let connection = Connection::open_in_memory().expect("a database");
        schema::create(&connection).expect("tables");
        let text = |id: i64| {
            let parts: Vec<String> = (0..200).map(|k| format!("k{id}_{k}={{k{k}}}")).collect();
            parts.join(";")
        };
        let ids: Vec<i64> = (1..300).chain([i64::MIN, i64::MAX, -1, 70_000]).collect();
        for id in &ids {
            connection
                .execute("INSERT INTO _layout VALUES (?1, NULL, ?2)", (id, text(*id)))
                .expect("a row");
        }
        let mut layouts = Layouts::new(&connection).expect("a statement");
        for id in ids.iter().chain(&ids) {
            let found = layouts.get(*id).expect("a row");
            let found = found.and_then(|layout| layout.attributes_text());
            assert_eq!(found, Some(text(*id)));
            assert!(layouts.bytes <= MOST, "{}", layouts.bytes);
        }
    }
}
