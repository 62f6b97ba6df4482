//! Complement and genetic code, as far as the made-up genome needs them.

/// Amino acids of the standard genetic code (NCBI translation table 1), codons in the order
/// AAA, AAC, AAG, AAT, ACA, …, TTT; `*` is a stop.
const STANDARD: &[u8; 64] = b"KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF";

/// The three stop codons.
pub(super) const STOPS: [[u8; 3]; 3] = [*b"TAA", *b"TAG", *b"TGA"];

/// Returns the amino acid of a codon in A, C, G and T.
pub(super) fn translate(codon: [u8; 3]) -> u8 {
    let digit = |base| match base {
        b'A' => 0,
        b'C' => 1,
        b'G' => 2,
        _ => 3,
    };
    STANDARD[16 * digit(codon[0]) + 4 * digit(codon[1]) + digit(codon[2])]
}

/// Tells whether a codon ends translation.
pub(super) fn is_stop(codon: [u8; 3]) -> bool {
    STOPS.contains(&codon)
}

/// Returns the base that pairs with `base`.
pub(super) fn complement(base: u8) -> u8 {
    match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        _ => b'A',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codons_translate_as_in_the_standard_code() {
        for (codon, acid) in [
            (b"ATG", b'M'),
            (b"TGG", b'W'),
            (b"AAA", b'K'),
            (b"CAT", b'H'),
            (b"GGC", b'G'),
            (b"AGT", b'S'),
            (b"TTT", b'F'),
            (b"TGA", b'*'),
        ] {
            assert_eq!(translate(*codon), acid, "{}", codon.escape_ascii());
        }
    }

    #[test]
    fn three_codons_of_sixty_four_are_stops() {
        let bases = b"ACGT";
        let mut stops = Vec::new();
        for a in bases {
            for b in bases {
                for c in bases {
                    let codon = [*a, *b, *c];
                    assert_eq!(translate(codon) == b'*', is_stop(codon));
                    stops.extend(is_stop(codon).then_some(codon));
                }
            }
        }
        assert_eq!(stops, STOPS);
    }

    #[test]
    fn complementing_twice_changes_nothing() {
        assert_eq!(b"ACGT".map(complement), *b"TGCA");
        assert_eq!(b"ACGT".map(complement).map(complement), *b"ACGT");
    }
}
