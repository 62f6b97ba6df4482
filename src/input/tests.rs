//! The same text through every compression, whole, cut off and damaged.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use noodles_bgzf as bgzf;
use tempfile::TempDir;

use super::*;

mod truncated;

/// A file with a given content, gone with the value.
pub(super) struct Given {
    directory: TempDir,
    name: &'static str,
}

impl Given {
    pub(super) fn new(name: &'static str, content: &[u8]) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        fs::write(directory.path().join(name), content).expect("a written file");
        Self { directory, name }
    }

    pub(super) fn open(&self) -> Result<Input> {
        self.open_with(false)
    }

    fn open_with(&self, allow_truncated: bool) -> Result<Input> {
        let options = Options { allow_truncated };
        Input::open(&self.directory.path().join(self.name), &options)
    }

    /// Returns the text of an error, less the directory.
    pub(super) fn say(&self, error: &Error) -> String {
        let directory = format!("{}/", self.directory.path().display());
        error.to_string().replace(&directory, "")
    }

    fn read(&self, block_size: usize) -> Result<Vec<u8>> {
        let mut blocks = Blocks::new(self.open()?, block_size);
        let (mut block, mut joined) = (Vec::new(), Vec::new());
        while blocks.read_into(&mut block)? {
            joined.extend_from_slice(&block);
        }
        Ok(joined)
    }

    fn error(&self) -> String {
        let error = self.read(BLOCK_SIZE).expect_err("an error");
        self.say(&error)
    }
}

/// Reads blocks up to an error, and returns it.
pub(super) fn error(blocks: &mut Blocks) -> Error {
    let mut block = Vec::new();
    loop {
        match blocks.read_into(&mut block) {
            Ok(true) => {}
            Ok(false) => panic!("no error"),
            Err(e) => return e,
        }
    }
}

/// About 160 kB, several BGZF blocks.
fn text() -> Vec<u8> {
    let mut text = b"##gff-version 3\n".to_vec();
    for i in 0..4000 {
        let end = i * 7919 % 1000 + i;
        writeln!(text, "chr1\t.\tgene\t{i}\t{end}\t.\t+\t.\tID=gene{i}").expect("room");
    }
    text
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).expect("room");
    encoder.finish().expect("room")
}

fn bgzf(text: &[u8]) -> Vec<u8> {
    let mut writer = bgzf::io::Writer::new(Vec::new());
    writer.write_all(text).expect("room");
    writer.finish().expect("room")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 3).expect("room")
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(text).expect("room");
    encoder.finish().expect("room")
}

/// The 28 bytes of an empty BGZF block, which ends a file.
const BGZF_EOF_LEN: usize = 28;

fn bgzf_without_eof(text: &[u8]) -> Vec<u8> {
    let mut data = bgzf(text);
    data.truncate(data.len() - BGZF_EOF_LEN);
    data
}

#[test]
fn every_compression_gives_the_same_text() -> Result<()> {
    let text = text();
    let (a, b) = text.split_at(70_001);
    let several = |f: fn(&[u8]) -> Vec<u8>| [f(a), f(b""), f(b)].concat();
    let skippable = b"\x50\x2a\x4d\x18\x04\0\0\0abcd".to_vec();
    for (what, data, expected) in [
        ("plain", text.clone(), Compression::None),
        ("gzip", gzip(&text), Compression::Gzip),
        ("gzip members", several(gzip), Compression::Gzip),
        ("gzip, BGZF", [gzip(a), bgzf(b)].concat(), Compression::Gzip),
        ("BGZF", bgzf(&text), Compression::Bgzf),
        ("BGZF files", several(bgzf), Compression::Bgzf),
        ("BGZF, gzip", [bgzf(a), gzip(b)].concat(), Compression::Bgzf),
        (
            "BGZF, gzip, BGZF",
            [bgzf_without_eof(a), gzip(b""), bgzf(b)].concat(),
            Compression::Bgzf,
        ),
        ("zstd", zstd(&text), Compression::Zstd),
        ("zstd frames", several(zstd), Compression::Zstd),
        (
            "zstd, skippable frame",
            [skippable, zstd(&text)].concat(),
            Compression::Zstd,
        ),
        ("bzip2", bzip2(&text), Compression::Bzip2),
        ("bzip2 streams", several(bzip2), Compression::Bzip2),
    ] {
        let given = Given::new("no-hint-in-the-name", &data);
        let mut input = given.open()?;
        assert_eq!(input.compression(), expected, "{what}");
        assert_eq!(input.len(), Some(data.len() as u64), "{what}");
        let mut read = Vec::new();
        input.read_to_end(&mut read).expect(what);
        assert!(read == text, "{what}");
        assert_eq!(input.truncated(), None, "{what}");
        assert_eq!(input.position().get(), data.len() as u64, "{what}");
        // Blocks of 100,000 bytes take noodles' other way, straight into the block.
        for block_size in [1000, 100_000] {
            assert!(given.read(block_size)? == text, "{what}");
        }
    }
    Ok(())
}

#[test]
fn damage_is_an_error_wherever_it_is_and_says_what_came_before() {
    let text = text();
    for (name, encode, expected) in [
        (
            "gzip",
            gzip as fn(&[u8]) -> Vec<u8>,
            "corrupt gzip stream does not have a matching checksum",
        ),
        ("BGZF", bgzf, "no block header where one should be"),
        ("zstd", zstd, "Unknown frame descriptor"),
        ("bzip2", bzip2, "bzip2: bz2 header missing"),
    ] {
        let good = encode(&text);
        let data = match name {
            // The checksum, just before the length.
            "gzip" => {
                let mut data = good.clone();
                let at = data.len() - 8;
                data[at] ^= 1;
                data
            }
            _ => [&good[..], b"and then some bytes that do not belong"].concat(),
        };
        assert_eq!(
            Given::new("x", &data).error(),
            format!(
                "x: expected {name} data, found damage ({expected}) after {} decompressed bytes; \
                 download or copy the file again",
                text.len()
            )
        );
        for at in (100..good.len() - 100).step_by(good.len() / 20) {
            let mut data = good.clone();
            data[at] ^= 0x55;
            let given = Given::new("x", &data);
            // zstd's frames have no checksum unless asked for, so some damage cannot be seen.
            if name != "zstd" {
                let message = given.error();
                assert!(message.contains("damage"), "{name}: {message}");
            }
        }
    }
}

#[test]
fn whatever_is_wrong_with_a_file_as_a_whole_is_said() {
    let large_window = b"\x28\xb5\x2f\xfd\x00\x90\x01\0\0";
    for (content, expected) in [
        (&b""[..], "x: no lines; was the input empty?"),
        (&gzip(b""), "x: no lines; was the input empty?"),
        (&bgzf(b""), "x: no lines; was the input empty?"),
        (&zstd(b""), "x: no lines; was the input empty?"),
        (&bzip2(b""), "x: no lines; was the input empty?"),
        (
            &bgzf(b"BAM\x01rest\0"),
            "x: expected GFF3 or GTF text, found BAM alignments; name an annotation file",
        ),
        (
            &gzip(&gzip(b"##gff-version 3\n")),
            "x: expected GFF3 or GTF text, found gzip data inside gzip data; decompress it once, \
             then try again",
        ),
        (
            b"\x1f\x8b",
            "x: expected more gzip data, found the end of the file after 0 decompressed bytes; \
             the file is cut off, so download or copy it again",
        ),
        (
            large_window,
            "x: expected a zstd window of at most 128 MiB, found a larger one; decompress the \
             file first: zstd -d --long=31",
        ),
    ] {
        assert_eq!(Given::new("x", content).error(), expected);
    }
}

#[test]
fn a_pipe_is_sniffed_too_though_its_bytes_come_one_by_one() -> Result<()> {
    struct Pipe(io::Cursor<Vec<u8>>);
    impl Read for Pipe {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let n = buf.len().min(1);
            self.0.read(&mut buf[..n])
        }
    }
    let open = |data| {
        let source = Source::new(Pipe(io::Cursor::new(data)), 18).expect("no error");
        let input = Input::new(Path::new("-"), source, None, &Options::default())?;
        Ok::<_, Error>(Blocks::new(input, 1000))
    };
    let text = text();
    for encode in [<[u8]>::to_vec, gzip, bgzf, zstd, bzip2] {
        let mut blocks = open(encode(&text))?;
        assert_eq!(blocks.input().len(), None);
        let (mut block, mut joined) = (Vec::new(), Vec::new());
        while blocks.read_into(&mut block)? {
            joined.extend_from_slice(&block);
        }
        assert!(joined == text, "{}", blocks.input().compression());
        let empty = error(&mut open(encode(b""))?);
        assert_eq!(empty.to_string(), "-: no lines; was the input empty?");
    }
    Ok(())
}

#[test]
fn a_byte_order_mark_of_utf_8_is_passed_on() -> Result<()> {
    let text = b"\xef\xbb\xbf##gff-version 3\n";
    assert_eq!(Given::new("x", text).read(1000)?, text);
    Ok(())
}

#[test]
fn directories_and_missing_files_are_told_apart() {
    let directory = TempDir::new().expect("a temporary directory");
    let open = |path: &Path| {
        let error = Input::open(path, &Options::default()).err();
        let error = error.expect("an error").to_string();
        error.replace(&directory.path().display().to_string(), "DIR")
    };
    assert_eq!(
        open(directory.path()),
        "DIR: expected a GFF3 or GTF file, found a directory; name the files in it"
    );
    let missing = io::Error::from_raw_os_error(2);
    assert_eq!(
        open(&directory.path().join("x.gff3")),
        format!("DIR/x.gff3: cannot open: {missing}")
    );
}

#[test]
fn the_reader_gives_the_same_errors() -> Result<()> {
    let whole = gzip(&text());
    let given = Given::new("x", &whole[..whole.len() - 1]);
    let error = given.open()?.read_to_end(&mut Vec::new());
    let error = error.expect_err("an error").to_string();
    assert!(
        error.contains("x: expected more gzip data, found the end"),
        "{error}"
    );
    Ok(())
}

#[test]
fn an_input_may_go_to_another_thread() {
    fn t<T: Send + 'static>() {}
    t::<Input>();
    t::<Blocks>();
    t::<BytesRead>();
}
