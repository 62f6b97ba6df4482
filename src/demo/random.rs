//! The pseudorandom numbers that the made-up genome is drawn from.
//!
//! A crate's generator may change with its version, and the genome with it; this one is ten lines
//! and stays.

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014, figure 16 (finalizer: Stafford's variant 13).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// The odd number next to 2^64 divided by the golden ratio: one step of the state.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// Returns a generator; the same `seed` and `stream` always give the same numbers.
    ///
    /// Streams keep one part's draws from moving another's.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let start = Self(seed).draw();
        Self(start ^ Self(!stream).draw())
    }

    /// Returns 64 random bits.
    pub(super) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number in `0..bound`; `bound` is from 1 to 2^32.
    ///
    /// Multiply and shift; the bias is below `bound` / 2^32, which no reader of a demo can see.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((self.draw() >> 32) * bound) >> 32
    }

    /// Returns a number from `low` to `high`, both included; `low` where `high` is lower.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Tells yes once in `n` times.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Fills `bases` with A, C, G and T, each as likely as the others.
    pub(super) fn fill(&mut self, bases: &mut [u8]) {
        for run in bases.chunks_mut(32) {
            let mut bits = self.draw();
            for base in run {
                *base = b"ACGT"[(bits & 3) as usize];
                bits >>= 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference_implementation() {
        let mut random = Random(0);
        assert_eq!(random.draw(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(random.draw(), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(random.draw(), 0x06c4_5d18_8009_454f);
        let mut random = Random(1_234_567);
        assert_eq!(random.draw(), 6_457_827_717_110_365_317);
        assert_eq!(random.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn bounds_hold_and_both_ends_turn_up() {
        let mut random = Random::new(1, 0);
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            let number = random.between(3, 7);
            assert!((3..=7).contains(&number), "{number}");
            seen[usize::try_from(number - 3).unwrap()] = true;
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(random.between(9, 2), 9);
    }

    #[test]
    fn streams_differ() {
        let first = |seed, stream| Random::new(seed, stream).draw();
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
        assert_eq!(first(7, 3), first(7, 3));
    }
}
