//! The client's Finished, and ours (RFC 5246 section 7.4.9).

use super::{Agreed, Server, State};
use crate::{Connected, Error, Facts, Step, key_schedule::Side, witness::PeerProof};

impl<'c> Server<'c> {
    pub(super) fn on_finished(&mut self, agreed: Agreed, body: &[u8]) -> Result<(State<'c>, Step), Error> {
        let Agreed { hello, master_secret } = agreed;
        let finished = self.cx.on_finished(&hello, &master_secret, Side::Client, body)?;
        self.cx.send_finished(&hello, &master_secret, Side::Server)?;
        let facts = Facts {
            version: hello.version,
            suite: hello.suite,
            group: self.signed.map(|signed| signed.group.id),
            scheme: self.signed.map(|signed| signed.scheme.id),
            extended_master_secret: hello.negotiated.extended_master_secret,
            encrypt_then_mac: hello.negotiated.encrypt_then_mac,
            secure_renegotiation: hello.negotiated.secure_renegotiation,
            alpn: hello.negotiated.alpn,
            verdict: None,
            client_certificate_requested: false,
        };
        self.cx.connected = Some(Connected::new(facts, &finished, &PeerProof::Anonymous));
        Ok((State::Done, Step::SendFlightConnected))
    }
}
