//! What `gffdb export` and `gffdb verify` make of a database.

use std::{collections::BTreeMap, path::Path};

use gffdb::{
    db,
    export::{Compared, Dataset, Exporter, Found, choose},
};

use super::failure::{Checked, Failure, require, same};

/// Requires the datasets to come back byte for byte, and to be found the same by a verification.
pub fn is_identical(database: &Path, texts: &BTreeMap<String, Vec<u8>>) -> Checked {
    let connection = db::open(database).map_err(Failure::of("export"))?;
    let datasets = Dataset::all(&connection, database).map_err(Failure::of("export"))?;
    let exporter = Exporter::new(&connection, database, &datasets);
    for dataset in &datasets {
        let Some(expected) = texts.get(&dataset.name) else {
            continue;
        };
        let mut text = Vec::new();
        let records = exporter
            .export(dataset, |chunk| {
                text.extend_from_slice(chunk);
                Ok(())
            })
            .map_err(Failure::of("export"))?;
        lines_are_same("export-same", &text, expected)?;
        same("export-same", "records", &records, &dataset.records)?;
        let found = Found::of(&exporter, dataset).map_err(Failure::of("verify"))?;
        require("verify-same", found.is_same(dataset), || {
            format!("{found:?} of {dataset:?}")
        })?;
        same("verify-same", "lines", &found.lines, &dataset.lines)?;
        let file = database.with_extension("text");
        std::fs::write(&file, expected).expect("a file written");
        let compared = match expected.is_empty() {
            true => Ok(Compared::Same { lines: 0, bytes: 0 }),
            false => Compared::with(&file, &exporter, dataset),
        };
        std::fs::remove_file(&file).expect("a file removed");
        let compared = compared.map_err(Failure::of("verify"))?;
        require(
            "verify-same",
            matches!(compared, Compared::Same { .. }),
            || format!("{compared:?}"),
        )?;
    }
    Ok(())
}

/// Returns what is exported of a dataset.
pub fn text(database: &Path, name: &str) -> Checked<Vec<u8>> {
    let read = || {
        let connection = db::open(database)?;
        let datasets = Dataset::all(&connection, database)?;
        let dataset = choose(&datasets, Some(name), database)?;
        let mut text = Vec::new();
        Exporter::new(&connection, database, &datasets).export(dataset, |chunk| {
            text.extend_from_slice(chunk);
            Ok(())
        })?;
        Ok(text)
    };
    read().map_err(Failure::of::<gffdb::Error>("export"))
}

/// Requires two texts to be the same; shows the first line that is not.
pub fn lines_are_same(check: &'static str, found: &[u8], expected: &[u8]) -> Checked {
    if found == expected {
        return Ok(());
    }
    let lines = |text: &[u8]| -> Vec<String> {
        let lines = text.split_inclusive(|&b| b == b'\n');
        lines.map(|line| line.escape_ascii().to_string()).collect()
    };
    let (found, expected) = (lines(found), lines(expected));
    let at = found
        .iter()
        .zip(&expected)
        .take_while(|(a, b)| a == b)
        .count();
    Err(Failure::new(
        check,
        format!(
            "line {}\n  found    {:?}\n  expected {:?}",
            at + 1,
            found.get(at),
            expected.get(at)
        ),
    ))
}
