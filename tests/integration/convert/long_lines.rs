//! Lines that are longer than a block: kept in pieces, or put together, and the same file again.

use crate::{reread, workdir::Workdir};

/// Bytes of a block.
const BLOCK: usize = 256 << 10;

const GOOD: &str = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n";

/// Returns `len` bytes of text in which no two blocks are alike, with characters of several bytes.
fn filling(len: usize, seed: usize) -> String {
    let mut text = String::new();
    let mut n = seed;
    while text.len() < len {
        text += &format!("{n}ACGTéñ…");
        n += 7919;
    }
    while text.len() > len {
        text.pop();
    }
    text
}

#[test]
fn long_lines_of_every_kind_come_back_byte_for_byte() {
    let dir = Workdir::new();
    let line = |start: &str, len: usize, end: &str| {
        let text = format!("{start}{}", filling(len - start.len(), len));
        format!("{text}{end}").into_bytes()
    };
    let latin = |len: usize| {
        let mut bytes = b"# ".to_vec();
        bytes.resize(len, 0xe9);
        bytes
    };
    let record = |len| line("sq0\t.\tgene\t1\t9\t.\t+\t.\tID=g;Note=", len, "\n");
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for len in [BLOCK - 1, BLOCK, BLOCK + 4, 3 * BLOCK + 77] {
        for end in ["\n", "\r\n", ""] {
            for start in ["#", "##note ", "not a record "] {
                files.push((format!("{start}{len}{end:?}"), line(start, len, end)));
            }
            let fasta = [b"##FASTA\n>sq0\n".to_vec(), line("A", len, end)].concat();
            files.push((format!("fasta {len}{end:?}"), fasta));
            files.push((format!("header {len}{end:?}"), line(">sq0 ", len, end)));
        }
        files.push((format!("record {len}"), record(len)));
        files.push((format!("latin-1 {len}"), latin(len)));
        let mark = [b"\xef\xbb\xbf".to_vec(), line("#", len, "\n")].concat();
        files.push((format!("mark {len}"), mark));
        files.push((format!("blank {len}"), vec![b' '; len]));
    }
    for (what, long) in files {
        for (before, after, threads) in [("", "", "1"), ("# a\r\n", GOOD, "4")] {
            let is_marked = long.starts_with(b"\xef\xbb\xbf");
            let before = if is_marked { "" } else { before };
            let bytes = [before.as_bytes(), &long, after.as_bytes()].concat();
            dir.file("long.gff3", &bytes);
            let args = ["convert", "long.gff3", "-o", "a.sqlite", "--force", "-q"];
            let options = ["--skip-bad-lines", "--allow-empty", "--threads", threads];
            assert_eq!(
                dir.gffdb(args.iter().chain(&options)).stdout(),
                "",
                "{what}"
            );
            let database = reread::open(&dir.path("a.sqlite"));
            assert!(reread::file(&database, "long") == bytes, "{what}");
            let is_whole = ["blank", "mark", "not", "record"]
                .iter()
                .any(|start| what.starts_with(start));
            let sql =
                "SELECT coalesce(max(part), 0), max(length(CAST(text AS BLOB))) FROM _other_line";
            let found = reread::rows(&database, sql);
            let (parts, longest) = found[0].split_once('|').expect("two");
            let is_long = bytes.split(|&b| b == b'\n').any(|line| line.len() >= BLOCK);
            assert_eq!(parts != "0", !is_whole && is_long, "{what}");
            let longest: usize = longest.parse().unwrap_or_default();
            assert!(is_whole || longest <= BLOCK, "{what}: {longest}");
            let verified = dir.gffdb(["verify", "a.sqlite", "long.gff3"]).stdout();
            assert!(
                verified.starts_with("long: identical, "),
                "{what}: {verified}"
            );
        }
    }
}

#[test]
fn a_sequence_on_one_line_is_as_long_as_it_is() {
    let dir = Workdir::new();
    let bases = "ACGT ".repeat(BLOCK);
    dir.file(
        "long.gff3",
        format!("##FASTA\n>sq0 {bases}\n{bases}\r\n{bases}\n>sq1\n{bases}"),
    );
    let args = [
        "convert",
        "long.gff3",
        "-o",
        "a.sqlite",
        "-q",
        "--allow-empty",
    ];
    assert_eq!(dir.gffdb(args).stdout(), "");
    let database = reread::open(&dir.path("a.sqlite"));
    let lengths = "SELECT seqid, length FROM sequence ORDER BY 1";
    let expected = [format!("sq0|{}", 8 * BLOCK), format!("sq1|{}", 4 * BLOCK)];
    assert_eq!(reread::rows(&database, lengths), expected);
    assert_eq!(reread::rows(&database, "SELECT lines FROM dataset"), ["6"]);
}

#[test]
fn pieces_that_are_edited_are_written_as_they_are_then() {
    let dir = Workdir::new();
    let bases = "ACGT".repeat(BLOCK);
    dir.file("long.gff3", format!("{GOOD}##FASTA\n>sq0\n{bases}\n"));
    let args = ["convert", "long.gff3", "-o", "a.sqlite", "-q"];
    assert_eq!(dir.gffdb(args).stdout(), "");
    // A byte stays behind of each block.
    let piece = BLOCK - 1;
    for (change, expected) in [
        (
            "DELETE FROM _other_line WHERE line = 4 AND part = 0",
            format!("{}\n", &bases[piece..]),
        ),
        (
            "DELETE FROM _other_line WHERE part > 1",
            bases[piece..2 * piece].to_owned(),
        ),
        (
            "UPDATE _other_line SET text = 'AC' WHERE part = 1",
            String::from("AC"),
        ),
    ] {
        assert_eq!(
            dir.gffdb(["sql", "--write", "a.sqlite", change]).stdout(),
            ""
        );
        let text = dir.gffdb(["export", "a.sqlite"]).stdout();
        assert!(
            text == format!("{GOOD}##FASTA\n>sq0\n{expected}"),
            "{change}"
        );
    }
}
