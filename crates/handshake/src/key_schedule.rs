//! From the pre-master secret to keys and verify_data (RFC 5246 sections 5, 6.3, 7.4.9, 8.1; RFC 7627 section 4).

use crate::{
    Error,
    context::{Hello, Randoms},
};
use crypto::Digest;
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

/// The master secret, wiped when dropped.
pub(crate) struct MasterSecret([u8; MASTER_SECRET_LEN]);

impl MasterSecret {
    /// One that was agreed before; None for another length.
    pub(crate) fn from_session(secret: &[u8]) -> Option<Self> {
        Some(Self(secret.try_into().ok()?))
    }

    /// RFC 7627 section 4: bound to the transcript up to and including ClientKeyExchange.
    pub(crate) fn extended(hello: &Hello, pre_master_secret: &[u8], session_hash: &Digest) -> Self {
        let mut secret = Self([0; MASTER_SECRET_LEN]);
        let seed = [session_hash.as_ref(), &[]];
        hello.prf(pre_master_secret, b"extended master secret", seed, &mut secret.0);
        secret
    }

    /// RFC 5246 section 8.1, for peers without RFC 7627.
    pub(crate) fn from_randoms(hello: &Hello, pre_master_secret: &[u8], randoms: &Randoms) -> Self {
        let mut secret = Self([0; MASTER_SECRET_LEN]);
        let seed = [randoms.client.as_slice(), &randoms.server];
        hello.prf(pre_master_secret, b"master secret", seed, &mut secret.0);
        secret
    }

    /// The bytes, for a session or a key log.
    pub(crate) const fn bytes(&self) -> &[u8; MASTER_SECRET_LEN] {
        &self.0
    }

    /// A second copy, to outlive the handshake.
    pub(crate) const fn copy(&self) -> Self {
        Self(self.0)
    }

    /// verify_data of Finished (RFC 5246 section 7.4.9).
    pub(crate) fn verify_data(&self, hello: &Hello, side: Side, handshake_hash: &Digest) -> [u8; 12] {
        let label: &[u8] = match side {
            Side::Client => b"client finished",
            Side::Server => b"server finished",
        };
        let mut verify_data = [0; 12];
        hello.prf(&self.0, label, [handshake_hash.as_ref(), &[]], &mut verify_data);
        verify_data
    }

    /// The key_block (RFC 5246 section 6.3).
    pub(crate) fn traffic_keys(
        &self,
        hello: &Hello,
        construction: Construction,
        randoms: &Randoms,
    ) -> Result<TrafficKeys, Error> {
        let suite = hello.suite;
        let per_side = suite.mac.key_len() + suite.bulk.key_len + suite.bulk.iv_len(construction.record_iv);
        let mut key_block = Bytes::zeroed(per_side * 2)?;
        let seed = [randoms.server.as_slice(), &randoms.client];
        hello.prf(&self.0, b"key expansion", seed, &mut key_block);
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
        let iv_len = self.suite.bulk.iv_len(self.construction.record_iv);
        let lengths = [self.suite.mac.key_len(), self.suite.bulk.key_len, iv_len];
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
        TrafficKey { mac_key, key, fixed_iv, first_nonce: 0, direction }
    }
}
