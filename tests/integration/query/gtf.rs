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
            WHERE t.type = 'transcript' AND g.record_id IN (SELECT record_id FROM _inferred)";
        let alone = "SELECT record_id FROM gff JOIN type_class USING (type)
            WHERE class = 'transcript' AND Parent IS NULL";
        let added = reread::rows(&after, added).len();
        assert!(added <= reread::rows(&before, alone).len(), "{name}");
        parents_added += added;

        let read = "WHERE record_id NOT IN (SELECT record_id FROM _inferred)";
        let records = sums(&after, &format!("{RECORDS} {read}"));
        assert_eq!(sums(&before, RECORDS), records, "{name}");
        let read = "WHERE link.parent NOT IN (SELECT record_id FROM _inferred)";
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
            "s\t.\tgene\t1\t9\t.\t+\t.\tgene_id \"g\"; Note \"C:%5C\"; x \"a \\\"b\\\"\";",
        ),
        (
            "s\t.\tgene\t1\t9\t\t+\t\tID=g",
            "s\t.\tgene\t1\t9\t.\t+\t.\tgene_id \"g\";",
        ),
        (
            "s\t\texon\t1\t9\t\t\t\tID=g%09h",
            "s\t.\texon\t1\t9\t.\t.\t.\tgene_id \"\"; ID \"g%09h\";",
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
        r#"gene_id "G1"; ID "gene:G1";"#,
        r#"gene_id "G1"; transcript_id "T1"; ID "transcript:T1"; Parent "gene:G1"; so_type "mRNA";"#,
        r#"gene_id "G1"; transcript_id "T1"; ID "T1"; Parent "transcript:T1";"#,
        r#"gene_id "g2";"#,
        r#"gene_id "g2"; transcript_id "g2"; ID "c2"; Parent "g2";"#,
        r#"gene_id "nobody"; transcript_id "nobody"; ID "c3"; Parent "nobody";"#,
        r#"gene_id ""; ID "m";"#,
        r#"gene_id ""; Parent "m";"#,
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

/// Returns what a file becomes in another format, and what is said on standard error.
fn converted(name: &str, text: &str, args: &[&str]) -> (Vec<String>, String) {
    let dir = Workdir::new();
    dir.file(name, text);
    dir.gffdb(["convert", name, "-o", "a.sqlite", "-q"])
        .stdout();
    let (written, told) = dir.gffdb([&["query", "a.sqlite"], args].concat()).both();
    let lines = written.lines().filter(|line| !line.starts_with('#'));
    (lines.map(String::from).collect(), told)
}

#[test]
fn a_gene_with_the_id_of_its_transcript_gets_another_in_gff3() {
    let gtf = "\
s\t.\ttranscript\t1\t90\t.\t+\t.\tgene_id \"NM_1\"; transcript_id \"NM_1\";
s\t.\texon\t1\t90\t.\t+\t.\tgene_id \"NM_1\"; transcript_id \"NM_1\";
s\t.\ttranscript\t1\t80\t.\t+\t.\tgene_id \"NM_1\"; transcript_id \"NM_2\";
s\t.\texon\t1\t80\t.\t+\t.\tgene_id \"NM_1\"; transcript_id \"NM_2\";
s\t.\ttranscript\t1\t80\t.\t-\t.\tgene_id \"G\"; transcript_id \"T\";
s\t.\texon\t1\t80\t.\t-\t.\tgene_id \"G\"; transcript_id \"T\";
";
    let (lines, told) = converted("a.gtf", gtf, &["--format", "gff3"]);
    let short: Vec<String> = lines
        .iter()
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            format!("{} {}", columns[2], columns[8])
        })
        .collect();
    assert_eq!(
        short,
        [
            "transcript ID=NM_1;Parent=gene:NM_1",
            "exon Parent=NM_1;gene_id=NM_1",
            "transcript ID=NM_2;Parent=gene:NM_1",
            "exon Parent=NM_2;gene_id=NM_1",
            "transcript ID=T;Parent=G",
            "exon Parent=T;gene_id=G",
            "gene ID=gene:NM_1",
            "gene ID=G",
        ]
    );
    assert!(
        told.contains("genes with the ID of a transcript: 1, whose IDs are written with gene:"),
        "{told}"
    );
}

#[test]
fn a_name_that_is_all_of_column_9_is_an_id_in_gff3() {
    let gtf = "\
s\tAUGUSTUS\tgene\t1\t90\t.\t+\t.\tg1
s\tAUGUSTUS\ttranscript\t1\t90\t.\t+\t.\tg1.t1
s\tAUGUSTUS\tCDS\t1\t90\t.\t+\t0\ttranscript_id \"g1.t1\"; gene_id \"g1\";
";
    let (lines, _) = converted("a.gtf", gtf, &["--format", "gff3"]);
    assert_eq!(
        lines,
        [
            "s\tAUGUSTUS\tgene\t1\t90\t.\t+\t.\tID=g1",
            "s\tAUGUSTUS\ttranscript\t1\t90\t.\t+\t.\tID=g1.t1;Parent=g1",
            "s\tAUGUSTUS\tCDS\t1\t90\t.\t+\t0\tParent=g1.t1;gene_id=g1",
        ]
    );
    let (lines, _) = converted("a.gtf", gtf, &["--format", "gtf"]);
    assert_eq!(
        lines,
        [
            "s\tAUGUSTUS\tgene\t1\t90\t.\t+\t.\tgene_id \"g1\";",
            "s\tAUGUSTUS\ttranscript\t1\t90\t.\t+\t.\tgene_id \"g1\"; transcript_id \"g1.t1\";",
            "s\tAUGUSTUS\tCDS\t1\t90\t.\t+\t0\tgene_id \"g1\"; transcript_id \"g1.t1\";",
        ]
    );
}

/// What has exons is a transcript, whatever its type is called; a protein, which has CDS, is none.
#[test]
fn a_type_of_no_class_that_has_exons_is_a_transcript() {
    let gff = "\
s\t.\tgene\t1\t90\t.\t+\t.\tID=G
s\t.\todd_variant\t1\t90\t.\t+\t.\tID=T1;Parent=G
s\t.\texon\t1\t90\t.\t+\t.\tParent=T1
s\t.\todd_variant\t1\t80\t.\t+\t.\tID=T2;Parent=G
s\t.\tCDS\t1\t80\t.\t+\t0\tParent=T2
s\t.\tmRNA\t1\t80\t.\t+\t.\tID=T3;Parent=G
s\t.\tprotein\t1\t80\t.\t+\t.\tID=P3;Derives_from=T3
s\t.\tCDS\t1\t80\t.\t+\t0\tParent=T3,P3
";
    let (lines, _) = converted("a.gff3", gff, &["--format", "gtf"]);
    let short: Vec<String> = lines
        .iter()
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            format!("{} {}", columns[2], columns[8])
        })
        .collect();
    assert_eq!(
        short,
        [
            r#"gene gene_id "G";"#,
            r#"transcript gene_id "G"; transcript_id "T1"; so_type "odd_variant";"#,
            r#"exon gene_id "G"; transcript_id "T1";"#,
            r#"transcript gene_id "G"; transcript_id "T2"; so_type "odd_variant";"#,
            r#"CDS gene_id "G"; transcript_id "T2";"#,
            r#"transcript gene_id "G"; transcript_id "T3"; so_type "mRNA";"#,
            r#"protein gene_id ""; ID "P3"; Derives_from "T3";"#,
            r#"CDS gene_id "G"; transcript_id "T3"; Parent "T3"; Parent "P3";"#,
        ]
    );
    let args = ["--format", "gtf", "--empty-transcript-id", "--type", "gene"];
    let (lines, _) = converted("a.gff3", gff, &args);
    assert_eq!(
        lines,
        ["s\t.\tgene\t1\t90\t.\t+\t.\tgene_id \"G\"; transcript_id \"\";"]
    );
}

#[test]
fn what_gff3_reserves_is_escaped_and_an_empty_identifier_left_out() {
    let gtf = "\
s\t.\tgene\t1\t90\t.\t+\t.\tgene_id \"g\"; transcript_id \"\"; note \"50% of a=b,c & d%41\"; empty \"\";
s\t.\tregion\t1\t90\t.\t+\t.\tgene_id \"\"; transcript_id \"\";
";
    let (lines, _) = converted("a.gtf", gtf, &["--format", "gff3"]);
    assert_eq!(
        lines,
        [
            "s\t.\tgene\t1\t90\t.\t+\t.\tID=g;note=50%25 of a%3Db%2Cc %26 d%2541;empty=",
            "s\t.\tregion\t1\t90\t.\t+\t.\t.",
        ]
    );
}
