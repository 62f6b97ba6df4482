//! `gffdb export`: where it writes, what it refuses, and what it leaves when it is killed.

use std::{fs, io::Read, thread, time::Duration};

use gffdb::{Existing, Loader};

use crate::workdir::Workdir;

const A: &str = "##gff-version 3\nsq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tName=n;ID=g0\n";
const B: &str = "sq0\tNOODLES\tgene\t1\t2\t.\t+\t.\tgene_id \"g1\";\r\n";

/// Returns a directory with `one.sqlite` of dataset `a`, and `two.sqlite` of `a` and `b`.
fn workdir() -> Workdir {
    let work = Workdir::new();
    let (a, b) = (work.file("a.gff3", A), work.file("b.gtf", B));
    Loader::new(work.path("one.sqlite"))
        .load(&[&a])
        .expect("it loads");
    Loader::new(work.path("two.sqlite"))
        .load(&[&a, &b])
        .expect("it loads");
    work
}

#[test]
fn a_dataset_goes_to_standard_output_or_to_a_file() {
    let work = workdir();
    assert_eq!(work.gffdb(["export", "one.sqlite"]).stdout(), A);
    assert_eq!(work.gffdb(["export", "one.sqlite", "-o", "-"]).stdout(), A);
    for (dataset, expected) in [("a", A), ("b", B)] {
        let args = ["export", "two.sqlite", "--dataset", dataset];
        assert_eq!(work.gffdb(args).stdout(), expected);
        // A file that is there is replaced.
        let run = work.gffdb([&args[..], &["-o", "out.gff"]].concat());
        assert_eq!(run.stdout(), "");
        assert_eq!(work.read("out.gff"), expected);
        let run = work.gffdb([&args[..], &["-o", "out.gff.gz"]].concat());
        assert_eq!(run.stdout(), "");
        let file = fs::File::open(work.path("out.gff.gz")).expect("a file");
        let mut text = String::new();
        noodles_bgzf::io::Reader::new(file)
            .read_to_string(&mut text)
            .expect("BGZF");
        assert_eq!(text, expected);
    }
    let names = [
        "a.gff3",
        "b.gtf",
        "one.sqlite",
        "out.gff",
        "out.gff.gz",
        "two.sqlite",
    ];
    assert_eq!(work.names(), names);
}

#[cfg(unix)]
#[test]
fn a_device_is_written_as_it_is() {
    let work = workdir();
    assert_eq!(
        work.gffdb(["export", "one.sqlite", "-o", "/dev/stdout"])
            .stdout(),
        A
    );
    assert_eq!(
        work.gffdb(["export", "one.sqlite", "-o", "/dev/null"])
            .stdout(),
        ""
    );
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());
}

#[test]
fn what_cannot_be_exported_is_said_with_the_next_step() {
    let work = workdir();
    for (args, expected) in [
        (
            &["two.sqlite"][..],
            "two.sqlite: it has 2 datasets, a, b; name one with --dataset",
        ),
        (
            &["two.sqlite", "--dataset", "c"],
            "two.sqlite: there is no dataset \"c\"; it has a, b",
        ),
        (
            &["one.sqlite", "-o", "one.sqlite"],
            "one.sqlite is the database itself; name another file with -o",
        ),
        (
            &["a.gff3"],
            "a.gff3: not a database; `gffdb convert` makes one from a GFF3 or GTF file",
        ),
    ] {
        let run = work.gffdb([&["export"], args].concat());
        assert_eq!(run.stderr(2), format!("gffdb: {expected}\n"));
    }
}

#[test]
fn inferred_records_are_left_out_unless_asked_for() {
    let work = workdir();
    let connection = rusqlite::Connection::open(work.path("two.sqlite")).expect("a database");
    connection
        .execute_batch(
            "INSERT INTO gff (record_id, dataset, seqid, type, ID) VALUES (100, 'b', 's', 'gene', 'g2');
             INSERT INTO _inferred VALUES (100);",
        )
        .expect("an edit");
    let export = ["export", "two.sqlite", "--dataset", "b"];
    assert_eq!(work.gffdb(export).stdout(), B);
    let all = work.gffdb([&export[..], &["--inferred"]].concat()).stdout();
    assert_eq!(
        all,
        format!("{B}s\t.\tgene\t.\t.\t.\t.\t.\tgene_id \"g2\";\r\n")
    );
}

#[test]
fn the_demo_genome_comes_back() {
    let work = Workdir::new();
    work.gffdb(["demo", "."]).stdout();
    for file in ["demo.gff3", "demo.gtf"] {
        for promote in [&[][..], &["Name", "gene_name"], &["all"]] {
            let keys = promote.join(",");
            let mut args = vec!["convert", file, "-q", "--force", "-o", "demo.sqlite"];
            if !keys.is_empty() {
                args.extend(["--promote", &keys]);
            }
            work.gffdb(args).stdout();
            let found = work.gffdb(["export", "demo.sqlite"]).stdout();
            assert_eq!(found, work.read(file), "{file} {keys}");
        }
    }
}

#[test]
fn killed_it_leaves_the_old_file_or_the_new_one() {
    let work = Workdir::new();
    let line = A.lines().nth(1).expect("a record");
    let text = format!("{line}\n").repeat(50_000);
    work.file("a.gff3", &text);
    Loader::new(work.path("a.sqlite"))
        .existing(Existing::Refuse)
        .load(&[work.path("a.gff3")])
        .expect("it loads");
    let (old, mut news) = ("old\n", 0);
    let goal = work.path("out.gff3");
    for milliseconds in 0..20 {
        work.file("out.gff3", old);
        let run = work.gffdb(["export", "a.sqlite", "-o", "out.gff3"]);
        let mut child = run.into_command().spawn().expect("the program starts");
        thread::sleep(Duration::from_millis(milliseconds * 4));
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        let found = fs::read_to_string(&goal).expect("a file");
        assert!(found == old || found == text, "{} bytes", found.len());
        news += u32::from(found == text);
    }
    println!("{news} of 20 were done");
    // What was left is removed by the next run.
    assert_eq!(
        work.gffdb(["export", "a.sqlite", "-o", "out.gff3"])
            .stdout(),
        ""
    );
    assert!(fs::read_to_string(&goal).expect("a file") == text);
    assert_eq!(work.names(), ["a.gff3", "a.sqlite", "out.gff3"]);
}

/// Names the tables of a database as version 1 of the schema did.
fn as_version_1(database: &std::path::Path) {
    let connection = rusqlite::Connection::open(database).expect("a database");
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_%' ESCAPE '\\'",
        )
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("names");
    assert_eq!(tables.len(), 11, "{tables:?}");
    for table in tables {
        let sql = format!("ALTER TABLE {table} RENAME TO {}", &table[1..]);
        connection.execute_batch(&sql).expect(&sql);
    }
    connection
        .pragma_update(None, "user_version", 1)
        .expect("a version");
}

#[test]
fn a_database_of_version_1_is_read_and_not_added_to() {
    let work = workdir();
    let queries: [&[&str]; 5] = [
        &["export", "two.sqlite", "--dataset", "a"],
        &["query", "two.sqlite", "--region", "sq0:9"],
        &["query", "two.sqlite", "--format", "gtf"],
        &["info", "two.sqlite", "--format", "tsv"],
        &["verify", "two.sqlite"],
    ];
    let answers = |work: &Workdir| queries.map(|args| work.gffdb(args).all());
    let before = answers(&work);
    as_version_1(&work.path("two.sqlite"));
    assert_eq!(answers(&work), before);
    let expected = "gffdb: two.sqlite: expected a schema of version 2, found 1, which can be read and not added \
                    to; `gffdb convert two.sqlite -o NEW` brings it up to date\n";
    work.file("c.gff3", A.replace("g0", "g2"));
    let append = work.gffdb(["convert", "c.gff3", "--append", "-o", "two.sqlite"]);
    assert_eq!(append.stderr(2), expected);
    let dropped = gffdb::load::drop_dataset(&work.path("two.sqlite"), "a");
    let said = dropped.expect_err("it is not added to").to_string();
    assert!(
        said.contains("found 1, which can be read and not added to"),
        "{said}"
    );
    // Brought up to date, it has the same lines, and is added to.
    work.gffdb(["convert", "two.sqlite", "-o", "new.sqlite", "-q"])
        .stdout();
    for dataset in ["a", "b"] {
        let text = |database| {
            work.gffdb(["export", database, "--dataset", dataset])
                .stdout()
        };
        assert_eq!(text("new.sqlite"), text("two.sqlite"));
    }
    work.gffdb(["convert", "c.gff3", "--append", "-o", "new.sqlite", "-q"])
        .stdout();
}

/// What another program changes meanwhile is not in it, or all of it is.
#[test]
fn a_dataset_is_exported_as_it_is_at_one_moment() {
    let work = Workdir::new();
    let line = "sq0\t.\tgene\t1\t9\t.\t+\t.\tNote=a long text, so that there are several chunks\n";
    work.file("a.gff3", line.repeat(20_000));
    work.file("b.gff3", line);
    work.gffdb(["convert", "a.gff3", "b.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    let path = work.path("a.sqlite");
    let other = rusqlite::Connection::open(&path).expect("a database");
    // Records behind those of another dataset are found by a query of their own.
    let sql = "PRAGMA journal_mode = WAL;
        INSERT INTO gff (dataset, seqid, type, start, \"end\", strand) VALUES ('a', 'sq0', 'added', 1, 9, '+')";
    other.execute_batch(sql).expect("a record");
    let connection = gffdb::db::open(&path).expect("a database");
    let datasets = gffdb::export::Dataset::all(&connection, &path).expect("datasets");
    let (mut text, mut chunks) = (Vec::new(), 0);
    gffdb::export::Exporter::new(&connection, &path, &datasets)
        .export(&datasets[0], |chunk| {
            if chunks == 0 {
                other
                    .execute_batch("DELETE FROM gff WHERE type = 'added'")
                    .expect("a change");
            }
            chunks += 1;
            text.extend_from_slice(chunk);
            Ok(())
        })
        .expect("an export");
    assert!(chunks > 2, "{chunks} chunks");
    let text = String::from_utf8(text).expect("text");
    assert!(
        text.ends_with("sq0\t.\tadded\t1\t9\t.\t+\t.\t.\n"),
        "{:?}",
        text.lines().last()
    );
    assert_eq!(text.lines().count(), 20_001);
}
