//! How an input is compressed, told by its first bytes and never by its name.

use std::fmt;

/// How an input is compressed.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, of one or several members.
    Gzip,
    /// Blocked gzip, as `bgzip` writes it.
    Bgzf,
    /// Zstandard, of one or several frames.
    Zstd,
    /// bzip2, of one or several streams.
    Bzip2,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Bgzf => "BGZF",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
        })
    }
}

/// RFC 1952 § 2.3.1 (1996-05): ID1 and ID2.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// RFC 8878 § 3.1.1 (2021-02), little-endian.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// RFC 8878 § 3.1.2: the first byte of a skippable frame is 0x50 to 0x5f; `pzstd` begins with one.
const ZSTD_SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];

const BZIP2: &[u8] = b"BZh";

/// What follows `BZh` and a digit: a block, or the end of an empty stream. Without it, `BZh9` may
/// as well be the name of a sequence.
const BZIP2_BLOCKS: [[u8; 6]; 2] = [
    [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
];

/// Returns the compression of an input that begins with `head`; 18 bytes are enough.
pub(super) fn detect(head: &[u8]) -> Compression {
    if is_bgzf(head) {
        Compression::Bgzf
    } else if head.starts_with(&GZIP) {
        Compression::Gzip
    } else if is_zstd(head) {
        Compression::Zstd
    } else if is_bzip2(head) {
        Compression::Bzip2
    } else {
        Compression::None
    }
}

/// Returns whether `head` is the header of a BGZF block (SAMv1 § 4.1, 2024-11-06): a gzip header
/// whose one extra field is `BC`, the length of the block.
pub(super) fn is_bgzf(head: &[u8]) -> bool {
    const CM_FLG: [u8; 2] = [0x08, 0x04]; // DEFLATE, FEXTRA
    const XLEN_SI_SLEN: [u8; 6] = [0x06, 0x00, b'B', b'C', 0x02, 0x00];
    head.len() >= 18 && head[..2] == GZIP && head[2..4] == CM_FLG && head[10..16] == XLEN_SI_SLEN
}

fn is_zstd(head: &[u8]) -> bool {
    head.starts_with(&ZSTD)
        || (matches!(head.first(), Some(0x50..=0x5f)) && head[1..].starts_with(&ZSTD_SKIPPABLE))
}

fn is_bzip2(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(BZIP2) else {
        return false;
    };
    let [b'1'..=b'9', rest @ ..] = rest else {
        return false;
    };
    BZIP2_BLOCKS.iter().any(|mark| rest.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_compression() {
        let bgzf = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0";
        for (head, expected) in [
            (&bgzf[..], Compression::Bgzf),
            (&bgzf[..17], Compression::Gzip),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", Compression::Gzip),
            (b"\x1f\x8b", Compression::Gzip),
            (b"\x1f", Compression::None),
            (b"\x28\xb5\x2f\xfd\x04", Compression::Zstd),
            (b"\x50\x2a\x4d\x18\x04", Compression::Zstd),
            (b"\x5f\x2a\x4d\x18\x04", Compression::Zstd),
            (b"\x60\x2a\x4d\x18\x04", Compression::None),
            (b"P", Compression::None),
            (b"BZh91AY&SY", Compression::Bzip2),
            (b"BZh1\x17rE8P\x90", Compression::Bzip2),
            (b"BZh9\tsource\tgene", Compression::None),
            (b"BZh", Compression::None),
            (b"##gff-version 3\n", Compression::None),
            (b"", Compression::None),
        ] {
            assert_eq!(detect(head), expected, "{head:?}");
        }
    }
}
