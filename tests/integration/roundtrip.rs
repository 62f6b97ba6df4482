//! Every file of the corpus that loads comes back byte for byte, by every way in.

use std::{fs, io::Write, path::Path};

use gffdb::{
    Loader, db,
    export::{Dataset, Exporter, choose},
};

use crate::{corpus, data, workdir::Workdir};

/// Returns the text of a database's only dataset.
fn export(database: &Path) -> gffdb::Result<Vec<u8>> {
    let connection = db::open(database)?;
    let datasets = Dataset::all(&connection, database)?;
    let dataset = choose(&datasets, None, database)?;
    let mut text = Vec::new();
    let records = Exporter::new(&connection, database, &datasets).export(dataset, |chunk| {
        text.extend_from_slice(chunk);
        Ok(())
    })?;
    assert_eq!(records, dataset.records, "{}", database.display());
    Ok(text)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).expect("a buffer");
    encoder.finish().expect("a buffer")
}

#[track_caller]
fn assert_same(expected: &[u8], found: &[u8], what: &str) {
    if expected == found {
        return;
    }
    let lines = |text: &[u8]| -> Vec<String> {
        let lines = text.split_inclusive(|&b| b == b'\n');
        lines.map(|line| line.escape_ascii().to_string()).collect()
    };
    let (expected, found) = (lines(expected), lines(found));
    let differs = expected.iter().zip(&found).position(|(a, b)| a != b);
    let at = differs.unwrap_or(expected.len().min(found.len()));
    panic!(
        "{what}, line {}:\nexpected {:?}\nfound    {:?}",
        at + 1,
        expected.get(at),
        found.get(at)
    );
}

#[test]
fn every_file_of_the_corpus_comes_back_by_every_way_in() {
    let work = Workdir::new();
    let goal = work.path("a.sqlite");
    let zipped = work.path("a.gff3.gz");
    let mut loaded = 0;
    let odd = fs::read_dir(data::own("odd")).expect("a directory");
    let odd = odd.map(|entry| entry.expect("an entry").path());
    for file in corpus::files().into_iter().map(|(file, _)| file).chain(odd) {
        let text = fs::read(&file).expect("a file");
        let mut loader = Loader::new(&goal);
        loader
            .existing(gffdb::Existing::Overwrite)
            .skip_bad_lines(true)
            .threads(1);
        let name = file.display();
        match loader.load(&[&file]) {
            Ok(_) => loaded += 1,
            // Empty and binary files; that they are refused is tested where they are read.
            Err(error) if matches!(error.kind(), gffdb::ErrorKind::Input { .. }) => continue,
            Err(error) => panic!("{name}: {error}"),
        }
        let same = |route: &str| {
            let found = export(&goal).unwrap_or_else(|e| panic!("{name}, {route}: {e}"));
            assert_same(&text, &found, &format!("{name}, {route}"));
        };
        same("plain, one thread");
        let connection = db::open_to_write(&goal).expect("a database");
        connection
            .execute_batch("VACUUM")
            .expect("it can be written");
        drop(connection);
        same("after a VACUUM");
        loader.threads(2).load(&[&file]).expect("it loaded before");
        same("plain, two threads");
        fs::write(&zipped, gzip(&text)).expect("a file");
        loader.load(&[&zipped]).expect("it loaded before");
        same("gzip");
        loader
            .clone()
            .promote(["Name"])
            .load(&[&file])
            .expect("it loaded before");
        same("Name promoted");
        loader
            .clone()
            .promote_all(true)
            .load(&[&file])
            .expect("it loaded before");
        same("all promoted");
        let run = work.gffdb([
            "convert",
            "-",
            "-q",
            "--force",
            "--skip-bad-lines",
            "--allow-empty",
            "-o",
            "a.sqlite",
        ]);
        run.stdin(text.as_slice()).stdout();
        same("standard input");
    }
    println!("{loaded} files");
    assert!(loaded > 30, "only {loaded} files loaded");
}
