//! Columns of table gff renamed, taken out and added, and a database whose header lost its mark.

use std::process::Command;

use gffdb::{Loader, db};
use rusqlite::Connection;

use super::{GFF3, export};
use crate::{reread, workdir::Workdir};

/// Loads a file with a key promoted, and runs SQL on the database.
fn altered(sql: &str) -> Workdir {
    let work = Workdir::new();
    Loader::new(work.path("a.sqlite"))
        .promote(["Name"])
        .load(&[work.file("a.gff3", GFF3)])
        .expect("it loads");
    let database = Connection::open(work.path("a.sqlite")).expect("a database");
    if sql.contains("DROP COLUMN") {
        // SQLite takes out no column that a trigger or a view names.
        let drop = "SELECT group_concat(format('DROP %s %s', type, name), ';') FROM sqlite_schema
                    WHERE type = 'trigger' OR type = 'view' AND instr(sql, 'attribute') > 0";
        let drop: String = reread::one(&database, drop);
        database.execute_batch(&drop).expect(&drop);
    }
    database.execute_batch(sql).expect(sql);
    work
}

/// What a message says to do, in backquotes.
fn advice(message: &str) -> &str {
    message.split('`').nth(1).expect("something to do")
}

#[test]
fn a_column_that_is_missing_is_not_left_out_without_a_word() {
    let without = GFF3.replace(";Name=n%2C1", "");
    for (sql, expected, after) in [
        (
            "ALTER TABLE gff RENAME COLUMN Name TO x",
            "expected a column \"Name\" in table gff, found none; if x has its values, `ALTER TABLE \
             gff RENAME COLUMN \"x\" TO \"Name\"` brings it back",
            GFF3,
        ),
        (
            "ALTER TABLE gff RENAME COLUMN score TO x",
            "expected a column \"score\" in table gff, found none; if x has its values, `ALTER TABLE \
             gff RENAME COLUMN \"x\" TO \"score\"` brings it back",
            GFF3,
        ),
        (
            "ALTER TABLE gff DROP COLUMN Name",
            "expected a column \"Name\" in table gff, found none; `DELETE FROM _promoted WHERE key = \
             'Name'` says that it is not to be written",
            &without,
        ),
    ] {
        let work = altered(sql);
        let path = work.path("a.sqlite");
        let refused = work.gffdb(["export", "a.sqlite"]).stderr(2);
        assert_eq!(refused, format!("gffdb: a.sqlite: {expected}\n"), "{sql}");
        Connection::open(&path)
            .and_then(|c| c.execute_batch(advice(&refused)))
            .expect("what the message says");
        assert_eq!(export(&path), after, "{sql}");
    }
}

#[test]
fn a_column_that_was_added_is_said_to_be_left_out() {
    let work = altered("ALTER TABLE gff ADD COLUMN checked; UPDATE gff SET checked = 'yes'");
    let (text, note) = work.gffdb(["export", "a.sqlite"]).both();
    assert_eq!(text, GFF3);
    assert_eq!(
        note,
        "gffdb: not written, because they were added to table gff and are no attributes of the file: \
         columns checked; put what is to be written into column attributes\n"
    );
}

#[test]
fn a_database_without_its_mark_says_how_it_gets_it_back() {
    let work = altered("PRAGMA application_id = 0; PRAGMA user_version = 0");
    let expected = "a.sqlite: expected the mark of a gffdb database, found its tables alone, as `.dump` \
                    copies them; `PRAGMA application_id = 1734764132; PRAGMA user_version = 2;` marks it \
                    again";
    let refused = work.gffdb(["export", "a.sqlite"]).stderr(2);
    assert_eq!(refused, format!("gffdb: {expected}\n"));
    let pragmas = refused.split('`').nth(3).expect("two statements");
    Connection::open(work.path("a.sqlite"))
        .and_then(|c| c.execute_batch(pragmas))
        .expect("what the message says");
    assert_eq!(export(&work.path("a.sqlite")), GFF3);
    // As a text, and from that again.
    let Ok(dump) = Command::new("sqlite3")
        .arg(work.path("a.sqlite"))
        .arg(".dump")
        .output()
    else {
        return println!("skipped, no sqlite3 here");
    };
    let copy = Connection::open(work.path("b.sqlite")).expect("a database");
    copy.execute_batch(&String::from_utf8(dump.stdout).expect("UTF-8"))
        .expect("a dump");
    assert!(db::open(&work.path("b.sqlite")).is_err());
    copy.execute_batch(pragmas).expect("what the message says");
    assert_eq!(export(&work.path("b.sqlite")), GFF3);
    let edit = "UPDATE gff SET Name = 'm' WHERE type = 'gene'";
    copy.execute_batch(edit).expect("an edit");
    assert_eq!(export(&work.path("b.sqlite")), GFF3.replace("n%2C1", "m"));
}
