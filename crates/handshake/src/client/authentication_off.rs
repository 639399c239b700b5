//! Without the feature `client-authentication` a server that asks for a certificate gets an empty list (RFC 5246 section
//! 7.4.6).

use super::{Agreed, Client, ClientFlight, ServerShare, State};
use crate::{ClientConfig, Error, Step, context::Hello, host::Host, transcript::Signers, witness::PeerProof};
use codec::{
    HandshakeType as H,
    message::{Certificate, CertificateRequest},
};
use core::{convert::Infallible, marker::PhantomData};

/// Nothing is signed.
pub(super) type SigningScheme = Infallible;

/// Nothing is signed.
pub(super) const fn signers(_: &ClientConfig<'_>) -> Signers {
    Signers::NONE
}

/// The answer to CertificateRequest: none.
pub(super) struct ClientAuthentication<'c>(PhantomData<&'c ()>);

impl<'c> Client<'c> {
    pub(super) fn on_certificate_request(
        &mut self,
        hello: Hello,
        proof: PeerProof,
        share: Option<ServerShare>,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        CertificateRequest::decode(body, hello.version.names_schemes())
            .map_err(Error::decoding(H::CERTIFICATE_REQUEST))?;
        self.seen.certificate_requested = true;
        let authentication = Some(ClientAuthentication(PhantomData));
        Ok((State::WaitServerHelloDone { hello, proof, share, authentication }, Step::WaitPeer))
    }

    pub(super) fn send_certificate(&mut self, flight: &ClientFlight<'c>) -> Result<(), Error> {
        if flight.authentication.is_none() {
            return Ok(());
        }
        self.cx.send(H::CERTIFICATE, |w| Certificate::write(w, &[]))
    }

    pub(super) fn prove_key(
        &mut self,
        _: Option<ClientAuthentication<'c>>,
        agreed: Agreed,
        _: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        self.send_finished(agreed)
    }

    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(super) fn send_certificate_verify(
        &mut self,
        _: Agreed,
        scheme: SigningScheme,
        _: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        match scheme {}
    }
}
