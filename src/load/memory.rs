//! How much memory a load may take, and who gets what of it.

use crate::{Error, Result};

/// The memory of a load where nothing else is asked for, in bytes: 64 MiB.
pub const DEFAULT_MEMORY: u64 = 64 << 20;

/// The least memory that a load gets along with, in bytes: 16 MiB.
pub const LEAST_MEMORY: u64 = 16 << 20;

/// What does not depend on the limit: the program, the blocks and batches under way, the tables that
/// remember parents, layouts and sequences. Measured: 17 to 24 MiB.
const FIXED: u64 = 24 << 20;

/// The memory of a load, in bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Memory(u64);

impl Default for Memory {
    fn default() -> Self {
        Self(DEFAULT_MEMORY)
    }
}

impl Memory {
    /// Takes a number of bytes.
    ///
    /// # Errors
    ///
    /// It is less than [`LEAST_MEMORY`].
    pub fn new(bytes: u64) -> Result<Self> {
        if bytes < LEAST_MEMORY {
            return Err(Error::usage(format!(
                "expected at least {} MiB of memory, found {bytes} bytes",
                LEAST_MEMORY >> 20
            )));
        }
        Ok(Self(bytes))
    }

    /// SQLite's page cache while rows go in behind one another: they need little.
    pub fn page_cache(self) -> u64 {
        (self.0 / 16).min(16 << 20)
    }

    /// SQLite's page cache while indexes are kept up or built by SQLite, whose sorter takes as much
    /// for each of its threads.
    pub fn index_cache(self) -> u64 {
        self.0 / 8
    }

    /// The key bytes of one run that is gathered to be sorted. Five are there at once, and what sorts
    /// them takes as much as one again. Longer ones sort no quicker: they leave the processor's cache.
    pub fn run(self) -> usize {
        usize::try_from((self.0 / 16).min(4 << 20)).unwrap_or(usize::MAX)
    }

    /// The bytes of sorted runs that stay in memory; the rest goes into files.
    pub fn kept_runs(self) -> usize {
        let gathered = 7 * self.run() as u64;
        let kept = self.0.saturating_sub(FIXED + gathered + self.page_cache());
        usize::try_from(kept).unwrap_or(usize::MAX)
    }

    /// What is read ahead of the runs in files, for each index that is being merged.
    pub fn read_ahead(self) -> usize {
        self.run()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stay_within_the_whole() {
        for mib in [16, 32, 64, 128, 512, 4_096] {
            let memory = Memory::new(mib << 20).expect("enough");
            let parts = memory.page_cache() + 7 * memory.run() as u64 + memory.kept_runs() as u64;
            assert!(parts <= mib << 20, "{mib} MiB: {parts}");
        }
        assert_eq!(Memory::new(1).ok(), None);
        assert_eq!(Memory::new(DEFAULT_MEMORY).ok(), Some(Memory::default()));
    }
}
