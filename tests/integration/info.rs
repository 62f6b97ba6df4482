//! `gffdb info`: what it prints in both formats, what is refused.

use std::{fs, time::SystemTime};

use gffdb::Loader;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::workdir::Workdir;

const TEXT: &str = "\
##gff-version 3
##sequence-region sq0 1 1000
sq0\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g0
sq0\tNOODLES\tgene\t8\t.\t.\t+\t.\tID=g1
";

/// A directory with `genes.gff3` and the database made of it.
fn workdir() -> Workdir {
    let dir = Workdir::new();
    dir.file("genes.gff3", TEXT);
    dir.gffdb(["convert", "--quiet", "genes.gff3", "-o", "genes.sqlite"])
        .stdout();
    dir
}

fn json(dir: &Workdir) -> Value {
    let text = dir.gffdb(["info", "genes.sqlite", "--json"]).stdout();
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_text_begins_with_the_file_and_its_datasets() {
    let dir = workdir();
    let text = dir.gffdb(["info", "genes.sqlite"]).stdout();
    assert!(text.starts_with("genes.sqlite: 2 records, "), "{text}");
    assert!(
        text.contains(
            "\nDataset genes\n  file     genes.gff3 (gff3, plain)\n  content  2 records, 4 lines, "
        ),
        "{text}"
    );
    assert!(
        text.ends_with(
            "\nIssues: 1\ncode                count  severity  dataset\n\
             ------------------  -----  --------  -------\n\
             coordinate-missing      1  warning   genes\n"
        ),
        "{text}"
    );
}

#[test]
fn json_has_everything_with_its_unit() {
    let dir = workdir();
    let mut found = json(&dir);
    let size = fs::metadata(dir.path("genes.sqlite"))
        .expect("a file")
        .len();
    assert_eq!(found["size_bytes"], size);
    let indexes = found["indexes"].take();
    let region = &indexes.as_array().expect("a list")[0];
    let columns = json!(["type", null, "seqid", "start", "end"]);
    assert_eq!(
        region,
        &json!({"name": "gff_type_region", "table": "gff", "columns": columns})
    );

    let dataset = &mut found["datasets"][0];
    for key in ["decompressed_sha256", "loaded_at_utc"] {
        assert!(dataset[key].take().is_string(), "{key}");
    }
    // Which options there are is the loader's to say.
    assert_eq!(dataset["options"].take()["promote"], json!([]));
    assert_eq!(
        found,
        json!({
            "database": "genes.sqlite",
            "size_bytes": size,
            "schema_version": 2,
            "record_count": 2,
            "inferred_record_count": 0,
            "datasets": [{
                "dataset": "genes",
                "file": "genes.gff3",
                "format": "gff3",
                "compression": "plain",
                "decompressed_bytes": TEXT.len(),
                "decompressed_sha256": null,
                "line_count": 4,
                "record_count": 2,
                "options": null,
                "gffdb_version": env!("CARGO_PKG_VERSION"),
                "loaded_at_utc": null,
                "source": {"state": "unchanged"},
                "sequences": [{
                    "seqid": "sq0",
                    "length_bases": 1000,
                    "is_circular": false,
                    "length_known_by": "directive",
                }],
                "issues": [{"code": "coordinate-missing", "severity": "warning", "count": 1}],
            }],
            "types": [{"type": "gene", "class": "gene", "record_count": 2}],
            "promoted_keys": ["ID", "Parent"],
            "indexes": null,
        })
    );
}

#[test]
fn a_source_that_changed_since_is_told_of() {
    let dir = workdir();
    let touch = |seconds| {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        let file = fs::File::options()
            .append(true)
            .open(dir.path("genes.gff3"));
        let file = file.expect("the file");
        file.set_modified(time).expect("a time set");
    };
    touch(4_102_444_800);
    let changed = "  warning  genes.gff3 has changed since: modified 2100-01-01T00:00:00Z\n";
    let text = dir.gffdb(["info", "genes.sqlite"]).stdout();
    assert!(text.contains(changed), "{text}");
    assert_eq!(
        json(&dir)["datasets"][0]["source"],
        json!({"state": "modified", "modified_at_utc": "2100-01-01T00:00:00Z"})
    );

    dir.file("genes.gff3", "x\n");
    let changed = "  warning  genes.gff3 has changed since: it has 2 bytes now\n";
    let text = dir.gffdb(["info", "genes.sqlite"]).stdout();
    assert!(text.contains(changed), "{text}");
    assert_eq!(
        json(&dir)["datasets"][0]["source"],
        json!({"state": "resized", "size_bytes": 2})
    );

    fs::remove_file(dir.path("genes.gff3")).expect("a file removed");
    let text = dir.gffdb(["info", "genes.sqlite"]).stdout();
    assert!(!text.contains("has changed"), "{text}");
}

#[test]
fn all_lists_more_than_twenty() {
    let dir = Workdir::new();
    let lines: String = (0..30)
        .map(|i| format!("sq{i}\tNOODLES\tgene\t8\t13\t.\t+\t.\tID=g{i}\n"))
        .collect();
    let file = dir.file("genes.gff3", lines);
    Loader::new(dir.path("genes.sqlite"))
        .load(&[file])
        .expect("a load");
    let some = dir.gffdb(["info", "genes.sqlite"]).stdout();
    assert!(some.contains("\nand 10 more; --all lists them\n"), "{some}");
    assert_eq!(some.matches("\nsq").count(), 20);
    let all = dir.gffdb(["info", "genes.sqlite", "--all"]).stdout();
    assert_eq!(all.matches("\nsq").count(), 30);
    assert_eq!(
        json(&dir)["datasets"][0]["sequences"]
            .as_array()
            .map(Vec::len),
        Some(30)
    );
}

#[test]
fn what_is_no_database_of_ours_is_refused_in_one_line() {
    let dir = workdir();
    let made = |name: &str, sql: &str| {
        let connection = Connection::open(dir.path(name)).expect("a database");
        connection.execute_batch(sql).expect("statements");
    };
    dir.file("empty", "");
    made("other.sqlite", "CREATE TABLE t (a)");
    fs::copy(dir.path("genes.sqlite"), dir.path("newer.sqlite")).expect("a copy");
    made("newer.sqlite", "PRAGMA user_version = 99");
    let before = dir.names();
    for (name, expected) in [
        (
            "genes.gff3",
            "not a database; `gffdb convert` makes one from a GFF3 or GTF file",
        ),
        (
            "empty",
            "an empty file; `gffdb convert` makes a database from a GFF3 or GTF file",
        ),
        (".", "a directory; expected a database file"),
        (
            "none",
            "cannot open: No such file or directory (os error 2)",
        ),
        (
            "other.sqlite",
            "a SQLite database, but not one of gffdb; `gffdb convert` makes one from a GFF3 or \
             GTF file",
        ),
        (
            "newer.sqlite",
            "expected a schema of version 2 or before, found 99; a newer gffdb wrote it, and \
             reads it",
        ),
    ] {
        for format in [None, Some("--json")] {
            let args = ["info", name].into_iter().chain(format);
            assert_eq!(
                dir.gffdb(args).stderr(2),
                format!("gffdb: {name}: {expected}\n")
            );
        }
    }
    assert_eq!(dir.names(), before);
}
