//! Checks: what is wrong with a GFF3 or GTF file, all of it in one pass, in flat memory.
//!
//! [`Checker`] reads a file line by line, keeps the little that the checks of the whole file need
//! in a temporary database, and asks that with the SELECTs of `schema/check/`. What can be found is
//! in the table [`codes::GENERAL`]; with a [`Consumer`], it is what that program refuses or drops.
//!
//! ```no_run
//! use gffdb::check::Checker;
//!
//! let report = Checker::new().check("genes.gff3".as_ref())?;
//! report.each(&mut |finding| {
//!     println!("{:?} [{}] {}", finding.line, finding.code.name, finding.text);
//!     Ok(())
//! })?;
//! # Ok::<(), gffdb::Error>(())
//! ```

use std::{fs::File, io::Read, path::Path};

use crate::{
    Result, db,
    export::{Dataset, Exporter},
    input::{BLOCK_SIZE, Blocks, Compression, Input, Options},
};

pub mod codes;
mod column9;
mod consumer;
mod cycles;
mod extra;
mod record;
mod scan;
mod sections;
mod store;
#[cfg(test)]
mod tests;
mod types;

pub use self::{
    codes::{Code, Severity},
    consumer::Consumer,
};
use self::{scan::Scan, store::Store};

/// The checks of the whole file, in the order in which they run.
const WHOLE: [&str; 4] = [
    include_str!("../schema/check/identity.sql"),
    include_str!("../schema/check/hierarchy.sql"),
    include_str!("../schema/check/phases.sql"),
    include_str!("../schema/check/bounds.sql"),
];

const TYPE_CLASS: &str = concat!(
    include_str!("../schema/type_class.sql"),
    include_str!("../schema/type_class_so.sql")
);

/// Checks files.
///
/// # Examples
///
/// ```
/// # fn main() -> gffdb::Result<()> {
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("genes.gff3");
/// # std::fs::write(&path, "##gff-version 3\nsq0\t.\tgene\t8\t3\t.\t+\t.\tID=g0\n").unwrap();
/// let report = gffdb::check::Checker::new().check(&path)?;
/// assert_eq!(report.counts().of(gffdb::check::Severity::Error), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checker {
    consumer: Option<Consumer>,
    all: bool,
}

/// Something that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The line, from 1, counted after decompression; `None` where it is about the whole file.
    pub line: Option<u64>,
    /// What it is.
    pub code: Code,
    /// What was expected, what was found, and the next step where there is one.
    pub text: String,
}

/// How often each code was found in a file, the gravest first; a code that was not found is not
/// there.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counts {
    /// Codes, and how many findings each has; at least 1.
    pub codes: Vec<(Code, u64)>,
}

impl Counts {
    /// Returns how many findings have this severity.
    pub fn of(&self, severity: Severity) -> u64 {
        let of = |(code, count): &(Code, u64)| (code.severity == severity).then_some(*count);
        self.codes.iter().filter_map(of).sum()
    }

    /// Returns how many findings are at least this grave.
    pub fn at_least(&self, severity: Severity) -> u64 {
        let grave = Severity::ALL.into_iter().filter(|s| *s >= severity);
        grave.map(|severity| self.of(severity)).sum()
    }
}

/// What was found in one file.
pub struct Report {
    store: Store,
    lines: u64,
}

impl Report {
    /// Returns how often each code was found.
    pub fn counts(&self) -> Counts {
        self.store.counts()
    }

    /// Returns how many lines the file has.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Hands on the findings: the first three of each code, code by code, or, where all are kept,
    /// every one, line by line.
    ///
    /// # Errors
    ///
    /// What `f` returns, or when the temporary database cannot be read.
    pub fn each(&self, f: &mut dyn FnMut(&Finding) -> Result<()>) -> Result<()> {
        self.store.each(f)
    }
}

impl Checker {
    /// Returns a checker against the specification, which keeps the first findings of each code.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the program that the file is for: what it refuses or drops is found then, and nothing
    /// else. The default is none.
    pub fn consumer(&mut self, consumer: Option<Consumer>) -> &mut Self {
        self.consumer = consumer;
        self
    }

    /// Sets whether every finding is kept, or the first three of each code. The default is no.
    pub fn all(&mut self, yes: bool) -> &mut Self {
        self.all = yes;
        self
    }

    /// Returns the codes that can be found.
    pub fn codes(&self) -> &'static [Code] {
        self.consumer.map_or(codes::GENERAL, Consumer::codes)
    }

    /// Checks a file, or standard input for `-`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not text. What is wrong with the text is a finding.
    pub fn check(&self, path: &Path) -> Result<Report> {
        self.check_observed(path, &mut |_, _| {})
    }

    /// Checks a file as [`Checker::check`] does. `observer` is told again and again how many bytes of it are read,
    /// as it lies on the disk, and how many there are, where that is known.
    ///
    /// # Errors
    ///
    /// As [`Checker::check`].
    pub fn check_observed(
        &self,
        path: &Path,
        observer: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Report> {
        let input = Input::open(path, &Options::default())?;
        let compression = input.compression();
        let (position, length) = (input.position(), input.len());
        let mut blocks = Blocks::new(input, BLOCK_SIZE).in_pieces();
        let mut scan = self.start(path)?;
        let mut block = Vec::new();
        while blocks.read_into(&mut block)? {
            scan.block(&block)?;
            observer(position.get(), length);
        }
        self.finish(scan, Some(compression))
    }

    /// Checks a file as [`Checker::check`] does, or each dataset of a database, told by its first
    /// bytes, as it would be exported; `f` is given the name that findings go under, and the report. `observer` is
    /// as for [`Checker::check_observed`].
    ///
    /// # Errors
    ///
    /// As [`Checker::check`], when the database cannot be read, and what `f` returns.
    pub fn check_each(
        &self,
        path: &Path,
        observer: &mut dyn FnMut(u64, Option<u64>),
        f: &mut dyn FnMut(&str, &Report) -> Result<()>,
    ) -> Result<()> {
        let name = path.display().to_string();
        if !is_database(path) {
            return f(&name, &self.check_observed(path, observer)?);
        }
        let connection = db::open(path)?;
        let datasets = Dataset::all(&connection, path)?;
        for dataset in &datasets {
            let mut scan = self.start(path)?;
            let mut done = 0;
            Exporter::new(&connection, path, &datasets).export(dataset, |chunk| {
                done += chunk.len() as u64;
                observer(done, Some(dataset.bytes));
                scan.block(chunk)
            })?;
            let name = match datasets.len() {
                1 => name.clone(),
                _ => format!("{name}/{}", dataset.name),
            };
            f(&name, &self.finish(scan, None)?)?;
        }
        Ok(())
    }

    fn finish(&self, scan: Scan, compression: Option<Compression>) -> Result<Report> {
        let (mut store, lines) = scan.finish()?;
        match self.consumer {
            Some(consumer) => consumer.run(&mut store, compression)?,
            None => whole(&mut store)?,
        }
        Ok(Report { store, lines })
    }

    fn start(&self, path: &Path) -> Result<Scan> {
        let store = Store::open(self.codes().iter().collect(), self.all)?;
        Ok(Scan::new(path, store, self.consumer.is_some()))
    }
}

/// Tells a SQLite database by its first bytes; what cannot be opened is none.
fn is_database(path: &Path) -> bool {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut head = [0; MAGIC.len()];
    // A pipe must keep its first bytes for who reads it, and a database cannot be one.
    path.is_file()
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut head).is_ok())
        && head == *MAGIC
}

/// Runs the checks of the whole file.
fn whole(store: &mut Store) -> Result<()> {
    store.batch(TYPE_CLASS)?;
    for file in WHOLE {
        store.run(file)?;
    }
    cycles::find(store)
}

/// Returns a value as a message shows it: quoted, escaped, and at most 60 characters of it.
fn show(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}
