//! Files added to a database that people have made their own.

use gffdb::{Existing, Loader};
use rusqlite::Connection;

use crate::{reread::rows, workdir::Workdir};

#[test]
fn indexes_and_triggers_of_the_user_outlive_a_large_file() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    let line = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0;Name=n\n";
    let (small, large) = (
        work.file("a.gff3", line),
        work.file("b.gff3", line.repeat(10_000)),
    );
    let mut loader = Loader::new(&goal);
    loader.index(["Name"]).load(&[small]).expect("it loads");
    let connection = Connection::open(&goal).expect("a database");
    connection
        .execute_batch(
            "CREATE INDEX mine ON gff (source, start);
             CREATE TABLE edit (record_id INTEGER);
             CREATE TRIGGER noted AFTER UPDATE ON gff BEGIN INSERT INTO edit VALUES (NEW.record_id); END;",
        )
        .expect("SQL");
    let schema = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name";
    let before = rows(&connection, schema);
    drop(connection);
    let mut loader = Loader::new(&goal);
    loader.existing(Existing::Append);
    loader.load(&[large]).expect("it loads");
    let connection = Connection::open(&goal).expect("a database");
    assert_eq!(rows(&connection, schema), before);
    for index in ["mine", "gff_Name"] {
        assert!(before.contains(&index.to_owned()), "{before:?}");
    }
    assert_eq!(rows(&connection, "PRAGMA integrity_check"), ["ok"]);
}
