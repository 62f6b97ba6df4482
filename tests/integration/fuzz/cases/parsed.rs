//! A file read slowly: what each of its lines must become. Nothing here is shared with the loader but
//! the tokens of column 9 ([`gffdb::gff`]), which have properties of their own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use gffdb::class::Class;
use gffdb::gff::{Attribute, Attributes, Syntax, decode, find};

/// What a file says.
#[derive(Debug, Default)]
pub struct Parsed {
    pub records: Vec<Record>,
    /// Numbers of lines that are no records.
    pub bad: Vec<u64>,
    pub lines: u64,
    pub sequences: BTreeMap<String, Sequence>,
    /// Parents that are not above their children: which namespace, and the name.
    pub wanted: HashSet<(Space, String)>,
}

/// What an identifier names.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Space {
    Id,
    Gene,
    Transcript,
}

/// What is known of a sequence.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sequence {
    pub length: Option<i64>,
    pub circular: bool,
    /// Where the length is from: 0 nowhere, 1 a feature, 2 one with its name, 3 a directive, 4 the sequence
    /// itself, 5 the last base of a record, where a feature said less.
    pub known_by: u8,
    /// The last base of a record.
    extent: i64,
}

/// A record line.
#[derive(Clone, Debug)]
pub struct Record {
    /// The line's number.
    pub line: u64,
    /// The line's bytes, without its end.
    pub raw: Vec<u8>,
    pub end: &'static str,
    pub seqid: Option<String>,
    pub source: Option<String>,
    pub ty: Option<String>,
    pub start: Option<i64>,
    pub stop: Option<i64>,
    pub score: Option<f64>,
    pub strand: Option<String>,
    pub phase: Option<i64>,
    /// Column 9 as text.
    pub ninth: String,
    pub id: Option<String>,
    pub parent: Option<String>,
    /// Whether a comma parts single parents, of which some may be empty.
    pub several: bool,
    /// The single parents, where there are several.
    pub parents: Vec<String>,
    /// Whether column 9 is nothing but a name.
    pub bare: bool,
}

/// Reads a file.
pub fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut seen: HashSet<(Space, String, String)> = HashSet::new();
    let mut in_fasta = false;
    let mut base_of = String::new();
    let mut bases: HashMap<String, i64> = HashMap::new();
    let mut rest = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // A lone mark is no line.
    while !rest.is_empty() {
        let at = rest.iter().position(|&b| b == b'\n');
        let (line, after) = at.map_or((rest, &rest[..0]), |at| (&rest[..at], &rest[at + 1..]));
        let (line, end) = match (at, line.strip_suffix(b"\r")) {
            (None, _) => (line, ""),
            (Some(_), Some(line)) => (line, "\r\n"),
            (Some(_), None) => (line, "\n"),
        };
        rest = after;
        parsed.lines += 1;
        let text = match std::str::from_utf8(line) {
            Ok(text) => text.to_owned(),
            Err(_) => line.iter().map(|&b| char::from(b)).collect(),
        };
        in_fasta |= text == "##FASTA" || text.starts_with('>');
        if in_fasta && is_record_in_fasta(&text) {
            in_fasta = false;
            base_of.clear();
        }
        if in_fasta {
            if let Some(header) = text.strip_prefix('>') {
                let name = header.split_ascii_whitespace().next().unwrap_or_default();
                base_of = name.to_owned();
                // The same name again begins anew; the longest counts.
                bases.insert(base_of.clone(), 0);
            } else if !text.starts_with('#') {
                let count = text.bytes().filter(|b| !b.is_ascii_whitespace()).count() as i64;
                let of = bases.entry(base_of.clone()).or_default();
                *of += count;
                let so_far = *of;
                if !base_of.is_empty() && so_far > 0 {
                    parsed.length(&base_of, so_far, 4);
                }
            }
            continue;
        }
        if text.starts_with('#') {
            parsed.directive(&text);
            continue;
        }
        if text.bytes().all(|b| b == b' ' || b == b'\t') {
            continue;
        }
        match record(&text, line, end, parsed.lines) {
            None => parsed.bad.push(parsed.lines),
            Some(record) => {
                parsed.facts(&record, &text);
                parsed.note_parents(&record, &text, &mut seen);
                parsed.records.push(record);
            }
        }
    }
    for sequence in parsed.sequences.values_mut() {
        let is_part =
            [1, 2].contains(&sequence.known_by) && sequence.length < Some(sequence.extent);
        if is_part && !sequence.circular {
            (sequence.length, sequence.known_by) = (Some(sequence.extent), 5);
        }
    }
    parsed
}

/// Tells whether a line that stands among sequence is a record.
fn is_record_in_fasta(text: &str) -> bool {
    let columns: Vec<&str> = text.split('\t').collect();
    let number = |at: usize| match columns[at].trim_matches(' ') {
        "." => true,
        text => text.parse::<i64>().is_ok(),
    };
    !text.starts_with('>') && !text.starts_with('#') && columns.len() >= 8 && number(3) && number(4)
}

impl Parsed {
    fn length(&mut self, seqid: &str, length: i64, known_by: u8) {
        let known = self.sequences.entry(seqid.to_owned()).or_default();
        let new = (known_by, Some(length));
        if new > (known.known_by, known.length) {
            (known.known_by, known.length) = new;
        }
    }

    fn directive(&mut self, text: &str) {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        if let ["##sequence-region", seqid, start, end, ..] = words[..]
            && let (Ok(_), Ok(end)) = (start.parse::<i64>(), end.parse::<i64>())
        {
            let seqid = percent_decoded(seqid);
            self.sequences.entry(seqid.clone()).or_default();
            if end > 0 {
                self.length(&seqid, end, 3);
            }
        }
    }

    /// What a record says of its sequence.
    fn facts(&mut self, record: &Record, text: &str) {
        let Some(seqid) = &record.seqid else { return };
        let sequence = self.sequences.entry(seqid.clone()).or_default();
        let last = record.start.max(record.stop).unwrap_or_default();
        sequence.extent = sequence.extent.max(last);
        let (Some(1), Some(end)) = (record.start, record.stop) else {
            return;
        };
        let circular = record.ninth.contains("Is_circular=true");
        let ty = text.split('\t').nth(2).unwrap_or_default();
        let whole = [
            "chromosome",
            "region",
            "contig",
            "supercontig",
            "scaffold",
            "plasmid",
        ];
        let named = ["ID", "Name", "Alias"].iter().any(|key| {
            let mut values = find(&record.ninth, key).flat_map(|attribute| attribute.values());
            values.any(|value| value == seqid.as_str())
        });
        if named {
            self.length(seqid, end, 2);
        } else if circular || whole.contains(&ty) {
            self.length(seqid, end, 1);
        }
        if circular {
            self.sequences.entry(seqid.clone()).or_default().circular = true;
        }
    }

    fn note_parents(
        &mut self,
        record: &Record,
        text: &str,
        seen: &mut HashSet<(Space, String, String)>,
    ) {
        let seqid = text.split('\t').next().unwrap_or_default();
        let ty = text.split('\t').nth(2).unwrap_or_default();
        let (id, parent) = identity(&record.ninth, ty);
        if let (Some(id), Some(name)) = (id, &record.id) {
            seen.insert((space(id.key), name.clone(), seqid.to_owned()));
        }
        let Some(parent) = parent else { return };
        let names = match record.several {
            false => record.parent.iter().cloned().collect(),
            true => record.parents.clone(),
        };
        for name in names {
            let space = space(parent.key);
            if !seen.contains(&(space, name.clone(), seqid.to_owned())) {
                self.wanted.insert((space, name));
            }
        }
    }
}

fn space(key: &str) -> Space {
    match key {
        "gene_id" => Space::Gene,
        "transcript_id" => Space::Transcript,
        _ => Space::Id,
    }
}

fn record(text: &str, raw: &[u8], end: &'static str, line: u64) -> Option<Record> {
    let columns: Vec<&str> = text.split('\t').collect();
    // GFF2 may lack the ninth, and some programs write more.
    let [seqid, source, ty, start, stop, score, strand, phase, ..] = columns[..] else {
        return None;
    };
    let ninth = columns.get(8).copied().unwrap_or(".");
    let position = |raw: &str| match raw.trim_matches(' ') {
        "." => Some(None),
        text => text.parse::<i64>().ok().map(Some),
    };
    let (start, stop) = (position(start)?, position(stop)?);
    let value = |raw: &str| (raw != ".").then(|| percent_decoded(raw));
    let seqid = value(seqid);
    let (id, parent) = identity(ninth, ty);
    let gtf = ninth != "." && Syntax::of(ninth) == Syntax::Gtf;
    let several = |parent: &Attribute| !gtf && parent.value.is_some_and(|v| v.contains(','));
    let several = parent.as_ref().is_some_and(several);
    // A key that comes several times has all its values.
    let repeated = is_repeated(ninth, "Parent");
    let parents = match parent {
        Some(_) if repeated => find(ninth, "Parent")
            .flat_map(|parent| parent.values())
            .filter(|value| !value.is_empty())
            .map(|value| value.into_owned())
            .collect(),
        Some(parent) if several => {
            let all = parent.values().filter(|value| !value.is_empty());
            all.map(|value| value.into_owned()).collect()
        }
        _ => Vec::new(),
    };
    let words = ['n', 'N', 'i', 'I'];
    Some(Record {
        line,
        raw: raw.to_vec(),
        end,
        seqid,
        source: value(source),
        ty: value(ty),
        start,
        stop,
        score: Some(score.trim_matches(' '))
            .filter(|score| !score.contains(words))
            .and_then(|score| score.parse().ok())
            .filter(|score: &f64| score.is_finite()),
        strand: Some(strand.trim_matches(' ').to_owned()).filter(|strand| strand != "."),
        phase: phase
            .trim_matches(' ')
            .parse()
            .ok()
            .filter(|phase| (0..3).contains(phase)),
        id: id.and_then(|id| id.decoded()).map(|id| id.into_owned()),
        parent: match repeated {
            true => whole(ninth, "Parent"),
            false => parent.and_then(|p| p.decoded()).map(|p| p.into_owned()),
        },
        several: several || repeated,
        parents,
        bare: id.is_none()
            && parent.is_none()
            && !matches!(ninth, "" | ".")
            && !ninth.trim_end().contains(['=', '"', ' '])
            && level(&decode(ty)) != Level::Part,
        ninth: ninth.to_owned(),
    })
}

/// Returns the attributes that name a record and what it is part of.
fn identity<'a>(ninth: &'a str, ty: &str) -> (Option<Attribute<'a>>, Option<Attribute<'a>>) {
    if ninth == "." {
        return (None, None);
    }
    let first = |key: &str| first(ninth, key);
    let (id, parent) = (first("ID"), first("Parent"));
    if Syntax::of(ninth) == Syntax::Gff3 && (id.is_some() || parent.is_some()) {
        return (id, parent);
    }
    let (gene, transcript) = (first("gene_id"), first("transcript_id"));
    let (of_id, of_parent) = match level(&decode(ty)) {
        Level::Gene => (gene, None),
        Level::Transcript => (transcript, gene),
        Level::Part => (None, transcript.or(gene)),
    };
    (id.or(of_id), parent.or(of_parent))
}

/// Returns the first attribute of a key, spelled as it is, that has a value.
pub fn first<'a>(ninth: &'a str, key: &str) -> Option<Attribute<'a>> {
    find(ninth, key).find(|a| a.key == key && a.value.is_some_and(|value| !value.is_empty()))
}

/// Tells whether a key, spelled as it is, comes several times with a value.
fn is_repeated(ninth: &str, key: &str) -> bool {
    let all = find(ninth, key).filter(|a| a.key == key);
    ninth != "."
        && all
            .filter(|a| a.value.is_some_and(|v| !v.is_empty()))
            .count()
            > 1
}

/// Returns what the column of a key holds: its value, or all of them with commas between.
pub fn whole(ninth: &str, key: &str) -> Option<String> {
    if !is_repeated(ninth, key) {
        return Some(first(ninth, key)?.decoded()?.into_owned());
    }
    let all: Vec<_> = find(ninth, key).filter_map(|a| a.decoded()).collect();
    Some(all.join(","))
}

/// Returns every attribute of a column, also those that no semicolon parts: key and value, as they
/// mean it, sorted. One that has neither is none.
pub fn attributes(ninth: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if ninth == "." {
        return all;
    }
    // What follows another without a semicolon is found by its key alone.
    let words = ninth.split([' ', ';', '"', '=']);
    let keys: BTreeSet<&str> = Attributes::new(ninth).map(|a| a.key).chain(words).collect();
    for key in keys {
        for attribute in find(ninth, key).filter(|found| found.key == key) {
            let value = attribute.decoded().unwrap_or_default();
            if !(key.is_empty() && value.is_empty()) {
                all.push((key.to_owned(), value.into_owned()));
            }
        }
    }
    all.sort();
    all
}

/// The levels of GTF.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    Gene,
    Transcript,
    Part,
}

/// Returns the level of a type.
pub fn level(ty: &str) -> Level {
    let is = |end: &str| ty.ends_with(end);
    match Class::of_type(ty) {
        Some(Class::Gene) => Level::Gene,
        Some(Class::Transcript) => Level::Transcript,
        None if is("_gene") => Level::Gene,
        None if is("RNA") || is("_transcript") => Level::Transcript,
        _ => Level::Part,
    }
}

/// Decodes `%XX`, unless what comes of it is no text.
pub fn percent_decoded(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let code = code.filter(|code| code.iter().all(u8::is_ascii_hexdigit));
        match code.and_then(|code| std::str::from_utf8(code).ok()) {
            Some(code) => {
                out.push(u8::from_str_radix(code, 16).expect("two digits"));
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| raw.to_owned())
}
