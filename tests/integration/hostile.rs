//! Databases that gffdb did not make as they are: edited to do harm, damaged, cut short. Every command
//! ends, with an answer or with words.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{atomic::AtomicBool, mpsc},
    thread,
    time::Duration,
};

use gffdb::{
    Existing, Loader,
    check::Checker,
    db,
    demo::Demo,
    export::{Dataset, Exporter, Found, integrity},
    query::{Database, Sequences, With, info},
    sql::Runner,
    write::{self, BedName, Columns, RecordFormat, RecordOptions, RowFormat, RowLayout, StopCodon},
};
use rusqlite::Connection;

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
chr1\t.\tgene\t1000\t2000\t.\t+\t.\tID=g1
chr1\t.\tmRNA\t1000\t2000\t.\t+\t.\tID=t1;Parent=g1
chr1\t.\texon\t1000\t1500\t.\t+\t.\tID=e1;Parent=t1
";

/// A directory with `genes.sqlite`, changed by `sql`.
fn changed(sql: &str) -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.gffdb(["convert", "genes.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    let connection = Connection::open(dir.path("genes.sqlite")).expect("a database");
    connection.execute_batch(sql).expect("a change");
    dir
}

#[test]
fn what_is_open_to_be_read_writes_no_file() {
    let dir = changed("");
    let other = Connection::open(dir.path("log.sqlite")).expect("a database");
    other
        .pragma_update(None, "journal_mode", "wal")
        .and_then(|()| other.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (7)"))
        .expect("a table");
    drop(other);
    let names = dir.names();
    let read = |name: &str| fs::read(dir.path(name)).expect("a database");
    let before = (read("genes.sqlite"), read("log.sqlite"));
    for (sql, expected) in [
        ("VACUUM INTO 'new.sqlite'", "VACUUM writes a database"),
        (
            "/* VACUUM */ vacuum main into ('new' || '.sqlite')",
            "VACUUM writes a database",
        ),
        ("VACUUM INTO 'file:new.sqlite'", "VACUUM writes a database"),
        ("VACUUM", "VACUUM writes a database"),
        ("ATTACH 'new.sqlite' AS n", "unable to open database"),
        (
            "ATTACH 'file:new.sqlite?mode=rwc' AS n",
            "access mode not allowed",
        ),
        (
            "ATTACH 'log.sqlite' AS n",
            "reading log.sqlite would leave files beside it",
        ),
        (
            "attach database 'file:log.sqlite?mode=ro' AS n",
            "use ATTACH 'file:log.sqlite?immutable=1' while nobody writes it",
        ),
        (
            "ATTACH 'file:log.sqlite?immutable=1' AS n; INSERT INTO n.t VALUES (8)",
            "attempt to write a readonly database",
        ),
        (
            "ATTACH ':memory:' AS n; CREATE TABLE n.t (a)",
            "attempt to write a readonly database",
        ),
        ("PRAGMA journal_mode = wal", "attempt to write a readonly"),
        ("PRAGMA user_version = 5", "attempt to write a readonly"),
        (
            "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema",
            "table sqlite_master may not be modified",
        ),
        ("SELECT writefile('new', 'x')", "no such function"),
        ("SELECT edit('x')", "no such function"),
        ("SELECT load_extension('new')", "not authorized"),
        ("REINDEX", "attempt to write a readonly"),
        ("ANALYZE", "attempt to write a readonly"),
    ] {
        let said = dir.gffdb(["sql", "genes.sqlite", sql]).stderr(2);
        assert!(said.contains(expected), "{sql}: {said}");
        assert_eq!(dir.names(), names, "{sql}");
    }
    for (sql, expected) in [
        (
            "ATTACH 'genes.sqlite' AS n; SELECT count(*) AS n FROM n.gff",
            "n\n3\n",
        ),
        (
            "ATTACH 'file:log.sqlite?immutable=1' AS n; SELECT a FROM n.t",
            "a\n7\n",
        ),
        (
            "CREATE TEMP TABLE t AS SELECT ID FROM gff; SELECT count(*) AS n FROM t",
            "n\n3\n",
        ),
        ("EXPLAIN QUERY PLAN VACUUM INTO 'new.sqlite'", ""),
        ("PRAGMA journal_mode = off", "journal_mode\ndelete\n"),
        ("PRAGMA temp_store_directory = '.'", ""),
    ] {
        let found = dir.gffdb(["sql", "genes.sqlite", sql]).stdout();
        match expected {
            "" => {}
            expected => assert_eq!(found, expected, "{sql}"),
        }
        assert_eq!(dir.names(), names, "{sql}");
    }
    assert!((read("genes.sqlite"), read("log.sqlite")) == before);
    assert_eq!(
        dir.gffdb(["sql", "--write", "genes.sqlite", "VACUUM INTO 'new.sqlite'"])
            .stdout(),
        ""
    );
    assert!(dir.path("new.sqlite").is_file());
}

#[test]
fn a_layout_makes_no_line_of_gigabytes() {
    let hole = "ID={ID};".repeat(100_000);
    let dir = changed(&format!(
        "INSERT INTO _layout VALUES (7, NULL, '{hole}');
         UPDATE gff SET layout = 7, ID = printf('%.100000c', 'x') WHERE ID = 'g1'"
    ));
    let expected = "genes.sqlite: table _layout, layout_id 7: expected each column once, found \"ID\" \
                    twice; gffdb made no such layout, and without it the records are written in the \
                    plain order";
    for args in [
        &["export", "genes.sqlite", "-o", "out"][..],
        &["query", "genes.sqlite", "-o", "out"],
        &["query", "genes.sqlite", "-o", "out", "--format", "gtf"],
        &["check", "genes.sqlite"],
        &[
            "convert",
            "genes.gff3",
            "-o",
            "genes.sqlite",
            "--append",
            "--dataset",
            "b",
        ],
    ] {
        let said = dir.gffdb(args).stderr(2);
        assert_eq!(said, format!("gffdb: {expected}\n"), "{args:?}");
    }
    let (code, said) = dir.gffdb(["verify", "genes.sqlite"]).ended();
    assert_eq!(code, 1);
    assert!(
        said.starts_with("genes: cannot be read, table _layout, layout_id 7"),
        "{said}"
    );
}

#[test]
fn relatives_are_found_without_the_views_of_the_file() {
    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)";
    for view in [
        format!("CREATE VIEW link (child, parent, dataset) AS {ENDLESS} SELECT i, i, 'x' FROM n"),
        String::from("CREATE TABLE link (child, parent, dataset)"),
        String::new(),
    ] {
        let dir = changed(&format!("DROP VIEW link; {view}"));
        for format in ["gff3", "bed12", "gtf", "count"] {
            let args = [
                "query",
                "genes.sqlite",
                "--id",
                "t1",
                "--with",
                "family",
                "--format",
                format,
                "-o",
                "out",
            ];
            let said = dir.gffdb(args).stderr(0);
            assert_eq!(
                said.lines().next(),
                Some(
                    "gffdb: view link of genes.sqlite is not gffdb's; relatives were found by gffdb's own"
                ),
            );
        }
        assert_eq!(dir.read("out"), "3\n", "{view}");
    }
}

#[test]
fn what_is_shown_to_people_does_not_command_the_terminal() {
    const NAUGHTY: &str = "\x1b]0;title\x07\u{9b}2J\u{202e}";
    let dir = Workdir::new();
    dir.file(
        "naughty.gff3",
        format!(
            "##gff-version 3\n#!{NAUGHTY}\nchr1{NAUGHTY}\ta{NAUGHTY}\tgene{NAUGHTY}\t1\t9\t.\t+\t.\t\
             ID=g{NAUGHTY};Parent=p{NAUGHTY};k{NAUGHTY}=1\n\
             chr1{NAUGHTY}\tb\tgene{NAUGHTY}\t5\t2\t.\tx{NAUGHTY}\t.\tID=h;Parent=h\n"
        ),
    );
    let dataset = format!("d{NAUGHTY}");
    let said = dir
        .gffdb([
            "convert",
            "naughty.gff3",
            "-o",
            "a.sqlite",
            "--skip-bad-lines",
        ])
        .stderr(0);
    let mut all = vec![(String::from("convert"), said)];
    dir.gffdb([
        "convert",
        "naughty.gff3",
        "-o",
        "b.sqlite",
        "--skip-bad-lines",
        "-q",
    ])
    .stderr(0);
    let mut other = dir
        .gffdb([
            "convert",
            "naughty.gff3",
            "-o",
            "b.sqlite",
            "--append",
            "-q",
            "--skip-bad-lines",
        ])
        .into_command();
    other.args(["--promote", "all", "--dataset", &dataset]);
    let done = other.output().expect("the program ends");
    all.push((
        String::from("append"),
        String::from_utf8_lossy(&done.stderr).into_owned(),
    ));
    for args in [
        &["info", "a.sqlite"][..],
        &["info", "b.sqlite", "--all"],
        &["verify", "b.sqlite"],
        &["check", "naughty.gff3"],
        &["check", "a.sqlite"],
        &["query", "a.sqlite", "--type", "x", "--region", "chr2"],
        &["query", "a.sqlite", "--source", "c"],
        &["query", "a.sqlite", "--id", "i,gx"],
        &["query", "a.sqlite", "--dataset", "e"],
        &["query", "b.sqlite", "--format", "table"],
        &["query", "b.sqlite", "--format", "vertical"],
        &["query", "b.sqlite", "--format", "markdown"],
        &[
            "sql",
            "b.sqlite",
            "SELECT * FROM issue",
            "--format",
            "table",
        ],
        &["sql", "b.sqlite", "SELECT no_such FROM gff"],
        &["convert", "naughty.gff3", "-o", "c.sqlite"],
    ] {
        let done = dir
            .gffdb(args)
            .into_command()
            .output()
            .expect("the program ends");
        for bytes in [done.stdout, done.stderr] {
            all.push((
                format!("{args:?}"),
                String::from_utf8_lossy(&bytes).into_owned(),
            ));
        }
    }
    let mut spelled_out = 0;
    for (of, text) in &all {
        let command = text
            .chars()
            .find(|c| (c.is_control() && !"\n\t".contains(*c)) || *c == '\u{202e}');
        assert_eq!(command, None, "{of}: {text:?}");
        spelled_out += usize::from(text.contains("u{1b}"));
    }
    assert!(spelled_out > 8, "{all:#?}");
}

/// Numbers that are the same every time: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Asks a database everything; what comes of it is not looked at.
fn ask(path: &Path, number: usize) {
    let _ = asked_records(path, number);
    let _ = asked_datasets(path);
    let _ = asked_sql(path);
    match number % 4 {
        0 => drop(
            Checker::new().check_each(path, &mut |_, _| {}, &mut |_, report| {
                report.each(&mut |_| Ok(()))
            }),
        ),
        1 => {
            let _ = Loader::new(path)
                .existing(Existing::Append)
                .dataset("added")
                .load(&[path.with_file_name("demo.gtf")]);
        }
        _ => {}
    }
}

fn asked_records(path: &Path, number: usize) -> gffdb::Result<()> {
    let database = Database::open(path)?;
    let formats = [
        RecordFormat::Gff3,
        RecordFormat::Gtf,
        RecordFormat::Bed,
        RecordFormat::Bed12,
        RecordFormat::Rows(RowFormat::Csv),
        RecordFormat::Rows(RowFormat::Table),
        RecordFormat::Rows(RowFormat::Jsonl),
    ];
    // Some of them each time.
    for (number, format) in formats.into_iter().enumerate().skip(number % 3).step_by(3) {
        let mut query = database.query();
        if let Ok(Ok(regions)) = database.regions("chr1:1-20000") {
            query = query.regions(regions);
        }
        query = match number % 4 {
            0 => query,
            1 => query.with(With::Family),
            2 => query.types(["gene", "mRNA"]).with(With::Descendants),
            _ => database.query().names(["g0", "t1"]).with(With::Ancestors),
        };
        let Ok(columns) = Columns::all(&database, Sequences::default().into()) else {
            continue;
        };
        let options = RecordOptions {
            format,
            columns,
            sequences: Sequences::default().into(),
            output: PathBuf::from("-"),
            layout: RowLayout::default(),
            front: Vec::new(),
            bed_name: BedName::Id,
            empty_transcript_id: false,
            stop_codon: match number {
                1 => StopCodon::Out { add: true },
                _ => StopCodon::Keep,
            },
        };
        let _ = write::write_query(&query, options, io::sink());
    }
    Ok(())
}

fn asked_datasets(path: &Path) -> gffdb::Result<()> {
    let connection = db::open(path)?;
    let _ = info::info(&connection, path);
    let _ = integrity(&connection, path);
    let datasets = Dataset::all(&connection, path)?;
    let exporter = Exporter::new(&connection, path, &datasets);
    for dataset in &datasets {
        let _ = Found::of(&exporter, dataset);
    }
    Ok(())
}

fn asked_sql(path: &Path) -> gffdb::Result<()> {
    let connection = db::open_read_only(path)?;
    let runner = Runner {
        connection: &connection,
        stop: &AtomicBool::new(false),
        path,
        output: Path::new("-"),
        parameters: &[],
    };
    for sql in [
        "SELECT * FROM gff ORDER BY seqid, start",
        "SELECT * FROM link",
        "SELECT attr(attributes, 'Name'), attr_all(attributes, 'Alias') FROM gene",
        "SELECT no_such_column FROM gff",
        "SELECT * FROM _other_line JOIN dataset USING (dataset)",
    ] {
        let mut sink = write::rows(RowFormat::Csv, io::sink(), RowLayout::default());
        let _ = runner.run(sql, sink.as_mut());
    }
    Ok(())
}

/// Runs the cases, and fails where one panics or does not end.
fn run(
    cases: impl Iterator<Item = String> + Send + 'static,
    change: impl Fn(&str) -> PathBuf + Send + 'static,
) -> usize {
    let (began, runs) = mpsc::sync_channel(0);
    let runner = thread::spawn(move || {
        let (mut count, mut panicked) = (0, Vec::new());
        for case in cases {
            began.send(case.clone()).expect("somebody waits");
            let path = change(&case);
            let ended = catch_unwind(AssertUnwindSafe(|| ask(&path, count)));
            if ended.is_err() {
                panicked.push(case);
            }
            count += 1;
        }
        assert!(panicked.is_empty(), "panicked: {panicked:?}");
        count
    });
    let mut last = String::new();
    loop {
        match runs.recv_timeout(Duration::from_secs(60)) {
            Ok(case) => last = case,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("does not end: {last}"),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    runner.join().unwrap_or_else(|_| panic!("panicked: {last}"))
}

/// The database that is damaged.
fn whole() -> (tempfile::TempDir, Vec<u8>) {
    let dir = tempfile::tempdir().expect("a directory");
    Demo::new().genes(2).write(dir.path()).expect("a demo");
    let path = dir.path().join("whole.sqlite");
    gffdb::Loader::new(&path)
        .load(&[dir.path().join("demo.gff3")])
        .expect("a database");
    let bytes = fs::read(&path).expect("a database");
    (dir, bytes)
}

#[test]
fn a_damaged_file_is_read_or_refused() {
    const CASES: u64 = 700;
    let (dir, whole) = whole();
    let path = dir.path().join("damaged.sqlite");
    let done = run((0..CASES).map(|n| n.to_string()), move |case| {
        let mut numbers = Numbers(case.parse().expect("a number"));
        let mut bytes = whole.clone();
        let pages = bytes.len() / 4096;
        match numbers.below(10) {
            0 => bytes.truncate(numbers.below(whole.len())),
            1 => bytes.truncate(4096 * numbers.below(pages)),
            2 => {
                // One page in the place of another.
                let (from, to) = (4096 * numbers.below(pages), 4096 * numbers.below(pages));
                bytes.copy_within(from..from + 4096, to);
            }
            _ => {
                for _ in 0..=numbers.below(12) {
                    let page = 4096 * numbers.below(pages);
                    let at = page
                        + match numbers.below(3) {
                            0 => numbers.below(16),
                            1 => numbers.below(200),
                            _ => numbers.below(4096),
                        };
                    bytes[at] = match numbers.below(3) {
                        0 => bytes[at] ^ (1 << numbers.below(8)),
                        1 => numbers.next() as u8,
                        _ => *numbers.one(&[0, 0xff, 0x7f, 0x80, 1]),
                    };
                }
            }
        }
        fs::write(&path, bytes).expect("a file");
        path.clone()
    });
    assert_eq!(done, CASES as usize);
}

#[test]
fn values_that_no_load_stores_are_read_or_refused() {
    const CASES: u64 = 500;
    const VALUES: [&str; 16] = [
        "NULL",
        "''",
        "'x'",
        "-1",
        "0",
        "1",
        "9223372036854775807",
        "-9223372036854775808",
        "4611686018427387904",
        "1e300",
        "-1e999",
        "x'00ff41'",
        "CAST(x'ff41' AS TEXT)",
        "'a;b{c}=%2'",
        "char(10, 9, 0, 27)",
        "printf('%.5000c', 'y')",
    ];
    let (dir, whole) = whole();
    let path = dir.path().join("edited.sqlite");
    let connection = Connection::open(dir.path().join("whole.sqlite")).expect("a database");
    let columns: Vec<(String, String)> = connection
        .prepare(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
             WHERE t.type = 'table' ORDER BY 1, 2",
        )
        .and_then(|mut s| {
            s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("columns");
    drop(connection);
    let done = run((0..CASES).map(|n| n.to_string()), move |case| {
        let mut numbers = Numbers(case.parse().expect("a number"));
        fs::write(&path, &whole).expect("a file");
        let connection = Connection::open(&path).expect("a database");
        let triggers: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .expect("triggers");
        for trigger in triggers {
            let _ = connection.execute_batch(&format!("DROP TRIGGER \"{trigger}\""));
        }
        for _ in 0..=numbers.below(4) {
            // Half of the time, a table of records.
            let (table, column) = match numbers.below(2) {
                0 => numbers.one(&columns),
                _ => loop {
                    let one = numbers.one(&columns);
                    if one.0 == "gff" {
                        break one;
                    }
                },
            };
            let value = numbers.one(&VALUES);
            let few = match numbers.below(3) {
                0 => String::new(),
                n => format!("LIMIT {n} OFFSET {}", numbers.below(4)),
            };
            // Refused where a constraint is against it.
            let _ = connection.execute_batch(&format!(
                "UPDATE OR IGNORE \"{table}\" SET \"{column}\" = {value}
                 WHERE \"{column}\" IS NULL OR \"{column}\" IN (SELECT \"{column}\" FROM \"{table}\" {few})"
            ));
        }
        drop(connection);
        path.clone()
    });
    assert_eq!(done, CASES as usize);
}
