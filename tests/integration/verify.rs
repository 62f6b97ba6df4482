//! `gffdb verify`: what it prints, and how it ends.

use std::fs;

use gffdb::Loader;
use rusqlite::Connection;

use crate::workdir::Workdir;

const A: &str = "##gff-version 3\nsq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n";
const B: &str = "sq0\tNOODLES\tgene\t1\t2\t.\t+\t.\tgene_id \"g1\";\r\n";

fn workdir() -> Workdir {
    let work = Workdir::new();
    let (a, b) = (work.file("a.gff3", A), work.file("b.gtf", B));
    let loader = Loader::new(work.path("d.sqlite"));
    loader.load(&[a, b]).expect("it loads");
    work
}

#[test]
fn every_dataset_is_compared_with_what_was_loaded() {
    let sound = "integrity_check: ok\n";
    let identical = [
        "a: identical, 2 lines, 57 B\n",
        "b: identical, 1 line, 42 B\n",
    ];
    let work = workdir();
    let run = work.gffdb(["verify", "d.sqlite"]);
    assert_eq!(run.stdout(), [identical[0], identical[1], sound].concat());
    let run = work.gffdb(["verify", "d.sqlite", "--dataset", "b"]);
    assert_eq!(run.stdout(), [identical[1], sound].concat());

    for (edit, expected) in [
        (
            "UPDATE gff SET ID = 'g9' WHERE dataset = 'a'",
            "as many records, lines and bytes, but other ones",
        ),
        (
            "DELETE FROM gff WHERE dataset = 'a'",
            "expected 1 record, found 0; expected 2 lines, found 1; expected 57 bytes, found 16",
        ),
        (
            "DELETE FROM _other_line WHERE dataset = 'a'",
            "expected 2 lines, found 1; expected 57 bytes, found 41",
        ),
    ] {
        let work = workdir();
        let connection = Connection::open(work.path("d.sqlite")).expect("a database");
        connection.execute_batch(edit).expect(edit);
        drop(connection);
        let (code, out) = work.gffdb(["verify", "d.sqlite"]).ended();
        let changed = format!("a: changed since it was loaded: {expected}\n");
        assert_eq!(
            (code, out),
            (1, [&changed, identical[1], sound].concat()),
            "{edit}"
        );
    }
}

#[test]
fn a_file_is_compared_line_by_line() {
    let work = workdir();
    work.file("other.gff3", A.replace("13", "14"));
    work.file("short.gff3", "##gff-version 3\n");
    let long = format!("{}{}", A.trim_end(), ";Note=x".repeat(50));
    work.file("long.gff3", format!("{long}\n"));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, A.as_bytes()).expect("a buffer");
    fs::write(work.path("a.gff3.gz"), encoder.finish().expect("a buffer")).expect("a file");
    for (args, code, expected) in [
        (&["a.gff3"][..], 0, "a: identical, 2 lines, 57 B"),
        (&["a.gff3.gz"], 0, "a: identical, 2 lines, 57 B"),
        (&["b.gtf"], 0, "b: identical, 1 line, 42 B"),
        (
            &["other.gff3", "--dataset", "a"],
            1,
            r#"a: line 2: expected "sq0\tNOODLES\tgene\t8\t14\t.\t+\t.\tName=n;ID=g0\n", found "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n""#,
        ),
        (
            &["short.gff3", "--dataset", "a"],
            1,
            r#"a: line 2: expected the end, found "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n""#,
        ),
        (
            &["long.gff3", "--dataset", "a"],
            1,
            r#"a: line 2: expected …"S\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0;Note=x;Note=x;Note=x;Note=x;Note=x;Note=x;Note=x;"…, found …"S\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n""#,
        ),
    ] {
        let run = work.gffdb([&["verify", "d.sqlite"], args].concat());
        let expected = format!("{expected}\nintegrity_check: ok\n");
        assert_eq!(run.ended(), (code, expected), "{args:?}");
    }
    let run = work.gffdb(["verify", "d.sqlite", "other.gff3"]);
    assert_eq!(
        run.stderr(2),
        "gffdb: d.sqlite: it has 2 datasets, a, b; name one with --dataset\n"
    );
    let run = work
        .gffdb(["verify", "d.sqlite", "-", "--dataset", "a"])
        .stdin(A);
    assert_eq!(
        run.stdout(),
        "a: identical, 2 lines, 57 B\nintegrity_check: ok\n"
    );
}

#[test]
fn damage_is_found() {
    let work = workdir();
    let path = work.path("d.sqlite");
    // An index that lacks an entry, and then a page of a table overwritten.
    let connection = Connection::open(&path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = 'CREATE INDEX gff_type_region ON gff (source)'
             WHERE name = 'gff_type_region';",
        )
        .expect("an edit");
    drop(connection);
    let (code, out) = work.gffdb(["verify", "d.sqlite"]).ended();
    assert_eq!(code, 1, "{out}");
    assert!(
        out.starts_with("a: identical, 2 lines, 57 B\nb: identical"),
        "{out}"
    );
    assert!(
        out.contains("integrity_check: row 1 missing from index gff_type_region"),
        "{out}"
    );

    let work = workdir();
    let path = work.path("d.sqlite");
    let connection = Connection::open(&path).expect("a database");
    let root: u64 = connection
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'gff'",
            [],
            |row| row.get::<_, i64>(0).map(|n| n as u64),
        )
        .expect("a table");
    drop(connection);
    let mut bytes = fs::read(&path).expect("a file");
    let size = u64::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let start = ((root - 1) * size) as usize;
    bytes[start..start + size as usize].fill(0xff);
    fs::write(&path, bytes).expect("a file");
    let (code, out) = work.gffdb(["verify", "d.sqlite"]).ended();
    assert_eq!(code, 1, "{out}");
    assert!(
        out.starts_with("a: cannot be read, the file is damaged\n"),
        "{out}"
    );
    assert!(out.contains("\nintegrity_check: "), "{out}");
}
