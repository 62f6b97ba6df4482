//! View `attribute` against the attributes of each line, read by function `attributes`.

use std::{fs, path::Path};

use gffdb::{Loader, query::Database};
use rusqlite::Connection;

use crate::{corpus, workdir::Workdir};

/// Returns the ninth columns of a file's records, in file order.
fn ninth_columns(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).expect("a file of the corpus");
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let lines = bytes.split(|&b| b == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines
        .filter(|line| !line.starts_with(b"#") && !line.starts_with(b">"))
        .map(|line| line.split(|&b| b == b'\t').collect::<Vec<_>>())
        .filter(|columns| columns.len() >= 8)
        .map(|columns| columns.get(8).copied().unwrap_or_default().to_vec())
        .collect()
}

/// Returns keys and values, sorted.
fn pairs(
    connection: &Connection,
    sql: &str,
    argument: &dyn rusqlite::ToSql,
) -> Vec<(String, String)> {
    let mut statement = connection.prepare_cached(sql).expect(sql);
    let text = |value: rusqlite::types::ValueRef| match value {
        rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        other => panic!("{other:?}"),
    };
    let rows = statement.query_map([argument], |row| {
        Ok((text(row.get_ref(0)?), text(row.get_ref(1)?)))
    });
    let mut pairs: Vec<_> = rows
        .and_then(Iterator::collect)
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    pairs.sort();
    pairs
}

/// Holds each record's attributes against its line's; returns how many there were, and adds what differs.
fn compare(database: &Path, columns: &[Vec<u8>], name: &str, wrong: &mut Vec<String>) -> usize {
    let database = Database::open(database).expect("a database");
    let connection = database.connection();
    let records: Vec<i64> = connection
        .prepare("SELECT record_id FROM gff WHERE record_id NOT IN (SELECT record_id FROM _inferred) ORDER BY 1")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("records");
    assert_eq!(records.len(), columns.len(), "{name}");
    let mut count = 0;
    for (record, column) in records.iter().zip(columns) {
        let column = String::from_utf8_lossy(column);
        let expected = match column.as_ref() {
            "." => Vec::new(),
            column => pairs(connection, "SELECT key, value FROM attributes(?1)", &column),
        };
        let found = pairs(
            connection,
            "SELECT key, value FROM attribute WHERE record_id = ?1",
            record,
        );
        if found != expected {
            wrong.push(format!(
                "{name}, record {record}: {column}\n  found {found:?}\n  expected {expected:?}"
            ));
        }
        count += found.len();
    }
    count
}

#[test]
fn every_attribute_of_every_line_is_in_the_view() {
    let dir = Workdir::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, (path, _)) in corpus::files().into_iter().filter(|f| f.1).enumerate() {
        let columns = ninth_columns(&path);
        for all in [false, true] {
            let target = dir.path(format!("{number}.{all}.sqlite"));
            let mut loader = Loader::new(&target);
            loader.dataset("d").promote(["Name"]).promote_all(all);
            loader.load(&[&path]).unwrap_or_else(|e| panic!("{e}"));
            let name = format!("{}, all {all}", path.display());
            count += compare(&target, &columns, &name, &mut wrong);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
    assert!(count > 1000, "{count}");
}

#[test]
fn edits_are_in_the_view_as_export_writes_them() {
    let dir = Workdir::new();
    dir.gffdb(["demo", "demo", "-q"]).both();
    for (file, edit) in [
        ("demo.gff3", "UPDATE gff SET ID = 'a,b' WHERE record_id = 3"),
        (
            "demo.gff3",
            "UPDATE gff SET Name = 'x;y=1%2C' WHERE Name IS NOT NULL",
        ),
        ("demo.gff3", "UPDATE gff SET Name = NULL, Parent = NULL"),
        (
            "demo.gff3",
            "UPDATE gff SET attributes = 'Note=a%2Cb,c;tag=' || coalesce(type, '')",
        ),
        (
            "demo.gff3",
            "INSERT INTO gff (seqid, type, start, \"end\", ID, Parent, Name, attributes, dataset) VALUES ('chr1', 'exon', 1, 2, 'i', 'p', 'n', 'k=v', 'd')",
        ),
        (
            "demo.gtf",
            "UPDATE gff SET ID = 'a,b' WHERE type = 'transcript'",
        ),
        (
            "demo.gtf",
            "UPDATE gff SET Parent = 'a;\"b\"' WHERE Parent IS NOT NULL",
        ),
        ("demo.gtf", "UPDATE gff SET tag = 'a,b' WHERE type = 'gene'"),
        (
            "demo.gtf",
            "UPDATE gff SET attributes = 'note \"a; b\"; n 1' WHERE type = 'CDS'",
        ),
        (
            "demo.gtf",
            "INSERT INTO gff (seqid, type, start, \"end\", ID, attributes, dataset) VALUES ('chr1', 'gene', 1, 2, 'i', 'k \"v\"', 'd')",
        ),
    ] {
        let target = dir.path("edited.sqlite");
        let mut loader = Loader::new(&target);
        loader
            .dataset("d")
            .promote(["Name", "tag"])
            .existing(gffdb::Existing::Overwrite);
        loader
            .load(&[&dir.path(format!("demo/{file}"))])
            .expect(file);
        Connection::open(&target)
            .and_then(|c| c.execute_batch(edit))
            .expect(edit);
        fs::write(
            dir.path("edited.txt"),
            dir.gffdb(["export", "edited.sqlite"]).stdout(),
        )
        .expect("a file");
        let mut wrong = Vec::new();
        let columns = ninth_columns(&dir.path("edited.txt"));
        assert!(compare(&target, &columns, edit, &mut wrong) > 100);
        assert!(
            wrong.is_empty(),
            "{}:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(5)].join("\n")
        );
    }
}
