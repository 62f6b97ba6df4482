//! Identifiers, names and descriptions of the made-up genes; each follows from a gene's number.

/// What the genes are said to make. Some phrases hold characters that GFF3 must escape.
const PHRASES: [&str; 9] = [
    "demo kinase",
    "ATP-binding protein, subunit A",
    "transporter; putative",
    "membrane protein",
    "chaperone, 50% like its neighbour",
    "protease (EC=3.4.-.-)",
    "DNA repair & recombination protein",
    "transcription factor, zinc finger; C2H2",
    "ribosomal protein",
];

/// Returns the gene's identifier: `DEMO00001`, `DEMO100000`.
pub(super) fn gene(number: u64) -> String {
    format!("DEMO{number:05}")
}

/// Returns the identifier of a gene's transcript, `DEMO00001.1`; `index` is from 0.
pub(super) fn transcript(number: u64, index: usize) -> String {
    format!("{}.{}", gene(number), index + 1)
}

/// Returns the gene's name, unlike any other gene's: three letters and a number; one is not ASCII.
pub(super) fn name(number: u64) -> String {
    if number == 4 {
        return String::from("naïve1");
    }
    // Three alphabets of 16 letters make 4,096 families; an odd factor visits each once, and not
    // in the order of the alphabet. None of the words they make is `naïve`.
    let (family, member) = ((number - 1) / 3, (number - 1) % 3 + 1);
    let word = (family * 1_733 + 905) % 4_096;
    let letter =
        |alphabet: &[u8; 16], shift: u64| char::from(alphabet[(word >> shift) as usize % 16]);
    let first = letter(b"bcdfghklmnprstvz", 8);
    let second = letter(b"cdfgjlmnpqrtvwxy", 4);
    let third = letter(b"abdhlmnpqrstwxyz", 0);
    format!("{first}{second}{third}{}", member + 3 * (family / 4_096))
}

/// Returns the transcript's name, in Ensembl's way: `abc1-201`; `index` is from 0.
pub(super) fn transcript_name(number: u64, index: usize) -> String {
    format!("{}-{}", name(number), 201 + index)
}

/// Returns the gene's description, as a person writes it, nothing escaped.
pub(super) fn description(number: u64) -> &'static str {
    PHRASES[(number % PHRASES.len() as u64) as usize]
}

/// Returns the gene's entries in two databases, which are made up too.
pub(super) fn cross_references(number: u64) -> [String; 2] {
    [
        format!("DemoDB:G{number:06}"),
        format!("DemoBank:{}", 3_001 + number * 7),
    ]
}

/// Returns where a gene is said to come from: column 2.
pub(super) fn source(number: u64) -> &'static str {
    if predicted(number) {
        "predicted"
    } else {
        "demo"
    }
}

/// Returns the score of a predicted gene, in hundredths, from 50 to 99; others have none.
pub(super) fn score(number: u64) -> Option<u64> {
    predicted(number).then_some(50 + number * 37 % 50)
}

fn predicted(number: u64) -> bool {
    number % 4 == 3
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_genes_share_a_name() {
        let names: HashSet<String> = (1..=100_000).map(name).collect();
        assert_eq!(names.len(), 100_000);
    }

    #[test]
    fn identifiers_follow_from_the_number() {
        assert_eq!(gene(1), "DEMO00001");
        assert_eq!(gene(100_000), "DEMO100000");
        assert_eq!(transcript(12, 0), "DEMO00012.1");
        assert_eq!(transcript_name(4, 1), "naïve1-202");
    }

    #[test]
    fn scores_belong_to_predictions() {
        assert_eq!((source(3), score(3)), ("predicted", Some(61)));
        assert_eq!((source(4), score(4)), ("demo", None));
    }
}
