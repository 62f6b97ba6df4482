//! Interrupted: what was begun is undone, and the program dies of the signal, as its shell expects.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    kill::{GENES, demo, end, is_unfinished, spawn, wait_for_unfinished, wait_until_begun, well},
    reread,
    workdir::Workdir,
};

/// The signals that ask a program to end, by name and number.
const SIGNALS: [(&str, i32); 3] = [("-HUP", 1), ("-INT", 2), ("-TERM", 15)];

/// A value that SQLite never finishes.
const ENDLESS: &str =
    "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)";

fn send(signal: &str, process: &str) {
    let status = Command::new("kill").args([signal, "--", process]).status();
    assert!(status.expect("kill(1)").success());
}

fn signal(signal: &str, child: &Child) {
    send(signal, &child.id().to_string());
}

/// Waits for the end; returns the signal that it died of, and what was said.
fn died(mut child: Child) -> (Option<i32>, String) {
    let began = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if began.elapsed() > Duration::from_secs(20) {
            child.kill().expect("it runs");
            panic!("it did not end");
        }
        sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8(output.stderr).expect("text");
    (output.status.signal(), said)
}

#[test]
fn a_load_says_so_and_leaves_nothing() {
    let dir = demo();
    dir.file("genes.gff3", GENES);
    well(&dir, &["convert", "genes.gff3", "-o", "a.sqlite"]);
    let old = fs::read(dir.path("a.sqlite")).expect("a database");
    let names = dir.names();
    for (name, number) in SIGNALS {
        for option in ["--append", "--force"] {
            let args = ["convert", "demo.gff3", "-o", "a.sqlite", option];
            let child = spawn(&dir, &args);
            wait_for_unfinished(&dir);
            signal(name, &child);
            let said = "gffdb: interrupted; nothing was changed\n";
            assert_eq!(
                died(child),
                (Some(number), String::from(said)),
                "{name} {option}"
            );
            assert!(fs::read(dir.path("a.sqlite")).expect("a database") == old);
            assert_eq!(dir.names(), names);
        }
    }
}

#[test]
fn a_load_that_waits_for_its_input_ends_too() {
    let dir = Workdir::new();
    // What comes of a long pipe is taken before its end is known.
    for (threads, lines) in [("1", 0), ("1", 10_000), ("2", 0), ("2", 10_000)] {
        let mut child = spawn(
            &dir,
            &["convert", "-", "-o", "a.sqlite", "--threads", threads],
        );
        let mut stdin = child.stdin.take().expect("a pipe");
        let written = stdin.write_all(GENES.repeat(lines).as_bytes());
        written.expect("it reads");
        wait_until_begun(&dir);
        // It has nothing to do but wait.
        sleep(Duration::from_millis(500));
        signal("-TERM", &child);
        let said = "gffdb: interrupted; nothing was changed\n";
        assert_eq!(died(child), (Some(15), String::from(said)));
        assert_eq!(dir.names(), [""; 0]);
        drop(stdin);
    }
    // Nobody ever opens the other end.
    let made = Command::new("mkfifo").arg(dir.path("pipe")).status();
    assert!(made.expect("mkfifo(1)").success());
    let child = spawn(&dir, &["convert", "pipe", "-o", "a.sqlite"]);
    sleep(Duration::from_millis(500));
    signal("-INT", &child);
    assert_eq!(died(child).0, Some(2));
    assert_eq!(dir.names(), ["pipe"]);
}

#[test]
fn what_is_added_from_a_pipe_that_stalls_is_undone() {
    let dir = demo();
    dir.file("genes.gff3", GENES);
    for mode in ["delete", "wal"] {
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "a.sqlite", "--force"],
        );
        let database = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
        database
            .pragma_update(None, "journal_mode", mode)
            .expect("a mode");
        drop(database);
        let old = fs::read(dir.path("a.sqlite")).expect("a database");
        let names = dir.names();
        let args = [
            "convert",
            "-",
            "-o",
            "a.sqlite",
            "--append",
            "--threads",
            "2",
        ];
        let mut child = spawn(&dir, &args);
        let mut stdin = child.stdin.take().expect("a pipe");
        let demo = fs::read(dir.path("demo.gff3")).expect("the demo");
        stdin.write_all(&demo).expect("it reads");
        if mode == "delete" {
            wait_for_unfinished(&dir);
        }
        // What is not committed stays in memory as long as there is room.
        sleep(Duration::from_millis(1_500));
        signal("-TERM", &child);
        let said = String::from("gffdb: interrupted; nothing was changed\n");
        assert_eq!(died(child), (Some(15), said), "{mode}");
        assert!(
            fs::read(dir.path("a.sqlite")).expect("a database") == old,
            "{mode}"
        );
        if mode == "delete" {
            assert_eq!(dir.names(), names);
        }
        assert_eq!(dir.gffdb(["export", "a.sqlite"]).stdout(), GENES, "{mode}");
        assert_eq!(dir.names(), names, "{mode}");
        drop(stdin);
    }
}

#[test]
fn a_shell_does_not_go_on_with_the_next_file() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    let gffdb = env!("CARGO_BIN_EXE_gffdb");
    let script = format!(
        "for f in - genes.gff3; do '{gffdb}' convert --dataset a \"$f\" -o \"a$f.sqlite\"; done"
    );
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(dir.path(""));
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    // Ctrl-C at a terminal is a signal to the whole group.
    let mut child = command.process_group(0).spawn().expect("bash");
    let stdin = child.stdin.take();
    wait_until_begun(&dir);
    send("-INT", &format!("-{}", child.id()));
    assert_eq!(died(child).0, Some(2));
    assert_eq!(dir.names(), ["genes.gff3"]);
    drop(stdin);
}

#[test]
fn a_signal_that_was_ignored_from_the_start_stays_ignored() {
    let dir = Workdir::new();
    let gffdb = env!("CARGO_BIN_EXE_gffdb");
    // What nohup does.
    let script = format!("trap '' HUP; exec '{gffdb}' convert - -q -o a.sqlite");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(dir.path(""));
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("sh");
    wait_until_begun(&dir);
    signal("-HUP", &child);
    sleep(Duration::from_millis(1500));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(GENES.as_bytes()).expect("it reads");
    drop(stdin);
    assert_eq!(end(child), (Some(0), String::new()));
    assert_eq!(dir.names(), ["a.sqlite"]);
}

#[test]
fn a_question_leaves_the_old_file() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    let select = format!("SELECT {ENDLESS}");
    for args in [
        ["query", "a.sqlite", "-o", "out.tsv", "--where", ENDLESS],
        ["sql", "a.sqlite", "-o", "out.tsv", "--format=tsv", &select],
        ["sql", "a.sqlite", "-o", "out.tsv", "--write", &select],
    ] {
        for (name, number) in SIGNALS {
            dir.file("out.tsv", "old");
            let names = dir.names();
            let child = spawn(&dir, &args);
            for _ in 0..1000 {
                if !dir.names().iter().any(|name| is_unfinished(name)) {
                    sleep(Duration::from_millis(10));
                }
            }
            // The file comes before what watches over it.
            sleep(Duration::from_millis(200));
            signal(name, &child);
            let (code, said) = died(child);
            assert_eq!(code, Some(number), "{args:?}: {said}");
            assert!(said.starts_with("gffdb: interrupted; "), "{said}");
            assert_eq!(dir.read("out.tsv"), "old", "{args:?}");
            assert_eq!(dir.names(), names, "{args:?}");
        }
    }
}

#[test]
fn an_export_leaves_the_old_file() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES.repeat(400_000));
    well(&dir, &["convert", "genes.gff3", "-o", "a.sqlite"]);
    for (name, number) in SIGNALS {
        dir.file("out.gff3", "old");
        let names = dir.names();
        let child = spawn(&dir, &["export", "a.sqlite", "-o", "out.gff3"]);
        wait_for_unfinished(&dir);
        signal(name, &child);
        let (code, said) = died(child);
        assert_eq!(code, Some(number), "{said}");
        assert_eq!(said, "gffdb: interrupted; nothing was changed\n");
        assert_eq!(dir.read("out.gff3"), "old");
        assert_eq!(dir.names(), names);
    }
}

/// Waits until a rollback journal is there.
fn wait_for_journal(dir: &Workdir) {
    wait_for_unfinished(dir);
}

#[test]
fn a_change_is_undone_though_nobody_reads_the_rows() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    let names = dir.names();
    let dump = || reread::dump(&reread::open(&dir.path("a.sqlite")));
    let before = dump();
    // Few pages stay in memory, so that the file itself is changed.
    let change = "PRAGMA cache_size = 5; BEGIN; UPDATE gff SET score = 7;";
    for rows in [
        "SELECT a.ID FROM gff a, gff b",
        "UPDATE gff SET score = 8 RETURNING *; SELECT ID FROM gff",
    ] {
        for (name, number) in SIGNALS {
            let sql = format!("{change} {rows}");
            let mut command = dir
                .gffdb(["sql", "a.sqlite", "--write", &sql])
                .into_command();
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = command.spawn().expect("the program starts");
            wait_for_journal(&dir);
            // By then the pipe is full.
            sleep(Duration::from_millis(1000));
            signal(name, &child);
            let (code, said) = died(child);
            assert_eq!(code, Some(number), "{rows}: {said}");
            assert!(said.starts_with("gffdb: interrupted; "), "{said}");
            assert_eq!(dir.names(), names, "{rows}");
            assert!(dump() == before, "{rows}");
        }
    }
}

#[test]
fn no_further_statement_begins() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    let many = "UPDATE gff SET score = 9 WHERE record_id = 1;\n".repeat(1_000_000);
    dir.file("many.sql", format!("BEGIN;\n{many}COMMIT;\n"));
    let mut command = dir
        .gffdb(["sql", "a.sqlite", "--write", "-"])
        .into_command();
    let sql = File::open(dir.path("many.sql")).expect("a file");
    command.stdin(sql).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    wait_for_journal(&dir);
    let began = Instant::now();
    signal("-TERM", &child);
    let (code, said) = died(child);
    assert_eq!(code, Some(15), "{said}");
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(dir.names(), ["a.sqlite", "demo.gff3", "many.sql"]);
    let database = reread::open(&dir.path("a.sqlite"));
    let changed = "SELECT COUNT(*) FROM gff WHERE score = 9";
    assert_eq!(reread::one::<i64>(&database, changed), 0);
}

#[test]
fn names_are_filled_in_wholly_or_not_at_all() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    let names: String = (0..400_000).map(|n| format!("\tname{n}")).collect();
    let styles: String = (0..400_000).map(|n| format!("\tstyle{n}")).collect();
    dir.file("names.txt", format!("#ucsc{styles}\nsq0{names}\n"));
    for (name, number) in SIGNALS {
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "a.sqlite", "--force"],
        );
        let before = dir.names();
        let child = spawn(&dir, &["alias", "a.sqlite", "names.txt"]);
        wait_for_journal(&dir);
        signal(name, &child);
        let (code, said) = died(child);
        assert_eq!(code, Some(number), "{said}");
        assert_eq!(dir.names(), before);
        let database = reread::open(&dir.path("a.sqlite"));
        let count = "SELECT COUNT(*) FROM alias";
        let count = reread::one::<i64>(&database, count);
        assert!(count == 0 || count == 400_001, "{count}");
    }
}

#[test]
fn one_that_only_reads_ends_at_once() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    let select = format!("SELECT {ENDLESS}");
    for args in [
        vec!["sql", "a.sqlite", &select],
        vec!["query", "a.sqlite", "--where", ENDLESS],
        vec!["check", "-"],
        vec!["verify", "a.sqlite", "-"],
        // Its pipe is full, and nobody reads it.
        vec!["export", "a.sqlite"],
    ] {
        let mut command = dir.gffdb(&args).into_command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take();
        let mut stdout = child.stdout.take().expect("a pipe");
        if args[0] == "export" {
            let mut some = [0; 10];
            stdout.read_exact(&mut some).expect("it writes");
        }
        sleep(Duration::from_millis(500));
        signal("-INT", &child);
        assert_eq!(died(child).0, Some(2), "{args:?}");
        drop((stdin.take(), stdout));
    }
    assert_eq!(dir.names(), ["a.sqlite", "demo.gff3"]);
}
