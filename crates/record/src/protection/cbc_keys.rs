//! The cipher and the MAC of a CBC suite, for both constructions.

use crypto::{
    Error,
    cipher::cbc::{Cbc, CbcAlgorithm},
    mac::RecordMac,
};
use memory::Box;
use suites::{Mac, TrafficKey};

/// One direction's cipher and MAC.
pub(super) struct Keys {
    pub(super) cipher: Box<dyn Cbc + Send>,
    pub(super) mac: Box<dyn RecordMac + Send>,
    pub(super) mac_len: usize,
}

impl Keys {
    pub(super) fn new(algorithm: &CbcAlgorithm, key: &TrafficKey<'_>, mac: Mac) -> Result<Self, Error> {
        let Mac::Hmac(mac) = mac else { return Err(Error::Unsupported) };
        Ok(Self { cipher: (algorithm.new)(key.key)?, mac: (mac.new)(key.mac_key)?, mac_len: mac.len })
    }
}

/// In the place of encrypt-then-MAC in builds without it; nothing negotiates it there.
#[cfg(not(feature = "encrypt-then-mac"))]
pub(super) fn without_encrypt_then_mac(
    _: Keys,
    _: super::cbc_iv::Ivs,
) -> Result<Box<dyn suites::Protection + Send>, Error> {
    Err(Error::Unsupported)
}
