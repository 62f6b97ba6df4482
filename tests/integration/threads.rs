//! However many threads are asked for, and whether or not the system lets them start.

use std::process::Stdio;

use crate::{
    reread,
    workdir::{Workdir, bgzf},
};

/// More records than a query reads on one thread, and more keys than are sorted at once.
const GENES: usize = 60_000;

fn genes() -> String {
    let mut text = String::from("##gff-version 3\n");
    for n in 1..=GENES {
        text += &format!("sq0\tNOODLES\tgene\t{n}\t{n}\t.\t+\t.\tID=gene{n:040}\n");
    }
    text
}

/// Runs a command that must go well, and returns what it writes; where `alone`, a thread would need a
/// stack larger than any memory, so that none but the first can start.
#[track_caller]
fn run(dir: &Workdir, args: &[&str], alone: bool) -> String {
    let mut command = dir.gffdb(args).into_command();
    if alone {
        command.env("RUST_MIN_STACK", (1_u64 << 46).to_string());
    }
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (out, said) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{args:?}: {said}");
    assert_eq!(said, "", "{args:?}");
    out
}

#[test]
#[cfg(target_os = "linux")]
fn every_command_does_without_threads_that_cannot_start() {
    let dir = Workdir::new();
    dir.file("genes.gff3", genes());
    dir.file("genes.gff3.gz", bgzf(&genes()));
    let convert = ["convert", "genes.gff3.gz", "-q", "--memory", "16M", "-o"];
    for (goal, alone) in [("with.sqlite", false), ("alone.sqlite", true)] {
        run(&dir, &[&convert[..], &[goal]].concat(), alone);
    }
    let dump = |name| reread::dump(&reread::open(&dir.path(name)));
    assert!(dump("with.sqlite") == dump("alone.sqlite"));
    for args in [
        &["verify", "with.sqlite"][..],
        &["verify", "with.sqlite", "genes.gff3.gz"],
        &["check", "genes.gff3.gz"],
        &["info", "with.sqlite"],
        &["export", "with.sqlite"],
        &["query", "with.sqlite", "--format", "gff3"],
        &["query", "with.sqlite", "--format", "bed"],
        &["query", "with.sqlite", "--format", "ids"],
        &[
            "query",
            "with.sqlite",
            "--type",
            "gene",
            "--format",
            "count",
        ],
        &["sql", "with.sqlite", "SELECT count(*), max(ID) FROM gff"],
    ] {
        let with = run(&dir, args, false);
        assert!(
            !with.is_empty() && with == run(&dir, args, true),
            "{args:?}"
        );
    }
    for args in [
        &["export", "with.sqlite"][..],
        &["query", "with.sqlite", "--format", "gff3"],
        &["sql", "with.sqlite", "SELECT ID FROM gff"],
    ] {
        let with = run(&dir, args, false);
        assert_eq!(run(&dir, &[args, &["-o", "out"]].concat(), true), "");
        assert!(with == dir.read("out"), "{args:?}");
    }
    let insert = "INSERT INTO alias VALUES ('sq0', 'chr0', 'ucsc')";
    run(&dir, &["sql", "--write", "with.sqlite", insert], true);
}

#[test]
fn more_threads_than_can_be_of_use_take_no_more_memory() {
    let dir = Workdir::new();
    dir.file("genes.gff3.gz", bgzf(&genes()));
    for threads in ["1", "3", "4096", "65535"] {
        let args = ["convert", "genes.gff3.gz", "-o", "genes.sqlite", "--force"];
        let said = dir
            .gffdb(args.iter().chain(&["--threads", threads]))
            .stderr(0);
        let (before, _) = said.split_once(" MiB peak memory").expect("a peak");
        let peak = before.rsplit(' ').next().and_then(|n| n.parse().ok());
        let peak: f64 = peak.expect("a number");
        assert!(peak < 64.0, "{threads}: {said}");
    }
}
