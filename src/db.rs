//! The database file: made, opened, its schema, and the SQL functions over it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

mod circles;
pub mod functions;
mod header;
pub(crate) mod layouts;
mod open;
mod outdated;
pub(crate) mod records;
mod replace;
pub mod schema;

#[cfg(test)]
pub(crate) use self::open::prepare;
pub(crate) use self::open::{is_current, leaves_files, tables};
pub(crate) use self::{
    circles::{Extents, circles},
    open::{open_scratch, open_to_append},
    replace::{OldDatabase, remove_side_files, side_files},
};
pub use self::{
    open::{open, open_read_only, open_to_write},
    outdated::outdated_records,
    schema::quote,
};

/// Opens a temporary file that becomes a database: nobody else reads it, and it is thrown away if this
/// fails.
///
/// No journal and no syncing, because a crash loses only what is not there yet. None of SQLite's locks,
/// either: where the file system makes one of them and the lock that the file has already
/// (NFS; <https://man7.org/linux/man-pages/man2/flock.2.html>), it would wait for itself. `input` is the
/// bytes that will go in, as far as they are known; `cache` is what the page cache may take. Larger pages
/// leave less room unused (1.38 GB of GFF3 are 0.6 % less with 32 KiB than with 16, and 0.2 % less
/// still with 64) and are written in fewer calls. Of a small file every table takes a page at least,
/// so it keeps SQLite's 4 KiB.
pub(crate) fn open_temporary(
    path: &Path,
    input: Option<u64>,
    cache: u64,
) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let name = open::uri(path) + "?mode=rw&nolock=1";
    let connection = Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let page_size = match input {
        Some(0..4_000_000) => 4_096,
        Some(4_000_000..40_000_000) => 16_384,
        _ => 32_768,
    };
    for (pragma, value) in [("page_size", page_size), ("synchronous", 0)] {
        connection.pragma_update(None, pragma, value)?;
    }
    // Of a file that is added to, the schema may be anybody's.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    for_many_rows(&connection, cache)?;
    Ok(connection)
}

/// Sets what a connection needs to write many rows in bounded memory.
fn for_many_rows(connection: &Connection, cache: u64) -> rusqlite::Result<()> {
    // Negative: in KiB.
    let cache = -((cache >> 10).min(1 << 30) as i64);
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "threads", 2)?;
    connection.pragma_update(None, "temp_store", "FILE")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where flock(2) and fcntl(2) lock the same thing, a lock of SQLite's would wait for ours for ever.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_temporary_file_has_no_lock_of_sqlite() -> Result<(), Box<dyn std::error::Error>> {
        use std::os::unix::fs::MetadataExt;

        let directory = tempfile::tempdir()?;
        for is_temporary in [true, false] {
            let path = directory.path().join(format!("{is_temporary}.sqlite"));
            std::fs::write(&path, "")?;
            let connection = match is_temporary {
                true => open_temporary(&path, None, 1 << 20)?,
                false => Connection::open(&path)?,
            };
            connection
                .execute_batch("CREATE TABLE t (a); BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)")?;
            let inode = format!(":{} ", std::fs::metadata(&path)?.ino());
            let locks = std::fs::read_to_string("/proc/locks")?;
            let is_locked = locks.lines().any(|lock| lock.contains(&inode));
            assert_eq!(is_locked, !is_temporary, "{locks}");
        }
        Ok(())
    }
}
