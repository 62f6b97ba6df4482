//! What a load tells: how it goes, and what it did.

use std::path::Path;

use crate::input;

/// What a load did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// One a file, in the order in which they were given.
    pub datasets: Vec<DatasetReport>,
    /// Bytes of all files, decompressed.
    pub bytes: u64,
    /// Seconds from the opening of the first file to the renaming of the result.
    pub seconds: f64,
    /// Bytes of the database.
    pub size: u64,
    /// The promoted keys, `ID` and `Parent` first.
    pub promoted: Vec<String>,
    /// How many keys stayed in `attributes` though all were asked for.
    pub keys_left: usize,
    /// Keys that were named, to be columns or for their values, and that no record of these files has.
    pub keys_missing: Vec<String>,
    /// Records that were inferred: type, how many.
    pub inferred: Vec<(String, u64)>,
    /// Issues of these files: code, severity, how many.
    pub issues: Vec<(String, String, u64)>,
}

/// What became of one file.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DatasetReport {
    /// Its name in the database.
    pub dataset: String,
    /// Lines, records or not.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Lines left out because they are no records.
    pub skipped: u64,
    /// Bytes after decompression.
    pub bytes: u64,
    /// What was expected where the file is cut off, and what was found; `None` where it is whole.
    pub truncated: Option<String>,
}

/// Is told how a load goes; every method may do nothing.
pub trait Observer {
    /// A file begins; `len` is its length on the disk, `position` how much of that was read.
    fn file(&mut self, path: &Path, len: Option<u64>, position: input::BytesRead) {
        let _ = (path, len, position);
    }

    /// Some more of the file is in.
    fn batch(&mut self) {}

    /// All rows are in; an index of this name is being built.
    fn indexing(&mut self, name: &str) {
        let _ = name;
    }
}

impl Observer for () {}
