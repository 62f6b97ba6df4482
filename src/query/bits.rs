//! A set of records: one bit each, so that the records of a whole genome are half a megabyte.

/// A set of `record_id`, which are 0 or more.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Bits {
    words: Vec<u64>,
    len: u64,
}

impl Bits {
    /// Adds a record; returns whether it was not there before. One below 0 is never there.
    pub fn insert(&mut self, record: i64) -> bool {
        let Ok(at) = usize::try_from(record) else {
            return false;
        };
        let word = at / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let bit = 1 << (at % 64);
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.len += u64::from(new);
        new
    }

    /// Tells whether a record is there.
    pub fn contains(&self, record: i64) -> bool {
        usize::try_from(record)
            .ok()
            .and_then(|at| {
                self.words
                    .get(at / 64)
                    .map(|word| word >> (at % 64) & 1 == 1)
            })
            .unwrap_or(false)
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
        of_words(self.words.iter().copied())
    }

    /// Returns the last record.
    pub fn last(&self) -> Option<i64> {
        let at = self.words.iter().rposition(|&word| word != 0)?;
        Some((at * 64 + 63) as i64 - i64::from(self.words[at].leading_zeros()))
    }
}

fn of_words(words: impl Iterator<Item = u64>) -> impl Iterator<Item = i64> {
    words.enumerate().flat_map(|(word, mut bits)| {
        std::iter::from_fn(move || {
            let bit = bits.trailing_zeros();
            (bit < 64).then(|| {
                bits &= bits - 1;
                (word * 64) as i64 + i64::from(bit)
            })
        })
    })
}

/// Records in file order, in little memory: a list while they are few, one bit each then.
#[derive(Debug, Default)]
pub(crate) struct Records {
    few: Vec<i64>,
    many: Bits,
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
        self.few
            .into_iter()
            .chain(of_words(self.many.words.into_iter()))
    }
}

impl From<Bits> for Records {
    fn from(many: Bits) -> Self {
        Self {
            few: Vec::new(),
            many,
        }
    }
}

impl FromIterator<i64> for Bits {
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
        let mut bits: Bits = [64, 3, 1000, 0, 63, 3].into_iter().collect();
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 3, 63, 64, 1000]);
        assert_eq!((bits.len(), bits.last()), (5, Some(1000)));
        assert!(bits.insert(4) && !bits.insert(4) && !bits.insert(-1));
        assert!(
            bits.contains(4) && !bits.contains(5) && !bits.contains(9999) && !bits.contains(-1)
        );
        assert!(Bits::default().is_empty() && !bits.is_empty());
        assert_eq!(Bits::default().last(), None);
        assert_eq!(Bits::from_iter([63]).last(), Some(63));
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
