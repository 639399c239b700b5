//! Randomness of a host: the operating system's entropy under the health tests of NIST SP 800-90B, and a CTR_DRBG
//! that is seeded, and reseeded, from it.

use crypto::{
    Error, Rng,
    drbg::CtrDrbg,
    entropy::{EntropySource, Source},
    limits,
};
use memory::Bytes;

/// The operating system's random source, by the crate `getrandom`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl EntropySource for OsEntropy {
    /// The operating system conditions its noise; what it hands out has full entropy.
    fn min_entropy_bits_per_byte(&self) -> u8 {
        8
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(out).map_err(|_| Error::Entropy)
    }
}

/// A generator of its own for each connection, which draws on the operating system when it is made and whenever a
/// reseed is due. It borrows nothing, unlike [`crypto::drbg::SeededRng`], which takes any sources.
pub struct OsSeededRng {
    drbg: CtrDrbg,
}

/// Seeds a generator. The personalisation tells it from others; it is no secret.
///
/// # Errors
/// [`embertls::Error::Entropy`] when the operating system's source fails or does not pass its health tests;
/// [`embertls::Error::OutOfMemory`].
pub fn seeded(personalization: &[u8]) -> Result<OsSeededRng, embertls::Error> {
    let drbg = gather().and_then(|seed| CtrDrbg::instantiate(&[&seed], personalization));
    match drbg {
        Ok(drbg) => Ok(OsSeededRng { drbg }),
        Err(Error::OutOfMemory) => Err(embertls::Error::OutOfMemory),
        Err(_) => Err(embertls::Error::Entropy),
    }
}

impl OsSeededRng {
    /// Takes in fresh entropy: after a fork or a restored snapshot, for example.
    ///
    /// # Errors
    /// [`Error::Entropy`], as for [`seeded`]; the state stays as it was.
    pub fn reseed(&mut self) -> Result<(), Error> {
        self.drbg.reseed(&[&gather()?], &[])
    }
}

impl Rng for OsSeededRng {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for chunk in out.chunks_mut(limits::MAX_DRBG_REQUEST_BYTES) {
            if self.drbg.is_reseed_due() {
                self.reseed()?;
            }
            self.drbg.generate(chunk, &[])?;
        }
        Ok(())
    }
}

fn gather() -> Result<Bytes, Error> {
    let mut seed = Bytes::with_cap(limits::MAX_DRBG_INPUT_BYTES);
    Source::new(&mut OsEntropy).gather(limits::ENTROPY_AND_NONCE_BITS, &mut seed)?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_generators_and_two_draws_differ() {
        let draw = |rng: &mut OsSeededRng| {
            let mut bytes = [0; 32];
            rng.fill(&mut bytes).unwrap();
            bytes
        };
        let (mut a, mut b) = (seeded(b"test").unwrap(), seeded(b"test").unwrap());
        let first = draw(&mut a);
        assert_ne!(first, draw(&mut a));
        assert_ne!(first, draw(&mut b));
        a.reseed().unwrap();
        assert_ne!(first, draw(&mut a));
    }

    #[test]
    fn a_request_may_be_longer_than_the_generator_allows_at_once() {
        let mut long = [0; limits::MAX_DRBG_REQUEST_BYTES + 1];
        seeded(b"").unwrap().fill(&mut long).unwrap();
        assert_ne!(long[limits::MAX_DRBG_REQUEST_BYTES - 8..], [0; 9]);
    }
}
