//! Lines with very many attributes take as long as their length says.

use std::time::{Duration, Instant};

use crate::workdir::Workdir;

/// Attributes in all, on one line or on a hundred.
const ATTRIBUTES: usize = 60_000;

type Attribute = fn(usize) -> String;

/// How one attribute is written, by the number that makes its key.
const SPELLINGS: [(&str, &str, Attribute); 6] = [
    ("keys", "gff3", |n| format!("k{n}=v;")),
    ("escaped", "gff3", |n| format!("k{n}=v%2Cw; ")),
    ("repeated", "gff3", |n| format!("k{n}=v;ID=a;")),
    ("quoted", "gtf", |n| format!("k{n} \"v\"; ")),
    ("no semicolon", "gtf", |n| format!("k{n} \"v\" ")),
    ("no closing quote", "gtf", |n| format!("k{n} \"v; ")),
];

/// Writes a file of as many attributes on `lines` lines.
fn file(dir: &Workdir, name: &str, lines: usize, attribute: Attribute) {
    let mut text = String::new();
    for line in 0..lines {
        text += "sq0\t.\texon\t1\t9\t.\t+\t.\t";
        for n in 0..ATTRIBUTES / lines {
            // Other keys on each line, so that there are as many in all.
            text += &attribute(line * ATTRIBUTES / lines + n);
        }
        text += "\n";
    }
    dir.file(name, text);
}

/// Runs every command that reads attributes; returns how long each took.
fn run(dir: &Workdir, file: &str) -> Vec<(String, Duration)> {
    let database = format!("{file}.sqlite");
    let convert = ["convert", file, "--force", "-q", "-o"];
    let commands = [
        [&convert[..], &["all.sqlite", "--promote", "all"]].concat(),
        [&convert[..], &[&database, "--values", "k5"]].concat(),
        vec!["verify", &database],
        vec!["query", &database, "--format", "gff3"],
        vec!["query", &database, "--format", "gtf"],
        vec!["query", &database, "--format", "jsonl"],
        vec!["query", &database, "--attr", "none=v"],
        vec!["check", file],
        vec!["check", "--for", "vep", file],
    ];
    commands
        .iter()
        .map(|args| {
            let began = Instant::now();
            let output = dir.gffdb(args).into_command().output().expect("it runs");
            let code = output.status.code();
            assert!(code.is_some_and(|code| code <= 2), "{args:?}: {output:?}");
            (args.join(" "), began.elapsed())
        })
        .collect()
}

#[test]
fn many_attributes_on_one_line_take_as_long_as_on_many_lines() {
    let dir = Workdir::new();
    for (what, ending, attribute) in SPELLINGS {
        let names = ["one", "many"].map(|name| format!("{name}.{ending}"));
        for (name, lines) in names.iter().zip([1, 100]) {
            file(&dir, name, lines, attribute);
        }
        let [one, many] = names.map(|name| run(&dir, &name));
        for ((command, one), (_, many)) in one.into_iter().zip(many) {
            // Quadratic would be a hundred times as long.
            let most = 8 * many + Duration::from_secs(2);
            assert!(one < most, "{what}: {command}: {one:?}, not {many:?}");
        }
    }
}
