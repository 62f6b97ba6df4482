//! The database file: made, opened, and its schema.

use std::{fs, path::Path};

use rusqlite::{Connection, OpenFlags};

use crate::{Error, Result};

pub mod schema;

pub use self::schema::quote;

/// Opens a database of this program for reading only.
///
/// # Errors
///
/// The file is missing, no database, one of another program, or of a newer schema.
pub fn open(path: &Path) -> Result<Connection> {
    let connection = open_any(path)?;
    check(&connection, path)?;
    Ok(connection)
}

/// Opens any SQLite database for reading only. Nothing is left beside it.
///
/// # Errors
///
/// The file is missing, a directory, or no SQLite database.
pub fn open_any(path: &Path) -> Result<Connection> {
    let metadata = fs::metadata(path).map_err(|e| Error::io(path, "open", e))?;
    if metadata.is_dir() {
        return Err(Error::database(
            path,
            "expected a database, found a directory",
        ));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|e| Error::sqlite(path, e))?;
    // The header is read with the first statement, not with the opening.
    connection
        .query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(|e| Error::sqlite(path, e))?;
    Ok(connection)
}

/// Checks that an open database is one of this program, of a schema that it knows.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<()> {
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
            .map_err(|e| Error::sqlite(path, e))
    };
    if pragma("application_id")? != schema::APPLICATION_ID {
        return Err(Error::database(
            path,
            "a SQLite database, but not one of gffdb; `gffdb convert` makes one from a GFF3 or GTF \
             file",
        ));
    }
    let version = pragma("user_version")?;
    if version > schema::VERSION {
        return Err(Error::database(
            path,
            format!(
                "expected a schema of version {} or before, found {version}; a newer gffdb wrote \
                 it, and reads it",
                schema::VERSION
            ),
        ));
    }
    Ok(())
}

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
