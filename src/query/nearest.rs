//! The existing name that a mistyped one most likely means.

/// Returns the name that `wanted` most likely means, or `None` where none is near.
///
/// A name is near when it differs only in case or in a leading `chr`, or by few letters: one in
/// three to five, two in six to eight, three in more (a swap of neighbours is one). Of names that
/// are equally near, the first is returned.
///
/// # Examples
///
/// ```
/// use gffdb::query::nearest::nearest;
///
/// let types = ["gene", "mRNA", "exon"];
/// assert_eq!(nearest("mrna", types), Some("mRNA"));
/// assert_eq!(nearest("exno", types), Some("exon"));
/// assert_eq!(nearest("intron", types), None);
/// ```
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let letters: Vec<char> = wanted.chars().collect();
    let limit = match letters.len() {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    names
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            // 1 and chr1 are nearer than 1 and 2.
            let far = if bare(&lower) == bare(&wanted) {
                0
            } else {
                distance(&letters, &lower.chars().collect::<Vec<_>>())
            };
            (far <= limit).then_some((far, name))
        })
        .min_by_key(|&(far, _)| far)
        .map(|(_, name)| name)
}

fn bare(name: &str) -> &str {
    name.strip_prefix("chr").unwrap_or(name)
}

/// Returns how many letters are to be added, dropped, changed or swapped with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    // Rows of the usual matrix: the one before the last, the last, and the one in work.
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let change = last[j] + usize::from(x != y);
            row[j + 1] = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_changes() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("gene", "gene", 0),
            ("gene", "genes", 1),
            ("gene", "gne", 1),
            ("gene", "gone", 1),
            ("gene", "geen", 1),
            ("kitten", "sitting", 3),
            ("ünter", "unter", 1),
        ] {
            let letters = |s: &str| s.chars().collect::<Vec<_>>();
            assert_eq!(distance(&letters(a), &letters(b)), expected, "{a} {b}");
            assert_eq!(distance(&letters(b), &letters(a)), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let names = ["seqid", "start", "end", "gene_name", "chr1", "chr2", "chrX"];
        for (wanted, expected) in [
            ("strt", Some("start")),
            ("START", Some("start")),
            ("genename", Some("gene_name")),
            ("gene_nmae", Some("gene_name")),
            ("1", Some("chr1")),
            ("X", Some("chrX")),
            ("Chr2", Some("chr2")),
            ("3", None),
            ("en", None),
            ("biotype", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, names), expected, "{wanted}");
        }
    }

    #[test]
    fn the_nearest_wins_and_then_the_first() {
        assert_eq!(nearest("exonn", ["exo", "exon", "exons"]), Some("exon"));
        assert_eq!(nearest("exon", ["exoo", "exox"]), Some("exoo"));
        assert_eq!(nearest("exon", []), None);
    }
}
