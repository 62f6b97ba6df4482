//! What is not there, and what cannot be meant: one line each.

use super::workdir;

#[test]
fn what_is_not_found_is_said_and_counted() {
    let dir = workdir();
    dir.file("none.bed", "");
    for (args, expected) in [
        (
            &["--region", "1:1-9"][..],
            "gffdb: the database does not have the sequence 1 (did you mean chr1?)\n",
        ),
        (
            &["--id", "t1,nope,t1,no"],
            "gffdb: IDs: 3 asked, 1 found; not found: nope, no\n",
        ),
        (
            &["--name", "nobody"],
            "gffdb: names: 1 asked, 0 found; not found: nobody\n",
        ),
        (
            &["--name", "no*", "--name", "ABC?", "--glob", "--ignore-case"],
            "gffdb: names: 2 asked, 1 found; not found: no*\n",
        ),
        (
            &["--source", "X", "--source", "y", "--type", "exon"],
            "gffdb: no record has the source X; did you mean x?\n",
        ),
        (
            &["--source", "havana", "-f", "count"],
            "gffdb: no record has the source havana; there are x, y\n",
        ),
        (&["-R", "none.bed"], "gffdb: no regions in none.bed\n"),
        (
            &["-R", "none.bed", "--count"],
            "gffdb: no regions in none.bed\n",
        ),
    ] {
        let args = [&["query", "g.sqlite", "-o", "out.gff3"], args].concat();
        assert_eq!(dir.gffdb(&args).stderr(0), expected);
        assert_eq!(
            dir.gffdb([&args[..], &["--strict"]].concat()).stderr(1),
            expected
        );
    }
    assert_eq!(
        dir.gffdb([
            "query", "g.sqlite", "-f", "ids", "-o", "ids.txt", "--strict"
        ])
        .stderr(0),
        "gffdb: records left out of ids: 2, which have no ID\n"
    );
    dir.file("r.bed", "1\t0\t9\n1\t5\t9\nchr1\t0\t9\n");
    assert_eq!(
        dir.gffdb(["query", "g.sqlite", "-R", "r.bed", "-o", "out.gff3"])
            .stderr(0),
        "gffdb: 2 regions are on sequences that the database does not have: 1 (did you mean chr1?)\n"
    );
}

#[test]
fn what_cannot_be_meant_is_refused_in_one_line() {
    let dir = workdir();
    dir.file("bad.bed", "chr1\t0\t9\nchr1\tx\t9\n");
    for (args, expected) in [
        (
            &["--region", "chr1:9-8"][..],
            "region \"chr1:9-8\": start 9 is after end 8",
        ),
        (
            &["--region", "chr1:x"],
            "region \"chr1:x\": expected START-END, as in chr1:1,000-2,000, found \"x\"",
        ),
        (
            &["--type", "gen"],
            "no type \"gen\"; did you mean \"gene\"?",
        ),
        (
            &["--columns", "strt"],
            "no column or attribute \"strt\"; did you mean \"start\"?",
        ),
        (
            &["--dataset", "gene"],
            "no dataset \"gene\"; did you mean \"genes\"?",
        ),
        (
            &["--attr", "Notes=x"],
            "no attribute \"Notes\"; did you mean \"Note\"?",
        ),
        (
            &["--strand", "x"],
            "no strand \"x\"; the strands are +, -, ? and .",
        ),
        (
            &["--where", "strt > 5"],
            "--where \"strt > 5\": no such column: strt; did you mean start, or the attribute \
             attr(attributes, 'strt')?",
        ),
        (
            &["--where", "1) UNION SELECT (1"],
            "--where \"1) UNION SELECT (1\": expected an expression, found ')' without its '('",
        ),
        (
            &["--where", "1; DROP TABLE gff"],
            "--where \"1; DROP TABLE gff\": expected an expression, found ';'",
        ),
        (
            &["-R", "bad.bed"],
            "bad.bed:2: expected a whole number as chromStart, found \"x\"",
        ),
        (
            &["--columns", "ID", "--format", "bed"],
            "--columns works with tsv, csv, json, jsonl, table, vertical and markdown, not with bed",
        ),
        (
            &["--names", "ucsc"],
            "no names of style \"ucsc\", and no file of that name; `gffdb alias` fills in the names of \
             an assembly report",
        ),
        (
            &["-o", "g.sqlite"],
            "g.sqlite is the database itself; write the records to another file with -o",
        ),
    ] {
        let run = dir.gffdb([&["query", "g.sqlite"], args].concat());
        assert_eq!(run.stderr(2), format!("gffdb: {expected}\n"), "{args:?}");
    }
    dir.gffdb([
        "sql",
        "--write",
        "g.sqlite",
        "DROP VIEW link; DROP TABLE type_class",
    ])
    .stdout();
    for args in [
        &["query", "g.sqlite"][..],
        &["convert", "more.gff3", "-o", "g.sqlite", "--append"],
    ] {
        dir.file("more.gff3", "");
        assert_eq!(
            dir.gffdb(args).stderr(2),
            "gffdb: g.sqlite: it has no table \"type_class\"; `gffdb convert` makes a database that has it\n"
        );
    }
}
