//! What a pre-shared key changes for a server (RFC 4279 sections 2 to 4, RFC 5489 section 2).

use super::Server;
use crate::{
    Error, Host,
    context::Hello,
    psk::KeptIdentity,
    witness::{PeerProof, SharedKeySuite},
};
use codec::{
    HandshakeType as H, Reader, Writer,
    message::{PskIdentity, PskIdentityHint},
};
use memory::Bytes;

impl Server<'_> {
    /// ServerKeyExchange with nothing but the hint; without one it is left out.
    pub(super) fn send_psk_identity_hint(&mut self, hello: &Hello) -> Result<(), Error> {
        match self.config.psk {
            Some(psk) if hello.suite.kx.psk.is_some() && !psk.identity_hint.is_empty() => {
                let message = PskIdentityHint { hint: psk.identity_hint };
                self.cx.send(H::SERVER_KEY_EXCHANGE, |w| message.encode(w))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// ServerKeyExchange with the hint, which may be empty, and our public value; nothing is signed.
    pub(super) fn send_psk_key_exchange(&mut self, params: &[u8]) -> Result<(), Error> {
        let hint = self.config.psk.map_or(&[][..], |psk| psk.identity_hint);
        self.cx.send(H::SERVER_KEY_EXCHANGE, |w: &mut Writer<'_>| {
            PskIdentityHint { hint }.encode(w)?;
            w.bytes(params)
        })
    }

    /// Reads the identity that ClientKeyExchange begins with, where the suite has one, and finds its key.
    pub(super) fn read_psk_identity(
        &mut self,
        hello: &Hello,
        r: &mut Reader<'_>,
        host: &mut Host<'_>,
    ) -> Result<Option<Bytes>, Error> {
        let (Some(_), Some(psk)) = (hello.suite.kx.psk, self.config.psk) else { return Ok(None) };
        let identity = PskIdentity::read(r).map_err(Error::decoding(H::CLIENT_KEY_EXCHANGE))?.identity;
        self.cx.check_renegotiation(Some(hello.psk_digest(identity)))?;
        let key = psk.find_or_draw(identity, host)?;
        self.psk_identity = Some(KeptIdentity::copy_of(identity)?);
        Ok(Some(key))
    }
}

/// How a client without a certificate proves itself: by the key, or not at all.
pub(super) fn proof(hello: &Hello) -> PeerProof {
    SharedKeySuite::of(hello.suite).map_or(PeerProof::Anonymous, PeerProof::SharedKey)
}
