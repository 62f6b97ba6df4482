//! Stretches of bases: 1-based, both ends inside, as GFF3 and GTF count them.

/// A stretch of bases, of which both ends are inside: 1-based, `first` never behind `last`.
///
/// GFF3 1.26, "Columns 4 & 5": "The start and end coordinates of the feature are given in positive 1-based
/// integer coordinates".
///
/// # Examples
///
/// ```
/// use gffdb::coords::Interval;
///
/// let exon = Interval::new(101, 200).unwrap();
/// assert_eq!(exon.len(), 100);
/// assert_eq!(exon.half_open(), (100, 200));
/// assert_eq!(Interval::new(200, 101), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Interval {
    /// The first base.
    pub first: i64,
    /// The last base, inside.
    pub last: i64,
}

impl Interval {
    /// Takes the first and the last base; `None` where the last is before the first.
    pub fn new(first: i64, last: i64) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Returns how many bases it has, which is one at least.
    #[expect(clippy::len_without_is_empty, reason = "none is empty")]
    pub fn len(self) -> i64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// Returns start and end as BED and most programs count them: from 0, the end not inside.
    pub fn half_open(self) -> (i64, i64) {
        (self.first.saturating_sub(1), self.last)
    }

    /// Tells whether the two have a base in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Tells whether the two overlap, or one begins behind the last base of the other.
    pub fn touches(self, other: Self) -> bool {
        self.first.saturating_sub(1) <= other.last && other.first.saturating_sub(1) <= self.last
    }

    /// Tells whether all bases of another are in it.
    pub fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// Returns the stretch from the first base of either to the last.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }

    /// Returns the stretch some bases further on.
    #[must_use]
    pub fn moved(self, bases: i64) -> Self {
        Self {
            first: self.first.saturating_add(bases),
            last: self.last.saturating_add(bases),
        }
    }

    /// Returns the part of it from one base to another, both inside; `None` where there is none.
    pub fn within(self, first: i64, last: i64) -> Option<Self> {
        Self::new(self.first.max(first), self.last.min(last))
    }
}

/// Joins stretches that overlap or touch; returns them in ascending order.
///
/// # Examples
///
/// ```
/// use gffdb::coords::{Interval, merged};
///
/// let stretch = |first, last| Interval::new(first, last).unwrap();
/// let all = vec![stretch(8, 9), stretch(1, 3), stretch(4, 5)];
/// assert_eq!(merged(all), [stretch(1, 5), stretch(8, 9)]);
/// ```
pub fn merged(mut stretches: Vec<Interval>) -> Vec<Interval> {
    stretches.sort_unstable();
    stretches.dedup_by(|next, last| {
        let joins = last.touches(*next);
        if joins {
            *last = last.hull(*next);
        }
        joins
    });
    stretches
}

/// Returns the stretches between consecutive ones of `merged`, which come in ascending order and do not touch.
///
/// # Examples
///
/// ```
/// use gffdb::coords::{Interval, gaps};
///
/// let stretch = |first, last| Interval::new(first, last).unwrap();
/// let introns: Vec<_> = gaps(&[stretch(1, 5), stretch(8, 9)]).collect();
/// assert_eq!(introns, [stretch(6, 7)]);
/// ```
pub fn gaps(merged: &[Interval]) -> impl DoubleEndedIterator<Item = Interval> + '_ {
    merged.windows(2).filter_map(|pair| {
        Interval::new(
            pair[0].last.saturating_add(1),
            pair[1].first.saturating_sub(1),
        )
    })
}

/// A circular sequence whose length is known.
///
/// GFF3 1.26, "Circular Genomes": a feature over the origin ends beyond the length.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Circle {
    /// The dataset that it is of; `None` where the sequence is the same circle in all that have it.
    pub dataset: Option<String>,
    /// Its name.
    pub seqid: String,
    /// Its bases.
    pub length: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch((first, last): (i64, i64)) -> Interval {
        Interval::new(first, last).expect("in order")
    }

    #[test]
    fn stretches_that_overlap_or_touch_are_one() {
        for (stretches, expected) in [
            (vec![], vec![]),
            (vec![(1, 5), (6, 9), (11, 12)], vec![(1, 9), (11, 12)]),
            (vec![(6, 9), (1, 5)], vec![(1, 9)]),
            (vec![(1, 9), (2, 3), (8, 12)], vec![(1, 12)]),
            (vec![(3, 3), (1, 1)], vec![(1, 1), (3, 3)]),
            (
                vec![(i64::MIN, i64::MAX), (0, 0)],
                vec![(i64::MIN, i64::MAX)],
            ),
        ] {
            let found = merged(stretches.iter().copied().map(stretch).collect());
            let expected: Vec<_> = expected.into_iter().map(stretch).collect();
            assert_eq!(found, expected, "{stretches:?}");
        }
    }

    #[test]
    fn relations_are_those_of_sets_of_bases() {
        let all = || (1..6).flat_map(|a| (a..6).map(move |b| stretch((a, b))));
        let bases = |i: Interval| i.first..=i.last;
        for a in all() {
            assert_eq!(a.len(), bases(a).count() as i64);
            for b in all() {
                let common = bases(a).filter(|base| bases(b).contains(base)).count();
                assert_eq!(a.overlaps(b), common > 0, "{a:?} {b:?}");
                assert_eq!(a.contains(b), common as i64 == b.len(), "{a:?} {b:?}");
                let is_next = a.last + 1 == b.first || b.last + 1 == a.first;
                assert_eq!(a.touches(b), common > 0 || is_next, "{a:?} {b:?}");
                let part = a.within(b.first, b.last).map_or(0, Interval::len);
                assert_eq!(part, common as i64, "{a:?} {b:?}");
            }
        }
    }
}
