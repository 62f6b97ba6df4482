//! Every code has a case that is found, word for word, and a neighbour that is clean.

use std::{collections::HashSet, fs};

use super::*;
use crate::check::sections::Section;

mod consumers;
mod general;

/// What is found in a text: `LINE [code] text`. `|` stands for a tab.
fn found(checker: &Checker, text: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("case");
    fs::write(&path, text.replace('|', "\t").replace("\\xE9", "\u{0}"))
        .and_then(|()| latin1(&path))
        .expect("a file");
    let report = checker.check(&path).expect("a report");
    let mut found = Vec::new();
    report
        .each(&mut |finding| {
            let line = finding.line.map_or(String::from("-"), |n| n.to_string());
            found.push(format!("{line} [{}] {}", finding.code.name, finding.text));
            Ok(())
        })
        .expect("findings");
    found
}

/// Puts the byte E9, which is no UTF-8 by itself, where `found` put a NUL.
fn latin1(path: &Path) -> std::io::Result<()> {
    let bytes = fs::read(path)?;
    let bytes: Vec<u8> = bytes
        .iter()
        .map(|&b| if b == 0 { 0xe9 } else { b })
        .collect();
    fs::write(path, bytes)
}

/// Runs cases: a code, a text, all that is found in it, and a text like it without that code.
fn run(checker: &Checker, cases: &[(&str, &str, &[&str], &str)]) -> HashSet<String> {
    let mut seen = HashSet::new();
    for (code, bad, expected, good) in cases {
        assert_eq!(found(checker, bad), *expected, "{code}");
        let marked = format!("[{code}]");
        assert!(expected.iter().any(|text| text.contains(&marked)), "{code}");
        let clean = found(checker, good);
        assert!(
            clean.iter().all(|text| !text.contains(&marked)),
            "the neighbour of {code}: {clean:?}"
        );
        seen.insert((*code).to_owned());
    }
    seen
}

#[test]
fn every_select_is_of_a_code_in_a_table() {
    let of = |file: &'static str, codes: &[Code]| {
        for section in sections::of(file) {
            if let Section::Check(name, _) = section {
                assert!(codes.iter().any(|code| code.name == name), "{name}");
            }
        }
    };
    for file in WHOLE {
        of(file, codes::GENERAL);
    }
    of(
        include_str!("../../schema/check/cycles_found.sql"),
        codes::GENERAL,
    );
}

#[test]
fn the_first_three_of_a_code_are_kept_or_all() {
    let text = "##gff-version 3\n".to_owned() + &"sq0|.|gene|1|9|x|+|.|.\n".repeat(5);
    let mut checker = Checker::new();
    let of = |checker: &Checker, code: &str| {
        let marked = format!("[{code}]");
        let found = found(checker, &text);
        found.iter().filter(|text| text.contains(&marked)).count()
    };
    assert_eq!(of(&checker, "score"), 3);
    assert_eq!(of(&checker, "duplicate-line"), 3);
    checker.all(true);
    assert_eq!(of(&checker, "score"), 5);
    assert_eq!(of(&checker, "duplicate-line"), 4);
}

#[test]
fn a_type_cannot_steer_a_terminal() {
    let text =
        "##gff-version 3\nsq0|.|gene|1|9|.|+|.|ID=g\nsq0|.|a\u{1b}[31m\u{9b}|1|9|.|+|.|ID=g\n";
    let found = found(&Checker::new(), text).join("\n");
    assert!(
        found.contains(r#"ID "g" is a a\u{1b}[31m\u{9b} here and a gene on line 2"#),
        "{found}"
    );
}

#[test]
fn a_long_line_has_the_findings_of_a_short_one() {
    let head = "##gff-version 3\nsq0|.|gene|1|9|.|+|.|ID=g0\n";
    for (before, filler, after) in [
        ("#", "x", "\n"),
        ("#", "\u{e9}", "\n"),
        ("#a", "\u{e9}", "\n"),
        ("#ab", "\u{1f9ec}", "\n"),
        ("#", "x", ""),
        ("#", "x", "\r\n"),
        ("#", "x", "\\xE9x\n"),
        ("#", "x", "\\xE9"),
        ("#\\xE9", "x", "\\xE9\r\n"),
        ("##FASTA\n>s\n", "A", "\n"),
        ("##FASTA\n>s\n", "A", "\r\n"),
        (">s ", "A", "\nACGT\n"),
        ("##sequence-region s 9 1 ", "x", "\n"),
        ("##sequence-region s 9 1 ", "\u{e9}", "\r\n"),
        ("sq0|.|gene|9|1|.|+|.|ID=g1;Note=", "x", "\n"),
    ] {
        let text = |len: usize| {
            let end = if after.is_empty() { "" } else { "#end\n" };
            format!("{head}{before}{}{after}{end}", filler.repeat(len))
        };
        let mut checker = Checker::new();
        checker.all(true);
        // What a line's end has is known last.
        let found = |len| {
            let mut found = found(&checker, &text(len));
            found.sort();
            found
        };
        let short = found(9);
        let long = (1 << 18) / filler.len();
        for len in [
            long - 20,
            long - 2,
            long - 1,
            long,
            long + 1,
            long + 2,
            3 * long,
            4 * long + 1,
        ] {
            assert_eq!(found(len), short, "{before:?} {filler} {after:?} {len}");
        }
    }
}
