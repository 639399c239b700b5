//! The server's Finished (RFC 5246 section 7.4.9), and in a resumption ours.

use super::{Agreed, Client, State};
use crate::{Connected, Error, Facts, Host, Step, connected::Remains, key_schedule::Side};
use suites::AlpnChoice;

impl<'c> Client<'c> {
    pub(super) fn on_finished(
        &mut self,
        agreed: Agreed,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let finished = self.cx.on_finished(&agreed.hello, &agreed.master_secret, Side::Server, body)?;
        let step = match self.sessions.resumed() {
            Some(_) => {
                self.cx.send_finished(&agreed.hello, &agreed.master_secret, Side::Client)?;
                Step::SendFlightConnected
            }
            None => Step::Connected,
        };
        self.keep_session(&agreed, host)?;
        let psk_identity = self.psk_identity(&agreed.hello)?;
        let Agreed { hello, proof, master_secret } = agreed;
        let negotiated = self.cx.negotiated;
        let facts = Facts {
            version: hello.version,
            suite: hello.suite,
            group: self.seen.group,
            scheme: self.seen.scheme,
            resumed: self.sessions.resumed(),
            extended_master_secret: negotiated.extended_master_secret,
            encrypt_then_mac: negotiated.encrypt_then_mac,
            secure_renegotiation: negotiated.secure_renegotiation,
            alpn: negotiated.alpn.map(|index| AlpnChoice(index.into())),
            max_fragment_length: negotiated.max_fragment_length,
            record_size_limit: negotiated.record_size_limit,
            srtp: negotiated.srtp,
            verdict: self.seen.verdict,
            client_certificate_requested: self.seen.certificate_requested,
            client_certificate_sent: self.seen.certificate_sent,
        };
        let peer = self.sessions.identity().or_else(|| self.certificate.identity());
        let remains = Remains {
            master_secret,
            randoms: self.cx.randoms,
            verify_data: self.cx.verify_data,
            peer,
            peer_chain: self.certificate.take_kept()?,
            psk_identity,
        };
        self.cx.connected = Some(Connected::new(facts, remains, &finished, &proof));
        Ok((State::Done, step))
    }
}
