//! CTR_DRBG joined with its entropy sources: the random source of a host or a device.

use crate::{Error, Rng, drbg::CtrDrbg, entropy::Source, limits};
use memory::Bytes;

/// A generator that seeds itself from every registered source, and again when it is due.
///
/// There is no other constructor: without a source, or with one that fails or is unhealthy, there are no random
/// bytes. The state cannot be cloned or restored.
pub struct SeededRng<'s> {
    sources: &'s mut [Source<'s>],
    drbg: Option<CtrDrbg>,
}

impl<'s> SeededRng<'s> {
    /// Seeds a generator. The personalisation tells this generator from others; it is no secret.
    ///
    /// # Errors
    /// [`Error::Entropy`] without sources, or when one fails or does not pass its health tests.
    pub fn new(sources: &'s mut [Source<'s>], personalization: &[u8]) -> Result<Self, Error> {
        let seed = gather(sources, limits::ENTROPY_AND_NONCE_BITS)?;
        let drbg = CtrDrbg::instantiate(&[&seed], personalization)?;
        Ok(Self { sources, drbg: Some(drbg) })
    }

    /// Takes in fresh entropy: after a fork, a restored snapshot or a wake-up, for example.
    ///
    /// # Errors
    /// [`Error::Entropy`]; the generator is then dead until a reseed succeeds.
    pub fn reseed(&mut self) -> Result<(), Error> {
        let old = self.drbg.take();
        let seed = gather(self.sources, limits::ENTROPY_AND_NONCE_BITS)?;
        self.drbg = Some(match old {
            Some(mut drbg) => {
                drbg.reseed(&[&seed], &[])?;
                drbg
            }
            None => CtrDrbg::instantiate(&[&seed], &[])?,
        });
        Ok(())
    }
}

impl Rng for SeededRng<'_> {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for chunk in out.chunks_mut(limits::MAX_DRBG_REQUEST_BYTES) {
            if self.drbg.as_ref().ok_or(Error::Entropy)?.is_reseed_due() {
                self.reseed()?;
            }
            self.drbg.as_mut().ok_or(Error::Entropy)?.generate(chunk, &[])?;
        }
        Ok(())
    }
}

/// The full amount from each source, so that one good source is enough.
fn gather(sources: &mut [Source<'_>], bits: usize) -> Result<Bytes, Error> {
    if sources.is_empty() {
        return Err(Error::Entropy);
    }
    let mut seed = Bytes::with_cap(limits::MAX_DRBG_INPUT_BYTES);
    for source in sources {
        source.gather(bits, &mut seed)?;
    }
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::EntropySource;

    /// A counter through a mixer: healthy enough for the tests, and it fails at its n-th draw.
    struct Scripted {
        state: u64,
        draws_left: usize,
    }

    impl EntropySource for Scripted {
        fn min_entropy_bits_per_byte(&self) -> u8 {
            8
        }
        fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
            self.draws_left = self.draws_left.checked_sub(1).ok_or(Error::Entropy)?;
            for byte in out {
                self.state = self
                    .state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                *byte = self.state.to_be_bytes()[0];
            }
            Ok(())
        }
    }

    #[test]
    fn no_source_means_no_random_bytes() {
        assert_eq!(SeededRng::new(&mut [], b"").err(), Some(Error::Entropy));
    }

    #[test]
    fn a_source_that_fails_at_any_draw_is_an_error() {
        let mut succeeded = false;
        for draws in 0..100 {
            let mut scripted = Scripted { state: 1, draws_left: draws };
            let mut sources = [Source::new(&mut scripted)];
            match SeededRng::new(&mut sources, b"") {
                Ok(mut rng) => {
                    succeeded = true;
                    assert_eq!(rng.fill(&mut [0; 100]), Ok(()));
                    break;
                }
                Err(error) => assert_eq!(error, Error::Entropy),
            }
        }
        assert!(succeeded);
    }

    #[test]
    fn a_failed_reseed_leaves_a_dead_generator() {
        let mut scripted = Scripted { state: 1, draws_left: 2 };
        let mut sources = [Source::new(&mut scripted)];
        let mut rng = SeededRng::new(&mut sources, b"").unwrap();
        assert_eq!(rng.fill(&mut [0; 8]), Ok(()));
        assert_eq!(rng.reseed(), Err(Error::Entropy));
        assert_eq!(rng.fill(&mut [0; 8]), Err(Error::Entropy));
    }
}
