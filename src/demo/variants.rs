//! Variants whose effect on a gene's canonical transcript is known, because it is computed from
//! the bases.
//!
//! Places where two answers could be defended are left out: near an exon's edge inside a gene, the
//! start codon, the stop codon, and insertions and deletions that could be written further left.

use super::{
    codon::{complement, is_stop, translate},
    model::{Gene, Kind, Sequence, Span, Strand, Transcript},
    random::Random,
};

/// What a variant does, as terms of the Sequence Ontology; a new gene asks for the next two.
///
/// Their number shares no factor with the seven of [`super::plan`], so that every effect turns up on
/// both strands.
const EFFECTS: [&str; 13] = [
    "synonymous_variant",
    "missense_variant",
    "intron_variant",
    "frameshift_variant",
    "5_prime_UTR_variant",
    "stop_gained",
    "splice_donor_variant",
    "inframe_deletion",
    "intergenic_variant",
    "3_prime_UTR_variant",
    "splice_acceptor_variant",
    "inframe_insertion",
    "missense_variant",
];

/// What a gene without a coding region is asked for.
const NONCODING: [&str; 3] = [
    "non_coding_transcript_exon_variant",
    "intron_variant",
    "intergenic_variant",
];

/// One line of the VCF.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Variant {
    /// Of the first base of `reference`, 1-based.
    pub(super) position: u64,
    pub(super) reference: Vec<u8>,
    pub(super) alternate: Vec<u8>,
    /// A term of the Sequence Ontology.
    pub(super) effect: &'static str,
    /// The gene whose canonical transcript it hits; none between genes.
    pub(super) gene: Option<u64>,
}

/// Returns at most two variants a gene, by position, no two in one codon.
pub(super) fn draw(sequence: &Sequence, bases: &[u8], random: &mut Random) -> Vec<Variant> {
    let mut variants = Vec::new();
    for (index, gene) in sequence.genes.iter().enumerate() {
        let site = Site {
            sequence,
            bases,
            index,
            gene,
        };
        for turn in [2 * gene.number, 2 * gene.number + 1] {
            let effect = match gene.kind {
                Kind::Coding => EFFECTS[(turn % EFFECTS.len() as u64) as usize],
                _ => NONCODING[((gene.number / 12 + turn) % NONCODING.len() as u64) as usize],
            };
            variants.extend(site.variant(effect, random));
        }
    }
    variants.sort();
    let mut free = 0;
    variants.retain(|variant| {
        let clear = variant.position > free;
        if clear {
            free = variant.position + variant.reference.len() as u64 + 1;
        }
        clear
    });
    variants
}

/// A gene and the bases under it.
struct Site<'a> {
    sequence: &'a Sequence,
    bases: &'a [u8],
    index: usize,
    gene: &'a Gene,
}

impl Site<'_> {
    /// Returns a variant that has the effect, if the gene has room for one.
    fn variant(&self, effect: &'static str, random: &mut Random) -> Option<Variant> {
        match effect {
            "synonymous_variant" | "missense_variant" | "stop_gained" => {
                self.substitution(effect, random)
            }
            "frameshift_variant" | "inframe_deletion" | "inframe_insertion" => {
                self.change_of_length(effect, random)
            }
            "intergenic_variant" => {
                let (first, last) = self.sequence.gap_after(self.index)?;
                let position = random.between(first + 20, last - 20);
                Some(self.at(position, effect, None, random))
            }
            _ => {
                let places = self.places(effect);
                let place = *places.get(random.below(places.len().max(1) as u64) as usize)?;
                let position = self.gene.locate(random.between(place.start, place.end - 1));
                Some(self.at(position, effect, Some(self.gene.number), random))
            }
        }
    }

    /// Returns the stretches where any other base has the effect.
    fn places(&self, effect: &str) -> Vec<Span> {
        let transcript = self.canonical();
        let trimmed = |span: Span, bases: u64| {
            let (start, end) = (span.start + bases, span.end.saturating_sub(bases));
            (start < end).then_some(Span { start, end })
        };
        let ends = |from_start: u64, from_end: u64| {
            transcript.introns().map(move |intron| match from_start {
                0 => Span {
                    start: intron.start,
                    end: intron.start + 2,
                },
                _ => Span {
                    start: intron.end - from_end,
                    end: intron.end,
                },
            })
        };
        let inner = |spans: Vec<Span>| spans.into_iter().filter_map(|s| trimmed(s, 4)).collect();
        match effect {
            "intron_variant" => transcript
                .introns()
                .filter_map(|s| trimmed(s, 25))
                .collect(),
            "splice_donor_variant" => ends(0, 0).collect(),
            "splice_acceptor_variant" => ends(1, 2).collect(),
            "5_prime_UTR_variant" => inner(transcript.five_prime_utr()),
            "3_prime_UTR_variant" => inner(transcript.three_prime_utr()),
            _ => inner(transcript.exons.clone()),
        }
    }

    /// Returns a variant of one coding base, wherever one has the effect.
    fn substitution(&self, effect: &'static str, random: &mut Random) -> Option<Variant> {
        let coding = self.inner_codons();
        let (from, turn) = (random.below(1 << 32), random.below(4));
        (0..coding.len()).find_map(|step| {
            let (_, codon) = &coding[(from as usize + step) % coding.len()];
            let place = (turn as usize + step) % 3;
            let before = codon.map(|local| self.sense(local));
            let alternates = (0..4).map(|step| b"ACGT"[(turn as usize + step) % 4]);
            let mut others = alternates.filter(|&base| base != before[place]);
            others.find_map(|base| {
                let mut after = before;
                after[place] = base;
                (amino_acid_change(before, after) == effect).then(|| {
                    let base = self.on_sequence(base);
                    self.changed(self.gene.locate(codon[place]), base, effect)
                })
            })
        })
    }

    /// Returns an insertion or deletion of one to three bases in the coding region.
    fn change_of_length(&self, effect: &'static str, random: &mut Random) -> Option<Variant> {
        // Bases of one variant lie side by side, which the origin of a circle would part.
        let coding = match self.sequence.circular {
            true => Vec::new(),
            false => self.inner_codons(),
        };
        let transcript = self.canonical();
        let positions = transcript.coding_positions();
        let from = random.below(1 << 32) as usize;
        (0..coding.len()).find_map(|step| {
            let (first, codon) = coding[(from + step) % coding.len()];
            let away = |exon: &&Span| exon.start + 4 < codon[0] && codon[2] + 4 < exon.end;
            transcript.exons.iter().find(away)?;
            let mut inserted = [0; 3];
            random.fill(&mut inserted);
            let following = |from: usize| [0, 1, 2].map(|i| self.sense(positions[from + i]));
            let [a, b, _] = following(first);
            let deleted = random.between(1, 2);
            let inserts = random.one_in(2);
            match effect {
                "inframe_deletion" => self.deletion(codon[0], 3, effect),
                "inframe_insertion" if is_stop(inserted) => None,
                "inframe_insertion" => self.insertion(codon[0], &inserted, effect),
                _ if inserts && is_stop([inserted[0], a, b]) => None,
                _ if inserts => self.insertion(codon[0], &inserted[..1], effect),
                _ if is_stop(following(first + deleted as usize)) => None,
                _ => self.deletion(codon[0], deleted, effect),
            }
        })
    }

    /// Deletes bases of an exon, unless the deletion could be written further left.
    fn deletion(&self, local: u64, bases: u64, effect: &'static str) -> Option<Variant> {
        let (start, end) = (local, local + bases);
        let (first, last) = self.gene.place(Span { start, end });
        let anchor = self.base(first - 1);
        (self.base(last) != anchor).then(|| Variant {
            position: first - 1,
            reference: (first - 1..=last).map(|i| self.base(i)).collect(),
            alternate: vec![anchor],
            effect,
            gene: Some(self.gene.number),
        })
    }

    /// Inserts bases (of the gene's strand) in front of a base of an exon, unless the insertion
    /// could be written further left.
    fn insertion(&self, local: u64, bases: &[u8], effect: &'static str) -> Option<Variant> {
        let (position, inserted): (u64, Vec<u8>) = match self.gene.strand {
            Strand::Forward => (self.gene.locate(local) - 1, bases.to_vec()),
            Strand::Reverse => {
                let complements = bases.iter().rev().map(|&base| complement(base));
                (self.gene.locate(local), complements.collect())
            }
        };
        let anchor = self.base(position);
        (inserted.last() != Some(&anchor)).then(|| Variant {
            position,
            reference: vec![anchor],
            alternate: [&[anchor], &inserted[..]].concat(),
            effect,
            gene: Some(self.gene.number),
        })
    }

    /// Returns a variant of the base at a position to any other one.
    fn at(
        &self,
        position: u64,
        effect: &'static str,
        gene: Option<u64>,
        random: &mut Random,
    ) -> Variant {
        let mut others = b"ACGT".to_vec();
        others.retain(|&base| base != self.base(position));
        let base = others[random.below(3) as usize];
        Variant {
            gene,
            ..self.changed(position, base, effect)
        }
    }

    fn changed(&self, position: u64, base: u8, effect: &'static str) -> Variant {
        Variant {
            position: self.sequence.index(position) as u64 + 1,
            reference: vec![self.base(position)],
            alternate: vec![base],
            effect,
            gene: Some(self.gene.number),
        }
    }

    /// Returns every codon but the first and the last: where it starts in the spliced CDS (0-based)
    /// and its local positions, none within 3 bases of an intron.
    fn inner_codons(&self) -> Vec<(usize, [u64; 3])> {
        let transcript = self.canonical();
        let edge = |local: u64| {
            let near = |intron: Span| local + 3 >= intron.start && local < intron.end + 3;
            transcript.introns().any(near)
        };
        let positions = transcript.coding_positions();
        let codons = positions.chunks_exact(3).enumerate();
        codons
            .filter(|(index, _)| *index > 0 && 3 * (index + 1) < positions.len())
            .map(|(index, codon)| (3 * index, [codon[0], codon[1], codon[2]]))
            .filter(|(_, codon)| !codon.iter().any(|&local| edge(local)))
            .collect()
    }

    fn canonical(&self) -> &Transcript {
        &self.gene.transcripts[0]
    }

    /// Returns the base at a 1-based position of the sequence.
    fn base(&self, position: u64) -> u8 {
        self.bases[self.sequence.index(position)]
    }

    /// Returns a base of the gene on its own strand.
    fn sense(&self, local: u64) -> u8 {
        self.on_sequence(self.base(self.gene.locate(local)))
    }

    /// Turns a base of the gene's strand into one of the sequence's, and back.
    fn on_sequence(&self, base: u8) -> u8 {
        match self.gene.strand {
            Strand::Forward => base,
            Strand::Reverse => complement(base),
        }
    }
}

fn amino_acid_change(before: [u8; 3], after: [u8; 3]) -> &'static str {
    match (translate(before), translate(after)) {
        (before, after) if before == after => "synonymous_variant",
        (_, b'*') => "stop_gained",
        _ => "missense_variant",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_codon_has_one_name() {
        for (before, after, effect) in [
            (b"TTA", b"TTG", "synonymous_variant"),
            (b"TTA", b"TCA", "missense_variant"),
            (b"TTA", b"TAA", "stop_gained"),
        ] {
            assert_eq!(amino_acid_change(*before, *after), effect);
        }
    }
}
