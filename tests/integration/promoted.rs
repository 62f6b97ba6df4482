//! Keys that are words of our SQL, or of anybody's: promoted, they change no answer.

// Files, and all that may be asked of them.
mod questions;
// The words that keys may be called.
mod words;

use std::{fmt::Write as _, fs, path::Path};

use rusqlite::Connection;

use self::{
    questions::{EDITS, GFF3, GTF, QUESTIONS},
    words::words,
};
use crate::workdir::Workdir;

/// Keys that are promoted together, beside those of the files themselves.
const BATCH: usize = 190;

/// Longer than any word, so that no column of a table is as wide as its name.
const VALUE: &str = "a-value-that-is-longer-than-any-word-of-the-SQL-or-the-code";

/// The columns that a key cannot be, and from `id` on the keys of the files themselves, in lower case.
const TAKEN: [&str; 23] = [
    "rowid",
    "oid",
    "_rowid_",
    "record_id",
    "dataset",
    "seqid",
    "source",
    "type",
    "start",
    "end",
    "score",
    "strand",
    "phase",
    "layout",
    "attributes",
    "id",
    "parent",
    "gene_id",
    "transcript_id",
    "locus_tag",
    "tag",
    "exon_number",
    "is_circular",
];

/// Returns a file whose records have these keys too, each with the same value.
fn with_keys(text: &str, keys: &[String]) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let is_record = line.contains('\t');
        out.push_str(line);
        for (i, key) in keys.iter().enumerate().filter(|_| is_record) {
            let _ = match () {
                () if line.contains("_id \"") => write!(out, " {key} \"{VALUE}\";"),
                // A bare name stays one.
                () if line.contains("AUGUSTUS") || line.ends_with("\t.") => Ok(()),
                () if i == 0 && line.ends_with(';') => write!(out, "{key}={VALUE}"),
                () => write!(out, ";{key}={VALUE}"),
            };
        }
        out.push('\n');
    }
    out
}

/// Returns all answers of a database that is made of a file with these keys, the files' own promoted
/// or all.
fn answers(text: &str, keys: &[String], promote: &str) -> Vec<(String, String)> {
    let work = Workdir::new();
    let gff3 = text.starts_with("##gff");
    let file = if gff3 { "one.gff3" } else { "one.gtf" };
    work.file(file, with_keys(text, keys));
    work.file(
        "two.gff3",
        with_keys("sq0\t.\tgene\t1\t2\t.\t.\t.\tID=two\n", keys),
    );
    work.file("regions.bed", "sq0\t100\t400\nring\t0\t20\nsq1\t0\t9000\n");
    let many: String = (0..300)
        .map(|i| format!("sq0\t{}\t{}\n", 10 * i, 10 * i + 3))
        .collect();
    work.file("many.bed", many);
    work.file("ids.txt", "t0\ne1\n");
    work.file(
        "alias.txt",
        "# here\tother\nsq0\tchrA\nsq1\tchrB\nring\tchrR\n",
    );
    let mut answers = Vec::new();
    let mut ask = |name: &str, args: &[&str]| {
        let (code, out) = work.gffdb(args).all();
        answers.push((format!("{name} ({code})"), cleaned(&out)));
    };
    let convert = "convert -o a.sqlite --infer --values tag --promote";
    let convert: Vec<_> = convert.split(' ').chain([promote, file]).collect();
    ask("convert", &convert);
    if !work.path("a.sqlite").exists() {
        return answers;
    }
    ask("alias", &["alias", "a.sqlite", "alias.txt"]);
    let attrs: Vec<String> = keys.iter().map(|key| format!("{key}={VALUE}")).collect();
    let mut by_key = vec!["query", "a.sqlite", "-f", "ids"];
    for (key, attr) in keys.iter().zip(&attrs) {
        by_key.extend(["-a", key, "-a", attr]);
    }
    ask("query -a KEY", &by_key);
    let columns = keys.join(",");
    let by_column = "query a.sqlite -f tsv -t exon -c";
    let by_column: Vec<_> = by_column.split(' ').chain([columns.as_str()]).collect();
    ask("query -c KEYS", &by_column);
    for name in [
        "descendants",
        "ancestors",
        "overlapping",
        "overlapping_round",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.sql"));
        // Not to be taken for a flag.
        let sql = format!(" {}", fs::read_to_string(path).expect("a query"));
        let mut args = vec!["sql", "a.sqlite", &sql];
        let parameters = ["id=t0", "seqid=ring", "first=1", "last=40", "mode=overlap"];
        let is_used = |(name, _): (&str, &str)| sql.contains(&format!(":{name}"));
        for parameter in parameters {
            if parameter.split_once('=').is_some_and(is_used) {
                args.extend(["--parameter", parameter]);
            }
        }
        ask(name, &args);
    }
    fs::copy(work.path("a.sqlite"), work.path("b.sqlite")).expect("a copy");
    let edited = Connection::open(work.path("b.sqlite"));
    edited
        .and_then(|connection| connection.execute_batch(EDITS))
        .unwrap_or_else(|e| panic!("{}: {e}", keys.join(" ")));
    for question in QUESTIONS.lines() {
        let word = |word| match word {
            "@" => "a.sqlite",
            "FILE" => file,
            "KEYS" => promote,
            word => word,
        };
        ask(question, &question.split(' ').map(word).collect::<Vec<_>>());
    }
    answers
}

/// Takes out sizes, sums and times.
fn cleaned(text: &str) -> String {
    let differs = [
        " KiB",
        " kB",
        " bytes\n",
        "bytes), schema",
        "_bytes\":",
        "SHA-256",
        "_sha256\":",
        " by gffdb",
        "loaded_at_utc",
    ];
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !differs.iter().any(|word| line.contains(word)))
        .collect()
}

/// Compares every answer with that of keys that mean nothing to anybody.
fn compare(text: &str, spelled: fn(usize, &str) -> String) {
    let plain: Vec<String> = (0..BATCH).map(|i| format!("zq{i:03}")).collect();
    let expected = answers(text, &plain, "all");
    let mut wrong = String::new();
    for (name, answer) in &expected {
        assert!(name.ends_with("(0)"), "{name}: {answer}");
    }
    // Nor is it another where the keys stay attributes, but for what lists the columns.
    let own = answers(text, &plain, "locus_tag,gene_id,transcript_id");
    for ((name, promoted), (_, stayed)) in expected.iter().zip(&own) {
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is_line = match text.starts_with("##gff") {
            true => !has(&["-f ", "-c ", "-a ", "--show-sql", "--explain"]),
            false => has(&["-f gtf"]),
        };
        let is_same = is_line || has(&["-f bed", "-f ids", "--count"]);
        let is_file = name.starts_with("export @") || name.starts_with("query @") && is_same;
        if is_file && promoted != stayed {
            let _ = writeln!(wrong, "promoted, {name}:{}", difference(stayed, promoted));
        }
    }
    let words = words();
    for batch in words.chunks(BATCH) {
        // The last batch is filled up.
        let keys = batch.iter().chain(&words).take(BATCH);
        let keys: Vec<_> = keys.enumerate().map(|(i, key)| spelled(i, key)).collect();
        let found = answers(text, &keys, "all");
        for ((name, expected), (found_name, found)) in expected.iter().zip(&found) {
            let expected = numbered(&renamed(expected, &keys));
            let found = &numbered(found);
            if expected != *found || name != found_name {
                let _ = writeln!(wrong, "{found_name}:{}", difference(&expected, found));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Returns where two texts part, with what stands before and behind.
fn difference(expected: &str, found: &str) -> String {
    let same = expected
        .bytes()
        .zip(found.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let part = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(80))
            .take(200)
            .collect::<String>()
    };
    format!(
        "\n  expected: {:?}\n  found:    {:?}",
        part(expected),
        part(found)
    )
}

/// Returns a text with the keys that mean nothing replaced by others.
fn renamed(text: &str, keys: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("zq") {
        out.push_str(before);
        let (number, after) = after.split_at(3);
        out.push_str(&keys[number.parse::<usize>().expect("a number")]);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns a text without what is known to differ: SQLite gives a view no column `true` or `false`, but
/// calls it `column17`; and tables are as wide as their keys.
fn numbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let name = bare
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .to_ascii_lowercase();
        if ["column", "true", "false"].contains(&name.as_str()) {
            out.push_str("column");
            out.push_str(&word[bare.len()..]);
        } else if word != " " || !out.ends_with(' ') {
            out.push_str(word);
        }
    }
    out
}

#[test]
fn any_key_may_be_promoted_from_gff3() {
    compare(GFF3, |_, word| word.to_owned());
}

#[test]
fn any_key_in_any_case_may_be_promoted_from_gtf() {
    compare(GTF, |i, word| match i % 2 {
        0 => word.to_owned(),
        _ => word.to_ascii_uppercase(),
    });
}

#[test]
fn what_cannot_be_a_column_stays_an_attribute() {
    let columns = &TAKEN[..15];
    let own = ["id", "PARENT", "Id"].map(String::from);
    let spelled = columns
        .iter()
        .flat_map(|key| [key.to_string(), key.to_ascii_uppercase()]);
    let keys: Vec<String> = spelled.chain(own).collect();
    for (name, text) in [("one.gff3", GFF3), ("one.gtf", GTF)] {
        let work = Workdir::new();
        let text = with_keys(text, &keys);
        work.file(name, &text);
        let (code, said) = work
            .gffdb(["convert", name, "-o", "a.sqlite", "--promote", "all"])
            .all();
        assert_eq!(code, 0, "{said}");
        assert!(
            said.contains(&format!("{} keys stay", keys.len())),
            "{said}"
        );
        assert_eq!(work.gffdb(["export", "a.sqlite"]).stdout(), text);
        for key in ["rowid", "_ROWID_", "SEQID", "layout", "PARENT"] {
            let attr = format!("{key}={VALUE}");
            let ids = work
                .gffdb(["query", "a.sqlite", "-a", &attr, "--count"])
                .stdout();
            let records = text.lines().filter(|line| line.contains(VALUE)).count();
            assert_eq!(ids.trim(), records.to_string(), "{key}");
        }
    }
}

#[test]
fn a_key_whose_index_would_be_called_as_another_has_one() {
    let work = Workdir::new();
    work.file(
        "a.gff3",
        "sq0\t.\tgene\t8\t13\t.\t+\t.\tID=g0;Type_Region=x\n",
    );
    let convert = [
        "convert",
        "a.gff3",
        "-q",
        "-o",
        "a.sqlite",
        "--index",
        "Type_Region,ID",
    ];
    work.gffdb(convert).stdout();
    let sql = "EXPLAIN QUERY PLAN SELECT * FROM gff WHERE Type_Region = 'x'";
    let plan = work.gffdb(["sql", "a.sqlite", sql]).stdout();
    assert!(plan.contains("gff_Type_Region key"), "{plan}");
}
