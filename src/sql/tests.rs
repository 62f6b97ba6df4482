use std::{io, sync::atomic::AtomicBool};

use super::*;
use crate::{
    ErrorKind,
    write::{self, RowFormat, RowLayout},
};

const SCHEMA: &str = "
    CREATE TABLE gff (record_id INTEGER PRIMARY KEY, seqid TEXT, start INTEGER, attributes TEXT);
    INSERT INTO gff (seqid, start) VALUES ('chr1', 5), ('chr2', 7);
    CREATE TABLE issue (code TEXT);
";

fn run(sql: &str, parameters: &[(&str, Value)]) -> (String, Result<u64>) {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    crate::db::prepare(&connection).unwrap();
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (String::from(*name), value.clone()))
        .collect();
    let mut out = Vec::new();
    let runner = Runner {
        stop: &AtomicBool::new(false),
        connection: &connection,
        path: Path::new("genes.sqlite"),
        output: Path::new("-"),
        parameters: &parameters,
    };
    let mut sink = write::rows(RowFormat::Csv, &mut out, RowLayout::default());
    let result = runner.run(sql, sink.as_mut());
    drop(sink);
    (String::from_utf8(out).unwrap(), result)
}

fn error(sql: &str) -> String {
    match run(sql, &[]) {
        (_, Ok(rows)) => panic!("{rows} rows from {sql}"),
        (_, Err(error)) => error.to_string(),
    }
}

#[test]
fn several_statements_run_one_after_another() {
    let (out, rows) = run(
        "-- first
         CREATE TEMP TABLE mine (a); INSERT INTO mine VALUES (1), (2);;
         SELECT a FROM mine; SELECT seqid, start FROM gff WHERE start > 5 -- last, without an end",
        &[],
    );
    assert_eq!(out, "a\n1\n2\nseqid,start\nchr2,7\n");
    assert_eq!(rows.unwrap(), 3);
}

#[test]
fn nothing_to_run_is_no_rows() {
    for sql in ["", "  \n", ";", "-- a comment", "/* another */;"] {
        let (out, rows) = run(sql, &[]);
        assert_eq!((out.as_str(), rows.unwrap()), ("", 0), "{sql}");
    }
}

#[test]
fn statements_before_an_error_have_run() {
    let (out, rows) = run("SELECT 1 AS a; SELECT b FROM c; SELECT 2;", &[]);
    assert_eq!(out, "a\n1\n");
    assert_eq!(
        rows.unwrap_err().to_string(),
        "genes.sqlite: no such table: c; the tables are gff, issue\n  in: SELECT b FROM c;"
    );
}

#[test]
fn rows_before_an_error_are_handed_on() {
    let (out, rows) = run(
        "SELECT abs(v) AS v FROM (SELECT 1 AS v UNION ALL SELECT -9223372036854775808)",
        &[],
    );
    assert_eq!(out, "v\n1\n");
    assert_eq!(
        rows.unwrap_err().to_string(),
        "genes.sqlite: integer overflow\n  in: SELECT abs(v) AS v FROM \
         (SELECT 1 AS v UNION ALL SELECT -9223372036854775808)"
    );
}

#[test]
fn a_name_that_does_not_exist_gets_the_nearest_or_all() {
    let attribute = "; an attribute that is no column is attr(attributes, ";
    for (sql, message) in [
        (
            "SELECT * FROM gf",
            String::from("no such table: gf; the tables are gff, issue"),
        ),
        (
            "SELECT * FROM GFFF",
            String::from("no such table: GFFF; did you mean gff?"),
        ),
        (
            "SELECT * FROM main.isue",
            String::from("no such table: main.isue; did you mean issue?"),
        ),
        (
            "SELECT strt FROM gff",
            String::from(
                "no such column: strt; did you mean start, or the attribute \
                 attr(attributes, 'strt')?",
            ),
        ),
        (
            "SELECT g.biotype FROM gff AS g",
            format!(
                "no such column: g.biotype; the columns are record_id, seqid, start, \
                 attributes{attribute}'biotype')"
            ),
        ),
        (
            "SELECT \"Name\" FROM [issue]",
            String::from(
                "no such column: \"Name\" - should this be a string literal in single-quotes?",
            ),
        ),
        (
            "SELECT \"cod\" FROM [issue]",
            String::from(
                "no such column: \"cod\" - should this be a string literal in single-quotes?; \
                 did you mean code?",
            ),
        ),
        (
            "INSERT INTO issue (kode) VALUES (1)",
            String::from("table issue has no column named kode; did you mean code?"),
        ),
        (
            "SELECT atrr(attributes, 'Name') FROM gff",
            String::from("no such function: atrr; did you mean attr?"),
        ),
        ("SELECT x", String::from("no such column: x")),
        (
            "SELECT 1 FORM gff WHERE start < 3",
            String::from("near \"gff\": syntax error"),
        ),
        ("SELECT (1", String::from("incomplete input")),
    ] {
        assert_eq!(error(sql), format!("genes.sqlite: {message}\n  in: {sql}"));
    }
}

#[test]
fn a_long_statement_is_shown_cut() {
    let sql = format!("SELECT x, '{}'", "é".repeat(5000));
    let text = error(&sql);
    assert!(text.ends_with("é…"), "{text}");
    assert!(text.chars().count() < 1100);
}

#[test]
fn parameters_are_bound_by_name_and_shown_in_errors() {
    let text = |s: &str| Value::Text(String::from(s));
    let parameters = [
        ("seqid", text("chr2")),
        ("n", Value::Integer(7)),
        ("2", Value::Null),
    ];
    let (out, _) = run(
        "SELECT start FROM gff WHERE seqid = :seqid AND start = @n; SELECT $n, ?2 IS NULL",
        &parameters,
    );
    assert_eq!(out, "start\n7\n\"$n\",?2 IS NULL\n7,1\n".replace('"', ""));

    let (out, result) = run(
        "SELECT abs(:n); SELECT seqid FROM gff WHERE start < :end",
        &parameters,
    );
    assert_eq!(out, "abs(:n)\n7\n");
    assert_eq!(
        result.unwrap_err().to_string(),
        "parameter end has no value; give it one with --parameter end=VALUE"
    );

    let (_, result) = run("SELECT json_extract(:seqid, '$')", &parameters);
    assert_eq!(
        result.unwrap_err().to_string(),
        "genes.sqlite: malformed JSON\n  in: SELECT json_extract('chr2', '$')"
    );
}

#[test]
fn a_nul_byte_is_no_silent_end() {
    assert_eq!(
        error("SELECT 1;\0 SELECT 2;"),
        "the SQL holds a NUL byte at offset 9; expected text"
    );
}

#[test]
fn a_change_to_a_read_only_database_says_how() -> std::result::Result<(), Box<dyn std::error::Error>>
{
    let file = tempfile::NamedTempFile::new()?;
    Connection::open(file.path())?.execute_batch(SCHEMA)?;
    let connection = crate::db::open_read_only(file.path())?;
    let runner = Runner {
        stop: &AtomicBool::new(false),
        connection: &connection,
        path: Path::new("genes.sqlite"),
        output: Path::new("-"),
        parameters: &[],
    };
    let mut out = Vec::new();
    let mut sink = write::rows(RowFormat::Csv, &mut out, RowLayout::default());
    let result = runner.run("DELETE FROM issue", sink.as_mut());
    assert_eq!(
        result.unwrap_err().to_string(),
        "genes.sqlite: attempt to write a readonly database; the database is open read-only; \
         use --write to change it\n  in: DELETE FROM issue"
    );
    Ok(())
}

/// Fails at the second write, as a closed pipe does.
struct Closing(u32);

impl io::Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += 1;
        match self.0 {
            1 => Ok(bytes.len()),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_failing_output_is_named() {
    let connection = Connection::open_in_memory().unwrap();
    let runner = Runner {
        stop: &AtomicBool::new(false),
        connection: &connection,
        path: Path::new("genes.sqlite"),
        output: Path::new("rows.csv"),
        parameters: &[],
    };
    let endless =
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    for format in RowFormat::ALL {
        let mut sink = write::rows(format, Closing(0), RowLayout::default());
        let error = runner.run(endless, sink.as_mut()).unwrap_err();
        // The binary takes a closed pipe for success, by this kind.
        let ErrorKind::Io { source, .. } = error.kind() else {
            panic!("{format}: {error}");
        };
        assert_eq!(source.kind(), io::ErrorKind::BrokenPipe, "{format}");
        assert_eq!(error.to_string(), "rows.csv: cannot write: broken pipe");
    }
}
