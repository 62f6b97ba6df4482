//! One record by itself: its nine columns.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{
    column9::{self, Column9},
    scan::Scan,
    show,
    store::Record as Row,
    types::Known,
};
use crate::{
    Result,
    gff::{Number, Record, ScoreFormat, Syntax, decode},
};

/// Checks a line that should be a record, and keeps it for the checks of the whole file.
pub(super) fn check(scan: &mut Scan, line: u64, text: &str) -> Result<()> {
    let record = match Record::parse(text) {
        Ok(record) => record,
        Err(problem) => {
            let next = match text.contains('\t') {
                true => "",
                false => "; columns are separated by tabs, not blanks",
            };
            return scan.add(line, "column-count", || {
                format!("{}{next}", problem.found())
            });
        }
    };
    if record.columns() != 9 {
        scan.add(line, "column-count", || {
            format!(
                "expected 9 tab-separated columns, found {}",
                record.columns()
            )
        })?;
    }
    let ty = decode(record.column(2));
    let column9 = column9::check(scan, line, record.attributes(), &ty)?;
    let gtf = column9.syntax == Some(Syntax::Gtf);
    scan.dialect(line, column9.syntax)?;
    control(scan, line, text)?;
    if !gtf {
        escapes(scan, line, text)?;
    }
    seqid(scan, line, record.column(0), gtf)?;
    type_(scan, line, &ty, gtf)?;
    let start = coordinate(scan, line, "start", record.column(3), record.start())?;
    let end = coordinate(scan, line, "end", record.column(4), record.end())?;
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        scan.add(line, "end-before-start", || {
            format!("end {end} is before start {start}")
        })?;
    }
    if let (Some(start), Some(end)) = (start, end)
        && matches!(&*ty, "start_codon" | "stop_codon")
        && end.saturating_sub(start) > 2
    {
        scan.add(line, "codon-length", || {
            format!(
                "expected at most three bases of {ty}, found {}",
                end - start + 1
            )
        })?;
    }
    score_and_strand(scan, line, &record)?;
    let phase = phase(scan, line, &record, &ty, gtf)?;
    let seqid = decode(record.column(0));
    let row = Row {
        line,
        seqid: &seqid,
        ty: &ty,
        start,
        end,
        strand: Some(record.column(6)).filter(|strand| matches!(*strand, "+" | "-")),
        phase,
        space: column9.id.as_ref().map(|(space, _)| *space),
        id: column9.id.as_ref().map(|(_, id)| id.as_ref()),
        parents: hash_of_parents(&column9),
        section: scan.section(),
        trans: column9.trans,
        hash: hash(text),
    };
    scan.keep(&row, &column9, &record)
}

/// Bytes that may not stand anywhere.
fn control(scan: &mut Scan, line: u64, text: &str) -> Result<()> {
    let control = |b: &u8| (b.is_ascii_control()) && *b != b'\t';
    if let Some(byte) = text.bytes().find(|b| control(b)) {
        scan.add(line, "control-character", || {
            format!("expected no control characters, found \\x{byte:02X}; write %{byte:02X}")
        })?;
    }
    Ok(())
}

/// Escapes that are none.
fn escapes(scan: &mut Scan, line: u64, text: &str) -> Result<()> {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'%', bytes) {
        let digits = bytes.get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            let found: String = text[at..].chars().take(3).collect();
            return scan.add(line, "escape-invalid", || {
                format!(
                    "expected two hexadecimal digits after '%', found {}; write %25 for '%'",
                    show(&found)
                )
            });
        }
    }
    Ok(())
}

fn seqid(scan: &mut Scan, line: u64, raw: &str, gtf: bool) -> Result<()> {
    if matches!(raw, "" | ".") {
        return scan.add(line, "seqid-missing", || {
            format!(
                "expected the name of a sequence in column 1, found {}",
                show(raw)
            )
        });
    }
    // The set of column 1 is GFF3's; '%' begins an escape, which is checked with the others.
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".:^*$@!+_?-|%".contains(c);
    match raw.chars().find(|c| !allowed(*c)) {
        Some(c) if !gtf => scan.add(line, "seqid-character", || {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes();
            let escape: String = bytes.map(|b| format!("%{b:02X}")).collect();
            format!("column 1 has {}; write {escape}", show(&c.to_string()))
        }),
        _ => Ok(()),
    }
}

fn type_(scan: &mut Scan, line: u64, ty: &str, gtf: bool) -> Result<()> {
    match scan.types.look_up(ty, gtf) {
        Known::Yes => Ok(()),
        Known::Nearly(term) => scan.add(line, "type-unknown", || {
            format!(
                "expected a feature type of the Sequence Ontology, found {}; is it {term}?",
                show(ty)
            )
        }),
        Known::No => scan.add(line, "type-unknown", || {
            format!(
                "expected a feature type of the Sequence Ontology, found {}",
                show(ty)
            )
        }),
    }
}

fn coordinate(
    scan: &mut Scan,
    line: u64,
    name: &'static str,
    raw: &str,
    number: Number,
) -> Result<Option<i64>> {
    match number {
        Number::Known(number) => {
            if number < 1 {
                scan.add(line, "coordinate-below-1", || {
                    format!("expected {name} to be 1 or more, found {number}")
                })?;
            }
            return Ok(Some(number));
        }
        Number::Missing => scan.add(line, "coordinate-missing", || {
            format!("expected a whole number as {name}, found {}", show(raw))
        })?,
        Number::Bad => scan.add(line, "coordinate-not-a-number", || {
            format!("expected a whole number as {name}, found {}", show(raw))
        })?,
    }
    Ok(None)
}

fn score_and_strand(scan: &mut Scan, line: u64, record: &Record) -> Result<()> {
    let (score, strand) = (record.column(5), record.column(6));
    if score != "." && ScoreFormat::read(score).is_none() {
        scan.add(line, "score", || {
            format!("expected a number or '.' as score, found {}", show(score))
        })?;
    }
    if !matches!(strand, "+" | "-" | "." | "?") {
        scan.add(line, "strand", || {
            format!("expected one of + - . ? as strand, found {}", show(strand))
        })?;
    }
    Ok(())
}

fn phase(scan: &mut Scan, line: u64, record: &Record, ty: &str, gtf: bool) -> Result<Option<i64>> {
    let raw = record.column(7);
    let cds = matches!(ty, "CDS" | "SO:0000316");
    let phase = match raw {
        "0" => 0,
        "1" => 1,
        "2" => 2,
        "." if cds => {
            scan.add(line, "phase-missing", || {
                String::from("expected 0, 1 or 2 as phase of a CDS, found '.'")
            })?;
            return Ok(None);
        }
        "." => return Ok(None),
        _ => {
            scan.add(line, "phase", || {
                format!("expected one of 0 1 2 . as phase, found {}", show(raw))
            })?;
            return Ok(None);
        }
    };
    // Parts of a CDS may have one too, and every GTF record.
    if !cds && !gtf && !ty.ends_with("_codon") && !ty.starts_with("CDS") {
        scan.add(line, "phase-unused", || {
            format!("{ty} has phase {phase}, which means something for a CDS only")
        })?;
    }
    Ok(Some(phase))
}

fn hash(text: impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// The same for the same Parents in another order.
fn hash_of_parents(column9: &Column9) -> Option<i64> {
    let hashes = column9.parents.iter().map(|(_, parent)| hash(parent));
    hashes.reduce(i64::wrapping_add)
}

/// Tells whether a type stands for a whole sequence, as far as types can tell.
pub(super) fn is_landmark_type(ty: &str) -> bool {
    const TYPES: [&str; 10] = [
        "region",
        "chromosome",
        "contig",
        "supercontig",
        "scaffold",
        "plasmid",
        "mitochondrial_chromosome",
        "chloroplast_chromosome",
        "mitochondrion",
        "chloroplast",
    ];
    TYPES.contains(&ty)
}
