//! Sorted runs of keys: kept in memory as far as it goes, else in files without a name, and merged.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    fs::File,
    io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write},
    path::Path,
    rc::Rc,
};

/// How many runs a level may have before they become one run of the next.
///
/// With runs of 4 MiB, a level of keys is a gigabyte, and a second one 256: however many there are,
/// the merge has few runs open at once, and reads each of them in pieces that are worth a seek.
const FAN_IN: usize = 256;

/// The least that is read ahead of a run.
const LEAST_AHEAD: usize = 4 << 10;

/// The most that is read ahead of a run.
const MOST_AHEAD: usize = 128 << 10;

/// The sorted runs of one index.
#[derive(Debug, Default)]
pub struct Runs {
    /// In memory: keys, each with its length (two bytes, little-endian) in front.
    kept: Vec<Vec<u8>>,
    /// In files. A run of level 1 is many of level 0, and so on.
    levels: Vec<Level>,
}

/// Runs of a like length, in one file.
#[derive(Debug, Default)]
struct Level {
    file: Option<BufWriter<File>>,
    /// Where each run starts and ends, in bytes.
    runs: Vec<(u64, u64)>,
}

impl Runs {
    /// Adds a run that stays in memory.
    pub fn keep<'k>(&mut self, len: usize, keys: impl Iterator<Item = &'k [u8]>) {
        let mut run = Vec::with_capacity(len);
        for key in keys {
            // Writing into a vector does not fail.
            let _ = write_key(&mut run, key);
        }
        self.kept.push(run);
    }

    /// Adds a run to a file in `directory`; `ahead` is what may be read ahead if runs are merged.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or read again.
    pub fn spill<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k [u8]>,
        directory: &Path,
        ahead: usize,
    ) -> io::Result<()> {
        self.level(0)
            .add(directory, |file| keys.map(|key| write_key(file, key)).sum())?;
        for at in 0.. {
            if self.levels[at].runs.len() < FAN_IN {
                break;
            }
            let full = std::mem::take(&mut self.levels[at]);
            self.level(at + 1).add(directory, |file| {
                let mut len = 0;
                merge(full.cursors(ahead, FAN_IN)?, |key| {
                    len += write_key(file, key)?;
                    Ok(())
                })?;
                Ok(len)
            })?;
        }
        Ok(())
    }

    fn level(&mut self, at: usize) -> &mut Level {
        if self.levels.len() <= at {
            self.levels.resize_with(at + 1, Level::default);
        }
        &mut self.levels[at]
    }

    /// Gives every key in order. Of the runs in files, `ahead` bytes are read ahead, all together.
    ///
    /// # Errors
    ///
    /// A run cannot be read, or `each` fails.
    pub fn merge(self, ahead: usize, each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let spilled = self.levels.iter().map(|level| level.runs.len()).sum();
        let mut cursors = Vec::with_capacity(self.kept.len() + spilled);
        for run in self.kept {
            cursors.push(Keys::new(Source::Kept(Cursor::new(run))));
        }
        for level in self.levels {
            cursors.extend(level.cursors(ahead, spilled)?);
        }
        merge(cursors, each)
    }

    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, Vec<usize>) {
        let spilled = self.levels.iter().map(|level| level.runs.len());
        (self.kept.len(), spilled.collect())
    }
}

impl Level {
    /// Adds a run; `write` returns its length in bytes.
    fn add(
        &mut self,
        directory: &Path,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<u64>,
    ) -> io::Result<()> {
        if self.file.is_none() {
            let file = tempfile::tempfile_in(directory)?;
            self.file = Some(BufWriter::with_capacity(256 << 10, file));
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let begin = self.runs.last().map_or(0, |(_, end)| *end);
        let len = write(file)?;
        self.runs.push((begin, begin + len));
        Ok(())
    }

    /// Returns the runs, to be read; they share `ahead` bytes with others, `of` in all.
    fn cursors(self, ahead: usize, of: usize) -> io::Result<Vec<Keys>> {
        let Some(file) = self.file else {
            return Ok(Vec::new());
        };
        let file = Rc::new(file.into_inner().map_err(|e| e.into_error())?);
        let ahead = (ahead / of.max(1)).clamp(LEAST_AHEAD, MOST_AHEAD);
        let keys = self.runs.into_iter().map(|(begin, end)| {
            let section = Section {
                file: Rc::clone(&file),
                at: begin,
            };
            let source = BufReader::with_capacity(ahead, section.take(end - begin));
            Keys::new(Source::Spilled(source))
        });
        Ok(keys.collect())
    }
}

/// Writes a key, which is shorter than 2,000 bytes; returns how many bytes that took.
fn write_key(out: &mut impl Write, key: &[u8]) -> io::Result<u64> {
    out.write_all(&(key.len() as u16).to_le_bytes())?;
    out.write_all(key)?;
    Ok(2 + key.len() as u64)
}

/// Gives the keys of sorted runs in order.
fn merge(runs: Vec<Keys>, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut heap = BinaryHeap::with_capacity(runs.len());
    for mut keys in runs {
        if keys.advance()? {
            heap.push(Reverse(keys));
        }
    }
    while let Some(mut least) = heap.peek_mut() {
        each(&least.0.key)?;
        if !least.0.advance()? {
            PeekMut::pop(least);
        }
    }
    Ok(())
}

/// The keys of one run, one by one.
struct Keys {
    source: Source,
    /// The key at hand.
    key: Vec<u8>,
}

enum Source {
    Kept(Cursor<Vec<u8>>),
    Spilled(BufReader<io::Take<Section>>),
}

/// A part of a file that others read too: every read seeks first.
struct Section {
    file: Rc<File>,
    at: u64,
}

impl Read for Section {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(buf)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Keys {
    fn new(source: Source) -> Self {
        Self {
            source,
            key: Vec::new(),
        }
    }

    /// Reads the next key; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        match &mut self.source {
            Source::Kept(source) => read_key(source, &mut self.key),
            Source::Spilled(source) => read_key(source, &mut self.key),
        }
    }
}

fn read_key(source: &mut impl Read, key: &mut Vec<u8>) -> io::Result<bool> {
    let mut len = [0; 2];
    match source.read_exact(&mut len) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
        Err(e) => return Err(e),
    }
    key.resize(usize::from(u16::from_le_bytes(len)), 0);
    source.read_exact(key)?;
    Ok(true)
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Keys {}

impl PartialOrd for Keys {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Keys {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_in_memory_and_on_every_level_are_merged_in_order() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        let mut all: Vec<[u8; 4]> = (0..200_000_u32)
            .map(|n| n.wrapping_mul(0x9E37_79B9).to_be_bytes())
            .collect();
        let mut runs = Runs::default();
        for (at, run) in all.chunks_mut(300).enumerate() {
            run.sort();
            let keys = run.iter().map(<[u8; 4]>::as_slice);
            match at % 5 {
                0 => runs.keep(300 * 6, keys),
                _ => runs.spill(keys, directory.path(), 1 << 20)?,
            }
        }
        // 667 runs, of which 134 are kept; of the others, twice 256 became one.
        assert_eq!(runs.counts(), (134, vec![533 - 2 * FAN_IN, 2]));
        all.sort();
        let mut expected = all.iter();
        runs.merge(1 << 20, |key| {
            assert_eq!(Some(key), expected.next().map(<[u8; 4]>::as_slice));
            Ok(())
        })?;
        assert_eq!(expected.next(), None);
        Ok(())
    }
}
