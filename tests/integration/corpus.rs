//! Every file of the corpus loads, or gives the error that its line deserves; what loads comes back
//! byte for byte, whatever the route in.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use gffdb::Loader;

use crate::{data, reread, workdir::Workdir};

/// The files that do not load: what is said after the path, and why that is right.
const BAD: [(&str, &str, &str); 1] = [(
    "quirks/gffutils/issue167.gff",
    ":1: expected 9 tab-separated columns, found 1",
    "its columns are separated by spaces",
)];

/// Returns the annotation files of `tests/data` and, where it is there, of `../shared/data`, sorted, and
/// which of them load.
pub fn files() -> Vec<(PathBuf, bool)> {
    let shared = [
        "whole",
        "quirks/agat",
        "quirks/genometools",
        "quirks/gffutils",
    ];
    let own = ["handmade", "demo"].map(data::own);
    let mut files = Vec::new();
    for directory in own
        .into_iter()
        .chain(shared.into_iter().filter_map(data::shared))
    {
        let entries = fs::read_dir(directory).expect("a directory of the corpus");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    files.retain(|path| path.extension().is_none_or(|ending| ending != "fa"));
    files.sort();
    let least = if data::shared("").is_some() { 200 } else { 17 };
    assert!(files.len() > least, "the corpus has {} files", files.len());
    let bad = |path: &Path| BAD.iter().any(|(name, ..)| path.ends_with(name));
    files
        .into_iter()
        .map(|path| {
            let good = !bad(&path);
            (path, good)
        })
        .collect()
}

#[test]
fn every_file_loads_and_comes_back_or_is_bad_for_a_reason() {
    let dir = Workdir::new();
    for (number, (path, loads)) in files().into_iter().enumerate() {
        let goal = dir.path(format!("{number}.sqlite"));
        let result = Loader::new(&goal).dataset("d").load(&[&path]);
        if loads {
            let report = result.unwrap_or_else(|e| panic!("{e}"));
            let database = reread::open(&goal);
            let bytes = fs::read(&path).expect("a file of the corpus");
            assert_same(
                &reread::file(&database, "d"),
                &bytes,
                &path.display().to_string(),
            );
            assert_eq!(report.bytes, bytes.len() as u64, "{}", path.display());
            let records: u64 = reread::one::<i64>(
                &database,
                "SELECT COUNT(*) - (SELECT COUNT(*) FROM _inferred) FROM gff",
            ) as u64;
            assert_eq!(report.datasets[0].records, records, "{}", path.display());
        } else {
            let (_, text, _) = BAD
                .iter()
                .find(|(name, ..)| path.ends_with(name))
                .expect("a reason");
            let next = "; fix the line, or skip invalid lines with --skip-bad-lines";
            let expected = format!("{}{text}{next}", path.display());
            assert_eq!(result.expect_err(text).to_string(), expected);
            assert!(!goal.exists(), "{}", path.display());
        }
    }
    assert!(
        dir.names().iter().all(|name| name.ends_with(".sqlite")),
        "{:?}",
        dir.names()
    );
}

/// A bad line is the file's, not the loader's: with the bad lines kept aside the rest loads, and
/// all comes back.
#[test]
fn the_bad_files_load_without_their_bad_lines_and_come_back_with_them() {
    let Some(corpus) = data::shared("") else {
        return;
    };
    let dir = Workdir::new();
    for (number, (name, ..)) in BAD.iter().enumerate() {
        let path = corpus.join(name);
        let goal = dir.path(format!("{number}.sqlite"));
        let mut loader = Loader::new(&goal);
        let report = loader.dataset("d").skip_bad_lines(true).load(&[&path]);
        let report = report.unwrap_or_else(|e| panic!("{e}"));
        let database = reread::open(&goal);
        let bad: i64 = reread::one(
            &database,
            "SELECT COUNT(*) FROM _other_line WHERE kind = 'bad'",
        );
        assert!(bad > 0, "{name}");
        assert_eq!(report.datasets[0].skipped, bad as u64, "{name}");
        assert_same(
            &reread::file(&database, "d"),
            &fs::read(&path).expect("a file"),
            name,
        );
    }
}

#[test]
fn promotion_moves_values_and_loses_none() {
    let dir = Workdir::new();
    for (number, (path, _)) in files().into_iter().filter(|f| f.1).enumerate() {
        let bytes = fs::read(&path).expect("a file of the corpus");
        for all in [false, true] {
            let goal = dir.path(format!("{number}.{all}.sqlite"));
            let mut loader = Loader::new(&goal);
            loader.dataset("d").promote(["Name"]).promote_all(all);
            loader.load(&[&path]).unwrap_or_else(|e| panic!("{e}"));
            let label = format!("{} all: {all}", path.display());
            assert_same(&reread::file(&reread::open(&goal), "d"), &bytes, &label);
        }
    }
}

/// A way to hand a file to the program.
type Route = (&'static str, fn(&[u8]) -> Vec<u8>, &'static [&'static str]);

const ROUTES: [Route; 8] = [
    ("plain on one thread", plain, &["--threads", "1"]),
    ("gzip", gzip, &["--threads", "2"]),
    ("gzip in two members", gzip_twice, &["--threads", "1"]),
    ("BGZF on one thread", bgzf, &["--threads", "1"]),
    ("BGZF on four threads", bgzf, &["--threads", "4"]),
    ("zstd", zstd, &[]),
    ("bzip2", bzip2, &[]),
    ("many transactions", plain, &["--batch", "7"]),
];

fn plain(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("bytes in memory");
    encoder.finish().expect("bytes in memory")
}

fn gzip_twice(bytes: &[u8]) -> Vec<u8> {
    // Not at the end of a line: a member is no unit of the text.
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [gzip(first), gzip(second)].concat()
}

fn bgzf(bytes: &[u8]) -> Vec<u8> {
    let mut writer = noodles_bgzf::io::Writer::new(Vec::new());
    writer.write_all(bytes).expect("bytes in memory");
    writer.finish().expect("bytes in memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("bytes in memory")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("bytes in memory");
    encoder.finish().expect("bytes in memory")
}

#[test]
fn every_route_in_gives_the_same_tables() {
    for (path, _) in files().into_iter().filter(|f| f.1) {
        let bytes = fs::read(&path).expect("a file of the corpus");
        // The routes differ in the bytes, not in the records: a few files go through all of them.
        let routes = match bytes.len() {
            0..2_000 => &ROUTES[2..4],
            2_000..1_000_000 => &ROUTES[..],
            _ => &ROUTES[4..5],
        };
        same_tables(&path, &bytes, routes);
    }
}

fn same_tables(path: &Path, bytes: &[u8], routes: &[Route]) {
    let dir = Workdir::new();
    let load = |name: &str, file: &str, options: &[&str]| {
        let run = [
            "convert",
            file,
            "-o",
            name,
            "-q",
            "--allow-empty",
            "--dataset",
            "d",
        ];
        let run = dir.gffdb(run.iter().chain(options));
        let run = if file == "-" { run.stdin(bytes) } else { run };
        assert_eq!(run.stdout(), "");
        reread::dump(&reread::open(&dir.path(name)))
    };
    dir.file("in", bytes);
    let expected = load("plain.sqlite", "in", &["--threads", "2"]);
    assert_eq!(
        load("stdin.sqlite", "-", &[]),
        expected,
        "stdin: {}",
        path.display()
    );
    for (number, (route, compress, options)) in routes.iter().enumerate() {
        dir.file("in", compress(bytes));
        let found = load(&format!("{number}.sqlite"), "in", options);
        assert!(found == expected, "{route}: {}", path.display());
    }
}

/// Compares bytes and shows the first line that differs, not two whole files.
#[track_caller]
pub fn assert_same(found: &[u8], expected: &[u8], what: &str) {
    if found == expected {
        return;
    }
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes
            .split_inclusive(|&b| b == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (found, expected) = (lines(found), lines(expected));
    let pairs = found.iter().zip(&expected);
    let line = pairs.take_while(|(a, b)| a == b).count();
    let show = |lines: &[Vec<u8>]| {
        let line = lines
            .get(line)
            .map(|l| l[..l.len().min(2_000)].escape_ascii().to_string());
        line.unwrap_or_else(|| String::from("(the end)"))
    };
    panic!(
        "{what}: line {}\n  found    {}\n  expected {}",
        line + 1,
        show(&found),
        show(&expected)
    );
}
