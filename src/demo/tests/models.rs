//! The gene models, read back and held against the bases.

use std::collections::{HashMap, HashSet};

use super::{
    oracle::{self, Line},
    written,
};

#[test]
fn every_coding_region_is_a_protein() {
    for seed in [1, 2, 77] {
        let demo = written(300, seed);
        let lines = oracle::lines(&demo.path("demo.gff3"));
        let genome = oracle::fasta(&demo.path("demo.fa"));
        let mut seen = HashMap::new();
        for (transcript, parts) in oracle::by_parent(&lines, "CDS") {
            let protein = oracle::translate(&oracle::splice(&parts, &genome));
            assert!(protein.starts_with('M'), "{transcript}: {protein}");
            assert_eq!(protein.find('*'), Some(protein.len() - 1), "{transcript}");
            *seen.entry(parts[0].strand.clone()).or_insert(0) += 1;
        }
        assert!(seen["+"] > 150 && seen["-"] > 150, "{seen:?}");
    }
}

#[test]
fn phases_add_up_along_every_coding_region() {
    let demo = written(300, 1);
    let lines = oracle::lines(&demo.path("demo.gff3"));
    let mut phases = HashSet::new();
    for (transcript, parts) in oracle::by_parent(&lines, "CDS") {
        let mut done = 0;
        for part in &parts {
            let phase: usize = part.phase.parse().unwrap();
            assert_eq!((done + phase) % 3, 0, "{transcript}");
            assert_eq!(part.values("ID"), parts[0].values("ID"), "{transcript}");
            done += part.end - part.start + 1;
            phases.insert(phase);
        }
        assert_eq!(done % 3, 0, "{transcript}");
    }
    assert_eq!(phases.len(), 3);
}

#[test]
fn exons_are_coding_or_untranslated_and_never_both() {
    let demo = written(300, 1);
    let lines = oracle::lines(&demo.path("demo.gff3"));
    let coding = oracle::by_parent(&lines, "CDS");
    let exons = oracle::by_parent(&lines, "exon");
    let before = oracle::by_parent(&lines, "five_prime_UTR");
    let after = oracle::by_parent(&lines, "three_prime_UTR");
    let positions = |parts: Option<&Vec<Line>>| -> Vec<usize> {
        let parts = parts.into_iter().flatten();
        let mut all: Vec<usize> = parts.flat_map(|part| part.start..=part.end).collect();
        all.sort_unstable();
        all
    };
    for transcript in coding.keys() {
        let mut parts = positions(coding.get(transcript));
        parts.extend(positions(before.get(transcript)));
        parts.extend(positions(after.get(transcript)));
        parts.sort_unstable();
        assert_eq!(parts, positions(exons.get(transcript)), "{transcript}");
    }
}

#[test]
fn introns_start_with_gt_or_seldom_gc_and_end_with_ag() {
    let demo = written(300, 1);
    let lines = oracle::lines(&demo.path("demo.gff3"));
    let genome = oracle::fasta(&demo.path("demo.fa"));
    let mut donors: HashMap<String, usize> = HashMap::new();
    for exons in oracle::by_parent(&lines, "exon").values() {
        for pair in exons.windows(2) {
            let [left, right] = match pair[0].strand.as_str() {
                "-" => [&pair[1], &pair[0]],
                _ => [&pair[0], &pair[1]],
            };
            let intron = Line {
                start: left.end + 1,
                end: right.start - 1,
                ..left.clone()
            };
            let bases = oracle::bases(&intron, &genome);
            assert!(bases.ends_with("AG"), "{intron:?}");
            *donors.entry(bases[..2].into()).or_default() += 1;
        }
    }
    assert_eq!(donors.len(), 2, "{donors:?}");
    assert!(donors["GT"] > 10 * donors["GC"], "{donors:?}");
}

#[test]
fn parents_stand_before_their_children_and_contain_them() {
    let demo = written(300, 1);
    let mut seen: HashMap<String, Line> = HashMap::new();
    let mut several = 0;
    for line in oracle::lines(&demo.path("demo.gff3")) {
        let parents = line.values("Parent");
        several += usize::from(parents.len() > 1);
        for parent in parents {
            let found = seen.get(parent).expect(parent);
            assert!(found.start <= line.start && line.end <= found.end);
            assert_eq!(found.strand, line.strand);
        }
        if let [id] = line.values("ID")[..] {
            let first = seen.insert(id.into(), line.clone());
            assert!(first.is_none() || line.kind == "CDS", "{id} twice");
        }
    }
    assert!(several > 100, "{several}");
}

#[test]
fn the_gtf_has_the_same_genes_less_the_stop_codons() {
    let demo = written(300, 1);
    let genome = oracle::fasta(&demo.path("demo.fa"));
    let gff3 = oracle::lines(&demo.path("demo.gff3"));
    let gtf = oracle::lines(&demo.path("demo.gtf"));
    let of = |kind: &str| {
        let mut groups: HashMap<String, Vec<Line>> = HashMap::new();
        for line in gtf.iter().filter(|line| line.kind == kind) {
            let id = format!("transcript:{}", line.quoted("transcript_id"));
            groups.entry(id).or_default().push(line.clone());
        }
        groups
    };
    let (starts, coding, stops) = (of("start_codon"), of("CDS"), of("stop_codon"));
    let expected = oracle::by_parent(&gff3, "CDS");
    assert_eq!(expected.len(), coding.len());
    for (transcript, parts) in expected {
        let whole = oracle::splice(&parts, &genome);
        let read =
            |group: &HashMap<String, Vec<Line>>| oracle::splice(&group[&transcript], &genome);
        assert_eq!(read(&coding) + &read(&stops), whole, "{transcript}");
        assert_eq!(read(&starts), "ATG", "{transcript}");
    }
    let split = |group: &HashMap<String, Vec<Line>>| group.values().any(|parts| parts.len() == 2);
    assert!(split(&starts) && split(&stops));
    for (of_gff3, of_gtf) in [("exon", "exon"), ("mRNA", "transcript"), ("gene", "gene")] {
        let places = |lines: &[Line], kinds: &[&str]| -> HashSet<(String, usize, usize)> {
            let lines = lines.iter().filter(|line| kinds.contains(&&*line.kind));
            lines.map(|l| (l.seqid.clone(), l.start, l.end)).collect()
        };
        let in_gff3 = places(&gff3, &[of_gff3]);
        assert!(in_gff3.is_subset(&places(&gtf, &[of_gtf])), "{of_gff3}");
    }
}

#[test]
fn the_plasmid_has_a_gene_over_its_origin() {
    let demo = written(20, 1);
    for file in ["demo.gff3", "demo.gtf"] {
        let lines = oracle::lines(&demo.path(file));
        let over = lines
            .iter()
            .filter(|line| line.end > 6_000 && line.seqid == "pDemo1");
        let kinds: HashSet<String> = over.map(|line| line.kind.clone()).collect();
        assert!(kinds.contains("gene") && kinds.contains("CDS"), "{kinds:?}");
    }
}

#[test]
fn the_default_genome_shows_what_tutorials_speak_of() {
    let demo = written(20, 1);
    let text = std::fs::read_to_string(demo.path("demo.gff3")).unwrap();
    for part in [
        "##gff-version 3\n",
        "##sequence-region chr2 1 ",
        "\tchromosome\t",
        "Is_circular=true",
        "\tpredicted\t",
        "\tncRNA_gene\t",
        "\tlnc_RNA\t",
        "\ttRNA\t",
        "\tpseudogene\t",
        "%2C",
        "%3B",
        "Name=naïve1;",
        "tag=basic,Ensembl_canonical",
        "\t0.97\t.\t.\t.\n",
        "Dbxref=DemoDB:",
        "\n###\n",
    ] {
        assert!(text.contains(part), "{part:?}");
    }
    let genes = oracle::lines(&demo.path("demo.gff3"));
    let genes: Vec<&Line> = genes.iter().filter(|line| line.kind == "gene").collect();
    let overlaps = |pair: &[&Line]| {
        pair[0].seqid == pair[1].seqid
            && pair[1].start <= pair[0].end
            && pair[0].strand != pair[1].strand
    };
    assert!(genes.windows(2).any(overlaps));
}
