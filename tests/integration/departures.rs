//! What noodles reads, and the cases in which it is not what a database should hold.

use std::collections::HashMap;

use bstr::{BStr, ByteSlice};
use noodles_gff::record::attributes::field::Value;

/// Where noodles reads something else, or refuses, and why the database is right. The test counts
/// each, so that one which no file needs any more is found.
pub const DEPARTURES: [(&str, &str); 12] = [
    (
        "columns after the ninth",
        "kept for the export; noodles takes them for a part of the last value",
    ),
    (
        "coordinate missing",
        "'.' as in files of Ensembl and NCBI; noodles wants a number",
    ),
    (
        "blanks around a number",
        "of GFF2 files; the number is plain all the same",
    ),
    (
        "strand unknown",
        "stored as it stands, with an issue; noodles refuses",
    ),
    ("phase unknown", "NULL, with an issue; noodles refuses"),
    ("not UTF-8", "read as Latin-1; noodles hands on the bytes"),
    (
        "flag",
        "without '='; noodles takes it for a part of the next key, or refuses",
    ),
    (
        "blank beside a key",
        "noodles takes it for a part of the key",
    ),
    (
        "blank beside a value",
        "noodles takes it for a part of the value",
    ),
    (
        "nothing between semicolons",
        "noodles takes the semicolon for a key",
    ),
    (
        "numbers after a quote",
        "GFF2's 'Target \"x\" 10 21'; noodles takes the first for a key",
    ),
    (
        "semicolons left out",
        "noodles reads on after a quote; here the first key has the stretch",
    ),
];

/// How often each departure was seen.
#[derive(Default)]
pub struct Seen(pub HashMap<&'static str, usize>);

impl Seen {
    pub fn note(&mut self, what: &'static str) {
        assert!(DEPARTURES.iter().any(|(name, _)| *name == what), "{what}");
        *self.0.entry(what).or_default() += 1;
    }
}

/// A key and its values.
pub type Pair = (String, Vec<String>);

pub fn pair(key: &BStr, value: &Value, seen: &mut Seen) -> Pair {
    let raw: &BStr = value.as_ref();
    let values = match value {
        Value::String(value) => vec![without_blanks(decoded(value, raw, seen), raw, seen)],
        Value::Array(values) => values
            .iter()
            .map(|v| without_blanks(decoded(&v, &v, seen), &v, seen))
            .collect(),
    };
    (trimmed(key, seen), values)
}

pub fn trimmed(key: &BStr, seen: &mut Seen) -> String {
    let key = text(key, seen);
    let trimmed = key.trim_matches(' ');
    if trimmed.len() < key.len() {
        seen.note("blank beside a key");
    }
    trimmed.to_owned()
}

/// Returns what noodles reads in a ninth column of GTF's syntax, put right where it departs; `None`
/// where it cannot be.
pub fn noodles_gtf(column: &str, seen: &mut Seen) -> Option<Vec<Pair>> {
    if column.contains("\" ") && !column.contains(';') {
        seen.note("semicolons left out");
        return None;
    }
    let mut text = column.trim_matches(' ').to_owned();
    if text.len() < column.len() {
        seen.note("blank beside a key");
    }
    if text.contains("; ;") {
        seen.note("nothing between semicolons");
        text = text.replace("; ;", ";");
    }
    let line = format!("sq0\t.\tgene\t8\t13\t.\t+\t.\t{text}");
    let mut parsed = noodles_gtf::Line::default();
    let read = noodles_gtf::io::Reader::new(line.as_bytes()).read_line(&mut parsed);
    assert!(read.is_ok_and(|length| length > 0), "{line}");
    let record = parsed.as_record().expect("a record").expect("nine columns");
    let attributes = record
        .attributes()
        .unwrap_or_else(|e| panic!("{column}: {e}"));
    let mut pairs: Vec<Pair> = Vec::new();
    for attribute in attributes.iter() {
        let (key, value) = attribute.expect("it was read");
        let mut values: Vec<String> = value.iter().map(ToString::to_string).collect();
        for value in &mut values {
            if value.ends_with(' ') {
                seen.note("blank beside a value");
                value.truncate(value.trim_end().len());
            }
        }
        match pairs.last_mut() {
            Some((_, before)) if key.iter().all(u8::is_ascii_digit) => {
                seen.note("numbers after a quote");
                before[0] = format!("\"{}\" {key} {}", before[0], values[0]);
            }
            _ => pairs.push((key.to_string(), values)),
        }
    }
    Some(pairs)
}

/// Reads bytes that noodles hands on as the database does.
pub fn text(bytes: &BStr, seen: &mut Seen) -> String {
    match bytes.to_str() {
        Ok(text) => text.to_owned(),
        Err(_) => {
            seen.note("not UTF-8");
            bytes.iter().map(|&b| char::from(b)).collect()
        }
    }
}

/// Returns what noodles decoded, or the raw text as Latin-1 where that is not UTF-8.
pub fn decoded(found: &BStr, raw: &[u8], seen: &mut Seen) -> String {
    match found.to_str() {
        Ok(text) => text.to_owned(),
        Err(_) => text(raw.as_bstr(), seen),
    }
}

/// Takes off as many blanks as stand unescaped beside a value.
fn without_blanks(value: String, raw: &[u8], seen: &mut Seen) -> String {
    let blanks = |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|b| **b == b' ').count();
    let before = blanks(&mut raw.iter()).min(value.len());
    let after = blanks(&mut raw.iter().rev()).min(value.len() - before);
    if before + after > 0 {
        seen.note("blank beside a value");
    }
    value[before..value.len() - after].to_owned()
}
