//! Powers modulo a prime, with integers of the next size. Each job is one slice: private values are short.

use crate::integer::{from_bytes, to_bytes};
use crate::{BoxedJob, Budget, Error, Job, Progress, Rng, boxed};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U512, U2048, U3072, U4096, U6144, U8192, Uint};
use memory::Bytes;
use zeroize::Zeroize as _;

/// The next size for a prime.
macro_rules! by_size {
    ($len:expr, $function:ident ( $($argument:expr),* )) => {
        match $len {
            ..=256 => $function::<{ U2048::LIMBS }>($($argument),*),
            257..=384 => $function::<{ U3072::LIMBS }>($($argument),*),
            385..=512 => $function::<{ U4096::LIMBS }>($($argument),*),
            513..=768 => $function::<{ U6144::LIMBS }>($($argument),*),
            769..=1024 => $function::<{ U8192::LIMBS }>($($argument),*),
            1025.. => Err(Error::InvalidKey),
        }
    };
}
pub(super) use by_size;

/// A modulus as Montgomery arithmetic wants it. The modulus is public.
pub(super) fn monty<const LIMBS: usize>(p: &[u8]) -> Result<FixedMontyParams<LIMBS>, Error> {
    let p = Odd::new(from_bytes(p).ok_or(Error::InvalidKey)?).into_option().ok_or(Error::InvalidKey)?;
    Ok(FixedMontyParams::new_vartime(p))
}

/// `base` to a private exponent, of which only the length leaks, into `out`, of the prime's length.
fn power<const LIMBS: usize>(p: &[u8], base: &[u8], private: &[u8], out: &mut [u8]) -> Result<(), Error> {
    let params = monty::<LIMBS>(p)?;
    let base = from_bytes::<LIMBS>(base).ok_or(Error::OutOfRange)?;
    let mut exponent = from_bytes::<{ U512::LIMBS }>(private).ok_or(Error::InvalidKey)?;
    let bits = u32::try_from(private.len() * 8).map_err(|_| Error::InvalidKey)?;
    let mut power = FixedMontyForm::new(&base, &params).pow_bounded_exp(&exponent, bits).retrieve();
    exponent.zeroize();
    to_bytes(&power, out);
    power.zeroize();
    Ok(())
}

/// Whether a public value is from 2 to p-2: neither the identity nor of order 2, whatever the group.
fn check_public<const LIMBS: usize>(p: &[u8], public: &[u8]) -> Result<(), Error> {
    let p = from_bytes::<LIMBS>(p).ok_or(Error::InvalidKey)?;
    let public = from_bytes::<LIMBS>(public).ok_or(Error::OutOfRange)?;
    if public > Uint::ONE && public < p.wrapping_sub(&Uint::ONE) { Ok(()) } else { Err(Error::OutOfRange) }
}

pub(super) fn generate(p: &[u8], g: &[u8], private_len: usize, rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    by_size!(p.len(), check_public(p, g)).map_err(|_| Error::InvalidKey)?;
    let mut private = Bytes::zeroed(private_len)?;
    rng.fill(&mut private)?;
    // No working source draws zeros only.
    if private.iter().all(|byte| *byte == 0) {
        return Err(Error::Entropy);
    }
    Ok(boxed(Generate { p: Bytes::copy_of(p)?, g: Bytes::copy_of(g)?, private })?)
}

pub(super) fn agree(p: &[u8], private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error> {
    by_size!(p.len(), check_public(p, peer_public))?;
    Ok(boxed(Agree {
        p: Bytes::copy_of(p)?,
        private: Bytes::copy_of(private)?,
        peer_public: Bytes::copy_of(peer_public)?,
    })?)
}

struct Generate {
    p: Bytes,
    g: Bytes,
    private: Bytes,
}

impl Generate {
    fn run(&self, out: &mut [u8]) -> Result<usize, Error> {
        let len = self.private.len() + self.p.len();
        let out = out.get_mut(..len).ok_or(Error::BufferTooSmall)?;
        let (private, public) = out.split_at_mut_checked(self.private.len()).ok_or(Error::BufferTooSmall)?;
        by_size!(self.p.len(), power(&self.p, &self.g, &self.private, public))?;
        private.copy_from_slice(&self.private);
        Ok(len)
    }
}

impl Job for Generate {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        Progress::Ready(self.run(out))
    }
}

struct Agree {
    p: Bytes,
    private: Bytes,
    peer_public: Bytes,
}

impl Agree {
    fn run(&self, out: &mut [u8]) -> Result<usize, Error> {
        let out = out.get_mut(..self.p.len()).ok_or(Error::BufferTooSmall)?;
        by_size!(self.p.len(), power(&self.p, &self.peer_public, &self.private, out))?;
        // RFC 5246 section 8.1.2: leading zero bytes are stripped before the secret is used.
        let zeros = out.iter().take_while(|byte| **byte == 0).count();
        let len = out.len() - zeros;
        out.copy_within(zeros.., 0);
        Ok(len)
    }
}

impl Job for Agree {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        Progress::Ready(self.run(out))
    }
}
