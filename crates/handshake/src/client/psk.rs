//! What a pre-shared key changes for a client (RFC 4279 sections 2 to 4, RFC 5489 section 2).

use super::{Client, State, share::ServerShare};
use crate::{
    ClientConfig, Error, Step,
    context::Hello,
    psk::KeptIdentity,
    witness::{PeerProof, SharedKeySuite},
};
use codec::{
    HandshakeType as H, Reader, Writer,
    message::{PskIdentity, PskIdentityHint, ServerDhParams, ServerEcdhParams},
};
use suites::{Ephemeral, Suite};

/// Whether the configuration has what a suite needs beyond the profile.
pub(super) const fn may_offer(config: &ClientConfig<'_>, suite: &Suite) -> bool {
    SharedKeySuite::of(suite).is_none() || config.psk.is_some()
}

impl<'c> Client<'c> {
    /// After ServerHello, where the suite has no Certificate.
    pub(super) fn without_certificate(&mut self, hello: Hello) -> Result<State<'c>, Error> {
        let digest = self.config.psk.map(|psk| hello.psk_digest(psk.identity));
        self.cx.check_renegotiation(digest)?;
        let key = SharedKeySuite::of(hello.suite).ok_or(Error::Internal)?;
        Ok(match hello.suite.kx.ephemeral() {
            Some(ephemeral) => State::WaitPskServerKeyExchange { hello, key, ephemeral },
            None => State::WaitPskIdentityHint { hello, key, proof: PeerProof::SharedKey(key) },
        })
    }

    /// The hint, and an ephemeral public value that nothing but Finished authenticates.
    pub(super) fn on_psk_server_key_exchange(
        &mut self,
        hello: Hello,
        key: SharedKeySuite,
        ephemeral: Ephemeral,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let decoding = Error::decoding(H::SERVER_KEY_EXCHANGE);
        let profile = self.config.profile;
        let mut r = Reader::new(body);
        PskIdentityHint::read(&mut r).map_err(&decoding)?;
        let share = match ephemeral {
            Ephemeral::Ecdhe(curves) => {
                let params = ServerEcdhParams::read(&mut r).map_err(&decoding)?;
                ServerShare::on_curve(curves, profile, &params)?
            }
            Ephemeral::Dhe(fields, functions) => {
                let params = ServerDhParams::read(&mut r).map_err(&decoding)?;
                ServerShare::in_field(fields, profile, functions, &params)?
            }
        };
        r.finish().map_err(&decoding)?;
        self.seen.group = share.group();
        Self::check_share(hello, PeerProof::SharedKey(key), share)
    }

    /// The hint alone. The identity is configured, and a hint changes nothing (RFC 4279 section 5.2).
    pub(super) fn on_psk_identity_hint(
        hello: Hello,
        _: SharedKeySuite,
        proof: PeerProof,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        PskIdentityHint::decode(body).map_err(Error::decoding(H::SERVER_KEY_EXCHANGE))?;
        Ok((State::wait_server_hello_done(hello, proof, None), Step::WaitPeer))
    }

    /// What ClientKeyExchange begins with: the identity, where the suite has one.
    pub(super) fn write_psk_identity(
        config: &ClientConfig<'_>,
        hello: &Hello,
        w: &mut Writer<'_>,
    ) -> Result<(), codec::Error> {
        match (hello.suite.kx.psk, config.psk) {
            (Some(_), Some(psk)) => PskIdentity { identity: psk.identity }.encode(w),
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// The key that goes into the pre-master secret, where the suite has one.
    pub(super) fn psk_of(&self, hello: &Hello) -> Option<&'c [u8]> {
        SharedKeySuite::of(hello.suite)?;
        self.config.psk.map(|psk| psk.key)
    }

    /// The identity of that key, to outlive the handshake.
    pub(super) fn psk_identity(&self, hello: &Hello) -> Result<Option<KeptIdentity>, Error> {
        match (SharedKeySuite::of(hello.suite), self.config.psk) {
            (Some(_), Some(psk)) => Ok(Some(KeptIdentity::copy_of(psk.identity)?)),
            (Some(_) | None, _) => Ok(None),
        }
    }
}
