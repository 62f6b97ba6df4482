//! Flags that several commands share: -q, -v, -f, --json, --no-header; and SOURCE_DATE_EPOCH.

use serde_json::Value;

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
s\tx\tgene\t1\t9\t.\t+\t.\tID=g1;Name=n
s\tx\tmRNA\t1\t9\t.\t+\t.\tID=t1;Parent=g1
s\tx\texon\t1\t9\t2.x\t+\t.\tParent=t1
";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("g.gff3", GENES);
    dir.gffdb(["convert", "g.gff3", "-o", "g.sqlite", "-q"])
        .stdout();
    dir
}

#[test]
fn quiet_says_nothing_and_verbose_says_what_it_took() {
    let dir = workdir();
    let query = ["query", "g.sqlite", "--id", "none", "--count"];
    assert!(dir.gffdb(query).both().1.contains("not found: none"));
    assert_eq!(
        dir.gffdb(query.iter().chain(&["-q"])).both(),
        (String::from("0\n"), String::new())
    );
    assert_eq!(dir.gffdb([&["--quiet"], &query[..]].concat()).both().1, "");
    // Why it failed is said all the same.
    let failed = dir.gffdb(["query", "no.sqlite", "-q"]).stderr(2);
    assert!(failed.contains("no.sqlite"), "{failed}");
    for command in [
        &["query", "g.sqlite", "--count"][..],
        &["info", "g.sqlite"],
        &["verify", "g.sqlite"],
        &["sql", "g.sqlite", "SELECT 1"],
        &["check", "g.gff3"],
    ] {
        let (_, said) = dir.gffdb(command.iter().chain(&["-v"])).all();
        let last = said.lines().last().unwrap_or_default().to_owned();
        let is_time = last.starts_with("gffdb: ") && last.contains(" s");
        assert!(is_time, "{command:?}: {last}");
        if cfg!(target_os = "linux") {
            assert!(last.ends_with("iB peak memory"), "{last}");
        }
    }
    dir.gffdb(["query", "g.sqlite", "-q", "-v"]).stderr(2);
}

#[test]
fn what_was_done_is_one_json_object() {
    let dir = workdir();
    let convert = [
        "convert",
        "g.gff3",
        "-o",
        "j.sqlite",
        "--promote",
        "Name,nope",
    ];
    let (text, said) = dir.gffdb(convert.iter().chain(&["--json"])).both();
    assert_eq!(said, "gffdb: no record has the key nope\n");
    let mut object: Value = serde_json::from_str(&text).expect("JSON");
    for key in ["seconds", "database_bytes", "peak_memory_bytes"] {
        let number = object[key].take();
        assert!(number.as_f64() > Some(0.0), "{key}: {number}");
    }
    let expected = serde_json::json!({
        "database": "j.sqlite",
        "datasets": [{
            "dataset": "g", "lines": 4, "records": 3, "lines_skipped": 0, "bytes": GENES.len(),
            "cut_off": null,
        }],
        "bytes": GENES.len(),
        "seconds": null,
        "database_bytes": null,
        "peak_memory_bytes": null,
        "promoted": ["ID", "Parent", "Name", "nope"],
        "keys_missing": ["nope"],
        "inferred": {},
        "issues": [{"code": "score-not-a-number", "severity": "warning", "count": 1}],
    });
    assert_eq!(object, expected);
    let verify = ["verify", "j.sqlite", "--json"];
    let text = dir.gffdb(verify).stdout();
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(object["good"], true);
    assert_eq!(object["datasets"][0]["identical"], true);
    assert_eq!(object["integrity_check"], serde_json::json!([]));
    dir.gffdb(["sql", "j.sqlite", "--write", "UPDATE gff SET start = 2"])
        .stdout();
    let (code, text) = dir.gffdb(verify).ended();
    let object: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((code, &object["good"]), (1, &Value::Bool(false)));
    assert_eq!(object["datasets"][0]["identical"], false);
}

#[test]
fn the_names_of_columns_are_left_out_where_that_is_asked_for() {
    let dir = workdir();
    let sql = "SELECT seqid, start - 1, \"end\", ID FROM gff WHERE type = 'gene'";
    for (args, expected) in [
        (&["-f", "csv"][..], "seqid,start - 1,end,ID\ns,0,9,g1\n"),
        (&["-f", "csv", "--no-header"], "s,0,9,g1\n"),
        (&["--no-header"], "s\t0\t9\tg1\n"),
        (
            &["-f", "jsonl", "--no-header"],
            "{\"seqid\":\"s\",\"start - 1\":0,\"end\":9,\"ID\":\"g1\"}\n",
        ),
    ] {
        let ask = ["sql", "g.sqlite", sql];
        assert_eq!(
            dir.gffdb(ask.iter().chain(args)).stdout(),
            expected,
            "{args:?}"
        );
    }
    let columns = ["query", "g.sqlite", "--type", "gene", "-c", "ID,start"];
    assert_eq!(dir.gffdb(columns).stdout(), "ID\tstart\ng1\t1\n");
    let bare = columns.iter().chain(&["--no-header"]);
    assert_eq!(dir.gffdb(bare).stdout(), "g1\t1\n");
    // BED has no header.
    for (args, expected) in [
        (&["-o", "a.bed"][..], "s\t0\t9\tg1\n"),
        (
            &["-o", "a.bed", "-f", "tsv"],
            "seqid\tstart - 1\tend\tID\ns\t0\t9\tg1\n",
        ),
    ] {
        let ask = ["sql", "g.sqlite", sql];
        assert_eq!(dir.gffdb(ask.iter().chain(args)).stdout(), "");
        let bed = std::fs::read_to_string(dir.path("a.bed")).expect("a file");
        assert_eq!(bed, expected, "{args:?}");
    }
}

#[test]
fn the_same_file_and_time_give_the_same_bytes() {
    let dir = workdir();
    let convert = |name: &str, time: Option<&str>| {
        let run = dir.gffdb(["convert", "g.gff3", "--force", "-q", "-o", name]);
        match time {
            Some(time) => run.env("SOURCE_DATE_EPOCH", time),
            None => run,
        }
    };
    let load = |name: &str, time: &str| {
        convert(name, Some(time)).stdout();
        std::fs::read(dir.path(name)).expect("a database")
    };
    let first = load("a.sqlite", "1000000000");
    assert!(first == load("b.sqlite", "1000000000"));
    assert!(first != load("c.sqlite", "1000000001"));
    // Indexes of some pages, which threads would write in turn.
    dir.gffdb(["demo", "demo", "--genes", "800", "-q"]).both();
    let large = |name: &str| {
        let run = dir.gffdb(["convert", "demo/demo.gff3", "--force", "-q", "-o", name]);
        run.env("SOURCE_DATE_EPOCH", "1000000000").stdout();
        std::fs::read(dir.path(name)).expect("a database")
    };
    let first_of_large = large("large.sqlite");
    assert!((0..8).all(|_| large("large.sqlite") == first_of_large));
    let sql = [
        "sql",
        "a.sqlite",
        "--no-header",
        "SELECT loaded_at FROM dataset",
    ];
    assert_eq!(dir.gffdb(sql).stdout(), "2001-09-09T01:46:40Z\n");
    assert_eq!(
        convert("d.sqlite", Some("today")).stderr(2),
        "gffdb: SOURCE_DATE_EPOCH: expected seconds since 1970, found \"today\"\n"
    );
    assert!(!dir.path("d.sqlite").exists());
}

#[test]
fn strict_refuses_what_check_calls_an_error() {
    let dir = workdir();
    dir.file(
        "bad.gff3",
        format!("{GENES}s\tx\tCDS\t9\t1\t.\t+\t.\tParent=t1\n"),
    );
    let convert = ["convert", "bad.gff3", "-o", "bad.sqlite"];
    let said = dir.gffdb(convert.iter().chain(&["--strict"])).stderr(2);
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("bad.gff3:5: error [")),
        "{said}"
    );
    let last = lines.last().copied().unwrap_or_default();
    assert!(
        last.starts_with("gffdb: bad.gff3: errors, as gffdb check finds them: "),
        "{said}"
    );
    assert!(!dir.path("bad.sqlite").exists());
    assert!(dir.gffdb(convert).stderr(0).contains("4 records"));
    dir.file("good.gff3", GENES.replace("2.x", "."));
    let good = [
        "convert",
        "good.gff3",
        "-o",
        "good.sqlite",
        "--strict",
        "-q",
    ];
    dir.gffdb(good).stdout();
    let said = dir
        .gffdb(["convert", "-", "-o", "x.sqlite", "--strict"])
        .stderr(2);
    assert!(said.contains("--strict reads a file twice"), "{said}");
}
