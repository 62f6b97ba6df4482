//! Input: a file or standard input, its compression told by its first bytes, decompressed, and cut
//! into blocks of whole lines.
//!
//! [`Input`] is the decompressed bytes, [`Blocks`] the lines. Neither holds more than a block, its
//! unfinished last line, and what a decoder needs.
//!
//! ```no_run
//! use gffdb::input::{BLOCK_SIZE, Blocks, Input, Options};
//!
//! let input = Input::open("genes.gff3.gz".as_ref(), &Options { threads: 2 })?;
//! let mut blocks = Blocks::new(input, BLOCK_SIZE);
//! let (mut block, mut lines) = (Vec::new(), 0);
//! while blocks.read_into(&mut block)? {
//!     lines += block.split_inclusive(|b| *b == b'\n').count();
//! }
//! println!("{lines} lines, {} bytes", blocks.bytes());
//! # Ok::<_, gffdb::Error>(())
//! ```

mod bgzf;
mod blocks;
mod content;
mod sniff;
mod source;
#[cfg(test)]
mod tests;

pub use self::{
    blocks::{BLOCK_SIZE, Blocks},
    sniff::Compression,
    source::Position,
};

use std::{
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use self::source::Source;
use crate::{Error, Result};

/// Compressed bytes held before a decoder.
const BUFFER_SIZE: usize = 128 * 1024;

/// How an input is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// Threads that inflate BGZF blocks, beside the one that reads; with 1 (the default) the
    /// reading thread inflates them itself. The other compressions cannot be split.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { threads: 1 }
    }
}

/// The decompressed bytes of a file or of standard input.
pub struct Input {
    path: PathBuf,
    compression: Compression,
    len: Option<u64>,
    position: Position,
    decoder: Decoder,
    /// Decompressed bytes that have been handed on.
    bytes: u64,
}

enum Decoder {
    Plain(Source),
    Gzip(MultiGzDecoder<BufReader<Source>>),
    Bgzf(bgzf::Reader),
    Zstd(zstd::Decoder<'static, BufReader<Source>>),
    Bzip2(MultiBzDecoder<BufReader<Source>>),
}

impl Input {
    /// Opens a file, or standard input for `-`, and tells its compression by its first bytes.
    ///
    /// # Errors
    ///
    /// The file is not there, cannot be read, or is a directory. What the file holds is only
    /// judged when it is read.
    pub fn open(path: &Path, options: &Options) -> Result<Self> {
        let (source, len) = Source::open(path)?;
        Self::new(path, source, len, options)
    }

    fn new(path: &Path, source: Source, len: Option<u64>, options: &Options) -> Result<Self> {
        let compression = sniff::detect(source.head());
        let position = source.position();
        let buffered = |source| BufReader::with_capacity(BUFFER_SIZE, source);
        let decoder = match compression {
            Compression::None => Decoder::Plain(source),
            Compression::Gzip => Decoder::Gzip(MultiGzDecoder::new(buffered(source))),
            Compression::Bgzf => {
                Decoder::Bgzf(bgzf::Reader::new(buffered(source), options.threads))
            }
            Compression::Zstd => Decoder::Zstd(
                zstd::Decoder::with_buffer(buffered(source))
                    .map_err(|e| Error::io(path, "start decompressing", e))?,
            ),
            Compression::Bzip2 => Decoder::Bzip2(MultiBzDecoder::new(buffered(source))),
        };
        Ok(Self {
            path: path.to_path_buf(),
            compression,
            len,
            position,
            decoder,
            bytes: 0,
        })
    }

    /// Returns the path it was opened with; `-` is standard input.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how it is compressed.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// Returns the bytes of the file as it lies on disk, or `None` where that cannot be known: for
    /// standard input, pipes and devices.
    #[allow(clippy::len_without_is_empty)] // A length of 0 and no length at all both look empty.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Returns a handle on how much of [`len`](Self::len) has been read.
    pub fn position(&self) -> Position {
        self.position.clone()
    }

    /// Reads decompressed bytes until `buf` is full or the input ends, and returns how many.
    fn fill(&mut self, buf: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < buf.len() {
            match self.read_some(&mut buf[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(filled)
    }

    fn read_some(&mut self, buf: &mut [u8]) -> Result<usize> {
        let result = match &mut self.decoder {
            Decoder::Plain(reader) => reader.read(buf),
            Decoder::Gzip(reader) => reader.read(buf),
            Decoder::Bgzf(reader) => reader.read(buf),
            Decoder::Zstd(reader) => reader.read(buf),
            Decoder::Bzip2(reader) => reader.read(buf),
        };
        let n = result.map_err(|e| self.explain(e))?;
        self.bytes += n as u64;
        Ok(n)
    }

    /// Returns what an error of the decoder, or of the system under it, means for this file.
    fn explain(&self, error: io::Error) -> Error {
        let error = match source::system_error(error) {
            Ok(error) => return source::read_error(&self.path, error),
            Err(error) => error,
        };
        let (name, bytes) = (self.compression, self.bytes);
        let path = &self.path;
        if error.kind() == io::ErrorKind::UnexpectedEof || bgzf::is_cut_off(&error) {
            return Error::input(
                path,
                format!(
                    "expected more {name} data, found the end of the file after {bytes} \
                     decompressed bytes; download or copy the file again"
                ),
            );
        }
        if name == Compression::Zstd && error.to_string().contains("too much memory") {
            return Error::input(
                path,
                "expected a zstd window of at most 128 MiB, found a larger one; decompress the \
                 file first: zstd -d --long=31",
            );
        }
        Error::input(
            path,
            format!(
                "expected {name} data, found damage ({error}) after {bytes} decompressed bytes; \
                 download or copy the file again"
            ),
        )
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.read_some(buf).map_err(io::Error::other)
    }
}
