//! The bases of a sequence, drawn at random and then made to agree with its genes.

use super::{
    codon::{STOPS, complement, is_stop},
    model::{Gene, Sequence, Strand, Transcript},
    random::Random,
};

/// Returns all bases of a sequence, upper case.
pub(super) fn draw(sequence: &Sequence, random: &mut Random) -> Vec<u8> {
    // A sequence is planned to fit memory, so its length is a usize.
    let mut bases = vec![0; sequence.length as usize];
    random.fill(&mut bases);
    if let Some((first, last)) = sequence.repeat {
        for pair in bases[first as usize - 1..last as usize].chunks_mut(2) {
            pair.copy_from_slice(&b"CA"[..pair.len()]);
        }
    }
    for gene in &sequence.genes {
        for (local, base) in (0..).zip(sense(gene, random)) {
            let base = match gene.strand {
                Strand::Forward => base,
                Strand::Reverse => complement(base),
            };
            bases[sequence.index(gene.locate(local))] = base;
        }
    }
    bases
}

/// The bases of one gene on its own strand, some of them settled.
struct Draft {
    bases: Vec<u8>,
    settled: Vec<bool>,
}

impl Draft {
    fn settle(&mut self, positions: impl IntoIterator<Item = u64>, bases: &[u8]) {
        for (position, base) in positions.into_iter().zip(bases) {
            self.bases[position as usize] = *base;
            self.settled[position as usize] = true;
        }
    }

    /// Ends the stop codons inside the coding region.
    ///
    /// One base becomes C. No stop codon holds a C, so the change makes no new one in any frame or
    /// transcript, and one pass a transcript is enough.
    fn open_frame(&mut self, transcript: &Transcript) {
        let positions = transcript.coding_positions();
        for codon in positions[..positions.len().saturating_sub(3)].chunks_exact(3) {
            let bases = [0, 1, 2].map(|i| self.bases[codon[i] as usize]);
            if is_stop(bases) {
                let free = codon.iter().find(|&&i| !self.settled[i as usize]);
                // At most two neighbours are settled inside a coding region: an acceptor's AG.
                if let Some(position) = free {
                    self.bases[*position as usize] = b'C';
                }
            }
        }
    }
}

fn sense(gene: &Gene, random: &mut Random) -> Vec<u8> {
    let length = gene.length as usize;
    let mut draft = Draft {
        bases: vec![0; length],
        settled: vec![false; length],
    };
    random.fill(&mut draft.bases);
    for transcript in &gene.transcripts {
        for intron in transcript.introns() {
            // About one donor in twenty-five is GC; it stays one in every transcript that has it.
            if !draft.settled[intron.start as usize] {
                let donor = if random.one_in(25) { b"GC" } else { b"GT" };
                draft.settle(intron.start.., donor);
            }
            draft.settle(intron.end - 2.., b"AG");
        }
    }
    for transcript in &gene.transcripts {
        let coding = transcript.coding_positions();
        if coding.len() >= 6 && !draft.settled[coding[0] as usize] {
            let stop = STOPS[random.below(3) as usize];
            draft.settle(coding[..3].iter().copied(), b"ATG");
            draft.settle(coding[coding.len() - 3..].iter().copied(), &stop);
        }
    }
    for transcript in &gene.transcripts {
        draft.open_frame(transcript);
    }
    draft.bases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::{Draw, Plan};

    #[test]
    fn every_frame_is_open_in_every_transcript() {
        for seed in 0..5 {
            let plan = Plan::new(300, seed);
            let mut random = plan.random(0, Draw::Bases);
            let mut checked = 0;
            for gene in plan.sequence(0).genes {
                let bases = sense(&gene, &mut random);
                for transcript in &gene.transcripts {
                    let positions = transcript.coding_positions();
                    let spliced: Vec<u8> = positions.iter().map(|&i| bases[i as usize]).collect();
                    let stops: Vec<bool> = spliced
                        .chunks(3)
                        .map(|codon| is_stop([codon[0], codon[1], codon[2]]))
                        .collect();
                    if let Some((last, inner)) = stops.split_last() {
                        assert!(spliced.starts_with(b"ATG"));
                        assert!(last & !inner.contains(&true), "gene {}", gene.number);
                        checked += 1;
                    }
                }
            }
            assert!(checked > 250, "{checked}");
        }
    }

    #[test]
    fn a_repeat_reads_as_one() {
        let plan = Plan::new(3, 1);
        let sequence = plan.sequence(0);
        let bases = draw(&sequence, &mut plan.random(0, Draw::Bases));
        let (first, last) = sequence.repeat.unwrap();
        assert_eq!(bases.len() as u64, sequence.length);
        assert!(bases[first as usize - 1..last as usize].starts_with(b"CACACACA"));
    }
}
