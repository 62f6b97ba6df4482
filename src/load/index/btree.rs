//! An index b-tree, written page by page from entries that come in order.
//!
//! The format is that of <https://sqlite.org/fileformat2.html>, 1.6 "B-tree Pages",
//! which SQLite keeps stable for all of version 3: in an index b-tree an entry stands once, in a leaf
//! or between two children of an interior page. Pages are filled to the brim, as `CREATE INDEX` does.

use std::{
    fs::File,
    io,
    sync::atomic::{AtomicU32, Ordering},
};

use super::key::put_varint;

const LEAF: u8 = 0x0a;
const INTERIOR: u8 = 0x02;

/// The byte that SQLite locks in every file; the page that has it is never used.
const LOCK_BYTE: u64 = 1 << 30;

/// A database file that pages are added to, by several builders at once.
#[derive(Debug)]
pub struct PageFile {
    file: File,
    page_size: usize,
    next: AtomicU32,
}

impl PageFile {
    /// Adds pages behind the ones that a file has.
    pub fn new(file: File, page_size: usize, pages: u32) -> Self {
        Self {
            file,
            page_size,
            next: AtomicU32::new(pages + 1),
        }
    }

    /// Returns how many pages the file has now.
    pub fn pages(&self) -> u32 {
        self.next.load(Ordering::Relaxed) - 1
    }

    /// Adds a page; returns its number, from 1.
    fn add(&self, page: &[u8]) -> io::Result<u32> {
        let lock_page = (LOCK_BYTE / self.page_size as u64) as u32 + 1;
        let mut number = self.next.fetch_add(1, Ordering::Relaxed);
        if number == lock_page {
            number = self.next.fetch_add(1, Ordering::Relaxed);
        }
        let at = u64::from(number - 1) * self.page_size as u64;
        write_all_at(&self.file, page, at)?;
        Ok(number)
    }

    /// Writes the number of pages into the header (offset 28, big-endian).
    pub fn finish(self) -> io::Result<()> {
        write_all_at(&self.file, &self.pages().to_be_bytes(), 28)
    }
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}

/// Builds one index b-tree. Its memory is two pages a level.
#[derive(Debug)]
pub struct Builder<'f> {
    file: &'f PageFile,
    /// The leaves first.
    levels: Vec<Level>,
    page: Vec<u8>,
}

/// The pages of one level that are not written yet.
#[derive(Debug, Default)]
struct Level {
    /// A full page and the entry after it, kept until the next page has an entry of its own: a last
    /// page without any would have to borrow one.
    full: Option<(Page, Vec<u8>)>,
    open: Page,
}

/// A page being filled.
#[derive(Debug, Default)]
struct Page {
    /// The cells, one after the other.
    cells: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
    /// Of an interior page: the child after the last cell.
    right: u32,
}

impl Page {
    fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Tells whether a cell of `len` bytes fits; `header` is 8 for a leaf, 12 for an interior page.
    fn fits(&self, len: usize, header: usize, page_size: usize) -> bool {
        header + 2 * (self.ends.len() + 1) + self.cells.len() + len <= page_size
    }

    /// Adds an entry: its record, and in an interior page the child before it.
    fn push(&mut self, child: Option<u32>, record: &[u8]) {
        if let Some(child) = child {
            self.cells.extend_from_slice(&child.to_be_bytes());
        }
        let mut len = [0; 2];
        let width = put_varint(record.len(), &mut len);
        self.cells.extend_from_slice(&len[..width]);
        self.cells.extend_from_slice(record);
        self.ends.push(self.cells.len() as u32);
    }

    /// Takes the last entry off: the child before it, its record.
    fn pop(&mut self, interior: bool) -> Option<(u32, Vec<u8>)> {
        self.ends.pop()?;
        let start = self.ends.last().map_or(0, |&end| end as usize);
        let cell = self.cells.split_off(start);
        let (child, rest) = match (interior, cell.split_first_chunk::<4>()) {
            (true, Some((child, rest))) => (u32::from_be_bytes(*child), rest),
            _ => (0, cell.as_slice()),
        };
        let width = if rest[0] < 0x80 { 1 } else { 2 };
        Some((child, rest[width..].to_vec()))
    }

    /// Writes the page's bytes.
    fn write(&self, interior: bool, page: &mut [u8]) {
        page.fill(0);
        let header = header_len(interior);
        page[0] = if interior { INTERIOR } else { LEAF };
        page[3..5].copy_from_slice(&(self.ends.len() as u16).to_be_bytes());
        let mut content = page.len();
        let mut start = 0;
        for (at, &end) in self.ends.iter().enumerate() {
            let cell = &self.cells[start..end as usize];
            content -= cell.len();
            page[content..content + cell.len()].copy_from_slice(cell);
            let pointer = header + 2 * at;
            page[pointer..pointer + 2].copy_from_slice(&(content as u16).to_be_bytes());
            start = end as usize;
        }
        // 65,536 is written as 0, which is what the cast makes of it.
        page[5..7].copy_from_slice(&(content as u16).to_be_bytes());
        if interior {
            page[8..12].copy_from_slice(&self.right.to_be_bytes());
        }
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.ends.clear();
        self.right = 0;
    }
}

fn header_len(interior: bool) -> usize {
    if interior { 12 } else { 8 }
}

impl<'f> Builder<'f> {
    /// Starts an index in a file.
    pub fn new(file: &'f PageFile) -> Self {
        Self {
            file,
            levels: vec![Level::default()],
            page: vec![0; file.page_size],
        }
    }

    /// Adds the next entry: an index record, its rowid last.
    pub fn add(&mut self, record: &[u8]) -> io::Result<()> {
        self.add_at(0, None, record)
    }

    fn add_at(&mut self, depth: usize, child: Option<u32>, record: &[u8]) -> io::Result<()> {
        if depth == self.levels.len() {
            self.levels.push(Level::default());
        }
        let interior = depth > 0;
        let len =
            record.len() + if record.len() < 128 { 1 } else { 2 } + if interior { 4 } else { 0 };
        let level = &mut self.levels[depth];
        if level
            .open
            .fits(len, header_len(interior), self.file.page_size)
        {
            level.open.push(child, record);
            return Ok(());
        }
        // The page is full: the entry goes between it and the next one, a level up.
        level.open.right = child.unwrap_or_default();
        let open = std::mem::take(&mut level.open);
        let before = level.full.replace((open, record.to_vec()));
        if let Some((page, record)) = before {
            self.close(depth, page, &record)?;
        }
        Ok(())
    }

    /// Writes a full page, and puts the entry after it a level up.
    fn close(&mut self, depth: usize, mut page: Page, record: &[u8]) -> io::Result<()> {
        let number = self.write(depth, &page)?;
        page.clear();
        if self.levels[depth].open.is_empty() {
            // Its room is used again.
            self.levels[depth].open = page;
        }
        self.add_at(depth + 1, Some(number), record)
    }

    fn write(&mut self, depth: usize, page: &Page) -> io::Result<u32> {
        page.write(depth > 0, &mut self.page);
        self.file.add(&self.page)
    }

    /// Ends the index; returns its root page.
    pub fn finish(mut self) -> io::Result<u32> {
        let mut depth = 0;
        let mut last = 0;
        loop {
            let interior = depth > 0;
            let level = std::mem::take(&mut self.levels[depth]);
            let mut open = level.open;
            open.right = last;
            if let Some((mut full, mut record)) = level.full {
                if open.is_empty()
                    && let Some((child, borrowed)) = full.pop(interior)
                {
                    open.push(interior.then_some(full.right), &record);
                    full.right = child;
                    record = borrowed;
                }
                self.close(depth, full, &record)?;
            }
            last = self.write(depth, &open)?;
            depth += 1;
            if depth == self.levels.len() {
                return Ok(last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_lock_byte_is_left_out() -> io::Result<()> {
        for page_size in [4096, 16_384, 65_536] {
            let lock_page = ((1 << 30) / page_size + 1) as u32;
            let file = PageFile::new(tempfile::tempfile()?, page_size, lock_page - 2);
            let page = vec![0; page_size];
            let numbers: Vec<_> = (0..3).map(|_| file.add(&page)).collect::<io::Result<_>>()?;
            assert_eq!(numbers, [lock_page - 1, lock_page + 1, lock_page + 2]);
            assert_eq!(file.pages(), lock_page + 2);
        }
        Ok(())
    }

    #[test]
    fn the_last_entry_comes_off_as_it_went_on() {
        let mut page = Page::default();
        let long = vec![7; 300];
        page.push(Some(5), b"a");
        page.push(Some(6), &long);
        assert_eq!(page.pop(true), Some((6, long.clone())));
        assert_eq!(page.pop(true), Some((5, b"a".to_vec())));
        assert_eq!(page.pop(true), None);
        page.push(None, &long);
        assert_eq!(page.pop(false), Some((0, long)));
    }
}
