//! `gffdb check`: what it prints and how it ends, and what it says of real files.

use std::{collections::BTreeMap, fs, io::Write};

use gffdb::check::{Checker, Severity};

use crate::{data, workdir::Workdir};

const BAD: &str = "##gff-version 3\n\
    sq0\t.\tgene\t1\t9\t.\t+\t.\tID=g0\n\
    sq0\t.\tnoodle\t1\t9\thigh\t+\t.\t.\n\
    sq0\t.\tgene\t9\t1\thigh\t+\t.\t.\n\
    sq0\t.\tgene\t11\t12\thigh\t+\t.\t.\n\
    sq0\t.\tgene\t13\t14\thigh\t+\t.\t.\n";
const GOOD: &str = "##gff-version 3\nsq0\t.\tgene\t1\t9\t.\t+\t.\tID=g0\n";

const BAD_SHOWN: &str = "\
bad.gff3:4: error [end-before-start] end 1 is before start 9
bad.gff3:3: error [score] expected a number or '.' as score, found \"high\"
bad.gff3:4: error [score] expected a number or '.' as score, found \"high\"
bad.gff3:5: error [score] expected a number or '.' as score, found \"high\"
… and 1 more [score]
bad.gff3:3: warning [type-unknown] expected a feature type of the Sequence Ontology, found \"noodle\"
5 errors, 1 warning, 0 info in 6 lines
";

/// Runs the program and returns its exit code and what it printed.
fn check(dir: &Workdir, args: &[&str]) -> (i32, String, String) {
    let mut all = vec!["check"];
    all.extend(args);
    let output = dir.gffdb(all).into_command().output().expect("it runs");
    (
        output.status.code().expect("an exit code"),
        String::from_utf8(output.stdout).expect("UTF-8"),
        String::from_utf8(output.stderr).expect("UTF-8"),
    )
}

#[test]
fn findings_are_grouped_bounded_and_counted() {
    let dir = Workdir::new();
    dir.file("bad.gff3", BAD);
    let (code, stdout, stderr) = check(&dir, &["bad.gff3"]);
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (1, BAD_SHOWN, ""));
}

#[test]
fn all_findings_come_line_by_line() {
    let dir = Workdir::new();
    dir.file("bad.gff3", BAD);
    let (code, stdout, _) = check(&dir, &["--all", "bad.gff3"]);
    let codes: Vec<_> = stdout
        .lines()
        .filter_map(|line| {
            let (place, rest) = line.split_once(": ")?;
            let (_, code) = rest.split_once('[')?;
            Some((place, code.split_once(']')?.0))
        })
        .collect();
    assert_eq!(
        codes,
        [
            ("bad.gff3:3", "type-unknown"),
            ("bad.gff3:3", "score"),
            ("bad.gff3:4", "end-before-start"),
            ("bad.gff3:4", "score"),
            ("bad.gff3:5", "score"),
            ("bad.gff3:6", "score"),
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn what_counts_as_bad_news_is_the_users_to_say() {
    let dir = Workdir::new();
    dir.file("good.gff3", GOOD);
    dir.file("warning.gff3", GOOD.replace("gene", "noodle"));
    dir.file("info.gff3", GOOD.to_owned() + ">sq0\nACGT\n");
    for (file, fail_on, expected) in [
        ("good.gff3", "info", 0),
        ("info.gff3", "info", 1),
        ("info.gff3", "warning", 0),
        ("warning.gff3", "warning", 1),
        ("warning.gff3", "error", 0),
    ] {
        let (code, ..) = check(&dir, &["--fail-on", fail_on, file]);
        assert_eq!(code, expected, "{file} {fail_on}");
    }
    let (_, stdout, _) = check(&dir, &["good.gff3", "info.gff3"]);
    assert!(stdout.ends_with("0 errors, 0 warnings, 1 info in 6 lines of 2 files\n"));
}

#[test]
fn json_has_findings_and_counts() {
    let dir = Workdir::new();
    dir.file("bad.gff3", BAD);
    dir.file("good.gff3", GOOD);
    let (_, stdout, _) = check(&dir, &["--json", "--all", "bad.gff3"]);
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(6));
    assert_eq!(
        json["findings"][2],
        serde_json::json!({
            "file": "bad.gff3", "line": 4, "severity": "error", "code": "end-before-start",
            "text": "end 1 is before start 9",
        })
    );
    assert_eq!(
        json["counts"],
        serde_json::json!({"error": 5, "warning": 1, "info": 0})
    );
    assert_eq!(json["codes"]["score"], 4);
    let (code, stdout, _) = check(&dir, &["--json", "good.gff3"]);
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, &json["findings"]), (0, &serde_json::json!([])));
}

#[test]
fn stdin_and_compressed_files_are_read_as_plain_ones() {
    let dir = Workdir::new();
    let run = dir.gffdb(["check", "-"]).stdin(BAD);
    let mut command = run.into_command();
    command.stdin(fs::File::open(dir.file("plain", BAD)).expect("a file"));
    let output = command.output().expect("it runs");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(stdout, BAD_SHOWN.replace("bad.gff3:", "-:"));

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(BAD.as_bytes()).expect("written");
    dir.file("bad.gff3", gzip.finish().expect("finished"));
    let (code, stdout, _) = check(&dir, &["bad.gff3"]);
    assert_eq!((code, stdout.as_str()), (1, BAD_SHOWN));
}

#[test]
fn a_database_is_checked_as_the_files_that_it_was_made_of() {
    let dir = Workdir::new();
    let file = dir.file("bad.gff3", BAD.replace("\t9\t1\t", "\t0\t1\t"));
    let other = dir.file("good.gff3", GOOD);
    let goal = dir.path("genes.sqlite");
    gffdb::Loader::new(&goal).load(&[&file]).expect("a load");
    let (code, of_file, _) = check(&dir, &["bad.gff3"]);
    let (_, of_database, _) = check(&dir, &["genes.sqlite"]);
    assert_eq!(code, 1);
    assert_eq!(of_database, of_file.replace("bad.gff3:", "genes.sqlite:"));
    let mut loader = gffdb::Loader::new(&goal);
    loader.existing(gffdb::Existing::Append);
    loader.load(&[&other]).expect("a load");
    let (_, stdout, _) = check(&dir, &["genes.sqlite"]);
    assert!(stdout.starts_with("genes.sqlite/bad:"), "{stdout}");
}

#[test]
fn a_file_that_cannot_be_read_is_exit_2_and_the_others_are_checked() {
    let dir = Workdir::new();
    dir.file("good.gff3", GOOD);
    let (code, stdout, stderr) = check(&dir, &["missing.gff3", "good.gff3"]);
    assert_eq!(code, 2);
    assert_eq!(
        stdout,
        "0 errors, 0 warnings, 0 info in 2 lines of 2 files\n"
    );
    assert!(
        stderr.starts_with("gffdb: missing.gff3: cannot open: "),
        "{stderr}"
    );
    assert_eq!(check(&dir, &[]).0, 2);
}

#[test]
fn every_code_is_listed_with_what_it_rests_on() {
    let dir = Workdir::new();
    let (code, stdout, _) = check(&dir, &["--codes"]);
    assert_eq!(code, 0);
    let expected = "error [column-count] a record does not have nine columns\n    GFF3, Description of the Format: ";
    assert!(stdout.starts_with(expected), "{stdout}");
    assert_eq!(
        stdout.lines().count(),
        2 * gffdb::check::codes::GENERAL.len()
    );
    let (_, stdout, _) = check(&dir, &["--codes", "--for", "vep"]);
    assert!(stdout.starts_with("error [vep-not-sorted] "), "{stdout}");
}

#[test]
fn the_made_up_genome_is_clean() {
    let dir = Workdir::new();
    gffdb::demo::Demo::new()
        .write(dir.path("demo"))
        .expect("a genome");
    let files = ["demo/demo.gff3", "demo/demo.gtf"];
    let (code, stdout, _) = check(&dir, &["--fail-on", "warning", files[0], files[1]]);
    assert_eq!(code, 0, "{stdout}");
}

/// Files on which we and `gt gff3validator` do not agree, each with the reason.
const DISAGREEMENTS: [(&str, &str); 3] = [
    (
        "gt_gff3_phases2.gff3",
        "phase 0 one base after the part before it: a programmed frameshift is written so, and gt \
         knows none",
    ),
    (
        "gt_gff3_test_27.gff3",
        "##sequence-region after the first record: gt reads in one pass and needs it before, the \
         specification does not say so; here it is a warning",
    ),
    (
        "sequence_region_negative_start.gff3",
        "##sequence-region begins at -1: gt warns and takes 1; coordinates are positive, the specification says",
    ),
];

#[test]
fn the_verdict_is_that_of_gff3validator() {
    let Some(folder) = data::shared("quirks/genometools") else {
        return;
    };
    let table = fs::read_to_string("tests/peers/gff3validator_verdicts.tsv").expect("the table");
    let mut disagreements = Vec::new();
    let mut checked = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (name, verdict) = line.split_once('\t').expect("two columns");
        let report = Checker::new().check(&folder.join(name)).expect(name);
        let ours = match report.counts().of(Severity::Error) {
            0 => "valid",
            _ => "invalid",
        };
        if ours != verdict {
            disagreements.push(name);
        }
        checked += 1;
    }
    assert!(checked > 90, "{checked} files");
    assert!(DISAGREEMENTS.len() * 100 <= checked * 3, "{checked} files");
    assert_eq!(disagreements, DISAGREEMENTS.map(|(name, _)| name));
}

#[test]
fn the_handmade_files_have_the_findings_that_their_names_say() {
    let expected: BTreeMap<&str, &[(&str, u64)]> = BTreeMap::from([
        ("dup.gff3", &[("id-sequence", 2)][..]),
        ("fasta_implied.gff3", &[("fasta-implied", 1)]),
        ("latin1.gff3", &[("not-utf8", 1)]),
    ]);
    for entry in fs::read_dir(data::own("handmade")).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name");
        let counts = Checker::new().check(&path).expect(name).counts();
        let found: Vec<_> = counts.codes.iter().map(|(c, n)| (c.name, *n)).collect();
        let expected = expected.get(name).copied().unwrap_or_default();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn whole_files_of_the_large_projects_have_no_errors() {
    let Some(folder) = data::shared("whole") else {
        return;
    };
    for name in [
        "encode.known_genes.gff3",
        "ensembl.GRCh38.104.head.gff3",
        "gencode.v41.head.gff3",
        "isoseq.uhr.chr22.gtf",
        "maker.au9.sync.gff3",
        "plasmodb.54.pf3d7.head.gff3",
        "sgd.yeast.chr1+2.gff3",
    ] {
        let report = Checker::new().check(&folder.join(name)).expect(name);
        assert_eq!(report.counts().of(Severity::Error), 0, "{name}");
    }
}
