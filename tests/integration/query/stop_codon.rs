//! `--stop-codon`: the CDS with and without its stop codon, in GFF3 that has them in and GTF that has
//! them out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{data, workdir::Workdir};

/// Loads a file, and returns the type, start, end, phase and Parent of its CDS and stop_codon records.
fn coding(name: &str, text: &str, place: &str, more: &[&str]) -> String {
    let dir = Workdir::new();
    dir.file(name, text);
    dir.gffdb(["convert", name, "-o", "a.sqlite", "-q"])
        .stdout();
    let columns = [
        "--columns",
        "type,start,end,phase,Parent",
        "--format",
        "csv",
    ];
    let args = ["query", "a.sqlite", "--stop-codon", place];
    let text = dir.gffdb([&args[..], &columns, more].concat()).stdout();
    let is_coding = |line: &&str| line.starts_with("CDS") || line.starts_with("stop");
    text.lines()
        .filter(is_coding)
        .map(|line| format!("{line}\n"))
        .collect()
}

/// A transcript `t` of bases 1 to 60, and records of it: type, start, end, phase.
fn gff3(strand: char, attributes: &str, parts: &[(&str, i64, i64, &str)]) -> String {
    let mut text =
        format!("##gff-version 3\ns\t.\tmRNA\t1\t60\t.\t{strand}\t.\tID=t{attributes}\n");
    for (ty, start, end, phase) in parts {
        text.push_str(&format!(
            "s\t.\t{ty}\t{start}\t{end}\t.\t{strand}\t{phase}\tParent=t\n"
        ));
    }
    text
}

#[test]
fn a_cds_ends_before_its_stop_codon() {
    let two = &[("CDS", 1, 10, "0"), ("CDS", 21, 22, "2")][..];
    let out = "CDS,1,9,0,t\nstop_codon,10,10,0,t\nstop_codon,21,22,2,t\n";
    let same = "CDS,1,10,0,t\nCDS,21,22,2,t\n";
    for (strand, attributes, parts, expected) in [
        ('+', "", two, out),
        ('+', ";tag=cds_end_NF", two, same),
        ('+', ";tag=basic,mRNA_end_NF", two, out),
        (
            '-',
            ";tag=basic,mRNA_end_NF",
            &[("CDS", 1, 9, "0")],
            "CDS,1,9,0,t\n",
        ),
        (
            '-',
            "",
            &[("CDS", 1, 9, "0")],
            "CDS,4,9,0,t\nstop_codon,1,3,0,t\n",
        ),
        // Where the file has stop_codon records, the record says it.
        (
            '-',
            "",
            &[("stop_codon", 1, 3, "0"), ("CDS", 1, 9, "0")],
            "stop_codon,1,3,0,t\nCDS,4,9,0,t\n",
        ),
        (
            '-',
            "",
            &[("stop_codon", 1, 3, "0"), ("CDS", 4, 9, "0")],
            "stop_codon,1,3,0,t\nCDS,4,9,0,t\n",
        ),
        ('.', "", two, same),
    ] {
        let text = gff3(strand, attributes, parts);
        assert_eq!(coding("a.gff3", &text, "out", &[]), expected, "{text}");
        let text = text + "s\t.\tstop_codon\t101\t103\t.\t+\t0\tParent=other\n";
        // A transcript without a stop codon has none, where others have one.
        let kept = coding("a.gff3", &text, "keep", &[]);
        let found = coding("a.gff3", &text, "out", &[]);
        match parts.iter().any(|part| part.0 == "stop_codon") {
            true => assert_eq!(found, format!("{expected}stop_codon,101,103,0,other\n")),
            false => assert_eq!(found, kept),
        }
    }
}

#[test]
fn a_cds_takes_its_stop_codon_in() {
    for (strand, parts, expected) in [
        (
            '+',
            &[
                ("CDS", 1, 9, "0"),
                ("stop_codon", 10, 10, "0"),
                ("stop_codon", 21, 22, "2"),
            ][..],
            "CDS,1,10,0,t\nCDS,21,22,2,t\nstop_codon,10,10,0,t\nstop_codon,21,22,2,t\n",
        ),
        (
            '-',
            &[("CDS", 4, 9, "0"), ("stop_codon", 1, 3, "0")],
            "CDS,1,9,0,t\nstop_codon,1,3,0,t\n",
        ),
        ('+', &[("CDS", 1, 9, "0")], "CDS,1,9,0,t\n"),
    ] {
        let text = gff3(strand, "", parts);
        assert_eq!(coding("a.gff3", &text, "in", &[]), expected, "{text}");
    }
}

#[test]
fn a_record_of_two_transcripts_may_end_for_one_of_them() {
    // The CDS of t1 goes on for two bases, that of t2 for fifteen.
    let text = "##gff-version 3\n\
        s\t.\tgene\t1\t60\t.\t+\t.\tID=g\n\
        s\t.\tmRNA\t1\t60\t.\t+\t.\tID=t1;Parent=g\n\
        s\t.\tmRNA\t1\t60\t.\t+\t.\tID=t2;Parent=g\n\
        s\t.\tCDS\t1\t10\t.\t+\t0\tID=c;Parent=t1,t2\n\
        s\t.\tCDS\t21\t22\t.\t+\t2\tID=c1;Parent=t1\n\
        s\t.\tCDS\t31\t44\t.\t+\t2\tID=c2;Parent=t2\n";
    assert_eq!(
        coding("a.gff3", text, "out", &[]),
        "CDS,1,9,0,t1\nstop_codon,10,10,0,t1\nCDS,1,10,0,t2\nstop_codon,21,22,2,t1\nCDS,31,41,2,t2\nstop_codon,42,44,0,t2\n"
    );
    let dir = Workdir::new();
    dir.file("a.gff3", text);
    dir.gffdb(["convert", "a.gff3", "-o", "a.sqlite", "-q"])
        .stdout();
    let args = [
        "query",
        "a.sqlite",
        "--stop-codon",
        "out",
        "--region",
        "s:1-20",
        "--type",
    ];
    let ask = |more: &[&str]| dir.gffdb([&args[..], more].concat()).stdout();
    assert_eq!(
        ask(&["CDS", "--format", "gtf"]),
        "s\t.\tCDS\t1\t9\t.\t+\t0\tgene_id \"g\"; transcript_id \"t1\"; ID \"c\";\n\
         s\t.\tCDS\t1\t10\t.\t+\t0\tgene_id \"g\"; transcript_id \"t2\"; ID \"c\";\n"
    );
    assert_eq!(
        ask(&["CDS,stop_codon", "--format", "gff3"]),
        "##gff-version 3\n\
         s\t.\tCDS\t1\t9\t.\t+\t0\tID=c;Parent=t1\n\
         s\t.\tstop_codon\t10\t10\t.\t+\t0\tParent=t1\n\
         s\t.\tCDS\t1\t10\t.\t+\t0\tID=c;Parent=t2\n"
    );
    assert_eq!(
        ask(&["CDS", "--format", "bed"]),
        "s\t0\t9\tc\t0\t+\ns\t0\t10\tc\t0\t+\n"
    );
    assert_eq!(
        ask(&["mRNA", "--format", "bed12"]),
        "s\t0\t22\tt1\t0\t+\t0\t9\t0\t2\t10,2,\t0,20,\n\
         s\t0\t44\tt2\t0\t+\t0\t41\t0\t2\t10,14,\t0,30,\n"
    );
    let kept = dir
        .gffdb(["query", "a.sqlite", "--stop-codon", "keep"])
        .stdout();
    assert_eq!(kept, text);
}

#[test]
fn places_that_cannot_be_are_refused() {
    let dir = super::workdir();
    for (format, expected) in [
        (
            "ids",
            "gffdb: --stop-codon out is of formats that show coordinates, not of ids; leave it out\n",
        ),
        (
            "count",
            "gffdb: --stop-codon out is of formats that show coordinates, not of count; leave it out\n",
        ),
    ] {
        let args = [
            "query",
            "g.sqlite",
            "--stop-codon",
            "out",
            "--format",
            format,
        ];
        assert_eq!(dir.gffdb(args).stderr(2), expected);
    }
}

/// Returns the CDS and stop_codon records of GTF or GFF3, and of each the transcript.
fn parts(text: &str) -> BTreeSet<String> {
    let record = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        if columns.len() != 9 || !["CDS", "stop_codon"].contains(&columns[2]) {
            return None;
        }
        let (_, after) = columns[8]
            .split_once("transcript_id \"")
            .or(columns[8].split_once("Parent="))?;
        let transcript = after.split(['"', ';']).next()?;
        let transcript = transcript.trim_start_matches("transcript:");
        Some(format!(
            "{} {transcript} {}",
            columns[2],
            columns[3..8].join(" ")
        ))
    };
    text.lines().filter_map(record).collect()
}

#[test]
fn the_demo_genome_says_the_same_in_gff3_and_gtf() {
    let dir = Workdir::new();
    dir.gffdb(["demo", "demo", "--genes", "200"]).stdout();
    for file in ["gff3", "gtf"] {
        let goal = format!("{file}.sqlite");
        dir.gffdb(["convert", &format!("demo/demo.{file}"), "-o", &goal, "-q"])
            .stdout();
    }
    let ask = |args: &[&str]| parts(&dir.gffdb([&["query"], args].concat()).stdout());
    let gtf = parts(&dir.read("demo/demo.gtf"));
    assert!(gtf.iter().filter(|part| part.starts_with("stop")).count() > 200);
    assert_eq!(
        ask(&["gff3.sqlite", "--stop-codon", "out", "-f", "gtf"]),
        gtf
    );
    assert_eq!(
        ask(&["gtf.sqlite", "--stop-codon", "out", "-f", "gtf"]),
        gtf
    );
    let gff3 = parts(&dir.read("demo/demo.gff3"));
    let cds = |parts: BTreeSet<String>| -> BTreeSet<String> {
        parts
            .into_iter()
            .filter(|part| part.starts_with("CDS"))
            .collect()
    };
    assert_eq!(
        cds(ask(&["gtf.sqlite", "--stop-codon", "in", "-f", "gff3"])),
        gff3
    );
    assert_eq!(
        ask(&["gff3.sqlite", "--stop-codon", "in", "-f", "gff3"]),
        gff3
    );
}

#[test]
fn what_is_cut_off_real_genes_is_a_stop_codon() {
    let Some(data) = data::shared("whole") else {
        return;
    };
    for (name, least) in [
        ("wormbase.celegans.1pct", 250),
        ("tair10.athaliana.1pct", 400),
    ] {
        let bases = bases(&data.join(format!("{name}.fa")));
        let dir = Workdir::new();
        let file = data.join(format!("{name}.gff3"));
        dir.gffdb([
            "convert",
            file.to_str().expect("UTF-8"),
            "-o",
            "a.sqlite",
            "-q",
        ])
        .stdout();
        let text = dir
            .gffdb(["query", "a.sqlite", "--stop-codon", "out", "-f", "gtf"])
            .stdout();
        let mut codons: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let (mut reverse, mut split) = (0, 0);
        for line in text.lines() {
            let columns: Vec<&str> = line.split('\t').collect();
            if columns.get(2) != Some(&"stop_codon") {
                continue;
            }
            let number = |i: usize| columns[i].parse::<usize>().expect("a number");
            let (start, end) = (number(3), number(4));
            let key = format!("{} {} {}", columns[0], columns[6], columns[8]);
            let part = bases[columns[0]][start - 1..end].to_ascii_uppercase();
            let parts = codons.entry(key).or_default();
            parts.push((start, part));
            reverse += usize::from(columns[6] == "-");
            split += usize::from(end - start < 2);
        }
        for (key, mut parts) in codons.clone() {
            parts.sort();
            let mut codon: String = parts.into_iter().map(|(_, part)| part).collect();
            if key.contains(" - ") {
                let other = |c| match c {
                    'A' => 'T',
                    'C' => 'G',
                    'G' => 'C',
                    _ => 'A',
                };
                codon = codon.chars().rev().map(other).collect();
            }
            assert!(
                ["TAA", "TAG", "TGA"].contains(&codon.as_str()),
                "{name}: {key} {codon}"
            );
        }
        assert!(
            codons.len() >= least && reverse > 50,
            "{name}: {}",
            codons.len()
        );
        println!(
            "{name}: {} stop codons, {split} parts of split ones",
            codons.len()
        );
    }
}

fn bases(path: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(path).expect("a FASTA file");
    let mut all = BTreeMap::new();
    for part in text.split('>').skip(1) {
        let (head, lines) = part.split_once('\n').expect("a header");
        let name = head.split_whitespace().next().expect("a name");
        all.insert(name.to_owned(), lines.replace('\n', ""));
    }
    all
}
