//! `-o FILE`: the old file or the new one, whatever happens, and compressed where its name says so.

use std::{fs, io::Read};

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
chr1\t.\tgene\t1000\t2000\t.\t+\t.\tID=g1
chr1\t.\tmRNA\t1000\t2000\t.\t+\t.\tID=t1;Parent=g1
chr1\t.\texon\t1000\t1500\t.\t+\t.\tID=e1;Parent=t1
";

/// A condition that SQLite can answer for the first two records only.
const FAILS: &str = "iif(record_id > 2, abs(-9223372036854775807 - 1), 1)";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.gffdb(["convert", "genes.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    dir
}

#[test]
fn an_answer_that_breaks_off_leaves_the_old_file() {
    let dir = workdir();
    dir.file("regions.bed", "chr1\t999\t1200\nchr1\t5\tx\n");
    dir.file("wide.bed", "chr1\t999\t1200\ta\nchr1\t999\t1200\ta\tb\n");
    let sql = format!("SELECT ID FROM gff WHERE {FAILS} ORDER BY record_id");
    let twice = "SELECT 1; SELECT no_such_column FROM gff";
    for (name, args) in [
        ("a.gff3", vec!["query", "--where", FAILS]),
        ("a.gff3.gz", vec!["query", "--where", FAILS]),
        ("a.bed", vec!["query", "--where", FAILS]),
        ("a.tsv", vec!["query", "--where", FAILS, "--with", "family"]),
        (
            "a.txt",
            vec!["query", "--where", FAILS, "--format", "count"],
        ),
        ("a.txt", vec!["query", "-R", "regions.bed", "--count"]),
        ("a.tsv", vec!["query", "-R", "wide.bed", "--with-query"]),
        ("a.tsv", vec!["sql", sql.as_str()]),
        ("a.csv", vec!["sql", twice]),
    ] {
        let old = dir.file(name, "old");
        let mut args = args;
        args.insert(1, "genes.sqlite");
        args.extend(["-o", name]);
        dir.gffdb(&args).stderr(2);
        assert_eq!(dir.read(name), "old", "{args:?}");
        fs::remove_file(old).expect("it is there");
        let names = dir.names();
        let left = names.iter().find(|name| name.ends_with(".building"));
        assert_eq!(left, None, "{args:?}");
    }
}

#[test]
fn what_ends_in_gz_is_compressed() {
    let dir = workdir();
    let query = "SELECT ID, start FROM gff WHERE type = 'gene'";
    for (args, plain, compressed) in [
        (vec!["query", "--type", "gene"], "a.gff3", "a.gff3.gz"),
        (vec!["query", "--type", "gene"], "a.bed", "a.bed.bgz"),
        (vec!["sql", query], "b.csv", "b.csv.gz"),
        (vec!["sql", query], "b.jsonl", "b.jsonl.GZ"),
    ] {
        for name in [plain, compressed] {
            let mut args = args.clone();
            args.insert(1, "genes.sqlite");
            args.extend(["-o", name]);
            assert_eq!(dir.gffdb(&args).stdout(), "");
        }
        let bytes = fs::read(dir.path(compressed)).expect("a file");
        let mut text = String::new();
        noodles_bgzf::io::Reader::new(bytes.as_slice())
            .read_to_string(&mut text)
            .expect("BGZF");
        assert_eq!(text, dir.read(plain), "{compressed}");
        assert!(!text.is_empty(), "{compressed}");
    }
    for command in ["query", "sql"] {
        let mut args = vec![command, "genes.sqlite", "-o", "a.tsv.zst"];
        if command == "sql" {
            args.push("SELECT 1");
        }
        let said = dir.gffdb(args).stderr(2);
        assert!(
            said.contains("a.tsv.zst: .zst is not written; name a file that ends in .gz"),
            "{said}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_in_every_format() {
    let dir = Workdir::new();
    gffdb::demo::Demo::new()
        .genes(200)
        .write(dir.path(""))
        .expect("a demo");
    dir.gffdb(["convert", "demo.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    for name in ["full.gff3", "full.gff3.gz"] {
        std::os::unix::fs::symlink("/dev/full", dir.path(name)).expect("a link");
    }
    let records = [
        "gff3", "gtf", "bed", "bed12", "tsv", "csv", "json", "jsonl", "table", "markdown", "ids",
        "count",
    ];
    let rows = ["tsv", "csv", "json", "jsonl", "table", "markdown"];
    let query = records.map(|format| ["query", "genes.sqlite", "--format", format].to_vec());
    let select = "SELECT * FROM gff";
    let sql = rows.map(|format| ["sql", "genes.sqlite", select, "--format", format].to_vec());
    let export = [vec!["export", "genes.sqlite"]];
    let per_region = [
        vec!["query", "genes.sqlite", "-R", "demo.bed", "--count"],
        vec![
            "query",
            "genes.sqlite",
            "-R",
            "demo.bed",
            "--with-query",
            "--format",
            "csv",
        ],
    ];
    for args in query.iter().chain(&sql).chain(&export).chain(&per_region) {
        for name in ["full.gff3", "full.gff3.gz"] {
            let said = dir.gffdb(args.iter().chain(&["-o", name])).stderr(2);
            let expected = format!("gffdb: {name}: no space left on the disk; ");
            assert!(said.starts_with(&expected), "{args:?}: {said}");
        }
    }
}
