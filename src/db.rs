//! The database file: made, opened, its schema, and the SQL functions over it.

use std::path::Path;

use rusqlite::Connection;

pub mod functions;
mod open;
pub mod schema;

#[cfg(test)]
pub(crate) use self::open::prepare;
pub use self::{
    open::{open, open_read_only, open_to_write},
    schema::quote,
};

/// Opens a file that is being built: nobody else reads it, and it is thrown away if this fails.
///
/// No journal and no syncing, because a crash loses only what is not there yet. Larger pages than
/// SQLite's 4 KiB, because the file is written and scanned in order.
pub(crate) fn open_for_building(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    for (pragma, value) in [
        ("page_size", 16_384),
        ("synchronous", 0),
        ("cache_size", -16_384),
        ("threads", 2),
    ] {
        connection.pragma_update(None, pragma, value)?;
    }
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "temp_store", "FILE")?;
    Ok(connection)
}
