//! Feature types: which names and accessions are sequence features of the Sequence Ontology.

use std::{collections::HashMap, sync::LazyLock};

/// Accessions and names, a term a line: `SO:0000704 gene`.
const TERMS: &str = include_str!("so_terms.txt");

/// Types of GTF 2.2 and of the GTF files of Ensembl and GENCODE that the Sequence Ontology names
/// otherwise or not at all.
const GTF: [&str; 8] = [
    "5UTR",
    "3UTR",
    "inter",
    "inter_CNS",
    "intron_CNS",
    "Selenocysteine",
    "five_prime_utr",
    "three_prime_utr",
];

/// Every name and accession, by its letters and digits in lower case.
static BY_LETTERS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    terms()
        .flat_map(|(accession, name)| [accession, name])
        .map(|term| (letters(term), term))
        .collect()
});

fn terms() -> impl Iterator<Item = (&'static str, &'static str)> {
    TERMS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
}

fn letters(term: &str) -> String {
    term.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// What is known of a type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Known {
    /// It is a sequence feature.
    Yes,
    /// It is none, but for its case and punctuation it would be this one.
    Nearly(&'static str),
    /// It is none.
    No,
}

/// Types seen lately, so that each is looked up once.
#[derive(Debug, Default)]
pub(super) struct Types {
    seen: HashMap<String, Known>,
}

/// How many types are remembered; a forgotten one is only looked up again.
const MOST_REMEMBERED: usize = 4_096;

impl Types {
    /// Tells what is known of a type, decoded; GTF has some of its own.
    pub fn look_up(&mut self, ty: &str, gtf: bool) -> Known {
        if gtf && GTF.contains(&ty) {
            return Known::Yes;
        }
        if let Some(known) = self.seen.get(ty) {
            return *known;
        }
        let known = look_up(ty);
        if self.seen.len() >= MOST_REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert(ty.to_owned(), known);
        known
    }
}

fn look_up(ty: &str) -> Known {
    match BY_LETTERS.get(&letters(ty)) {
        Some(term) if *term == ty => Known::Yes,
        // Two terms may share their letters; the table keeps one of them.
        Some(_) if terms().any(|(accession, name)| ty == name || ty == accession) => Known::Yes,
        Some(term) => Known::Nearly(term),
        None => Known::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_accessions_are_known_and_near_misses_told() {
        let mut types = Types::default();
        for (ty, gtf, expected) in [
            ("gene", false, Known::Yes),
            ("SO:0000704", false, Known::Yes),
            ("lnc_RNA", false, Known::Yes),
            ("lncRNA", false, Known::Yes),
            ("sequence_feature", false, Known::Yes),
            ("Gene", false, Known::Nearly("gene")),
            ("five-prime-UTR", false, Known::Nearly("five_prime_UTR")),
            ("5UTR", true, Known::Yes),
            ("5UTR", false, Known::No),
            ("noodle", false, Known::No),
            // Attributes and variants are terms, and no features.
            ("protein_coding", false, Known::No),
            ("missense_variant", false, Known::No),
            ("", false, Known::No),
        ] {
            assert_eq!(types.look_up(ty, gtf), expected, "{ty}");
            assert_eq!(types.look_up(ty, gtf), expected, "{ty}, remembered");
        }
    }

    #[test]
    fn the_table_is_sorted_and_whole() {
        let accessions: Vec<_> = terms().map(|(accession, _)| accession).collect();
        assert!(accessions.is_sorted());
        assert!(accessions.len() > 1_800);
        let plain = |a: &&str| a.len() == 10 && a.starts_with("SO:");
        assert!(accessions.iter().all(plain));
    }
}
