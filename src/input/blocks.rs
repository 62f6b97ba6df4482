//! Blocks: an input cut into pieces of whole lines, to be parsed away from the thread that reads.

use memchr::memrchr;
use sha2::{Digest, Sha256};

use super::{Input, content};
use crate::{Error, Result};

/// The bytes of a block, where nothing speaks for another size.
pub const BLOCK_SIZE: usize = 256 * 1024;

/// The bytes that a line may have: what SQLite stores in one row.
const LONGEST_LINE: usize = 1_000_000_000;

/// The bytes of a block where lines come in pieces, at least: a piece is longer than what tells one kind of
/// line from another (`##FASTA` and its end), and than what is left of a piece for the next.
const LEAST_PIECE: usize = 32;

/// A block that a long line made larger than this many block sizes is cut back when it is reused.
const SLACK: usize = 4;

/// An input, cut into blocks of whole lines.
pub struct Blocks {
    input: Input,
    block_size: usize,
    longest_line: usize,
    /// The line that the last block's bytes broke off in; shorter than a block.
    carry: Vec<u8>,
    /// Of the blocks handed on.
    hasher: Sha256,
    /// Of the blocks handed on.
    bytes: u64,
    /// Whether the first block has been read and found to be text.
    begun: bool,
    ended: bool,
    may_be_empty: bool,
    /// Whether a line that is longer than a block comes in pieces.
    in_pieces: bool,
    end: BlockEnd,
}

/// How a block ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum BlockEnd {
    /// Where a line does, or the input.
    #[default]
    Whole,
    /// Where the input is cut off, so that its last line may be the beginning of one.
    Truncated,
    /// Within a line that goes on in the next block. The block has no line end, and ends within no
    /// character and no CR LF.
    Piece,
}

impl Blocks {
    /// Cuts an input into blocks of at most `block_size` bytes, at least 1; only a longer line
    /// makes a longer block. [`BLOCK_SIZE`] suits most files.
    pub fn new(input: Input, block_size: usize) -> Self {
        Self {
            input,
            block_size: block_size.max(1),
            longest_line: LONGEST_LINE,
            carry: Vec::new(),
            hasher: Sha256::new(),
            bytes: 0,
            begun: false,
            ended: false,
            may_be_empty: false,
            in_pieces: false,
            end: BlockEnd::Whole,
        }
    }

    /// Lets a line that is longer than a block come in pieces of at most `block_size` bytes, each a block
    /// that ends in [`BlockEnd::Piece`], but the last: so no line is too long.
    pub fn in_pieces(mut self) -> Self {
        self.in_pieces = true;
        self.block_size = self.block_size.max(LEAST_PIECE);
        self
    }

    /// Lets an empty input have no lines, where that is no error.
    pub fn may_be_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }

    /// Replaces what `block` holds with the next whole lines, each with its line end; only the last
    /// line of the input may lack one. Returns false, and an empty block, at the end.
    ///
    /// A block that is handed back as it came, neither cleared nor shortened, is filled again
    /// without allocating and almost without zeroing.
    ///
    /// # Errors
    ///
    /// The input cannot be read, is damaged or cut off, has a line of more than 1,000,000,000 bytes,
    /// or, seen at the first block, is empty or not text. Nothing is read after an error.
    pub fn read_into(&mut self, block: &mut Vec<u8>) -> Result<bool> {
        if self.ended {
            block.clear();
            return Ok(false);
        }
        self.read_block(block).inspect_err(|_| self.ended = true)
    }

    fn read_block(&mut self, block: &mut Vec<u8>) -> Result<bool> {
        self.take_carry(block);
        self.end = BlockEnd::Whole;
        let end = self.read_lines(block)?;
        self.carry.extend_from_slice(&block[end.lines..end.filled]);
        block.truncate(end.lines);
        let is_empty = self.may_be_empty && block.is_empty();
        if !self.begun && !is_empty {
            content::check(self.input.path(), self.input.compression(), block)?;
            self.begun = true;
        }
        self.hasher.update(&block);
        self.bytes += block.len() as u64;
        Ok(!block.is_empty())
    }

    /// Puts the carried bytes at the front of a block of `block_size` bytes.
    fn take_carry(&mut self, block: &mut Vec<u8>) {
        if block.capacity() > SLACK.saturating_mul(self.block_size) {
            block.truncate(self.block_size);
            block.shrink_to(self.block_size);
        }
        block.resize(self.block_size, 0);
        block[..self.carry.len()].copy_from_slice(&self.carry);
    }

    /// Reads until the block holds at least one line end, or the input ends.
    fn read_lines(&mut self, block: &mut Vec<u8>) -> Result<End> {
        let mut filled = self.carry.len();
        self.carry.clear();
        loop {
            let searched = filled;
            filled += self.input.fill(&mut block[searched..])?;
            if filled < block.len() {
                self.ended = true;
                return Ok(End {
                    lines: filled,
                    filled,
                });
            }
            if let Some(i) = memrchr(b'\n', &block[searched..]) {
                let lines = searched + i + 1;
                return Ok(End { lines, filled });
            }
            if self.in_pieces {
                self.end = BlockEnd::Piece;
                let lines = piece(&block[..filled]);
                return Ok(End { lines, filled });
            }
            if filled > self.longest_line {
                return Err(self.line_too_long());
            }
            // `Vec` doubles what it allocates; reading on by single blocks keeps the carry short.
            block.resize(filled.saturating_add(self.block_size), 0);
        }
    }

    fn line_too_long(&self) -> Error {
        Error::input(
            self.input.path(),
            format!(
                "expected lines of at most {} bytes, found a longer one after {} bytes; is this a \
                 GFF3 or GTF file, and do its lines end in LF or CRLF?",
                self.longest_line, self.bytes
            ),
        )
    }

    /// Returns the input.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// Returns how the block ends that was handed on last.
    pub fn end(&self) -> BlockEnd {
        match self.input.truncated() {
            // Only the last block is read up to there.
            Some(_) => BlockEnd::Truncated,
            None => self.end,
        }
    }

    /// Returns the decompressed bytes of the blocks handed on so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the SHA-256 of the blocks handed on: of the whole decompressed input, once
    /// [`read_into`](Self::read_into) has returned false.
    pub fn sha256(self) -> [u8; 32] {
        self.hasher.finalize().into()
    }
}

/// Returns how much of a line's bytes makes a piece. A byte at least is left, so that the line's end is in
/// a block that is still to come.
fn piece(bytes: &[u8]) -> usize {
    /// What a character, or CR LF, has at most.
    const LONGEST: usize = 4;
    let least = bytes.len().saturating_sub(1 + LONGEST).max(1);
    let may_end = |&at: &usize| !matches!(bytes[at], 0x80..0xc0) && bytes[at - 1] != b'\r';
    // Where none may, these are not UTF-8.
    let at = (least..bytes.len()).rev().find(may_end);
    at.unwrap_or(bytes.len().saturating_sub(1))
}

/// How far a block is filled.
struct End {
    /// The bytes up to the last line end, or all where the input ends.
    lines: usize,
    filled: usize,
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{Given, error},
        *,
    };

    const TEXTS: &[&[u8]] = &[
        b"a\n",
        b"a",
        b"\n",
        b"\r\n",
        b"\n\n\na\n\n",
        b"##gff-version 3\nchr1\t.\tgene\t1\t9\t.\t+\t.\tID=a\nchr1\t.\tgene\t11\t19\t.\t+\t.\tID=b\n",
        b"##gff-version 3\r\nchr1\t.\tgene\t1\t9\t.\t+\t.\tID=a\r\n\r\n# end",
        b"short\na line that is much longer than most of the blocks that it is cut into\nshort\n",
        b"a line that is much longer than most of the blocks that it is cut into, with no end",
        b"\xef\xbb\xbfa\nb\xff\nc\n",
    ];

    #[test]
    fn blocks_are_whole_lines_and_together_the_input() -> Result<()> {
        for text in TEXTS {
            let given = Given::new("x.gff3", text);
            for block_size in 1..=64 {
                let mut blocks = Blocks::new(given.open()?, block_size);
                let (mut block, mut joined) = (Vec::new(), Vec::new());
                while blocks.read_into(&mut block)? {
                    assert!(joined.is_empty() || joined.ends_with(b"\n"), "{block_size}");
                    assert!(
                        block.len() <= block_size || !block[..block_size - 1].contains(&b'\n'),
                        "{block_size}: only a long first line makes a block longer"
                    );
                    joined.extend_from_slice(&block);
                }
                assert_eq!(joined, *text, "{block_size}");
                assert!(block.is_empty());
                assert!(!blocks.read_into(&mut block)?);
                assert_eq!(blocks.bytes(), text.len() as u64);
                assert_eq!(blocks.sha256()[..], Sha256::digest(text)[..]);
            }
        }
        Ok(())
    }

    #[test]
    fn a_line_longer_than_a_block_comes_in_pieces() -> Result<()> {
        let long =
            "é\r\n# ñ\n… a line that is \rmuch\r longer than … the blocks \u{10000}\u{10001}\r\n#";
        for text in TEXTS.iter().copied().chain([long.as_bytes()]) {
            let given = Given::new("x.gff3", text);
            for block_size in 1..=64 {
                let mut blocks = Blocks::new(given.open()?, block_size).in_pieces();
                let (mut block, mut joined) = (Vec::new(), Vec::new());
                let mut is_open = false;
                while blocks.read_into(&mut block)? {
                    assert!(block.len() <= block_size.max(LEAST_PIECE), "{block_size}");
                    is_open = blocks.end() == BlockEnd::Piece;
                    assert!(!is_open || !block.contains(&b'\n'), "{block_size}");
                    assert!(!is_open || !block.ends_with(b"\r"), "{block_size}");
                    if std::str::from_utf8(text).is_ok() {
                        assert!(std::str::from_utf8(&block).is_ok(), "{block_size}");
                    }
                    joined.extend_from_slice(&block);
                }
                assert!(!is_open, "{block_size}");
                assert_eq!(joined, text, "{block_size}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_block_that_is_handed_back_is_not_allocated_again() -> Result<()> {
        let text = b"chr1\t.\tgene\t1\t9\t.\t+\t.\tID=a\n".repeat(1000);
        let given = Given::new("x.gff3", &text);
        let mut blocks = Blocks::new(given.open()?, 1024);
        let mut block = Vec::new();
        blocks.read_into(&mut block)?;
        let (at, carry_capacity) = (block.as_ptr(), blocks.carry.capacity());
        let mut count = 1;
        while blocks.read_into(&mut block)? {
            assert_eq!(block.as_ptr(), at);
            assert!(blocks.carry.capacity() <= carry_capacity.max(64));
            count += 1;
        }
        assert_eq!(count, 28); // 37 lines of 27 bytes a block.
        Ok(())
    }

    #[test]
    fn a_giant_line_is_one_block_and_its_memory_is_given_back() -> Result<()> {
        let mut text = b"short\n".repeat(300);
        text.extend(vec![b'x'; 1 << 20]);
        text.extend(b"\nshort\n".repeat(2000));
        let given = Given::new("x.gff3", &text);
        let mut blocks = Blocks::new(given.open()?, 1024);
        let (mut block, mut joined, mut longest) = (Vec::new(), Vec::new(), 0);
        while blocks.read_into(&mut block)? {
            joined.extend_from_slice(&block);
            longest = longest.max(block.len());
            if block.len() <= 1024 {
                assert!(block.capacity() <= SLACK * 1024);
            }
            assert!(blocks.carry.capacity() <= 2 * 1024);
        }
        assert!(joined == text);
        assert!(
            (1 << 20..(1 << 20) + 3 * 1024).contains(&longest),
            "{longest}"
        );
        Ok(())
    }

    #[test]
    fn a_line_that_no_row_can_hold_is_refused_before_it_fills_the_memory() -> Result<()> {
        let given = Given::new(
            "x.gff3",
            format!("short\n{}\n", "x".repeat(5000)).as_bytes(),
        );
        let mut blocks = Blocks::new(given.open()?, 64);
        blocks.longest_line = 1000;
        assert_eq!(
            given.say(&error(&mut blocks)),
            "x.gff3: expected lines of at most 1000 bytes, found a longer one after 6 bytes; is \
             this a GFF3 or GTF file, and do its lines end in LF or CRLF?"
        );
        assert!(
            !blocks.read_into(&mut Vec::new())?,
            "nothing after an error"
        );
        Ok(())
    }
}
