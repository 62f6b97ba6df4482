//! Lines of eight columns, of ten and of more: all loaded, all given back.

use super::summary;
use crate::{reread, workdir::Workdir};

/// The first eight columns.
const EIGHT: &str = "sq0\tNOODLES\tgene\t8\t13\t.\t+\t.";

/// What follows them; attributes and ID as they are stored; what follows column 9, where it is kept.
const TAILS: [(&str, &str, &str); 12] = [
    ("", "|", ""),
    ("\tID=g", "|g", ""),
    ("\t.", "|", ""),
    ("\t", "|", ""),
    ("\tID=g\t", "|g", ""),
    ("\tNote=a;ID=g\t", "Note=a|g", ""),
    ("\t\t\t", "|", ""),
    ("\tID=g\tx", "|g", "x"),
    ("\tID=g\tx\t\ty\t", "|g", "x\t\ty\t"),
    ("\tID=g\t\tx", "|g", "\tx"),
    ("\tgene_id \"g\";\t", "|g", ""),
    ("\tgene_id \"g\"; a \"b\";\t# more", "a \"b\";|g", "# more"),
];

fn load(text: impl AsRef<[u8]>, options: &[&str]) -> (Workdir, String) {
    let dir = Workdir::new();
    dir.file("genes.gff3", &text);
    let args = ["convert", "genes.gff3", "-o", "genes.sqlite"];
    let said = dir.gffdb(args.iter().chain(options)).stderr(0);
    let exported = dir.gffdb(["export", "genes.sqlite", "-o", "out"]).stdout();
    assert_eq!(exported, "");
    let out = std::fs::read(dir.path("out")).expect("a file");
    assert!(out == text.as_ref(), "{}", out.escape_ascii());
    let again = reread::file(&reread::open(&dir.path("genes.sqlite")), "genes");
    assert!(again == text.as_ref(), "{}", again.escape_ascii());
    let (code, verified) = dir.gffdb(["verify", "genes.sqlite", "genes.gff3"]).ended();
    assert_eq!(code, 0, "{verified}");
    (dir, said)
}

#[test]
fn a_line_without_a_ninth_column_or_with_more_is_loaded_and_given_back() {
    for end in ["\n", "\r\n", ""] {
        for (tail, stored, rest) in TAILS {
            let (dir, said) = load(format!("# one\n{EIGHT}{tail}{end}"), &["--no-infer"]);
            let columns = format!("{EIGHT}{tail}").matches('\t').count() + 1;
            let issue = match columns {
                9 => "",
                _ => "warning column-count: 1\n",
            };
            assert_eq!(
                summary(&said, "genes.sqlite: 1 records, "),
                issue,
                "{tail:?}"
            );
            let database = reread::open(&dir.path("genes.sqlite"));
            let sql = "SELECT attributes, ID FROM gff";
            assert_eq!(reread::rows(&database, sql), [stored], "{tail:?}");
            let sql = "SELECT text FROM rest_of_line";
            let expected: Vec<_> = Some(rest)
                .filter(|rest| !rest.is_empty())
                .into_iter()
                .collect();
            assert_eq!(reread::rows(&database, sql), expected, "{tail:?}");
            let sql = "SELECT text FROM issue WHERE code = 'column-count'";
            let text = format!("expected 9 tab-separated columns, found {columns}");
            let expected = if columns == 9 { vec![] } else { vec![text] };
            assert_eq!(reread::rows(&database, sql), expected);
        }
    }
}

#[test]
fn all_of_them_are_given_back_together_whatever_is_promoted() {
    let mut text: Vec<u8> = TAILS
        .iter()
        .flat_map(|(tail, ..)| format!("{EIGHT}{tail}\n").into_bytes())
        .collect();
    // Spelled in ways that no layout has, and not UTF-8.
    text.extend(b"sq0\t\xe9\tgene\t08\t13\t1e0\t+\t0");
    text.extend(b"\nsq0\t\xe9\tgene\t08\t13\t1e0\t+\t0\tID=\xe9\t\xe9\t\n");
    text.extend(format!("{EIGHT}\tID=g{}\n", "\t".repeat(300)).bytes());
    for options in [
        &["--no-infer"][..],
        &["--promote", "all"],
        &["--threads", "1"],
    ] {
        load(&text, options);
    }
}

#[test]
fn an_answer_has_nine_columns() {
    let text: String = TAILS
        .iter()
        .map(|(tail, ..)| format!("{EIGHT}{tail}\n"))
        .collect();
    let (dir, _) = load(text, &["--no-infer"]);
    for format in ["gff3", "gtf"] {
        let answer = dir
            .gffdb(["query", "genes.sqlite", "--format", format])
            .stdout();
        let lines: Vec<_> = answer
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(lines.len(), TAILS.len());
        for line in lines {
            assert_eq!(line.matches('\t').count(), 8, "{line}");
        }
    }
}

#[test]
fn an_edit_of_such_a_record_is_exported_with_what_is_left() {
    let text = format!("{EIGHT}\n{EIGHT}\tID=g\t\n{EIGHT}\tID=h\tmore\n");
    for (edit, expected) in [
        (
            "UPDATE gff SET ID = 'new' WHERE record_id = 1",
            format!("{EIGHT}\tID=new\n{EIGHT}\tID=g\t\n{EIGHT}\tID=h\tmore\n"),
        ),
        (
            "UPDATE gff SET ID = 'new' WHERE record_id = 2",
            format!("{EIGHT}\n{EIGHT}\tID=new\t\n{EIGHT}\tID=h\tmore\n"),
        ),
        (
            "UPDATE gff SET attributes = 'a=b' WHERE record_id = 3",
            format!("{EIGHT}\n{EIGHT}\tID=g\t\n{EIGHT}\tID=h;a=b\tmore\n"),
        ),
        (
            "DELETE FROM gff WHERE record_id = 3",
            format!("{EIGHT}\n{EIGHT}\tID=g\t\n"),
        ),
    ] {
        let (dir, _) = load(&text, &[]);
        rusqlite::Connection::open(dir.path("genes.sqlite"))
            .and_then(|c| c.execute_batch(edit))
            .expect(edit);
        let exported = dir.gffdb(["export", "genes.sqlite"]).stdout();
        assert_eq!(exported, expected, "{edit}");
    }
}

/// UniProt's files end every line so.
#[test]
fn of_very_many_such_lines_the_first_are_listed() {
    let text = format!("{EIGHT}\tID=g\t\n").repeat(1_500);
    let (dir, _) = load(text, &[]);
    let database = reread::open(&dir.path("genes.sqlite"));
    let sql = "SELECT count(*), max(line) FROM issue WHERE code = 'column-count'";
    assert_eq!(reread::rows(&database, sql), ["1000|1000"]);
    let sql = "SELECT text FROM issue ORDER BY line DESC LIMIT 1";
    let last = "expected 9 tab-separated columns, found 10; further such lines are not listed";
    assert_eq!(reread::rows(&database, sql), [last]);
}
