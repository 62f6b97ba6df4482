//! Killed, out of room, or in each other's way: the target is the old file or the new
//! one, and the next run just works.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use gffdb::demo::Demo;

use crate::{reread, workdir::Workdir};

/// Kills at this many instants, spread over a little more than the time that a whole run takes.
const KILLS: u32 = 50;

pub const GENES: &str = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0\n";

/// A directory with `demo.gff3`, which takes a moment to load.
pub fn demo() -> Workdir {
    let dir = Workdir::new();
    let written = Demo::new()
        .genes(1_500)
        .write(dir.path(""))
        .expect("a demo");
    for file in &written[1..] {
        fs::remove_file(&file.path).expect("a file of the demo");
    }
    dir
}

pub fn spawn(dir: &Workdir, args: &[&str]) -> Child {
    let mut command = dir.gffdb(args).into_command();
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Waits for the end; returns the exit code and what was said.
pub fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("the program ends");
    let said = String::from_utf8(output.stderr).expect("text");
    (output.status.code(), said)
}

#[track_caller]
pub fn well(dir: &Workdir, args: &[&str]) {
    assert_eq!(dir.gffdb(args.iter().chain(&["--quiet"])).stdout(), "");
}

/// The instants, in an order that has nothing to do with time; the same every run.
fn instants(whole: Duration) -> impl Iterator<Item = Duration> {
    let mut state = 1_u32;
    (0..KILLS).map(move |n| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let jitter = f64::from(state >> 8) / f64::from(1 << 24);
        let slot = (n * 7) % KILLS;
        whole.mul_f64(1.1 * (f64::from(slot) + jitter) / f64::from(KILLS))
    })
}

/// Tells whether a file is one that a run which is at work, or was killed, has beside its target.
pub fn is_unfinished(name: &str) -> bool {
    name.contains(".gffdb-") || name.ends_with("-journal") || name.ends_with("-wal")
}

/// Kills runs of `args`, which make or change `a.sqlite`; `old` is what is there before, if it is.
fn kill(dir: &Workdir, args: &[&str], old: Option<&Path>) {
    let goal = dir.path("a.sqlite");
    let before = || match old {
        Some(old) => drop(fs::copy(old, &goal).expect("a copy")),
        None => drop(fs::remove_file(&goal)),
    };
    let old_dump = old.map(|old| reread::dump(&reread::open(old)));
    before();
    let began = Instant::now();
    well(dir, args);
    let whole = began.elapsed();
    let new = reread::dump(&reread::open(&goal));
    let names = dir.names();
    let (mut killed, mut left) = (0, 0);
    before();
    for (number, instant) in instants(whole).enumerate() {
        let mut child = spawn(dir, args);
        sleep(instant);
        child.kill().expect("it was not waited for");
        let (code, said) = end(child);
        assert!(code.is_none() || code == Some(0), "{code:?}: {said}");
        killed += usize::from(code.is_none());
        left += usize::from(dir.names().iter().any(|name| is_unfinished(name)));
        if goal.exists() {
            // The next question undoes what a killed run left of a transaction.
            dir.gffdb(["info", "a.sqlite"]).stdout();
            let database = reread::open(&goal);
            assert_eq!(reread::integrity(&database), "ok");
            let found = reread::dump(&database);
            assert!(
                found == new || Some(&found) == old_dump.as_ref(),
                "neither old nor new after {instant:?}"
            );
            drop(database);
            if found == new {
                before();
            }
        } else {
            assert_eq!(old_dump, None);
        }
        if number % 10 == 9 {
            well(dir, args);
            assert_eq!(dir.names(), names);
            before();
        }
    }
    println!("{killed} of {KILLS} killed over {whole:?}, {left} left a file behind");
    // How many is the machine's to say, but not that hardly any was.
    assert!(
        killed >= 10 && left > 0,
        "{killed} killed, {left} left a file behind"
    );
}

#[test]
fn a_killed_load_leaves_nothing_or_all() {
    let dir = demo();
    kill(
        &dir,
        &["convert", "demo.gff3", "-o", "a.sqlite", "--index", "Name"],
        None,
    );
}

#[test]
fn a_killed_append_leaves_the_old_or_the_new() {
    let dir = demo();
    dir.file("genes.gff3", GENES.repeat(2_000));
    well(
        &dir,
        &[
            "convert",
            "genes.gff3",
            "-o",
            "old.sqlite",
            "--promote",
            "Name",
        ],
    );
    let old = dir.path("old.sqlite");
    kill(
        &dir,
        &["convert", "demo.gff3", "-o", "a.sqlite", "--append"],
        Some(&old),
    );
}

#[test]
fn what_nobody_hears_is_no_failure() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    for (args, code) in [
        (vec!["convert", "demo.gff3", "-o", "b.sqlite"], 0),
        (vec!["query", "a.sqlite", "--id", "nowhere"], 0),
        (vec!["query", "a.sqlite", "--type", "nothing"], 2),
        (vec!["info", "none.sqlite"], 2),
    ] {
        let mut child = spawn(&dir, &args);
        drop(child.stderr.take());
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
}

/// Waits until there is an unfinished file that has something in it.
pub fn wait_for_unfinished(dir: &Workdir) {
    wait_for(dir, 1);
}

/// Waits until there is an unfinished file, with something in it or not.
pub fn wait_until_begun(dir: &Workdir) {
    wait_for(dir, 0);
}

/// Waits until there is an unfinished file of at least so many bytes.
fn wait_for(dir: &Workdir, bytes: u64) {
    let began = Instant::now();
    let is_there = || {
        let mut names = dir.names().into_iter().filter(|name| is_unfinished(name));
        names.any(|name| fs::metadata(dir.path(name)).is_ok_and(|m| m.len() >= bytes))
    };
    while !is_there() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it never began to write"
        );
        sleep(Duration::from_millis(1));
    }
}

#[test]
fn of_two_writers_the_second_is_told_to_wait() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    // The first one waits for its input, having begun.
    let mut first = spawn(&dir, &["convert", "-", "-o", "a.sqlite", "--quiet"]);
    wait_until_begun(&dir);
    for _ in 0..2 {
        let second = dir.gffdb(["convert", "genes.gff3", "-o", "a.sqlite"]);
        assert_eq!(
            second.stderr(2),
            "gffdb: a.sqlite: another program is using it; wait until it has finished, then try \
             again\n"
        );
    }
    let mut stdin = first.stdin.take().expect("a pipe");
    stdin.write_all(GENES.as_bytes()).expect("it reads");
    drop(stdin);
    assert_eq!(end(first), (Some(0), String::new()));
    assert_eq!(dir.names(), ["a.sqlite", "genes.gff3"]);
    let database = reread::open(&dir.path("a.sqlite"));
    assert_eq!(reread::file(&database, "stdin"), GENES.as_bytes());
}

#[test]
fn who_has_the_database_open_sees_what_another_appends() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    for (number, mode) in ["delete", "wal"].into_iter().enumerate() {
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "a.sqlite", "--force"],
        );
        let reader = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
        reader
            .pragma_update(None, "journal_mode", mode)
            .expect("a mode");
        let count = || reread::one::<i64>(&reader, "SELECT COUNT(*) FROM gff");
        assert_eq!(count(), 1);
        let more = format!("more{number}.gff3");
        dir.file(&more, GENES);
        well(&dir, &["convert", &more, "-o", "a.sqlite", "--append"]);
        assert_eq!(count(), 2, "{mode}");
        reader
            .execute("UPDATE gff SET source = 'mine'", [])
            .expect("an edit");
        drop(reader);
        let database = reread::open(&dir.path("a.sqlite"));
        assert_eq!(reread::integrity(&database), "ok");
        let edited = "SELECT COUNT(*) FROM gff WHERE source = 'mine'";
        assert_eq!(reread::one::<i64>(&database, edited), 2);
    }
}

/// Another program commits small edits all the time, from before the load until after it.
#[test]
fn no_edit_that_was_committed_is_lost_to_an_append() {
    let dir = demo();
    dir.file("genes.gff3", GENES);
    for mode in ["delete", "wal"] {
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "a.sqlite", "--force"],
        );
        let editor = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
        editor
            .pragma_update(None, "journal_mode", mode)
            .expect("a mode");
        editor
            .execute_batch("CREATE TABLE edit (n INTEGER)")
            .expect("a table");
        editor
            .busy_timeout(Duration::from_secs(60))
            .expect("it waits");
        let (mut committed, mut after) = (0, 0);
        let mut child = spawn(
            &dir,
            &[
                "convert",
                "demo.gff3",
                "-o",
                "a.sqlite",
                "--append",
                "--quiet",
            ],
        );
        while after < 20 {
            after += usize::from(child.try_wait().expect("a status").is_some());
            committed += 1;
            // SQLite's locks are not handed on in turn: who never pauses keeps them.
            sleep(Duration::from_millis(2));
            editor
                .execute_batch(&format!(
                    "BEGIN IMMEDIATE;
                     INSERT INTO edit VALUES ({committed});
                     UPDATE gff SET source = 'n{committed}' WHERE ID = 'g0';
                     COMMIT;"
                ))
                .expect("an edit");
        }
        assert_eq!(end(child), (Some(0), String::new()), "{mode}");
        drop(editor);
        let database = reread::open(&dir.path("a.sqlite"));
        assert_eq!(reread::integrity(&database), "ok", "{mode}");
        let edits = "SELECT COUNT(*) FROM edit";
        assert_eq!(reread::one::<i64>(&database, edits), committed, "{mode}");
        let last = "SELECT source FROM gff WHERE ID = 'g0'";
        let last: String = reread::one(&database, last);
        assert_eq!(last, format!("n{committed}"), "{mode}");
        let demo = fs::read(dir.path("demo.gff3")).expect("the demo");
        assert!(reread::file(&database, "demo") == demo, "{mode}");
    }
}

/// A database that somebody else makes while a new one is written keeps all that it has.
#[test]
fn a_database_that_came_meanwhile_keeps_what_is_beside_it() {
    let dir = Workdir::new();
    for mode in ["wal", "persist"] {
        let mut build = spawn(&dir, &["convert", "-", "-o", "a.sqlite", "-q"]);
        let mut stdin = build.stdin.take().expect("a pipe");
        // A pipe is read a little before anything is written.
        stdin.write_all(GENES.as_bytes()).expect("it reads");
        stdin.write_all(&vec![b'#'; 1 << 20]).expect("it reads");
        wait_for_unfinished(&dir);
        let other = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
        other
            .pragma_update(None, "journal_mode", mode)
            .expect("a mode");
        other
            .execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (7)")
            .expect("a table");
        let names = dir.names();
        stdin.write_all(b"\n").expect("it reads");
        drop(stdin);
        let (code, said) = end(build);
        assert_eq!(code, Some(2));
        assert!(said.starts_with("gffdb: a.sqlite already exists"), "{said}");
        let kept: Vec<_> = names.iter().filter(|n| !n.contains(".gffdb-")).collect();
        assert_eq!(dir.names().iter().collect::<Vec<_>>(), kept);
        assert_eq!(reread::one::<i64>(&other, "SELECT a FROM t"), 7);
        drop(other);
        fs::remove_file(dir.path("a.sqlite")).expect("it is there");
        let _ = fs::remove_file(dir.path("a.sqlite-journal"));
    }
}

/// What a killed edit left beside a database is not left to the one that takes its place.
#[test]
fn what_a_killed_edit_left_does_not_destroy_the_new_database() {
    let dir = demo();
    dir.file("genes.gff3", GENES);
    for removed in [false, true] {
        well(&dir, &["convert", "demo.gff3", "-o", "h.sqlite", "--force"]);
        let edit = "PRAGMA cache_size = 1; BEGIN; UPDATE gff SET source = 1;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
        let mut child = spawn(&dir, &["sql", "h.sqlite", "--write", edit]);
        wait_for_unfinished(&dir);
        sleep(Duration::from_millis(500));
        child.kill().expect("it is ours");
        end(child);
        assert!(dir.path("h.sqlite-journal").exists());
        if removed {
            fs::remove_file(dir.path("h.sqlite")).expect("it is there");
        }
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "h.sqlite", "--force"],
        );
        assert_eq!(dir.gffdb(["export", "h.sqlite"]).stdout(), GENES);
        let verified = dir.gffdb(["verify", "h.sqlite"]).stdout();
        assert!(verified.contains("integrity_check: ok"), "{verified}");
        assert_eq!(dir.names(), ["demo.gff3", "genes.gff3", "h.sqlite"]);
    }
}

#[test]
fn a_killed_edit_is_undone_by_the_next_question() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "h.sqlite"]);
    let edit = "PRAGMA cache_size = 1; BEGIN; UPDATE gff SET source = 1;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    let mut child = spawn(&dir, &["sql", "h.sqlite", "--write", edit]);
    wait_for_unfinished(&dir);
    sleep(Duration::from_millis(500));
    child.kill().expect("it is ours");
    end(child);
    assert!(dir.path("h.sqlite-journal").exists());
    assert_eq!(
        dir.gffdb(["export", "h.sqlite"]).stdout(),
        dir.read("demo.gff3")
    );
    assert_eq!(dir.names(), ["demo.gff3", "h.sqlite"]);
}

#[test]
fn a_build_respects_who_writes_the_database_and_is_respected() {
    let dir = demo();
    dir.file("genes.gff3", GENES);
    let busy = "gffdb: a.sqlite: another program is using it; wait until it has finished, then \
                try again\n";
    // To add waits longer, in the hope of an end.
    for (mode, options) in [
        ("delete", &["--append", "--force"][..]),
        ("wal", &["--force"]),
    ] {
        well(
            &dir,
            &["convert", "genes.gff3", "-o", "a.sqlite", "--force"],
        );
        let writer = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
        writer
            .pragma_update(None, "journal_mode", mode)
            .expect("a mode");
        writer
            .execute_batch("BEGIN IMMEDIATE; UPDATE gff SET source = 'mine'")
            .expect("an edit");
        for option in options {
            let args = ["convert", "demo.gff3", "-o", "a.sqlite", option];
            assert_eq!(dir.gffdb(args).stderr(2), busy, "{mode} {option}");
        }
        writer.execute_batch("COMMIT").expect("it is kept");
        drop(writer);
        let export = dir.gffdb(["export", "a.sqlite"]).stdout();
        assert_eq!(export, GENES.replace("NOODLES", "mine"));

        // The other way round: the build waits for its input, having begun.
        // In WAL mode whoever has it open keeps it from being overwritten.
        let options = match mode {
            "wal" => &["--append"][..],
            _ => &["--append", "--force"],
        };
        for option in options {
            let mut build = spawn(&dir, &["convert", "-", "-o", "a.sqlite", "-q", option]);
            let mut stdin = build.stdin.take().expect("a pipe");
            // What comes first is read before anything is locked.
            let comment = format!("##gff-version 3\n#{}\n", "x".repeat(1 << 20));
            stdin.write_all(comment.as_bytes()).expect("it reads");
            let other = rusqlite::Connection::open(dir.path("a.sqlite")).expect("a database");
            other
                .busy_timeout(Duration::ZERO)
                .expect("it does not wait");
            let began = Instant::now();
            while other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
                assert!(began.elapsed() < Duration::from_secs(20), "{mode} {option}");
                sleep(Duration::from_millis(10));
            }
            drop(other);
            let edit = [
                "sql",
                "a.sqlite",
                "--write",
                "UPDATE gff SET source = 'other'",
            ];
            let refused = dir.gffdb(edit).stderr(2);
            assert!(
                refused.contains("a.sqlite: another program is using it"),
                "{refused}"
            );
            drop(stdin);
            let (code, said) = end(build);
            assert!(code.is_some(), "{said}");
        }
    }
}

/// A disk of its own, too small; it goes when the test ends.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    /// Mounts it; `None` where that is not allowed.
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        fs::create_dir(at).expect("a directory");
        let options = format!("size={size}");
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &options, "gffdb-test"])
            .arg(at);
        let output = mount.stderr(Stdio::piped()).output().ok()?;
        output.status.success().then_some(Self(at))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_the_old_file_kept() {
    let dir = demo();
    let at = dir.path("disk");
    let Some(disk) = Disk::mount(&at, "1m") else {
        println!("skipped: a small disk cannot be mounted here");
        return;
    };
    dir.file("genes.gff3", GENES);
    well(&dir, &["convert", "genes.gff3", "-o", "disk/a.sqlite"]);
    let old = fs::read(dir.path("disk/a.sqlite")).expect("a database");
    let demo = fs::read(dir.path("demo.gff3")).expect("the demo");
    for (goal, options) in [
        ("disk/a.sqlite", &["--append"][..]),
        ("disk/a.sqlite", &["--force"]),
        ("disk/b.sqlite", &["--promote", "all"]),
        ("disk/b.sqlite", &["--threads", "1", "--index", "Name"]),
    ] {
        // How much will come through a pipe is not known before.
        let args = ["convert", "-", "-o", goal];
        let run = dir.gffdb(args.iter().chain(options));
        let said = run.stdin(demo.clone()).stderr(2);
        assert_eq!(
            said,
            format!(
                "gffdb: disk: no space left on the disk; free some (a database takes about 1.3 \
                 times the decompressed input), or write it to another disk with -o\n"
            )
        );
        let names: Vec<_> = fs::read_dir(&at).expect("the disk").flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(fs::read(dir.path("disk/a.sqlite")).expect("a database") == old);
    }
    // Temporary files go there alone; the database has room.
    let (began, args) = (
        Instant::now(),
        [
            "convert",
            "-",
            "-o",
            "b.sqlite",
            "--tmp-dir",
            "disk",
            "--memory",
            "16M",
        ],
    );
    let mut child = spawn(&dir, &args);
    let mut stdin = child.stdin.take().expect("a pipe");
    // It ends at once, not when all rows are in.
    while stdin.write_all(&demo).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(60), "it goes on");
    }
    let (code, said) = end(child);
    let expected = "gffdb: disk: no space left on the disk for temporary files; free some, or name \
                    another directory with --tmp-dir\n";
    assert_eq!((code, said.as_str()), (Some(2), expected));
    assert!(!dir.names().iter().any(|name| name.starts_with("b.sqlite")));
    // What cannot fit is not begun.
    dir.file("large.gff3", GENES.repeat(200_000));
    for (goal, options) in [
        ("disk/b.sqlite", &[][..]),
        ("c.sqlite", &["--tmp-dir", "disk"]),
    ] {
        let args = ["convert", "large.gff3", "-o", goal, "--memory", "16M"];
        let said = dir.gffdb(args.iter().chain(options)).stderr(2);
        assert!(
            said.starts_with("gffdb: disk: expected at least "),
            "{said}"
        );
        assert!(said.contains(" MB of free space, found 0; free some, or write to another disk"));
        assert!(!dir.path(goal).exists());
    }
    drop(disk);
}

#[test]
fn temporary_files_of_questions_and_checks_go_where_tmpdir_says() {
    let dir = demo();
    well(&dir, &["convert", "demo.gff3", "-o", "a.sqlite"]);
    let at = dir.path("disk");
    let Some(disk) = Disk::mount(&at, "1m") else {
        println!("skipped: a small disk cannot be mounted here");
        return;
    };
    dir.file("large.gff3", GENES.repeat(200_000));
    let sorted = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
        SELECT sum(length(b)) FROM (SELECT randomblob(40) AS b FROM n ORDER BY b LIMIT -1 OFFSET 1)";
    for (args, what) in [
        (vec!["sql", "a.sqlite", sorted], "a.sqlite"),
        (vec!["check", "large.gff3"], "the temporary database"),
    ] {
        let mut command = dir.gffdb(&args).into_command();
        let output = command.env("TMPDIR", &at).output().expect("it runs");
        let said = String::from_utf8(output.stderr).expect("text");
        let expected = format!(
            "gffdb: {what}: no space left on the disk, or for temporary files in {}; free some, or \
             set TMPDIR to another directory\n",
            at.display()
        );
        assert_eq!((output.status.code(), said), (Some(2), expected));
    }
    drop(disk);
}
