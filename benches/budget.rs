//! Instructions per record, stage by stage, each within a budget: a count is the same on a busy machine
//! and on an idle one, where a time is not.
//!
//! `cargo bench --features budget --bench budget` needs valgrind, and gungraun-runner in the version of `Cargo.lock`. It
//! fails where a stage takes more than its budget and [`SLACK`] on top of it. Who makes a stage cheaper
//! writes the new count here; who makes it dearer says in the commit what it buys.

#![allow(
    missing_docs,
    reason = "the macros make public items of what is nobody's interface"
)]

use std::{hint::black_box, path::PathBuf};

use gffdb::{
    Loader,
    demo::Demo,
    gff::{Line, Record},
};
use gungraun::{
    Callgrind, EntryPoint, EventKind, LibraryBenchmarkConfig, library_benchmark,
    library_benchmark_group, main,
};
use tempfile::TempDir;

/// Genes of the made-up genome that is counted on.
const GENES: u64 = 500;

/// Its records.
const RECORDS: u64 = 11_309;

/// How much more than the budget may pass, in percent: another compiler's version counts otherwise.
const SLACK: u64 = 5;

/// Instructions per record.
mod budget {
    /// Nine columns found, and their numbers read.
    pub const PARSE: u64 = 1_300;
    /// All from the line to cells that can be inserted.
    pub const PROMOTION: u64 = 6_750;
    /// Of that, the proof: the line rendered from the cells and compared.
    pub const PROOF: u64 = 2_170;
    /// A row bound and inserted: mostly SQLite's.
    pub const BIND: u64 = 5_770;
}

/// Counts what happens within functions of that name, and fails above the budget.
fn within(function: &str, budget: u64) -> LibraryBenchmarkConfig {
    let most = budget * RECORDS * (100 + SLACK) / 100;
    let mut callgrind = Callgrind::default();
    callgrind
        .entry_point(EntryPoint::Custom(function.to_owned()))
        .hard_limits([(EventKind::Ir, most)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(callgrind);
    config
}

/// A file and a place for its database.
fn demo() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let written = Demo::new().genes(GENES).write(directory.path());
    let path = written.expect("a genome")[0].path.clone();
    (directory, path)
}

fn text() -> String {
    let (_directory, path) = demo();
    std::fs::read_to_string(path).expect("the genome")
}

#[inline(never)]
fn parse_lines(text: &str) -> u64 {
    let records = text.lines().filter(|line| match Line::of(line) {
        Line::Record(line) => black_box(Record::parse(line)).is_ok_and(|record| {
            black_box((record.start(), record.end(), record.phase()));
            true
        }),
        _ => false,
    });
    records.count() as u64
}

#[library_benchmark(config = within("*::parse_lines", budget::PARSE))]
#[bench::demo(setup = text)]
fn parse(text: String) {
    assert_eq!(parse_lines(&text), RECORDS);
}

#[library_benchmark(config = within("*RowBuilder*::add", budget::PROMOTION))]
#[bench::demo(setup = demo)]
fn promotion((_directory, path): (TempDir, PathBuf)) {
    dry_run(path);
}

fn dry_run(path: PathBuf) {
    let report = Loader::new("never.sqlite").threads(1).dry_run(path);
    assert_eq!(report.expect("records").records, RECORDS);
}

#[library_benchmark(config = within("*RowBuilder*::prove", budget::PROOF))]
#[bench::demo(setup = demo)]
fn proof((_directory, path): (TempDir, PathBuf)) {
    dry_run(path);
}

#[library_benchmark(config = within("*::RowInsert::insert*", budget::BIND))]
#[bench::demo(setup = demo)]
fn bind((directory, path): (TempDir, PathBuf)) {
    let goal = directory.path().join("demo.sqlite");
    let report = Loader::new(goal).threads(1).load(&[path]);
    assert_eq!(report.expect("records").datasets[0].records, RECORDS);
}

library_benchmark_group!(name = stages; benchmarks = parse, promotion, proof, bind);

main!(library_benchmark_groups = stages);
