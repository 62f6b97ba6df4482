//! The variants, read back and their effects worked out again from the other files.

use std::collections::HashSet;

use super::{
    oracle::{self, Line, Variant},
    written,
};

/// Returns a coding region's protein, once as it is and once with the variant put in.
fn proteins(variant: &Variant, parts: &[Line], sequence: &str) -> (String, String) {
    let mut forward: Vec<Line> = parts.to_vec();
    forward.sort_by_key(|part| part.start);
    let around = format!("{sequence}{sequence}");
    let (mut before, mut after) = (String::new(), String::new());
    for part in &forward {
        let bases = &around[part.start - 1..part.end];
        before.push_str(bases);
        // Beyond the origin, a position counts on.
        let places = [variant.position, variant.position + sequence.len()];
        match places.iter().find(|p| (part.start..=part.end).contains(p)) {
            Some(position) => {
                let (head, tail) = bases.split_at(position - part.start);
                let tail = tail.strip_prefix(&variant.reference).unwrap();
                after.push_str(&format!("{head}{}{tail}", variant.alternate));
            }
            None => after.push_str(bases),
        }
    }
    if parts[0].strand == "-" {
        before = oracle::reverse_complement(&before);
        after = oracle::reverse_complement(&after);
    }
    (oracle::translate(&before), oracle::translate(&after))
}

fn coding_effect(variant: &Variant, parts: &[Line], sequence: &str) -> &'static str {
    let (before, after) = proteins(variant, parts, sequence);
    let (old, new) = (variant.reference.len(), variant.alternate.len());
    let stop = after.find('*');
    match () {
        () if old.abs_diff(new) % 3 != 0 => "frameshift_variant",
        () if old != new && stop != Some(after.len() - 1) => "stop_gained",
        () if old > new => "inframe_deletion",
        () if old < new => "inframe_insertion",
        () if before == after => "synonymous_variant",
        () if stop != Some(after.len() - 1) => "stop_gained",
        () => "missense_variant",
    }
}

/// Returns what the intron around a position says, if one is.
fn intron_effect(position: usize, exons: &[Line]) -> Option<&'static str> {
    let mut forward: Vec<&Line> = exons.iter().collect();
    forward.sort_by_key(|exon| exon.start);
    let pair = forward
        .windows(2)
        .find(|pair| pair[0].end < position && position < pair[1].start)?;
    let left = position - pair[0].end <= 2;
    let right = pair[1].start - position <= 2;
    let reverse = exons[0].strand == "-";
    Some(match (left, right) {
        (true, _) if reverse => "splice_acceptor_variant",
        (true, _) => "splice_donor_variant",
        (_, true) if reverse => "splice_donor_variant",
        (_, true) => "splice_acceptor_variant",
        _ => "intron_variant",
    })
}

#[test]
fn every_variant_has_the_effect_that_it_names() {
    for (genes, seed) in [(20, 1), (300, 2)] {
        let demo = written(genes, seed);
        let genome = oracle::fasta(&demo.path("demo.fa"));
        let lines = oracle::lines(&demo.path("demo.gff3"));
        let coding = oracle::by_parent(&lines, "CDS");
        let mut exons = oracle::by_parent(&lines, "exon");
        exons.extend(oracle::by_parent(&lines, "pseudogenic_exon"));
        let before = oracle::by_parent(&lines, "five_prime_UTR");
        let after = oracle::by_parent(&lines, "three_prime_UTR");
        let mut seen = HashSet::new();
        for variant in oracle::variants(&demo.path("demo.vcf")) {
            let at = format!("{}:{}", variant.seqid, variant.position);
            let inside = |lines: Option<&Vec<Line>>| {
                let places = [
                    variant.position,
                    variant.position + genome[&variant.seqid].len(),
                ];
                let mut lines = lines.into_iter().flatten();
                lines.any(|line| places.iter().any(|p| (line.start..=line.end).contains(p)))
            };
            let effect = match &variant.transcript {
                None => {
                    let near =
                        |line: &&Line| line.seqid == variant.seqid && line.kind.ends_with("gene");
                    let genes: Vec<Line> = lines.iter().filter(near).cloned().collect();
                    assert!(!inside(Some(&genes)), "{at}");
                    "intergenic_variant"
                }
                Some(transcript) => {
                    let id = format!("transcript:{transcript}");
                    let sequence = &genome[&variant.seqid];
                    match intron_effect(variant.position, &exons[&id]) {
                        Some(effect) => effect,
                        None if inside(coding.get(&id)) => {
                            coding_effect(&variant, &coding[&id], sequence)
                        }
                        None if inside(before.get(&id)) => "5_prime_UTR_variant",
                        None if inside(after.get(&id)) => "3_prime_UTR_variant",
                        None if inside(exons.get(&id)) => "non_coding_transcript_exon_variant",
                        None => "outside",
                    }
                }
            };
            assert_eq!(effect, variant.effect, "{at}");
            seen.insert(effect);
        }
        assert_eq!(seen.len(), 13, "{seen:?}");
    }
}

#[test]
fn the_reference_is_what_the_fasta_has() {
    let demo = written(300, 3);
    let genome = oracle::fasta(&demo.path("demo.fa"));
    let mut indels = 0;
    for variant in oracle::variants(&demo.path("demo.vcf")) {
        let Variant {
            seqid,
            position,
            reference,
            alternate,
            ..
        } = &variant;
        let found = &genome[seqid][position - 1..position - 1 + reference.len()];
        assert_eq!(found, reference, "{seqid}:{position}");
        assert_ne!(reference, alternate);
        if reference.len() != alternate.len() {
            // Left-aligned and as short as can be: one base in front, and it is not the last.
            assert_eq!(reference.chars().next(), alternate.chars().next());
            assert_eq!(reference.len().min(alternate.len()), 1);
            assert_ne!(reference.chars().last(), alternate.chars().last());
            indels += 1;
        }
    }
    assert!(indels > 50, "{indels}");
}

#[test]
fn variants_are_sorted_and_at_most_two_a_gene() {
    let demo = written(300, 3);
    let variants = oracle::variants(&demo.path("demo.vcf"));
    assert!(variants.len() <= 600);
    for pair in variants.windows(2) {
        let end = pair[0].position + pair[0].reference.len();
        assert!(pair[0].seqid != pair[1].seqid || end + 2 <= pair[1].position);
    }
    let mut sequences: Vec<&str> = variants.iter().map(|v| v.seqid.as_str()).collect();
    sequences.dedup();
    assert_eq!(sequences, ["chr1", "chr2", "pDemo1"]);
}
