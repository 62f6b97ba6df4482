//! Compressed files that are cut off: an error by every route, or what is there and an issue.

use std::io::Write;

use super::summary;
use crate::{
    reread,
    workdir::{Run, Workdir, bgzf},
};

/// Records of several BGZF blocks, whose borders are within lines.
fn text() -> String {
    let mut text = String::from("##gff-version 3\n");
    for n in 0..5_000_u64 {
        text += &format!(
            "sq{}\tNOODLES\tgene\t1{n}\t1{n}\t.\t+\t.\tID=gene{n};Note={:x}\n",
            n / 1_000,
            n.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        );
    }
    text
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("bytes in memory")
}

/// Where blocks of BGZF end, but the last two: that of the text, and the empty one.
fn block_ends(bytes: &[u8]) -> Vec<usize> {
    let mut ends = vec![0];
    while let Some([low, high]) = bytes
        .get(ends[ends.len() - 1] + 16..)
        .and_then(|b| b.get(..2))
    {
        let len = usize::from(u16::from_le_bytes([*low, *high])) + 1;
        ends.push(ends[ends.len() - 1] + len);
    }
    assert_eq!(ends.pop(), Some(bytes.len()));
    assert!(ends.len() > 3, "{ends:?}");
    ends.split_off(1)
}

/// Cuts of a file, and what is expected where it ends.
fn cuts() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = text();
    let (bgzf, gzip) = (bgzf(&text), gzip(&text));
    let mut cuts = Vec::new();
    let ends = block_ends(&bgzf);
    for &end in &ends {
        let eof_block = "the end-of-file block of BGZF";
        cuts.push(("genes.gff3.gz", bgzf[..end].to_vec(), eof_block));
    }
    // In a block's header, in its data, in its trailer, in the empty block.
    for at in [
        ends[0] + 1,
        ends[0] + 17,
        ends[1] + 5_000,
        ends[2] - 3,
        bgzf.len() - 1,
    ] {
        cuts.push(("genes.gff3.gz", bgzf[..at].to_vec(), "more BGZF data"));
    }
    for at in [gzip.len() / 2, gzip.len() - 1] {
        cuts.push(("genes.gff3.gz", gzip[..at].to_vec(), "more gzip data"));
    }
    cuts
}

/// The ways in that a file has into a database.
fn routes<'d>(dir: &'d Workdir, name: &'d str, options: &'d [&str]) -> impl Iterator<Item = Run> {
    let convert = move |file, threads| {
        let args = [
            "convert",
            file,
            "-o",
            "genes.sqlite",
            "--force",
            "--threads",
            threads,
        ];
        let name = ["--dataset", "genes"];
        dir.gffdb(args.iter().chain(&name).chain(options))
    };
    let bytes = std::fs::read(dir.path(name)).expect("a file");
    let files = ["1", "2", "5"].map(move |threads| convert(name, threads));
    let stdin = ["1", "3"].map(move |threads| convert("-", threads).stdin(bytes.clone()));
    files.into_iter().chain(stdin)
}

#[test]
fn a_file_that_is_cut_off_is_an_error_by_every_route_and_leaves_nothing() {
    let dir = Workdir::new();
    dir.file("genes.gff3", text());
    let args = ["convert", "genes.gff3", "-o", "whole.sqlite", "--quiet"];
    assert_eq!(dir.gffdb(args).stdout(), "");
    for (name, bytes, expected) in cuts() {
        let at = bytes.len();
        dir.file(name, bytes);
        let reason = format!("expected {expected}, found the end of the file after ");
        let next = " decompressed bytes; the file is cut off, so download or copy it again";
        let way_out = ", or load what is there with --skip-bad-lines";
        let routes = routes(&dir, name, &[]).map(|run| (run, way_out));
        let others = [
            &["check", name][..],
            &["verify", "whole.sqlite", name],
            &["query", "whole.sqlite", "--regions-file", name],
        ];
        let others = others.iter().map(|args| (dir.gffdb(*args), ""));
        for (run, way_out) in routes.chain(others) {
            let said = run.stderr(2);
            let file = if said.starts_with("gffdb: -: ") {
                "-"
            } else {
                name
            };
            assert!(
                said.starts_with(&format!("gffdb: {file}: {reason}"))
                    && said.ends_with(&format!("{next}{way_out}\n")),
                "{at}: {said}"
            );
            assert_eq!(dir.names(), ["genes.gff3", "genes.gff3.gz", "whole.sqlite"]);
        }
    }
}

#[test]
fn with_skip_bad_lines_what_is_there_loads_with_an_issue() {
    let dir = Workdir::new();
    let text = text();
    for (name, bytes, expected) in cuts() {
        let at = bytes.len();
        dir.file(name, bytes);
        let mut first = None;
        for run in routes(&dir, name, &["--skip-bad-lines"]) {
            let said = run.stderr(0);
            let database = reread::open(&dir.path("genes.sqlite"));
            let read = reread::file(&database, "genes");
            assert!(text.as_bytes().starts_with(&read), "{at}");
            let (lines, bytes) = (read.split_inclusive(|&b| b == b'\n').count(), read.len());
            let half = read.rsplit(|&b| b == b'\n').next().unwrap_or_default();
            let half = String::from_utf8_lossy(half).into_owned();
            let records = lines - 1 - usize::from(!half.is_empty());
            let reason = format!(
                "expected {expected}, found the end of the file after {bytes} decompressed bytes"
            );
            let mut issues = vec![format!(
                "{lines}|file-cut-off|error|{reason}; what is there was loaded"
            )];
            let mut told = format!(
                "genes: {reason}; the file is cut off, and only what is there was loaded\n"
            );
            if !half.is_empty() {
                issues.push(format!(
                    "{lines}|line-cut-off|error|the file is cut off within the line"
                ));
                told += "1 line skipped; it is in table _other_line, kind 'bad'\n";
            }
            told += "error file-cut-off: 1\n";
            if !half.is_empty() {
                told += "error line-cut-off: 1\n";
            }
            assert_eq!(summary(&said, "genes.sqlite: "), told, "{at}");
            let sql = "SELECT line, code, severity, text FROM issue ORDER BY code";
            assert_eq!(reread::rows(&database, sql), issues, "{at}");
            let sql = "SELECT lines, records, bytes FROM dataset";
            let counts = [format!("{lines}|{records}|{bytes}")];
            assert_eq!(reread::rows(&database, sql), counts, "{at}");
            let sql = "SELECT text FROM _other_line WHERE kind = 'bad'";
            let bad = Some(half).filter(|half| !half.is_empty());
            assert_eq!(reread::rows(&database, sql), Vec::from_iter(bad), "{at}");
            let dump = reread::dump(&database);
            assert!(*first.get_or_insert_with(|| dump.clone()) == dump, "{at}");
        }
        let out = dir.gffdb(["verify", "genes.sqlite"]).stdout();
        assert!(out.starts_with("genes: identical, "), "{out}");
    }
}

#[test]
fn a_sequence_that_is_cut_off_does_not_say_how_long_it_is() {
    let dir = Workdir::new();
    let text = format!(
        "##sequence-region sq0 1 900000\n##sequence-region sq1 1 900000\n\
         sq0\t.\tgene\t1\t9\t.\t+\t.\tID=g\n##FASTA\n>sq0\n{}>sq1\n{}",
        "ACGTACGT\n".repeat(10_000),
        "ACGTACGT\n".repeat(10_000),
    );
    let whole = bgzf(&text);
    let lengths = "SELECT seqid, length, known_by FROM sequence ORDER BY 1";
    for (bytes, expected) in [
        (&whole[..], ["sq0|80000|fasta", "sq1|80000|fasta"]),
        (
            &whole[..whole.len() - 28],
            ["sq0|80000|fasta", "sq1|900000|directive"],
        ),
        (
            &whole[..block_ends(&whole)[0]],
            ["sq0|900000|directive", "sq1|900000|directive"],
        ),
    ] {
        dir.file("genes.gff3.gz", bytes);
        let said = routes(&dir, "genes.gff3.gz", &["--skip-bad-lines", "--quiet"]);
        for run in said {
            assert_eq!(run.stdout(), "");
            let database = reread::open(&dir.path("genes.sqlite"));
            assert_eq!(reread::rows(&database, lengths), expected);
        }
    }
}
