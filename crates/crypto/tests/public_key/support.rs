//! What the tests of public-key operations share.

use embertls_crypto::{BoxedJob, Budget, Error, Progress, Rng};

/// A deterministic source (xorshift64*).
pub(crate) struct Seeded(pub(crate) u64);

impl Rng for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for byte in out {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            *byte = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes()[0];
        }
        Ok(())
    }
}

/// A source stuck at one byte.
pub(crate) struct Stuck(pub(crate) u8);

impl Rng for Stuck {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.fill(self.0);
        Ok(())
    }
}

/// A source that works for so many draws and then fails.
pub(crate) struct Failing(pub(crate) usize);

impl Rng for Failing {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        self.0 = self.0.checked_sub(1).ok_or(Error::Entropy)?;
        Seeded(7).fill(out)
    }
}

/// Runs a job to its end at once.
pub(crate) fn run(job: Result<BoxedJob, Error>) -> Result<Vec<u8>, Error> {
    let mut out = [0xEE; 600];
    match job?.advance(Budget::UNLIMITED, &mut out) {
        Progress::Ready(result) => {
            let len = result.inspect_err(|_| assert!(out.iter().all(|byte| *byte == 0xEE)))?;
            assert!(out[len..].iter().all(|byte| *byte == 0xEE));
            Ok(out[..len].to_vec())
        }
        Progress::Pending => panic!("pending with an unlimited budget"),
    }
}

/// Bytes from hexadecimal digits, which may be spaced.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    assert_eq!(digits.len() % 2, 0);
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// A source that gives these bytes, again and again.
pub(crate) struct Fixed(pub(crate) Vec<u8>);

impl Rng for Fixed {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for (to, from) in out.iter_mut().zip(self.0.iter().cycle()) {
            *to = *from;
        }
        Ok(())
    }
}
