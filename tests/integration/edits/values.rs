//! Table attribute_value follows edits: it has what a load of the export has, or says that it lacks it.

use std::fs;

use gffdb::{Existing, Loader};
use rusqlite::Connection;

use super::{GFF3, GTF, export};
use crate::{
    reread::{self, rows},
    workdir::Workdir,
};

/// Records are counted, because a load numbers them from 1.
const VALUES: &str = "
    SELECT (SELECT count(*) FROM gff WHERE gff.record_id <= attribute_value.record_id), key, value
    FROM attribute_value ORDER BY 1, 2, 3";
const OUTDATED: &str = "SELECT record_id, key FROM _outdated_value ORDER BY 1, 2";

const KEYS: [&str; 7] = [
    "Name",
    "tag",
    "Alias",
    "ID",
    "Parent",
    "level",
    "exon_number",
];

/// Loads a text and edits it. Returns the values there are, those of its export, and those that are outdated.
fn edited(text: &str, promote: &[&str], sql: &str) -> [Vec<String>; 3] {
    let work = Workdir::new();
    let (file, target) = (work.file("a.gff", text), work.path("a.sqlite"));
    let load = || {
        Loader::new(&target)
            .existing(Existing::Overwrite)
            .infer_gtf(false)
            .promote(promote.iter().copied())
            .values(KEYS)
            .load(&[&file])
            .expect("it loads");
    };
    load();
    Connection::open(&target)
        .and_then(|c| c.execute_batch(sql))
        .expect(sql);
    let database = reread::open(&target);
    let (found, outdated) = (rows(&database, VALUES), rows(&database, OUTDATED));
    drop(database);
    fs::write(&file, export(&target)).expect("a file");
    load();
    [found, rows(&reread::open(&target), VALUES), outdated]
}

#[test]
fn values_are_those_of_a_load_of_the_export() {
    for (text, promote, sql) in [
        (GFF3, &[][..], "SELECT 1"),
        (GFF3, &["Name"], "UPDATE gff SET Name = 'm'"),
        // Its layout has an escaped comma, that of others none.
        (GFF3, &["Name"], "UPDATE gff SET Name = 'm, o' WHERE type = 'gene'"),
        (GFF3, &["Name"], "UPDATE gff SET Name = ' m , o ,,p ' WHERE type <> 'gene'"),
        (GFF3, &["Name"], "UPDATE gff SET Name = NULL"),
        (GFF3, &["Name", "tag"], "UPDATE gff SET tag = 'x,y', Name = '%41;'"),
        (GFF3, &["tag"], "UPDATE gff SET ID = 'new' || record_id"),
        // Several parents, on lines of which one has an escaped comma.
        (GFF3, &[], "UPDATE gff SET Parent = 'a,,b' WHERE ID = 't0'"),
        ("s\t.\texon\t1\t2\t.\t+\t.\tParent=t%2C1;\n", &[], "UPDATE gff SET Parent = 'a,,b'"),
        (GFF3, &[], "UPDATE gff SET attributes = NULL"),
        (GFF3, &[], "UPDATE gff SET attributes = 'tag=x,y%2Cz%, w ; Name = n=%zz;Name=;ntag=a;tag;tag=%3b'"),
        (GFF3, &["Name"], "UPDATE gff SET attributes = 'Alias=Name;tag=a'"),
        (GFF3, &[], "DELETE FROM gff WHERE record_id = 1"),
        (GFF3, &[], "UPDATE gff SET record_id = record_id + 100"),
        (
            GFF3,
            &["Name"],
            "INSERT INTO gff (dataset, type, start, \"end\", ID, Name, attributes)
             VALUES ('a', 'gene', 1, 2, 'x', 'n,m', 'tag=a,b'), ('a', 'gene', 1, 2, NULL, NULL, 'tag=c')",
        ),
        (
            GFF3,
            &[],
            "INSERT OR REPLACE INTO gff (record_id, dataset, type, start, \"end\", attributes)
             VALUES (1, 'a', 'gene', 1, 2, 'tag=c')",
        ),
        (
            GFF3,
            &[],
            "INSERT INTO gff (record_id, dataset, type, start, \"end\", attributes)
             VALUES (1, 'a', 'gene', 1, 2, 'tag=c')
             ON CONFLICT (record_id) DO UPDATE SET attributes = 'tag=d,e'",
        ),
        (GFF3, &[], "UPDATE OR IGNORE gff SET attributes = 'tag=d,e,d'"),
        (GTF, &[], "UPDATE gff SET attributes = 'tag \"c\"; level 3; tag \"d,e\"' WHERE type = 'transcript'"),
        (GTF, &["tag"], "UPDATE gff SET tag = 'c,d' WHERE type = 'transcript'"),
        (GTF, &["tag"], "UPDATE gff SET tag = 'c,d' WHERE type = 'exon'"),
        // The column is a copy of the rest, and stays one.
        (
            GTF,
            &["tag"],
            "UPDATE gff SET attributes = 'tag \"a\"; level 3; tag \"b\";' WHERE type = 'transcript'",
        ),
        (GTF, &["exon_number"], "UPDATE gff SET exon_number = 2 WHERE type = 'exon'"),
        (GTF, &["level"], "UPDATE gff SET level = NULL, attributes = 'tag \"x\";' WHERE type = 'gene'"),
        (GTF, &[], "UPDATE gff SET attributes = 'note \"a b\"; tag \"x\";' WHERE type = 'region'"),
    ] {
        let [found, expected, outdated] = edited(text, promote, sql);
        assert_eq!(found, expected, "{sql}");
        assert_eq!(outdated, [""; 0], "{sql}");
    }
}

#[test]
fn parents_are_those_of_a_load_of_the_export() {
    const PARENTS: &str = "SELECT record_id, Parent FROM _multi_parent ORDER BY 1, 2";
    let work = Workdir::new();
    let target = work.path("a.sqlite");
    let load = |text: &str| {
        let file = work.file("a.gff", text);
        Loader::new(&target)
            .existing(Existing::Overwrite)
            .load(&[&file])
            .expect("it loads");
    };
    for (parents, set, expected) in [
        ("a,b", "Parent = 'c,d'", &["1|c", "1|d"][..]),
        ("a%2Cb", "Parent = 'c,d'", &["1|c", "1|d"]),
        ("a,b", "source = 'x'", &["1|a", "1|b"]),
        ("a,b", "attributes = 'Note=x'", &["1|a", "1|b"]),
        // GTF has one parent.
        ("a,b", "attributes = 'gene_id \"g\"; level 1;'", &[]),
    ] {
        load(&format!("s\t.\texon\t1\t2\t.\t+\t.\tParent={parents}\n"));
        Connection::open(&target)
            .and_then(|c| c.execute_batch(&format!("UPDATE gff SET {set}")))
            .expect(set);
        let found = rows(&reread::open(&target), PARENTS);
        assert_eq!(found, expected, "{parents}, {set}");
        load(&export(&target));
        assert_eq!(
            rows(&reread::open(&target), PARENTS),
            expected,
            "{parents}, {set}"
        );
    }
}

#[test]
fn values_that_cannot_be_told_are_taken_out_and_listed() {
    let exact = "s\t.\tgene\t1\t2\t.\t+\t.\ttag=%41%2C,B;Name=caf%E9\n";
    for (text, promote, sql, expected) in [
        // A character of several bytes.
        (
            GFF3,
            &[][..],
            "UPDATE gff SET attributes = 'tag=%C3%A9' WHERE record_id = 1",
            "1|tag",
        ),
        // What may be two values, or a semicolon in quotes.
        (
            GTF,
            &[],
            "UPDATE gff SET attributes = 'tag \"a; tag \"b\";' WHERE record_id = 2",
            "2|tag",
        ),
        (exact, &["Name"], "UPDATE gff SET Name = '%41'", "1|Name"),
    ] {
        let [found, _, outdated] = edited(text, promote, sql);
        assert_eq!(outdated, [expected], "{sql}");
        assert!(
            !found.iter().any(|row| row.starts_with(expected)),
            "{sql}: {found:?}"
        );
    }
}

#[test]
fn a_later_edit_brings_the_values_back() {
    let sql = "UPDATE gff SET attributes = 'tag=%C3%A9'; UPDATE gff SET attributes = 'note=x'";
    let [found, expected, outdated] = edited(GFF3, &[], sql);
    assert_eq!((found, outdated.len()), (expected, 0));
}

#[test]
fn values_that_are_lacking_are_told_of() {
    let work = Workdir::new();
    Loader::new(work.path("a.sqlite"))
        .values(["tag"])
        .load(&[work.file("a.gff3", GFF3)])
        .expect("it loads");
    let database = Connection::open(work.path("a.sqlite")).expect("a database");
    let note = "gffdb: table attribute_value lacks values of 1 records that were edited, which table \
                _outdated_value lists; convert what `gffdb export` writes with --values to have them\n";
    for (attributes, expected) in [("tag=d", ""), ("tag=%C3%A9", note), ("tag=e", "")] {
        let sql = "UPDATE gff SET attributes = ?1 WHERE ID = 'g0'";
        database.execute(sql, [attributes]).expect("an edit");
        for ask in [
            &["info", "a.sqlite"][..],
            &["sql", "a.sqlite", "SELECT value FROM attribute_value"],
        ] {
            assert_eq!(work.gffdb(ask).both().1, expected, "{ask:?} {attributes}");
        }
    }
}
