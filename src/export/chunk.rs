//! Chunks: lines put together, their ends, and the missing one at the very end.

use crate::{Result, export::Dataset};

/// A chunk is handed on when it has this many bytes.
const CHUNK: usize = 256 * 1024;

/// Lines on their way out.
///
/// A line's end is written when the next line begins, because only then it is known not to be the
/// last one, which ends as the file's last line did.
#[derive(Debug)]
pub struct Chunk<F> {
    bytes: Vec<u8>,
    take: F,
    line_end: Vec<u8>,
    last_line_end: Vec<u8>,
    pending: Pending,
}

/// What is to be written before the next line.
#[derive(Debug, Default, Eq, PartialEq)]
enum Pending {
    /// Nothing: there is no line yet, or it ended.
    #[default]
    Nothing,
    /// The end of an ordinary line.
    LineEnd(Vec<u8>),
    /// The end of a run of lines that has no end of its own.
    OpenRun,
}

impl<F: FnMut(&[u8]) -> Result<()>> Chunk<F> {
    /// Begins a dataset's text; `take` gets the chunks.
    pub fn new(dataset: &Dataset, take: F) -> Self {
        Self {
            bytes: Vec::with_capacity(CHUNK + CHUNK / 4),
            take,
            line_end: dataset.line_end.clone().into_bytes(),
            last_line_end: dataset.last_line_end.clone().into_bytes(),
            pending: Pending::Nothing,
        }
    }

    /// Begins a line: ends the one before.
    pub fn begin_line(&mut self) {
        match &self.pending {
            Pending::Nothing => {}
            Pending::LineEnd(end) => self.bytes.extend_from_slice(end),
            Pending::OpenRun => self.bytes.extend_from_slice(&self.line_end),
        }
    }

    /// Returns where the line's bytes go.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Ends a line with these bytes, unless it is the last one.
    pub fn end_line(&mut self, end: &[u8]) -> Result<()> {
        match &mut self.pending {
            Pending::LineEnd(bytes) => {
                bytes.clear();
                bytes.extend_from_slice(end);
            }
            pending => *pending = Pending::LineEnd(end.to_vec()),
        }
        self.flush_full()
    }

    /// Puts the byte order mark, which is no line.
    pub fn put_mark(&mut self, bytes: &[u8]) {
        self.begin_line();
        self.bytes.extend_from_slice(bytes);
        self.pending = Pending::Nothing;
    }

    /// Goes on with the line that a run broke off in; begins one where none did.
    pub fn go_on(&mut self) {
        match self.pending {
            Pending::OpenRun => self.pending = Pending::Nothing,
            _ => self.begin_line(),
        }
    }

    /// Puts a run of lines, each with its end, after a line was begun; only the last may lack it.
    pub fn put_lines(&mut self, lines: &[u8]) -> Result<()> {
        self.bytes.extend_from_slice(lines);
        self.pending = match lines.last() {
            Some(b'\n') | None => Pending::Nothing,
            Some(_) => Pending::OpenRun,
        };
        self.flush_full()
    }

    fn flush_full(&mut self) -> Result<()> {
        if self.bytes.len() >= CHUNK {
            (self.take)(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(())
    }

    /// Ends the last line and hands the last chunk on.
    pub fn end(mut self) -> Result<()> {
        if let Pending::LineEnd(_) = self.pending {
            self.bytes.extend_from_slice(&self.last_line_end);
        }
        match self.bytes.is_empty() {
            true => Ok(()),
            false => (self.take)(&self.bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts lines (`put_lines` where they have a line end), and returns the whole text.
    fn put(last_line_end: &str, pieces: &[&str]) -> Result<String> {
        let dataset = Dataset {
            name: String::from("d"),
            file: String::from("d.gff3"),
            format: String::from("gff3"),
            compression: String::from("plain"),
            bytes: 0,
            sha256: String::new(),
            lines: 0,
            records: 0,
            first_record: 1,
            line_end: String::from("\r\n"),
            last_line_end: String::from(last_line_end),
        };
        let mut text = Vec::new();
        let mut chunk = Chunk::new(&dataset, |bytes: &[u8]| {
            text.extend_from_slice(bytes);
            Ok(())
        });
        for piece in pieces {
            match *piece {
                "mark" => chunk.put_mark(b"\xef\xbb\xbf"),
                lines if lines.contains(['\n', '>']) => {
                    match lines.strip_prefix('+') {
                        Some(_) => chunk.go_on(),
                        None => chunk.begin_line(),
                    }
                    chunk.put_lines(lines.trim_start_matches('+').as_bytes())?;
                }
                line => {
                    chunk.begin_line();
                    chunk.buffer().extend_from_slice(line.as_bytes());
                    chunk.end_line(b"\r\n")?;
                }
            }
        }
        chunk.end()?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn only_the_last_line_ends_otherwise() -> Result<()> {
        for (last_line_end, pieces, expected) in [
            ("", &[][..], ""),
            ("\n", &[], ""),
            ("", &["a"], "a"),
            ("", &["a", "b"], "a\r\nb"),
            ("\n", &["a", "b"], "a\r\nb\n"),
            ("\n", &["mark", "a"], "\u{feff}a\n"),
            ("\n", &["mark"], "\u{feff}"),
            ("\n", &["a", ">s\nACGT\n"], "a\r\n>s\nACGT\n"),
            ("\n", &["a", ">s\nACGT"], "a\r\n>s\nACGT"),
            ("\n", &[">s\nACGT", "a"], ">s\nACGT\r\na\n"),
            ("\n", &[">s\nACGT", "+>A\n", "a"], ">s\nACGT>A\na\n"),
            ("\n", &["a", "+>A\n"], "a\r\n>A\n"),
        ] {
            assert_eq!(put(last_line_end, pieces)?, expected, "{pieces:?}");
        }
        Ok(())
    }

    #[test]
    fn a_long_text_is_handed_on_in_parts() -> Result<()> {
        let line = "x".repeat(1000);
        let pieces = vec![line.as_str(); 1000];
        assert_eq!(put("", &pieces)?, pieces.join("\r\n"));
        Ok(())
    }
}
