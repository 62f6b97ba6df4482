//! Wrong statements, at every stage of a load: none goes unnoticed.

use std::path::{Path, PathBuf};

use super::{
    super::{Existing, Loader, origin::Origin, session::LoadSession},
    Step, begin, begin_replacing,
};
use crate::{Error, Result};

const GFF3: &str = "\
##gff-version 3
sq%200\tNOODLES\tgene\t08\t13\t0.90\t+\t.\tName=n;ID=g0;
sq0\tNOODLES\tmRNA\t8\t13\t.\t+\t.\tID=t0;Parent=g0
sq0\tNOODLES\texon\t8\t13\t.\t+\t.\tParent=t1
###
";

const GTF: &str = "\
sq0\tAUGUSTUS\tgene\t8\t13\t.\t+\t.\tg1
sq0\tAUGUSTUS\ttranscript\t8\t13\t.\t+\t.\tg1.t1
sq0\tAUGUSTUS\tCDS\t8\t13\t.\t+\t0\ttranscript_id \"g1.t1\"; gene_id \"g1\";
sq0\tNOODLES\texon\t8\t13\t.\t-\t.\ttranscript_id \"t2\"; gene_id \"g2\";
# the end
";

/// Where a statement comes between those of the load.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    Files,
    Indexes,
    /// As if it were one of those that infer.
    Inference,
    Inferred,
    End,
}

const STAGES: [Stage; 5] = [
    Stage::Files,
    Stage::Indexes,
    Stage::Inference,
    Stage::Inferred,
    Stage::End,
];

/// Loads two files, with statements in between, and returns what went wrong.
fn load(directory: &Path, appending: bool, at: Stage, sql: &str) -> Result<()> {
    let files = [("a.gff3", GFF3), ("b.gtf", GTF)].map(|(name, text)| {
        let path = directory.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    });
    let path = directory.join("a.sqlite");
    let mut loader = Loader::new(&path);
    loader.promote(["Name", "gene_id"]).infer_gff3(true);
    if appending {
        loader.load(&files)?;
        loader.existing(Existing::Replace);
    }
    loader.cancel.begin(None);
    let mut load = match appending {
        true => LoadSession::append(&loader)?,
        false => {
            std::fs::write(&path, "").expect("a temporary file");
            LoadSession::create(&loader, &path, None)?
        }
    };
    let inject = |load: &LoadSession<'_>, stage| match stage == at {
        true => load
            .connection
            .execute_batch(sql)
            .map_err(|e| Error::sqlite(&path, e)),
        false => Ok(()),
    };
    let names = ["a", "b"].map(String::from);
    for (file, name) in files.iter().zip(&names) {
        let mut origin = Origin::of_file(file);
        origin.name.clone_from(name);
        load.file(loader.open(&origin)?, &origin, &mut ())?;
    }
    inject(&load, Stage::Files)?;
    load.index(&mut ())?;
    inject(&load, Stage::Indexes)?;
    load.infer()?;
    begin(&mut load.connection, Step::Infer).expect("a step");
    inject(&load, Stage::Inference)?;
    begin(&mut load.connection, Step::Other).expect("a step");
    inject(&load, Stage::Inferred)?;
    load.analyze()?;
    inject(&load, Stage::End)?;
    load.finish(&names).map(drop)
}

/// Loads with a statement at each of the stages: a new database, or one in which both datasets give way,
/// turn by turn.
fn each(stages: &[Stage], sql: &[&str], check: impl Fn(&str, Result<()>)) {
    for (i, sql) in sql.iter().enumerate() {
        for (j, stage) in stages.iter().enumerate() {
            let directory = tempfile::tempdir().expect("a directory");
            let done = load(directory.path(), (i + j) % 2 == 0, *stage, sql);
            check(&format!("{stage:?}: {sql}"), done);
        }
    }
}

/// Fails where a load went well.
fn is_noticed(what: &str, done: Result<()>) {
    let said = done.expect_err(what).to_string();
    let is_told = ["would ", "expected ", "no such "]
        .iter()
        .any(|word| said.contains(word));
    assert!(is_told, "{what}: {said}");
}

#[test]
fn a_load_by_itself_changes_nothing_that_it_should_not() {
    each(&STAGES, &["", " "], |what, done| done.expect(what));
}

#[test]
fn a_wrong_statement_fails_the_load_at_every_stage() {
    let wrong = [
        "UPDATE gff SET source = 'other' WHERE record_id = (SELECT min(record_id) FROM gff)",
        "UPDATE OR REPLACE gff SET record_id = record_id + 1 WHERE type = 'mRNA'",
        "UPDATE OR IGNORE gff SET \"end\" = 14",
        "UPDATE gff SET Name = NULL WHERE Name IS NOT NULL",
        "UPDATE gff SET layout = NULL WHERE layout IS NOT NULL",
        "UPDATE gff SET dataset = 'b' WHERE dataset = 'a'",
        "DELETE FROM gff WHERE type = 'mRNA'",
        "DELETE FROM gff",
        "REPLACE INTO gff (record_id, dataset) SELECT min(record_id), 'a' FROM gff",
        "UPDATE _layout SET attributes = NULL",
        "DELETE FROM _layout",
        "REPLACE INTO _layout SELECT layout_id, NULL, NULL FROM _layout",
        "UPDATE _verbatim SET bytes = x'37' WHERE field = 'start'",
        "DELETE FROM _verbatim",
        "REPLACE INTO _verbatim SELECT record_id, field, x'37' FROM _verbatim",
        "UPDATE _other_line SET text = '# another'",
        "UPDATE _other_line SET before_record = NULL WHERE before_record IS NOT NULL",
        "DELETE FROM _other_line",
        "UPDATE dataset SET line_end = char(13, 10)",
        "DELETE FROM dataset WHERE dataset = 'a'",
        "DELETE FROM _promoted WHERE key = 'Name'",
        "UPDATE _promoted SET key = 'nothing' WHERE key = 'Name'",
        "ALTER TABLE gff RENAME COLUMN source TO origin",
        "DROP TABLE _other_line",
    ];
    each(&STAGES, &wrong, is_noticed);
}

#[test]
fn what_is_added_to_the_records_of_the_files_fails_the_load() {
    let wrong = [
        "INSERT INTO gff (record_id, dataset, seqid) VALUES (0, 'a', 'sq0')",
        "INSERT INTO gff (dataset, seqid) VALUES ('a', 'sq0')",
        "INSERT INTO _verbatim SELECT record_id, 'source', x'37' FROM gff WHERE type = 'mRNA'",
        "INSERT INTO _inferred SELECT record_id FROM gff WHERE type = 'mRNA'",
        "INSERT INTO _other_line VALUES ('a', 99, NULL, 'comment', '# another', NULL)",
        "INSERT INTO _promoted VALUES (9, 'source')",
        // Nor can it be taken away.
        "DROP TRIGGER temp.guard_gff_update; UPDATE gff SET source = 'other'",
    ];
    each(&STAGES[1..], &wrong, is_noticed);
}

#[test]
fn a_record_that_is_changed_on_purpose_comes_back_as_it_was() {
    // Of these, the load itself noted the lines.
    let noted = "record_id IN (SELECT record_id FROM noted_line)";
    for (sql, expected) in [
        (format!("UPDATE gff SET Name = 'n' WHERE {noted}"), None),
        (
            format!("UPDATE gff SET source = 'other' WHERE {noted}"),
            Some(
                "expected record 4 to come back as \"sq0\\tAUGUSTUS\\tgene\\t8\\t13\\t.\\t+\\t.\\tg1\", found \
                 \"sq0\\tother\\tgene\\t8\\t13\\t.\\t+\\t.\\tg1\"; the database was not written; report this, \
                 with the file",
            ),
        ),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        let done = load(directory.path(), false, Stage::Inference, &sql);
        let path: PathBuf = directory.path().join("a.sqlite");
        let expected = expected.map(|said| format!("{}: {said}", path.display()));
        assert_eq!(done.err().map(|e| e.to_string()), expected, "{sql}");
    }
}

#[test]
fn while_a_dataset_gives_way_no_other_one_loses_anything() -> rusqlite::Result<()> {
    let directory = tempfile::tempdir().expect("a directory");
    load(directory.path(), false, Stage::End, "").expect("it loads");
    let mut connection = rusqlite::Connection::open(directory.path().join("a.sqlite"))?;
    crate::db::schema::drop_last(&connection)?;
    begin_replacing(&mut connection, "a")?;
    for table in ["_verbatim", "_inferred", "_other_line", "gff", "dataset"] {
        let of = |dataset| match table {
            "_verbatim" | "_inferred" => format!(
                "DELETE FROM {table} WHERE record_id IN (SELECT record_id FROM gff WHERE dataset = '{dataset}')"
            ),
            _ => format!("DELETE FROM {table} WHERE dataset = '{dataset}'"),
        };
        assert!(connection.execute(&of("b"), []).is_err(), "{table}");
        assert!(connection.execute(&of("a"), [])? > 0, "{table}");
    }
    Ok(())
}
