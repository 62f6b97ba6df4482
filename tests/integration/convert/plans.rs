//! The queries of the documentation are searches on an index, as typed.

use std::sync::OnceLock;

use gffdb::{Loader, demo::Demo};
use rusqlite::Connection;

use crate::{reread, workdir::Workdir};

/// A database large enough that the planner has a choice.
fn database() -> Connection {
    static DIR: OnceLock<Workdir> = OnceLock::new();
    let dir = DIR.get_or_init(|| {
        let dir = Workdir::new();
        let written = Demo::new()
            .genes(2_000)
            .write(dir.path("demo"))
            .expect("a demo");
        let mut loader = Loader::new(dir.path("demo.sqlite"));
        loader.values(["Dbxref", "Name", "tag"]).index(["Name"]);
        loader.load(&[&written[0].path]).expect("a load");
        dir
    });
    reread::open(&dir.path("demo.sqlite"))
}

#[track_caller]
fn plan(sql: &str) -> String {
    let database = database();
    let mut statement = database
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect(sql);
    let rows = statement
        .query_map([], |row| row.get::<_, String>(3))
        .expect(sql);
    rows.collect::<rusqlite::Result<Vec<_>>>()
        .expect(sql)
        .join("\n")
}

#[test]
fn what_a_person_types_is_a_search_on_an_index() {
    for (sql, index) in [
        ("SELECT * FROM gff WHERE ID = 'x'", "gff_ID"),
        (
            "SELECT * FROM gff WHERE ID = 'x' OR Parent = 'x'",
            "gff_Parent",
        ),
        (
            "SELECT type, COUNT(*) FROM gff GROUP BY type",
            "gff_type_region",
        ),
        ("SELECT * FROM gff WHERE type = 'gene'", "gff_type_region"),
        ("SELECT * FROM gff WHERE Name = 'x'", "gff_Name"),
        (
            "SELECT * FROM gff WHERE seqid = 'chr1' AND start <= 200000 AND \"end\" >= 100000",
            "gff_type_region",
        ),
        (
            "SELECT * FROM gff WHERE type = 'gene' AND seqid = 'chr1' AND start <= 200000 AND \"end\" >= 100000",
            "gff_type_region",
        ),
        (
            "SELECT COUNT(*) FROM gff WHERE type = 'gene' AND seqid = 'chr1'",
            "gff_type_region",
        ),
        (
            "SELECT type, avg(\"end\" - start + 1) FROM gff GROUP BY type",
            "gff_type_region",
        ),
        (
            "SELECT * FROM attribute_value WHERE key = 'tag' AND value = 'basic'",
            "attribute_value_key",
        ),
        (
            "SELECT gff.* FROM gff JOIN attribute_value USING (record_id) \
             WHERE key = 'tag' AND value = 'basic'",
            "attribute_value_key",
        ),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(&format!("INDEX {index}")), "{sql}\n{plan}");
        let whole = plan
            .lines()
            .any(|line| line == "SCAN gff" || line == "SCAN attribute_value");
        assert!(!whole, "{sql}\n{plan}");
    }
}

#[test]
fn the_plain_region_query_finds_what_a_scan_finds() {
    let database = database();
    let where_is = |table: &str, seqid: &str, start: i64, end: i64| {
        format!(
            "SELECT record_id FROM gff {table} WHERE seqid = '{seqid}' AND start <= {end} AND \"end\" >= {start} ORDER BY 1"
        )
    };
    let sequences = reread::rows(&database, "SELECT seqid FROM sequence");
    let mut found = 0;
    for seqid in &sequences {
        for (start, end) in [
            (1, 1),
            (1, 1_000_000_000),
            (100_000, 200_000),
            (200_001, 200_001),
            (5_000, 400_000),
        ] {
            let searched = reread::rows(&database, &where_is("", seqid, start, end));
            let scanned = reread::rows(&database, &where_is("NOT INDEXED", seqid, start, end));
            assert_eq!(searched, scanned, "{seqid}:{start}-{end}");
            found += searched.len();
        }
    }
    assert!(found > 10_000, "{found}");
}
