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
        self.words.iter().enumerate().flat_map(|(word, &bits)| {
            let mut bits = bits;
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros();
                (bit < 64).then(|| {
                    bits &= bits - 1;
                    (word * 64) as i64 + i64::from(bit)
                })
            })
        })
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
        assert_eq!(bits.len(), 5);
        assert!(bits.insert(4) && !bits.insert(4) && !bits.insert(-1));
        assert!(
            bits.contains(4) && !bits.contains(5) && !bits.contains(9999) && !bits.contains(-1)
        );
        assert!(Bits::default().is_empty() && !bits.is_empty());
    }
}
