//! Input: a file or standard input, its compression told by its first bytes, decompressed, and cut
//! into blocks of whole lines.
//!
//! [`Input`] is the decompressed bytes, [`Blocks`] the lines. Neither holds more than a block, its
//! unfinished last line, and what a decoder needs.
//!
//! ```no_run
//! use gffdb::input::{BLOCK_SIZE, Blocks, Input, Options};
//!
//! let input = Input::open("genes.gff3.gz".as_ref(), &Options::default())?;
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
    blocks::{BLOCK_SIZE, BlockEnd, Blocks},
    sniff::Compression,
    source::BytesRead,
};

use std::{
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use self::source::Source;
use crate::{Error, ErrorKind, Result};

/// Compressed bytes held before a decoder.
const BUFFER_SIZE: usize = 128 * 1024;

/// How an input is read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// Whether a compressed file that is cut off is read up to where it is, as if it ended there;
    /// [`Input::truncated`] then tells. The default is no: it is an error.
    pub allow_truncated: bool,
}

/// The decompressed bytes of a file or of standard input.
pub struct Input {
    path: PathBuf,
    compression: Compression,
    len: Option<u64>,
    position: BytesRead,
    decoder: Decoder,
    /// Decompressed bytes that have been handed on.
    bytes: u64,
    options: Options,
    /// What was expected where the file is cut off, and what was found.
    truncated: Option<String>,
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

    /// Reads the text of `path` from elsewhere: `len` bytes, not compressed.
    ///
    /// # Errors
    ///
    /// The first bytes cannot be read.
    pub(crate) fn of_text(path: &Path, text: impl Read + Send + 'static, len: u64) -> Result<Self> {
        let source = Source::new(text, 0).map_err(|e| source::read_error(path, e))?;
        Ok(Self {
            path: path.to_path_buf(),
            compression: Compression::None,
            len: Some(len),
            position: source.position(),
            decoder: Decoder::Plain(source),
            bytes: 0,
            options: Options::default(),
            truncated: None,
        })
    }

    fn new(path: &Path, source: Source, len: Option<u64>, options: &Options) -> Result<Self> {
        let compression = sniff::detect(source.head());
        let position = source.position();
        let buffered = |source| BufReader::with_capacity(BUFFER_SIZE, source);
        let decoder = match compression {
            Compression::None => Decoder::Plain(source),
            Compression::Gzip => Decoder::Gzip(MultiGzDecoder::new(buffered(source))),
            Compression::Bgzf => Decoder::Bgzf(bgzf::Reader::new(buffered(source))),
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
            options: *options,
            truncated: None,
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
    /// standard input, pipes and devices of more than 256 KiB.
    #[allow(clippy::len_without_is_empty)] // A length of 0 and no length at all both look empty.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Returns a handle on how much of [`len`](Self::len) has been read.
    pub fn position(&self) -> BytesRead {
        self.position.clone()
    }

    /// Returns what was expected where the file is cut off, and what was found; `None` where it is
    /// not, or was not read so far.
    pub fn truncated(&self) -> Option<&str> {
        self.truncated.as_deref()
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
        if self.truncated.is_some() {
            return Ok(0);
        }
        let result = match &mut self.decoder {
            Decoder::Plain(reader) => reader.read(buf),
            Decoder::Gzip(reader) => reader.read(buf),
            Decoder::Bgzf(reader) => reader.read(buf),
            Decoder::Zstd(reader) => reader.read(buf),
            Decoder::Bzip2(reader) => reader.read(buf),
        };
        match result {
            Ok(n) => {
                self.bytes += n as u64;
                Ok(n)
            }
            Err(error) => self.fail(error).map(|()| 0),
        }
    }

    /// Returns what an error of the decoder, or of the system under it, means for this file, unless
    /// it is one that ends the input.
    fn fail(&mut self, error: io::Error) -> Result<()> {
        let error = match source::system_error(error) {
            Ok(error) => return Err(source::read_error(&self.path, error)),
            Err(error) => error,
        };
        let (name, bytes) = (self.compression, self.bytes);
        let cut_off = bgzf::CutOff::of(&error);
        if cut_off.is_some() || error.kind() == io::ErrorKind::UnexpectedEof {
            let expected = match cut_off {
                Some(bgzf::CutOff::BetweenBlocks) => String::from("the end-of-file block of BGZF"),
                _ => format!("more {name} data"),
            };
            let reason = format!(
                "expected {expected}, found the end of the file after {bytes} decompressed bytes"
            );
            if self.options.allow_truncated {
                self.truncated = Some(reason);
                return Ok(());
            }
            let path = self.path.clone();
            return Err(ErrorKind::Truncated { path, reason }.into());
        }
        let path = &self.path;
        if name == Compression::Zstd && error.to_string().contains("too much memory") {
            return Err(Error::input(
                path,
                "expected a zstd window of at most 128 MiB, found a larger one; decompress the \
                 file first: zstd -d --long=31",
            ));
        }
        Err(Error::input(
            path,
            format!(
                "expected {name} data, found damage ({error}) after {bytes} decompressed bytes; \
                 download or copy the file again"
            ),
        ))
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.read_some(buf).map_err(io::Error::other)
    }
}
