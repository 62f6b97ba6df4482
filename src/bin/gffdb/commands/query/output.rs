//! Where an answer goes: standard output, a file, or a compressed one.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use gffdb::Error;
use noodles_bgzf as bgzf;

/// Opens an output; the ending `.gz` or `.bgz` asks for BGZF. It is whole when it is flushed.
pub fn open(path: &Path) -> Result<Box<dyn Write>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::with_capacity(
            1 << 16,
            io::stdout().lock(),
        )));
    }
    let file = File::create(path).map_err(|e| Error::io(path, "write", e))?;
    let ending = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    Ok(match ending.to_ascii_lowercase().as_str() {
        "gz" | "bgz" => Box::new(Bgzf(Some(bgzf::io::Writer::new(BufWriter::new(file))))),
        _ => Box::new(BufWriter::with_capacity(1 << 16, file)),
    })
}

/// Writes a text.
pub fn text(path: &Path, text: &str) -> Result<(), Error> {
    let mut out = open(path)?;
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Error::io(path, "write", e))
}

/// A BGZF file, which the flush at its end closes.
struct Bgzf(Option<bgzf::io::Writer<BufWriter<File>>>);

impl Write for Bgzf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(writer) => writer.write(bytes),
            None => Err(io::Error::other("the file is closed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.take() {
            Some(writer) => writer.finish()?.flush(),
            None => Ok(()),
        }
    }
}
