//! BGZF.
//!
//! noodles inflates. What it lets pass is caught by [`Frames`], which walks the block lengths under
//! it: a file that is cut off within a block's header, or between two blocks, reads like one that
//! ends, and a file that goes on as plain gzip like damage. The first becomes an error, the second is
//! read on.

use std::{
    error, fmt,
    io::{self, BufReader, Read},
    mem,
};

use flate2::bufread::MultiGzDecoder;
use noodles_bgzf as bgzf;

use super::{
    sniff,
    source::{HEAD_LEN, Source, fill},
};

/// The bytes of a header and a trailer: what a block has at least.
const MIN_BLOCK_LEN: usize = HEAD_LEN + 8;

/// A reader of the decompressed bytes of a BGZF file.
pub(super) enum Reader {
    Bgzf(bgzf::io::Reader<Frames>),
    /// The file went on as plain gzip.
    Gzip(MultiGzDecoder<Rest>),
    Done,
}

/// What is left of a file: the bytes that were read of a header, and the file itself.
type Rest = io::Chain<io::Cursor<[u8; HEAD_LEN]>, BufReader<Source>>;

impl Reader {
    /// Returns a reader that inflates on the thread that reads.
    pub(super) fn new(source: BufReader<Source>) -> Self {
        Self::Bgzf(bgzf::io::Reader::new(Frames::new(source)))
    }

    /// Goes on after the last BGZF block: to plain gzip, or to the end.
    fn go_on(&mut self) {
        if let Self::Bgzf(reader) = mem::replace(self, Self::Done) {
            let frames = reader.into_inner();
            if frames.state == State::Gzip {
                let rest = io::Cursor::new(frames.head).chain(frames.source);
                *self = Self::Gzip(MultiGzDecoder::new(rest));
            }
        }
    }
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            let n = match self {
                Self::Bgzf(reader) => reader.read(buf)?,
                Self::Gzip(reader) => return reader.read(buf),
                Self::Done => return Ok(0),
            };
            if n > 0 {
                return Ok(n);
            }
            self.go_on();
        }
    }
}

/// A reader that passes BGZF blocks on as they are, and ends where they do.
pub(super) struct Frames {
    source: BufReader<Source>,
    /// The header of the current block, or what stands where the next should be.
    head: [u8; HEAD_LEN],
    /// The last bytes of the block before: the length of what it holds (RFC 1952 § 2.3.1: ISIZE).
    len: [u8; 4],
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Between two blocks.
    Between,
    /// In a header of which so many bytes have been passed on, of a block of so many bytes.
    Head(usize, usize),
    /// In a block of which so many bytes are left.
    Body(usize),
    /// The file ended after a block.
    End,
    /// Another gzip member follows, and `head` is its beginning.
    Gzip,
}

impl Frames {
    fn new(source: BufReader<Source>) -> Self {
        Self {
            source,
            head: [0; HEAD_LEN],
            len: [0; 4],
            state: State::Between,
        }
    }

    fn next_block(&mut self) -> io::Result<State> {
        let n = fill(&mut self.source, &mut self.head)?;
        let head = &self.head[..n];
        if n == 0 {
            // SAMv1 § 4.1.2 (2024-11-06): a file that is whole ends in an empty block.
            match self.len {
                [0, 0, 0, 0] => Ok(State::End),
                _ => Err(cut_off(CutOff::BetweenBlocks)),
            }
        } else if sniff::is_bgzf(head) {
            let len = usize::from(u16::from_le_bytes([head[16], head[17]])) + 1;
            if len < MIN_BLOCK_LEN {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a block too short to be one",
                ));
            }
            Ok(State::Head(0, len))
        } else if n < HEAD_LEN {
            Err(cut_off(CutOff::WithinBlock))
        } else if sniff::detect(head) == sniff::Compression::Gzip {
            Ok(State::Gzip)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "no block header where one should be",
            ))
        }
    }
}

impl Read for Frames {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        if self.state == State::Between {
            self.state = self.next_block()?;
        }
        match self.state {
            State::Head(read, len) => {
                let n = (&self.head[read..]).read(buf)?;
                self.state = match read + n {
                    HEAD_LEN => State::Body(len - HEAD_LEN),
                    read => State::Head(read, len),
                };
                Ok(n)
            }
            State::Body(left) => {
                let n = buf.len().min(left);
                let n = self.source.read(&mut buf[..n])?;
                if n == 0 {
                    return Err(cut_off(CutOff::WithinBlock));
                }
                let last = &buf[n.saturating_sub(self.len.len())..n];
                self.len.rotate_left(last.len());
                let kept = self.len.len() - last.len();
                self.len[kept..].copy_from_slice(last);
                self.state = match left - n {
                    0 => State::Between,
                    left => State::Body(left),
                };
                Ok(n)
            }
            State::Between | State::End | State::Gzip => Ok(0),
        }
    }
}

/// Where a file ends that should go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum CutOff {
    WithinBlock,
    /// After a block that is not the empty one that ends a file.
    BetweenBlocks,
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WithinBlock => "the file ends within a block",
            Self::BetweenBlocks => "the file ends without an end-of-file block",
        })
    }
}

impl error::Error for CutOff {}

fn cut_off(at: CutOff) -> io::Error {
    // Not `UnexpectedEof`, which noodles takes for the end of the file.
    io::Error::new(io::ErrorKind::InvalidData, at)
}

impl CutOff {
    /// Returns where a file is cut off, if that is the error.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}
