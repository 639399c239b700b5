//! X25519 (RFC 7748 section 5, RFC 8422 section 5.11).
//!
//! CT: private values and shared secrets do not leak. Each job is one slice.

use crate::{Agreement, BoxedJob, Budget, Error, Job, Progress, Rng, boxed};
use subtle::ConstantTimeEq as _;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};
use zeroize::Zeroizing;

/// Bytes of a private value, a public value and a shared secret alike.
const LEN: usize = 32;

/// ECDHE over Curve25519.
pub static AGREEMENT: Agreement =
    Agreement { name: "x25519", private_len: LEN, public_len: LEN, shared_len: LEN, generate, agree };

fn generate(rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
    let mut private = Zeroizing::new([0; LEN]);
    rng.fill(&mut *private)?;
    Ok(boxed(Generate { private })?)
}

fn agree(private: &[u8], peer_public: &[u8]) -> Result<BoxedJob, Error> {
    let private = private.try_into().map(Zeroizing::new).map_err(|_| Error::InvalidKey)?;
    let peer = peer_public.try_into().map_err(|_| Error::InvalidPoint)?;
    Ok(boxed(Agree { private, peer })?)
}

struct Generate {
    private: Zeroizing<[u8; LEN]>,
}

impl Job for Generate {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let Some((private, public)) = out.get_mut(..2 * LEN).and_then(|out| out.split_at_mut_checked(LEN))
        else {
            return Progress::Ready(Err(Error::BufferTooSmall));
        };
        private.copy_from_slice(&*self.private);
        public.copy_from_slice(&x25519(*self.private, X25519_BASEPOINT_BYTES));
        Progress::Ready(Ok(2 * LEN))
    }
}

struct Agree {
    private: Zeroizing<[u8; LEN]>,
    peer: [u8; LEN],
}

impl Job for Agree {
    fn advance(&mut self, _: Budget, out: &mut [u8]) -> Progress<Result<usize, Error>> {
        let Some(out) = out.first_chunk_mut::<LEN>() else {
            return Progress::Ready(Err(Error::BufferTooSmall));
        };
        let shared = Zeroizing::new(x25519(*self.private, self.peer));
        // RFC 7748 section 6.1: all zeros means a peer's value of low order, and a secret that anyone knows
        if bool::from(shared.ct_eq(&[0; LEN])) {
            return Progress::Ready(Err(Error::InvalidPoint));
        }
        out.copy_from_slice(&*shared);
        Progress::Ready(Ok(LEN))
    }
}
