//! Exons, introns and coding region of one gene, drawn at random within the rules.
//!
//! A coding gene's other transcripts keep its reading frame: they start or end elsewhere in an
//! untranslated region, skip an exon of whole codons, or take an acceptor some codons downstream.

use super::{
    model::{Kind, Span, Transcript},
    random::Random,
};

/// Returns the transcripts of gene `number`, the canonical one first, and the gene's length.
pub(super) fn transcripts(kind: Kind, number: u64, random: &mut Random) -> (Vec<Transcript>, u64) {
    let transcripts = match kind {
        Kind::Coding => coding(number, random),
        Kind::LongNoncoding => long_noncoding(random),
        Kind::Transfer => vec![noncoding(&[random.between(71, 90)], random)],
        Kind::Pseudogene => vec![noncoding(&[random.between(250, 700)], random)],
    };
    let length = transcripts[0].span().end;
    (transcripts, length)
}

/// Returns the one transcript of a gene without introns or untranslated regions, as on plasmids.
pub(super) fn bare(codons: u64) -> (Vec<Transcript>, u64) {
    let length = 3 * codons;
    let whole = Span {
        start: 0,
        end: length,
    };
    let transcript = Transcript {
        exons: vec![whole],
        cds: Some(whole),
    };
    (vec![transcript], length)
}

/// Which end of the coding region an intron cuts through, if any.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Cut {
    No,
    StartCodon,
    StopCodon,
}

/// Exon lengths of a coding gene, and what may happen to them.
struct Draft {
    lengths: Vec<u64>,
    /// The exon of the start codon, and bases in front of it there.
    start: (usize, u64),
    /// The exon of the stop codon's last base, and bases up to its end there.
    end: (usize, u64),
    /// Exons wholly between start and stop codon: one to skip, one to shorten.
    skipped: Option<usize>,
    shortened: Option<usize>,
}

fn coding(number: u64, random: &mut Random) -> Vec<Transcript> {
    let cut = match number % 10 {
        4 => Cut::StartCodon,
        9 => Cut::StopCodon,
        _ => Cut::No,
    };
    let draft = draft(cut, random);
    let exons = spaced(&draft.lengths, random);
    let cds = Span {
        start: exons[draft.start.0].start + draft.start.1,
        end: exons[draft.end.0].start + draft.end.1,
    };
    let canonical = Transcript {
        exons,
        cds: Some(cds),
    };
    let mut variants = variants(&canonical, &draft, random);
    let wanted = [0, 1, 1, 2, 2, 3][random.below(6) as usize];
    let mut transcripts = vec![canonical];
    while transcripts.len() <= wanted && !variants.is_empty() {
        let choice = random.below(variants.len() as u64) as usize;
        transcripts.push(variants.swap_remove(choice));
    }
    transcripts
}

fn draft(cut: Cut, random: &mut Random) -> Draft {
    let count = match cut {
        Cut::No => [1, 2, 3, 4, 5, 6, 7, 9][random.below(8) as usize],
        _ => random.between(2, 6) as usize,
    };
    if count == 1 {
        return single(random);
    }
    let mut lengths: Vec<u64> = (0..count).map(|_| random.between(60, 300)).collect();
    let first = usize::from(count >= 4 && random.one_in(3));
    let last = count - 1 - usize::from(count >= 5 && cut != Cut::StopCodon && random.one_in(4));
    let (mut skipped, mut shortened) = (None, None);
    if cut == Cut::No && last > first + 1 {
        let inner = random.between(first as u64 + 1, last as u64 - 1) as usize;
        lengths[inner] -= lengths[inner] % 3;
        skipped = Some(inner);
        shortened = (first + 1..last).rev().find(|&exon| exon != inner);
    }
    let mut start = match cut {
        Cut::StartCodon => lengths[first] - random.between(1, 2),
        _ => random.between(12, lengths[first] - 20),
    };
    let mut end = match cut {
        Cut::StopCodon => random.between(1, 2),
        _ => random.between(15, lengths[last] - 12),
    };
    // Whole codons: what is over goes to the untranslated region that has room.
    let over = (lengths[first..last].iter().sum::<u64>() - start + end) % 3;
    match cut {
        Cut::StopCodon => start += over,
        _ => end -= over,
    }
    Draft {
        lengths,
        start: (first, start),
        end: (last, end),
        skipped,
        shortened,
    }
}

fn single(random: &mut Random) -> Draft {
    let length = random.between(400, 1_200);
    let start = random.between(20, 100);
    let end = length - random.between(20, 150);
    Draft {
        lengths: vec![length],
        start: (0, start),
        end: (0, end - (end - start) % 3),
        skipped: None,
        shortened: None,
    }
}

/// Returns every other transcript that the draft allows.
fn variants(canonical: &Transcript, draft: &Draft, random: &mut Random) -> Vec<Transcript> {
    let last = draft.lengths.len() - 1;
    let mut all = Vec::new();
    let mut vary = |change: &dyn Fn(&mut Vec<Span>)| {
        let mut transcript = canonical.clone();
        change(&mut transcript.exons);
        all.push(transcript);
    };
    // Bases of the first and of the last exon that can go without touching the coding region.
    let head = match draft.start {
        (0, before) => before,
        _ => draft.lengths[0] - 20,
    };
    let tail = match draft.end {
        (exon, end) if exon == last => draft.lengths[last] - end,
        _ => draft.lengths[last] - 20,
    };
    let head = random.between(3, (head - 5).min(60));
    let tail = random.between(3, (tail - 5).min(60));
    vary(&|exons| exons[0].start += head);
    vary(&|exons| exons[last].end -= tail);
    if let Some(exon) = draft.skipped {
        vary(&|exons| {
            exons.remove(exon);
        });
    }
    if let Some(exon) = draft.shortened {
        let codons = random.between(1, 4);
        vary(&|exons| exons[exon].start += 3 * codons);
    }
    all
}

fn long_noncoding(random: &mut Random) -> Vec<Transcript> {
    let count = random.between(2, 4);
    let lengths: Vec<u64> = (0..count).map(|_| random.between(80, 400)).collect();
    let mut transcripts = vec![noncoding(&lengths, random)];
    if random.one_in(2) {
        let mut shorter = transcripts[0].clone();
        shorter.exons[0].start += random.between(5, 40);
        transcripts.push(shorter);
    }
    transcripts
}

fn noncoding(lengths: &[u64], random: &mut Random) -> Transcript {
    Transcript {
        exons: spaced(lengths, random),
        cds: None,
    }
}

/// Puts introns of 70 to 400 bases between exons.
fn spaced(lengths: &[u64], random: &mut Random) -> Vec<Span> {
    let mut exons = Vec::with_capacity(lengths.len());
    let mut start = 0;
    for length in lengths {
        let end = start + length;
        exons.push(Span { start, end });
        start = end + random.between(70, 400);
    }
    exons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transcript_has_whole_codons_and_exons_in_order() {
        let mut random = Random::new(5, 0);
        for number in 1..=2_000 {
            let (transcripts, length) = transcripts(Kind::Coding, number, &mut random);
            assert!((1..=4).contains(&transcripts.len()));
            for transcript in &transcripts {
                let coding = transcript.coding_length();
                assert!(coding % 3 == 0 && coding >= 15, "gene {number}: {coding}");
                assert!(transcript.exons.iter().all(|exon| exon.length() >= 6));
                assert!(transcript.introns().all(|intron| intron.length() >= 70));
                assert!(transcript.span().end <= length);
            }
        }
    }

    #[test]
    fn some_introns_cut_start_and_stop_codons() {
        let mut random = Random::new(5, 0);
        let mut cut = |number| {
            let (transcripts, _) = transcripts(Kind::Coding, number, &mut random);
            let total = transcripts[0].coding_length();
            let start = transcripts[0].coding_parts(0, 3).len();
            let stop = transcripts[0].coding_parts(total - 3, total).len();
            (start, stop)
        };
        assert_eq!(cut(4), (2, 1));
        assert_eq!(cut(9), (1, 2));
        assert_eq!(cut(1), (1, 1));
    }

    #[test]
    fn no_two_transcripts_of_a_gene_are_the_same() {
        let mut random = Random::new(9, 0);
        for number in 1..=500 {
            let (transcripts, _) = transcripts(Kind::Coding, number, &mut random);
            for (i, a) in transcripts.iter().enumerate() {
                assert!(transcripts[..i].iter().all(|b| a.exons != b.exons));
            }
        }
    }
}
