//! Sorting more keys than memory holds: runs, sorted in memory, spilled, merged.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    rc::Rc,
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::key::{Index, RecordKeys};

/// The key bytes of one run in memory.
const RUN_BYTES: usize = 4 << 20;

/// The bytes of all runs of an index that are read ahead while merging, shared among the runs.
const READ_BYTES: usize = 4 << 20;

/// Keys of one index, gathered until they are enough for a run.
#[derive(Debug, Default)]
struct Gathered {
    bytes: Vec<u8>,
    /// Where each key ends.
    ends: Vec<u32>,
}

/// Gathers the keys of all indexes; a thread of its own sorts and spills them.
#[derive(Debug)]
pub struct Sorter {
    /// One an index; `None` once that index is left to SQLite.
    gathered: [Option<Gathered>; 4],
    full: Sender<(usize, Gathered)>,
    empty: Receiver<Gathered>,
    spiller: JoinHandle<io::Result<[Spill; 4]>>,
}

/// The spilled runs of one index, in one file without a name.
#[derive(Debug, Default)]
struct Spill {
    file: Option<BufWriter<File>>,
    /// Where each run starts and ends, in bytes.
    runs: Vec<(u64, u64)>,
}

/// The sorted runs of one index, to be merged.
#[derive(Debug)]
pub struct Runs {
    file: Option<File>,
    runs: Vec<(u64, u64)>,
}

impl Sorter {
    /// Starts; runs are spilled into a file without a name in `directory`.
    pub fn new(directory: &Path) -> Self {
        let (full, full_in) = bounded::<(usize, Gathered)>(1);
        let (empty_out, empty) = bounded(4);
        let directory = PathBuf::from(directory);
        let spiller = thread::spawn(move || {
            let mut spills = <[Spill; 4]>::default();
            let mut order = Vec::new();
            for (index, mut gathered) in full_in {
                spills[index].spill(&gathered, &mut order, &directory)?;
                gathered.bytes.clear();
                gathered.ends.clear();
                let _ = empty_out.try_send(gathered);
            }
            Ok(spills)
        });
        Self {
            gathered: std::array::from_fn(|_| Some(Gathered::default())),
            full,
            empty,
            spiller,
        }
    }

    /// Adds the keys of a record.
    pub fn add(&mut self, keys: &RecordKeys<'_>) {
        for (at, index) in Index::ALL.into_iter().enumerate() {
            let Some(gathered) = &mut self.gathered[at] else {
                continue;
            };
            match keys.write(index, &mut gathered.bytes) {
                Ok(true) => gathered.ends.push(gathered.bytes.len() as u32),
                Ok(false) => {}
                Err(_) => {
                    self.gathered[at] = None;
                    continue;
                }
            }
            if gathered.bytes.len() >= RUN_BYTES {
                let next = self.empty.try_recv().unwrap_or_default();
                let run = std::mem::replace(gathered, next);
                // Where nobody takes it, the spiller failed; `finish` says how.
                let _ = self.full.send((at, run));
            }
        }
    }

    /// Ends the gathering. `None` for an index that is left to SQLite.
    ///
    /// # Errors
    ///
    /// A run could not be written.
    pub fn finish(mut self) -> io::Result<[Option<Runs>; 4]> {
        let kept: [bool; 4] = std::array::from_fn(|at| self.gathered[at].is_some());
        for (at, gathered) in self.gathered.iter_mut().enumerate() {
            if let Some(run) = gathered.take()
                && !run.ends.is_empty()
            {
                let _ = self.full.send((at, run));
            }
        }
        drop(self.full);
        let spills = match self.spiller.join() {
            Ok(spills) => spills?,
            Err(_) => return Err(io::Error::other("the thread that sorts ended early")),
        };
        let mut all = [const { None }; 4];
        for (at, spill) in spills.into_iter().enumerate() {
            let runs = spill.into_runs()?;
            if kept[at] {
                all[at] = Some(runs);
            }
        }
        Ok(all)
    }
}

impl Spill {
    fn spill(
        &mut self,
        gathered: &Gathered,
        order: &mut Vec<(u64, u32, u32)>,
        directory: &Path,
    ) -> io::Result<()> {
        sort(gathered, order);
        if self.file.is_none() {
            let file = tempfile::tempfile_in(directory)?;
            self.file = Some(BufWriter::with_capacity(256 << 10, file));
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let begin = self.runs.last().map_or(0, |(_, end)| *end);
        let mut end = begin;
        for (_, from, to) in order.iter() {
            let key = &gathered.bytes[*from as usize..*to as usize];
            // A key is shorter than 2,000 bytes.
            file.write_all(&(key.len() as u16).to_le_bytes())?;
            file.write_all(key)?;
            end += 2 + key.len() as u64;
        }
        self.runs.push((begin, end));
        Ok(())
    }

    fn into_runs(self) -> io::Result<Runs> {
        let file = match self.file {
            Some(file) => Some(file.into_inner().map_err(|e| e.into_error())?),
            None => None,
        };
        Ok(Runs {
            file,
            runs: self.runs,
        })
    }
}

/// Puts the order of the keys into `order`: eight bytes of each key, its start, its end.
fn sort(gathered: &Gathered, order: &mut Vec<(u64, u32, u32)>) {
    order.clear();
    let mut from = 0;
    for &to in &gathered.ends {
        order.push((0, from, to));
        from = to;
    }
    sort_from(0, &gathered.bytes, order);
}

/// Sorts keys whose first `depth` bytes are the same.
///
/// Keys begin alike (`exon:ENST00000`), so what all have in common is passed over, the next eight
/// bytes are compared as one number, and those in which even these are the same are sorted among
/// themselves by what follows.
fn sort_from(depth: usize, bytes: &[u8], order: &mut [(u64, u32, u32)]) {
    let key = |(_, from, to): &(u64, u32, u32)| &bytes[*from as usize + depth..*to as usize];
    let Some((first, rest)) = order.split_first() else {
        return;
    };
    if rest.is_empty() {
        return;
    }
    let first = key(first);
    let common = rest.iter().fold(first.len(), |common, other| {
        let alike = first[..common].iter().zip(key(other));
        alike.take_while(|(a, b)| a == b).count()
    });
    let done = depth + common;
    for entry in order.iter_mut() {
        let rest = &bytes[entry.1 as usize + done..entry.2 as usize];
        entry.0 = match rest.first_chunk::<8>() {
            Some(head) => u64::from_be_bytes(*head),
            None => {
                let mut head = [0; 8];
                head[..rest.len()].copy_from_slice(rest);
                u64::from_be_bytes(head)
            }
        };
    }
    order.sort_unstable_by_key(|entry| entry.0);
    // No key is the beginning of another, and no two are the same: the rowid at the end sees to it.
    // So keys that are alike in eight bytes have more than these.
    for alike in order.chunk_by_mut(|a, b| a.0 == b.0) {
        if alike.len() > 1 {
            sort_from(done + 8, bytes, alike);
        }
    }
}

/// One run being read.
struct Cursor {
    source: BufReader<io::Take<Section>>,
    key: Vec<u8>,
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

impl Cursor {
    /// Reads the next key; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        let mut len = [0; 2];
        match self.source.read_exact(&mut len) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(e) => return Err(e),
        }
        self.key.resize(usize::from(u16::from_le_bytes(len)), 0);
        self.source.read_exact(&mut self.key)?;
        Ok(true)
    }
}

impl PartialEq for Cursor {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Cursor {}

impl PartialOrd for Cursor {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cursor {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl Runs {
    /// Gives every key in order.
    ///
    /// # Errors
    ///
    /// A run cannot be read, or `each` fails.
    pub fn merge(self, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let Some(file) = self.file else {
            return Ok(());
        };
        let file = Rc::new(file);
        let ahead = (READ_BYTES / self.runs.len().max(1)).clamp(4 << 10, 128 << 10);
        let mut heap = BinaryHeap::with_capacity(self.runs.len());
        for (begin, end) in self.runs {
            let section = Section {
                file: Rc::clone(&file),
                at: begin,
            };
            let source = BufReader::with_capacity(ahead, section.take(end - begin));
            let mut cursor = Cursor {
                source,
                key: Vec::new(),
            };
            if cursor.advance()? {
                heap.push(Reverse(cursor));
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
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Keys as records have them, from texts and numbers that have much in common.
    fn gather(texts: &[String]) -> (Sorter, Vec<Vec<u8>>, tempfile::TempDir) {
        let directory = tempfile::tempdir().expect("a directory");
        let mut sorter = Sorter::new(directory.path());
        let mut keys = Vec::new();
        for (record, text) in (1..).zip(texts) {
            let record = RecordKeys {
                record,
                id: Some(text),
                ..RecordKeys::default()
            };
            sorter.add(&record);
            let mut key = Vec::new();
            assert_eq!(record.write(Index::Id, &mut key), Ok(true));
            keys.push(key);
        }
        (sorter, keys, directory)
    }

    proptest! {
        #[test]
        fn a_run_is_in_order(texts in vec("(exon:|CDS:|)ENST0000[0-3]{0,12}", 0..200)) {
            let (sorter, mut keys, _directory) = gather(&texts);
            let [_, runs, _, _] = sorter.finish().expect("sorted");
            let mut merged = Vec::new();
            runs.expect("gathered").merge(|key| {
                merged.push(key.to_vec());
                Ok(())
            }).expect("merged");
            keys.sort();
            prop_assert_eq!(merged, keys);
        }
    }

    #[test]
    fn many_runs_are_merged_in_order() {
        let texts: Vec<String> = (0..400_000)
            .map(|n: u64| format!("ID{:030}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .collect();
        let (sorter, mut keys, _directory) = gather(&texts);
        let [_, runs, _, _] = sorter.finish().expect("sorted");
        let runs = runs.expect("gathered");
        assert!(runs.runs.len() > 2, "{}", runs.runs.len());
        keys.sort();
        let mut keys = keys.into_iter();
        runs.merge(|key| {
            assert_eq!(Some(key), keys.next().as_deref());
            Ok(())
        })
        .expect("merged");
        assert_eq!(keys.next(), None);
    }
}
