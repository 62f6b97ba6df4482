//! Many readers at once, in a directory that nobody may write.

use std::{
    fs,
    io::Read,
    process::{Child, Stdio},
    time::Duration,
};

use gffdb::{Loader, demo::Demo};

use crate::workdir::Workdir;

/// Sets whether a file or directory may be written.
fn set_read_only(path: &std::path::Path, yes: bool) {
    let mut permissions = fs::metadata(path).expect("it is there").permissions();
    permissions.set_readonly(yes);
    fs::set_permissions(path, permissions).expect("permissions set");
}

#[test]
fn sixty_four_readers_at_once_read_the_same_and_leave_nothing() {
    let dir = Workdir::new();
    Demo::new().write(dir.path("demo")).expect("a genome");
    fs::create_dir(dir.path("shared")).expect("a directory");
    let goal = dir.path("shared/genes.sqlite");
    Loader::new(&goal)
        .load(&[dir.path("demo/demo.gff3")])
        .expect("loaded");
    set_read_only(&goal, true);
    set_read_only(&dir.path("shared"), true);

    let sql = "SELECT COUNT(*), SUM(\"end\" - start), COUNT(DISTINCT ID) FROM gff";
    let expected = dir.gffdb(["sql", "shared/genes.sqlite", sql]).stdout();
    let readers: Vec<Child> = (0..64)
        .map(|_| {
            let run = dir.gffdb(["sql", "shared/genes.sqlite", sql]);
            let mut command = run.into_command();
            command.stdin(Stdio::null());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the program starts")
        })
        .collect();
    for reader in readers {
        let output = reader.wait_with_output().expect("the program ends");
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    }
    let names: Vec<_> = fs::read_dir(dir.path("shared"))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["genes.sqlite"]);
    set_read_only(&dir.path("shared"), false);
}

#[test]
fn nobody_writes_in_the_middle_of_an_answer() {
    let dir = Workdir::new();
    // So many that several connections read parts of it.
    Demo::new()
        .genes(2_600)
        .write(dir.path("demo"))
        .expect("a genome");
    let goal = dir.path("genes.sqlite");
    Loader::new(&goal)
        .load(&[dir.path("demo/demo.gff3")])
        .expect("loaded");
    let writer = rusqlite::Connection::open(&goal).expect("a database");
    writer.busy_timeout(Duration::ZERO).expect("set");
    let write = || {
        let changed = writer.execute("UPDATE gff SET source = 'x' WHERE record_id = 50000", []);
        changed.map_err(|e| e.sqlite_error_code())
    };
    for format in ["gff3", "bed", "jsonl"] {
        let run = dir.gffdb(["query", "genes.sqlite", "--format", format]);
        let mut command = run.into_command();
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut reader = command.spawn().expect("the program starts");
        let mut out = reader.stdout.take().expect("a pipe");
        // The first megabyte: all parts are begun, and the answer waits for the pipe.
        let mut first = vec![0; 1 << 20];
        out.read_exact(&mut first).expect("an answer");
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(
            write(),
            Err(Some(rusqlite::ErrorCode::DatabaseBusy)),
            "{format}"
        );
        out.read_to_end(&mut first).expect("an answer");
        assert!(reader.wait().expect("the program ends").success());
        assert_eq!(write(), Ok(1), "{format}");
    }
}
