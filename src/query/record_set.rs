//! A set of records: one bit each, so that the records of a whole genome are half a megabyte.

use std::collections::BTreeMap;

/// A set of `record_id`: one bit each where they stand together, as those of a file do. What stands
/// far from all others, as somebody may have numbered it, takes no memory for what lies between.
#[derive(Clone, Debug, Default)]
pub struct RecordSet {
    words: Vec<u64>,
    /// Words by their number, none of which is one of `words`.
    far: BTreeMap<i64, u64>,
    len: u64,
}

/// How many words are added at once at the least.
const WORDS: usize = 1_024;

impl RecordSet {
    /// Adds a record; returns whether it was not there before.
    pub fn insert(&mut self, record: i64) -> bool {
        let number = record.div_euclid(64);
        let place = usize::try_from(number).ok();
        let word = match place {
            Some(place) if place < 2 * self.words.len() + WORDS => {
                if place >= self.words.len() {
                    self.grow(place + 1);
                }
                &mut self.words[place]
            }
            _ => self.far.entry(number).or_default(),
        };
        let bit = 1 << record.rem_euclid(64);
        let new = *word & bit == 0;
        *word |= bit;
        self.len += u64::from(new);
        new
    }

    /// Makes the words more, so that they take in what was far.
    fn grow(&mut self, len: usize) {
        let old = self.words.len() as i64;
        self.words.resize(len, 0);
        let near: Vec<i64> = self.far.range(old..len as i64).map(|(n, _)| *n).collect();
        for number in near {
            if let Some(word) = self.far.remove(&number) {
                self.words[number as usize] = word;
            }
        }
    }

    /// Tells whether a record is there.
    pub fn contains(&self, record: i64) -> bool {
        let number = record.div_euclid(64);
        let near = usize::try_from(number).ok();
        let word = match near.and_then(|place| self.words.get(place)) {
            Some(word) => *word,
            None if self.far.is_empty() => return false,
            None => self.far.get(&number).copied().unwrap_or(0),
        };
        word >> record.rem_euclid(64) & 1 == 1
    }

    /// Returns how many there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the records in ascending order: file order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        let far = |(number, word): (&i64, &u64)| (*number, *word);
        let below = self.far.range(..0).map(far);
        let above = self.far.range(0..).map(far);
        of_words(
            below
                .chain(numbered(self.words.iter().copied()))
                .chain(above),
        )
    }

    /// Returns the records in ascending order.
    fn into_iter(mut self) -> impl Iterator<Item = i64> {
        let above = self.far.split_off(&0);
        let words = self.words.into_iter();
        of_words(self.far.into_iter().chain(numbered(words)).chain(above))
    }

    /// Returns the last record.
    pub fn last(&self) -> Option<i64> {
        let near = self.words.iter().rposition(|&word| word != 0);
        let near = near.map(|place| (place as i64, self.words[place]));
        let far = self.far.iter().next_back().map(|(n, word)| (*n, *word));
        let (number, word) = near.max(far)?;
        Some(number * 64 + 63 - i64::from(word.leading_zeros()))
    }
}

impl PartialEq for RecordSet {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for RecordSet {}

fn numbered(words: impl Iterator<Item = u64>) -> impl Iterator<Item = (i64, u64)> {
    (0..).zip(words)
}

fn of_words(words: impl Iterator<Item = (i64, u64)>) -> impl Iterator<Item = i64> {
    words.flat_map(|(number, mut bits)| {
        std::iter::from_fn(move || {
            let bit = bits.trailing_zeros();
            (bit < 64).then(|| {
                bits &= bits - 1;
                number * 64 + i64::from(bit)
            })
        })
    })
}

/// Records in file order, in little memory: a list while they are few, one bit each then.
#[derive(Debug, Default)]
pub(crate) struct Records {
    few: Vec<i64>,
    many: RecordSet,
}

impl Records {
    const FEW: usize = 10_000;

    /// Adds a record that is after all others.
    pub(crate) fn push(&mut self, record: i64) {
        if self.many.is_empty() && self.few.len() < Self::FEW {
            self.few.push(record);
        } else {
            self.many.insert(record);
        }
    }

    /// Returns the records in file order.
    pub(crate) fn into_iter(self) -> impl Iterator<Item = i64> {
        self.few.into_iter().chain(self.many.into_iter())
    }
}

impl From<RecordSet> for Records {
    fn from(many: RecordSet) -> Self {
        Self {
            few: Vec::new(),
            many,
        }
    }
}

impl FromIterator<i64> for RecordSet {
    fn from_iter<I: IntoIterator<Item = i64>>(records: I) -> Self {
        let mut bits = Self::default();
        records
            .into_iter()
            .for_each(|record| _ = bits.insert(record));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out_in_order_and_once() {
        let mut bits: RecordSet = [64, 3, 1000, 0, 63, 3].into_iter().collect();
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 3, 63, 64, 1000]);
        assert_eq!((bits.len(), bits.last()), (5, Some(1000)));
        assert!(bits.insert(4) && !bits.insert(4));
        assert!(
            bits.contains(4) && !bits.contains(5) && !bits.contains(9999) && !bits.contains(-1)
        );
        assert!(RecordSet::default().is_empty() && !bits.is_empty());
        assert_eq!(RecordSet::default().last(), None);
        assert_eq!(RecordSet::from_iter([63]).last(), Some(63));
    }

    #[test]
    fn what_stands_far_off_takes_no_memory_for_what_lies_between() {
        let near = 64 * WORDS as i64;
        let mut all = vec![
            i64::MIN,
            -1,
            0,
            near - 1,
            near,
            3 * near,
            3 * near + 1,
            9 * near,
        ];
        all.extend([1 << 40, i64::MAX - 1, i64::MAX]);
        all.extend((0..2_000).map(|i| near + 100 * i));
        let backwards: RecordSet = all.iter().rev().copied().collect();
        let forwards: RecordSet = all.iter().copied().collect();
        all.sort_unstable();
        all.dedup();
        for bits in [&backwards, &forwards] {
            assert!(bits.iter().eq(all.iter().copied()));
            assert!(all.iter().all(|&record| bits.contains(record)));
            assert!(!bits.contains(i64::MIN + 1) && !bits.contains(-2) && !bits.contains(1 << 41));
            assert_eq!(
                (bits.len(), bits.last()),
                (all.len() as u64, Some(i64::MAX))
            );
            assert!(bits.words.len() < 10 * WORDS, "{}", bits.words.len());
        }
        assert_eq!(backwards, forwards);
        assert_eq!(RecordSet::from_iter([-100, -65]).last(), Some(-65));
    }

    #[test]
    fn few_and_many_records_come_in_order() {
        for count in [0, 1, 9_999, 10_000, 10_001, 30_000] {
            let mut records = Records::default();
            let expected: Vec<i64> = (0..count).map(|i| i * 3 + 1).collect();
            expected.iter().for_each(|&record| records.push(record));
            assert!(records.into_iter().eq(expected), "{count}");
        }
    }
}
