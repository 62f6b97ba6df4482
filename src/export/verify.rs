//! Verify: a dataset rendered again, and compared with what the load recorded or with a file.

use std::path::Path;

use memchr::{memchr, memchr_iter, memrchr};
use rusqlite::{Connection, ErrorCode};
use sha2::{Digest, Sha256};

use crate::{
    Error, ErrorKind, Result,
    export::{Dataset, Exporter},
    input::{BLOCK_SIZE, Blocks, Input, Options},
};

/// How many problems of a damaged database are listed.
const MOST_PROBLEMS: u32 = 10;

/// The bytes of a line before a block that are kept, to show where it differs.
const MOST_OF_LINE: usize = 1_024;

/// What a dataset is now, as a load would record it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Found {
    /// Bytes of its text.
    pub bytes: u64,
    /// Lines, a last one without a line end included.
    pub lines: u64,
    /// Records.
    pub records: u64,
    /// Of its text, hexadecimal.
    pub sha256: String,
}

/// What comes of comparing a dataset with a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Compared {
    /// They are the same, byte for byte.
    Same {
        /// Lines of both, a last one without a line end included.
        lines: u64,
        /// Bytes of both, after decompression.
        bytes: u64,
    },
    /// They are not.
    Different(Difference),
}

/// The first line in which a file and a dataset differ; a line comes with its line end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Difference {
    /// The line's number, from 1.
    pub line: u64,
    /// How many bytes of the line are the same in both.
    pub same: usize,
    /// How many of them are left out of what follows: of a line of megabytes, most.
    pub left_out: usize,
    /// The file's line; `None` where the file ends before.
    pub expected: Option<Vec<u8>>,
    /// The dataset's line; `None` where the dataset ends before.
    pub found: Option<Vec<u8>>,
}

impl Found {
    /// Renders a dataset, and counts and hashes its text.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub fn of(exporter: &Exporter<'_>, dataset: &Dataset) -> Result<Self> {
        let mut found = Self::default();
        let mut hasher = Sha256::new();
        let mut last = None;
        found.records = exporter.export(dataset, |chunk| {
            found.bytes += chunk.len() as u64;
            found.lines += memchr_iter(b'\n', chunk).count() as u64;
            hasher.update(chunk);
            last = chunk.last().copied();
            Ok(())
        })?;
        found.lines += u64::from(last.is_some_and(|last| last != b'\n'));
        found.sha256 = hasher
            .finalize()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Ok(found)
    }

    /// Tells whether this is the text that was loaded.
    pub fn is_same(&self, dataset: &Dataset) -> bool {
        self.bytes == dataset.bytes && self.sha256 == dataset.sha256
    }
}

impl Compared {
    /// Compares a dataset with a file, compressed or not; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The database or the file cannot be read.
    pub fn with(file: &Path, exporter: &Exporter<'_>, dataset: &Dataset) -> Result<Self> {
        let input = Input::open(file, &Options::default())?;
        let mut comparison = Comparison {
            blocks: Blocks::new(input, BLOCK_SIZE).in_pieces(),
            block: Vec::new(),
            at: 0,
            lines: 0,
            line: Vec::new(),
            before: 0,
            difference: None,
        };
        let compared = exporter.export(dataset, |chunk| match comparison.chunk(chunk)? {
            true => Ok(()),
            // The rest need not be rendered; this error is taken back below.
            false => Err(ErrorKind::Interrupted.into()),
        });
        match comparison.difference.take() {
            Some(difference) => Ok(Self::Different(difference)),
            None => compared.and_then(|_| comparison.end()),
        }
    }
}

/// A file being compared with the chunks of a dataset.
struct Comparison {
    blocks: Blocks,
    /// Lines of the file, or a piece of one.
    block: Vec<u8>,
    /// How far the block has been compared.
    at: usize,
    /// Lines that end in the blocks before.
    lines: u64,
    /// The last bytes of a line that the blocks before began.
    line: Vec<u8>,
    /// How many bytes of it they have.
    before: usize,
    difference: Option<Difference>,
}

impl Comparison {
    /// Compares a chunk; returns whether it is the same.
    fn chunk(&mut self, mut chunk: &[u8]) -> Result<bool> {
        while !chunk.is_empty() {
            if !self.fill()? {
                self.differ(chunk);
                return Ok(false);
            }
            let expected = &self.block[self.at..];
            let len = expected.len().min(chunk.len());
            if expected[..len] != chunk[..len] {
                let same = expected
                    .iter()
                    .zip(chunk)
                    .take_while(|(a, b)| a == b)
                    .count();
                self.at += same;
                self.differ(&chunk[same..]);
                return Ok(false);
            }
            self.at += len;
            chunk = &chunk[len..];
        }
        Ok(true)
    }

    /// Compares the end.
    fn end(mut self) -> Result<Compared> {
        if self.fill()? {
            self.differ(&[]);
        }
        Ok(match self.difference {
            Some(difference) => Compared::Different(difference),
            None => Compared::Same {
                // A last line may have no end.
                lines: self.lines + u64::from(self.before > 0),
                bytes: self.blocks.bytes(),
            },
        })
    }

    /// Reads the next block where this one is done; returns false at the end of the file.
    fn fill(&mut self) -> Result<bool> {
        if self.at < self.block.len() {
            return Ok(true);
        }
        let begin = memrchr(b'\n', &self.block).map(|at| at + 1);
        if begin.is_some() {
            self.line.clear();
            self.before = 0;
        }
        let open = &self.block[begin.unwrap_or(0)..];
        self.before += open.len();
        self.line.extend_from_slice(open);
        let kept = self.line.len().saturating_sub(MOST_OF_LINE);
        self.line.drain(..kept);
        self.lines += memchr_iter(b'\n', &self.block).count() as u64;
        self.at = 0;
        self.blocks.read_into(&mut self.block)
    }

    /// Notes the line at hand, of which `chunk` is what the dataset has from here on.
    fn differ(&mut self, chunk: &[u8]) {
        let begin = memrchr(b'\n', &self.block[..self.at]).map(|at| at + 1);
        let (line, before) = match begin {
            Some(_) => (&[][..], 0),
            None => (self.line.as_slice(), self.before),
        };
        let begin = begin.unwrap_or(0);
        let line_of = |text: &[u8]| memchr(b'\n', text).map_or(text.len(), |at| at + 1);
        let same = &self.block[begin..self.at];
        let expected = [line, &self.block[begin..][..line_of(&self.block[begin..])]].concat();
        let found = [line, same, &chunk[..line_of(chunk)]].concat();
        let left_out = before - line.len();
        let number = self.lines + memchr_iter(b'\n', &self.block[..begin]).count() as u64 + 1;
        self.difference = Some(Difference {
            line: number,
            same: before + same.len(),
            left_out,
            expected: Some(expected).filter(|line| !line.is_empty()),
            found: Some(found).filter(|line| !line.is_empty()),
        });
    }
}

/// Asks SQLite whether the database is sound; returns the problems, about ten at most.
///
/// # Errors
///
/// The question cannot be asked.
pub fn integrity(connection: &Connection, path: &Path) -> Result<Vec<String>> {
    let mut problems: Vec<String> = Vec::new();
    let mut ask = || {
        let sql = format!("PRAGMA integrity_check({MOST_PROBLEMS})");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            problems.push(row.get(0)?);
        }
        Ok::<_, rusqlite::Error>(())
    };
    match ask() {
        // The damage is such that the check itself breaks off.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            problems.push(error.to_string());
        }
        result => result.map_err(|e| Error::sqlite(path, e))?,
    }
    problems.retain(|problem| problem != "ok");
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Loader, db};

    /// Loads a text, and compares it with another.
    fn compare(loaded: &str, file: &str) -> Result<Compared> {
        let directory = tempfile::tempdir().expect("a directory");
        let (path, goal) = (
            directory.path().join("a.gff3"),
            directory.path().join("a.sqlite"),
        );
        std::fs::write(&path, loaded).expect("a file");
        Loader::new(&goal).threads(1).load(&[&path])?;
        std::fs::write(&path, file).expect("a file");
        let connection = db::open(&goal)?;
        let datasets = Dataset::all(&connection, &goal)?;
        let exporter = Exporter::new(&connection, &goal, &datasets);
        assert!(Found::of(&exporter, &datasets[0])?.is_same(&datasets[0]));
        Compared::with(&path, &exporter, &datasets[0])
    }

    #[test]
    fn the_first_line_that_differs_is_found() -> Result<()> {
        type Expected<'a> = Option<(u64, usize, Option<&'a str>, Option<&'a str>)>;
        let (a, b) = (
            "s\t.\tgene\t1\t2\t.\t+\t.\tID=a\n",
            "s\t.\tgene\t3\t4\t.\t+\t.\tID=b\n",
        );
        let c = "s\t.\tgene\t3\t9\t.\t+\t.\tID=b\n";
        let long = a.repeat(20_000); // several blocks and chunks
        let cases: [(String, String, Expected); 10] = [
            (format!("{a}{b}"), format!("{a}{b}"), None),
            (
                format!("{a}{b}"),
                format!("{a}{c}"),
                Some((2, 11, Some(c), Some(b))),
            ),
            (
                format!("{a}{b}"),
                String::from(a),
                Some((2, 0, None, Some(b))),
            ),
            (
                String::from(a),
                format!("{a}{b}"),
                Some((2, 0, Some(b), None)),
            ),
            (
                format!("{a}{}", b.trim_end()),
                format!("{a}{b}"),
                Some((2, b.len() - 1, Some(b), Some(b.trim_end()))),
            ),
            (
                format!("{a}{b}"),
                format!("{a}{}", b.trim_end()),
                Some((2, b.len() - 1, Some(b.trim_end()), Some(b))),
            ),
            (format!("{long}{b}"), format!("{long}{b}"), None),
            (b.trim_end().to_owned(), b.trim_end().to_owned(), None),
            (
                format!("{long}{b}{long}"),
                format!("{long}{c}{long}"),
                Some((20_001, 11, Some(c), Some(b))),
            ),
            (
                format!("{long}{b}"),
                long.clone(),
                Some((20_001, 0, None, Some(b))),
            ),
        ];
        for (loaded, file, expected) in cases {
            let bytes = |line: &str| line.as_bytes().to_vec();
            let expected = match expected {
                Some((line, same, expected, found)) => Compared::Different(Difference {
                    line,
                    same,
                    left_out: 0,
                    expected: expected.map(bytes),
                    found: found.map(bytes),
                }),
                None => Compared::Same {
                    lines: loaded.lines().count() as u64,
                    bytes: loaded.len() as u64,
                },
            };
            assert_eq!(compare(&loaded, &file)?, expected, "{} bytes", loaded.len());
        }
        Ok(())
    }

    #[test]
    fn of_a_long_line_what_is_near_the_difference_is_held() -> Result<()> {
        for len in [700_000, 1 << 20] {
            let record = "s\t.\tgene\t1\t9\t.\t+\t.\tID=g\n";
            let line = format!("{record}#{}", "x".repeat(len));
            let (loaded, file) = (format!("{line}b\n"), format!("{line}c\n"));
            let Compared::Different(found) = compare(&loaded, &file)? else {
                panic!("they are the same");
            };
            assert_eq!((found.line, found.same), (2, len + 1));
            for (bytes, whole) in [(found.expected, file), (found.found, loaded)] {
                let bytes = bytes.expect("a line");
                // It may end with what was read of it.
                let whole = &whole.as_bytes()[record.len() + found.left_out..];
                assert!(whole.starts_with(&bytes) && found.left_out + bytes.len() > found.same);
                assert!(bytes.len() < 2 * BLOCK_SIZE, "{}", bytes.len());
                assert!(bytes.len() > 100, "{}", bytes.len());
            }
            for (loaded, file) in [
                (&line, format!("{line}\n")),
                (&format!("{line}\n"), line.clone()),
            ] {
                let Compared::Different(found) = compare(loaded, &file)? else {
                    panic!("they are the same");
                };
                assert_eq!((found.line, found.same), (2, len + 1));
            }
            let lines = compare(&line, &line)?;
            assert_eq!(
                lines,
                Compared::Same {
                    lines: 2,
                    bytes: line.len() as u64
                }
            );
        }
        Ok(())
    }
}
