//! A database file that gives way to another one of its name.
//!
//! SQLite keeps a database's latest changes, or how to undo them, in files beside it: NAME-journal, NAME-wal and
//! NAME-shm. They know the database by its name alone. A file that is put in its place without a thought of
//! them is destroyed by the next program that opens it
//! (<https://sqlite.org/howtocorrupt.html>, 1.4 and 2.4).

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{
    Error, ErrorKind, Result,
    db::open::open_as,
    output::{self, AtomicFile},
};

/// A database that is there now and is to be replaced; nobody else writes it meanwhile.
#[derive(Debug)]
pub struct OldDatabase {
    path: PathBuf,
    /// None where nothing is there, or nothing that SQLite can open.
    connection: Option<Connection>,
    /// The file that was there when this began.
    seen: Option<Seen>,
    /// Whether it was in write-ahead mode, which is given back if nothing replaces it.
    is_write_ahead: bool,
}

impl OldDatabase {
    /// Locks what is at `path`, after undoing or completing what a killed program left of its changes.
    ///
    /// # Errors
    ///
    /// It is no SQLite database, or another program uses it.
    pub fn lock(path: &Path) -> Result<Self> {
        let mut old = Self {
            path: path.to_path_buf(),
            connection: None,
            seen: Seen::at(path),
            is_write_ahead: false,
        };
        // What is not SQLite's would be lost with it.
        side_files(path)?;
        // An empty file is a database in which nothing was made yet.
        if fs::metadata(path).map_or(0, |m| m.len()) == 0 {
            return Ok(old);
        }
        if !output::is_database(path) {
            return Err(Error::database(
                path,
                "not a SQLite database, so it is not overwritten; remove it, or name another file",
            ));
        }
        let opened = open_as(path, OpenFlags::SQLITE_OPEN_READ_WRITE, "?mode=rw");
        old.connection = match opened {
            Ok(connection) => Some(connection),
            // Overwriting it is the way to get rid of it.
            Err(e) if is_broken(&e) => None,
            Err(e) => return Err(Error::sqlite(path, e)),
        };
        match old.begin() {
            Ok(()) => {}
            Err(e) if is_broken(&e) => old.connection = None,
            Err(e) => return Err(Error::sqlite(path, e)),
        }
        Ok(old)
    }

    /// Leaves write-ahead mode, which takes the log with it, and keeps others from writing.
    fn begin(&mut self) -> rusqlite::Result<()> {
        let Some(connection) = &self.connection else {
            return Ok(());
        };
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode.eq_ignore_ascii_case("wal") {
            leave_write_ahead(connection)?;
            self.is_write_ahead = true;
        }
        connection.execute_batch("BEGIN IMMEDIATE")
    }

    /// Puts a file in the place of this database.
    ///
    /// A program that has the old file open reads it to its end, and gets an error where it writes: SQLite looks
    /// whether the file still has its name (`SQLITE_READONLY_DBMOVED`).
    ///
    /// # Errors
    ///
    /// Another program has put a file there meanwhile; files beside it are in the way; or the file cannot
    /// be renamed.
    pub fn replace(mut self, file: AtomicFile) -> Result<()> {
        let is_locked = self.connection.is_some();
        let is_same = match (&self.seen, Seen::at(&self.path)) {
            (Some(then), Some(now)) if is_locked => then.file == now.file,
            (then, now) => *then == now,
        };
        if !is_same {
            return Err(Error::database(
                &self.path,
                "another program has put a file there meanwhile, so it is not overwritten",
            ));
        }
        remove_side_files(&self.path)?;
        if cfg!(not(unix)) {
            // An open file cannot be replaced.
            self.connection = None;
        }
        file.replace()?;
        self.is_write_ahead = false;
        Ok(())
    }
}

impl Drop for OldDatabase {
    fn drop(&mut self) {
        if let (true, Some(connection)) = (self.is_write_ahead, &self.connection) {
            // It stays, as it was; if this fails, it is the same database in another mode.
            let _ = connection.execute_batch("ROLLBACK");
            let _ = connection.pragma_update(None, "journal_mode", "WAL");
        }
    }
}

/// Leaves write-ahead mode, which nobody else may use meanwhile. SQLite does not wait for that by itself.
fn leave_write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let began = Instant::now();
    loop {
        let left = connection.pragma_update(None, "journal_mode", "DELETE");
        let is_busy = left.as_ref().is_err_and(|e| {
            matches!(
                e.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            )
        });
        if !is_busy || began.elapsed() > PATIENCE {
            return left;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// What tells a file from another one, and from itself after a change.
#[derive(Debug, Eq, PartialEq)]
struct Seen {
    /// Device and inode, where the system has such.
    file: (u64, u64),
    len: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    fn at(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt;
            (found.dev(), found.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        Some(Self {
            file,
            len: found.len(),
            modified: found.modified().ok(),
        })
    }
}

/// Removes the files that SQLite would take for those of a database at `path`.
///
/// # Errors
///
/// One of them is not SQLite's, or cannot be removed.
pub fn remove_side_files(path: &Path) -> Result<()> {
    for side in side_files(path)? {
        fs::remove_file(&side).map_err(|e| Error::io(side, "remove", e))?;
    }
    Ok(())
}

/// Returns the files that SQLite would take for those of a database at `path`.
///
/// # Errors
///
/// One of them is not SQLite's.
pub fn side_files(path: &Path) -> Result<Vec<PathBuf>> {
    /// How the files begin (<https://sqlite.org/fileformat2.html>, 3 and 4.1; `walformat.html`, 2.1); a
    /// journal whose first bytes are 0 is one that ended.
    const SIDE_FILES: [(&str, &[&[u8]]); 3] = [
        ("-journal", &[&[0xd9, 0xd5, 0x05, 0xf9], &[0; 4]]),
        (
            "-wal",
            &[
                &[0x37, 0x7f, 0x06, 0x82],
                &[0x37, 0x7f, 0x06, 0x83],
                &[0; 4],
            ],
        ),
        ("-shm", &[&3_007_000_u32.to_ne_bytes(), &[0; 4]]),
    ];
    let mut found = Vec::new();
    for (suffix, beginnings) in SIDE_FILES {
        let mut name = path.as_os_str().to_os_string();
        name.push(suffix);
        let side = PathBuf::from(name);
        match fs::symlink_metadata(&side) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(Error::io(side, "open", e)),
            Ok(file) => {
                let is_sqlite = file.is_file()
                    && (file.len() == 0
                        || first_bytes(&side).is_ok_and(|b| beginnings.contains(&b.as_slice())));
                if !is_sqlite {
                    return Err(ErrorKind::InTheWay { path: side }.into());
                }
            }
        }
        found.push(side);
    }
    Ok(found)
}

fn first_bytes(path: &Path) -> io::Result<[u8; 4]> {
    let mut first = [0; 4];
    File::open(path)?.read_exact(&mut first)?;
    Ok(first)
}

fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = std::result::Result<(), Box<dyn std::error::Error>>;

    /// Makes a database whose table `t` holds `values`.
    fn make(path: &Path, values: &str) -> Test {
        let connection = Connection::open(path)?;
        connection.execute_batch(&format!(
            "CREATE TABLE t (a); INSERT INTO t VALUES {values};"
        ))?;
        Ok(())
    }

    fn values(path: &Path) -> rusqlite::Result<Vec<i64>> {
        let connection = Connection::open(path)?;
        let mut statement = connection.prepare("SELECT a FROM t")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    /// Returns a temporary file beside `path` that holds a database of one value, 2.
    fn new(path: &Path) -> std::result::Result<AtomicFile, Box<dyn std::error::Error>> {
        let file = AtomicFile::create(path)?;
        make(file.temporary(), "(2)")?;
        Ok(file)
    }

    fn names(dir: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(dir)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    /// What programs that were killed left beside a database, or beside one that was removed.
    #[test]
    fn what_killed_programs_left_is_not_left_to_the_new_database() -> Test {
        for mode in ["delete", "truncate", "persist", "wal"] {
            for removed in [false, true] {
                let dir = tempfile::tempdir()?;
                let (live, path) = (dir.path().join("live.sqlite"), dir.path().join("a.sqlite"));
                let writer = Connection::open(&live)?;
                writer.pragma_update(None, "journal_mode", mode)?;
                writer.pragma_update(None, "cache_size", 1)?;
                writer.execute_batch(
                    "CREATE TABLE t (a);
                     WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
                     INSERT INTO t SELECT i FROM n;
                     BEGIN;
                     UPDATE t SET a = 0;",
                )?;
                // The files as a crash would leave them.
                let mut sides = 0;
                for suffix in ["", "-journal", "-wal", "-shm"] {
                    let name = |path: &Path| format!("{}{suffix}", path.display());
                    if Path::new(&name(&live)).exists() {
                        fs::copy(name(&live), name(&path))?;
                        sides += usize::from(!suffix.is_empty());
                    }
                }
                assert!(sides > 0, "{mode}");
                if removed {
                    fs::remove_file(&path)?;
                }
                let old = OldDatabase::lock(&path)?;
                old.replace(new(&path)?)?;
                assert_eq!(values(&path)?, [2], "{mode} {removed}");
                assert!(
                    !names(dir.path())?
                        .iter()
                        .any(|n| n.starts_with("a.sqlite-")),
                    "{mode}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn one_that_another_program_writes_is_not_replaced() -> Test {
        for mode in ["delete", "wal"] {
            let dir = tempfile::tempdir()?;
            let path = dir.path().join("a.sqlite");
            make(&path, "(1)")?;
            let writer = Connection::open(&path)?;
            writer.pragma_update(None, "journal_mode", mode)?;
            writer.execute_batch("BEGIN IMMEDIATE; INSERT INTO t VALUES (7)")?;
            let busy = OldDatabase::lock(&path).expect_err("it is being written");
            assert!(matches!(busy.kind(), ErrorKind::Busy { .. }), "{busy}");
            writer.execute_batch("COMMIT")?;
            drop(writer);
            assert_eq!(values(&path)?, [1, 7], "{mode}");
        }
        Ok(())
    }

    #[test]
    fn one_that_is_not_replaced_stays_as_it_was() -> Test {
        for mode in ["delete", "wal"] {
            let dir = tempfile::tempdir()?;
            let path = dir.path().join("a.sqlite");
            make(&path, "(1)")?;
            let reader = Connection::open(&path)?;
            reader.pragma_update(None, "journal_mode", mode)?;
            drop(reader);
            drop(OldDatabase::lock(&path)?);
            let reader = Connection::open(&path)?;
            let found: String = reader.pragma_query_value(None, "journal_mode", |r| r.get(0))?;
            assert_eq!(found, mode);
            drop(reader);
            assert_eq!(values(&path)?, [1]);
            assert_eq!(names(dir.path())?, ["a.sqlite"]);
        }
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn who_has_the_old_one_open_gets_an_error_where_he_writes() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        make(&path, "(1)")?;
        let session = Connection::open(&path)?;
        session.query_row("SELECT a FROM t", [], |row| row.get::<_, i64>(0))?;
        OldDatabase::lock(&path)?.replace(new(&path)?)?;
        assert!(session.execute("UPDATE t SET a = 3", []).is_err());
        assert_eq!(values(&path)?, [2]);
        assert_eq!(names(dir.path())?, ["a.sqlite"]);
        Ok(())
    }

    #[test]
    fn a_file_that_came_meanwhile_is_not_replaced() -> Test {
        for kind in ["database", "empty", "broken"] {
            let dir = tempfile::tempdir()?;
            let path = dir.path().join("a.sqlite");
            match kind {
                "database" => make(&path, "(1)")?,
                "empty" => fs::write(&path, "")?,
                _ => fs::write(&path, "SQLite format 3\0 and then nothing that makes sense")?,
            }
            let old = OldDatabase::lock(&path)?;
            let file = new(&path)?;
            // A name of its own, so that it is not the old file's inode again.
            let other = dir.path().join("other.sqlite");
            make(&other, "(7)")?;
            fs::rename(&other, &path)?;
            let error = old.replace(file).expect_err("another file");
            assert!(error.to_string().contains("meanwhile"), "{error}");
            assert_eq!(values(&path)?, [7], "{kind}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_database_is_kept() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        fs::write(&path, "a letter")?;
        let error = OldDatabase::lock(&path).expect_err("no database");
        assert!(
            error.to_string().contains("not a SQLite database"),
            "{error}"
        );
        fs::remove_file(&path)?;
        // Nor what is beside it by chance.
        fs::write(dir.path().join("a.sqlite-journal"), "dear diary")?;
        let error = OldDatabase::lock(&path).expect_err("a diary");
        assert!(
            matches!(error.kind(), ErrorKind::InTheWay { .. }),
            "{error}"
        );
        assert_eq!(names(dir.path())?, ["a.sqlite-journal"]);
        // Broken ones, and empty ones, are overwritten.
        fs::remove_file(dir.path().join("a.sqlite-journal"))?;
        for broken in [
            &b""[..],
            b"SQLite format 3\0 and then nothing that makes sense",
        ] {
            fs::write(&path, broken)?;
            OldDatabase::lock(&path)?.replace(new(&path)?)?;
            assert_eq!(values(&path)?, [2]);
        }
        Ok(())
    }
}
