//! Edits of where a record lies and of what type it is: a region finds it there, and nowhere else.

use gffdb::{Existing, Loader};
use rusqlite::Connection;

use super::{GFF3, GTF};
use crate::{reread, workdir::Workdir};

/// The types and classes of length that the records have, and those that searches go through.
const LISTED: &str = "SELECT type, class, longest FROM _type_length ORDER BY 1, 2";
const THERE: &str = "
    SELECT type, class, longest
    FROM _length_class JOIN (
        SELECT DISTINCT type, CASE
            WHEN \"end\" < start THEN -1
            WHEN \"end\" - start <= 1023 THEN 0
            WHEN \"end\" - start <= 32767 THEN 1
            WHEN \"end\" - start <= 1048575 THEN 2
            WHEN \"end\" - start <= 33554431 THEN 3
            ELSE 4
        END AS class
        FROM gff NOT INDEXED
    ) USING (class)
    ORDER BY 1, 2";

#[test]
fn a_region_finds_what_was_edited_into_it() {
    for (edit, region, expected) in [
        ("SELECT 1", "sq0:10-10", "1,2"),
        (
            "UPDATE gff SET type = 'new' WHERE record_id = 1",
            "sq0:10-10",
            "1,2",
        ),
        (
            "UPDATE gff SET type = NULL WHERE record_id = 1",
            "sq0:10-10",
            "1,2",
        ),
        (
            "UPDATE gff SET type = x'ff' WHERE record_id = 1",
            "sq0:10-10",
            "1,2",
        ),
        (
            "UPDATE gff SET \"end\" = 2000 WHERE record_id = 1",
            "sq0:1999-",
            "1",
        ),
        (
            "UPDATE gff SET \"end\" = 90000000 WHERE record_id = 1",
            "sq0:80000000-80000001",
            "1",
        ),
        (
            "UPDATE gff SET start = -90000 WHERE record_id = 2",
            "sq0:1-2",
            "2",
        ),
        (
            "UPDATE gff SET start = -5 WHERE record_id = 2",
            "sq0:10-10",
            "1,2",
        ),
        (
            "UPDATE gff SET \"end\" = -5 WHERE record_id = 2",
            "sq0:1-8",
            "1,2",
        ),
        (
            "UPDATE gff SET start = -50, \"end\" = -5 WHERE record_id = 2",
            "sq0",
            "1,2",
        ),
        (
            "INSERT INTO gff (dataset, seqid, type, start, \"end\") VALUES ('a', 'sq0', 'x', -5, 1)",
            "sq0:1-1",
            "4",
        ),
        // Sequences that no file named.
        (
            "UPDATE gff SET seqid = 'new' WHERE record_id = 2",
            "new:10-10",
            "2",
        ),
        ("UPDATE gff SET seqid = 'new'", "new", "1,2,3"),
        (
            "INSERT INTO gff (dataset, seqid, type, start, \"end\") VALUES ('a', 'new', 'x', 5, 7)",
            "new:6-6",
            "4",
        ),
        (
            "UPDATE gff SET start = 700, \"end\" = 500 WHERE record_id = 2",
            "sq0:600-600",
            "2",
        ),
        (
            "UPDATE gff SET start = NULL WHERE record_id = 2",
            "sq0",
            "1,2",
        ),
        (
            "UPDATE gff SET record_id = 9 WHERE record_id = 2",
            "sq0:13-13",
            "1,9",
        ),
        (
            "INSERT INTO gff (dataset, seqid, type, start, \"end\") VALUES ('a', 'sq0', 'x', 5, 40000)",
            "sq0:39000-39000",
            "4",
        ),
        (
            "INSERT OR REPLACE INTO gff (record_id, dataset, seqid, type, start, \"end\")
             VALUES (1, 'a', 'sq0', 'x', 5, 40000)",
            "sq0:12-12",
            "1,2",
        ),
        ("DELETE FROM gff WHERE record_id = 1", "sq0:10-10", "2"),
    ] {
        let work = Workdir::new();
        let goal = work.path("a.sqlite");
        Loader::new(&goal)
            .load(&[work.file("a.gff3", GFF3)])
            .expect("it loads");
        Connection::open(&goal)
            .and_then(|c| c.execute_batch(edit))
            .expect(edit);
        let found = work.gffdb([
            "query",
            "a.sqlite",
            "--region",
            region,
            "--format",
            "tsv",
            "--columns",
            "record_id",
        ]);
        let found = found.stdout();
        let found: Vec<_> = found.lines().skip(1).collect();
        assert_eq!(found.join(","), expected, "{edit}");
        // The same region in a file, which is merged with the index.
        let seqid = region.split(':').next().unwrap_or_default();
        let Some((first, last)) = region
            .split_once(':')
            .and_then(|(_, range)| range.split_once('-'))
            .and_then(|(first, last)| {
                Some((first.parse::<u64>().ok()?, last.parse::<u64>().ok()?))
            })
        else {
            continue;
        };
        work.file("r.bed", format!("{seqid}\t{}\t{last}\n", first - 1));
        let counted = work.gffdb(["query", "a.sqlite", "--regions-file", "r.bed", "--count"]);
        let counted = counted.stdout();
        let count = counted.trim().rsplit('\t').next();
        assert_eq!(count, Some(found.len().to_string().as_str()), "{edit}");
    }
}

#[test]
fn what_is_searched_is_what_there_is() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    let long = "sq0\t.\tgene\t8\t90000\t.\t+\t.\tID=g\nsq0\t.\t.\t8\t9\t.\t+\t.\tID=h\n";
    let check = |step: &str| {
        let database = reread::open(&goal);
        let listed = reread::rows(&database, LISTED);
        assert_eq!(listed, reread::rows(&database, THERE), "{step}");
        listed.len()
    };
    let load = |name: &str, text: &str, existing| {
        Loader::new(&goal)
            .existing(existing)
            .load(&[work.file(name, text)])
            .expect("it loads");
    };
    load("a.gff3", GFF3, Existing::Refuse);
    assert_eq!(check("new"), 3);
    load("b.gtf", GTF, Existing::Append);
    assert_eq!(check("appended"), 6);
    load("a.gff3", long, Existing::Replace);
    assert_eq!(check("replaced"), 6);
    let exons = "c\t.\texon\t1\t40000\t.\t+\t.\tgene_id \"g\"; transcript_id \"t\";\n";
    load("c.gtf", exons, Existing::Append);
    // Of exon and transcript; a gene of that length is there.
    assert_eq!(check("genes and transcripts added"), 8);
    let back = "d\t.\texon\t9\t8\t.\t+\t.\tID=e\n";
    load("d.gff3", back, Existing::Append);
    assert_eq!(check("an end before its start"), 9);
}

/// Text would be in no index where it is looked for, and on no line that a program reads.
#[test]
fn a_position_is_a_whole_number_or_missing() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    Loader::new(&goal)
        .load(&[work.file("a.gff3", GFF3)])
        .expect("it loads");
    let database = Connection::open(&goal).expect("a database");
    for (value, is_taken) in [
        ("7", true),
        ("-7", true),
        ("'7'", true),
        ("7.0", true),
        ("NULL", true),
        ("'abc'", false),
        ("''", false),
        ("7.5", false),
        ("x'37'", false),
    ] {
        for sql in [
            format!("UPDATE gff SET start = {value}"),
            format!("UPDATE gff SET \"end\" = {value} WHERE type = 'gene'"),
            format!("INSERT INTO gff (dataset, start) VALUES ('a', {value})"),
        ] {
            let refused = database.execute_batch(&sql).err().map(|e| e.to_string());
            let text = "gff.start and gff.end take a whole number, or NULL";
            match is_taken {
                true => assert_eq!(refused, None, "{sql}"),
                false => assert!(refused.is_some_and(|e| e.contains(text)), "{sql}"),
            }
        }
    }
}
