//! A slow and simple reader of the demo's files, which shares no code with what writes them.

use std::{collections::HashMap, fs, path::Path};

/// One feature line; coordinates as in the file.
#[derive(Clone, Debug)]
pub struct Line {
    pub seqid: String,
    pub kind: String,
    pub start: usize,
    pub end: usize,
    pub strand: String,
    pub phase: String,
    pub attributes: String,
}

impl Line {
    /// Returns the values of a GFF3 key, as spelled.
    pub fn values(&self, key: &str) -> Vec<&str> {
        let pairs = self.attributes.split(';');
        let pair = pairs.filter_map(|pair| pair.split_once('='));
        let value = pair.filter(|(k, _)| *k == key).map(|(_, value)| value);
        value.flat_map(|value| value.split(',')).collect()
    }

    /// Returns the first value of a GTF key.
    pub fn quoted(&self, key: &str) -> &str {
        let (_, rest) = self.attributes.split_once(&format!("{key} \"")).unwrap();
        rest.split_once('"').unwrap().0
    }
}

/// Reads the feature lines of a GFF3 or GTF file.
pub fn lines(path: &Path) -> Vec<Line> {
    let text = fs::read_to_string(path).unwrap();
    let records = text.lines().filter(|line| !line.starts_with('#'));
    records
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 9, "{line}");
            Line {
                seqid: columns[0].into(),
                kind: columns[2].into(),
                start: columns[3].parse().unwrap(),
                end: columns[4].parse().unwrap(),
                strand: columns[6].into(),
                phase: columns[7].into(),
                attributes: columns[8].into(),
            }
        })
        .collect()
}

/// Reads the sequences of a FASTA file.
pub fn fasta(path: &Path) -> HashMap<String, String> {
    let text = fs::read_to_string(path).unwrap();
    let records = text.split('>').skip(1);
    records
        .map(|record| {
            let (header, bases) = record.split_once('\n').unwrap();
            let name = header.split(' ').next().unwrap();
            (name.into(), bases.replace('\n', ""))
        })
        .collect()
}

/// Returns the bases of a line on its strand; a circular sequence goes on at its origin.
pub fn bases(line: &Line, genome: &HashMap<String, String>) -> String {
    let sequence = &genome[&line.seqid];
    let around = format!("{sequence}{sequence}");
    let forward = &around[line.start - 1..line.end];
    match line.strand.as_str() {
        "-" => reverse_complement(forward),
        _ => forward.into(),
    }
}

pub fn reverse_complement(bases: &str) -> String {
    let pair = |base| "TGCA".chars().nth("ACGT".find(base).unwrap()).unwrap();
    bases.chars().rev().map(pair).collect()
}

/// Groups lines of one type by the values of `Parent`, in the direction of transcription.
pub fn by_parent(lines: &[Line], kind: &str) -> HashMap<String, Vec<Line>> {
    let mut groups: HashMap<String, Vec<Line>> = HashMap::new();
    for line in lines.iter().filter(|line| line.kind == kind) {
        for parent in line.values("Parent") {
            groups.entry(parent.into()).or_default().push(line.clone());
        }
    }
    for group in groups.values_mut() {
        in_direction(group);
    }
    groups
}

/// Sorts lines of one transcript into the direction of transcription.
pub fn in_direction(lines: &mut [Line]) {
    lines.sort_by_key(|line| line.start);
    if lines[0].strand == "-" {
        lines.reverse();
    }
}

/// Joins the bases of lines.
pub fn splice(lines: &[Line], genome: &HashMap<String, String>) -> String {
    lines.iter().map(|line| bases(line, genome)).collect()
}

/// Translates whole codons; the table is in NCBI's order, T C A G.
pub fn translate(bases: &str) -> String {
    let table = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
    let codons = bases.as_bytes().chunks_exact(3);
    let digit = |base: u8| "TCAG".find(char::from(base)).unwrap();
    let acid = |codon: &[u8]| table[16 * digit(codon[0]) + 4 * digit(codon[1]) + digit(codon[2])];
    codons.map(|codon| char::from(acid(codon))).collect()
}

/// One line of a VCF.
pub struct Variant {
    pub seqid: String,
    pub position: usize,
    pub reference: String,
    pub alternate: String,
    pub effect: String,
    pub transcript: Option<String>,
}

/// Reads the records of a VCF file.
pub fn variants(path: &Path) -> Vec<Variant> {
    let text = fs::read_to_string(path).unwrap();
    let records = text.lines().filter(|line| !line.starts_with('#'));
    records
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 8, "{line}");
            let info = |key: &str| {
                let mut pairs = columns[7].split(';');
                pairs.find_map(|pair| pair.strip_prefix(key).map(String::from))
            };
            Variant {
                seqid: columns[0].into(),
                position: columns[1].parse().unwrap(),
                reference: columns[3].into(),
                alternate: columns[4].into(),
                effect: info("EX=").unwrap(),
                transcript: info("TX="),
            }
        })
        .collect()
}
