//! `demo.bed`: a few regions to ask for, BED6; the one file of the demo that is 0-based.

use std::io::{self, Write};

use super::{
    model::{Gene, Sequence},
    names,
    random::Random,
};

/// One line: `start` 0-based, `end` outside.
#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Region {
    start: u64,
    end: u64,
    name: String,
    score: u64,
    strand: char,
}

/// Writes about five regions of one sequence, by start.
pub(super) fn sequence(
    out: &mut impl Write,
    sequence: &Sequence,
    random: &mut Random,
) -> io::Result<()> {
    let mut regions = regions(sequence, random);
    regions.sort();
    for Region {
        start,
        end,
        name,
        score,
        strand,
    } in regions
    {
        let seqid = &sequence.name;
        writeln!(out, "{seqid}\t{start}\t{end}\t{name}\t{score}\t{strand}")?;
    }
    Ok(())
}

fn regions(sequence: &Sequence, random: &mut Random) -> Vec<Region> {
    let mut regions = Vec::new();
    let mut add = |(first, last): (u64, u64), name: String, strand: char| {
        regions.push(Region {
            start: first - 1,
            end: last.min(sequence.length),
            name,
            score: random.between(100, 1_000),
            strand,
        });
    };
    let genes = &sequence.genes;
    let inside = |gene: &&Gene| gene.end() <= sequence.length;
    if let Some(gene) = genes.iter().find(inside) {
        let around = (gene.start.saturating_sub(100).max(1), gene.end() + 100);
        let name = format!("around_{}", names::gene(gene.number));
        add(around, name, gene.strand.symbol());
        let first = gene.locate(0);
        let name = format!("first_base_of_{}", names::gene(gene.number));
        add((first, first), name, gene.strand.symbol());
    }
    let intron = |gene: &Gene| gene.transcripts[0].introns().next();
    if let Some((gene, intron)) = genes.iter().find_map(|g| Some((g, intron(g)?))) {
        let (first, last) = gene.place(intron);
        let name = format!("intron_of_{}", names::gene(gene.number));
        add((first + 10, last - 10), name, gene.strand.symbol());
    }
    if let Some((first, last)) = (0..genes.len()).find_map(|index| sequence.gap_after(index)) {
        add((first + 20, last - 20), String::from("between_genes"), '.');
    }
    if let [_, second, .., last] = &genes[..]
        && !sequence.circular
    {
        let several = (second.start + 50, last.start + last.length / 2);
        add(several, String::from("several_genes"), '.');
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::plan::{Draw, Plan};

    #[test]
    fn regions_are_sorted_and_one_is_a_single_base() -> io::Result<()> {
        for genes in [1, 2, 3, 20, 1_000] {
            let plan = Plan::new(genes, 1);
            for index in plan.sequences() {
                let planned = plan.sequence(index);
                let mut file = Vec::new();
                let mut random = plan.random(index, Draw::Regions);
                sequence(&mut file, &planned, &mut random)?;
                let text = String::from_utf8(file).unwrap();
                let spans: Vec<(u64, u64)> = text
                    .lines()
                    .map(|line| {
                        let columns: Vec<&str> = line.split('\t').collect();
                        assert_eq!(columns.len(), 6);
                        (columns[1].parse().unwrap(), columns[2].parse().unwrap())
                    })
                    .collect();
                assert!(spans.is_sorted());
                assert!(spans.iter().all(|(s, e)| s < e && *e <= planned.length));
                if !planned.circular {
                    assert!(spans.iter().any(|(start, end)| end - start == 1));
                }
            }
        }
        Ok(())
    }
}
