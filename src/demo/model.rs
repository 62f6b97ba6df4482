//! A gene, its transcripts, and where they lie.
//!
//! A gene is planned on its own strand: a [`Span`] counts from 0 at the gene's first transcribed
//! base, end outside. Only [`Gene::place`] and [`Gene::locate`] turn that into positions on the
//! sequence, which are 1-based with both ends inside.

/// A stretch of a gene on its own strand: 0-based from its 5' end, end outside, never empty.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Span {
    pub(super) fn length(self) -> u64 {
        self.end - self.start
    }

    /// Returns what two stretches share, where they share anything.
    pub(super) fn shared(self, other: Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = self.end.min(other.end);
        (start < end).then_some(Self { start, end })
    }
}

/// The strand that a gene is read from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Strand {
    /// `+`
    Forward,
    /// `-`
    Reverse,
}

impl Strand {
    pub(super) fn symbol(self) -> char {
        match self {
            Self::Forward => '+',
            Self::Reverse => '-',
        }
    }
}

/// What a gene makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// mRNAs, and from them proteins.
    Coding,
    /// Long RNAs that are not translated.
    LongNoncoding,
    /// A transfer RNA.
    Transfer,
    /// Nothing that works.
    Pseudogene,
}

impl Kind {
    /// Returns the Sequence Ontology's terms for the gene and for its transcripts.
    pub(super) fn types(self) -> (&'static str, &'static str) {
        match self {
            Self::Coding => ("gene", "mRNA"),
            Self::LongNoncoding => ("ncRNA_gene", "lnc_RNA"),
            Self::Transfer => ("ncRNA_gene", "tRNA"),
            Self::Pseudogene => ("pseudogene", "pseudogenic_transcript"),
        }
    }

    /// Returns the Sequence Ontology's term for an exon of such a transcript.
    pub(super) fn exon(self) -> &'static str {
        match self {
            Self::Pseudogene => "pseudogenic_exon",
            _ => "exon",
        }
    }

    /// Returns the biotype, in Ensembl's words.
    pub(super) fn biotype(self) -> &'static str {
        match self {
            Self::Coding => "protein_coding",
            Self::LongNoncoding => "lncRNA",
            Self::Transfer => "tRNA",
            Self::Pseudogene => "pseudogene",
        }
    }
}

/// One way to splice a gene.
#[derive(Clone, Debug)]
pub(super) struct Transcript {
    /// In the direction of transcription.
    pub(super) exons: Vec<Span>,
    /// From the first base of ATG to the last base of the stop codon, introns included.
    pub(super) cds: Option<Span>,
}

impl Transcript {
    /// Returns from the first transcribed base to the last.
    pub(super) fn span(&self) -> Span {
        Span {
            start: self.exons[0].start,
            end: self.exons[self.exons.len() - 1].end,
        }
    }

    pub(super) fn introns(&self) -> impl Iterator<Item = Span> {
        self.exons.windows(2).map(|pair| Span {
            start: pair[0].end,
            end: pair[1].start,
        })
    }

    /// Returns the number of coding bases, ATG and stop codon included.
    pub(super) fn coding_length(&self) -> u64 {
        self.coding_exons().map(Span::length).sum()
    }

    /// Returns the local position of every coding base, in the order of translation.
    pub(super) fn coding_positions(&self) -> Vec<u64> {
        self.coding_exons()
            .flat_map(|part| part.start..part.end)
            .collect()
    }

    /// Returns the coding bases `from..to` (0-based, of the spliced CDS) exon by exon, each with
    /// its phase: the bases before the next codon starts (GFF3 1.26, "Column 8").
    pub(super) fn coding_parts(&self, from: u64, to: u64) -> Vec<(Span, u64)> {
        let mut parts = Vec::new();
        let mut done = 0;
        for part in self.coding_exons() {
            let first = from.max(done);
            let last = to.min(done + part.length());
            if first < last {
                let span = Span {
                    start: part.start + (first - done),
                    end: part.start + (last - done),
                };
                parts.push((span, (3 - first % 3) % 3));
            }
            done += part.length();
        }
        parts
    }

    /// Returns the parts of exons before ATG.
    pub(super) fn five_prime_utr(&self) -> Vec<Span> {
        let before = |cds: Span| (0, cds.start);
        self.exonic(self.cds.map(before))
    }

    /// Returns the parts of exons after the stop codon.
    pub(super) fn three_prime_utr(&self) -> Vec<Span> {
        let after = |cds: Span| (cds.end, self.span().end);
        self.exonic(self.cds.map(after))
    }

    fn exonic(&self, range: Option<(u64, u64)>) -> Vec<Span> {
        let Some((start, end)) = range else {
            return Vec::new();
        };
        let range = Span { start, end };
        let part = |exon: &Span| exon.shared(range);
        self.exons.iter().filter_map(part).collect()
    }

    fn coding_exons(&self) -> impl Iterator<Item = Span> {
        let part = |exon: &Span| self.cds.and_then(|cds| exon.shared(cds));
        self.exons.iter().filter_map(part)
    }
}

/// A gene at its place on a sequence.
#[derive(Clone, Debug)]
pub(super) struct Gene {
    /// From 1, over all sequences.
    pub(super) number: u64,
    pub(super) kind: Kind,
    pub(super) strand: Strand,
    /// The lowest position, 1-based.
    pub(super) start: u64,
    /// In bases; every transcript's spans lie in `0..length`.
    pub(super) length: u64,
    /// The first is the canonical one.
    pub(super) transcripts: Vec<Transcript>,
}

impl Gene {
    /// Returns the highest position, 1-based, inside; beyond the sequence's length where a gene
    /// runs over the origin of a circular one (GFF3 1.26, "Circular Genomes").
    pub(super) fn end(&self) -> u64 {
        self.start + self.length - 1
    }

    /// Returns first and last position of a stretch: 1-based, both inside.
    pub(super) fn place(&self, span: Span) -> (u64, u64) {
        match self.strand {
            Strand::Forward => (self.start + span.start, self.start + span.end - 1),
            Strand::Reverse => (self.end() + 1 - span.end, self.end() - span.start),
        }
    }

    /// Returns the 1-based position of one base of the gene.
    pub(super) fn locate(&self, local: u64) -> u64 {
        match self.strand {
            Strand::Forward => self.start + local,
            Strand::Reverse => self.end() - local,
        }
    }

    /// Returns how many bases at the 3' end are untranslated in every transcript and free of
    /// splice sites.
    pub(super) fn free_tail(&self) -> u64 {
        let used = |transcript: &Transcript| {
            let last = transcript.exons[transcript.exons.len() - 1].start;
            transcript.cds.map_or(last, |cds| cds.end.max(last))
        };
        let used = self.transcripts.iter().map(used).max();
        self.length - used.unwrap_or(self.length)
    }
}

/// A sequence with its genes, planned; its bases are drawn later.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub(super) name: String,
    /// In bases.
    pub(super) length: u64,
    pub(super) circular: bool,
    /// By start.
    pub(super) genes: Vec<Gene>,
    /// A stretch of CA repeats: first and last position, 1-based, both inside.
    pub(super) repeat: Option<(u64, u64)>,
}

impl Sequence {
    /// Returns the 0-based index of a 1-based position; one beyond a circular sequence's end
    /// counts on from its origin.
    pub(super) fn index(&self, position: u64) -> usize {
        // A sequence is held in memory whole, so its indices are usize.
        ((position - 1) % self.length) as usize
    }

    /// Returns the gene-free stretch after the gene at `index`: first and last position, 1-based,
    /// both inside; nothing on a circular sequence.
    pub(super) fn gap_after(&self, index: usize) -> Option<(u64, u64)> {
        let first = self.genes[..=index].iter().map(Gene::end).max()? + 1;
        let next = self.genes.get(index + 1).map(|gene| gene.start);
        let last = next.unwrap_or(self.length + 1) - 1;
        (!self.circular && first <= last).then_some((first, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gene(strand: Strand) -> Gene {
        let span = |start, end| Span { start, end };
        Gene {
            number: 1,
            kind: Kind::Coding,
            strand,
            start: 101,
            length: 50,
            transcripts: vec![Transcript {
                exons: vec![span(0, 10), span(20, 30), span(40, 50)],
                cds: Some(span(6, 45)),
            }],
        }
    }

    #[test]
    fn a_reverse_gene_counts_from_its_highest_position() {
        let span = Span { start: 0, end: 10 };
        assert_eq!(gene(Strand::Forward).place(span), (101, 110));
        assert_eq!(gene(Strand::Reverse).place(span), (141, 150));
        assert_eq!(gene(Strand::Forward).locate(3), 104);
        assert_eq!(gene(Strand::Reverse).locate(3), 147);
    }

    #[test]
    fn coding_parts_carry_the_phase_of_their_first_base() {
        let transcript = &gene(Strand::Forward).transcripts[0];
        let parts = |from, to| -> Vec<_> {
            let parts = transcript.coding_parts(from, to).into_iter();
            parts.map(|(s, phase)| (s.start, s.end, phase)).collect()
        };
        assert_eq!(transcript.coding_length(), 19);
        assert_eq!(parts(0, 19), [(6, 10, 0), (20, 30, 2), (40, 45, 1)]);
        assert_eq!(parts(0, 3), [(6, 9, 0)]);
        assert_eq!(parts(3, 6), [(9, 10, 0), (20, 22, 2)]);
    }

    #[test]
    fn untranslated_regions_lie_on_both_sides_of_the_cds() {
        let transcript = &gene(Strand::Forward).transcripts[0];
        assert_eq!(transcript.five_prime_utr(), [Span { start: 0, end: 6 }]);
        assert_eq!(transcript.three_prime_utr(), [Span { start: 45, end: 50 }]);
        assert_eq!(gene(Strand::Forward).free_tail(), 5);
    }
}
