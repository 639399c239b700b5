//! A certificate for a server that asks for one: which, and the proof that we have its key (RFC 5246 sections 7.4.4,
//! 7.4.6 and 7.4.8, RFC 8422 section 5.5).

use super::{Agreed, Client, ClientFlight, ServerShare, State, Then};
use crate::{
    ClientConfig, Credential, Error, Step,
    context::{Hello, Working},
    host::Host,
    raw_keys,
    transcript::{self, Signers},
    witness::PeerProof,
};
use codec::{
    HandshakeType as H, SignatureScheme, Writer,
    message::{CertificateRequest, CertificateVerify, DigitallySigned},
};
use crypto::KeyType;
use suites::Scheme;
use x509::Certificate as X509;

/// ClientCertificateType rsa_sign.
const RSA_SIGN: u8 = 1;
/// ClientCertificateType ecdsa_sign, for Ed25519 too (RFC 8422 section 5.5).
const ECDSA_SIGN: u8 = 64;

/// The scheme of CertificateVerify.
pub(super) type SigningScheme = SignatureScheme;

/// The keys from which a CertificateVerify may be asked for, so that the hashes of their schemes must run.
pub(super) fn signers(config: &ClientConfig<'_>) -> Signers {
    Signers::of(config.credentials)
}

/// The answer to CertificateRequest: a credential with the scheme of its signature, or an empty list.
pub(super) struct ClientAuthentication<'c> {
    chosen: Option<(&'c Credential<'c>, &'static Scheme)>,
}

impl<'c> Client<'c> {
    /// Remembers what to answer.
    pub(super) fn on_certificate_request(
        &mut self,
        hello: Hello,
        proof: PeerProof,
        share: Option<ServerShare>,
        body: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let request = CertificateRequest::decode(body, hello.version.names_schemes())
            .map_err(Error::decoding(H::CERTIFICATE_REQUEST))?;
        self.seen.certificate_requested = true;
        let authentication = Some(ClientAuthentication { chosen: self.choose_credential(&hello, &request) });
        Ok((State::WaitServerHelloDone { hello, proof, share, authentication }, Step::WaitPeer))
    }

    /// The first credential that serves, one of an authority that the server names before the others.
    fn choose_credential(
        &self,
        hello: &Hello,
        request: &CertificateRequest<'_>,
    ) -> Option<(&'c Credential<'c>, &'static Scheme)> {
        let serving = || {
            self.config
                .credentials
                .iter()
                .filter(|credential| raw_keys::serves_server(credential, &self.cx.negotiated))
                .filter_map(|credential| Some((credential, self.choose_scheme(hello, request, credential)?)))
        };
        serving().find(|(credential, _)| is_issued_by(credential, request)).or_else(|| serving().next())
    }

    /// The first scheme of ours that the key has, the server lists, and whose hash runs over the transcript.
    fn choose_scheme(
        &self,
        hello: &Hello,
        request: &CertificateRequest<'_>,
        credential: &Credential<'_>,
    ) -> Option<&'static Scheme> {
        let key = credential.key.key_type();
        let certificate_type = match key {
            KeyType::Rsa => RSA_SIGN,
            KeyType::Ec | KeyType::Ed25519 => ECDSA_SIGN,
        };
        if !request.certificate_types.contains(&certificate_type) {
            return None;
        }
        let listed = |scheme: &Scheme| match &request.schemes {
            Some(schemes) => schemes.iter().any(|id| id == scheme.id),
            None => true,
        };
        transcript::schemes(hello.version, self.config.profile)
            .iter()
            .find(|scheme| {
                scheme.algorithm.key == key && listed(scheme) && self.cx.transcript.serves(scheme.algorithm)
            })
            .copied()
    }

    /// Certificate, empty when no credential serves; nothing when the server did not ask.
    pub(super) fn send_certificate(&mut self, flight: &ClientFlight<'c>) -> Result<(), Error> {
        let Some(authentication) = &flight.authentication else { return Ok(()) };
        let credential = authentication.chosen.map(|(credential, _)| credential);
        let agreed = self.cx.negotiated.client_certificate_type;
        self.cx.send(H::CERTIFICATE, |w| raw_keys::write_certificate(w, credential, agreed))
    }

    /// After ClientKeyExchange: the signature over all messages so far, or straight on to Finished.
    pub(super) fn prove_key(
        &mut self,
        authentication: Option<ClientAuthentication<'c>>,
        agreed: Agreed,
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let Some((credential, scheme)) = authentication.and_then(|authentication| authentication.chosen)
        else {
            return self.send_finished(agreed);
        };
        let signed = self.cx.transcript.to_be_signed(scheme.algorithm)?;
        let job = credential.key.sign(scheme.algorithm, signed.as_ref(), host.rng)?;
        let then = Then::Signed { agreed, scheme: scheme.id };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    pub(super) fn send_certificate_verify(
        &mut self,
        agreed: Agreed,
        scheme: SignatureScheme,
        signature: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let scheme = agreed.hello.version.names_schemes().then_some(scheme);
        self.cx.send(H::CERTIFICATE_VERIFY, |w: &mut Writer<'_>| {
            CertificateVerify { signed: DigitallySigned { scheme, signature } }.encode(w)
        })?;
        self.seen.certificate_sent = true;
        self.send_finished(agreed)
    }
}

/// Whether a certificate of the chain was issued by an authority that the server names; any is when it names none.
fn is_issued_by(credential: &Credential<'_>, request: &CertificateRequest<'_>) -> bool {
    let mut authorities = request.certificate_authorities().peekable();
    if authorities.peek().is_none() {
        return true;
    }
    credential
        .chain
        .iter()
        .filter_map(|der| X509::decode(der).ok())
        .any(|certificate| request.certificate_authorities().any(|name| name == certificate.issuer.der()))
}
