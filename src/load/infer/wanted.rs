//! The parents that were noted while the rows went in, kept outside of the database being built.

use rusqlite::{Connection, Result, types::ToSqlOutput};

use crate::{db, load::batch::UnresolvedParent};

const WANT_PARENT: &str = include_str!("../../../schema/want_parent.sql");
const WANTED_PARENT: &str = include_str!("../../../schema/wanted_parent.sql");

/// KiB of the database that are held in memory: as many as SQLite holds of any.
const CACHE_KIB: i64 = 2_000;

/// Noted parents, in a database that is in memory while small, and in a file without a name
/// beyond.
#[derive(Debug)]
pub struct WantedParents(Option<Connection>);

impl WantedParents {
    /// Starts with none; nothing is opened until there is one.
    pub fn new() -> Self {
        Self(None)
    }

    /// Tells whether none was noted.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Adds one.
    pub fn add(&mut self, dataset: &str, wanted: &UnresolvedParent, parent: &str) -> Result<()> {
        let connection = match &mut self.0 {
            Some(connection) => connection,
            none => {
                let tables = WANTED_PARENT.replace("TEMP TABLE", "TABLE");
                let connection = db::open_scratch(&tables, CACHE_KIB)?;
                none.insert(connection)
            }
        };
        connection
            .prepare_cached("INSERT INTO wanted_parent VALUES (?, ?, ?, ?, NULL)")?
            .execute((
                dataset,
                wanted.namespace.as_str(),
                parent,
                wanted.line as i64,
            ))
            .map(drop)
    }

    /// Makes a temporary table of those that may be missing, each once; returns how many these are.
    pub fn into_table(self, database: &Connection) -> Result<u64> {
        database.execute_batch(WANTED_PARENT)?;
        let Some(connection) = self.0 else {
            return Ok(0);
        };
        let mut insert = database.prepare(WANT_PARENT)?;
        let mut select = connection.prepare(
            "SELECT dataset, namespace, Parent, min(line) FROM wanted_parent
             GROUP BY 1, 2, 3, iif(namespace = 'bare', line, 0)",
        )?;
        let mut rows = select.query([])?;
        let mut kept = 0;
        while let Some(row) = rows.next()? {
            for column in 0..4 {
                insert
                    .raw_bind_parameter(column + 1, ToSqlOutput::Borrowed(row.get_ref(column)?))?;
            }
            kept += insert.raw_execute()? as u64;
        }
        Ok(kept)
    }
}
