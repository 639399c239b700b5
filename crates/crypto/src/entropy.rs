//! Entropy sources under the health tests of NIST SP 800-90B section 4.4.

use crate::{Error, limits};
use memory::Bytes;
use zeroize::Zeroize;

/// A noise source: an operating system, a hardware generator. Its samples are bytes.
pub trait EntropySource {
    /// Bits of min-entropy that each byte is known to have, 1 to 8 (SP 800-90B section 3.1.3). A claim that is too
    /// high weakens everything; for raw noise take the figure of the chip's data sheet.
    fn min_entropy_bits_per_byte(&self) -> u8;

    /// Fills `out` with samples.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the source cannot.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error>;
}

/// A registered source with the state of its health tests. Once it fails, it stays failed.
pub struct Source<'s> {
    source: &'s mut dyn EntropySource,
    health: Option<Health>,
    failed: bool,
}

impl<'s> Source<'s> {
    /// Registers a source; it is tested at its first use.
    pub fn new(source: &'s mut dyn EntropySource) -> Self {
        Self { source, health: None, failed: false }
    }

    /// Appends samples with at least `bits` of min-entropy.
    ///
    /// # Errors
    /// [`Error::Entropy`] when the source fails or is unhealthy, now or earlier.
    pub fn gather(&mut self, bits: usize, seed: &mut Bytes) -> Result<(), Error> {
        let gathered = if self.failed { Err(Error::Entropy) } else { self.gather_tested(bits, seed) };
        self.failed = gathered.is_err();
        gathered
    }

    fn gather_tested(&mut self, bits: usize, seed: &mut Bytes) -> Result<(), Error> {
        let claim = usize::from(self.source.min_entropy_bits_per_byte());
        let mut health = match self.health.take() {
            Some(health) => health,
            None => self.start(claim)?,
        };
        let mut left = bits.div_ceil(claim);
        let mut samples = [0; 64];
        while left > 0 {
            let samples = samples.get_mut(..left.min(64)).ok_or(Error::Entropy)?;
            self.source.fill(samples)?;
            health.check(samples)?;
            seed.extend(samples)?;
            left -= samples.len();
        }
        samples.zeroize();
        self.health = Some(health);
        Ok(())
    }

    /// The start-up test: samples that are tested and thrown away (SP 800-90B section 4.3, requirement 10).
    fn start(&mut self, claim: usize) -> Result<Health, Error> {
        let mut health = Health::new(claim)?;
        let mut samples = [0; limits::START_UP_SAMPLES];
        self.source.fill(&mut samples)?;
        health.check(&samples)?;
        samples.zeroize();
        Ok(health)
    }
}

/// The repetition count test (section 4.4.1) and the adaptive proportion test (section 4.4.2).
struct Health {
    repetition_cutoff: usize,
    proportion_cutoff: usize,
    last: Option<u8>,
    repetitions: usize,
    /// The sample that is counted over the window, its count, and how many samples of the window have passed.
    counted: u8,
    count: usize,
    passed: usize,
}

impl Health {
    fn new(claim: usize) -> Result<Self, Error> {
        let index = claim.checked_sub(1).ok_or(Error::Entropy)?;
        Ok(Self {
            repetition_cutoff: *limits::REPETITION_CUTOFFS.get(index).ok_or(Error::Entropy)?,
            proportion_cutoff: *limits::PROPORTION_CUTOFFS.get(index).ok_or(Error::Entropy)?,
            last: None,
            repetitions: 0,
            counted: 0,
            count: 0,
            passed: 0,
        })
    }

    fn check(&mut self, samples: &[u8]) -> Result<(), Error> {
        samples.iter().try_for_each(|sample| self.check_one(*sample))
    }

    fn check_one(&mut self, sample: u8) -> Result<(), Error> {
        self.repetitions = if self.last == Some(sample) { self.repetitions + 1 } else { 1 };
        self.last = Some(sample);
        if self.passed == 0 {
            (self.counted, self.count) = (sample, 0);
        }
        self.count += usize::from(sample == self.counted);
        self.passed = (self.passed + 1) % limits::PROPORTION_WINDOW;
        if self.repetitions >= self.repetition_cutoff || self.count >= self.proportion_cutoff {
            return Err(Error::Entropy);
        }
        Ok(())
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        self.last = None;
        self.counted.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct From<F: FnMut(usize) -> u8>(usize, u8, F);

    impl<F: FnMut(usize) -> u8> EntropySource for From<F> {
        fn min_entropy_bits_per_byte(&self) -> u8 {
            self.1
        }
        fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
            for byte in out {
                *byte = self.2(self.0);
                self.0 += 1;
            }
            Ok(())
        }
    }

    fn gathers(claim: u8, sample: impl FnMut(usize) -> u8) -> Result<usize, Error> {
        let mut from = From(0, claim, sample);
        let mut source = Source::new(&mut from);
        let mut seed = Bytes::with_cap(4096);
        source.gather(384, &mut seed)?;
        Ok(seed.len())
    }

    fn noise(at: usize) -> u8 {
        (at.wrapping_mul(0x9E37_79B9).wrapping_mul(at | 1) >> 13).to_le_bytes()[0]
    }

    #[test]
    fn a_claim_of_less_entropy_takes_more_samples() {
        assert_eq!(gathers(8, noise), Ok(48));
        assert_eq!(gathers(1, noise), Ok(384));
        assert_eq!(gathers(0, noise), Err(Error::Entropy));
        assert_eq!(gathers(9, noise), Err(Error::Entropy));
    }

    #[test]
    fn a_stuck_source_is_found() {
        assert_eq!(gathers(8, |_| 0x5A), Err(Error::Entropy));
        assert_eq!(gathers(1, |_| 0x5A), Err(Error::Entropy));
    }

    #[test]
    fn a_source_that_sticks_later_is_found() {
        let stuck_after = limits::START_UP_SAMPLES + 10;
        assert_eq!(gathers(8, |at| if at < stuck_after { noise(at) } else { 7 }), Err(Error::Entropy));
    }

    #[test]
    fn a_biased_source_is_found() {
        assert_eq!(gathers(8, |at| if at % 8 == 0 { 1 } else { noise(at) }), Err(Error::Entropy));
        assert!(gathers(1, |at| if at % 8 == 0 { 1 } else { noise(at) }).is_ok());
    }

    #[test]
    fn cutoffs_hold_at_the_limit_and_fail_one_past_it() {
        for (index, cutoff) in limits::REPETITION_CUTOFFS.iter().enumerate() {
            let mut health = Health::new(index + 1).unwrap();
            assert!((1..*cutoff).all(|_| health.check_one(9).is_ok()));
            assert_eq!(health.check_one(9), Err(Error::Entropy));
        }
        let mut health = Health::new(8).unwrap();
        let window: std::vec::Vec<u8> = (0..36).map(|at| if at % 2 == 0 { 9 } else { 100 + at }).collect();
        assert!(health.check(&window).is_ok());
        assert_eq!(health.check(&[9]), Err(Error::Entropy));
    }

    #[test]
    fn a_failed_source_stays_failed() {
        let mut from = From(0, 8, |at| if at < 2000 { 1 } else { noise(at) });
        let mut source = Source::new(&mut from);
        let mut seed = Bytes::with_cap(4096);
        assert_eq!(source.gather(384, &mut seed), Err(Error::Entropy));
        assert_eq!(source.gather(384, &mut seed), Err(Error::Entropy));
    }
}
