//! Bad input: whole messages, exit code 2, and nothing left behind.

use std::fs;

use super::{GENES, summary};
use crate::{reread, workdir::Workdir};

/// A line that nothing is wrong with.
const GOOD: &str = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n";

/// Lines that are no records: columns 4 to 9, and what is said of them.
const BAD: [(&str, &str, &str); 9] = [
    (
        "8\t13\t.\t+",
        "column-count",
        "expected 9 tab-separated columns, found 7",
    ),
    (
        "x8\t13\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as start, found \"x8\"",
    ),
    (
        "8\t1.5e3\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as end, found \"1.5e3\"",
    ),
    (
        "8\t13.0\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as end, found \"13.0\"",
    ),
    (
        "\t13\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as start, found \"\"",
    ),
    (
        "1,000\t2,000\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as start, found \"1,000\"",
    ),
    (
        "0x8\t13\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as start, found \"0x8\"",
    ),
    (
        "8\t9223372036854775808\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as end, found \"9223372036854775808\"",
    ),
    (
        "8\tcaf\u{e9}\t.\t+\t.\tID=g",
        "coordinate-not-a-number",
        "expected a whole number as end, found \"caf\u{e9}\"",
    ),
];

#[track_caller]
fn refused(dir: &Workdir, args: &[&str], expected: &str) {
    let names = dir.names();
    let args = ["convert", "-o", "genes.sqlite"].iter().chain(args);
    assert_eq!(dir.gffdb(args).stderr(2), format!("gffdb: {expected}\n"));
    assert_eq!(dir.names(), names);
}

#[test]
fn a_line_that_is_no_record_stops_the_load_and_leaves_nothing() {
    for (columns, _, expected) in BAD {
        let dir = Workdir::new();
        dir.file(
            "genes.gff3",
            format!("# one\n\n{GOOD}sq0\t.\tgene\t{columns}\n{GOOD}"),
        );
        for threads in ["1", "2"] {
            refused(
                &dir,
                &["genes.gff3", "--threads", threads],
                &format!(
                    "genes.gff3:4: {expected}; fix the line, or skip invalid lines with --skip-bad-lines"
                ),
            );
        }
    }
}

#[test]
fn with_skip_bad_lines_the_rest_loads_and_the_lines_are_kept() {
    let lines: Vec<_> = BAD
        .iter()
        .map(|bad| format!("sq0\t.\tgene\t{}", bad.0))
        .collect();
    let text = format!("{GOOD}{}\n{GOOD}", lines.join("\n"));
    let dir = Workdir::new();
    dir.file("genes.gff3", &text);
    let args = [
        "convert",
        "genes.gff3",
        "-o",
        "genes.sqlite",
        "--skip-bad-lines",
    ];
    let said = dir.gffdb(args).stderr(0);
    assert_eq!(
        summary(&said, "genes.sqlite: 2 records, "),
        "9 lines skipped; they are in table _other_line, kind 'bad'\n\
         error column-count: 1\n\
         error coordinate-not-a-number: 8\n"
    );
    let database = reread::open(&dir.path("genes.sqlite"));
    assert_eq!(
        reread::rows(
            &database,
            "SELECT text FROM _other_line WHERE kind = 'bad' ORDER BY line"
        ),
        lines
    );
    let issues: Vec<_> = BAD
        .iter()
        .enumerate()
        .map(|(index, (_, code, text))| format!("{}|{code}|error|{text}", index + 2))
        .collect();
    let sql = "SELECT line, code, severity, text FROM issue ORDER BY line";
    assert_eq!(reread::rows(&database, sql), issues);
    let dataset = "SELECT lines, records FROM dataset";
    assert_eq!(reread::rows(&database, dataset), ["11|2"]);
    assert_eq!(reread::file(&database, "genes"), text.as_bytes());
}

#[test]
fn a_file_of_bad_lines_only_is_still_kept() {
    let dir = Workdir::new();
    dir.file("genes.gff3", "no record\r\nnone either");
    let args = [
        "convert",
        "genes.gff3",
        "-o",
        "genes.sqlite",
        "--skip-bad-lines",
        "--allow-empty",
        "--quiet",
    ];
    assert_eq!(dir.gffdb(args).stdout(), "");
    let database = reread::open(&dir.path("genes.sqlite"));
    assert_eq!(
        reread::file(&database, "genes"),
        b"no record\r\nnone either"
    );
}

#[test]
fn an_input_that_is_no_annotation_is_named_for_what_it_is() {
    let gzip = gzip(GENES.as_bytes());
    let mut damaged = gzip.clone();
    let last = damaged.len() - 8;
    damaged[last] ^= 0xff;
    let dir = Workdir::new();
    fs::create_dir(dir.path("directory")).expect("a directory");
    let sqlite = [b"SQLite format 3\0", &[0; 100][..]].concat();
    let again = "download or copy the file again";
    let expected = "expected GFF3 or GTF text, found";
    for (name, bytes, expected) in [
        (
            "empty.gff3",
            &b""[..],
            String::from("no lines; was the input empty?"),
        ),
        (
            "empty.gff3.gz",
            &self::gzip(b""),
            String::from("no lines; was the input empty?"),
        ),
        (
            "damaged.gff3.gz",
            &damaged,
            format!(
                "expected gzip data, found damage (corrupt gzip stream does not have a matching checksum) after 329 decompressed bytes; {again}"
            ),
        ),
        (
            "nul.gff3",
            b"sq0\t.\tgene\0\n",
            format!("{expected} binary data (a NUL byte at byte 11); is this the right file?"),
        ),
        (
            "program",
            b"\x7fELF\x02\x01\x01\0",
            format!("{expected} a program (ELF); name an annotation file"),
        ),
        (
            "other.sqlite",
            &sqlite,
            format!("{expected} a SQLite database; did you mean `gffdb info other.sqlite`?"),
        ),
        (
            "genes.zip",
            b"PK\x03\x04\x14\0",
            format!("{expected} a zip archive; unpack it first: `unzip genes.zip`"),
        ),
        (
            "page.gff3",
            b"<!DOCTYPE html>\n",
            format!(
                "{expected} a web page (HTML); the download may have failed; check the address"
            ),
        ),
        (
            "twice.gff3.gz",
            &self::gzip(&gzip),
            format!("{expected} gzip data inside gzip data; decompress it once, then try again"),
        ),
    ] {
        dir.file(name, bytes);
        refused(&dir, &[name], &format!("{name}: {expected}"));
    }
    refused(
        &dir,
        &["directory"],
        "directory: expected a GFF3 or GTF file, found a directory; name the files in it",
    );
    refused(
        &dir,
        &["none.gff3"],
        "none.gff3: cannot open: No such file or directory (os error 2)",
    );
    refused(&dir, &["-"], "-: no lines; was the input empty?");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("bytes in memory");
    encoder.finish().expect("bytes in memory")
}

/// The first block is text, so this is found only in the middle of the load.
#[test]
fn a_long_file_that_breaks_off_leaves_nothing() {
    let dir = Workdir::new();
    let mut text = String::new();
    for n in 0..60_000 {
        text += &format!(
            "sq0\tNOODLES\tgene\t{n}\t{n}\t.\t+\t.\tID=gene{n};Name=n{}\n",
            n * 7 % 1_000
        );
    }
    let bytes = gzip(text.as_bytes());
    dir.file("genes.gff3.gz", &bytes[..bytes.len() / 2]);
    let args = ["convert", "genes.gff3.gz", "-o", "genes.sqlite"];
    let said = dir.gffdb(args).stderr(2);
    // How much was decompressed by then is the decoder's to say.
    let (before, after) = said.split_once(" after ").expect("how far it came");
    assert_eq!(
        before,
        "gffdb: genes.gff3.gz: expected more gzip data, found the end of the file"
    );
    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
    assert_eq!(
        after,
        " decompressed bytes; the file is cut off, so download or copy it again, or load what is \
         there with --skip-bad-lines\n"
    );
    assert_eq!(dir.names(), ["genes.gff3.gz"]);
}

#[cfg(unix)]
#[test]
fn a_device_is_not_replaced_by_a_file() {
    use std::os::unix::{fs::FileTypeExt, net::UnixListener};
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    // Of all that are no files, what anybody may make.
    let _socket = UnixListener::bind(dir.path("socket")).expect("a socket");
    let args = ["convert", "genes.gff3", "-o", "socket", "--force"];
    assert_eq!(
        dir.gffdb(args).stderr(2),
        "gffdb: socket: expected a file to write, found a device or a pipe\n"
    );
    let found = fs::metadata(dir.path("socket")).expect("it is there");
    assert!(found.file_type().is_socket());
}

#[test]
fn a_goal_that_cannot_be_written_says_so() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    fs::create_dir(dir.path("directory")).expect("a directory");
    for (goal, options, expected) in [
        (
            "none/a.sqlite",
            &[][..],
            "none/a.sqlite: cannot write: No such file or directory (os error 2)",
        ),
        (
            "directory",
            &[],
            "directory: expected a file to write, found a directory",
        ),
        (
            "directory",
            &["--force"],
            "directory: expected a file to write, found a directory",
        ),
        (
            "directory",
            &["--append"],
            "directory: expected a file to write, found a directory",
        ),
        (
            "genes.gff3",
            &["--force"],
            "genes.gff3 cannot be both read and written; name another database with -o",
        ),
    ] {
        let args = ["convert", "genes.gff3", "-o", goal];
        let said = dir.gffdb(args.iter().chain(options)).stderr(2);
        assert_eq!(said, format!("gffdb: {expected}\n"));
        assert_eq!(dir.names(), ["directory", "genes.gff3"]);
    }
    assert_eq!(dir.read("genes.gff3"), GENES);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    for options in [
        &["--append", "--force"][..],
        &["--replace"],
        &["--batch", "0"],
        &["--threads", "0"],
        &["--threads", "x"],
    ] {
        let args = ["convert", "genes.gff3", "-o", "genes.sqlite"];
        let said = dir.gffdb(args.iter().chain(options)).stderr(2);
        assert!(said.starts_with("error: "), "{options:?}: {said}");
        assert_eq!(dir.names(), ["genes.gff3"]);
    }
}
