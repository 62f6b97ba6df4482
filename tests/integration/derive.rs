//! What is derived from gene models: the rows that are streamed, and the views of the database.

use std::{fs, path::Path};

use gffdb::{
    Loader,
    derive::{self, What},
    query::Database,
};
use rusqlite::types::ValueRef;

use crate::{corpus, reread, workdir::Workdir};

fn shown(value: &ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
    }
}

/// Returns the rows that are streamed, as `reread::rows` returns those of a view.
fn streamed(database: &Database, what: What) -> Vec<String> {
    let mut rows = Vec::new();
    derive::each_row(database, what, None, &mut |row| {
        assert_eq!(row.len(), what.columns().len(), "{what:?}");
        rows.push(row.iter().map(shown).collect::<Vec<_>>().join("|"));
        Ok(())
    })
    .unwrap_or_else(|e| panic!("{what:?}: {e}"));
    rows
}

/// Adds what the streamed rows and the views of a database differ in; returns how many rows there were.
fn compare(target: &Path, name: &str, wrong: &mut Vec<String>) -> usize {
    let database = Database::open(target).expect("a database");
    let connection = reread::open(target);
    let mut count = 0;
    for what in What::ALL {
        let columns: Vec<String> = what.columns().iter().map(|c| format!("\"{c}\"")).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), what.view());
        let mut expected = reread::rows(&connection, &sql);
        let mut found = streamed(&database, what);
        count += found.len();
        expected.sort();
        found.sort();
        let only = |these: &[String], those: &[String]| {
            let all = these.iter().filter(|row| those.binary_search(row).is_err());
            all.take(3).cloned().collect::<Vec<_>>()
        };
        if found != expected {
            wrong.push(format!(
                "{name}, {what:?}: {} rows, {} of the view\n  streamed only {:#?}\n  view only {:#?}",
                found.len(),
                expected.len(),
                only(&found, &expected),
                only(&expected, &found)
            ));
        }
    }
    count
}

#[test]
fn the_views_have_the_rows_that_are_streamed() {
    let dir = Workdir::new();
    let (mut count, mut wrong) = (0, Vec::new());
    for (number, (path, _)) in corpus::files().into_iter().filter(|f| f.1).enumerate() {
        let target = dir.path(format!("{number}.sqlite"));
        let loaded = Loader::new(&target).dataset("d").load(&[&path]);
        loaded.unwrap_or_else(|e| panic!("{e}"));
        count += compare(&target, &path.display().to_string(), &mut wrong);
        fs::remove_file(target).expect("it is there");
    }
    let some = wrong[..wrong.len().min(12)].join("\n");
    assert!(wrong.is_empty(), "{} of {count} rows:\n{some}", wrong.len());
    assert!(count > 10_000, "{count}");
}
