//! The client's Finished, and in a full handshake ours (RFC 5246 section 7.4.9).

use super::{Agreed, Server, State, asks_for_certificate};
use crate::{
    Connected, Error, Facts, Host, Step, connected::Remains, key_schedule::Side, session::PeerIdentity,
};
use x509::{Flags, Verdict};

impl<'c> Server<'c> {
    pub(super) fn on_finished(
        &mut self,
        agreed: Agreed,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let finished = self.cx.on_finished(&agreed.hello, &agreed.master_secret, Side::Client, body)?;
        let step = match self.session.resumed {
            Some(_) => Step::Connected,
            None => {
                self.keep_session(&agreed, host)?;
                self.cx.send_finished(&agreed.hello, &agreed.master_secret, Side::Server)?;
                Step::SendFlightConnected
            }
        };
        let Agreed { hello, master_secret, proof } = agreed;
        let peer = match self.session.resumed {
            Some(_) => self.session.peer,
            None => self.certificate.identity(),
        };
        let asks = asks_for_certificate(self.config, hello.suite);
        let facts = Facts {
            group: self.ephemeral.map(|ephemeral| ephemeral.group.id),
            scheme: self.ephemeral.and_then(|ephemeral| ephemeral.signer).map(|signer| signer.scheme.id),
            resumed: self.session.resumed,
            verdict: asks.then(|| verdict(peer.as_ref())),
            client_certificate_requested: asks,
            client_certificate_sent: peer.is_some(),
            ..Facts::agreed(&hello, &self.cx.negotiated)
        };
        let remains = Remains {
            master_secret,
            randoms: self.cx.randoms,
            verify_data: self.cx.verify_data,
            peer,
            peer_chain: self.certificate.take_kept()?,
            psk_identity: self.psk_identity.take(),
        };
        self.cx.connected = Some(Connected::new(facts, remains, &finished, &proof));
        Ok((State::Done, step))
    }
}

/// A client that was asked and has none is told apart from one with a certificate.
fn verdict(peer: Option<&PeerIdentity>) -> Verdict {
    peer.map_or(Verdict { flags: Flags::MISSING, ..Verdict::default() }, |peer| peer.verdict)
}
