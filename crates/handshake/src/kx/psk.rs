//! Pre-shared keys (RFC 4279).
//!
//! ```text
//! struct {
//!     opaque other_secret<0..2^16-1>;     // PSK: as many zeros as the key has bytes; DHE_PSK, ECDHE_PSK: the shared
//!     opaque psk<0..2^16-1>;              // secret; RSA_PSK: version and 46 random bytes
//! };                                      // is the pre-master secret
//! ```
//!
//! CT: what may leak is the length of the key.

use codec::{ErrorKind, Writer};
use crypto::Error;
use memory::Bytes;
#[cfg(feature = "kx-psk")]
use suites::{KeyExchange, Method, presence::Present};

/// The structure above.
pub(super) fn mix(other_secret: &[u8], psk: &[u8]) -> Result<Bytes, Error> {
    let len = 2 + other_secret.len() + 2 + psk.len();
    let mut pre_master_secret = Bytes::with_cap(len);
    pre_master_secret.reserve(len)?;
    let mut w = Writer::new(&mut pre_master_secret);
    w.vec16(|w| w.bytes(other_secret)).and_then(|()| w.vec16(|w| w.bytes(psk))).map_err(|error| {
        if error.kind == ErrorKind::OutOfMemory { Error::OutOfMemory } else { Error::BufferTooSmall }
    })?;
    Ok(pre_master_secret)
}

/// A pre-shared key alone.
#[cfg(feature = "kx-psk")]
pub static PSK: KeyExchange = KeyExchange {
    name: "PSK",
    certificate: None,
    method: Method::PskAlone(Present),
    psk: Some((Present, |_, psk| mix(&Bytes::zeroed(psk.len())?, psk))),
    server: true,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pre_master_secret_is_both_secrets_with_their_lengths() {
        assert_eq!(&*mix(&[7, 8, 9], b"key").unwrap(), b"\0\x03\x07\x08\x09\0\x03key");
        assert_eq!(&*mix(&[], b"k").unwrap(), b"\0\0\0\x01k");
        assert!(matches!(mix(&[0; 0x1_0000], b"k"), Err(Error::BufferTooSmall)));
    }

    #[test]
    #[cfg(feature = "kx-psk")]
    fn a_key_alone_stands_behind_as_many_zeros() {
        let (_, mix) = PSK.psk.unwrap();
        assert_eq!(&*mix(&[], b"key").unwrap(), b"\0\x03\0\0\0\0\x03key");
    }
}
