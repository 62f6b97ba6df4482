//! GTF that is written and read again: the same genes, transcripts and parts, at the same places, with
//! the same parents.

use std::{collections::BTreeMap, fs, path::PathBuf};

use gffdb::Loader;
use rusqlite::Connection;

use crate::{corpus, data, reread, workdir::Workdir};

/// Returns the annotation files of the corpus that load, those beside variants and oracles too.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = corpus::files()
        .into_iter()
        .filter_map(|(path, loads)| loads.then_some(path))
        .collect();
    for folder in ["vcf", "oracles"].into_iter().filter_map(data::shared) {
        for directory in fs::read_dir(folder).expect("a directory") {
            let directory = directory.expect("an entry").path();
            for entry in fs::read_dir(directory).expect("a directory") {
                let path = entry.expect("an entry").path();
                let ending = path.extension().and_then(|ending| ending.to_str());
                if matches!(ending, Some("gff" | "gff3" | "gtf")) {
                    files.push(path);
                }
            }
        }
    }
    files.sort();
    files
}

/// The records that were not inferred, and how many lines each has: one for each transcript that it is
/// part of. GTF knows genes and transcripts by one type each.
const RECORDS: &str = "
    SELECT max(1, (
            SELECT count(DISTINCT p.ID)
            FROM link JOIN gff AS p ON p.record_id = link.parent JOIN type_class AS l ON l.type = p.type
            WHERE link.child = gff.record_id AND l.class IN ('gene', 'transcript')
        )),
        iif(class IN ('gene', 'transcript'), class, gff.type), seqid, start, \"end\", strand, phase
    FROM gff LEFT JOIN type_class USING (type)";

/// Who is whose part, by what and where both are.
const LINKS: &str = "
    SELECT 1, iif(k.class IN ('gene', 'transcript'), k.class, c.type), c.seqid, c.start, c.\"end\",
        c.strand, c.phase, c.ID, iif(l.class IN ('gene', 'transcript'), l.class, p.type), p.seqid,
        p.start, p.\"end\", p.ID
    FROM link
    JOIN gff AS c ON c.record_id = link.child LEFT JOIN type_class AS k ON k.type = c.type
    JOIN gff AS p ON p.record_id = link.parent LEFT JOIN type_class AS l ON l.type = p.type";

/// Adds up the first column of a query by what the others have.
fn sums(connection: &Connection, sql: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for row in reread::rows(connection, sql) {
        let (count, what) = row.split_once('|').expect("several columns");
        *sums.entry(what.to_owned()).or_default() += count.parse::<u64>().expect("a number");
    }
    sums
}

#[test]
fn what_is_written_as_gtf_and_read_again_is_the_same() {
    let dir = Workdir::new();
    let (mut files_read, mut parents_added) = (0, 0);
    for (number, path) in files().iter().enumerate() {
        let name = path.display();
        let goal = |letter| dir.path(format!("{number}{letter}.sqlite"));
        if let Err(error) = Loader::new(goal("a")).load(&[path]) {
            assert!(name.to_string().contains("/vcf/"), "{error}");
            continue;
        }
        let before = reread::open(&goal("a"));
        if reread::one::<i64>(&before, "SELECT count(*) FROM gff") == 0 {
            continue;
        }
        files_read += 1;
        let gtf = dir.path("again.gtf");
        let query = ["query", &format!("{number}a.sqlite"), "-o", "again.gtf"];
        dir.gffdb(query).stdout();
        Loader::new(goal("b")).load(&[&gtf]).expect("it loads");
        let after = reread::open(&goal("b"));

        // A transcript of no gene has to name one: that is inferred, and nothing else is.
        let added = "SELECT t.record_id FROM gff AS t
            JOIN gff AS g ON g.ID = t.Parent AND g.seqid IS t.seqid
            WHERE t.type = 'transcript' AND g.record_id IN (SELECT record_id FROM inferred)";
        let alone = "SELECT record_id FROM gff JOIN type_class USING (type)
            WHERE class = 'transcript' AND Parent IS NULL";
        let added = reread::rows(&after, added).len();
        assert!(added <= reread::rows(&before, alone).len(), "{name}");
        parents_added += added;

        let read = "WHERE record_id NOT IN (SELECT record_id FROM inferred)";
        let records = sums(&after, &format!("{RECORDS} {read}"));
        assert_eq!(sums(&before, RECORDS), records, "{name}");
        let read = "WHERE link.parent NOT IN (SELECT record_id FROM inferred)";
        let links = sums(&after, &format!("{LINKS} {read}"));
        assert_eq!(sums(&before, LINKS), links, "{name}");
    }
    if data::shared("").is_some() {
        assert!(files_read > 200, "{files_read}");
        assert!(parents_added > 20, "{parents_added}");
    }
}

#[test]
fn what_other_readers_would_misread_is_not_written() {
    for (line, expected) in [
        (
            "s\t.\tgene\t1\t9\t.\t+\t.\tID=g;Note=C:%5C;x=a \"b\"",
            "s\t.\tgene\t1\t9\t.\t+\t.\tgene_id \"g\"; transcript_id \"\"; Note \"C:%5C\"; x \"a \\\"b\\\"\";",
        ),
        (
            "s\t.\tgene\t1\t9\t\t+\t\tID=g",
            "s\t.\tgene\t1\t9\t.\t+\t.\tgene_id \"g\"; transcript_id \"\";",
        ),
        (
            "s\t\texon\t1\t9\t\t\t\tID=g%09h",
            "s\t.\texon\t1\t9\t.\t.\t.\tgene_id \"\"; transcript_id \"\"; ID \"g%09h\";",
        ),
    ] {
        let dir = Workdir::new();
        dir.file("a.gff3", format!("{line}\n"));
        dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
            .stdout();
        let written = dir.gffdb(["query", "a.sqlite", "--format", "gtf"]).stdout();
        assert_eq!(written, format!("{expected}\n"), "{line}");
    }
}

/// What `gene_id` and `transcript_id` cannot say, `ID` and `Parent` do.
#[test]
fn the_ids_of_a_file_come_back() {
    let dir = Workdir::new();
    let gff = "\
s\t.\tgene\t1\t90\t.\t+\t.\tID=gene:G1;gene_id=G1
s\t.\tmRNA\t1\t90\t.\t+\t.\tID=transcript:T1;Parent=gene:G1;transcript_id=T1
s\t.\texon\t1\t90\t.\t+\t.\tID=T1;Parent=transcript:T1
s\t.\tgene\t1\t90\t.\t+\t.\tID=g2
s\t.\tCDS\t1\t90\t.\t+\t0\tID=c2;Parent=g2
s\t.\tCDS\t1\t90\t.\t+\t0\tID=c3;Parent=nobody
s\t.\tmatch\t1\t90\t.\t+\t.\tID=m
s\t.\tmatch_part\t1\t90\t.\t+\t.\tParent=m
";
    let expected = [
        r#"gene_id "G1"; transcript_id ""; ID "gene:G1";"#,
        r#"gene_id "G1"; transcript_id "T1"; ID "transcript:T1"; Parent "gene:G1"; so_type "mRNA";"#,
        r#"gene_id "G1"; transcript_id "T1"; ID "T1"; Parent "transcript:T1";"#,
        r#"gene_id "g2"; transcript_id "";"#,
        r#"gene_id "g2"; transcript_id "g2"; ID "c2"; Parent "g2";"#,
        r#"gene_id "nobody"; transcript_id "nobody"; ID "c3"; Parent "nobody";"#,
        r#"gene_id ""; transcript_id ""; ID "m";"#,
        r#"gene_id ""; transcript_id ""; Parent "m";"#,
    ];
    dir.file("a.gff3", gff);
    dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    dir.gffdb(["query", "a.sqlite", "-o", "a.gtf"]).stdout();
    let written = dir.read("a.gtf");
    let ninth: Vec<_> = written
        .lines()
        .filter_map(|l| l.split('\t').nth(8))
        .collect();
    assert_eq!(ninth, expected);
    dir.gffdb(["convert", "a.gtf", "-o", "b.sqlite", "-q"])
        .stdout();
    let ids = "SELECT ID, Parent FROM gff";
    assert_eq!(
        reread::rows(&reread::open(&dir.path("b.sqlite")), ids),
        reread::rows(&reread::open(&dir.path("a.sqlite")), ids)
    );
}
