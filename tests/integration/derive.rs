//! What is derived from gene models: the rows that are streamed, and the views of the database.

use std::{collections::BTreeSet, fs, path::Path};

use gffdb::{
    Loader,
    coords::{Interval, merged},
    derive::{self, What},
    model::{self, Origin},
    query::Database,
};
use rusqlite::types::ValueRef;

use crate::{corpus, reread, workdir::Workdir};

mod command;

fn shown(value: &ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// Returns the rows that are streamed, as `reread::rows` returns those of a view.
fn streamed(database: &Database, what: What) -> Vec<String> {
    let mut rows = Vec::new();
    derive::each_row(database, what, None, &mut |row| {
        assert_eq!(row.len(), what.columns().len(), "{what:?}");
        rows.push(row.iter().map(shown).collect::<Vec<_>>().join("|"));
        Ok(())
    })
    .unwrap_or_else(|e| panic!("{what:?}: {e}"));
    rows
}

/// Adds what the streamed rows and the views of a database differ in; returns how many rows there were.
fn compare(target: &Path, name: &str, wrong: &mut Vec<String>) -> usize {
    let database = Database::open(target).expect("a database");
    let connection = reread::open(target);
    let mut count = 0;
    for what in What::ALL {
        let columns: Vec<String> = what.columns().iter().map(|c| format!("\"{c}\"")).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), what.view());
        let mut expected = reread::rows(&connection, &sql);
        let mut found = streamed(&database, what);
        count += found.len();
        expected.sort();
        found.sort();
        let only = |these: &[String], those: &[String]| {
            let all = these.iter().filter(|row| those.binary_search(row).is_err());
            all.take(3).cloned().collect::<Vec<_>>()
        };
        if found != expected {
            wrong.push(format!(
                "{name}, {what:?}: {} rows, {} of the view\n  streamed only {:#?}\n  view only {:#?}",
                found.len(),
                expected.len(),
                only(&found, &expected),
                only(&expected, &found)
            ));
        }
    }
    count
}

/// Exons and introns tile a transcript, UTRs that are derived and the coding stretch tile its exons, and the summaries
/// add up.
fn tiles(target: &Path, name: &str) {
    let database = Database::open(target).expect("a database");
    let (mut transcripts, mut of_genes) = (0, 0);
    model::each_gene(database.connection(), |gene| {
        // A gene without coordinates has no summary.
        of_genes += gene.bases.map_or(0, |_| gene.transcripts.len());
        for t in &gene.transcripts {
            transcripts += 1;
            let what = format!("{name}, record {}", t.record);
            let bases = |all: &[Interval]| all.iter().map(|part| part.len()).sum::<i64>();
            let exons = merged(t.exons.clone());
            let introns: Vec<Interval> = t.introns.iter().map(|intron| intron.bases).collect();
            let all = merged([&exons[..], &introns].concat());
            assert_eq!(
                bases(&all),
                bases(&exons) + bases(&introns),
                "{what}: they overlap"
            );
            // No intron is between exons of two strands.
            if t.introns.len() + 1 == exons.len() {
                assert_eq!(all.len(), 1, "{what}: they do not tile it");
            }
            if let (Some(coding), Origin::Derived) = (t.coding, t.utr_origin) {
                let utrs: Vec<Interval> = t.utrs.iter().map(|utr| utr.bases).collect();
                let within = exons
                    .iter()
                    .filter_map(|e| e.within(coding.first, coding.last));
                let within: Vec<Interval> = within.collect();
                assert_eq!(bases(&utrs) + bases(&within), bases(&exons), "{what}: UTRs");
                assert_eq!(merged([&utrs[..], &within].concat()), exons, "{what}: UTRs");
            }
            let numbers: BTreeSet<usize> = t.introns.iter().map(|intron| intron.number).collect();
            assert_eq!(numbers, (1..=t.introns.len()).collect(), "{what}");
        }
        Ok(())
    })
    .expect("models");
    let connection = reread::open(target);
    for (sql, expected) in [
        (
            "SELECT COUNT(*) FROM transcript_summary",
            transcripts.to_string(),
        ),
        (
            "SELECT coalesce(SUM(intron_count), 0) - (SELECT COUNT(*) FROM intron) FROM transcript_summary",
            String::from("0"),
        ),
        (
            "SELECT coalesce(SUM(transcript_count), 0) FROM gene_summary",
            of_genes.to_string(),
        ),
    ] {
        assert_eq!(reread::rows(&connection, sql), [expected], "{name}: {sql}");
    }
}

#[test]
fn the_views_have_the_rows_that_are_streamed() {
    let dir = Workdir::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, (path, _)) in corpus::files().into_iter().filter(|f| f.1).enumerate() {
        let target = dir.path(format!("{number}.sqlite"));
        let loaded = Loader::new(&target).dataset("d").load(&[&path]);
        loaded.unwrap_or_else(|e| panic!("{e}"));
        let name = path.display().to_string();
        count += compare(&target, &name, &mut wrong);
        if fs::metadata(&path).expect("it is there").len() < 200_000 {
            tiles(&target, &name);
        }
        fs::remove_file(target).expect("it is there");
    }
    let some = wrong[..wrong.len().min(12)].join("\n");
    assert!(wrong.is_empty(), "{} of {count} rows:\n{some}", wrong.len());
    assert!(count > 10_000, "{count}");
}

/// Every line after another order of the same: as it is, the last first, and parts before their transcripts.
fn orders(text: &str) -> [String; 3] {
    let (header, records): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with('#'));
    let depth = |line: &&str| match line.split('\t').nth(2) {
        Some("gene" | "ncRNA_gene" | "pseudogene") => 2,
        Some(ty) if ty.contains("RNA") || ty.contains("transcript") => 1,
        _ => 0,
    };
    let mut by_depth = records.clone();
    by_depth.sort_by_key(depth);
    let mut last_first = records.clone();
    last_first.reverse();
    [records, last_first, by_depth].map(|lines| {
        let all: Vec<&str> = header.iter().chain(&lines).copied().collect();
        all.join("\n") + "\n"
    })
}

/// Rows without the numbers of records, sorted.
fn without_records(rows: Vec<String>, what: What) -> Vec<String> {
    let columns = what.columns();
    let strip = |row: String| {
        let values = row.split('|').zip(&columns);
        let kept = values.filter(|(_, name)| !name.ends_with("_record"));
        kept.map(|(value, _)| value).collect::<Vec<_>>().join("|")
    };
    let mut rows: Vec<String> = rows.into_iter().map(strip).collect();
    rows.sort();
    rows
}

#[test]
fn the_order_of_the_file_changes_nothing() {
    let dir = Workdir::new();
    dir.gffdb(["demo", "demo", "-q"]).both();
    for file in ["demo/demo.gff3", "demo/demo.gtf"] {
        let text = dir.read(file);
        let text = text.split("##FASTA").next().expect("a part").to_owned();
        let mut all = Vec::new();
        for (number, text) in orders(&text).into_iter().enumerate() {
            let target = dir.path(format!("{number}.sqlite"));
            let mut loader = Loader::new(&target);
            loader.dataset("d").existing(gffdb::Existing::Overwrite);
            loader
                .load(&[dir.file("ordered.gff", text)])
                .expect("it loads");
            let mut wrong = Vec::new();
            assert!(compare(&target, file, &mut wrong) > 500);
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
            let database = Database::open(&target).expect("a database");
            let rows = What::ALL.map(|what| {
                // The first of several equal transcripts is the first of the file.
                match what {
                    What::Representative => Vec::new(),
                    _ => without_records(streamed(&database, what), what),
                }
            });
            all.push(rows);
        }
        assert_eq!(all[0], all[1], "{file}");
        assert_eq!(all[0], all[2], "{file}");
    }
}

/// A gene of two transcripts on the minus strand, one that codes for a protein of 6 amino acids and a stop codon.
const GENE: &str = "\
##gff-version 3
##sequence-region s 1 1000
s\t.\tgene\t101\t400\t.\t-\t.\tID=g;Name=abc1;biotype=protein_coding
s\t.\tmRNA\t101\t400\t.\t-\t.\tID=t;Parent=g;Name=abc1-201;biotype=protein_coding;tag=basic,appris_principal_2
s\t.\texon\t381\t400\t.\t-\t.\tParent=t,u
s\t.\texon\t301\t310\t.\t-\t.\tParent=t
s\t.\texon\t101\t150\t.\t-\t.\tParent=t
s\t.\tCDS\t381\t390\t.\t-\t0\tID=c;Parent=t
s\t.\tCDS\t301\t310\t.\t-\t2\tID=c;Parent=t
s\t.\tCDS\t150\t150\t.\t-\t1\tID=c;Parent=t
s\t.\tmRNA\t381\t400\t.\t-\t.\tID=u;Parent=g;tag=CCDS
s\t.\tgene\t901\t950\t.\t+\t.\tID=h
";

#[test]
fn what_follows_from_a_gene_is_as_computed_by_hand() {
    let dir = Workdir::new();
    let target = dir.path("a.sqlite");
    let mut loader = Loader::new(&target);
    loader
        .dataset("d")
        .load(&[dir.file("a.gff3", GENE)])
        .expect("it loads");
    let database = Database::open(&target).expect("a database");
    for (what, expected) in [
        (
            What::Introns,
            &[
                "d|s|311|380|-|t|g|2|1|1|70|1|derived",
                "d|s|151|300|-|t|g|2|1|2|150|1|derived",
            ][..],
        ),
        (
            What::SpliceSites,
            &[
                "d|s|379|380|-|t|g|2|1|donor|1|derived",
                "d|s|311|312|-|t|g|2|1|acceptor|1|derived",
                "d|s|299|300|-|t|g|2|1|donor|2|derived",
                "d|s|151|152|-|t|g|2|1|acceptor|2|derived",
            ],
        ),
        (
            What::Utrs,
            &[
                "d|s|391|400|-|t|g|2|1|five_prime_utr|1|derived",
                "d|s|101|149|-|t|g|2|1|three_prime_utr|1|derived",
            ],
        ),
        (
            What::Parts,
            &[
                "d|s|381|400|-|t|g|2|1|exon|1||annotated",
                "d|s|301|310|-|t|g|2|1|exon|2||annotated",
                "d|s|101|150|-|t|g|2|1|exon|3||annotated",
                "d|s|381|390|-|t|g|2|1|cds|1|0|annotated",
                "d|s|301|310|-|t|g|2|1|cds|2|2|annotated",
                "d|s|150|150|-|t|g|2|1|cds|3|1|annotated",
                "d|s|391|400|-|t|g|2|1|five_prime_utr|1||derived",
                "d|s|101|149|-|t|g|2|1|three_prime_utr|1||derived",
                "d|s|381|400|-|u|g|9|1|exon|1||annotated",
            ],
        ),
        (
            What::Tss,
            &[
                "d|s|400|400|-|t|g|2|1|derived",
                "d|s|400|400|-|u|g|9|1|derived",
            ],
        ),
        (
            What::Tes,
            &[
                "d|s|101|101|-|t|g|2|1|derived",
                "d|s|381|381|-|u|g|9|1|derived",
            ],
        ),
        (
            What::Intergenic,
            &[
                "d|s|1|100|||g|100|derived",
                "d|s|401|900||g|h|500|derived",
                "d|s|951|1000||h||50|derived",
            ],
        ),
        (
            What::Transcripts,
            &[
                "d|s|101|400|-|t|g|2|1|3|80|3|21|6|10|49|2|220|150|||protein_coding|abc1-201|derived",
                "d|s|381|400|-|u|g|9|1|1|20|0|0||0|0|0|0||||||derived",
            ],
        ),
        (
            What::Genes,
            &[
                "d|s|101|400|-|g|1|2|3|80|21|1|protein_coding|abc1|derived",
                "d|s|901|950|+|h|10|0|0|0||0|||derived",
            ],
        ),
        (
            What::Representative,
            &["d|s|101|400|-|t|g|2|1|appris|derived"],
        ),
    ] {
        assert_eq!(streamed(&database, what), expected, "{what:?}");
    }
    let mut wrong = Vec::new();
    compare(&target, "by hand", &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rule_that_chooses_is_the_first_that_a_transcript_meets() {
    let dir = Workdir::new();
    let target = dir.path("a.sqlite");
    for (tags, expected) in [
        (
            [
                "tag=MANE Plus Clinical",
                "tag=basic,MANE Select",
                "tag=Ensembl_canonical",
            ],
            "u|mane_select",
        ),
        (
            ["tag=MANE_Plus_Clinical", "tag=Ensembl_canonical", "x=1"],
            "t|mane_plus_clinical",
        ),
        (
            ["tag=appris_principal_1", "x=1", "tag=Ensembl_canonical"],
            "v|ensembl_canonical",
        ),
        (
            ["tag=appris_principal_2", "tag=appris_principal_1", "x=1"],
            "u|appris",
        ),
        (
            ["tag=appris_alternative_1", "tag=appris_principal", "x=1"],
            "u|appris",
        ),
        (
            [
                "transcript_support_level=NA",
                "transcript_support_level=2",
                "transcript_support_level=1 (assigned)",
            ],
            "v|tsl",
        ),
        (
            ["ccdsid=CCDS1", "x=1", "Dbxref=GeneID:1,CCDS:CCDS2"],
            "v|ccds",
        ),
        (["x=1", "x=1", "x=1"], "v|longest_cds"),
    ] {
        let mut text = String::from("##gff-version 3\ns\t.\tgene\t1\t90\t.\t+\t.\tID=g\n");
        for ((id, tag), end) in ["t", "u", "v"].iter().zip(tags).zip([9, 12, 30]) {
            text += &format!("s\t.\tmRNA\t1\t90\t.\t+\t.\tID={id};Parent=g;{tag}\n");
            text += &format!(
                "s\t.\texon\t1\t90\t.\t+\t.\tParent={id}\ns\t.\tCDS\t1\t{end}\t.\t+\t0\tParent={id}\n"
            );
        }
        for all in [false, true] {
            let mut loader = Loader::new(&target);
            loader
                .dataset("d")
                .promote_all(all)
                .existing(gffdb::Existing::Overwrite);
            loader.load(&[dir.file("a.gff3", &text)]).expect("it loads");
            let sql = "SELECT transcript, rule FROM representative";
            assert_eq!(reread::rows(&reread::open(&target), sql), [expected]);
            let mut wrong = Vec::new();
            compare(&target, expected, &mut wrong);
            assert!(wrong.is_empty(), "{tags:?}: {}", wrong.join("\n"));
        }
    }
    // Nothing codes: the longest, or else the first of the file.
    for (ends, expected) in [([50, 90], "u|longest"), ([90, 90], "t|first")] {
        let mut text = String::from("##gff-version 3\ns\t.\tgene\t1\t90\t.\t+\t.\tID=g\n");
        for (id, end) in ["t", "u"].iter().zip(ends) {
            text += &format!("s\t.\tmRNA\t1\t{end}\t.\t+\t.\tID={id};Parent=g\n");
        }
        let mut loader = Loader::new(&target);
        loader.dataset("d").existing(gffdb::Existing::Overwrite);
        loader.load(&[dir.file("a.gff3", &text)]).expect("it loads");
        let sql = "SELECT transcript, rule FROM representative";
        assert_eq!(reread::rows(&reread::open(&target), sql), [expected]);
        let mut wrong = Vec::new();
        compare(&target, expected, &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// A gene or a transcript is looked up, whatever statistics a user has SQLite gather.
#[test]
fn a_view_does_not_read_all_records_for_one_gene() {
    let dir = Workdir::new();
    let mut text = String::from("##gff-version 3\n");
    for gene in 0..3_000 {
        let at = gene * 1000 + 1;
        text += &format!("s\t.\tgene\t{at}\t{}\t.\t+\t.\tID=g{gene}\n", at + 99);
        text += &format!(
            "s\t.\tmRNA\t{at}\t{}\t.\t+\t.\tID=t{gene};Parent=g{gene}\n",
            at + 99
        );
        for (start, end) in [(at, at + 9), (at + 50, at + 99)] {
            text += &format!("s\t.\texon\t{start}\t{end}\t.\t+\t.\tParent=t{gene}\n");
        }
    }
    let target = dir.path("a.sqlite");
    Loader::new(&target)
        .load(&[dir.file("a.gff3", text)])
        .expect("it loads");
    let connection = rusqlite::Connection::open(&target).expect("a database");
    for statistics in ["SELECT 1", "PRAGMA optimize", "ANALYZE"] {
        connection.execute_batch(statistics).expect(statistics);
        if statistics == "ANALYZE" {
            let known = reread::one::<i64>(&connection, "SELECT COUNT(*) FROM sqlite_stat1");
            assert!(known > 0, "no statistics");
        }
        for what in What::ALL
            .into_iter()
            .filter(|what| *what != What::Intergenic)
        {
            for filter in ["gene = 'g7'", "transcript = 't7'"] {
                // These are of all transcripts of a gene.
                let is_of_gene = matches!(what, What::Genes | What::Representative);
                if is_of_gene && filter.starts_with("transcript") {
                    continue;
                }
                let sql = format!("SELECT COUNT(*) FROM {} WHERE {filter}", what.view());
                let mut statement = connection.prepare(&sql).expect("a statement");
                let count: i64 = statement.query_row([], |row| row.get(0)).expect("rows");
                assert_eq!(count > 0, what != What::Utrs, "{sql}");
                let steps = statement.get_status(rusqlite::StatementStatus::VmStep);
                assert!(steps < 100_000, "{sql} after {statistics}: {steps} steps");
            }
        }
    }
}

/// SQLite since version 3.54 takes no statement of more than 1,000 tables where one of its views has a CTE, as `attribute`
/// has.
#[test]
fn two_of_the_views_stand_in_one_statement() {
    let dir = Workdir::new();
    let target = dir.path("a.sqlite");
    Loader::new(&target)
        .load(&[dir.file("a.gff3", GENE)])
        .expect("it loads");
    let connection = reread::open(&target);
    let views = What::ALL
        .map(What::view)
        .into_iter()
        .chain(["attribute", "gene", "link"]);
    for (one, other) in views
        .clone()
        .flat_map(|one| views.clone().map(move |other| (one, other)))
    {
        let sql = format!("SELECT * FROM {one} AS a, {other} AS b");
        connection
            .prepare(&sql)
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}
