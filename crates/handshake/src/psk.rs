//! Pre-shared keys: a client's own, and how a server finds one (RFC 4279).

use crate::{Error, Host, limits, switches::REVEAL_UNKNOWN_IDENTITY};
use codec::Reason;
use core::ops::Deref;
use memory::{Boxed, Bytes, OutOfMemory};
use zeroize::Zeroizing;

/// A client's pre-shared key.
#[derive(Clone, Copy)]
pub struct Psk<'c> {
    /// What the server knows the key by: at most [`limits::MAX_PSK_IDENTITY_BYTES`], sent in the clear.
    pub identity: &'c [u8],
    /// The key, of at least one byte and at most [`limits::MAX_PSK_BYTES`].
    pub key: &'c [u8],
}

impl Psk<'_> {
    /// Whether identity and key are within the limits.
    pub(crate) const fn is_valid(&self) -> bool {
        self.identity.len() <= limits::MAX_PSK_IDENTITY_BYTES && is_key_len(self.key.len())
    }
}

/// Finds the keys of a server's clients, wherever they are.
///
/// It is asked once in each handshake with a pre-shared key, and once more before a session of such a handshake is
/// resumed, so that a key which is taken away ends its sessions too. The time that it takes is seen by the client: one
/// that must not tell which identities exist takes as long for each.
pub trait PskLookup {
    /// Shows the key of `identity` to `key`, if there is one. An identity that is longer than
    /// [`limits::MAX_PSK_IDENTITY_BYTES`] is never asked for; an empty one may be. A key of no byte or of more than
    /// [`limits::MAX_PSK_BYTES`] counts as none.
    fn find(&self, identity: &[u8], key: &mut dyn FnMut(&[u8]));
}

/// A table of identities and keys is a look-up; it is walked to its end in constant time, whichever entry fits.
impl PskLookup for [Psk<'_>] {
    fn find(&self, identity: &[u8], key: &mut dyn FnMut(&[u8])) {
        for psk in self.iter().filter(|psk| crypto::ct::equal(psk.identity, identity)) {
            key(psk.key);
        }
    }
}

/// As [`PskLookup`] of a slice.
impl<const N: usize> PskLookup for [Psk<'_>; N] {
    fn find(&self, identity: &[u8], key: &mut dyn FnMut(&[u8])) {
        self.as_slice().find(identity, key);
    }
}

/// A server's pre-shared keys.
#[derive(Clone, Copy)]
pub struct ServerPsk<'c> {
    /// What helps clients to choose an identity, at most [`limits::MAX_PSK_IDENTITY_BYTES`]; empty for nothing, as RFC 4279
    /// section 5.2 recommends where no application profile says more.
    pub identity_hint: &'c [u8],
    /// Where the keys are.
    pub lookup: &'c (dyn PskLookup + Sync),
    /// Whether a client is told that its identity is unknown (unknown_psk_identity). If not, the handshake goes on under a
    /// random key and ends as with a wrong one. Without the feature `psk-reveal-unknown-identity` it is never told.
    pub reveals_unknown_identity: bool,
}

impl<'c> ServerPsk<'c> {
    /// Without a hint, and telling nobody which identities there are.
    #[must_use]
    pub const fn new(lookup: &'c (dyn PskLookup + Sync)) -> Self {
        Self { identity_hint: &[], lookup, reveals_unknown_identity: false }
    }

    /// The key of an identity, if there is one.
    pub(crate) fn find(&self, identity: &[u8]) -> Result<Option<Bytes>, Error> {
        let mut found = None;
        if identity.len() <= limits::MAX_PSK_IDENTITY_BYTES {
            self.lookup.find(identity, &mut |key| {
                found = is_key_len(key.len()).then(|| Bytes::copy_of(key));
            });
        }
        Ok(found.transpose()?)
    }

    /// The key of an identity, or else one that nobody has (RFC 4279 section 2: as if the identity existed, but the key
    /// was incorrect). It is drawn before the look-up, whatever comes of that.
    pub(crate) fn find_or_draw(&self, identity: &[u8], host: &mut Host<'_>) -> Result<Bytes, Error> {
        let mut substitute = Zeroizing::new([0; limits::SUBSTITUTE_PSK_BYTES]);
        host.rng.fill(&mut *substitute)?;
        match self.find(identity)? {
            Some(key) => Ok(key),
            None if REVEAL_UNKNOWN_IDENTITY && self.reveals_unknown_identity => {
                Err(Reason::UnknownPskIdentity.into())
            }
            None => Ok(Bytes::copy_of(&*substitute)?),
        }
    }
}

/// An identity that outlives its message or the configuration. Behind one pointer, since most handshakes have none.
pub(crate) struct KeptIdentity(Boxed<Bytes>);

impl KeptIdentity {
    pub(crate) fn copy_of(identity: &[u8]) -> Result<Self, OutOfMemory> {
        Ok(Self(Boxed::try_new(Bytes::copy_of(identity)?)?))
    }
}

impl Deref for KeptIdentity {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

const fn is_key_len(len: usize) -> bool {
    len != 0 && len <= limits::MAX_PSK_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;
    use x509::Time;

    /// Bytes of one value.
    struct Constant;

    impl crypto::Rng for Constant {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
            out.fill(0xA5);
            Ok(())
        }
    }

    static LONGEST_IDENTITY: [u8; limits::MAX_PSK_IDENTITY_BYTES] = [b'i'; limits::MAX_PSK_IDENTITY_BYTES];
    static TOO_LONG_IDENTITY: [u8; limits::MAX_PSK_IDENTITY_BYTES + 1] =
        [b'j'; limits::MAX_PSK_IDENTITY_BYTES + 1];
    static LONGEST_KEY: [u8; limits::MAX_PSK_BYTES] = [3; limits::MAX_PSK_BYTES];
    static TOO_LONG_KEY: [u8; limits::MAX_PSK_BYTES + 1] = [4; limits::MAX_PSK_BYTES + 1];

    static KEYS: [Psk<'static>; 6] = [
        Psk { identity: b"one", key: b"1" },
        Psk { identity: b"", key: b"nameless" },
        Psk { identity: &LONGEST_IDENTITY, key: &LONGEST_KEY },
        Psk { identity: &TOO_LONG_IDENTITY, key: b"1" },
        Psk { identity: b"empty", key: b"" },
        Psk { identity: b"long", key: &TOO_LONG_KEY },
    ];

    fn found(identity: &[u8]) -> Option<std::vec::Vec<u8>> {
        ServerPsk::new(&KEYS).find(identity).unwrap().map(|key| key.to_vec())
    }

    #[test]
    fn keys_and_identities_are_found_up_to_their_limits() {
        assert_eq!(found(b"one").as_deref(), Some(&b"1"[..]));
        assert_eq!(found(b"").as_deref(), Some(&b"nameless"[..]));
        assert_eq!(found(&LONGEST_IDENTITY).as_deref(), Some(&LONGEST_KEY[..]));
        for identity in [&b"two"[..], b"empty", b"long", &TOO_LONG_IDENTITY] {
            assert_eq!(found(identity), None);
        }
        let valid = KEYS.map(|psk| psk.is_valid());
        assert_eq!(valid, [true, true, true, false, false, false]);
    }

    #[test]
    fn an_unknown_identity_gets_a_random_key() {
        let mut rng = Constant;
        let mut host = Host::new(Instant(0), Time::Unknown, &mut rng);
        let psk = ServerPsk::new(&KEYS);
        assert_eq!(&*psk.find_or_draw(b"one", &mut host).unwrap(), b"1");
        for identity in [&b"two"[..], &TOO_LONG_IDENTITY] {
            assert_eq!(&*psk.find_or_draw(identity, &mut host).unwrap(), &[0xA5; 16]);
        }
    }

    #[test]
    fn an_unknown_identity_is_told_where_build_and_configuration_say_so() {
        let mut rng = Constant;
        let mut host = Host::new(Instant(0), Time::Unknown, &mut rng);
        let psk = ServerPsk { reveals_unknown_identity: true, ..ServerPsk::new(&KEYS) };
        let told = psk.find_or_draw(b"two", &mut host).err();
        assert_eq!(told, REVEAL_UNKNOWN_IDENTITY.then_some(Error::Violation(Reason::UnknownPskIdentity)));
    }
}
