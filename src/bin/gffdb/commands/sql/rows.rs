//! Where the rows of statements go that change the database: a file, or whoever reads the pipe.
//!
//! A reader may take its time, and meanwhile the program must still be able to undo the change and
//! end. So a pipe, a terminal or a device is written by a thread of its own, and only that waits.

use std::{
    fs,
    io::{self, Write},
    path::Path,
    thread,
};

use crossbeam_channel::{Receiver, Sender, bounded, select};
use gffdb::{Error, ErrorKind, output::Output};

use crate::threads;

/// What is handed on at once, in bytes.
const CHUNK: usize = 1 << 16;

/// Chunks on their way.
const WAITING: usize = 4;

/// The rows' way out.
pub enum Rows {
    /// Nobody has to be waited for.
    File(Output),
    /// The thread that waits.
    Thread(Writer),
}

/// The near end of the thread.
pub struct Writer {
    chunk: Vec<u8>,
    chunks: Sender<Vec<u8>>,
    /// Says how it went: once when the output is open, and once at the end.
    done: Receiver<Result<(), Error>>,
    /// Closed when the program is asked to end.
    stopped: Receiver<()>,
}

impl Rows {
    /// Begins to write to `path`; `stopped` is closed when nothing is to be waited for any more.
    ///
    /// # Errors
    ///
    /// As [`Output::create`].
    pub fn create(path: &Path, stopped: Receiver<()>) -> Result<Self, Error> {
        let is_file = || fs::metadata(path).map_or(true, |m| m.is_file() || m.is_dir());
        // Where no thread can be started, no signal is watched either that it would be needed for.
        if (path != Path::new("-") && is_file()) || !threads::can_start() {
            return Output::create(path).map(Self::File);
        }
        let (chunks, to_write) = bounded(WAITING);
        let (say, done) = bounded(1);
        let path = path.to_path_buf();
        thread::spawn(move || {
            let mut output = match Output::create(&path) {
                Ok(output) => output,
                Err(error) => return say.send(Err(error)),
            };
            say.send(Ok(()))?;
            let written = write_all(&mut output, &to_write)
                .map_err(|e| Error::io(&path, "write", e))
                .and_then(|()| output.commit());
            // Nothing more is taken, and whoever wants to hand something on asks why.
            drop(to_write);
            say.send(written)
        });
        let writer = Writer {
            chunk: Vec::with_capacity(CHUNK),
            chunks,
            done,
            stopped,
        };
        writer.wait()?;
        Ok(Self::Thread(writer))
    }

    /// Ends the output where all went well, and waits until it is written. Returns what failed
    /// first: a statement whose rows could not be written failed because of that.
    pub fn end(self, ran: Result<(), Error>) -> Result<(), Error> {
        match self {
            Self::File(output) => ran.and_then(|()| output.commit()),
            Self::Thread(mut writer) => {
                // Why it fails is what the thread says below.
                let _ = writer.hand_on();
                writer.chunks = bounded(0).0;
                writer.wait().and(ran)
            }
        }
    }
}

fn write_all(output: &mut Output, chunks: &Receiver<Vec<u8>>) -> io::Result<()> {
    for chunk in chunks {
        output.write_all(&chunk)?;
        if chunks.is_empty() {
            output.flush()?;
        }
    }
    Ok(())
}

impl Writer {
    fn wait(&self) -> Result<(), Error> {
        let interrupted = || Err(ErrorKind::Interrupted.into());
        select! {
            recv(self.done) -> done => done.unwrap_or_else(|_| interrupted()),
            recv(self.stopped) -> _ => interrupted(),
        }
    }

    fn hand_on(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        select! {
            send(self.chunks, chunk) -> sent => sent.map_err(|_| io::Error::other("not taken")),
            // No error that `write_all` tries again after.
            recv(self.stopped) -> _ => Err(io::Error::other("interrupted")),
        }
    }
}

impl Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(output) => output.write(bytes),
            Self::Thread(writer) => {
                writer.chunk.extend_from_slice(bytes);
                if writer.chunk.len() >= CHUNK {
                    writer.hand_on()?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(output) => output.flush(),
            Self::Thread(writer) => writer.hand_on(),
        }
    }
}
