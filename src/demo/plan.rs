//! Which genes lie where: sequences, genes on them, and the space between.
//!
//! Every sequence is drawn from its own stream, so it can be planned twice: once for the lengths
//! that the headers need, once to be written. No more than one is held at a time.

use super::{
    model::{Gene, Kind, Sequence, Strand},
    random::Random,
    structure,
};

/// The most genes that one chromosome carries; it bounds the memory.
const GENES_A_CHROMOSOME: u64 = 500;

/// The plasmid's length in bases.
const PLASMID: u64 = 6_000;

/// Which part of the draws a stream is for; each sequence has one stream of each.
#[derive(Clone, Copy)]
pub(super) enum Draw {
    Layout,
    Bases,
    Variants,
    Regions,
}

/// The genome, as far as it can be told without drawing it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) genes: u64,
    pub(super) seed: u64,
    chromosomes: u64,
    on_plasmid: u64,
}

impl Plan {
    /// Returns the plan of a genome of `genes` genes, 1 or more.
    pub(super) fn new(genes: u64, seed: u64) -> Self {
        let on_plasmid = (genes / 2).min(3);
        let on_chromosomes = genes - on_plasmid;
        let few = if on_chromosomes < 10 { 1 } else { 2 };
        Self {
            genes,
            seed,
            chromosomes: on_chromosomes.div_ceil(GENES_A_CHROMOSOME).max(few),
            on_plasmid,
        }
    }

    /// Returns the numbers of all sequences: chromosomes first, the plasmid last.
    pub(super) fn sequences(&self) -> std::ops::RangeInclusive<u64> {
        0..=self.chromosomes
    }

    /// Returns the generator of one part of sequence `index`.
    pub(super) fn random(&self, index: u64, draw: Draw) -> Random {
        Random::new(self.seed, 4 * index + draw as u64)
    }

    /// Returns sequence `index`, planned; the same each time.
    pub(super) fn sequence(&self, index: u64) -> Sequence {
        let mut random = self.random(index, Draw::Layout);
        if index == self.chromosomes {
            return self.plasmid(&mut random);
        }
        let on_chromosomes = self.genes - self.on_plasmid;
        let before = |index| on_chromosomes * index / self.chromosomes;
        let numbers = before(index) + 1..=before(index + 1);
        chromosome(format!("chr{}", index + 1), numbers, &mut random)
    }

    fn plasmid(&self, random: &mut Random) -> Sequence {
        let mut number = self.genes - self.on_plasmid;
        let mut genes = Vec::new();
        let mut add = |start, codons, strand| {
            number += 1;
            let (transcripts, length) = structure::bare(codons);
            genes.push(Gene {
                number,
                kind: Kind::Coding,
                strand,
                start,
                length,
                transcripts,
            });
        };
        if self.on_plasmid >= 2 {
            add(901, random.between(150, 300), Strand::Reverse);
        }
        if self.on_plasmid >= 3 {
            add(2_801, random.between(150, 300), Strand::Forward);
        }
        if self.on_plasmid >= 1 {
            // 300 bases before the origin, and 300 or more after it.
            add(PLASMID - 299, random.between(200, 280), Strand::Forward);
        }
        Sequence {
            name: String::from("pDemo1"),
            length: PLASMID,
            circular: true,
            genes,
            repeat: None,
        }
    }
}

fn chromosome(name: String, numbers: impl Iterator<Item = u64>, random: &mut Random) -> Sequence {
    let repeat = (101, 120 + 2 * random.between(1, 30));
    let mut genes: Vec<Gene> = Vec::new();
    let mut taken = 400 + random.between(1, 300);
    for number in numbers {
        let kind = kind(number);
        let (transcripts, length) = structure::transcripts(kind, number, random);
        let mut gene = Gene {
            number,
            kind,
            strand: strand(number, random),
            start: 0,
            length,
            transcripts,
        };
        let overlap = genes.last().and_then(|left| overlap(left, &gene, random));
        gene.start = match overlap {
            Some(bases) => taken + 1 - bases,
            None => taken + random.between(150, 900) + 1,
        };
        taken = gene.end();
        genes.push(gene);
    }
    Sequence {
        name,
        length: taken + random.between(300, 900),
        circular: false,
        genes,
        repeat: Some(repeat),
    }
}

/// Returns what gene `number` makes: one in twelve a long RNA, one in twelve a tRNA, one in forty
/// nothing.
fn kind(number: u64) -> Kind {
    match (number % 12, number % 40) {
        (2, _) => Kind::LongNoncoding,
        (8, _) => Kind::Transfer,
        (_, 6) => Kind::Pseudogene,
        _ => Kind::Coding,
    }
}

/// Genes 3 and 4 of every seven read towards each other.
fn strand(number: u64, random: &mut Random) -> Strand {
    match number % 7 {
        3 => Strand::Forward,
        4 => Strand::Reverse,
        _ if random.one_in(2) => Strand::Forward,
        _ => Strand::Reverse,
    }
}

/// Returns by how many bases the 3' ends of two neighbours overlap, if they do.
///
/// Only untranslated ends do, so that neither gene's bases bind the other's.
fn overlap(left: &Gene, right: &Gene, random: &mut Random) -> Option<u64> {
    let towards = left.strand == Strand::Forward && right.strand == Strand::Reverse;
    let coding = left.kind == Kind::Coding && right.kind == Kind::Coding;
    if !(right.number % 7 == 4 && towards && coding) {
        return None;
    }
    let room = left.free_tail().min(right.free_tail());
    (room >= 12).then(|| random.between(8, (room - 2).min(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gene_is_on_one_sequence() {
        for genes in [1, 2, 3, 11, 13, 20, 503, 504, 1_700] {
            let plan = Plan::new(genes, 1);
            let sequences = plan.sequences().map(|index| plan.sequence(index));
            let numbers: Vec<u64> = sequences
                .inspect(|s| assert!(s.genes.len() as u64 <= GENES_A_CHROMOSOME))
                .flat_map(|s| s.genes.into_iter().map(|gene| gene.number))
                .collect();
            assert_eq!(numbers, (1..=genes).collect::<Vec<_>>());
        }
    }

    #[test]
    fn neighbours_overlap_only_where_nothing_depends_on_the_bases() {
        let plan = Plan::new(400, 3);
        let sequence = plan.sequence(0);
        let mut overlaps = 0;
        for pair in sequence.genes.windows(2) {
            let (left, right) = (&pair[0], &pair[1]);
            assert!(left.start < right.start && left.end() < right.end());
            if right.start <= left.end() {
                let bases = left.end() + 1 - right.start;
                assert!(bases < left.free_tail() && bases < right.free_tail());
                assert_ne!(left.strand, right.strand);
                overlaps += 1;
            }
        }
        assert!(overlaps > 10, "{overlaps}");
    }

    #[test]
    fn one_gene_of_the_plasmid_runs_over_the_origin() {
        for genes in [2, 4, 6, 20, 100_000] {
            let plan = Plan::new(genes, 1);
            let plasmid = plan.sequence(*plan.sequences().end());
            let over = |gene: &&Gene| gene.end() > plasmid.length;
            assert_eq!(plasmid.genes.iter().filter(over).count(), 1);
            let first = plasmid.genes.first().map_or(0, |gene| gene.start);
            let last = plasmid.genes.last().map_or(0, Gene::end);
            assert!(plasmid.genes.len() == 1 || last - plasmid.length < first);
        }
    }
}
