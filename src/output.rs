//! Output: standard output, or a file that is there wholly or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use crate::{Error, Result};

mod atomic_file;
mod bgzf;
mod index;
mod temporary_name;

pub(crate) use self::atomic_file::{directory, remove_leftovers};
use self::bgzf::BgzfWriter;
pub use self::{
    atomic_file::{AtomicFile, is_same_file},
    index::{IndexKind, IndexedColumns, write_index},
};

/// Where a command writes what was asked for.
///
/// A file is written beside its target and renamed by [`Output::commit`], so that it is the old one or
/// the new one whatever happens. A device or a pipe is written as it is.
pub struct Output {
    path: PathBuf,
    target: Target,
    file: Option<Box<AtomicFile>>,
}

enum Target {
    Stdout(BufWriter<io::StdoutLock<'static>>),
    Plain(BufWriter<File>),
    Bgzf(Box<BgzfWriter<File>>),
}

/// What is gathered before the system is asked to write it, in bytes.
const BUFFER: usize = 1 << 16;

/// Endings of compressed files that are not written.
const NOT_WRITTEN: [&str; 5] = ["zst", "zstd", "bz2", "xz", "zip"];

impl Output {
    /// Begins to write to `path`; `-` is standard output, and a name that ends in `.gz` or `.bgz`
    /// gets BGZF, which every gzip reads.
    ///
    /// # Errors
    ///
    /// The path is a directory or a database, or cannot be written, another process writes it, or its
    /// ending promises a compression that is not written.
    pub fn create(path: &Path) -> Result<Self> {
        let fail = |e| Error::io(path, "write", e);
        // To open the shell's own file again would be to write over what it has written.
        const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
        if STDOUT.iter().any(|name| path == Path::new(name)) {
            return Ok(Self {
                path: path.into(),
                target: Target::Stdout(BufWriter::with_capacity(BUFFER, io::stdout().lock())),
                file: None,
            });
        }
        let ending = path.extension().map(|e| e.to_ascii_lowercase());
        let ending = ending.as_deref().and_then(|e| e.to_str()).unwrap_or("");
        if NOT_WRITTEN.contains(&ending) {
            return Err(Error::usage(format!(
                "{}: .{ending} is not written; name a file that ends in .gz, or write to standard \
                 output and compress that",
                path.display()
            )));
        }
        let existing = fs::metadata(path).ok();
        if existing.as_ref().is_some_and(|m| m.is_file()) && is_database(path) {
            return Err(Error::usage(format!(
                "{}: is a SQLite database; name another file to write to, or remove it first",
                path.display()
            )));
        }
        let is_open_already = ["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|directory| path.starts_with(directory));
        let is_plain = existing.is_none_or(|m| m.is_file() || m.is_dir());
        let (file, out) = match is_plain && !is_open_already {
            true => {
                let file = AtomicFile::create(path)?;
                let out = File::options().write(true).open(file.temporary());
                (Some(Box::new(file)), out.map_err(fail)?)
            }
            // A device or a pipe is not replaced, nor what the shell has opened.
            false => {
                let out = File::options().append(true).open(path);
                (None, out.map_err(fail)?)
            }
        };
        let target = match ending {
            "gz" | "bgz" => Target::Bgzf(Box::new(BgzfWriter::new(out))),
            _ => Target::Plain(BufWriter::with_capacity(BUFFER, out)),
        };
        Ok(Self {
            path: path.into(),
            target,
            file,
        })
    }

    /// Returns what is written, for messages: a file, or `-`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the temporary file that is being written, if any.
    pub fn temporary(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.temporary())
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// They cannot be written: the disk is full, or nobody reads the pipe any more.
    pub fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes)
            .map_err(|e| Error::io(&self.path, "write", e))
    }

    /// Ends the output, and puts a file in its place. Dropped without this, the file is removed.
    ///
    /// # Errors
    ///
    /// The last bytes cannot be written, or the file cannot be renamed.
    pub fn commit(self) -> Result<()> {
        let ended = match self.target {
            Target::Stdout(mut out) => out.flush(),
            Target::Plain(mut out) => out.flush(),
            Target::Bgzf(out) => out.finish(),
        };
        ended.map_err(|e| Error::io(&self.path, "write", e))?;
        self.file.map_or(Ok(()), |file| file.replace())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stdout(out) => out.write(bytes),
            Target::Plain(out) => out.write(bytes),
            Target::Bgzf(out) => out.write(bytes),
        }
    }

    /// Only standard output has a reader who may be waiting: a file is there when it is committed.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(out) => out.flush(),
            Target::Plain(_) | Target::Bgzf(_) => Ok(()),
        }
    }
}

/// Tells whether a file begins as a SQLite database does
/// (<https://sqlite.org/fileformat2.html>, 1.3.1).
pub(crate) fn is_database(path: &Path) -> bool {
    let mut first = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == *b"SQLite format 3\0"
}

#[cfg(test)]
mod tests {
    use super::*;

    type Test = std::result::Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_file_is_there_after_the_commit_and_not_before() -> Test {
        let directory = tempfile::tempdir()?;
        for name in ["a.gff3", "a.gff3.gz"] {
            let path = directory.path().join(name);
            fs::write(&path, "old")?;
            let mut output = Output::create(&path)?;
            output.put(b"half")?;
            drop(output);
            assert_eq!(fs::read(&path)?, b"old");
            let mut output = Output::create(&path)?;
            output.put(b"one\n")?;
            output.put(b"two\n")?;
            assert_eq!(fs::read(&path)?, b"old");
            output.commit()?;
            let mut text = String::new();
            match name.ends_with(".gz") {
                true => noodles_bgzf::io::Reader::new(File::open(&path)?).read_to_string(&mut text),
                false => File::open(&path)?.read_to_string(&mut text),
            }?;
            assert_eq!(text, "one\ntwo\n");
        }
        assert_eq!(fs::read_dir(directory.path())?.count(), 2);
        Ok(())
    }

    #[test]
    fn what_cannot_be_written_is_refused_at_once() -> Test {
        let directory = tempfile::tempdir()?;
        let here = directory.path().display();
        fs::write(
            directory.path().join("b.sqlite"),
            "SQLite format 3\0 and so on",
        )?;
        for (path, expected) in [
            (
                directory.path().to_path_buf(),
                format!("{here}: expected a file to write, found a directory"),
            ),
            (
                directory.path().join("b.sqlite"),
                format!(
                    "{here}/b.sqlite: is a SQLite database; name another file to write to, or \
                     remove it first"
                ),
            ),
            (
                directory.path().join("a.gff3.zst"),
                format!(
                    "{here}/a.gff3.zst: .zst is not written; name a file that ends in .gz, or \
                     write to standard output and compress that"
                ),
            ),
            (
                directory.path().join("none/a.gff3"),
                format!("{here}/none/a.gff3: cannot write: No such file or directory (os error 2)"),
            ),
        ] {
            let error = Output::create(&path).err().map(|e| e.to_string());
            assert_eq!(error, Some(expected));
        }
        assert_eq!(fs::read_dir(directory.path())?.count(), 1);
        Ok(())
    }
}
