//! Databases opened, to read or to change.

use std::{fs, path::Path, sync::Once, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, ffi, types::FromSqlError};

use crate::{
    Error, ErrorKind, Result,
    db::{functions, header, schema},
};

/// The tables without which nothing can be asked of a database, and nothing added to it.
const NEEDED: [&str; 8] = [
    "gff",
    "dataset",
    "sequence",
    "_multi_parent",
    "_layout",
    "_verbatim",
    "_type_length",
    "type_class",
];

/// The first version of the schema whose internal tables have names that begin with an underscore.
const UNDERSCORES: i32 = 2;

/// How long a load waits for other programs to finish what they do to its database.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database of this program to read it.
///
/// # Errors
///
/// As [`open_read_only`], and when it is one of another program or of a newer schema.
pub fn open(path: &Path) -> Result<Connection> {
    let connection = open_read_only(path)?;
    if is_ours(&connection, path)? < UNDERSCORES {
        schema::name_tables_as_now(&connection).map_err(|e| Error::sqlite(path, e))?;
    }
    Ok(connection)
}

/// Checks that an open database is one of this program, of a schema that it knows. Returns the schema's version.
fn is_ours(connection: &Connection, path: &Path) -> Result<i32> {
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
            .map_err(|e| Error::sqlite(path, e))
    };
    let is_marked = pragma("application_id")? == schema::APPLICATION_ID;
    if !is_marked && tables(connection, path).is_ok() {
        return Err(Error::database(
            path,
            format!(
                "expected the mark of a gffdb database, found its tables alone, as `.dump` copies them; \
                 `PRAGMA application_id = {}; PRAGMA user_version = {};` marks it again",
                schema::APPLICATION_ID,
                schema::VERSION
            ),
        ));
    }
    if !is_marked {
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
    Ok(version)
}

/// Checks that an open database is one of this program, of the schema that it writes.
pub(crate) fn is_current(connection: &Connection, path: &Path) -> Result<()> {
    let version = is_ours(connection, path)?;
    match version == schema::VERSION {
        true => Ok(()),
        false => Err(Error::database(
            path,
            format!(
                "expected a schema of version {}, found {version}, which can be read and not added to; \
                 `gffdb convert {} -o NEW` brings it up to date",
                schema::VERSION,
                path.display()
            ),
        )),
    }
}

/// Returns the names of a database's tables.
///
/// # Errors
///
/// One is missing that questions and loads need.
pub(crate) fn tables(connection: &Connection, path: &Path) -> Result<Vec<String>> {
    let tables: Vec<String> = connection
        // Of an earlier version, some are views.
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table'
             UNION ALL SELECT name FROM sqlite_temp_schema WHERE type = 'view'",
        )
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .map_err(|e| Error::sqlite(path, e))?;
    match NEEDED
        .iter()
        .find(|name| !tables.iter().any(|t| t == *name))
    {
        None => Ok(tables),
        Some(missing) => Err(Error::database(
            path,
            format!("it has no table {missing:?}; `gffdb convert` makes a database that has it"),
        )),
    }
}

/// Opens a database to read it, with this crate's SQL [`functions`].
///
/// Nothing is left beside the file, and its directory need not be writable. Where a program was killed while
/// it changed the file, that change is undone first, which is all that is ever written.
///
/// # Errors
///
/// When the file is missing, a directory, empty, or no SQLite database.
pub fn open_read_only(path: &Path) -> Result<Connection> {
    check(path)?;
    let reading = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let is_write_ahead = header::is_write_ahead(path).map_err(|e| Error::io(path, "read", e))?;
    if is_write_ahead && !has_content(path, "-wal") {
        return open_write_ahead(path).map_err(|e| Error::sqlite(path, e));
    }
    let error = match open_as(path, reading, "?mode=ro") {
        Ok(connection) => return Ok(connection),
        Err(error) => error,
    };
    use ErrorCode::{CannotOpen, FileLockingProtocolFailed, ReadOnly, SystemIoFailure};
    match error.sqlite_error_code() {
        // A program was killed while it changed the file. To open it to write undoes that.
        Some(ReadOnly | CannotOpen) if has_content(path, "-journal") => open_to_write(path)
            .and_then(|connection| {
                drop(connection);
                open_as(path, reading, "?mode=ro").map_err(|e| Error::sqlite(path, e))
            })
            .map_err(|error| match error.kind() {
                ErrorKind::Database { .. } => Error::database(
                    path,
                    "a program was killed while it changed this database, and undoing that needs \
                     write permission for the file and its directory",
                ),
                _ => error,
            }),
        Some(ReadOnly | CannotOpen) if has_content(path, "-wal") => Err(Error::database(
            path,
            "part of it is in the -wal file, and reading that needs a directory that can be \
             written; copy both files to one",
        )),
        // No locks on this file system, or no right to use them.
        Some(CannotOpen | FileLockingProtocolFailed | SystemIoFailure)
            if !has_content(path, "-journal") && !has_content(path, "-wal") =>
        {
            open_as(path, reading, "?mode=ro&immutable=1").map_err(|e| Error::sqlite(path, e))
        }
        _ => Err(Error::sqlite(path, error)),
    }
}

/// Opens a database in write-ahead mode whose log is empty.
///
/// While it is read, SQLite has two files beside it, by which writers know of the reader. A connection that may
/// write removes them in the end; one that may not would leave them. Where the file cannot be written, it
/// is read as if nobody else wrote it either.
fn open_write_ahead(path: &Path) -> rusqlite::Result<Connection> {
    let writing = open_as(path, OpenFlags::SQLITE_OPEN_READ_WRITE, "?mode=rw");
    if let Ok(connection) = writing
        && !connection.is_readonly(rusqlite::MAIN_DB)?
    {
        connection.pragma_update(None, "query_only", true)?;
        return Ok(connection);
    }
    let reading = OpenFlags::SQLITE_OPEN_READ_ONLY;
    open_as(path, reading, "?mode=ro&immutable=1")
}

/// Tells whether SQLite would make files beside a database that is only read, and leave them.
pub(crate) fn leaves_files(path: &Path) -> bool {
    header::is_write_ahead(path).unwrap_or(false) && !has_content(path, "-wal")
}

/// Opens a database that exists to change it, with this crate's SQL [`functions`].
///
/// # Errors
///
/// As [`open_read_only`], and when the file must not be written.
pub fn open_to_write(path: &Path) -> Result<Connection> {
    check(path)?;
    let refused = || {
        Error::database(
            path,
            "cannot be written; change its permissions, and those of its directory",
        )
    };
    // The superuser may write any file, and would be surprised.
    if fs::metadata(path).is_ok_and(|m| m.permissions().readonly()) {
        return Err(refused());
    }
    let connection = open_as(path, OpenFlags::SQLITE_OPEN_READ_WRITE, "?mode=rw").map_err(|e| {
        match e.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => refused(),
            _ => Error::sqlite(path, e),
        }
    })?;
    // SQLite falls back to reading without a word.
    match connection.is_readonly(rusqlite::MAIN_DB) {
        Ok(false) => Ok(connection),
        Ok(true) => Err(refused()),
        Err(e) => Err(Error::sqlite(path, e)),
    }
}

/// Opens a database of this program to add many rows to it in one transaction, which is begun: nobody else
/// reads or writes it until that ends. `cache` is what the page cache may take, in bytes.
///
/// # Errors
///
/// As [`open`] and [`open_to_write`], and when another program uses the database.
pub(crate) fn open_to_append(path: &Path, cache: u64) -> Result<Connection> {
    let connection = open_to_write(path)?;
    is_current(&connection, path)?;
    // Alone from the start: a cache that must be written out while others read grows instead.
    connection
        .busy_timeout(PATIENCE)
        .and_then(|()| super::for_many_rows(&connection, cache))
        .and_then(|()| connection.execute_batch("BEGIN EXCLUSIVE"))
        .map_err(|e| Error::sqlite(path, e))?;
    Ok(connection)
}

fn check(path: &Path) -> Result<()> {
    let file = fs::metadata(path).map_err(|e| Error::io(path, "open", e))?;
    let reason = if file.is_dir() {
        "a directory; expected a database file"
    } else if !file.is_file() {
        "not a regular file; expected a database file"
    } else if file.len() == 0 {
        "an empty file; `gffdb convert` makes a database from a GFF3 or GTF file"
    } else {
        return Ok(());
    };
    Err(Error::database(path, reason))
}

pub(super) fn open_as(path: &Path, flags: OpenFlags, query: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        uri(path) + query,
        flags | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    prepare(&connection)?;
    // The file may be anybody's: what its views and triggers call is harmless, and nothing in it can
    // be changed that SQLite relies on.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Opening reads nothing; this reads the header and takes the first lock.
    connection.pragma_query_value(None, "schema_version", |row| row.get::<_, i64>(0))?;
    match is_schema_text(&connection)? {
        true => Ok(connection),
        false => Err(rusqlite::Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_CORRUPT),
            Some(String::from("damaged; its names are no UTF-8")),
        )),
    }
}

/// Tells whether all names of a database are text: SQLite reads others, and rusqlite panics at them.
fn is_schema_text(connection: &Connection) -> rusqlite::Result<bool> {
    let mut schema = connection.prepare("SELECT name, tbl_name, sql FROM sqlite_schema")?;
    let mut rows = schema.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..3 {
            if let Err(FromSqlError::Utf8Error(_)) = row.get_ref(column)?.as_str_or_null() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Has SQLite put its temporary files where this program's other ones go, which is where TMPDIR says, unless a
/// load has said otherwise. SQLite would look into SQLITE_TMPDIR and /var/tmp too.
fn use_temporary_directory(connection: &Connection) {
    const PRAGMA: &str = "temp_store_directory";
    /// For the whole process: SQLite knows no other way.
    static ONCE: Once = Once::new();

    ONCE.call_once(|| {
        let given = connection.pragma_query_value(None, PRAGMA, |row| row.get::<_, String>(0));
        if !given.is_ok_and(|name| !name.is_empty()) {
            let directory = std::env::temp_dir();
            // One that cannot be written is refused; then SQLite looks elsewhere.
            let _ = connection.pragma_update(None, PRAGMA, directory.to_string_lossy());
        }
    });
}

/// Opens a database of one connection, which is gone with it: a file that SQLite makes in the directory for temporary
/// files, of which it holds a cache in memory. A transaction is begun.
pub(crate) fn open_scratch(tables: &str, cache_kib: i64) -> rusqlite::Result<Connection> {
    // The empty name is SQLite's for such a file.
    let connection = Connection::open("")?;
    use_temporary_directory(&connection);
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", 0)?;
    connection.pragma_update(None, "temp_store", "FILE")?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.execute_batch(tables)?;
    connection.execute_batch("BEGIN")?;
    Ok(connection)
}

/// Gives a connection what every one has: the functions, and strictness about quotes.
pub(crate) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    use_temporary_directory(connection);
    // `SELECT "biotype"` would be the text `biotype` where there is no such column.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    functions::register(connection)
}

/// Returns the path as a URI, so that no name (`:memory:`, `file:x`, `a?b`) means anything else.
pub(super) fn uri(path: &Path) -> String {
    let mut uri = String::from(if path.is_absolute() {
        "file://"
    } else {
        "file:./"
    });
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// Tells whether the file beside `path` that ends in `suffix` is there and not empty.
fn has_content(path: &Path, suffix: &str) -> bool {
    // They are beside the file itself, not beside a link to it.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut beside = path.into_os_string();
    beside.push(suffix);
    fs::metadata(beside).is_ok_and(|file| file.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = std::result::Result<(), Box<dyn std::error::Error>>;

    fn listing(dir: &Path) -> std::io::Result<Vec<String>> {
        let mut names = fs::read_dir(dir)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<std::io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    #[test]
    fn reading_leaves_nothing_beside_the_file() -> Test {
        for mode in ["delete", "wal"] {
            // A name that has a meaning in a URI, and one that has one for SQLite.
            for name in ["a?mode=rw#%41 b.sqlite", ":memory:"] {
                let dir = tempfile::tempdir()?;
                let path = dir.path().join(name);
                let made = Connection::open_with_flags(uri(&path), OpenFlags::default())?;
                made.pragma_update(None, "journal_mode", mode)?;
                made.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);")?;
                drop(made);
                assert_eq!(listing(dir.path())?, [name], "{mode}");

                let connection = open_read_only(&path)?;
                let count =
                    |c: &Connection| c.query_row("SELECT COUNT(*) FROM t", [], |r| r.get(0));
                assert_eq!(count(&connection), Ok(1));
                if mode == "delete" {
                    assert_eq!(listing(dir.path())?, [name]);
                }
                assert!(connection.execute("DELETE FROM t", []).is_err());
                drop(connection);
                assert_eq!(listing(dir.path())?, [name], "{mode}");

                let connection = open_to_write(&path)?;
                connection.execute("INSERT INTO t VALUES (2)", [])?;
                drop(connection);
                assert_eq!(count(&open_read_only(&path)?), Ok(2));
                assert_eq!(listing(dir.path())?, [name], "{mode}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_reader_in_write_ahead_mode_keeps_what_it_began_to_read() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        let made = Connection::open(&path)?;
        made.pragma_update(None, "journal_mode", "wal")?;
        made.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);")?;
        drop(made);
        let reader = open_read_only(&path)?;
        let count = || reader.query_row("SELECT a FROM t", [], |r| r.get::<_, i64>(0));
        reader.execute_batch("BEGIN")?;
        assert_eq!(count()?, 1);
        let writer = Connection::open(&path)?;
        writer.execute_batch("UPDATE t SET a = 2")?;
        drop(writer);
        assert_eq!(count()?, 1);
        reader.execute_batch("COMMIT")?;
        assert_eq!(count()?, 2);
        drop(reader);
        assert_eq!(listing(dir.path())?, ["a.sqlite"]);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn what_is_beside_a_file_is_found_through_a_link() -> Test {
        for mode in ["delete", "wal"] {
            let dir = tempfile::tempdir()?;
            let (live, path) = (
                dir.path().join("live.sqlite"),
                dir.path().join("d/a.sqlite"),
            );
            fs::create_dir(dir.path().join("d"))?;
            let writer = Connection::open(&live)?;
            writer.pragma_update(None, "journal_mode", mode)?;
            writer.pragma_update(None, "cache_size", 1)?;
            writer.execute_batch(
                "CREATE TABLE t (a);
                 WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
                 INSERT INTO t SELECT 1 FROM n;
                 BEGIN;
                 UPDATE t SET a = 0;",
            )?;
            for suffix in ["", "-journal", "-wal"] {
                let name = |path: &Path| format!("{}{suffix}", path.display());
                if Path::new(&name(&live)).exists() {
                    fs::copy(name(&live), name(&path))?;
                }
            }
            let link = dir.path().join("link.sqlite");
            std::os::unix::fs::symlink("d/a.sqlite", &link)?;
            let sum: i64 =
                open_read_only(&link)?.query_row("SELECT sum(a) FROM t", [], |r| r.get(0))?;
            assert_eq!(sum, 9_999, "{mode}");
        }
        Ok(())
    }

    #[test]
    fn a_log_that_is_not_empty_is_read() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        let writer = Connection::open(&path)?;
        writer.pragma_update(None, "journal_mode", "wal")?;
        writer.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);")?;
        let count: i64 =
            open_read_only(&path)?.query_row("SELECT COUNT(*) FROM t", [], |r| r.get(0))?;
        assert_eq!(count, 1);
        Ok(())
    }

    #[test]
    fn a_change_that_was_broken_off_is_undone() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        let writer = Connection::open(&path)?;
        writer.pragma_update(None, "cache_size", 1)?;
        writer.execute_batch(
            "CREATE TABLE t (a);
             WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
             INSERT INTO t SELECT i FROM n;
             BEGIN;
             UPDATE t SET a = 0;",
        )?;
        // The files as a crash would leave them.
        let broken = dir.path().join("b.sqlite");
        fs::copy(&path, &broken)?;
        fs::copy(
            dir.path().join("a.sqlite-journal"),
            dir.path().join("b.sqlite-journal"),
        )?;
        let least: i64 =
            open_read_only(&broken)?.query_row("SELECT MIN(a) FROM t", [], |r| r.get(0))?;
        assert_eq!(least, 1);
        assert!(!dir.path().join("b.sqlite-journal").exists());
        Ok(())
    }

    #[test]
    fn what_is_no_database_is_said_in_one_line() -> Test {
        let dir = tempfile::tempdir()?;
        let file = |name: &str, text: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, text).map(|()| path)
        };
        let convert = "`gffdb convert` makes";
        for (path, expected) in [
            (
                file("a.gff3", b"##gff-version 3\n")?,
                format!("not a database; {convert} one from a GFF3 or GTF file"),
            ),
            (
                file("long.gff3", &[b'x'; 5000])?,
                format!("not a database; {convert} one from a GFF3 or GTF file"),
            ),
            (
                file("empty", b"")?,
                format!("an empty file; {convert} a database from a GFF3 or GTF file"),
            ),
            (
                dir.path().to_path_buf(),
                String::from("a directory; expected a database file"),
            ),
            (
                dir.path().join("none"),
                String::from("cannot open: No such file or directory (os error 2)"),
            ),
        ] {
            for result in [open_read_only(&path), open_to_write(&path)] {
                let text = result.err().map(|e| e.to_string());
                assert_eq!(text, Some(format!("{}: {expected}", path.display())));
            }
        }
        Ok(())
    }
}
