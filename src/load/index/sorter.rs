//! Sorting more keys than memory holds: runs, sorted in memory, spilled, merged.

use std::{
    io,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    key::{COUNT, Index, RecordKeys},
    runs::Runs,
};
use crate::{Error, Result, load::memory::Memory};

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
    gathered: [Option<Gathered>; COUNT],
    place: Place,
    /// The key bytes of one run.
    run: usize,
    /// Where runs are spilled.
    directory: PathBuf,
}

/// Where runs are sorted and spilled.
#[derive(Debug)]
enum Place {
    /// On a thread of its own.
    Thread {
        full: Sender<(usize, Gathered)>,
        empty: Receiver<Gathered>,
        /// `None` once it has failed.
        spiller: Option<JoinHandle<io::Result<[Runs; COUNT]>>>,
    },
    /// On the thread that gathers, because no other could be started.
    Here {
        spiller: Spiller,
        /// The first error.
        failed: io::Result<()>,
    },
}

/// Sorts runs; those that memory does not hold go into files without a name.
#[derive(Debug)]
struct Spiller {
    runs: [Runs; COUNT],
    order: Vec<(u64, u32, u32)>,
    /// Bytes of runs that still may stay in memory.
    room: usize,
    directory: PathBuf,
    memory: Memory,
}

impl Spiller {
    fn new(memory: Memory, directory: &Path) -> Self {
        Self {
            runs: Default::default(),
            order: Vec::new(),
            room: memory.kept_runs(),
            directory: PathBuf::from(directory),
            memory,
        }
    }

    /// Makes a run of the keys of an index, and empties what held them.
    fn take(&mut self, index: usize, gathered: &mut Gathered) -> io::Result<()> {
        sort(gathered, &mut self.order);
        let bytes = &gathered.bytes;
        let keys = self
            .order
            .iter()
            .map(|(_, from, to)| &bytes[*from as usize..*to as usize]);
        let len = bytes.len() + 2 * self.order.len();
        if len <= self.room {
            self.room -= len;
            self.runs[index].keep(len, keys);
        } else {
            self.runs[index].spill(keys, &self.directory, self.memory.read_ahead())?;
        }
        gathered.bytes.clear();
        gathered.ends.clear();
        Ok(())
    }
}

impl Place {
    fn new(memory: Memory, directory: &Path) -> Self {
        let (full, full_in) = bounded::<(usize, Gathered)>(1);
        let (empty_out, empty) = bounded(4);
        let mut spiller = Spiller::new(memory, directory);
        let work = move || {
            for (index, mut gathered) in full_in {
                spiller.take(index, &mut gathered)?;
                let _ = empty_out.try_send(gathered);
            }
            Ok(spiller.runs)
        };
        match thread::Builder::new().spawn(work) {
            Ok(spiller) => Self::Thread {
                full,
                empty,
                spiller: Some(spiller),
            },
            Err(_) => Self::Here {
                spiller: Spiller::new(memory, directory),
                failed: Ok(()),
            },
        }
    }

    /// Hands the keys of an index on, and leaves room for others.
    fn put(&mut self, index: usize, gathered: &mut Gathered) {
        match self {
            Self::Thread { full, empty, .. } => {
                let next = empty.try_recv().unwrap_or_default();
                let run = std::mem::replace(gathered, next);
                // Where nobody takes it, the spiller failed; `check` says how.
                let _ = full.send((index, run));
            }
            Self::Here { spiller, failed } => {
                if failed.is_ok() {
                    *failed = spiller.take(index, gathered);
                }
                gathered.bytes.clear();
                gathered.ends.clear();
            }
        }
    }

    /// Tells whether runs could be written so far.
    fn check(&mut self) -> io::Result<()> {
        match self {
            Self::Thread { spiller, .. } => {
                match spiller.take_if(|spiller| spiller.is_finished()) {
                    // It ends well only after the gathering.
                    Some(failed) => join(Some(failed)).map(drop),
                    None => Ok(()),
                }
            }
            Self::Here { failed, .. } => std::mem::replace(failed, Ok(())),
        }
    }

    fn finish(self) -> io::Result<[Runs; COUNT]> {
        match self {
            Self::Thread { full, spiller, .. } => {
                drop(full);
                join(spiller)
            }
            Self::Here { spiller, failed } => failed.map(|()| spiller.runs),
        }
    }
}

fn join(spiller: Option<JoinHandle<io::Result<[Runs; COUNT]>>>) -> io::Result<[Runs; COUNT]> {
    match spiller.map(JoinHandle::join) {
        Some(Ok(runs)) => runs,
        _ => Err(io::Error::other("the thread that sorts ended early")),
    }
}

impl Sorter {
    /// Starts; runs that memory does not hold go into files without a name in `directory`.
    pub fn new(memory: Memory, directory: &Path) -> Self {
        Self {
            gathered: std::array::from_fn(|_| Some(Gathered::default())),
            place: Place::new(memory, directory),
            directory: PathBuf::from(directory),
            run: memory.run(),
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
            if gathered.bytes.len() >= self.run {
                self.place.put(at, gathered);
            }
        }
    }

    /// Tells at once that a run could not be written: the disk of temporary files is full.
    ///
    /// # Errors
    ///
    /// That of the thread that writes runs.
    pub fn check(&mut self) -> Result<()> {
        self.place
            .check()
            .map_err(|e| Error::io(&self.directory, "write temporary files in", e))
    }

    /// Ends the gathering. `None` for an index that is left to SQLite.
    ///
    /// # Errors
    ///
    /// A run could not be written.
    pub fn finish(mut self) -> io::Result<[Option<Runs>; COUNT]> {
        let kept: [bool; COUNT] = std::array::from_fn(|at| self.gathered[at].is_some());
        for (at, gathered) in self.gathered.iter_mut().enumerate() {
            if let Some(run) = gathered
                && !run.ends.is_empty()
            {
                self.place.put(at, run);
            }
        }
        let runs = self.place.finish()?;
        let mut kept = kept.into_iter();
        Ok(runs.map(|runs| kept.next().unwrap_or_default().then_some(runs)))
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

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Keys as records have them, from texts and numbers that have much in common.
    fn gather(sorter: &mut Sorter, texts: &[String]) -> Vec<Vec<u8>> {
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
        keys
    }

    proptest! {
        #[test]
        fn a_run_is_in_order(texts in vec("(exon:|CDS:|)ENST0000[0-3]{0,12}", 0..200)) {
            let directory = tempfile::tempdir().expect("a directory");
            let mut sorter = Sorter::new(Memory::default(), directory.path());
            let mut keys = gather(&mut sorter, &texts);
            let [_, runs, _] = sorter.finish().expect("sorted");
            let mut merged = Vec::new();
            runs.expect("gathered").merge(1 << 20, |key| {
                merged.push(key.to_vec());
                Ok(())
            }).expect("merged");
            keys.sort();
            prop_assert_eq!(merged, keys);
        }
    }

    #[test]
    fn many_runs_are_merged_in_order_in_files_and_in_memory() {
        let texts: Vec<String> = (0..400_000)
            .map(|n: u64| format!("ID{:030}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            .collect();
        for (mib, in_memory, here) in [
            (16, false, false),
            (16, false, true),
            (64, false, false),
            (512, true, false),
            (512, true, true),
        ] {
            let memory = Memory::new(mib << 20).expect("enough");
            let directory = tempfile::tempdir().expect("a directory");
            let mut sorter = Sorter::new(memory, directory.path());
            if here {
                let spiller = Spiller::new(memory, directory.path());
                let failed = Ok(());
                sorter.place = Place::Here { spiller, failed };
            }
            let mut keys = gather(&mut sorter, &texts);
            let [_, runs, _] = sorter.finish().expect("sorted");
            let runs = runs.expect("gathered");
            let (kept, spilled) = runs.counts();
            assert_eq!(
                spilled.is_empty(),
                in_memory,
                "{mib} MiB: {kept} {spilled:?}"
            );
            keys.sort();
            let mut keys = keys.into_iter();
            runs.merge(memory.read_ahead(), |key| {
                assert_eq!(Some(key), keys.next().as_deref());
                Ok(())
            })
            .expect("merged");
            assert_eq!(keys.next(), None);
        }
    }
}
