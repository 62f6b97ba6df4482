//! Killed, out of room, or in each other's way: the goal is the old file or the new
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

/// Kills runs of `args`, which make or change `a.sqlite`; `old` is what is there before, if it is.
fn kill(dir: &Workdir, args: &[&str], old: Option<&Path>) {
    let goal = dir.path("a.sqlite");
    let before = || match old {
        Some(old) => drop(fs::copy(old, &goal).expect("a copy")),
        None => drop(fs::remove_file(&goal)),
    };
    before();
    let began = Instant::now();
    well(dir, args);
    let whole = began.elapsed();
    let new = reread::dump(&reread::open(&goal));
    let names = dir.names();
    let old_bytes = old.map(|old| fs::read(old).expect("the old database"));

    let (mut killed, mut left) = (0, 0);
    before();
    for (number, instant) in instants(whole).enumerate() {
        let mut child = spawn(dir, args);
        sleep(instant);
        child.kill().expect("it was not waited for");
        let (code, said) = end(child);
        assert!(code.is_none() || code == Some(0), "{code:?}: {said}");
        killed += usize::from(code.is_none());
        left += usize::from(dir.names().iter().any(|name| name.ends_with(".building")));
        let found = fs::read(&goal).ok();
        if found != old_bytes {
            let database = reread::open(&goal);
            assert_eq!(reread::integrity(&database), "ok");
            assert!(
                reread::dump(&database) == new,
                "neither old nor new after {instant:?}"
            );
            drop(database);
            before();
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

/// Waits until a file is there and has something in it.
pub fn wait_for(path: &Path) {
    let began = Instant::now();
    while fs::metadata(path).map_or(0, |m| m.len()) == 0 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{} never came",
            path.display()
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
    wait_for(&dir.path("a.sqlite.building"));
    for _ in 0..2 {
        let second = dir.gffdb(["convert", "genes.gff3", "-o", "a.sqlite"]);
        assert_eq!(
            second.stderr(2),
            "gffdb: a.sqlite: another gffdb is writing it; wait for it to end, then try again\n"
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
fn a_reader_keeps_what_it_opened_while_another_appends() {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.file("more.gff3", GENES);
    well(&dir, &["convert", "genes.gff3", "-o", "a.sqlite"]);
    let reader = reread::open(&dir.path("a.sqlite"));
    let count = |database: &_| reread::one::<i64>(database, "SELECT COUNT(*) FROM gff");
    assert_eq!(count(&reader), 1);
    well(
        &dir,
        &["convert", "more.gff3", "-o", "a.sqlite", "--append"],
    );
    assert_eq!(count(&reader), 1);
    assert_eq!(count(&reread::open(&dir.path("a.sqlite"))), 2);
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
                "gffdb: {goal}: no space left on the disk; make room (about 1.3 times the \
                 decompressed input), or write somewhere else with -o\n"
            )
        );
        let names: Vec<_> = fs::read_dir(&at).expect("the disk").flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(fs::read(dir.path("disk/a.sqlite")).expect("a database") == old);
    }
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
        assert!(said.contains(" MB of free space, found 0; make room, or write somewhere else"));
        assert!(!dir.path(goal).exists());
    }
    drop(disk);
}
