//! Several files, and a goal that is there already.

use super::{GENES, genes};
use crate::{reread, workdir::Workdir};

/// The other file.
const MORE: &str = "\
sq0\tNOODLES\tgene\t2000\t2300\t.\t-\t.\tID=g0;colour=red
sq1\tNOODLES\tgene\t8\t13\t.\t-\t.\tName=other
";

const RECORDS: &str = "SELECT record_id, dataset, ID FROM gff";

fn two() -> Workdir {
    let dir = genes();
    dir.file("more.gff3", MORE);
    dir
}

#[track_caller]
fn well(dir: &Workdir, args: &[&str]) -> rusqlite::Connection {
    let args = ["convert", "--quiet", "-o", "all.sqlite"]
        .iter()
        .chain(args);
    assert_eq!(dir.gffdb(args).stdout(), "");
    reread::open(&dir.path("all.sqlite"))
}

#[track_caller]
fn refused(dir: &Workdir, args: &[&str], expected: &str) {
    let before = std::fs::read(dir.path("all.sqlite")).ok();
    let names = dir.names();
    let args = ["convert", "-o", "all.sqlite"].iter().chain(args);
    assert_eq!(dir.gffdb(args).stderr(2), format!("gffdb: {expected}\n"));
    assert_eq!(std::fs::read(dir.path("all.sqlite")).ok(), before);
    assert_eq!(dir.names(), names);
}

#[test]
fn each_file_is_a_dataset_named_by_its_file() {
    let dir = Workdir::new();
    let line = "sq0\t.\tgene\t8\t13\t.\t+\t.\tID=g\n";
    let files = [
        ("v1.2.gff3", "v1.2"),
        ("b.GFF", "b"),
        ("c.gtf", "c"),
        ("d.gff3.bgz", "d"),
        ("e.gff.zst", "e"),
        ("f", "f"),
        (".gff3", ".gff3"),
    ];
    // The name says nothing of the compression: these are all plain.
    for (file, _) in files {
        dir.file(file, line);
    }
    let names: Vec<&str> = files.iter().map(|f| f.0).collect();
    let database = well(&dir, &names);
    let datasets = "SELECT dataset || ' ' || file FROM dataset ORDER BY first_record";
    let expected: Vec<_> = files
        .iter()
        .map(|(file, name)| format!("{name} {file}"))
        .collect();
    assert_eq!(reread::rows(&database, datasets), expected);
    for (_, name) in files {
        assert_eq!(reread::file(&database, name), line.as_bytes(), "{name}");
    }
}

#[test]
fn two_files_that_would_be_one_dataset_are_refused() {
    let dir = two();
    std::fs::create_dir(dir.path("d")).expect("a directory");
    dir.file("d/genes.gff", MORE);
    refused(
        &dir,
        &["genes.gff3", "d/genes.gff"],
        "genes.gff3 and d/genes.gff would both be dataset \"genes\"; load them one by one with \
         --dataset NAME and --append",
    );
    refused(
        &dir,
        &["genes.gff3", "more.gff3", "--dataset", "both"],
        "a dataset's name is for one file, found 2 files",
    );
}

#[test]
fn a_goal_that_is_there_is_kept_unless_asked() {
    let dir = two();
    well(&dir, &["genes.gff3"]);
    refused(
        &dir,
        &["more.gff3"],
        "all.sqlite already exists; use --append to add to it, --append --replace to put a newer \
         file in the place of its dataset, or --force to overwrite it",
    );
    let database = well(&dir, &["more.gff3", "--force"]);
    assert_eq!(reread::rows(&database, RECORDS), ["1|more|g0", "2|more|"]);
}

#[test]
fn an_appended_file_adds_its_rows_and_columns() {
    let dir = two();
    well(
        &dir,
        &["genes.gff3", "--promote", "Name", "--index", "biotype"],
    );
    let database = well(&dir, &["more.gff3", "--append", "--promote", "colour"]);
    let columns = "SELECT key FROM _promoted ORDER BY position";
    assert_eq!(
        reread::rows(&database, columns),
        ["ID", "Parent", "Name", "biotype", "colour"]
    );
    let values = "SELECT record_id, dataset, Name, biotype, colour FROM gff";
    assert_eq!(
        reread::rows(&database, values),
        [
            "1|genes|ndls|coding|",
            "2|genes|ndls-1||",
            "3|genes|||",
            "4|genes|||",
            "5|more|||red",
            "6|more|other||",
        ]
    );
    let nulls: i64 = reread::one(&database, "SELECT COUNT(*) FROM gff WHERE colour IS NULL");
    assert_eq!(nulls, 5);
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
    assert_eq!(reread::file(&database, "more"), MORE.as_bytes());
    assert_eq!(reread::integrity(&database), "ok");
    assert!(reread::names(&database, "index").contains(&String::from("gff_biotype")));
}

#[test]
fn appending_is_the_same_as_loading_together() {
    let dir = two();
    let together = reread::dump(&well(&dir, &["genes.gff3", "more.gff3"]));
    well(&dir, &["genes.gff3", "--force"]);
    let appended = well(&dir, &["more.gff3", "--append"]);
    assert_eq!(reread::dump(&appended), together);
}

#[test]
fn a_known_dataset_is_added_only_in_the_place_of_the_old_one() {
    let dir = two();
    let all = ["--values", "tag", "--skip-bad-lines"];
    let old = format!("{GENES}bad line\n");
    dir.file("genes.gff3", old);
    well(&dir, &[&["genes.gff3", "more.gff3"], &all[..]].concat());
    refused(
        &dir,
        &["genes.gff3", "--append", "--skip-bad-lines"],
        "all.sqlite: dataset \"genes\" is there already; use --append --replace to put the new \
         file in its place, or --dataset NAME to add it under another name",
    );
    let newer = "sq9\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=newer\n";
    dir.file("genes.gff3", newer);
    let database = well(&dir, &["genes.gff3", "--append", "--replace"]);
    assert_eq!(
        reread::rows(&database, RECORDS),
        ["5|more|g0", "6|more|", "7|genes|newer"]
    );
    // Nothing of the old one is left in any table.
    for (sql, expected) in [
        (
            "SELECT seqid FROM sequence WHERE dataset = 'genes'",
            &["sq9"][..],
        ),
        ("SELECT * FROM _multi_parent", &[]),
        ("SELECT * FROM attribute_value", &[]),
        ("SELECT * FROM _other_line", &[]),
        ("SELECT * FROM issue", &[]),
        (
            "SELECT dataset, records FROM dataset",
            &["genes|1", "more|2"],
        ),
    ] {
        assert_eq!(reread::rows(&database, sql), expected, "{sql}");
    }
    assert_eq!(reread::file(&database, "genes"), newer.as_bytes());
    assert_eq!(reread::file(&database, "more"), MORE.as_bytes());
    assert_eq!(reread::integrity(&database), "ok");

    let database = well(&dir, &["genes.gff3", "--append", "--dataset", "again"]);
    assert_eq!(reread::file(&database, "again"), newer.as_bytes());
}

#[test]
fn a_new_name_replaces_nothing() {
    let dir = two();
    well(&dir, &["genes.gff3"]);
    let database = well(&dir, &["more.gff3", "--append", "--replace"]);
    assert_eq!(reread::file(&database, "genes"), GENES.as_bytes());
    assert_eq!(reread::file(&database, "more"), MORE.as_bytes());
}

#[test]
fn one_bad_file_of_several_leaves_the_goal_as_it_was() {
    let dir = two();
    dir.file("bad.gff3", "sq0\t.\tgene\t8\n");
    let expected = "bad.gff3:1: expected 9 tab-separated columns, found 4; fix the line, or skip \
                    invalid lines with --skip-bad-lines";
    refused(&dir, &["more.gff3", "bad.gff3"], expected);
    well(&dir, &["genes.gff3"]);
    refused(&dir, &["more.gff3", "bad.gff3", "--append"], expected);
    refused(&dir, &["more.gff3", "bad.gff3", "--force"], expected);
}

#[test]
fn what_is_no_database_of_this_program_is_not_added_to() {
    let convert = "`gffdb convert` makes";
    let newer = |dir: &Workdir| {
        well(dir, &["genes.gff3"]);
        let connection = rusqlite::Connection::open(dir.path("all.sqlite")).expect("a database");
        connection
            .pragma_update(None, "user_version", 99)
            .expect("a version");
    };
    let foreign = |dir: &Workdir| {
        let connection = rusqlite::Connection::open(dir.path("all.sqlite")).expect("a database");
        connection
            .execute_batch("CREATE TABLE t (a)")
            .expect("a table");
    };
    type Make<'a> = &'a dyn Fn(&Workdir);
    let cases: [(Make, String); 4] = [
        (
            &newer,
            String::from(
                "expected a schema of version 2 or before, found 99; a newer gffdb wrote it, and reads it",
            ),
        ),
        (
            &foreign,
            format!(
                "a SQLite database, but not one of gffdb; {convert} one from a GFF3 or GTF file"
            ),
        ),
        (
            &|dir| drop(dir.file("all.sqlite", "hello")),
            format!("not a database; {convert} one from a GFF3 or GTF file"),
        ),
        (
            &|dir| drop(dir.file("all.sqlite", "")),
            format!("an empty file; {convert} a database from a GFF3 or GTF file"),
        ),
    ];
    for (make, expected) in cases {
        let dir = two();
        make(&dir);
        refused(
            &dir,
            &["more.gff3", "--append"],
            &format!("all.sqlite: {expected}"),
        );
    }
}
