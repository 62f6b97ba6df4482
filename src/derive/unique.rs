//! Rows that share a place, as one: with how many transcripts have it.

use rusqlite::{Connection, params_from_iter, types::ValueRef};

use super::{Values, What};
use crate::{Error, Result, db};

/// What the temporary database is called in a message.
const NAME: &str = "the temporary database";

/// KiB of the temporary database that are held in memory.
const CACHE_KIB: i64 = 8_192;

/// Columns of `schema/derive/places.sql` that rows have, and which of them are a row's place.
const TAKEN: [&str; 6] = ["dataset", "seqid", "start", "end", "strand", "part"];

/// Gathers rows by place, in a temporary database.
#[derive(Debug)]
pub struct Unique {
    connection: Connection,
    what: What,
    places: Vec<usize>,
}

impl Unique {
    /// Takes what the rows are.
    ///
    /// # Errors
    ///
    /// The temporary database cannot be made.
    pub fn new(what: What) -> Result<Self> {
        let tables = include_str!("../../schema/derive/place_table.sql");
        let connection = db::open_scratch(tables, CACHE_KIB).map_err(failed)?;
        let columns = what.columns();
        let place = |name: &str| {
            let name = match what {
                What::SpliceSites if name == "part" => "kind",
                _ => name,
            };
            columns.iter().position(|column| *column == name)
        };
        Ok(Self {
            connection,
            what,
            places: TAKEN
                .iter()
                .map(|name| place(name).unwrap_or(usize::MAX))
                .collect(),
        })
    }

    /// Returns the columns of what [`each_row`](Self::each_row) hands on.
    pub fn columns(&self) -> Vec<&'static str> {
        let mut columns = TAKEN.to_vec();
        match self.what {
            What::SpliceSites => columns[5] = "kind",
            What::Utrs | What::Parts => {}
            _ => columns.truncate(5),
        }
        columns.push("transcripts");
        columns
    }

    /// Takes a row.
    ///
    /// # Errors
    ///
    /// The temporary database cannot be written.
    pub fn add(&mut self, row: &Values<'_>) -> Result<()> {
        let values = self
            .places
            .iter()
            .map(|place| row.get(*place).copied().unwrap_or(ValueRef::Null));
        let values = values.map(rusqlite::types::ToSqlOutput::Borrowed);
        self.connection
            .prepare_cached(include_str!("../../schema/derive/add_place.sql"))
            .and_then(|mut statement| statement.execute(params_from_iter(values)))
            .map(drop)
            .map_err(failed)
    }

    /// Hands on each place, sorted by sequence and start.
    ///
    /// # Errors
    ///
    /// The temporary database cannot be read, or `each` fails.
    pub fn each_row(&self, each: &mut dyn FnMut(&Values<'_>) -> Result<()>) -> Result<()> {
        let has_part = self.columns().len() == 7;
        let mut statement = self
            .connection
            .prepare(include_str!("../../schema/derive/unique_places.sql"))
            .map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let mut values = [ValueRef::Null; 7];
            for (place, value) in values.iter_mut().enumerate() {
                *value = row.get_ref(place).map_err(failed)?;
            }
            if has_part {
                each(&values)?;
            } else {
                values[5] = values[6];
                each(&values[..6])?;
            }
        }
        Ok(())
    }
}

fn failed(error: rusqlite::Error) -> Error {
    Error::sqlite(NAME, error)
}
