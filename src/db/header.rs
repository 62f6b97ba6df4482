//! The first bytes of a database file, read beside SQLite.

use std::{fs::File, io, path::Path};

/// The bytes of the header that are read.
const BYTES: usize = 20;

/// Tells whether the header has the format version 2, "WAL"
/// (<https://sqlite.org/fileformat2.html>, 1.3.3).
pub(super) fn is_write_ahead(path: &Path) -> io::Result<bool> {
    let mut header = [0; BYTES];
    Ok(read(path, &mut header)? == BYTES
        && header.starts_with(b"SQLite format 3\0")
        && header[BYTES - 1] == 2)
}

/// Reads the first bytes of a file.
///
/// A process that closes a file gives up all its locks on it, those too that SQLite took through other
/// descriptors (POSIX.1-2017, `fcntl`; <https://sqlite.org/howtocorrupt.html>, 2.2). Then somebody could
/// write in the middle of an answer. So the file stays open, and is read through the same descriptor
/// again.
#[cfg(unix)]
fn read(path: &Path, bytes: &mut [u8]) -> io::Result<usize> {
    use std::{
        collections::VecDeque,
        os::unix::fs::{FileExt, MetadataExt},
        sync::{Mutex, PoisonError},
    };

    /// More are closed, the first ones first: a process may open a thousand files or so.
    const MOST: usize = 128;
    static OPEN: Mutex<VecDeque<File>> = Mutex::new(VecDeque::new());

    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let same =
        |a: &std::fs::Metadata, b: &std::fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    let wanted = std::fs::metadata(path)?;
    // Nobody can open a file that was deleted, and so nobody can write it.
    open.retain(|file| file.metadata().is_ok_and(|m| m.nlink() > 0));
    let known = open
        .iter()
        .position(|file| file.metadata().is_ok_and(|m| same(&m, &wanted)));
    if let Some(at) = known {
        return open[at].read_at(bytes, 0);
    }
    let file = File::open(path)?;
    let count = file.read_at(bytes, 0);
    open.push_back(file);
    if open.len() > MOST {
        open.pop_front();
    }
    count
}

/// Reads the first bytes of a file. Locks belong to handles here, and others are not touched.
#[cfg(not(unix))]
fn read(path: &Path, bytes: &mut [u8]) -> io::Result<usize> {
    use std::io::Read;
    let mut file = File::open(path)?.take(bytes.len() as u64);
    let mut header = Vec::new();
    let count = file.read_to_end(&mut header)?;
    bytes[..count].copy_from_slice(&header);
    Ok(count)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    type Test = std::result::Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn the_mode_is_that_of_the_file_which_is_there_now() -> Test {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("a.sqlite");
        for mode in ["delete", "wal", "delete"] {
            let made = dir.path().join("made.sqlite");
            let connection = Connection::open(&made)?;
            connection.pragma_update(None, "journal_mode", mode)?;
            connection.execute_batch("CREATE TABLE t (a)")?;
            drop(connection);
            std::fs::rename(&made, &path)?;
            for _ in 0..2 {
                assert_eq!(is_write_ahead(&path)?, mode == "wal");
            }
        }
        for text in ["", "SQLite format 3\0", "no database, and twenty bytes"] {
            std::fs::write(&path, text)?;
            assert!(!is_write_ahead(&path)?, "{text:?}");
        }
        Ok(())
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn many_files_do_not_stay_open() -> Test {
        let dir = tempfile::tempdir()?;
        for i in 0..2_000 {
            let path = dir.path().join(i.to_string());
            std::fs::write(&path, "x")?;
            assert!(!is_write_ahead(&path)?);
        }
        let open = std::fs::read_dir("/proc/self/fd")?.count();
        assert!(open < 1_000, "{open}");
        Ok(())
    }
}
