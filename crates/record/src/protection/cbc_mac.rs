//! The cipher and the MAC of a CBC suite, for both constructions.

use crypto::{
    Error,
    cipher::cbc::{Cbc, CbcAlgorithm},
    mac::RecordMac,
};
use memory::Box;
use suites::{Direction, Mac, TrafficKey};

/// One direction's cipher and MAC.
pub(super) struct Keys {
    pub(super) cipher: Box<dyn Cbc + Send>,
    pub(super) mac: Box<dyn RecordMac + Send>,
    pub(super) mac_len: usize,
}

impl Keys {
    pub(super) fn new(algorithm: &CbcAlgorithm, key: &TrafficKey<'_>, mac: Mac) -> Result<Self, Error> {
        let Mac::Hmac(mac) = mac else { return Err(Error::Unsupported) };
        let cipher = match key.direction {
            Direction::Seal => (algorithm.seal)(key.key)?,
            Direction::Open => (algorithm.open)(key.key)?,
        };
        Ok(Self { cipher, mac: (mac.new)(key.mac_key)?, mac_len: mac.len })
    }
}
