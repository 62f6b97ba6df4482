//! Column 9 of one record: its syntax, and what the other checks ask of it.

use std::{borrow::Cow, collections::HashSet};

use super::{scan::Scan, show};
use crate::{
    Result,
    gff::{Attribute, Attributes, Syntax, decode, gtf::Level},
};

/// Keys that GFF3 1.26 defines, and those of its miRNA extension.
const RESERVED: [&str; 16] = [
    "ID",
    "Name",
    "Alias",
    "Parent",
    "Target",
    "Gap",
    "Derives_from",
    "Note",
    "Dbxref",
    "Ontology_term",
    "Is_circular",
    "Variant",
    "Cigar",
    "Hits",
    "Expression",
    "Filter",
];

/// What a ninth column says.
#[derive(Debug, Default)]
pub(super) struct Column9<'a> {
    /// How it is written; `None` where there is nothing that could tell.
    pub syntax: Option<Syntax>,
    /// Which names its own name is one of, and the name.
    pub id: Option<(&'static str, Cow<'a, str>)>,
    /// Which names its Parents are of, and the Parents.
    pub parents: Vec<(&'static str, Cow<'a, str>)>,
    /// Whether `Is_circular=true` is there.
    pub circular: bool,
    /// Whether it says that it is part of something trans-spliced.
    pub trans: bool,
    /// `Name`, for telling landmarks.
    pub name: Option<Cow<'a, str>>,
}

/// How many keys are looked through one by one: nearly all lines have fewer.
const FEW: usize = 32;

/// The keys that a column had so far.
#[derive(Debug, Default)]
struct Keys<'a> {
    few: Vec<&'a str>,
    others: HashSet<&'a str>,
}

impl<'a> Keys<'a> {
    /// Adds a key; returns whether it was not there.
    fn insert(&mut self, key: &'a str) -> bool {
        if self.few.contains(&key) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(key);
            return true;
        }
        self.others.insert(key)
    }
}

/// Checks a ninth column and returns what it says.
pub(super) fn check<'a>(
    scan: &mut Scan,
    line: u64,
    column: &'a str,
    ty: &str,
) -> Result<Column9<'a>> {
    if matches!(column, "." | "") {
        return Ok(Column9::default());
    }
    match Syntax::of(column) {
        Syntax::Gff3 => gff3(scan, line, column),
        Syntax::Gtf => gtf(scan, line, column, ty),
    }
}

fn gff3<'a>(scan: &mut Scan, line: u64, column: &'a str) -> Result<Column9<'a>> {
    let mut found = Column9 {
        syntax: column.contains('=').then_some(Syntax::Gff3),
        ..Column9::default()
    };
    let mut keys = Keys::default();
    for attribute in Attributes::with_syntax(column, Syntax::Gff3) {
        if attribute.segment.trim_matches(' ').is_empty() {
            continue;
        }
        let Some(value) = attribute.value else {
            scan.add(line, "attribute-no-equals", || {
                format!("expected key=value, found {}", show(attribute.segment))
            })?;
            continue;
        };
        pair(scan, line, &attribute, value, &mut keys)?;
        keep(scan, line, &attribute, value, &mut found)?;
    }
    Ok(found)
}

/// The syntax of one `key=value`.
fn pair<'a>(
    scan: &mut Scan,
    line: u64,
    attribute: &Attribute<'a>,
    value: &str,
    keys: &mut Keys<'a>,
) -> Result<()> {
    let key = attribute.key;
    if key.is_empty() {
        scan.add(line, "attribute-no-key", || {
            format!(
                "expected a key before '=', found {}",
                show(attribute.segment)
            )
        })?;
    } else if value.is_empty() {
        scan.add(line, "attribute-no-value", || {
            format!("{key} has no value; leave the attribute out")
        })?;
    }
    if !keys.insert(key) {
        scan.add(line, "attribute-repeated", || {
            format!("{key} comes twice; write {key}=VALUE,VALUE")
        })?;
    }
    if key.starts_with(|c: char| c.is_ascii_uppercase()) && !RESERVED.contains(&key) {
        scan.add(line, "attribute-reserved", || {
            format!("{key} is not one of the keys that GFF3 defines; begin it with a small letter")
        })?;
    }
    for reserved in ["ID", "Parent"] {
        if key != reserved && key.eq_ignore_ascii_case(reserved) {
            scan.add(line, "attribute-case", || {
                format!(
                    "expected {reserved}, found {key}; programs that read {reserved} pass it by"
                )
            })?;
        }
    }
    for (sign, code, escape) in [
        ('=', "unescaped-equals", "%3D"),
        ('&', "unescaped-ampersand", "%26"),
    ] {
        if value.contains(sign) {
            scan.add(line, code, || {
                format!("{key} has an unescaped '{sign}' in its value; write {escape}")
            })?;
        }
    }
    Ok(())
}

/// What one `key=value` means.
fn keep<'a>(
    scan: &mut Scan,
    line: u64,
    attribute: &Attribute<'a>,
    value: &'a str,
    found: &mut Column9<'a>,
) -> Result<()> {
    match attribute.key {
        "ID" if found.id.is_none() && !value.is_empty() => {
            found.id = Some(("ID", decode(value)));
        }
        "Parent" => {
            let parents = attribute.values().filter(|parent| !parent.is_empty());
            found.parents.extend(parents.map(|parent| ("ID", parent)));
        }
        "Name" => found.name = attribute.decoded(),
        "Target" if !value.is_empty() => match targets(value) {
            None => scan.add(line, "target", || {
                format!(
                    "expected Target=NAME START END or NAME START END STRAND, found {}",
                    show(value)
                )
            })?,
            Some(targets) => {
                if let Some((start, end)) = targets.into_iter().find(|(start, end)| start > end) {
                    scan.add(line, "target", || {
                        format!("expected a Target to end after its start, found {start} {end}")
                    })?;
                }
            }
        },
        "Gap" if !value.is_empty() && !is_gap(&decode(value)) => {
            scan.add(line, "gap", || {
                format!(
                    "expected letters M, I, D, F or R, each with a length, and blanks between, found \
                     {}",
                    show(value)
                )
            })?;
        }
        "Is_circular" => match value {
            "true" => found.circular = true,
            "false" | "" => {}
            _ => scan.add(line, "circular-value", || {
                format!("expected Is_circular=true or false, found {}", show(value))
            })?,
        },
        "exception" => found.trans |= is_trans(value),
        "part" => found.trans = true,
        _ => {}
    }
    Ok(())
}

fn gtf<'a>(scan: &mut Scan, line: u64, column: &'a str, ty: &str) -> Result<Column9<'a>> {
    let mut found = Column9 {
        syntax: Some(Syntax::Gtf),
        ..Column9::default()
    };
    let (mut gene, mut transcript) = (None, None);
    let mut run_on = None;
    let mut all = Attributes::with_syntax(column, Syntax::Gtf);
    while let Some(attribute) = run_on.take().or_else(|| all.next()) {
        run_on = attribute.run_on();
        if let Some(next) = &run_on {
            scan.add(line, "gtf-semicolon", || {
                format!("expected ';' before {}, found none", next.key)
            })?;
        }
        let raw = attribute.segment.trim_matches(' ');
        let raw = raw[attribute.key.len()..].trim_start_matches(' ');
        // The last of several that run on has the quote that closes the stretch.
        if run_on.is_none() && raw.starts_with('"') != (raw.ends_with('"') && raw.len() > 1) {
            scan.add(line, "gtf-quote", || {
                let key = attribute.key;
                format!(
                    "{key} has one quote around its value, not two: {}",
                    show(raw)
                )
            })?;
        }
        if let Some(swallowed) = attribute.value.and_then(in_quotes) {
            scan.add(line, "gtf-quote", || {
                let key = attribute.key;
                format!("{key} has no quote at its end: {swallowed} is within its quotes")
            })?;
        }
        let is_repeated = match attribute.key {
            "gene_id" => gene.is_some(),
            "transcript_id" => transcript.is_some(),
            _ => false,
        };
        if is_repeated {
            scan.add(line, "gtf-repeated", || {
                format!(
                    "{} comes twice; programs take one or the other",
                    attribute.key
                )
            })?;
        }
        match attribute.key {
            "gene_id" => gene = Some(attribute),
            "transcript_id" => transcript = Some(attribute),
            "exception" => found.trans |= attribute.value.is_some_and(is_trans),
            "part" => found.trans = true,
            _ => {}
        }
    }
    let level = Level::of(ty);
    if gene.is_none() {
        scan.add(line, "gtf-gene-id", || {
            String::from("expected gene_id among the attributes, found none")
        })?;
    }
    if transcript.is_none() && level != Level::Gene {
        scan.add(line, "gtf-transcript-id", || {
            format!("expected transcript_id among the attributes of {ty}, found none")
        })?;
    }
    // A comment may follow the last attribute.
    if !column.trim_end_matches(' ').ends_with(';') && !column.contains('#') {
        scan.add(line, "gtf-semicolon", || {
            String::from("expected ';' after the last attribute, found the end of the line")
        })?;
    }
    let gene = gene.and_then(|a| a.decoded()).map(|id| ("gene_id", id));
    let transcript = transcript
        .and_then(|a| a.decoded())
        .map(|id| ("transcript_id", id));
    match level {
        Level::Gene => found.id = gene,
        Level::Transcript => {
            found.id = transcript;
            found.parents.extend(gene);
        }
        Level::Part => found.parents.extend(transcript),
    }
    Ok(found)
}

/// Returns the key of an attribute that a value has in it, because a quote is missing: `g; transcript_id "t`.
fn in_quotes(value: &str) -> Option<&str> {
    let quote = value.find('"').filter(|_| value.contains(';'))?;
    let before = value[..quote].strip_suffix(' ')?;
    let (_, key) = before.rsplit_once(';')?;
    let key = key.trim_matches(' ');
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!key.is_empty() && key.chars().all(is_word)).then_some(key)
}

/// `exception=trans-splicing`, as NCBI and Ensembl write it.
fn is_trans(value: &str) -> bool {
    value.contains("trans-splicing") || value.contains("trans_splicing")
}

/// `target_id start end [strand]`, with one blank or more between.
fn targets(value: &str) -> Option<Vec<(i64, i64)>> {
    // One line may carry several alignments.
    let target = |target: &str| {
        let mut words = target.split(' ').filter(|word| !word.is_empty());
        words.next()?;
        let start = words.next()?.parse().ok()?;
        let end = words.next()?.parse().ok()?;
        let is_strand = matches!(words.next(), None | Some("+" | "-"));
        (is_strand && words.next().is_none()).then_some((start, end))
    };
    value.split(',').map(target).collect()
}

/// `M8 D3 M6`: operations, each with its length.
fn is_gap(value: &str) -> bool {
    let mut words = value.split(' ').filter(|word| !word.is_empty());
    words.all(|word| match word.as_bytes() {
        [b'M' | b'I' | b'D' | b'F' | b'R', length @ ..] => {
            !length.is_empty() && length.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    })
}
