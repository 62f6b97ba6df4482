//! Indexes of BGZF-compressed files sorted by sequence and start, as `tabix` makes and reads them.
//!
//! TBI: <https://samtools.github.io/hts-specs/tabix.pdf>; CSI: <https://samtools.github.io/hts-specs/CSIv1.pdf>.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use noodles_bgzf as bgzf;
use noodles_core::Position;
use noodles_csi::binning_index::{
    Indexer,
    index::{
        Header, Index,
        header::{Builder, ReferenceSequenceNames},
        reference_sequence::{
            self,
            bin::Chunk,
            index::{BinnedIndex, LinearIndex},
        },
    },
};

use super::AtomicFile;
use crate::{Error, Result};

/// Bases of the smallest bin, as a power of 2: as `tabix` has it.
const MIN_SHIFT: u8 = 14;
/// Levels of bins that TBI has: sequences of 2^29 bases.
const TBI_DEPTH: u8 = 5;
/// Levels of bins, at most: sequences of 2^62 bases.
const MOST_DEPTH: u8 = 16;

/// Which index.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IndexKind {
    /// TBI, for sequences of up to 2^29 bases; where a line ends beyond, CSI is made.
    Tbi,
    /// CSI, for sequences of any length.
    Csi,
}

impl IndexKind {
    /// The names of both, as users type them.
    pub const NAMES: [&str; 2] = ["tbi", "csi"];

    /// Returns the index of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "tbi" => Some(Self::Tbi),
            "csi" => Some(Self::Csi),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Tbi => "tbi",
            Self::Csi => "csi",
        }
    }
}

/// Where a line has its sequence, its first and its last base.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IndexedColumns {
    /// Columns 1, 4 and 5, 1-based, both ends inside.
    Gff,
    /// Columns 1 to 3, 0-based and half open.
    Bed,
}

/// A line of another kind than the file before it, or bytes that cannot be read or written.
enum Failed {
    Io(io::Error),
    /// A line ends at this base, beyond what the depth has room for.
    TooFar(usize),
    /// A line is out of order, or no line of the format.
    Line(u64, String),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Makes the index of a file that is whole, beside it: `FILE.tbi` or `FILE.csi`. An index of the other kind, of a
/// file that was there before, is removed. Returns the index's path.
///
/// # Errors
///
/// The file is not BGZF or not sorted, which is said with its line, or the index cannot be written.
pub fn write_index(path: &Path, kind: IndexKind, columns: IndexedColumns) -> Result<PathBuf> {
    let failed = |failed| match failed {
        Failed::Io(error) => Error::io(path, "index", error),
        Failed::TooFar(end) => Error::input(path, format!("no index has room for base {end}")),
        Failed::Line(line, reason) => Error::input(path, format!("line {line}: {reason}")),
    };
    let mut depth = TBI_DEPTH;
    if kind == IndexKind::Tbi {
        match build::<LinearIndex>(path, columns, depth) {
            Ok(index) => {
                return write(path, IndexKind::Tbi, |file| {
                    noodles_tabix::io::Writer::new(file).write_index(&index)
                });
            }
            Err(Failed::TooFar(_)) => {}
            Err(other) => return Err(failed(other)),
        }
    }
    loop {
        match build::<BinnedIndex>(path, columns, depth) {
            Ok(index) => {
                return write(path, IndexKind::Csi, |file| {
                    noodles_csi::io::Writer::new(file).write_index(&index)
                });
            }
            Err(Failed::TooFar(_)) if depth < MOST_DEPTH => depth += 1,
            Err(other) => return Err(failed(other)),
        }
    }
}

/// Writes an index beside its file.
fn write(
    path: &Path,
    kind: IndexKind,
    index: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<PathBuf> {
    let beside = |kind: IndexKind| {
        let mut name = OsString::from(path);
        name.push(".");
        name.push(kind.name());
        PathBuf::from(name)
    };
    let target = beside(kind);
    let fail = |e| Error::io(&target, "write", e);
    let file = AtomicFile::create(&target)?;
    let mut out = File::options()
        .write(true)
        .open(file.temporary())
        .map_err(fail)?;
    index(&mut out).map_err(fail)?;
    file.replace()?;
    let other = beside(match kind {
        IndexKind::Tbi => IndexKind::Csi,
        IndexKind::Csi => IndexKind::Tbi,
    });
    match fs::remove_file(&other) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(&other, "remove", error))
        }
        _ => Ok(target),
    }
}

/// Reads the file, and returns its index with so many levels.
fn build<I>(
    path: &Path,
    columns: IndexedColumns,
    depth: u8,
) -> std::result::Result<Index<I>, Failed>
where
    I: reference_sequence::Index + Default,
{
    let room = 1_usize << (u32::from(MIN_SHIFT) + 3 * u32::from(depth));
    let mut reader = bgzf::io::Reader::new(BufReader::new(File::open(path)?));
    let mut indexer = Indexer::<I>::new(MIN_SHIFT, depth)
        .ok_or_else(|| io::Error::other("no index has so many levels"))?;
    let mut names = ReferenceSequenceNames::new();
    let mut line = Vec::new();
    let mut number = 0;
    let mut begin = reader.virtual_position();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        let end = reader.virtual_position();
        let chunk = Chunk::new(std::mem::replace(&mut begin, end), end);
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        let (name, first, last) = columns.of(text).ok_or_else(|| {
            Failed::Line(
                number,
                String::from("expected a sequence, a start and an end"),
            )
        })?;
        if last.get() > room {
            return Err(Failed::TooFar(last.get()));
        }
        let sequence = match names.get_index_of(name) {
            Some(sequence) => sequence,
            None => names.insert_full(name.into()).0,
        };
        indexer
            .add_record(Some((sequence, first, last, true)), chunk)
            .map_err(|e| Failed::Line(number, e.to_string()))?;
    }
    let mut header: Header = match columns {
        IndexedColumns::Gff => Builder::gff(),
        IndexedColumns::Bed => Builder::bed(),
    }
    .build();
    let count = names.len();
    *header.reference_sequence_names_mut() = names;
    Ok(indexer.set_header(header).build(count))
}

impl IndexedColumns {
    /// Returns a line's sequence, first and last base, 1-based.
    fn of(self, line: &[u8]) -> Option<(&[u8], Position, Position)> {
        let mut fields = line.split(|&b| b == b'\t');
        let name = fields.next()?;
        let (start, end) = match self {
            Self::Gff => (fields.nth(2)?, fields.next()?),
            Self::Bed => (fields.next()?, fields.next()?),
        };
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<usize>().ok();
        let (start, end) = (number(start)?, number(end)?);
        let first = match self {
            Self::Gff => start,
            Self::Bed => start.checked_add(1)?,
        };
        Some((name, Position::new(first)?, Position::new(end)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_where_it_is() {
        use IndexedColumns::{Bed, Gff};
        let gff = b"s q\tx\tgene\t5\t9\t.\t+\t.\tID=a";
        for (columns, line, expected) in [
            (Gff, &gff[..], Some((&b"s q"[..], 5, 9))),
            (Gff, b"s\tx\tgene\t.\t9\t.\t+\t.\t.", None),
            (Gff, b"s\tx\tgene\t0\t9\t.\t+\t.\t.", None),
            (Bed, b"s\t0\t9", Some((b"s", 1, 9))),
            (Bed, b"s\t0\t9\tname", Some((b"s", 1, 9))),
            (Bed, b"s\t-1\t9", None),
            (Bed, b"s", None),
        ] {
            let found = columns.of(line).map(|(s, a, b)| (s, a.get(), b.get()));
            assert_eq!(found, expected, "{}", line.escape_ascii());
        }
    }
}
