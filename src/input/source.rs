//! Where the bytes of an input come from: a file or standard input, before any decompression.
//!
//! A [`Source`] looks at the first bytes without losing them, counts what has been read for a
//! progress bar, retries interrupted reads, and marks the system's errors, so that they can be
//! told from those of a decoder on their way up through it.

use std::{
    error, fmt,
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Error, Result};

/// How many first bytes are looked at: those that tell BGZF from gzip, the longest mark of all.
pub(super) const HEAD_LEN: usize = 18;

/// How much of a pipe is read before anything is done with it, in bytes. The length of one that ends
/// before is known: the database of a small one is made as that of a small file.
const PIPE_HEAD_LEN: usize = 256 * 1024;

/// A handle on how far an input has been read, cheap to clone and to share.
#[derive(Clone, Debug, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// Returns the bytes read so far from the file as it lies on disk, that is, compressed.
    ///
    /// Decoders read ahead, so this may be a few hundred kilobytes beyond the last block.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The bytes of a file or of standard input.
pub(super) struct Source {
    inner: Box<dyn Read + Send>,
    /// The first bytes, until they have been handed on.
    head: Vec<u8>,
    /// The part of `head` that has been handed on.
    head_read: usize,
    position: BytesRead,
}

impl Source {
    /// Opens a file, or standard input for `-`, and returns it with its length in bytes, which is
    /// `None` for anything but a regular file or a short pipe.
    pub(super) fn open(path: &Path) -> Result<(Self, Option<u64>)> {
        if path == Path::new("-") {
            return Self::pipe(io::stdin()).map_err(|e| read_error(path, e));
        }
        let file = File::open(path).map_err(|e| Error::io(path, "open", e))?;
        let metadata = file.metadata().map_err(|e| Error::io(path, "open", e))?;
        if metadata.is_dir() {
            return Err(directory(path));
        }
        let opened = match metadata.is_file() {
            true => Self::new(file, HEAD_LEN).map(|source| (source, Some(metadata.len()))),
            false => Self::pipe(file),
        };
        opened.map_err(|e| read_error(path, e))
    }

    /// Wraps a reader of unknown length; returns its length too, where it is short.
    fn pipe(inner: impl Read + Send + 'static) -> io::Result<(Self, Option<u64>)> {
        let source = Self::new(inner, PIPE_HEAD_LEN)?;
        let len = source.head.len();
        Ok((source, (len < PIPE_HEAD_LEN).then_some(len as u64)))
    }

    /// Wraps a reader and reads its first bytes: `head_len` of them, or all where there are fewer.
    pub(super) fn new(inner: impl Read + Send + 'static, head_len: usize) -> io::Result<Self> {
        let mut inner: Box<dyn Read + Send> = Box::new(inner);
        let mut head = vec![0; head_len];
        let len = fill(&mut inner, &mut head).map_err(mark)?;
        head.truncate(len);
        Ok(Self {
            inner,
            head,
            head_read: 0,
            position: BytesRead::default(),
        })
    }

    /// Returns the first bytes, at least [`HEAD_LEN`] of them, or all where there are fewer.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(super) fn position(&self) -> BytesRead {
        self.position.clone()
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = if self.head_read < self.head.len() {
            let n = (&self.head[self.head_read..]).read(buf)?;
            self.head_read += n;
            n
        } else {
            (self.head, self.head_read) = (Vec::new(), 0);
            read_retrying(&mut self.inner, buf).map_err(mark)?
        };
        self.position.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Reads until `buf` is full or the input ends, and returns how much was read.
pub(super) fn fill(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match read_retrying(reader, &mut buf[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

fn read_retrying(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buf) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// An error of the system, not of a decoder.
#[derive(Debug)]
struct SystemError(io::Error);

impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl error::Error for SystemError {}

fn mark(error: io::Error) -> io::Error {
    // `Other`, because a decoder may take `UnexpectedEof` for its own.
    io::Error::other(SystemError(error))
}

/// Returns the system's own error if that is what stopped a decoder, else the decoder's.
pub(super) fn system_error(error: io::Error) -> std::result::Result<io::Error, io::Error> {
    error.downcast::<SystemError>().map(|e| e.0)
}

/// Returns the error for a read that the system refused.
pub(super) fn read_error(path: &Path, error: io::Error) -> Error {
    match system_error(error) {
        // Standard input can be a directory, and only reading shows it.
        Ok(e) | Err(e) if e.kind() == io::ErrorKind::IsADirectory => directory(path),
        Ok(e) | Err(e) => Error::io(path, "read", e),
    }
}

fn directory(path: &Path) -> Error {
    Error::input(
        path,
        "expected a GFF3 or GTF file, found a directory; name the files in it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a read, and is interrupted before each.
    struct Interrupted<'a>(&'a [u8], bool);

    impl Read for Interrupted<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let n = buf.len().min(1);
            self.0.read(&mut buf[..n])
        }
    }

    #[test]
    fn the_head_is_looked_at_and_read_again_though_reads_are_interrupted() -> io::Result<()> {
        let text = b"##gff-version 3\nchr1\t.\tgene\t1\t9\t.\t+\t.\tID=a\n";
        for len in 0..text.len() {
            let text = &text[..len];
            let mut source = Source::new(Interrupted(text, false), HEAD_LEN)?;
            assert_eq!(source.head(), &text[..len.min(HEAD_LEN)]);
            assert_eq!(source.position().get(), 0);
            let mut read = Vec::new();
            source.read_to_end(&mut read)?;
            assert_eq!(read, text);
            assert_eq!(source.position().get(), len as u64);
        }
        Ok(())
    }

    #[test]
    fn the_errors_of_the_system_can_be_told_apart() {
        struct Refused;
        impl Read for Refused {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let error = Source::new(Refused, HEAD_LEN).err().expect("an error");
        assert_eq!(
            system_error(error).map(|e| e.kind()).ok(),
            Some(io::ErrorKind::UnexpectedEof)
        );
        assert!(system_error(io::ErrorKind::UnexpectedEof.into()).is_err());
    }
    #[test]
    fn the_length_of_a_short_pipe_is_known() -> io::Result<()> {
        for (len, known) in [
            (0, true),
            (PIPE_HEAD_LEN - 1, true),
            (PIPE_HEAD_LEN, false),
            (PIPE_HEAD_LEN + 9, false),
        ] {
            let text: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            let (mut source, found) = Source::pipe(io::Cursor::new(text.clone()))?;
            assert_eq!(found, known.then_some(len as u64));
            let mut read = Vec::new();
            source.read_to_end(&mut read)?;
            assert!(read == text, "{len}");
            assert_eq!(source.position().get(), len as u64);
        }
        Ok(())
    }
}
