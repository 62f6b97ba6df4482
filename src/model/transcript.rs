//! One transcript.

use super::parts::Parts;
use crate::coords::{Interval, merged};

/// Where a part of a gene model is from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Origin {
    /// The file has it.
    #[default]
    Annotated,
    /// It follows from other parts.
    Derived,
}

/// A stretch of coding sequence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CdsPart {
    /// Its record: `gff.record_id`.
    pub record: i64,
    /// Its bases; beyond the length of a circle where they are behind the origin.
    pub bases: Interval,
    /// Bases to the next codon's first base, 0 to 2; `None` where the file does not tell.
    pub phase: Option<u8>,
}

/// A side of the coding sequence, in the direction of transcription.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UtrSide {
    /// Before the coding sequence.
    Five,
    /// Behind it.
    Three,
}

/// A stretch of untranslated region.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UtrPart {
    /// Its bases.
    pub bases: Interval,
    /// Its side; `None` where neither its type nor the coding sequence tells.
    pub side: Option<UtrSide>,
}

/// A gap between two consecutive exons.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Intron {
    /// Its bases.
    pub bases: Interval,
    /// `+` or `-`, that of its exons; `None` where it is not known.
    pub strand: Option<char>,
    /// 1, 2, … in the order of transcription.
    pub number: usize,
    /// Whether coding sequence goes on from one side to the other.
    pub in_cds: bool,
}

/// A transcript and what it consists of.
///
/// On a circle, bases behind the origin are counted on beyond the length, so that those of a transcript
/// are in one order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transcript {
    /// Its record: `gff.record_id`, the first one where several lines share its ID. That of the gene where this is
    /// its own transcript.
    pub record: i64,
    /// Its ID.
    pub id: Option<String>,
    /// Its sequence; `None` where column 1 is a dot.
    pub seqid: Option<String>,
    /// Its bases, from the first to the last of all its lines.
    pub bases: Interval,
    /// `+` or `-`; `None` where it is not known, or differs between its lines or parts.
    pub strand: Option<char>,
    /// Its exons, in ascending order. They may touch or overlap where those of the file do.
    pub exons: Vec<Interval>,
    /// Where the exons are from.
    pub exon_origin: Origin,
    /// Its coding sequence, in the order of transcription.
    pub cds: Vec<CdsPart>,
    /// Its untranslated regions, in ascending order.
    pub utrs: Vec<UtrPart>,
    /// Where the untranslated regions are from.
    pub utr_origin: Origin,
    /// From the first coding base to the last: those of the CDS, and of start and stop codons, which GTF does not count
    /// among them.
    pub coding: Option<Interval>,
    /// Its introns, in ascending order.
    pub introns: Vec<Intron>,
    /// Whether a record says where its start codon is.
    pub has_start_codon: bool,
    /// From the first to the last base of its stop codon, where records say where it is.
    pub stop_codon: Option<Interval>,
}

/// What a transcript is made of.
pub(super) struct Pieces {
    pub record: i64,
    pub id: Option<String>,
    pub seqid: Option<String>,
    pub bases: Interval,
    pub strand: Option<char>,
    pub parts: Parts,
    /// CDS in file order, with their strands.
    pub cds: Vec<(CdsPart, Option<char>)>,
    pub utrs: Vec<(Interval, Option<UtrSide>)>,
    /// The strands of the exons, and of CDS and UTRs, in file order.
    pub exon_strands: Vec<(Interval, Option<char>)>,
    pub other_strands: Vec<(Interval, Option<char>)>,
    /// Stop and start codons, which are coding bases that GTF does not count among the CDS.
    pub codons: Vec<Interval>,
    pub has_start_codon: bool,
    pub stop_codon: Option<Interval>,
}

impl Transcript {
    pub(super) fn new(pieces: Pieces) -> Self {
        let Pieces {
            record,
            id,
            seqid,
            bases,
            strand: of_line,
            parts,
            cds,
            utrs,
            exon_strands,
            other_strands,
            codons,
            has_start_codon,
            stop_codon,
        } = pieces;
        let (mut exons, mut exon_origin) = parts.exons();
        exons.sort_unstable();
        if exons.is_empty() {
            (exons, exon_origin) = (vec![bases], Origin::Derived);
        }
        let mut strands = cds.iter().filter_map(|(_, strand)| *strand);
        let first = strands.next().or(of_line);
        let is_mixed = strands.any(|strand| Some(strand) != first);
        let strand = of_line.filter(|_| !is_mixed);
        let mut cds: Vec<CdsPart> = cds.into_iter().map(|(part, _)| part).collect();
        match strand {
            _ if is_mixed => {}
            Some('-') => {
                cds.sort_by_key(|part| std::cmp::Reverse((part.bases.last, part.bases.first)))
            }
            _ => cds.sort_by_key(|part| (part.bases.first, part.bases.last)),
        }
        let coding = parts
            .cds
            .iter()
            .chain(codons.iter().filter(|_| !parts.cds.is_empty()))
            .copied()
            .reduce(Interval::hull);
        let side = |bases: Interval| {
            let is_before = bases.last < coding?.first;
            let is_behind = bases.first > coding?.last;
            match (strand?, is_before, is_behind) {
                ('+', true, _) | ('-', _, true) => Some(UtrSide::Five),
                ('+', _, true) | ('-', true, _) => Some(UtrSide::Three),
                _ => None,
            }
        };
        let (mut utrs, utr_origin) = match (utrs.is_empty(), coding) {
            (true, Some(coding)) => {
                let outside = merged(exons.clone()).into_iter().flat_map(|exon| {
                    [
                        exon.within(i64::MIN, coding.first.saturating_sub(1)),
                        exon.within(coding.last.saturating_add(1), i64::MAX),
                    ]
                });
                let utrs = outside.flatten().map(|bases| UtrPart {
                    bases,
                    side: side(bases),
                });
                (utrs.collect(), Origin::Derived)
            }
            _ => {
                let utrs = utrs.into_iter().map(|(bases, told)| UtrPart {
                    bases,
                    side: told.or_else(|| side(bases)),
                });
                (utrs.collect::<Vec<_>>(), Origin::Annotated)
            }
        };
        utrs.sort_by_key(|utr| utr.bases);
        let of_exons = match exon_strands.is_empty() {
            true => other_strands,
            false => exon_strands,
        };
        Self {
            record,
            id,
            seqid,
            bases,
            strand,
            exons,
            exon_origin,
            cds,
            utrs,
            utr_origin,
            coding,
            introns: introns(of_exons, strand, coding),
            has_start_codon,
            stop_codon,
        }
    }
}

/// Returns the introns between what the exons are made of: the gaps, but for those between two strands.
fn introns(
    mut exons: Vec<(Interval, Option<char>)>,
    strand: Option<char>,
    coding: Option<Interval>,
) -> Vec<Intron> {
    exons.sort_by_key(|(bases, _)| *bases);
    let mut introns = Vec::new();
    let mut before: Option<(i64, Option<char>)> = None;
    for (bases, of_exon) in exons {
        let of_exon = of_exon.or(strand);
        if let Some((last, of_last)) = before
            && bases.first > last.saturating_add(1)
            && of_exon == of_last
            && let Some(bases) = Interval::new(last + 1, bases.first - 1)
        {
            introns.push(Intron {
                bases,
                strand: of_exon,
                number: introns.len() + 1,
                in_cds: coding.is_some_and(|all| all.first < bases.first && all.last > bases.last),
            });
        }
        let last = before.map_or(bases.last, |(last, _)| last.max(bases.last));
        before = Some((last, of_exon));
    }
    if strand == Some('-') {
        let count = introns.len();
        for intron in &mut introns {
            intron.number = count + 1 - intron.number;
        }
    }
    introns
}

impl UtrSide {
    /// Returns the side that a type of class `utr` names; `None` for one that names none.
    pub(super) fn of_type(ty: &str) -> Option<Self> {
        match ty {
            "five_prime_UTR" | "SO:0000204" | "five_prime_utr" | "5UTR" | "5'-UTR" => {
                Some(Self::Five)
            }
            "three_prime_UTR" | "SO:0000205" | "three_prime_utr" | "3UTR" | "3'-UTR" => {
                Some(Self::Three)
            }
            _ => None,
        }
    }
}
