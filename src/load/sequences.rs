//! What is known of sequences while a file streams by.

use std::collections::HashSet;

/// How many names are remembered; a name that was forgotten is only noted twice.
const MOST_REMEMBERED: usize = 65_536;

/// The sequences seen lately, and those that are circles.
#[derive(Debug, Default)]
pub struct Sequences {
    last: String,
    seen: HashSet<String>,
    circular: HashSet<String>,
}

impl Sequences {
    /// Tells whether a sequence has not been named before, as far as is remembered.
    pub fn is_new(&mut self, seqid: &str) -> bool {
        // Records of one sequence stand together, nearly always.
        if self.last == seqid && !self.seen.is_empty() {
            return false;
        }
        self.last.clear();
        self.last.push_str(seqid);
        if self.seen.contains(seqid) {
            return false;
        }
        if self.seen.len() >= MOST_REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert(seqid.to_owned())
    }

    /// Notes that a sequence is a circle.
    pub fn set_circular(&mut self, seqid: &str) {
        if self.circular.len() < MOST_REMEMBERED {
            self.circular.insert(seqid.to_owned());
        }
    }

    /// Tells whether a feature with `Is_circular=true` spanned the sequence so far.
    pub fn is_circular(&self, seqid: &str) -> bool {
        self.circular.contains(seqid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_new_once() {
        let mut sequences = Sequences::default();
        for (seqid, new) in [
            ("sq0", true),
            ("sq0", false),
            ("sq1", true),
            ("sq0", false),
            ("", true),
            ("", false),
        ] {
            assert_eq!(sequences.is_new(seqid), new, "{seqid:?}");
        }
    }
}
