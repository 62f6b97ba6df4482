//! The one error of this library: what went wrong, where, and what to do about it.
//!
//! Whoever knows a thing adds it, once: the parser the column ([`Problem`]), the loader file and
//! line ([`Location`]), the binary its own name.

use std::path::{Path, PathBuf};
use std::{fmt, io};

mod problem;

pub use self::problem::Problem;

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// An error from reading, loading or querying annotations.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused something.
    Io {
        /// The file it was asked of, or `-` for a standard stream.
        path: PathBuf,
        /// What was tried, as an infinitive: `open`, `read`, `rename`.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// An input cannot be what the caller takes it for: empty, binary, a directory, damaged.
    Input {
        /// The file, or `-` for standard input.
        path: PathBuf,
        /// What was expected, what was found, and the next step.
        reason: String,
    },
    /// A compressed input ends before it should.
    Truncated {
        /// The file, or `-` for standard input.
        path: PathBuf,
        /// What was expected, and what was found.
        reason: String,
    },
    /// A line of an annotation file breaks a rule that nothing can be stored without.
    Line {
        /// Where the line is.
        at: Location,
        /// Which rule.
        problem: Problem,
    },
    /// The target of a load is there already.
    Exists {
        /// The target.
        path: PathBuf,
    },
    /// Another process writes the same file, or has locked the database.
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A file has the name of one of those that SQLite keeps beside a database, and is none.
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// A file is not a database of this program, or of a version that this one cannot read.
    Database {
        /// The file.
        path: PathBuf,
        /// What was expected, what was found, and the next step.
        reason: String,
    },
    /// A disk is full.
    DiskFull {
        /// The file that could not grow, or a directory on the disk.
        path: PathBuf,
        /// What should have been written.
        used_for: DiskUse,
    },
    /// There is less room than a load needs at the very least.
    NoRoom {
        /// The directory.
        directory: PathBuf,
        /// What is needed there, in bytes.
        needed: u64,
        /// What is free there, in bytes.
        free: u64,
    },
    /// Options that contradict each other, the data, or the database.
    Usage {
        /// What was asked, why it cannot be, and what can.
        reason: String,
    },
    /// SQLite refused a statement.
    Sql {
        /// The database.
        path: PathBuf,
        /// The statement, where it is the user's own or there is one to show.
        sql: Option<String>,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The user, or the system, asked to stop.
    Interrupted,
}

/// What takes room on a disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DiskUse {
    /// A file of text or tables.
    Output,
    /// A database that is being made or added to.
    Database,
    /// Temporary files of a load.
    Temporary,
    /// A database that is being changed, or temporary files of SQLite; it does not say which.
    Either,
}

/// A place in an input file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The file, or `-` for standard input.
    pub path: PathBuf,
    /// The line number, from 1, counted after decompression.
    pub line: u64,
}

impl Error {
    /// Returns what went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// Returns the place in an input file, where there is one.
    pub fn location(&self) -> Option<&Location> {
        match self.kind() {
            ErrorKind::Line { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Returns an error of the operating system on `path`; `action` is an infinitive.
    pub fn io(path: impl Into<PathBuf>, action: &'static str, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull => ErrorKind::DiskFull {
                path,
                used_for: DiskUse::Output,
            }
            .into(),
            _ => ErrorKind::Io {
                path,
                action,
                source,
            }
            .into(),
        }
    }

    /// Returns an error about an input file as a whole.
    pub fn input(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        ErrorKind::Input {
            path: path.into(),
            reason: reason.into(),
        }
        .into()
    }

    /// Returns an error about a database file as a whole.
    pub fn database(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        ErrorKind::Database {
            path: path.into(),
            reason: reason.into(),
        }
        .into()
    }

    /// Returns an error about what was asked.
    pub fn usage(reason: impl Into<String>) -> Self {
        ErrorKind::Usage {
            reason: reason.into(),
        }
        .into()
    }

    /// Returns SQLite's error on `path`, told apart where there is a better word for it.
    pub fn sqlite(path: impl AsRef<Path>, source: rusqlite::Error) -> Self {
        Self::from_sqlite(path.as_ref(), None, source)
    }

    /// Returns SQLite's error on `path` for a statement that is worth showing.
    pub fn statement(
        path: impl AsRef<Path>,
        sql: impl Into<String>,
        source: rusqlite::Error,
    ) -> Self {
        Self::from_sqlite(path.as_ref(), Some(sql.into()), source)
    }

    fn from_sqlite(path: &Path, sql: Option<String>, source: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        let path = path.to_path_buf();
        // In write-ahead mode, the index of the log could not grow.
        let is_full = |code| {
            let extended = source.sqlite_error().map(|error| error.extended_code);
            code == ErrorCode::DiskFull || extended == Some(ffi::SQLITE_IOERR_SHMSIZE)
        };
        match source.sqlite_error_code() {
            Some(code) if is_full(code) => ErrorKind::DiskFull {
                path,
                used_for: DiskUse::Either,
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Busy { path },
            Some(ErrorCode::OperationInterrupted) => ErrorKind::Interrupted,
            Some(ErrorCode::NotADatabase) => ErrorKind::Database {
                path,
                reason: String::from(
                    "not a database; `gffdb convert` makes one from a GFF3 or GTF file",
                ),
            },
            // Asked for by a load alone, to keep what it inserted.
            Some(ErrorCode::AuthorizationForStatementDenied) => ErrorKind::Database {
                path,
                reason: String::from(
                    "a statement would change what was loaded before it; drop the triggers on table \
                     \"gff\" that are not gffdb's, or report this",
                ),
            },
            _ => ErrorKind::Sql { path, sql, source },
        }
        .into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Io {
                path,
                action,
                source,
            } => write!(f, "{}: cannot {action}: {source}", path.display()),
            ErrorKind::Input { path, reason } | ErrorKind::Database { path, reason } => {
                write!(f, "{}: {reason}", path.display())
            }
            ErrorKind::Truncated { path, reason } => write!(
                f,
                "{}: {reason}; the file is cut off, so download or copy it again",
                path.display()
            ),
            ErrorKind::Line { at, problem } => write!(f, "{at}: {problem}"),
            ErrorKind::Exists { path } => write!(
                f,
                "{} already exists; use --append to add to it, --append --replace to put a newer \
                 file in the place of its dataset, or --force to overwrite it",
                path.display()
            ),
            ErrorKind::Busy { path } => write!(
                f,
                "{}: another program is using it; wait until it has finished, then try again",
                path.display()
            ),
            ErrorKind::InTheWay { path } => write!(
                f,
                "{}: SQLite would take this file for a part of the database, but it is not; move \
                 it to another name",
                path.display()
            ),
            ErrorKind::DiskFull { path, used_for } => {
                write!(f, "{}: no space left on the disk", path.display())?;
                match used_for {
                    DiskUse::Output => f.write_str("; free some, or write to another disk"),
                    DiskUse::Database => f.write_str(
                        "; free some (a database takes about 1.3 times the decompressed input), \
                         or write it to another disk with -o",
                    ),
                    DiskUse::Temporary => f.write_str(
                        " for temporary files; free some, or name another directory with --tmp-dir",
                    ),
                    DiskUse::Either => write!(
                        f,
                        ", or for temporary files in {}; free some, or set TMPDIR to another \
                         directory",
                        std::env::temp_dir().display()
                    ),
                }
            }
            ErrorKind::NoRoom {
                directory,
                needed,
                free,
            } => write!(
                f,
                "{}: expected at least {} MB of free space, found {}; free some, or write \
                 to another disk with -o, temporary files with --tmp-dir",
                directory.display(),
                needed.div_ceil(1_000_000),
                free / 1_000_000
            ),
            ErrorKind::Usage { reason } => f.write_str(reason),
            ErrorKind::Sql { path, sql, source } => {
                write!(f, "{}: {source}", path.display())?;
                match sql {
                    Some(sql) => write!(f, "\n  in: {sql}"),
                    None => Ok(()),
                }
            }
            ErrorKind::Interrupted => f.write_str("interrupted; nothing was changed"),
        }
    }
}

impl std::error::Error for Error {
    // The cause is part of the message already, so a printed chain would say it twice.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        None
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(problem: Problem) -> String {
        let at = Location {
            path: PathBuf::from("genes.gff3"),
            line: 1204,
        };
        Error::from(ErrorKind::Line { at, problem }).to_string()
    }

    #[test]
    fn every_line_problem_says_where_and_what() {
        let next = "; fix the line, or skip invalid lines with --skip-bad-lines";
        for (problem, expected) in [
            (
                Problem::ColumnCount { found: 8 },
                "genes.gff3:1204: expected 9 tab-separated columns, found 8",
            ),
            (
                Problem::not_a_number("start", b"12x"),
                "genes.gff3:1204: expected a whole number as start, found \"12x\"",
            ),
            (
                Problem::TooLong {
                    found: 2_000_000_000,
                },
                "genes.gff3:1204: expected a line of at most 1,000,000,000 bytes, found 2000000000",
            ),
        ] {
            assert_eq!(line(problem), format!("{expected}{next}"));
        }
    }

    #[test]
    fn a_full_disk_is_reported_by_what_was_written() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = Error::io("a.sqlite", "write", full);
        assert!(matches!(error.kind(), ErrorKind::DiskFull { .. }));
        assert_eq!(
            error.to_string(),
            "a.sqlite: no space left on the disk; free some, or write to another disk"
        );
        for (code, is_full) in [
            (rusqlite::ffi::SQLITE_FULL, true),
            (rusqlite::ffi::SQLITE_IOERR_SHMSIZE, true),
            (rusqlite::ffi::SQLITE_IOERR_WRITE, false),
        ] {
            let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let error = Error::sqlite("a.sqlite", source);
            let found = matches!(error.kind(), ErrorKind::DiskFull { .. });
            assert_eq!(found, is_full, "{code}");
        }
    }
}
