//! The server's Finished (RFC 5246 section 7.4.9), and in a resumption ours.

use super::{Agreed, Client, State};
use crate::{Connected, Error, Facts, Host, Step, connected::Remains, key_schedule::Side};

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
        let facts = Facts {
            group: self.seen.group,
            scheme: self.seen.scheme,
            resumed: self.sessions.resumed(),
            verdict: self.seen.verdict,
            client_certificate_requested: self.seen.certificate_requested,
            client_certificate_sent: self.seen.certificate_sent,
            ..Facts::agreed(&hello, &self.cx.negotiated)
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
