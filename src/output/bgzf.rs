//! BGZF, compressed on several threads.

use std::{
    io::{self, Write},
    num::NonZero,
    thread,
};

use noodles_bgzf::io::MultithreadedWriter;

/// A BGZF writer that goes on refusing after it failed.
///
/// The writer within cannot be used, nor ended, once its thread met an error: it panics. Whoever
/// holds an output may still write to it then, a CSV writer when it is dropped for one.
pub struct BgzfWriter<W: Write + Send + 'static> {
    /// `None` once it failed.
    inner: Option<MultithreadedWriter<W>>,
}

impl<W: Write + Send + 'static> BgzfWriter<W> {
    /// Begins to compress into `inner`, with a thread a processor.
    pub fn new(inner: W) -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Self {
            inner: Some(MultithreadedWriter::with_worker_count(threads, inner)),
        }
    }

    /// Writes what is left, and the block that ends the file.
    ///
    /// # Errors
    ///
    /// Something could not be written, now or before.
    pub fn finish(mut self) -> io::Result<()> {
        self.with(|inner| inner.finish().map(drop))
    }

    fn with<T>(
        &mut self,
        write: impl FnOnce(&mut MultithreadedWriter<W>) -> io::Result<T>,
    ) -> io::Result<T> {
        let Some(inner) = &mut self.inner else {
            return Err(io::Error::other("writing failed before"));
        };
        let done = write(inner);
        if done.is_err() {
            self.inner = None;
        }
        done
    }
}

impl<W: Write + Send + 'static> Write for BgzfWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A device that is full after some bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match bytes.len().min(self.0) {
                0 => Err(io::ErrorKind::StorageFull.into()),
                n => {
                    self.0 -= n;
                    Ok(n)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_device_is_an_error_whatever_is_written_afterwards() {
        let block = vec![b'x'; 1 << 16];
        for room in [0, 1, 300] {
            let mut writer = BgzfWriter::new(Full(room));
            // The thread that writes may be behind.
            let failed = (0..10_000).find_map(|_| writer.write_all(&block).err());
            let failed = failed.expect("the device is full");
            assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
            assert!(writer.write_all(b"more").is_err());
            assert!(writer.flush().is_err());
            assert!(writer.finish().is_err());

            let mut writer = BgzfWriter::new(Full(room.min(20)));
            writer.write_all(b"little").expect("it is gathered");
            let failed = writer.finish().expect_err("the device is full");
            assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        }
    }
}
