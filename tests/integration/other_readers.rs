//! Databases read by programs with another SQLite, or with none: plain sqlite3 of Python, DuckDB.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{data, reread, workdir::Workdir};

/// Prints the tables and views of a database with how many rows each has, or why it could not be read.
const PLAIN: &str = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for (name,) in db.execute(\"SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name\").fetchall():
    try:
        print(name, len(db.execute('SELECT * FROM \"%s\"' % name).fetchall()))
    except Exception as error:
        print(name, str(error).splitlines()[0])
";

const DUCKDB: &str = "
import glob, os, sys
import duckdb, duckdb_extension_sqlite_scanner as scanner
db = duckdb.connect(config={'allow_unsigned_extensions': 'true'})
[path] = glob.glob(os.path.join(os.path.dirname(scanner.__file__), '**', '*.duckdb_extension'), recursive=True)
db.execute(f\"LOAD '{path}'\")
db.execute(f\"ATTACH '{sys.argv[1]}' AS g (TYPE sqlite, READ_ONLY)\")
db.execute('USE g')
db.execute('SET enable_progress_bar = false')
for (name,) in sorted(db.execute('SHOW TABLES').fetchall()):
    if name in sys.argv[2:]:
        continue
    try:
        print(name, len(db.execute(f'SELECT * FROM \"{name}\"').fetchall()))
    except Exception as error:
        print(name, str(error).splitlines()[0])
";

/// Returns a Python that has a module; `.ci/run` installs one.
fn python(module: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python3");
    let has = |python: &PathBuf| {
        let import = Command::new(python)
            .args(["-c", &format!("import {module}")])
            .output();
        import.is_ok_and(|done| done.status.success())
    };
    let found = [own, PathBuf::from("python3")].into_iter().find(has);
    assert!(found.is_some() || !data::is_ci(), "no Python has {module}");
    if found.is_none() {
        eprintln!("skipped: no Python has {module}");
    }
    found
}

fn rows(python: &Path, script: &str, database: &Path, left_out: &[String]) -> Vec<String> {
    let done = Command::new(python)
        .args(["-c", script])
        .arg(database)
        .args(left_out)
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    let text = String::from_utf8(done.stdout).expect("text");
    text.lines().map(String::from).collect()
}

/// Returns the tables and views of a database with how many rows each has.
fn expected(database: &Path) -> Vec<String> {
    let connection = reread::open(database);
    let names = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name";
    let count = |name: String| {
        let sql = format!("SELECT count(*) FROM \"{name}\"");
        let rows = reread::rows(&connection, &sql);
        format!("{name} {}", rows[0])
    };
    reread::rows(&connection, names)
        .into_iter()
        .map(count)
        .collect()
}

fn databases(dir: &Workdir) -> Vec<PathBuf> {
    dir.gffdb(["demo", "demo", "-q"]).both();
    let mut all = Vec::new();
    for (name, args) in [
        ("a", &["demo/demo.gff3"][..]),
        (
            "b",
            &["demo/demo.gtf", "demo/demo.gff3", "--promote", "all"],
        ),
        (
            "c",
            &[
                "demo/demo.gff3",
                "--promote",
                "Name",
                "--values",
                "tag",
                "--index",
                "biotype",
            ],
        ),
    ] {
        let target = format!("{name}.sqlite");
        let convert = ["convert", "-q", "-o", &target];
        let datasets: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
        dir.file("g.gtf", dir.read("demo/demo.gtf"));
        let args = datasets.iter().map(|arg| match arg.as_str() {
            "demo/demo.gtf" => "g.gtf",
            other => other,
        });
        dir.gffdb(convert.into_iter().chain(args)).stdout();
        all.push(dir.path(target));
    }
    all
}

#[test]
fn every_table_and_view_is_read_without_our_functions() {
    let Some(python) = python("sqlite3") else {
        return;
    };
    let dir = Workdir::new();
    for database in databases(&dir) {
        assert_eq!(rows(&python, PLAIN, &database, &[]), expected(&database));
    }
}

#[test]
fn duckdb_reads_every_table_and_view() {
    let Some(python) = python("duckdb, duckdb_extension_sqlite_scanner") else {
        return;
    };
    let dir = Workdir::new();
    for (number, database) in databases(&dir).into_iter().enumerate() {
        // DuckDB takes seconds to read the text of a view of gene models, which is the same in every database.
        let left_out: Vec<String> = match number {
            0 => Vec::new(),
            _ => reread::rows(&reread::open(&database), OF_GENE_MODELS),
        };
        let is_ours = |line: &String| {
            let name = line.split(' ').next().unwrap_or_default();
            !name.starts_with("sqlite_") && !left_out.iter().any(|other| other == name)
        };
        let found: Vec<String> = rows(&python, DUCKDB, &database, &left_out)
            .into_iter()
            .filter(is_ours)
            .collect();
        let expected: Vec<String> = expected(&database).into_iter().filter(is_ours).collect();
        assert_eq!(found, expected);
    }
}

/// Views that stand on view `_feature_line`, all of which say which gene and transcript they are of.
const OF_GENE_MODELS: &str = "SELECT name FROM sqlite_schema
    WHERE type = 'view' AND (instr(sql, 'gene_record') > 0 OR name IN ('_feature_line', '_lone_transcript', 'intergenic'))";

/// How deep a statement may be: the parser of SQLite before 3.46 holds 100 states, and did not hold a trigger of 17 levels.
const DEEPEST: usize = 14;

/// Returns how many parentheses and CASEs of a statement are open at most.
fn depth(sql: &str) -> usize {
    let text = regex::Regex::new(r#"'[^']*'|"[^"]*""#).expect("a pattern");
    let level = regex::Regex::new(r"\(|\)|\bCASE\b|\bEND\b").expect("a pattern");
    let (mut depth, mut deepest) = (0_usize, 0);
    for found in level.find_iter(&text.replace_all(sql, "")) {
        match found.as_str() {
            "(" | "CASE" => depth += 1,
            // The END of a trigger closes no CASE.
            _ => depth = depth.saturating_sub(1),
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// What came to SQLite after version 3.26, of 2018, or is not in every program's: none of it is in what a
/// database keeps.
#[test]
fn what_is_kept_is_read_by_an_old_sqlite() {
    const NEWER: &str = r"(?ix)
        -> | \bIS\s+(NOT\s+)?DISTINCT\b | \bGENERATED\b | \bSTRICT\b | \bNULLS\s+(FIRST|LAST)\b | \bRETURNING\b
        | \bMATERIALIZED\b | \biif\s*\( | \bconcat(_ws)?\s*\( | \bformat\s*\( | \bunixepoch\s*\( | \bstring_agg\s*\(
        | \bunhex\s*\( | \b(RIGHT|FULL)\s+(OUTER\s+)?JOIN\b | \bjson[b]?_(each|tree)_?b\b | \boctet_length\s*\(
        | \bSET\s[^;()]*\sFROM\s | \b(ceil|floor|log|ln|pow|sqrt|sign)\s*\(
        | \bmedian\s*\( | \bpercentile\w*\s*\( | \battr(_all|_json)?\s*\( | \bREGEXP\b";
    let newer = regex::Regex::new(NEWER).expect("a pattern");
    for (sql, found) in [
        ("SELECT a->>'b'", true),
        ("SELECT iif(a, b, c)", true),
        ("CREATE TABLE a (b) STRICT", true),
        ("SELECT a IS NOT b, diff(a)", false),
    ] {
        assert_eq!(newer.is_match(sql), found, "{sql}");
    }
    let dir = Workdir::new();
    for database in databases(&dir) {
        let connection = reread::open(&database);
        for sql in reread::rows(
            &connection,
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL",
        ) {
            let code: Vec<&str> = sql
                .lines()
                .map(|l| l.split("--").next().unwrap_or(""))
                .collect();
            let code = code.join("\n");
            if let Some(found) = newer.find(&code) {
                panic!("{:?} in {sql}", found.as_str());
            }
            assert!(depth(&code) <= DEEPEST, "{} levels in {sql}", depth(&code));
        }
    }
}
