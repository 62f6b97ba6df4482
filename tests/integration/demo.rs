//! `gffdb demo`: what it prints, and when it refuses.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

fn gffdb(directory: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gffdb"));
    command.current_dir(directory).arg("demo").args(arguments);
    command
}

#[test]
fn the_files_are_listed_with_their_sizes() {
    let directory = TempDir::new().unwrap();
    let run = gffdb(&directory, &["a/b", "--genes", "3"]).assert();
    let output = run.success().stderr("").get_output().stdout.clone();
    let names = ["demo.gff3", "demo.gtf", "demo.fa", "demo.vcf", "demo.bed"];
    let expected: String = names
        .iter()
        .map(|name| {
            let path = directory.path().join("a/b").join(name);
            let bytes = fs::metadata(path).unwrap().len();
            format!("a/b/{name}\t{bytes} bytes\n")
        })
        .collect();
    assert_eq!(String::from_utf8(output).unwrap(), expected);
}

#[test]
fn a_second_run_needs_force() {
    let directory = TempDir::new().unwrap();
    gffdb(&directory, &["."]).assert().success();
    let expected = "gffdb: ./demo.gff3 already exists; use --force to overwrite it\n";
    let run = gffdb(&directory, &[".", "--seed", "2"]).assert();
    run.code(2).stdout("").stderr(expected);
    let before = fs::read(directory.path().join("demo.gff3")).unwrap();
    let run = gffdb(&directory, &[".", "--seed", "2", "--force"]).assert();
    run.success();
    let after = fs::read(directory.path().join("demo.gff3")).unwrap();
    assert_ne!(before, after);
}

#[test]
fn counts_out_of_range_are_a_usage_error() {
    let directory = TempDir::new().unwrap();
    for genes in ["0", "100001", "-1", "many"] {
        let run = gffdb(&directory, &[".", "--genes", genes]).assert();
        run.code(2).stdout("");
    }
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}
