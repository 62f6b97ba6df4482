//! Record for record, the database holds what noodles reads.

use std::{fs, path::Path};

use bstr::{BStr, ByteSlice};
use gffdb::{
    Loader,
    gff::{Attributes, Syntax, decode, gtf::Level},
};
use noodles_gff::feature::record;
use rusqlite::{Connection, Row};

use crate::{
    corpus,
    departures::{DEPARTURES, Pair, Seen, decoded, noodles_gtf, pair, text, trimmed},
    reread,
    workdir::Workdir,
};

/// A row of table `gff`, and where it is from.
struct Stored {
    place: String,
    seqid: Option<String>,
    source: Option<String>,
    ty: Option<String>,
    start: Option<i64>,
    end: Option<i64>,
    score: Option<f64>,
    strand: Option<String>,
    phase: Option<i64>,
    id: Option<String>,
    parent: Option<String>,
    attributes: Option<String>,
}

impl Stored {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            place: String::new(),
            seqid: row.get("seqid")?,
            source: row.get("source")?,
            ty: row.get("type")?,
            start: row.get("start")?,
            end: row.get("end")?,
            score: row.get("score")?,
            strand: row.get("strand")?,
            phase: row.get("phase")?,
            id: row.get("ID")?,
            parent: row.get("Parent")?,
            attributes: row.get("attributes")?,
        })
    }
}

#[test]
fn the_database_holds_what_noodles_reads() {
    let dir = Workdir::new();
    let mut seen = Seen::default();
    let mut compared = [0; 2];
    for (number, (path, _)) in corpus::files().into_iter().filter(|f| f.1).enumerate() {
        let goal = dir.path(format!("{number}.sqlite"));
        Loader::new(&goal)
            .load(&[&path])
            .unwrap_or_else(|e| panic!("{e}"));
        file(&path, &reread::open(&goal), &mut seen, &mut compared);
    }
    println!(
        "GFF3 and GTF records compared: {compared:?}; departures: {:?}",
        seen.0
    );
    for (name, reason) in DEPARTURES {
        assert!(
            seen.0.contains_key(name),
            "nothing is a case of: {name}: {reason}"
        );
    }
    assert!(compared[0] > 80_000 && compared[1] > 10_000, "{compared:?}");
}

fn file(path: &Path, database: &Connection, seen: &mut Seen, compared: &mut [usize; 2]) {
    let mut statement = database
        .prepare(
            "SELECT * FROM gff WHERE record_id NOT IN (SELECT record_id FROM _inferred) \
             ORDER BY record_id",
        )
        .expect("gff");
    let mut stored = statement.query_map([], Stored::read).expect("records");
    let bytes = fs::read(path).expect("a file of the corpus");
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = noodles_gff::io::Reader::new(bytes);
    let mut line = noodles_gff::Line::default();
    let mut number = 0;
    while reader.read_line(&mut line).expect("bytes in memory") > 0 {
        number += 1;
        let raw: &BStr = line.as_ref();
        if raw == "##FASTA" || raw.starts_with(b">") {
            break;
        }
        let mut nine = noodles_gff::Line::default();
        let is_record = !raw.is_empty() && !raw.starts_with(b"#");
        let ninth_end = raw.find_iter("\t").nth(8);
        if is_record && let Some(end) = ninth_end {
            seen.note("columns after the ninth");
            let read = noodles_gff::io::Reader::new(raw[..end].as_bytes()).read_line(&mut nine);
            assert!(read.is_ok_and(|length| length > 0));
        } else {
            nine = line.clone();
        }
        let raw: &BStr = nine.as_ref();
        let Some(record) = nine.as_record() else {
            continue;
        };
        let place = format!(
            "{}: the {number}th line that is not blank: {raw}",
            path.display()
        );
        let record = record.unwrap_or_else(|e| panic!("{place}: {e}"));
        let row = stored
            .next()
            .unwrap_or_else(|| panic!("{place}: not in the database"));
        let row = Stored {
            place,
            ..row.expect("a record")
        };
        columns(&record, raw, &row, seen);
        let column = text(record.attributes().as_ref().as_bstr(), seen);
        match Syntax::of(&column) {
            Syntax::Gff3 => gff3(&record, &row, seen),
            Syntax::Gtf => gtf(&column, &row, seen),
        }
        compared[usize::from(Syntax::of(&column) == Syntax::Gtf)] += 1;
    }
    assert_eq!(
        stored.count(),
        0,
        "{}: more records than lines",
        path.display()
    );
}

/// Columns 1 to 8.
fn columns(record: &noodles_gff::Record, raw: &BStr, row: &Stored, seen: &mut Seen) {
    let place = &row.place;
    let raw: Vec<&[u8]> = raw.split(|&b| b == b'\t').collect();
    for (index, found, expected) in [
        (0, &row.seqid, record.reference_sequence_name()),
        (1, &row.source, record.source()),
        (2, &row.ty, record.ty()),
    ] {
        let expected = (raw[index] != b".").then(|| decoded(&expected, raw[index], seen));
        assert_eq!(*found, expected, "{place}");
    }
    for (index, found, expected) in [(3, row.start, record.start()), (4, row.end, record.end())] {
        let expected = match (expected, raw[index]) {
            (Ok(position), _) => Some(usize::from(position) as i64),
            (Err(_), b".") => {
                seen.note("coordinate missing");
                None
            }
            (Err(_), number) => Some(number_among_blanks(number, seen)),
        };
        assert_eq!(found, expected, "{place}");
    }
    let expected = record.score().transpose();
    let expected = expected.unwrap_or_else(|e| panic!("{place}: {e}"));
    assert_eq!(row.score.map(|score| score as f32), expected, "{place}");
    let expected = match record.strand() {
        Ok(record::Strand::None) => None,
        Ok(record::Strand::Forward) => Some(String::from("+")),
        Ok(record::Strand::Reverse) => Some(String::from("-")),
        Ok(record::Strand::Unknown) => Some(String::from("?")),
        Err(_) => {
            seen.note("strand unknown");
            Some(text(raw[6].as_bstr(), seen))
        }
    };
    assert_eq!(row.strand, expected, "{place}");
    let expected = match (record.phase(), raw[7].trim_with(|c| c == ' ')) {
        (None, _) => None,
        (Some(Ok(record::Phase::Zero)), _) => Some(0),
        (Some(Ok(record::Phase::One)), _) => Some(1),
        (Some(Ok(record::Phase::Two)), _) => Some(2),
        (Some(Err(_)), b"0" | b"1" | b"2") => Some(number_among_blanks(raw[7], seen)),
        (Some(Err(_)), _) => {
            seen.note("phase unknown");
            None
        }
    };
    assert_eq!(row.phase, expected, "{place}");
}

fn number_among_blanks(raw: &[u8], seen: &mut Seen) -> i64 {
    seen.note("blanks around a number");
    let text = raw.to_str().expect("a number").trim_matches(' ');
    text.parse().expect("a number")
}

/// Column 9 in GFF3's syntax: `ID`, `Parent`, and every other attribute with its values, in order.
fn gff3(record: &noodles_gff::Record, row: &Stored, seen: &mut Seen) {
    let attributes = record.attributes();
    let raw: &[u8] = attributes.as_ref();
    let mut parts: Vec<&[u8]> = raw.split(|&b| b == b';').collect();
    parts.pop_if(|last| last.is_empty());
    let mut expected = Vec::new();
    if parts.iter().all(|part| part.contains(&b'=')) {
        for attribute in attributes.iter() {
            let (key, value) = attribute.unwrap_or_else(|e| panic!("{}: {e}", row.place));
            expected.push(pair(&key, &value, seen));
        }
    } else {
        seen.note("flag");
        // One by one, noodles reads those that are no flags.
        for part in parts {
            let line = [b"sq0\t.\tgene\t8\t13\t.\t+\t.\t", part].concat();
            let mut alone = noodles_gff::Line::default();
            let read = noodles_gff::io::Reader::new(&line[..]).read_line(&mut alone);
            assert!(read.is_ok_and(|length| length > 0), "{}", row.place);
            let record = alone.as_record().expect("a record").expect("nine columns");
            let blank = part.trim_with(|c| c == ' ').is_empty();
            match record.attributes().iter().next() {
                Some(Ok((key, value))) => expected.push(pair(&key, &value, seen)),
                _ if blank => {}
                _ => expected.push((trimmed(part.as_bstr(), seen), vec![String::new()])),
            }
        }
    }
    for (name, found) in [("ID", &row.id), ("Parent", &row.parent)] {
        let named = |(key, values): &Pair| key == name && values.concat() + "," != ",";
        let at = expected.iter().position(named);
        let expected = at.map(|at| expected.remove(at).1.join(","));
        assert_eq!(*found, expected, "{name}: {}", row.place);
    }
    assert_eq!(residual(row, Syntax::Gff3), expected, "{}", row.place);
}

/// What is left in column `attributes`, but for what is nothing between two semicolons.
fn residual(row: &Stored, syntax: Syntax) -> Vec<Pair> {
    let rest = row.attributes.as_deref().unwrap_or_default();
    let place = &row.place;
    assert!(rest.is_empty() || Syntax::of(rest) == syntax, "{place}");
    Attributes::with_syntax(rest, syntax)
        .filter(|a| !a.key.is_empty() || a.value.is_some())
        .map(|a| {
            (
                decode(a.key).into_owned(),
                a.values().map(|v| v.into_owned()).collect(),
            )
        })
        .collect()
}

/// Column 9 in GTF's syntax; repeated keys are one with several values, as noodles has them.
fn gtf(column: &str, row: &Stored, seen: &mut Seen) {
    let place = &row.place;
    let Some(mut expected) = noodles_gtf(column, seen) else {
        return;
    };
    let mut found: Vec<Pair> = Vec::new();
    for (key, values) in residual(row, Syntax::Gtf) {
        match found.iter_mut().find(|(other, _)| *other == key) {
            Some((_, all)) => all.extend(values),
            None => found.push((key, values)),
        }
    }
    // What GTF says with types: who the record is, and what it is part of.
    let names = match Level::of(row.ty.as_deref().unwrap_or_default()) {
        Level::Gene => [(&row.id, ["gene_id"; 2]), (&row.parent, ["Parent"; 2])],
        Level::Transcript => [
            (&row.id, ["transcript_id"; 2]),
            (&row.parent, ["gene_id"; 2]),
        ],
        Level::Part => [
            (&row.id, ["ID"; 2]),
            (&row.parent, ["transcript_id", "gene_id"]),
        ],
    };
    for (value, keys) in names {
        let mut places = keys.iter().map(|key| {
            expected
                .iter()
                .position(|(other, values)| other == key && values.concat() != "")
        });
        let at = places.find_map(|at| at);
        let expected = at.map(|at| expected.remove(at).1.remove(0));
        assert_eq!(*value, expected, "{keys:?}: {place}");
    }
    assert_eq!(found, expected, "{place}");
}
