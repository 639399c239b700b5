//! From the pre-master secret to keys and verify_data (RFC 5246 sections 5, 6.3, 7.4.9, 8.1; RFC 7627 section 4).

use crate::Error;
use crypto::{Digest, Hash};
use memory::Bytes;
use suites::{Construction, Direction, Suite, TrafficKey};
use zeroize::Zeroize;

/// Bytes of the master secret.
const MASTER_SECRET_LEN: usize = 48;

/// Which end a verify_data or key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// `PRF(secret, label, seed)` with P_hash (RFC 5246 section 5), the seed in parts.
fn prf(hash: &Hash, secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]) {
    let [first, second] = seed;
    let mut a = (hash.hmac)(secret, &[label, first, second]);
    for block in out.chunks_mut(hash.output_len) {
        let output = (hash.hmac)(secret, &[a.as_ref(), label, first, second]);
        for (to, from) in block.iter_mut().zip(output.as_ref()) {
            *to = *from;
        }
        a = (hash.hmac)(secret, &[a.as_ref()]);
    }
}

/// The master secret, wiped when dropped.
pub(crate) struct MasterSecret([u8; MASTER_SECRET_LEN]);

impl MasterSecret {
    /// RFC 7627 section 4: bound to the transcript up to and including ClientKeyExchange.
    pub(crate) fn extended(suite: &Suite, pre_master_secret: &[u8], session_hash: &Digest) -> Self {
        let mut secret = Self([0; MASTER_SECRET_LEN]);
        prf(
            suite.prf,
            pre_master_secret,
            b"extended master secret",
            [session_hash.as_ref(), &[]],
            &mut secret.0,
        );
        secret
    }

    /// RFC 5246 section 8.1, for peers without RFC 7627.
    pub(crate) fn from_randoms(
        suite: &Suite,
        pre_master_secret: &[u8],
        client_random: &[u8; 32],
        server_random: &[u8; 32],
    ) -> Self {
        let mut secret = Self([0; MASTER_SECRET_LEN]);
        prf(suite.prf, pre_master_secret, b"master secret", [client_random, server_random], &mut secret.0);
        secret
    }

    /// verify_data of Finished (RFC 5246 section 7.4.9).
    pub(crate) fn verify_data(&self, suite: &Suite, side: Side, handshake_hash: &Digest) -> [u8; 12] {
        let label: &[u8] = match side {
            Side::Client => b"client finished",
            Side::Server => b"server finished",
        };
        let mut verify_data = [0; 12];
        prf(suite.prf, &self.0, label, [handshake_hash.as_ref(), &[]], &mut verify_data);
        verify_data
    }

    /// The key_block (RFC 5246 section 6.3).
    pub(crate) fn traffic_keys(
        &self,
        suite: &'static Suite,
        construction: Construction,
        client_random: &[u8; 32],
        server_random: &[u8; 32],
    ) -> Result<TrafficKeys, Error> {
        let per_side = suite.mac.key_len() + suite.bulk.key_len + suite.bulk.fixed_iv_len;
        let mut key_block = Bytes::zeroed(per_side * 2)?;
        prf(suite.prf, &self.0, b"key expansion", [server_random, client_random], &mut key_block);
        Ok(TrafficKeys { suite, construction, key_block })
    }
}

impl Drop for MasterSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Both directions' keys, for the facade to make record protections from.
pub struct TrafficKeys {
    suite: &'static Suite,
    construction: Construction,
    key_block: Bytes,
}

impl TrafficKeys {
    /// The suite whose bulk cipher the keys are for.
    #[must_use]
    pub const fn suite(&self) -> &'static Suite {
        self.suite
    }

    /// How MAC and cipher are joined.
    #[must_use]
    pub const fn construction(&self) -> Construction {
        self.construction
    }

    /// client_write keys; `direction` is what this end does with them.
    #[must_use]
    pub fn client_write(&self, direction: Direction) -> TrafficKey<'_> {
        self.keys(Side::Client, direction)
    }

    /// server_write keys; `direction` is what this end does with them.
    #[must_use]
    pub fn server_write(&self, direction: Direction) -> TrafficKey<'_> {
        self.keys(Side::Server, direction)
    }

    /// client_write_MAC_key, server_write_MAC_key, client_write_key, server_write_key, client_write_IV,
    /// server_write_IV (RFC 5246 section 6.3).
    fn keys(&self, side: Side, direction: Direction) -> TrafficKey<'_> {
        let lengths = [self.suite.mac.key_len(), self.suite.bulk.key_len, self.suite.bulk.fixed_iv_len];
        let mut rest: &[u8] = &self.key_block;
        let [mac_key, key, fixed_iv] = lengths.map(|len| {
            let (client, after) = rest.split_at_checked(len).unwrap_or_default();
            let (server, after) = after.split_at_checked(len).unwrap_or_default();
            rest = after;
            match side {
                Side::Client => client,
                Side::Server => server,
            }
        });
        TrafficKey { mac_key, key, fixed_iv, direction }
    }
}

#[cfg(test)]
mod tests;
