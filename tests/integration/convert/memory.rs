//! `--memory`, `--tmp-dir`: how much is taken, and that the database is the same.

use std::fmt::Write;

use crate::{reread, workdir::Workdir};

const MIB: f64 = (1 << 20) as f64;

/// Enough records that the keys of the indexes do not fit into the least memory; the IDs come in no
/// order.
fn many() -> String {
    let mut text = String::from("##gff-version 3\n");
    for n in 0..150_000_u64 {
        let id = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16;
        let start = 1 + n * 37 % 1_000_003;
        let note = "abcdefghij".repeat(n as usize % 12);
        let _ = writeln!(
            text,
            "chr{}\tx\texon\t{start}\t{}\t.\t+\t.\tID=exon:{id};Parent=t{};Note={note}",
            n % 7,
            start + n % 900,
            n / 9,
        );
    }
    text
}

/// Returns the peak that a summary tells, in bytes.
#[track_caller]
fn peak(said: &str) -> f64 {
    let (before, _) = said.split_once(" peak memory").expect("a peak");
    let mut words = before.rsplit(' ');
    let unit = words.next().expect("a unit");
    let number: f64 = words.next().and_then(|n| n.parse().ok()).expect("a number");
    assert_eq!(unit, "MiB", "{said}");
    number * MIB
}

#[test]
fn the_peak_stays_near_the_limit_and_the_database_is_the_same() {
    let dir = Workdir::new();
    dir.file("many.gff3", many());
    let rows = "SELECT ID FROM gff WHERE ID > 'exon:2' ORDER BY ID LIMIT 5";
    let plan = "EXPLAIN QUERY PLAN SELECT ID FROM gff WHERE ID > 'exon:2' ORDER BY ID";
    let mut first = None;
    for limit in ["16M", "32M", "65536K", "512m"] {
        let goal = format!("{limit}.sqlite");
        let args = ["convert", "many.gff3", "-o", &goal, "--memory", limit];
        let said = dir.gffdb(args).stderr(0);
        let size: f64 = limit[..limit.len() - 1].parse().expect("a number");
        let bytes = if limit.ends_with('K') {
            size * 1024.0
        } else {
            size * MIB
        };
        assert!(peak(&said) <= bytes + 24.0 * MIB, "{limit}: {said}");
        let database = reread::open(&dir.path(&goal));
        assert_eq!(
            reread::one::<String>(&database, "PRAGMA integrity_check"),
            "ok"
        );
        let found = (reread::rows(&database, rows), reread::rows(&database, plan));
        assert!(found.1[0].contains("gff_ID"), "{found:?}");
        assert_eq!(
            *first.get_or_insert_with(|| found.clone()),
            found,
            "{limit}"
        );
    }
    let text = dir.read("many.gff3");
    let bytes = reread::file(&reread::open(&dir.path("16M.sqlite")), "many");
    assert!(bytes == text.as_bytes());
}

#[test]
fn a_size_or_directory_that_cannot_be_is_refused() {
    let dir = Workdir::new();
    dir.file("genes.gff3", super::GENES);
    for (option, value, reason) in [
        (
            "--memory",
            "1M",
            "expected at least 16 MiB of memory, found 1048576 bytes",
        ),
        ("--memory", "much", "expected a size such as 64M or 1G"),
        ("--memory", "64Q", "expected a size such as 64M or 1G"),
        (
            "--tmp-dir",
            "nowhere",
            "nowhere: expected a directory that can be written, for temporary files",
        ),
    ] {
        let args = ["convert", "genes.gff3", "-o", "a.sqlite", option, value];
        let said = dir.gffdb(args).stderr(2);
        assert!(said.contains(reason), "{said}");
        assert_eq!(dir.names(), ["genes.gff3"], "{option} {value}");
    }
}

#[test]
fn temporary_files_go_where_they_are_told_and_leave_nothing() {
    let dir = Workdir::new();
    dir.file("many.gff3", many());
    std::fs::create_dir(dir.path("tmp")).expect("a directory");
    let args = ["convert", "many.gff3", "-o", "a.sqlite", "--quiet"];
    let limits = ["--memory", "16M", "--tmp-dir", "tmp"];
    assert_eq!(dir.gffdb(args.iter().chain(&limits)).stdout(), "");
    assert_eq!(dir.names(), ["a.sqlite", "many.gff3", "tmp"]);
    let left = std::fs::read_dir(dir.path("tmp")).expect("it").count();
    assert_eq!(left, 0);
    let database = reread::open(&dir.path("a.sqlite"));
    assert_eq!(
        reread::one::<i64>(&database, "SELECT count(*) FROM gff"),
        150_000
    );
}

/// Runs the program with so many MiB for what it writes to in memory, thread stacks included; more is
/// refused, and it dies.
#[cfg(target_os = "linux")]
#[track_caller]
fn within(dir: &Workdir, mib: u64, args: &[&str]) {
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -d \"$0\" && exec \"$@\""])
        .arg((mib << 10).to_string())
        .arg(env!("CARGO_BIN_EXE_gffdb"))
        .args(args)
        .current_dir(dir.path("."))
        .stdin(std::process::Stdio::null())
        .stdout(std::fs::File::create(dir.path("stdout")).expect("a file"));
    let output = command.output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    // 1: `check` found what there is to find.
    let is_done = matches!(output.status.code(), Some(0 | 1));
    assert!(is_done, "{mib} MiB, {args:?}: {}\n{said}", output.status);
}

/// Lines that have the same keys, each in an order of its own.
fn shuffled(lines: usize, keys: usize) -> String {
    let mut text = String::from("##gff-version 3\n");
    let mut order: Vec<usize> = (0..keys).collect();
    let mut seed = 1_u64;
    for n in 1..=lines {
        for last in (1..keys).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order.swap(last, (seed >> 33) as usize % (last + 1));
        }
        let attributes: Vec<String> = order.iter().map(|key| format!("key{key}=v")).collect();
        let _ = writeln!(
            text,
            "chr1\tx\texon\t{n}\t{n}\t.\t+\t.\t{}",
            attributes.join(";")
        );
    }
    text
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_file_has_most_of_makes_no_command_take_more_memory() {
    const RECORD: &str = "chr1\tx\texon\t1\t9\t.\t+\t.\tID=e\n";
    // More than the 72 MiB that a load gets here, and the 48 of other commands.
    let long = "ACGT".repeat(20_000_000);
    let lines = |line: &str| format!("{RECORD}{}", line.repeat(600_000));
    let skip: &[&str] = &["--skip-bad-lines"];
    for (name, text, options) in [
        // Without a bound, the layouts alone are 200 MiB.
        (
            "shuffled keys",
            shuffled(4_000, 198),
            &["--promote", "all"][..],
        ),
        ("comments of one byte", lines("#\n"), &[]),
        ("blank lines", lines("\n"), &[]),
        ("records of dots", lines(".\t.\t.\t.\t.\t.\t.\t.\t.\n"), &[]),
        ("invalid lines of one byte", lines("x\n"), skip),
        (
            "a long line of sequence",
            format!("{RECORD}##FASTA\n>chr1\n{long}\n"),
            &[],
        ),
        (
            "a long header of a sequence",
            format!("{RECORD}>chr1 {long}\nACGT\n"),
            &[],
        ),
        ("a long comment", format!("#{long}\n{RECORD}"), &[]),
        ("a long directive", format!("##{long}\n{RECORD}"), &[]),
    ] {
        let dir = Workdir::new();
        dir.file("a.gff3", &text);
        let args = [
            "convert", "a.gff3", "-o", "a.sqlite", "--quiet", "--memory", "16M",
        ];
        within(&dir, 72, &[&args, options].concat());
        for args in [
            &["check", "a.gff3"][..],
            &["check", "a.sqlite"],
            &["query", "a.sqlite", "--region", "chr1:1-100"],
            &["query", "a.sqlite", "--format", "gtf"],
            &["verify", "a.sqlite"],
            &["verify", "a.sqlite", "a.gff3"],
            &["export", "a.sqlite"],
        ] {
            within(&dir, 48, args);
        }
        assert!(dir.read("stdout") == text, "{name}");
    }
}
