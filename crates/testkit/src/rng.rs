//! Random bytes that a seed decides, and a source that fails at a chosen draw.

use crypto::{Error, Rng};

/// A deterministic generator (SplitMix64); for tests only, nothing about it is secret.
#[derive(Clone, Debug)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    /// The sequence that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.next().checked_rem(bound).unwrap_or(0)).unwrap_or(0)
    }

    /// A byte.
    pub const fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.byte()).collect()
    }
}

impl Rng for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for chunk in out.chunks_mut(8) {
            for (byte, random) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *byte = random;
            }
        }
        Ok(())
    }
}

/// A seeded generator whose `n`-th draw fails, as does every later one.
#[derive(Clone, Debug)]
pub struct Failing {
    inner: Seeded,
    good_draws: usize,
    /// Draws so far, the failed ones too.
    pub draws: usize,
}

impl Failing {
    /// Draws number 1 to `n - 1` are good.
    #[must_use]
    pub const fn at(seed: u64, n: usize) -> Self {
        Self { inner: Seeded::new(seed), good_draws: n.saturating_sub(1), draws: 0 }
    }

    /// Never fails, but counts its draws.
    #[must_use]
    pub const fn never(seed: u64) -> Self {
        Self::at(seed, usize::MAX)
    }
}

impl Rng for Failing {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.draws += 1;
        if self.draws > self.good_draws {
            return Err(Error::Entropy);
        }
        self.inner.fill(out)
    }
}

/// The seed of a test: `EMBERTLS_SEED`, else its own.
#[must_use]
pub fn seed_from_environment(own: u64) -> u64 {
    std::env::var("EMBERTLS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(own)
}

/// Whether every stated count is to be run (`EMBERTLS_FULL=1`), rather than a sample of it.
#[must_use]
pub fn full() -> bool {
    std::env::var("EMBERTLS_FULL").is_ok_and(|value| value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_bytes_and_others_do_not() {
        assert_eq!(Seeded::new(1).bytes(40), Seeded::new(1).bytes(40));
        assert_ne!(Seeded::new(1).bytes(40), Seeded::new(2).bytes(40));
    }

    #[test]
    fn the_chosen_draw_and_all_later_ones_fail() {
        let mut rng = Failing::at(1, 3);
        let outcomes: Vec<bool> = (0..5).map(|_| rng.fill(&mut [0; 4]).is_ok()).collect();
        assert_eq!(outcomes, [true, true, false, false, false]);
        assert_eq!(rng.draws, 5);
    }
}
