//! Regions, sorted, as many as there are: what is too many for memory waits in a temporary file.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{Error, Result};

/// Regions that are kept in memory: 1.5 MB.
const HELD: usize = 1 << 16;
/// Regions that are handed on together, and that are read together of each sorted run: 1.5 MB, 6 kB.
const BATCH: usize = 1 << 16;
const READ: u64 = 1 << 8;
/// Bytes of a region in the file.
const BYTES: usize = 24;

/// A region that is one of many.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// Which sequence: its place in a list.
    pub sequence: u32,
    /// The first base, 1-based.
    pub first: i64,
    /// The last base, inside.
    pub last: i64,
    /// Which region it stands for.
    pub region: u32,
}

/// Regions by sequence, first and last base; in memory at most 65,536.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    held: Vec<Span>,
    /// Sorted runs in the file, which only grows: clones share it.
    runs: Vec<Range<u64>>,
    file: Option<Arc<Mutex<File>>>,
    /// The last region of the last run.
    last: Option<Span>,
}

impl Spans {
    /// Adds a region.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be written.
    pub fn push(&mut self, span: Span) -> Result<()> {
        self.held.push(span);
        match self.held.len() < HELD {
            true => Ok(()),
            false => self
                .spill()
                .map_err(|e| Error::io(std::env::temp_dir(), "write", e)),
        }
    }

    /// Returns how many there are.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|r| r.end - r.start).sum::<u64>() + self.held.len() as u64
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn spill(&mut self) -> std::io::Result<()> {
        self.held.sort_unstable();
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::new(Mutex::new(tempfile::tempfile()?)),
        };
        self.file = Some(Arc::clone(&file));
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0))? / BYTES as u64;
        let bytes: Vec<u8> = self.held.iter().flat_map(|span| encoded(*span)).collect();
        file.write_all(&bytes)?;
        let end = start + self.held.len() as u64;
        // Regions that come sorted are one run, however many.
        match self.runs.last_mut() {
            Some(run) if run.end == start && self.last.as_ref() <= self.held.first() => {
                run.end = end;
            }
            _ => self.runs.push(start..end),
        }
        self.last = self.held.last().copied();
        self.held.clear();
        Ok(())
    }

    /// Hands the regions on in their order, some ten thousand together.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be read, or `each` fails.
    pub(crate) fn batches(&self, each: &mut dyn FnMut(&[Span]) -> Result<()>) -> Result<()> {
        let mut held = self.held.clone();
        held.sort_unstable();
        let Some(file) = &self.file else {
            return held.chunks(BATCH).try_for_each(each);
        };
        let mut sources: Vec<Source> = vec![Source::of(held)];
        sources.extend(self.runs.iter().cloned().map(|rest| Source {
            rest,
            ..Source::default()
        }));
        let mut next = |source: usize| {
            sources[source]
                .next(file)
                .map_err(|e| Error::io(std::env::temp_dir(), "read", e))
        };
        let mut heap = BinaryHeap::new();
        for source in 0..=self.runs.len() {
            heap.extend(next(source)?.map(|span| Reverse((span, source))));
        }
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(Reverse((span, source))) = heap.pop() {
            batch.push(span);
            if batch.len() == BATCH {
                each(&batch)?;
                batch.clear();
            }
            heap.extend(next(source)?.map(|span| Reverse((span, source))));
        }
        each(&batch)
    }
}

/// A sorted run that is read.
#[derive(Default)]
struct Source {
    read: std::vec::IntoIter<Span>,
    /// What is still in the file.
    rest: Range<u64>,
}

impl Source {
    fn of(spans: Vec<Span>) -> Self {
        Self {
            read: spans.into_iter(),
            ..Self::default()
        }
    }

    fn next(&mut self, file: &Mutex<File>) -> std::io::Result<Option<Span>> {
        if self.read.as_slice().is_empty() && !self.rest.is_empty() {
            let count = READ.min(self.rest.end - self.rest.start);
            let mut bytes = vec![0; count as usize * BYTES];
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.rest.start * BYTES as u64))?;
            file.read_exact(&mut bytes)?;
            self.rest.start += count;
            let spans: Vec<Span> = bytes.chunks_exact(BYTES).map(decoded).collect();
            self.read = spans.into_iter();
        }
        Ok(self.read.next())
    }
}

fn encoded(span: Span) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes[..4].copy_from_slice(&span.sequence.to_le_bytes());
    bytes[4..8].copy_from_slice(&span.region.to_le_bytes());
    bytes[8..16].copy_from_slice(&span.first.to_le_bytes());
    bytes[16..].copy_from_slice(&span.last.to_le_bytes());
    bytes
}

fn decoded(bytes: &[u8]) -> Span {
    let number = |at: usize| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(eight)
    };
    Span {
        sequence: number(0) as u32,
        region: (number(0) >> 32) as u32,
        first: number(8) as i64,
        last: number(16) as i64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spans: &Spans) -> Result<Vec<Span>> {
        let mut all = Vec::new();
        spans.batches(&mut |batch| {
            all.extend_from_slice(batch);
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn what_comes_in_any_order_goes_out_sorted() -> Result<()> {
        for (count, runs) in [(0, 0), (1, 0), (1000, 0), (HELD, 1), (HELD * 2 + 77, 2)] {
            let mut spans = Spans::default();
            let mut expected = Vec::new();
            for i in 0..count as u64 {
                let mixed = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let span = Span {
                    sequence: (mixed >> 62) as u32,
                    region: i as u32,
                    first: (mixed >> 40) as i64 - 1000,
                    last: i64::MAX / 4 - i as i64,
                };
                spans.push(span)?;
                expected.push(span);
            }
            expected.sort_unstable();
            assert_eq!(spans.runs.len(), runs, "{count}");
            assert_eq!(spans.len(), count as u64);
            assert!(all(&spans)? == expected, "{count}");
            assert!(all(&spans.clone())? == expected, "{count}, read again");
        }
        Ok(())
    }

    #[test]
    fn what_comes_sorted_is_one_run() -> Result<()> {
        let mut spans = Spans::default();
        for i in 0..HELD as i64 * 3 + 5 {
            spans.push(Span {
                sequence: 0,
                region: 0,
                first: i / 2,
                last: i,
            })?;
        }
        assert_eq!((spans.runs.len(), spans.runs[0].end), (1, HELD as u64 * 3));
        assert!(all(&spans)?.is_sorted());
        Ok(())
    }
}
