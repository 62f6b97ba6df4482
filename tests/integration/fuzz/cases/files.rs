//! Annotation files: made by a grammar of everything odd that real files have, or real files changed.

use std::{fs, path::Path, sync::OnceLock};

use super::{
    numbers::Numbers,
    words::{BYTES, FASTA, OTHER_LINES, SEQIDS, SMALL, TYPES, key, word},
};

/// Makes a file.
pub fn file(n: &mut Numbers) -> Vec<u8> {
    let mut bytes = match n.below(12) {
        0..3 => stretch(n),
        3 => n.pick(&SMALL).as_bytes().to_vec(),
        _ => made(n),
    };
    if n.one_in(4) {
        for _ in 0..=n.below(3) {
            change(n, &mut bytes);
        }
    }
    if n.one_in(150) {
        pad(n, &mut bytes);
    }
    bytes
}

/// Returns some lines of a real file.
fn stretch(n: &mut Numbers) -> Vec<u8> {
    let files = real_files();
    if files.is_empty() {
        return n.pick(&SMALL).as_bytes().to_vec();
    }
    let lines: Vec<&[u8]> = n.any(files).split_inclusive(|&b| b == b'\n').collect();
    let first = match n.one_in(2) {
        true => 0,
        false => n.below(lines.len().max(1)),
    };
    let last = (first + 1 + n.below(24)).min(lines.len());
    lines[first..last].concat()
}

/// The files of `../shared/data`, where that is there, and those that the project has.
fn real_files() -> &'static [Vec<u8>] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        // This is compiled as a part of the project and of the crate in its directory `fuzz`.
        let root = match root.ends_with("fuzz") {
            true => root.join(".."),
            false => root.to_path_buf(),
        };
        let mut paths = Vec::new();
        for directory in ["../shared/data", "tests/data", "fuzz/corpus/load"] {
            walk(&root.join(directory), &mut paths);
        }
        paths.sort();
        let file = |path: &std::path::PathBuf| {
            let bytes = fs::read(path).ok()?;
            match path.to_string_lossy().contains("corpus") {
                // The first byte of these chooses options.
                true => bytes.get(1..).map(<[u8]>::to_vec),
                false => Some(bytes),
            }
        };
        paths.iter().filter_map(file).collect()
    })
}

fn walk(directory: &Path, paths: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let is_small = || fs::metadata(&path).is_ok_and(|m| m.len() < 700_000);
        if path.is_dir() {
            walk(&path, paths);
        } else if matches!(ending, None | Some("gff" | "gff3" | "gtf" | "gff2")) && is_small() {
            paths.push(path);
        }
    }
}

/// Changes bytes once: one, a stretch, or everything behind a place.
fn change(n: &mut Numbers, bytes: &mut Vec<u8>) {
    let at = n.below(bytes.len() + 1);
    let end = at + n.below(bytes.len() - at + 1).min(24);
    let byte = n.pick(BYTES);
    match n.below(8) {
        0 | 1 => bytes.insert(at, byte),
        2 | 3 if at < bytes.len() => bytes[at] = byte,
        4 if at < bytes.len() => bytes[at] ^= 1 << n.below(8),
        5 => drop(bytes.drain(at..end)),
        6 => {
            let stretch = bytes[at..end].to_vec();
            let place = n.below(bytes.len() + 1);
            drop(bytes.splice(place..place, stretch));
        }
        _ => {
            let other = n.pick(&SMALL).as_bytes();
            bytes.truncate(at);
            bytes.extend_from_slice(&other[n.below(other.len())..]);
        }
    }
}

/// Puts a long comment before some line, so that a border of the loader's blocks comes near others.
fn pad(n: &mut Numbers, bytes: &mut Vec<u8>) {
    let starts: Vec<usize> = (0..bytes.len())
        .filter(|&at| at == 0 || bytes[at - 1] == b'\n')
        .collect();
    if starts.is_empty() {
        return;
    }
    let at = n.pick(&starts);
    let len = (gffdb::input::BLOCK_SIZE + 8).saturating_sub(at + n.below(400));
    let mut comment = vec![b'x'; len];
    comment[0] = b'#';
    *comment.last_mut().expect("it is long") = b'\n';
    bytes.splice(at..at, comment);
}

/// How the ninth columns of a file are written.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Dialect {
    Gff3,
    Gtf,
    Gff2,
    /// Lines of all of these, and genes and transcripts whose ninth column is their name.
    Mixed,
}

/// Makes a file by the grammar.
fn made(n: &mut Numbers) -> Vec<u8> {
    let dialect = match n.below(10) {
        0..4 => Dialect::Gff3,
        4..7 => Dialect::Gtf,
        7 => Dialect::Gff2,
        _ => Dialect::Mixed,
    };
    let mut lines = match n.one_in(3) {
        true => (0..1 + n.below(12)).map(|_| record(n, dialect)).collect(),
        false => models(n, dialect),
    };
    if n.one_in(3) {
        n.shuffle(&mut lines);
    }
    if n.one_in(4) && !lines.is_empty() {
        let again = n.any(&lines).clone();
        lines.push(again);
    }
    if n.one_in(5) {
        lines.insert(
            0,
            String::from("sq0\t.\tregion\t1\t1300\t.\t.\t.\tID=sq0;Is_circular=true"),
        );
        lines.push(String::from("sq0\t.\tgene\t1290\t30\t.\t+\t.\tID=over"));
        lines.push(String::from("sq0\t.\tgene\t1250\t1310\t.\t+\t.\tID=beyond"));
    }
    for _ in 0..n.below(4) {
        let at = n.below(lines.len() + 1);
        lines.insert(at, String::from(n.pick(&OTHER_LINES)));
    }
    let end = n.pick(&["\n", "\n", "\n", "\r\n"]);
    let odd = n.one_in(8);
    let mut text = String::new();
    if n.one_in(20) {
        text.push('\u{feff}');
    }
    for (index, line) in lines.iter().enumerate() {
        text.push_str(line);
        let end = match odd && n.one_in(3) {
            true => n.pick(&["\n", "\r\n", "\r\r\n"]),
            false => end,
        };
        if index + 1 < lines.len() || !n.one_in(6) {
            text.push_str(end);
        }
    }
    if n.one_in(6) {
        text.push_str(n.pick(&FASTA));
    }
    let mut bytes = text.into_bytes();
    if n.one_in(15) && !bytes.is_empty() {
        let at = n.below(bytes.len());
        bytes.insert(at, 0x80 + n.below(128) as u8);
    }
    bytes
}

/// Genes with their transcripts and their parts.
fn models(n: &mut Numbers, dialect: Dialect) -> Vec<String> {
    let mut lines = Vec::new();
    let few_keys: Vec<String> = (0..3).map(|_| key(n)).collect();
    for gene in 0..1 + n.below(3) {
        let seqid = n.pick(&["sq0", "sq0", "sq1", "sq%200"]);
        let strand = n.pick(&["+", "+", "-", ".", "?"]);
        let start = 1 + n.below(1_500);
        let transcripts = n.below(3);
        // Sometimes a gene or a transcript has no line, or the name of another.
        let gene_id = format!("g{}", if n.one_in(8) { 0 } else { gene });
        let columns = |ty: &str, start: usize, len: usize| {
            format!(
                "{seqid}\tmade\t{ty}\t{start}\t{}\t.\t{strand}\t.\t",
                start + len
            )
        };
        if !n.one_in(4) {
            let long = n.pick(&[900, 900, 40_000, 2_000_000]);
            let line = columns(n.pick(&["gene", "gene", "pseudogene"]), start, long);
            let ninth = ninth_of(n, dialect, Some(("gene", &gene_id)), &[], &few_keys);
            lines.push(line + &ninth);
        }
        for number in 0..transcripts {
            let name = match n.below(10) {
                0 => gene_id.clone(),
                1 => String::from("t,1"),
                _ => format!("{gene_id}.t{number}"),
            };
            if !n.one_in(4) {
                let line = columns(n.pick(&["mRNA", "transcript", "ncRNA"]), start, 800);
                let own = Some(("transcript", name.as_str()));
                lines.push(line + &ninth_of(n, dialect, own, &[&gene_id], &few_keys));
            }
            for part in 0..n.below(4) {
                let ty = n.pick(&["exon", "CDS", "exon", "five_prime_UTR", "stop_codon"]);
                let line = columns(ty, start + part * 100, 50);
                let other = format!("{gene_id}.t{}", number + 1);
                let parents = match n.one_in(5) {
                    true => vec![name.as_str(), other.as_str()],
                    false => vec![name.as_str()],
                };
                let own = format!("c{gene}");
                let own = n.one_in(3).then_some(("part", own.as_str()));
                let mut named = parents.clone();
                named.push(&gene_id);
                lines.push(line + &ninth_of(n, dialect, own, &named, &few_keys));
            }
        }
    }
    lines
}

/// The ninth column of a record that has a level and a name, and that belongs to others.
fn ninth_of(
    n: &mut Numbers,
    dialect: Dialect,
    own: Option<(&str, &str)>,
    above: &[&str],
    keys: &[String],
) -> String {
    let dialect = match dialect {
        Dialect::Mixed => n.pick(&[Dialect::Gff3, Dialect::Gtf, Dialect::Mixed]),
        dialect => dialect,
    };
    let level = own.map_or("part", |(level, _)| level);
    let name = own.map(|(_, name)| name);
    let mut all = Vec::new();
    match dialect {
        Dialect::Mixed if level != "part" => {
            return name.unwrap_or_default().to_owned() + n.pick(&["", "", ";", " "]);
        }
        Dialect::Gff3 => {
            let escaped = |text: &str, n: &mut Numbers| match n.one_in(12) {
                true => text.replace('g', "%67"),
                false => text.replace(',', "%2C"),
            };
            if let Some(name) = name {
                all.push(format!("ID={}", escaped(name, n)));
            }
            let parents = match level {
                "part" => &above[..above.len().saturating_sub(1)],
                _ => above,
            };
            if !parents.is_empty() {
                let parents: Vec<_> = parents.iter().map(|p| escaped(p, n)).collect();
                all.push(format!("Parent={}", parents.join(",")));
            }
        }
        _ => {
            let (gene, transcript) = match (level, above) {
                ("gene", _) => (name, None),
                ("transcript", _) => (above.first().copied(), name),
                (_, [transcript, .., gene]) => (Some(*gene), Some(*transcript)),
                _ => (None, None),
            };
            let missing = n.below(12);
            for (key, value) in [("gene_id", gene), ("transcript_id", transcript)] {
                match (value, missing) {
                    (None, _) => {}
                    (Some(_), 0) => all.push(format!("{key} \"\"")),
                    (Some(_), 1) if key == "gene_id" => {}
                    (Some(value), _) => all.push(format!("{key} \"{value}\"")),
                }
            }
        }
    }
    for key in keys {
        if n.one_in(2) {
            all.push(attribute(n, dialect == Dialect::Gff3, Some(key.clone())));
        }
    }
    if n.one_in(4) {
        n.shuffle(&mut all);
    }
    let gff3 = dialect == Dialect::Gff3;
    let between = n.pick(match gff3 {
        true => &[";", ";", ";", "; "],
        false => &["; ", "; ", ";", " "],
    });
    let end = n.pick(match gff3 {
        true => &["", "", ";"],
        false => &[";", ";", ""],
    });
    all.join(between) + end
}

fn attribute(n: &mut Numbers, gff3: bool, key: Option<String>) -> String {
    let key = key.unwrap_or_else(|| self::key(n));
    let value = word(n);
    let gff3 = gff3 != n.one_in(25);
    match (gff3, n.one_in(12)) {
        (true, false) => format!("{key}={value}"),
        (false, false) => format!("{key} \"{value}\""),
        (true, true) => {
            let before = n.pick(&["", " ", "  "]);
            let equals = n.pick(&["= ", " =", "", "==", "="]);
            format!("{before}{key}{equals}{value}")
        }
        (false, true) => {
            let open = n.pick(&[" ", "  \"", "\"", " 7 \"", " \""]);
            let close = n.pick(&["\"", "\" ", "", "\" 1 2"]);
            format!("{key}{open}{value}{close}")
        }
    }
}

/// Any ninth column.
fn ninth(n: &mut Numbers, gff3: bool) -> String {
    match n.below(14) {
        0 => return String::from("."),
        1 => return word(n),
        _ => {}
    }
    let most = if n.one_in(12) { 40 } else { 6 };
    let mut all: Vec<String> = (0..n.below(most))
        .map(|_| attribute(n, gff3, None))
        .collect();
    if n.one_in(3) {
        all.push(format!("Parent={},{}", word(n), word(n)));
    }
    n.shuffle(&mut all);
    let between = n.pick(&[";", ";", "; ", " ; ", ";;"]);
    let end = n.pick(&["", "", ";", "; ", ";;", " "]);
    all.join(between) + end
}

/// A whole number, nearly always; `most` is the largest usual one.
pub fn number(n: &mut Numbers, most: usize) -> String {
    const ODD: [&str; 22] = [
        "0",
        "007",
        "+8",
        " 8",
        "8 ",
        ".",
        ".",
        "",
        "-1",
        "1e3",
        "8.0",
        "x",
        "1024",
        "32768",
        "1048576",
        "33554432",
        "536870913",
        "2147483648",
        "4294967297",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
    ];
    match n.one_in(16) {
        true => String::from(n.pick(&ODD)),
        false => (1 + n.below(most)).to_string(),
    }
}

fn score(n: &mut Numbers) -> &'static str {
    const SCORES: [&str; 28] = [
        ".",
        ".",
        ".",
        ".",
        ".",
        ".",
        "0",
        "-0",
        "0.0",
        "0.90",
        "0.9",
        "545",
        "1e5",
        "1E5",
        "1.3e-05",
        "1e+05",
        "+3",
        ".5",
        "5.",
        " 7",
        "nan",
        "inf",
        "1e999",
        "x",
        "",
        "0.1000000000000000055511151231257827",
        "123456789012345678901234567890",
        "-1.50e+300",
    ];
    n.pick(&SCORES)
}

/// Any record line, or nearly one.
fn record(n: &mut Numbers, dialect: Dialect) -> String {
    let gff3 = match dialect {
        Dialect::Gff3 => true,
        Dialect::Gtf | Dialect::Gff2 => false,
        Dialect::Mixed => n.one_in(2),
    };
    let text = |n: &mut Numbers, usual: &[&str]| match n.one_in(15) {
        true => word(n),
        false => String::from(n.pick(usual)),
    };
    let (seqid, source) = (text(n, &SEQIDS), text(n, &["made", ".", "a b", ""]));
    let ty = text(n, &TYPES);
    let start = number(n, 2_000);
    let end = match start.parse::<i64>() {
        Ok(start) if !n.one_in(20) => {
            let len = n.pick(&[0, 1, 50, 1_023, 1_024, 32_768, 1_048_577, 40_000_000]);
            start.saturating_add(len).to_string()
        }
        _ => number(n, 4_000),
    };
    let strand = n.pick(&["+", "+", "-", ".", "?", " +", "*", ""]);
    let phase = n.pick(&[".", ".", "0", "1", "2", " 0", "3", "-", ""]);
    let ninth = ninth(n, gff3);
    let columns = [
        &seqid,
        &source,
        &ty,
        &start,
        &end,
        score(n),
        strand,
        phase,
        &ninth,
    ];
    columns.join("\t")
}
