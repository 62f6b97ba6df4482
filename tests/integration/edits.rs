//! Edits made in SQL: what was changed comes out changed, and nothing else does.

// Columns of the table, and the header of the file.
mod columns;
// One GFF3 record, column by column.
mod gff3;
// One GTF record, whose keys are named by its type.
mod gtf;
// Records added and deleted, and line ends.
mod lines;
// Where a record lies, and of what type it is.
mod places;
// Single values of attributes.
mod values;

use std::{fs, path::Path};

use gffdb::{
    Existing, Loader, db,
    export::{Dataset, Exporter, choose},
};
use rusqlite::Connection;

use crate::workdir::Workdir;

const GFF3: &str = "\
##gff-version 3
sq0\tNOODLES\tgene\t8\t13\t0.90\t+\t.\tID=g0;Name=n%2C1;tag=a,b
# a comment
sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tParent=g0;ID=t0;
sq%200\tNOODLES\tCDS\t08\t13\t.\t+\t0\tNote=x;ID=c0;Alias=y;Parent=t0;z=1
###
";

const GTF: &str = "\
sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tgene_id \"g0\"; level 2;
sq0\tNOODLES\ttranscript\t8\t13\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; tag \"a\"; tag \"b\";
sq0\tNOODLES\texon\t8\t13\t.\t+\t.\tgene_id \"g0\"; transcript_id \"t0\"; exon_number 1;
sq0\tNOODLES\tregion\t1\t99\t.\t.\t.\t.
";

/// Loads a text with keys promoted, edits the database, and returns what is exported.
fn edited(text: &str, promote: &[&str], sql: &str) -> String {
    let work = Workdir::new();
    let (file, goal) = (work.file("a.gff", text), work.path("a.sqlite"));
    let load = |file: &Path| {
        let mut loader = Loader::new(&goal);
        loader.existing(Existing::Overwrite).threads(1);
        // What an edit leaves without a gene is not to get one.
        loader.infer_gtf(false);
        loader
            .promote(promote.iter().copied())
            .load(&[file])
            .expect("it loads");
    };
    load(&file);
    // As from any program with SQLite in it: none of this crate's functions.
    let connection = Connection::open(&goal).expect("a database");
    connection
        .execute_batch(sql)
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    drop(connection);
    let (exported, before) = (export(&goal), identities(&goal));
    // What comes out goes in again and says the same.
    fs::write(&file, &exported).expect("a file");
    load(&file);
    assert_eq!(identities(&goal), before, "{sql}\n{exported}");
    assert_eq!(export(&goal), exported, "{sql}");
    exported
}

fn export(database: &Path) -> String {
    let connection = db::open(database).expect("a database");
    let datasets = Dataset::all(&connection, database).expect("datasets");
    let dataset = choose(&datasets, None, database).expect("a dataset");
    let mut text = Vec::new();
    Exporter::new(&connection, database, &datasets)
        .export(dataset, |chunk| {
            text.extend_from_slice(chunk);
            Ok(())
        })
        .expect("it can be read");
    String::from_utf8(text).expect("UTF-8")
}

/// Returns what the records are: type, ID, parents one by one.
fn identities(database: &Path) -> Vec<String> {
    let connection = db::open(database).expect("a database");
    let mut statement = connection
        .prepare(
            "SELECT concat_ws('|', type, start, gff.ID, (
                SELECT group_concat(Parent) FROM child_of WHERE child_of.record_id = gff.record_id
             )) FROM gff ORDER BY record_id",
        )
        .expect("SQL");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<rusqlite::Result<_>>().expect("texts")
}

/// Returns the lines that are in only one of two texts, with `-` and `+` before them.
fn difference(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let tail = before[same..].iter().rev().zip(after[same..].iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let lines = |sign: &str, lines: &[&str]| -> Vec<String> {
        lines[same..lines.len() - tail]
            .iter()
            .map(|line| format!("{sign}{line}\n"))
            .collect()
    };
    [lines("-", &before), lines("+", &after)].concat().concat()
}
