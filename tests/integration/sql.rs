//! `gffdb sql`.

mod functions;

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use rusqlite::Connection;

use crate::workdir::Workdir;

/// An endless result.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    let connection = Connection::open(dir.path("genes.sqlite")).expect("a database");
    connection
        .execute_batch(
            "CREATE TABLE gff (seqid TEXT, type TEXT, start INTEGER, ID TEXT, attributes TEXT);
             INSERT INTO gff VALUES
                 ('chr1', 'gene', 1000, 'g1', 'Name=abc;tag=basic,CCDS;Note=a%2Cb'),
                 ('chr1', 'mRNA', 1000, 't1', NULL),
                 ('chr2', 'gene', 500, NULL, 'gene_id \"x;y\"; tag \"one\"; tag \"two\"');",
        )
        .expect("rows");
    dir
}

/// Runs the SQL and returns its rows.
#[track_caller]
fn tsv(sql: &str) -> String {
    workdir().gffdb(["sql", "genes.sqlite", sql]).stdout()
}

#[test]
fn off_a_terminal_rows_are_tsv() {
    assert_eq!(
        tsv("SELECT type, COUNT(*) AS n FROM gff GROUP BY type; SELECT ID FROM gff ORDER BY start"),
        "type\tn\ngene\t2\nmRNA\t1\nID\n\ng1\nt1\n"
    );
}

#[test]
fn attributes_are_decoded() {
    assert_eq!(
        tsv(
            "SELECT attr(attributes, 'Note') AS note, attr(attributes, 'gene_id') AS gene, \
                attr_all(attributes, 'tag') AS tags FROM gff"
        ),
        "note\tgene\ttags\na,b\t\t[\"basic\",\"CCDS\"]\n\t\t[]\n\tx;y\t[\"one\",\"two\"]\n"
    );
}

#[test]
fn every_format_is_written() {
    let dir = workdir();
    for (format, expected) in [
        (
            "table",
            "type  start\n----  -----\ngene   1000\nmRNA   1000\n",
        ),
        (
            "vertical",
            "type   gene\nstart  1000\n\ntype   mRNA\nstart  1000\n",
        ),
        ("csv", "type,start\ngene,1000\nmRNA,1000\n"),
        ("tsv", "type\tstart\ngene\t1000\nmRNA\t1000\n"),
        (
            "json",
            "[{\"type\":\"gene\",\"start\":1000},\n{\"type\":\"mRNA\",\"start\":1000}]\n",
        ),
        (
            "jsonl",
            "{\"type\":\"gene\",\"start\":1000}\n{\"type\":\"mRNA\",\"start\":1000}\n",
        ),
        (
            "markdown",
            "| type | start |\n| --- | --- |\n| gene | 1000 |\n| mRNA | 1000 |\n",
        ),
    ] {
        let sql = "SELECT type, start FROM gff WHERE seqid = 'chr1'";
        let run = dir.gffdb(["sql", "genes.sqlite", sql, "--format", format]);
        assert_eq!(run.stdout(), expected);
    }
}

#[test]
fn sql_comes_from_standard_input_too() {
    let dir = workdir();
    for args in [
        vec!["sql", "genes.sqlite"],
        vec!["sql", "genes.sqlite", "-"],
    ] {
        let run = dir.gffdb(&args).stdin("SELECT 1 AS a;\nSELECT 2 AS b;\n");
        assert_eq!(run.stdout(), "a\n1\nb\n2\n");
        assert_eq!(dir.gffdb(&args).stdout(), "");
        assert_eq!(
            dir.gffdb(&args).stdin(b"SELECT '\xff'").stderr(2),
            "gffdb: -: expected SQL in UTF-8, found another byte at offset 8\n"
        );
    }
}

#[test]
fn parameters_are_bound() {
    let dir = workdir();
    let sql = "SELECT ID FROM gff WHERE start = :start AND type = @type";
    let run = |args: &[&str]| dir.gffdb([&["sql", "genes.sqlite", sql], args].concat());
    let start = ["--parameter", "start=1000"];
    let both = [&start[..], &["--parameter", "@type=mRNA"]].concat();
    assert_eq!(run(&both).stdout(), "ID\nt1\n");
    assert_eq!(
        run(&start).stderr(2),
        "gffdb: parameter type has no value; give it one with --parameter type=VALUE\n"
    );
}

#[test]
fn rows_go_to_a_file_in_the_format_of_its_name() {
    let dir = workdir();
    let sql = "SELECT type FROM gff LIMIT 1";
    for (name, expected) in [
        ("rows.csv", "type\ngene\n"),
        ("rows.json", "[{\"type\":\"gene\"}]\n"),
        ("rows", "type\ngene\n"),
    ] {
        let run = dir.gffdb(["sql", "genes.sqlite", sql, "-o", name]);
        assert_eq!(run.stdout(), "");
        assert_eq!(dir.read(name), expected);
    }
    let error = dir.gffdb(["sql", "genes.sqlite", "SELECT x", "-o", "rows.csv"]);
    assert_eq!(
        error.stderr(2),
        "gffdb: genes.sqlite: no such column: x\n  in: SELECT x\n"
    );
    assert_eq!(dir.read("rows.csv"), "type\ngene\n");

    let nothing = dir.gffdb(["sql", "genes.sqlite", "", "-o", "rows.csv"]);
    assert_eq!(nothing.stdout(), "");
    assert_eq!(dir.read("rows.csv"), "");

    let itself = dir.gffdb(["sql", "genes.sqlite", sql, "-o", "./genes.sqlite"]);
    assert_eq!(
        itself.stderr(2),
        "gffdb: ./genes.sqlite is the database itself; write the rows to another file with -o\n"
    );
    assert_eq!(
        dir.gffdb(["sql", "genes.sqlite", sql, "-o", "no/rows"])
            .stderr(2),
        "gffdb: no/rows: cannot write: No such file or directory (os error 2)\n"
    );
}

#[test]
fn only_write_changes_the_database() {
    let dir = workdir();
    let change = "UPDATE gff SET ID = 'g2' WHERE ID IS NULL";
    let count = "SELECT COUNT(*) AS n FROM gff WHERE ID = 'g2'";
    assert_eq!(
        dir.gffdb(["sql", "genes.sqlite", change]).stderr(2),
        format!(
            "gffdb: genes.sqlite: attempt to write a readonly database; the database is open \
             read-only; use --write to change it\n  in: {change}\n"
        )
    );
    assert_eq!(dir.gffdb(["sql", "genes.sqlite", count]).stdout(), "n\n0\n");
    assert_eq!(
        dir.gffdb(["sql", "--write", "genes.sqlite", change])
            .stdout(),
        ""
    );
    assert_eq!(dir.gffdb(["sql", "genes.sqlite", count]).stdout(), "n\n1\n");

    let open = dir.gffdb(["sql", "--write", "genes.sqlite", "BEGIN; DELETE FROM gff"]);
    assert_eq!(
        open.stderr(2),
        "gffdb: the last transaction was not ended, so what it did is undone; \
         end it with COMMIT\n"
    );
    assert_eq!(dir.gffdb(["sql", "genes.sqlite", count]).stdout(), "n\n1\n");
    assert_eq!(dir.names(), ["genes.sqlite"]);
}

#[test]
fn what_is_no_database_is_refused_in_one_line() {
    let dir = workdir();
    dir.file(
        "genes.gff3",
        "##gff-version 3\nchr1\t.\tgene\t1\t9\t.\t+\t.\tID=g\n",
    );
    dir.file("empty", "");
    let convert = "`gffdb convert` makes";
    for (name, expected) in [
        (
            "genes.gff3",
            format!("not a database; {convert} one from a GFF3 or GTF file"),
        ),
        (
            "empty",
            format!("an empty file; {convert} a database from a GFF3 or GTF file"),
        ),
        (".", String::from("a directory; expected a database file")),
        (
            "none.sqlite",
            String::from("cannot open: No such file or directory (os error 2)"),
        ),
    ] {
        for write in [None, Some("--write")] {
            let args = ["sql", name, "SELECT 1"].into_iter().chain(write);
            assert_eq!(
                dir.gffdb(args).stderr(2),
                format!("gffdb: {name}: {expected}\n")
            );
        }
    }
    assert_eq!(dir.names(), ["empty", "genes.gff3", "genes.sqlite"]);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let dir = workdir();
    for format in [
        "table", "vertical", "csv", "tsv", "json", "jsonl", "markdown",
    ] {
        let mut child = dir
            .gffdb(["sql", "genes.sqlite", ENDLESS, "--format", format])
            .into_command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut some = [0; 1000];
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut some).expect("rows");
        drop(stdout);
        let output = child.wait_with_output().expect("the program ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[test]
fn the_first_row_is_out_before_the_last_one_is_there() {
    let dir = workdir();
    // The second row never comes.
    let sql = format!("SELECT 1 AS a UNION ALL SELECT * FROM ({ENDLESS}) WHERE i < 0");
    let mut child = dir
        .gffdb(["sql", "genes.sqlite", &sql])
        .into_command()
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = child.stdout.take().expect("a pipe");
    let first: Vec<_> = BufReader::new(stdout).lines().take(2).flatten().collect();
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
    assert_eq!(first, ["a", "1"]);
}
