//! BGZF, its blocks inflated side by side where there are processors for it.
//!
//! noodles inflates. What it lets pass is caught by [`Frames`], which walks the block lengths under
//! it: a file that is cut off within a block's header reads like one that ends, and a file that
//! goes on as plain gzip like damage. The first becomes an error, the second is read on.

use std::{
    error, fmt,
    io::{self, BufReader, Read},
    mem,
    num::NonZero,
};

use flate2::bufread::MultiGzDecoder;
use noodles_bgzf as bgzf;

use super::{
    sniff,
    source::{HEAD_LEN, Source, fill},
};

/// The bytes of a header and a trailer: what a block has at least.
const MIN_BLOCK_LEN: usize = HEAD_LEN + 8;

/// A reader of the decompressed bytes of a BGZF file, with or without its end-of-file block.
pub(super) enum Reader {
    Single(bgzf::io::Reader<Frames>),
    Multi(bgzf::io::MultithreadedReader<Frames>),
    /// The file went on as plain gzip.
    Gzip(MultiGzDecoder<Rest>),
    Done,
}

/// What is left of a file: the bytes that were read of a header, and the file itself.
type Rest = io::Chain<io::Cursor<[u8; HEAD_LEN]>, BufReader<Source>>;

impl Reader {
    /// Returns a reader that inflates with `threads` threads; with 2 or less, on the thread that reads.
    ///
    /// Inflating is a fifteenth of a load, and the thread that inserts is the slow one: on two cores, threads
    /// more only get in its way. Measured in turn, medians of five: 6.94 s with them, 6.22 s without.
    pub(super) fn new(source: BufReader<Source>, threads: usize) -> Self {
        let frames = Frames::new(source);
        match NonZero::new(threads) {
            Some(threads) if threads.get() > 2 => Self::Multi(
                bgzf::io::MultithreadedReader::with_worker_count(threads, frames),
            ),
            _ => Self::Single(bgzf::io::Reader::new(frames)),
        }
    }

    /// Goes on after the last BGZF block: to plain gzip, or to the end.
    fn go_on(&mut self) -> io::Result<()> {
        let frames = match mem::replace(self, Self::Done) {
            Self::Single(reader) => reader.into_inner(),
            Self::Multi(mut reader) => reader.finish()?,
            Self::Gzip(_) | Self::Done => return Ok(()),
        };
        if frames.state == State::Gzip {
            let rest = io::Cursor::new(frames.head).chain(frames.source);
            *self = Self::Gzip(MultiGzDecoder::new(rest));
        }
        Ok(())
    }
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            let n = match self {
                Self::Single(reader) => reader.read(buf)?,
                Self::Multi(reader) => reader.read(buf)?,
                Self::Gzip(reader) => return reader.read(buf),
                Self::Done => return Ok(0),
            };
            if n > 0 {
                return Ok(n);
            }
            self.go_on()?;
        }
    }
}

/// A reader that passes BGZF blocks on as they are, and ends where they do.
pub(super) struct Frames {
    source: BufReader<Source>,
    /// The header of the current block, or what stands where the next should be.
    head: [u8; HEAD_LEN],
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
            state: State::Between,
        }
    }

    fn next_block(&mut self) -> io::Result<State> {
        let n = fill(&mut self.source, &mut self.head)?;
        let head = &self.head[..n];
        if n == 0 {
            Ok(State::End)
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
            Err(cut_off())
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
                    return Err(cut_off());
                }
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

/// The file ends within a block.
#[derive(Debug)]
struct CutOff;

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file ends within a block")
    }
}

impl error::Error for CutOff {}

fn cut_off() -> io::Error {
    // Not `UnexpectedEof`, which noodles takes for the end of the file.
    io::Error::new(io::ErrorKind::InvalidData, CutOff)
}

/// Returns whether an error says that the file ends within a block.
pub(super) fn is_cut_off(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|e| e.is::<CutOff>())
}
