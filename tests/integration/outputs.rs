//! `-o FILE`: the old file or the new one, whatever happens, and compressed where its name says so.

use std::{fs, io::Read};

use crate::workdir::Workdir;

const GENES: &str = "\
##gff-version 3
chr1\t.\tgene\t1000\t2000\t.\t+\t.\tID=g1
chr1\t.\tmRNA\t1000\t2000\t.\t+\t.\tID=t1;Parent=g1
chr1\t.\texon\t1000\t1500\t.\t+\t.\tID=e1;Parent=t1
";

/// A condition that SQLite can answer for the first two records only.
const FAILS: &str = "iif(record_id > 2, abs(-9223372036854775807 - 1), 1)";

fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", GENES);
    dir.gffdb(["convert", "genes.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    dir
}

#[test]
fn an_answer_that_breaks_off_leaves_the_old_file() {
    let dir = workdir();
    dir.file("regions.bed", "chr1\t999\t1200\nchr1\t5\tx\n");
    dir.file("wide.bed", "chr1\t999\t1200\ta\nchr1\t999\t1200\ta\tb\n");
    let sql = format!("SELECT ID FROM gff WHERE {FAILS} ORDER BY record_id");
    let twice = "SELECT 1; SELECT no_such_column FROM gff";
    for (name, args) in [
        ("a.gff3", vec!["query", "--where", FAILS]),
        ("a.gff3.gz", vec!["query", "--where", FAILS]),
        ("a.bed", vec!["query", "--where", FAILS]),
        ("a.tsv", vec!["query", "--where", FAILS, "--with", "family"]),
        (
            "a.txt",
            vec!["query", "--where", FAILS, "--format", "count"],
        ),
        ("a.txt", vec!["query", "-R", "regions.bed", "--count"]),
        ("a.tsv", vec!["query", "-R", "wide.bed", "--with-query"]),
        ("a.tsv", vec!["sql", sql.as_str()]),
        ("a.csv", vec!["sql", twice]),
    ] {
        let old = dir.file(name, "old");
        let mut args = args;
        args.insert(1, "genes.sqlite");
        args.extend(["-o", name]);
        dir.gffdb(&args).stderr(2);
        assert_eq!(dir.read(name), "old", "{args:?}");
        fs::remove_file(old).expect("it is there");
        let names = dir.names();
        let left = names.iter().find(|name| name.contains(".gffdb-"));
        assert_eq!(left, None, "{args:?}");
    }
}

#[test]
fn what_ends_in_gz_is_compressed() {
    let dir = workdir();
    let query = "SELECT ID, start FROM gff WHERE type = 'gene'";
    for (args, plain, compressed) in [
        (vec!["query", "--type", "gene"], "a.gff3", "a.gff3.gz"),
        (vec!["query", "--type", "gene"], "a.bed", "a.bed.bgz"),
        (vec!["sql", query], "b.csv", "b.csv.gz"),
        (vec!["sql", query], "b.jsonl", "b.jsonl.GZ"),
    ] {
        for name in [plain, compressed] {
            let mut args = args.clone();
            args.insert(1, "genes.sqlite");
            args.extend(["-o", name]);
            assert_eq!(dir.gffdb(&args).stdout(), "");
        }
        let bytes = fs::read(dir.path(compressed)).expect("a file");
        let mut text = String::new();
        noodles_bgzf::io::Reader::new(bytes.as_slice())
            .read_to_string(&mut text)
            .expect("BGZF");
        assert_eq!(text, dir.read(plain), "{compressed}");
        assert!(!text.is_empty(), "{compressed}");
    }
    for command in ["query", "sql"] {
        let mut args = vec![command, "genes.sqlite", "-o", "a.tsv.zst"];
        if command == "sql" {
            args.push("SELECT 1");
        }
        let said = dir.gffdb(args).stderr(2);
        assert!(
            said.contains("a.tsv.zst: .zst is not written; name a file that ends in .gz"),
            "{said}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error_in_every_format() {
    let dir = Workdir::new();
    gffdb::demo::Demo::new()
        .genes(200)
        .write(dir.path(""))
        .expect("a demo");
    dir.gffdb(["convert", "demo.gff3", "-o", "genes.sqlite"])
        .stderr(0);
    for name in ["full.gff3", "full.gff3.gz"] {
        std::os::unix::fs::symlink("/dev/full", dir.path(name)).expect("a link");
    }
    let records = [
        "gff3", "gtf", "bed", "bed12", "tsv", "csv", "json", "jsonl", "table", "markdown", "ids",
        "count",
    ];
    let rows = ["tsv", "csv", "json", "jsonl", "table", "markdown"];
    let query = records.map(|format| ["query", "genes.sqlite", "--format", format].to_vec());
    let select = "SELECT * FROM gff";
    let sql = rows.map(|format| ["sql", "genes.sqlite", select, "--format", format].to_vec());
    let export = [vec!["export", "genes.sqlite"]];
    let per_region = [
        vec!["query", "genes.sqlite", "-R", "demo.bed", "--count"],
        vec![
            "query",
            "genes.sqlite",
            "-R",
            "demo.bed",
            "--with-query",
            "--format",
            "csv",
        ],
    ];
    for args in query.iter().chain(&sql).chain(&export).chain(&per_region) {
        for name in ["full.gff3", "full.gff3.gz"] {
            let said = dir.gffdb(args.iter().chain(&["-o", name])).stderr(2);
            let expected = format!("gffdb: {name}: no space left on the disk; ");
            assert!(said.starts_with(&expected), "{args:?}: {said}");
        }
    }
    let others = [
        vec!["info", "genes.sqlite"],
        vec!["info", "genes.sqlite", "--json"],
        vec!["verify", "genes.sqlite"],
        vec!["check", "demo.gff3"],
        vec!["query", "genes.sqlite", "--show-sql"],
        vec!["query", "genes.sqlite", "--explain"],
        vec!["completions", "bash"],
        vec!["demo", "demo"],
        vec!["--help"],
        vec!["query", "--help"],
        vec!["--version"],
    ];
    for args in query.iter().chain(&sql).chain(&export).chain(&others) {
        let full = fs::File::options().write(true).open("/dev/full");
        let mut command = dir.gffdb(args).into_command();
        let done = command.stdout(full.expect("it is there")).output();
        let done = done.expect("the program ends");
        assert_eq!(
            (done.status.code(), String::from_utf8_lossy(&done.stderr)),
            (
                Some(2),
                "gffdb: -: no space left on the disk; free some, or write to another disk\n".into()
            ),
            "{args:?}"
        );
    }
}

/// Whoever waits at the other end of a named pipe must not be sent away, nor waited for twice.
#[cfg(unix)]
#[test]
fn named_pipes_are_read_and_written() {
    use std::{process::Command, thread};

    let dir = workdir();
    let pipe = dir.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    for round in 0..10 {
        let (to, text) = (pipe.clone(), GENES);
        let writer = thread::spawn(move || fs::write(to, text));
        let args = ["convert", "pipe", "-q", "--force", "-o", "piped.sqlite"];
        assert_eq!(dir.gffdb(args).stdout(), "", "{round}");
        writer.join().expect("it ends").expect("all is read");
        assert_eq!(dir.gffdb(["export", "piped.sqlite"]).stdout(), GENES);
    }
    let ids = "SELECT ID FROM gff ORDER BY record_id";
    for (args, expected) in [
        (vec!["export", "genes.sqlite"], GENES),
        (
            vec!["query", "genes.sqlite", "-c", "ID"],
            "ID\ng1\nt1\ne1\n",
        ),
        (vec!["sql", "genes.sqlite", ids], "ID\ng1\nt1\ne1\n"),
    ] {
        let from = pipe.clone();
        let reader = thread::spawn(move || fs::read_to_string(from));
        let args = [&args[..], &["-o", "pipe"]].concat();
        assert_eq!(dir.gffdb(&args).stdout(), "");
        let read = reader.join().expect("it ends").expect("text");
        assert_eq!(read, expected, "{args:?}");
    }
}

/// What the shell has opened already is written on, not replaced.
#[cfg(target_os = "linux")]
#[test]
fn files_that_the_shell_has_opened_are_written_on() {
    let dir = workdir();
    let gffdb = env!("CARGO_BIN_EXE_gffdb");
    for (name, redirect) in [
        ("/dev/stdout", ">> log"),
        ("/dev/fd/1", ">> log"),
        ("/proc/self/fd/1", ">> log"),
        ("/dev/fd/6", "6>> log"),
    ] {
        dir.file("log", "old\n");
        let script =
            format!("'{gffdb}' export genes.sqlite -o {name} {redirect}; echo tail >> log");
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &script]).current_dir(dir.path(""));
        assert!(command.status().expect("sh").success());
        assert_eq!(dir.read("log"), format!("old\n{GENES}tail\n"), "{name}");
    }
}

/// A database is written where it is said, and nowhere else.
#[test]
fn names_of_databases_mean_files() {
    let dir = workdir();
    for name in [
        "file:foo.db",
        "file:a?mode=memory",
        ":memory:",
        "a b%20#.sqlite",
    ] {
        let given = format!("./{name}");
        for name in [name, &given] {
            for _ in 0..2 {
                let args = ["convert", "genes.gff3", "-q", "--force", "-o", name];
                assert_eq!(dir.gffdb(args).stdout(), "", "{name}");
                assert_eq!(dir.gffdb(["export", name]).stdout(), GENES, "{name}");
            }
        }
        fs::remove_file(dir.path(name)).expect("it is there");
        assert_eq!(dir.names(), ["genes.gff3", "genes.sqlite"], "{name}");
    }
    let said = dir.gffdb(["convert", "genes.gff3", "-o", "-"]).stderr(2);
    assert_eq!(
        said,
        "gffdb: a database cannot be written to standard output; name a file with -o, such as ./- \
         for one of that name\n"
    );
    assert_eq!(dir.names(), ["genes.gff3", "genes.sqlite"]);
}

/// Files that have nothing to do with this program stay as they are, whatever they are called.
#[cfg(unix)]
#[test]
fn only_databases_are_overwritten() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    let dir = workdir();
    dir.file("letter", "dear reader");
    dir.file("x.db.building", GENES);
    symlink("letter", dir.path("y.db.building")).expect("a link");
    let convert =
        |input: &str, target: &str| dir.gffdb(["convert", input, "-q", "--force", "-o", target]);
    // An input of the name that unfinished files once had, and a link of it.
    assert_eq!(convert("x.db.building", "x.db").stdout(), "");
    assert_eq!(convert("genes.gff3", "y.db").stdout(), "");
    assert_eq!(dir.read("x.db.building"), GENES);
    assert_eq!(dir.read("letter"), "dear reader");

    let said = convert("genes.gff3", "letter").stderr(2);
    assert!(
        said.contains("letter: not a SQLite database, so it is not overwritten"),
        "{said}"
    );
    let said = convert("genes.gff3", "/dev/null").stderr(2);
    assert!(
        said.contains("/dev/null: expected a file to write, found a device"),
        "{said}"
    );
    let null = fs::metadata("/dev/null").expect("it is there");
    assert!(null.file_type().is_char_device());

    // Permissions and links stay.
    let mode = |name: &str| {
        let found = fs::metadata(dir.path(name)).expect("a file");
        found.permissions().mode() & 0o777
    };
    let set = |name: &str, mode| {
        fs::set_permissions(dir.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    };
    symlink("x.db", dir.path("link.db")).expect("a link");
    set("x.db", 0o600);
    assert_eq!(convert("genes.gff3", "link.db").stdout(), "");
    assert_eq!(mode("x.db"), 0o600);
    assert!(
        fs::symlink_metadata(dir.path("link.db"))
            .expect("a link")
            .is_symlink()
    );
    assert_eq!(dir.gffdb(["export", "x.db"]).stdout(), GENES);
    set("x.db", 0o444);
    let said = convert("genes.gff3", "x.db").stderr(2);
    assert!(
        said.contains("x.db: is read-only; make it writable"),
        "{said}"
    );
    for (args, name) in [
        (["query", "y.db", "-o", "old.gff3"], "old.gff3"),
        (["export", "y.db", "-o", "old.gff3"], "old.gff3"),
    ] {
        dir.file(name, "old");
        set(name, 0o640);
        assert_eq!(dir.gffdb(args).stdout(), "");
        assert_eq!(mode(name), 0o640);
        set(name, 0o444);
        let said = dir.gffdb(args).stderr(2);
        assert!(said.contains("old.gff3: is read-only"), "{said}");
        set(name, 0o640);
    }
    // A typing error does not cost a database.
    let said = dir
        .gffdb(["export", "y.db", "-o", "genes.sqlite"])
        .stderr(2);
    assert!(
        said.contains("genes.sqlite: is a SQLite database"),
        "{said}"
    );
    assert_eq!(dir.gffdb(["export", "genes.sqlite"]).stdout(), GENES);
}
