//! The server's Finished (RFC 5246 section 7.4.9).

use super::{Agreed, Client, State};
use crate::{Connected, Error, Facts, Step, key_schedule::Side};

impl Client<'_> {
    pub(super) fn on_finished(&mut self, agreed: Agreed, body: &[u8]) -> Result<(State, Step), Error> {
        let Agreed { hello, proof, master_secret } = agreed;
        let finished = self.cx.on_finished(&hello, &master_secret, Side::Server, body)?;
        let facts = Facts {
            version: hello.version,
            suite: hello.suite,
            group: self.group,
            scheme: self.scheme,
            extended_master_secret: hello.negotiated.extended_master_secret,
            encrypt_then_mac: hello.negotiated.encrypt_then_mac,
            secure_renegotiation: hello.negotiated.secure_renegotiation,
            alpn: hello.negotiated.alpn,
            verdict: self.verdict,
            client_certificate_requested: self.certificate_requested,
        };
        self.cx.connected = Some(Connected::new(facts, &finished, &proof));
        Ok((State::Done, Step::Connected))
    }
}
