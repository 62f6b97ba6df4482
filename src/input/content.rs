//! What an input holds, judged by its first block: text, or something to give a hint about.

use std::path::Path;

use memchr::memchr;

use super::{Compression, sniff};
use crate::{Error, Result};

/// A kind of file that is no annotation text.
struct Kind {
    /// Its first bytes.
    magic: &'static [u8],
    /// What it is called, with its article.
    name: &'static str,
    /// What to do with it; `{}` is its path.
    next: &'static str,
}

const fn kind(magic: &'static [u8], name: &'static str, next: &'static str) -> Kind {
    Kind { magic, name, next }
}

/// Kinds whose first bytes no line of text begins with.
const KINDS: &[Kind] = &[
    kind(
        b"SQLite format 3\0",
        "a SQLite database",
        "did you mean `gffdb info {}`?",
    ),
    kind(
        b"\xfd7zXZ\0",
        "xz data",
        "decompress it first: `xz -d -k {}`",
    ),
    kind(
        b"\x04\x22\x4d\x18",
        "lz4 data",
        "decompress it first: `lz4 -d {}`",
    ),
    kind(
        b"\x1f\x9d",
        "compress (.Z) data",
        "decompress it first: `gzip -d -k {}`",
    ),
    kind(
        b"PK\x03\x04",
        "a zip archive",
        "unpack it first: `unzip {}`",
    ),
    kind(
        b"7z\xbc\xaf\x27\x1c",
        "a 7z archive",
        "unpack it first: `7z x {}`",
    ),
    kind(
        b"Rar!\x1a\x07",
        "a RAR archive",
        "unpack it first: `unrar x {}`",
    ),
    kind(b"BAM\x01", "BAM alignments", ANNOTATION),
    kind(b"BCF\x02", "BCF variants", ANNOTATION),
    kind(b"TBI\x01", "a tabix index", "name the file it belongs to"),
    kind(b"CSI\x01", "a CSI index", "name the file it belongs to"),
    kind(b"CRAM\x02", "CRAM alignments", ANNOTATION),
    kind(b"CRAM\x03", "CRAM alignments", ANNOTATION),
    kind(b"\x89HDF\r\n", "an HDF5 file", ANNOTATION),
    kind(b"\x7fELF", "a program (ELF)", ANNOTATION),
    kind(b"%PDF-", "a PDF document", ANNOTATION),
    kind(b"<!DOCTYPE html", "a web page (HTML)", DOWNLOAD),
    kind(b"<!doctype html", "a web page (HTML)", DOWNLOAD),
    kind(b"<html", "a web page (HTML)", DOWNLOAD),
];

const ANNOTATION: &str = "name an annotation file";
const DOWNLOAD: &str = "the download may have failed; check the address";

/// POSIX.1-2017, pax, ustar interchange format: the magic field of the first header.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Returns an error unless `block`, the first of an input, is text that may be GFF3 or GTF.
pub(super) fn check(path: &Path, compression: Compression, block: &[u8]) -> Result<()> {
    if block.is_empty() {
        return Err(Error::input(path, "no lines; was the input empty?"));
    }
    let found = if let Some(kind) = KINDS.iter().find(|k| block.starts_with(k.magic)) {
        let next = kind.next.replace("{}", &path_or_file(path));
        format!("{}; {next}", kind.name)
    } else if let Some(mark) = utf16_mark(block) {
        format!(
            "UTF-16 (byte-order mark {mark}); convert it first: `iconv -f UTF-16 -t UTF-8 {}`",
            path_or_file(path)
        )
    } else if let Some(name) = utf16_without_mark(block) {
        format!(
            "UTF-16 without a byte-order mark; convert it first: `iconv -f {name} -t UTF-8 {}`",
            path_or_file(path)
        )
    } else if block.get(TAR.0..).is_some_and(|b| b.starts_with(TAR.1)) {
        let next = path_or_file(path);
        format!("a tar archive; unpack it first: `tar -xf {next}`")
    } else if has_old_line_ends(block) {
        format!(
            "lines that end in CR alone; convert it first: `tr '\\r' '\\n' < {}`",
            path_or_file(path)
        )
    } else if let Some(inner) = compressed_again(block) {
        format!("{inner} data inside {compression} data; decompress it once, then try again")
    } else if let Some(i) = memchr(0, block) {
        let n = i + 1;
        // A damaged gzip file may give a whole block of rubbish before its checksum is reached.
        let next = match compression {
            Compression::None => "is this the right file?",
            _ => "is this the right file, and undamaged?",
        };
        format!("binary data (a NUL byte at byte {n}); {next}")
    } else {
        return Ok(());
    };
    Err(Error::input(
        path,
        format!("expected GFF3 or GTF text, found {found}"),
    ))
}

/// Tells whether lines end in CR alone, as they did before Mac OS X: there is no LF, and CR stands
/// between records or comments.
fn has_old_line_ends(block: &[u8]) -> bool {
    let is_line = |line: &&[u8]| {
        matches!(line, [b'#' | b'>', ..]) || line.iter().filter(|&&b| b == b'\t').count() == 8
    };
    let mut lines = block.split(|&b| b == b'\r').filter(is_line);
    memchr(b'\n', block).is_none() && lines.nth(1).is_some()
}

/// Returns the path as it would be typed, or `FILE` for standard input.
fn path_or_file(path: &Path) -> String {
    match path.to_str() {
        Some("-") | None => String::from("FILE"),
        Some(path) if path.contains([' ', '\'', '"', '$', '&', ';']) => String::from("FILE"),
        Some(path) => String::from(path),
    }
}

fn utf16_mark(block: &[u8]) -> Option<&'static str> {
    match block {
        [0xff, 0xfe, ..] => Some("FF FE"),
        [0xfe, 0xff, ..] => Some("FE FF"),
        _ => None,
    }
}

/// Returns which UTF-16 it is, told by every other one of the first bytes being NUL.
fn utf16_without_mark(block: &[u8]) -> Option<&'static str> {
    match block {
        [a, 0, b, 0, c, 0, ..] if [a, b, c].into_iter().all(|b| *b != 0) => Some("UTF-16LE"),
        [0, a, 0, b, 0, c, ..] if [a, b, c].into_iter().all(|b| *b != 0) => Some("UTF-16BE"),
        _ => None,
    }
}

/// Returns the compression of what came out of a decoder, where it is compressed still.
fn compressed_again(block: &[u8]) -> Option<Compression> {
    Some(sniff::detect(block.get(..18).unwrap_or(block))).filter(|c| *c != Compression::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(path: &str, compression: Compression, block: &[u8]) -> String {
        match check(Path::new(path), compression, block) {
            Ok(()) => String::from("text"),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn what_is_no_text_is_named_with_a_next_step() {
        let mut tar = [b'x'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (path, block, expected) in [
            ("-", &b""[..], "no lines; was the input empty?"),
            (
                "a.db",
                b"SQLite format 3\0\x10",
                "a SQLite database; did you mean `gffdb info a.db`?",
            ),
            (
                "-",
                b"SQLite format 3\0\x10",
                "a SQLite database; did you mean `gffdb info FILE`?",
            ),
            (
                "my genes.db",
                b"SQLite format 3\0\x10",
                "a SQLite database; did you mean `gffdb info FILE`?",
            ),
            (
                "a.xz",
                b"\xfd7zXZ\0",
                "xz data; decompress it first: `xz -d -k a.xz`",
            ),
            (
                "a.zip",
                b"PK\x03\x04",
                "a zip archive; unpack it first: `unzip a.zip`",
            ),
            (
                "a.tgz",
                &tar,
                "a tar archive; unpack it first: `tar -xf a.tgz`",
            ),
            (
                "a.gff3",
                b"##gff-version 3\rsq0\t.\tgene\t8\t13\t.\t+\t.\tID=a\r",
                "lines that end in CR alone; convert it first: `tr '\\r' '\\n' < a.gff3`",
            ),
            ("a", b"BAM\x01", "BAM alignments; name an annotation file"),
            ("a", b"CRAM\x03", "CRAM alignments; name an annotation file"),
            ("a", b"BCF\x02\x02", "BCF variants; name an annotation file"),
            (
                "a.tbi",
                b"TBI\x01",
                "a tabix index; name the file it belongs to",
            ),
            (
                "a",
                b"%PDF-1.7\n",
                "a PDF document; name an annotation file",
            ),
            (
                "a",
                b"\x7fELF\x02",
                "a program (ELF); name an annotation file",
            ),
            (
                "a",
                b"<!DOCTYPE html>\n",
                "a web page (HTML); the download may have failed; check the address",
            ),
            (
                "a",
                b"\xff\xfec\0h\0",
                "UTF-16 (byte-order mark FF FE); convert it first: `iconv -f UTF-16 -t UTF-8 a`",
            ),
            (
                "a",
                b"\xfe\xff\0c\0h",
                "UTF-16 (byte-order mark FE FF); convert it first: `iconv -f UTF-16 -t UTF-8 a`",
            ),
            (
                "a",
                b"c\0h\0r\0",
                "UTF-16 without a byte-order mark; convert it first: `iconv -f UTF-16LE -t UTF-8 a`",
            ),
            (
                "a",
                b"\0c\0h\0r",
                "UTF-16 without a byte-order mark; convert it first: `iconv -f UTF-16BE -t UTF-8 a`",
            ),
            (
                "a",
                b"\x1f\x8b\x08\0",
                "gzip data inside gzip data; decompress it once, then try again",
            ),
            (
                "a",
                b"chr1\t\0\n",
                "binary data (a NUL byte at byte 6); is this the right file, and undamaged?",
            ),
        ] {
            let expected = match block {
                b"" => format!("{path}: {expected}"),
                _ => format!("{path}: expected GFF3 or GTF text, found {expected}"),
            };
            assert_eq!(say(path, Compression::Gzip, block), expected);
        }
    }

    #[test]
    fn binary_data_is_found_by_a_nul() {
        assert_eq!(
            say("a", Compression::None, b"chr1\t\0\n"),
            "a: expected GFF3 or GTF text, found binary data (a NUL byte at byte 6); is this the \
             right file?"
        );
    }

    #[test]
    fn text_that_looks_a_little_odd_is_text() {
        for block in [
            &b"\xef\xbb\xbf##gff-version 3\n"[..],
            b"CRAM\tsource\tgene\n",
            b"BAM1\tsource\tgene\n",
            b"PK\tsource\tgene\n",
            b"BZh9\tsource\tgene\n",
            b"\n",
            b"\xff\n",
            b">chr1\nACGT\n",
            b"sq0\t.\tgene\t8\t13\t.\t+\t.\tID=a\rb\r",
        ] {
            assert_eq!(say("a", Compression::None, block), "text", "{block:?}");
        }
    }
}
