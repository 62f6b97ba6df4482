//! What is known of sequences while a file streams by.

use std::collections::{HashMap, HashSet};

/// How many names are remembered; a name that was forgotten is only noted twice.
const MOST_REMEMBERED: usize = 65_536;

/// The sequences seen lately, how far their records reach, and those that are circles.
#[derive(Debug, Default)]
pub struct Sequences {
    last: String,
    /// Of the records of `last`, as far as `seen` does not know it.
    extent: Extent,
    seen: HashMap<String, Extent>,
    circular: HashSet<String>,
    /// What is forgotten, and not told yet.
    forgotten: Vec<(String, i64)>,
}

/// How long a sequence is at least. All are 1-based positions, 0 where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    /// The last base of a record.
    end: i64,
    /// The last base of a feature that seems to be the whole sequence.
    whole: i64,
    /// The last base of a feature that has the name of the sequence.
    landmark: i64,
}

impl Extent {
    fn add(&mut self, other: Self) {
        self.end = self.end.max(other.end);
        self.whole = self.whole.max(other.whole);
        self.landmark = self.landmark.max(other.landmark);
    }

    /// Tells whether the feature that seemed to be the whole sequence is a part of it.
    fn has_more(&self) -> bool {
        let whole = match self.landmark {
            0 => self.whole,
            landmark => landmark,
        };
        whole > 0 && whole < self.end
    }
}

impl Sequences {
    /// Tells whether a sequence has not been named before, as far as is remembered.
    pub fn is_new(&mut self, seqid: &str) -> bool {
        // Records of one sequence stand together, nearly always.
        if self.last == seqid && !self.seen.is_empty() {
            return false;
        }
        self.note_extent();
        self.last.clear();
        self.last.push_str(seqid);
        if self.seen.contains_key(seqid) {
            return false;
        }
        if self.seen.len() >= MOST_REMEMBERED {
            self.forget();
        }
        self.seen.insert(seqid.to_owned(), Extent::default());
        true
    }

    /// Notes the last base of a record of the sequence that was named last.
    pub fn reach(&mut self, end: i64) {
        self.extent.add(Extent {
            end,
            ..Extent::default()
        });
    }

    /// Notes the last base of a feature that seems to be the whole of the sequence that was named last, and
    /// whether it has its name.
    pub fn whole(&mut self, end: i64, is_landmark: bool) {
        self.extent.add(Extent {
            end,
            whole: if is_landmark { 0 } else { end },
            landmark: if is_landmark { end } else { 0 },
        });
    }

    fn note_extent(&mut self) {
        let extent = std::mem::take(&mut self.extent);
        if let Some(known) = self.seen.get_mut(&self.last) {
            known.add(extent);
        }
    }

    fn forget(&mut self) {
        let longer = self.seen.drain().filter(|(_, extent)| extent.has_more());
        self.forgotten
            .extend(longer.map(|(seqid, extent)| (seqid, extent.end)));
    }

    /// Returns the sequences that are longer than the feature that seemed to be all of them, and the last
    /// base of a record: those that are forgotten by now.
    pub fn forgotten(&mut self) -> std::vec::Drain<'_, (String, i64)> {
        self.forgotten.drain(..)
    }

    /// Forgets all; returns them as [`forgotten`](Self::forgotten) does, by name.
    pub fn longer(&mut self) -> Vec<(String, i64)> {
        self.note_extent();
        self.last.clear();
        self.forget();
        self.forgotten.sort_unstable();
        std::mem::take(&mut self.forgotten)
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

    #[test]
    fn a_sequence_longer_than_what_seemed_all_of_it_is_told_at_the_end() {
        let mut sequences = Sequences::default();
        for (seqid, end, whole) in [
            ("sq1", 8, Some(false)),
            ("sq1", 5, None),
            ("sq0", 13, None),
            ("sq2", 6, Some(false)),
            ("sq1", 9, None),
            ("sq3", 2, None),
            ("sq3", 1, Some(false)),
            ("sq2", 7, Some(false)),
            ("sq0", 1, None),
            ("sq4", 9, Some(false)),
            ("sq4", 8, Some(true)),
            ("sq5", 9, Some(true)),
            ("sq5", 8, Some(false)),
        ] {
            sequences.is_new(seqid);
            sequences.reach(end);
            if let Some(is_landmark) = whole {
                sequences.whole(end, is_landmark);
            }
        }
        let expected = [("sq1", 9), ("sq3", 2), ("sq4", 9)];
        let expected = expected.map(|(seqid, end)| (String::from(seqid), end));
        assert_eq!(sequences.longer(), expected);
        assert_eq!(sequences.longer(), []);
    }
}
