//! ServerKeyExchange and ClientKeyExchange (RFC 5246 sections 7.4.3 and 7.4.7, RFC 8422 sections 5.4 and 5.7).

use super::{Agreed, Secret, Server, State, Then};
use crate::{
    Credential, Error, Host, Step,
    context::{Hello, Working},
    negotiate::SignedKeyExchange,
    witness::{PathJudged, PeerProof},
};
use codec::{
    HandshakeType as H, ProtocolVersion, Writer,
    message::{
        ClientDhPublic, ClientEcdhePublic, DigitallySigned, EncryptedPreMasterSecret, ServerDhParams,
        ServerEcdhParams,
    },
};
use memory::Bytes;
use suites::{Group, GroupKind};
use zeroize::Zeroizing;

/// The longest parameters, in bytes: an 8192-bit prime, its generator and a public value.
const MAX_PARAMS_BYTES: usize = 3 * 1024 + 6;

/// Bytes of the pre-master secret of key transport: client_version and 46 random bytes.
const PRE_MASTER_SECRET_LEN: usize = 48;

impl<'c> Server<'c> {
    /// `result` is our private value and our public one; the parameters are signed with both randoms.
    pub(super) fn on_generated(
        &mut self,
        hello: Hello,
        credential: &'c Credential<'c>,
        signed: SignedKeyExchange,
        result: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let SignedKeyExchange { group, scheme } = signed;
        let (private, public) =
            result.split_at_checked(group.agreement.private_len).ok_or(Error::Internal)?;
        let mut params = Bytes::with_cap(MAX_PARAMS_BYTES);
        write_params(&mut Writer::new(&mut params), group, public).map_err(Error::encoding)?;
        let randoms = &self.cx.randoms;
        let digest = (scheme.algorithm.hash.digest)(&[&randoms.client, &randoms.server, &params]);
        let job = credential.key.sign(scheme.algorithm, digest.as_ref(), host.rng)?;
        let private = Bytes::copy_of(private)?;
        Ok((
            State::Working(Working { job, then: Then::Signed { hello, signed, private, params } }),
            Step::Work,
        ))
    }

    pub(super) fn send_server_key_exchange(
        &mut self,
        hello: Hello,
        signed: SignedKeyExchange,
        private: Bytes,
        params: &[u8],
        signature: &[u8],
    ) -> Result<(State<'c>, Step), Error> {
        let scheme = hello.version.names_schemes().then_some(signed.scheme.id);
        self.cx.send(H::SERVER_KEY_EXCHANGE, |w| {
            w.bytes(params)?;
            DigitallySigned { scheme, signature }.encode(w)
        })?;
        self.send_server_hello_done(hello, Secret::Ephemeral { group: signed.group, private })
    }

    pub(super) fn on_client_key_exchange(
        &mut self,
        hello: Hello,
        secret: Secret<'c>,
        path: Option<PathJudged>,
        body: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let decoding = Error::decoding(H::CLIENT_KEY_EXCHANGE);
        let (job, client_version) = match secret {
            Secret::Ephemeral { group, private } => {
                let public = match group.kind {
                    GroupKind::Curve(_) => ClientEcdhePublic::decode(body).map_err(decoding)?.point,
                    GroupKind::FiniteField { .. } => ClientDhPublic::decode(body).map_err(decoding)?.public,
                };
                ((group.agreement.agree)(&private, public)?, None)
            }
            Secret::KeyTransport(credential) => {
                let ciphertext = EncryptedPreMasterSecret::decode(body).map_err(decoding)?.ciphertext;
                // RFC 5246 section 7.4.7.1: drawn before anything is deciphered, whatever comes of it
                let mut substitute = Zeroizing::new([0; PRE_MASTER_SECRET_LEN]);
                host.rng.fill(&mut *substitute)?;
                let job = credential.key.decrypt_or(ciphertext, &*substitute, host.rng)?;
                (job, Some(self.client_version))
            }
        };
        Ok((
            State::Working(Working { job, then: Then::PreMasterSecret { hello, path, client_version } }),
            Step::Work,
        ))
    }

    /// For key transport the version bytes are overwritten, never compared: a wrong version shows at Finished, as a
    /// wrong ciphertext does (RFC 5246 section 7.4.7.1).
    pub(super) fn on_pre_master_secret(
        &mut self,
        hello: Hello,
        path: Option<PathJudged>,
        client_version: Option<ProtocolVersion>,
        pre_master_secret: &mut [u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        if let Some(version) = client_version {
            *pre_master_secret.first_chunk_mut().ok_or(Error::Internal)? = version.0.to_be_bytes();
        }
        let master_secret = self.cx.agree(&hello, pre_master_secret, host)?;
        let next = match path {
            Some(path) => State::WaitCertificateVerify { hello, master_secret, path },
            None => State::WaitChangeCipherSpec(Agreed { hello, master_secret, proof: PeerProof::Anonymous }),
        };
        Ok((next, Step::WaitPeer))
    }
}

/// ServerECDHParams or ServerDHParams, which are signed before the message can be made.
fn write_params(w: &mut Writer<'_>, group: &Group, public: &[u8]) -> Result<(), codec::Error> {
    match group.kind {
        GroupKind::Curve(_) => ServerEcdhParams { group: group.id, public }.encode(w),
        GroupKind::FiniteField { p, g } => ServerDhParams { p, g, public }.encode(w),
    }
}
