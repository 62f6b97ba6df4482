//! Blocks of any size, and batches that are full, give the same rows.

use super::*;
use crate::{
    input::{Blocks, Input, Options},
    load::{layouts::Layouts, promote::Promotion},
};

/// Parses a file in blocks of a size; returns what the batches have, row by row.
fn parse(text: &[u8], block_size: usize, longest_line: usize) -> Result<(Vec<String>, Counts)> {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("a.gff3");
    std::fs::write(&path, text).expect("a file");
    let promotion = Promotion::new(&[], &[], false)?;
    let builder = RowBuilder::new(promotion, Layouts::default(), vec!["tag".into()], None);
    let mut parser = Parser::new("a.gff3".into(), builder, 1, true);
    parser.longest_line = longest_line;
    let mut blocks = Blocks::new(Input::open(&path, &Options::default())?, block_size).in_pieces();
    let (mut block, mut batch, mut shown) = (Vec::new(), Batch::default(), Shown::default());
    while blocks.read_into(&mut block)? {
        batch = parser.parse(block, blocks.end(), batch)?;
        shown.add(&batch);
        while parser.has_more() {
            batch = parser.parse_more(batch)?;
            shown.add(&batch);
        }
        block = batch.take_block();
    }
    let Shown { mut rows, others } = shown;
    // What is said of a block comes before what is said of its lines.
    rows.sort();
    rows.extend(others);
    Ok((rows, parser.counts))
}

/// Rows in a form in which runs, and pieces of a line, that follow one another are one.
#[derive(Default)]
struct Shown {
    rows: Vec<String>,
    /// Those of table `_other_line`.
    others: Vec<String>,
}

impl Shown {
    fn add(&mut self, batch: &Batch) {
        let Self { rows, others } = self;
        for (record, cells) in batch.rows.records() {
            let cells = cells.iter().map(|cell| match cell.value {
                crate::load::batch::Value::Int(n) => format!("{}:{n}", cell.column),
                crate::load::batch::Value::Real(n) => format!("{}:{n}", cell.column),
                text => format!("{}:{}", cell.column, batch.text(text)),
            });
            let cells: Vec<String> = cells.collect();
            rows.push(format!("record {record} {}", cells.join(" ")));
        }
        for small in &batch.rows.small {
            let row = match small {
                SideRow::OtherLine(OtherLine {
                    line,
                    part,
                    kind,
                    text,
                    line_end,
                    ..
                }) => {
                    let text = batch.bytes(*text).escape_ascii();
                    let begin = format!("{kind} ");
                    if (*part > 0 || *kind == "fasta")
                        && let Some(last) =
                            others.last_mut().filter(|last| last.starts_with(&begin))
                    {
                        *last += &format!("{text}{}", line_end.unwrap_or("."));
                        continue;
                    }
                    others.push(format!("{kind} {line} {text}{}", line_end.unwrap_or(".")));
                    continue;
                }
                SideRow::Parent { record, parent } => {
                    format!("parent {record} {}", batch.text(*parent))
                }
                SideRow::AttributeValue { record, key, value } => {
                    let (key, value) = (batch.text(*key), batch.text(*value));
                    format!("value {record} {key} {value}")
                }
                SideRow::Verbatim {
                    record,
                    field,
                    bytes,
                } => format!(
                    "verbatim {record} {field} {}",
                    batch.bytes(*bytes).escape_ascii()
                ),
                SideRow::Issue(issue) => format!("issue {issue:?}"),
                SideRow::Sequence(sequence) => format!("sequence {sequence:?}"),
                SideRow::Alias { seqid, alias, end } => format!("alias {seqid} {alias} {end}"),
                SideRow::UnresolvedParent(wanted) => {
                    format!("wanted {} {}", batch.text(wanted.parent), wanted.line)
                }
            };
            rows.push(row);
        }
    }
}

/// Lines of every kind, short and long.
fn text(end: &str, is_utf8: bool) -> Vec<u8> {
    let long = "é…ACGT ".repeat(60);
    let lines = [
        String::from("\u{feff}##gff-version 3"),
        format!("# {long}"),
        format!("##note {long}"),
        String::from("sq0\t.\tgene\t1\t9\t.\t+\t.\tID=g%20;tag=a,b%2Cc;Parent=x,y,z%20"),
        format!("sq0\t.\tgene\t1\t9\t.\t+\t.\tID=h;Note={long}"),
        String::new(),
        format!("no record {long}"),
        String::from("sq0\t.\tgene\t.\t9\tx\t!\t9\tID=i"),
        String::from("##FASTA"),
        format!(">sq0 {long}"),
        long.clone(),
        String::from("AC"),
        format!("#{long}"),
        String::from(">sq1"),
        format!("{long}{long}"),
    ];
    let mut bytes = lines.join(end).into_bytes();
    if !is_utf8 {
        let at = bytes.iter().position(|&b| b == b'=').expect("an attribute");
        bytes[at + 1] = 0xe9;
    }
    bytes
}

#[test]
fn blocks_of_any_size_give_the_same_rows() -> Result<()> {
    for end in ["\n", "\r\n"] {
        for is_utf8 in [true, false] {
            let text = text(end, is_utf8);
            let expected = parse(&text, 1 << 18, usize::MAX)?;
            assert_eq!(expected.1.lines, 15);
            for block_size in (32..200).chain([1_000, 4_096]) {
                let found = parse(&text, block_size, usize::MAX)?;
                let differs = found.0.iter().zip(&expected.0).find(|(a, b)| a != b);
                assert!(
                    found == expected,
                    "{block_size} {end:?} {is_utf8}: {differs:.200?}"
                );
            }
        }
    }
    Ok(())
}

#[test]
fn a_full_batch_leaves_the_rest_to_the_next() -> Result<()> {
    for (line, rows) in [
        ("#", 1),
        ("", 1),
        ("x", 2),
        ("s\t.\tg\t.\t.\t.\t.\t.\t.", 3),
        ("# \u{e9}", 1),
    ] {
        for is_utf8 in [true, false] {
            let mut text = format!("{line}\n").repeat(20_000).into_bytes();
            if !is_utf8 {
                text.splice(0..0, b"#\xff\n".iter().copied());
            }
            let (found, counts) = parse(&text, 1 << 18, usize::MAX)?;
            let lines = 20_000 + u64::from(!is_utf8);
            assert_eq!(counts.lines, lines, "{line:?}");
            assert!(found.len() >= 20_000 * rows, "{line:?}: {}", found.len());
            // One line a block: no batch is full.
            let expected = parse(&text, 1, usize::MAX)?;
            assert!((found, counts) == expected, "{line:?}");
        }
    }
    Ok(())
}

#[test]
fn a_line_too_long_to_be_a_record_is_a_bad_one_in_pieces() -> Result<()> {
    let text = format!("# a\n{}\n# b\n", "x".repeat(5_000));
    let (rows, counts) = parse(text.as_bytes(), 64, 1_000)?;
    assert_eq!((counts.lines, counts.skipped, counts.records), (3, 1, 0));
    let bad = format!("bad 2 {}.", "x".repeat(5_000));
    assert!(rows.contains(&bad), "{rows:?}");
    assert!(
        rows.iter().any(|row| row.contains("line-too-long")),
        "{rows:?}"
    );
    Ok(())
}
