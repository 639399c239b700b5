//! ServerKeyExchange and ClientKeyExchange (RFC 5246 sections 7.4.3 and 7.4.7, RFC 8422 sections 5.4 and 5.7).

use super::{Agreed, Agreeing, Secret, Server, State, Then, psk};
use crate::{
    Error, Host, Step,
    context::{Hello, Working},
    negotiate::{Ephemeral, Signer},
    witness::PathJudged,
};
use codec::{
    HandshakeType as H, ProtocolVersion, Reader, SignatureScheme, Writer,
    message::{
        ClientDhPublic, ClientEcdhePublic, DigitallySigned, EncryptedPreMasterSecret, ServerDhParams,
        ServerEcdhParams,
    },
};
use crypto::ToBeSigned;
use memory::Bytes;
use suites::{Group, GroupKind};
use zeroize::Zeroizing;

/// The longest parameters, in bytes: an 8192-bit prime, its generator and a public value.
const MAX_PARAMS_BYTES: usize = 3 * 1024 + 6;

/// Bytes of the pre-master secret of key transport: client_version and 46 random bytes.
const PRE_MASTER_SECRET_LEN: usize = 48;

impl<'c> Server<'c> {
    /// `result` is our private value and our public one; the parameters are signed with both randoms, but for a suite
    /// without certificates.
    pub(super) fn on_generated(
        &mut self,
        hello: Hello,
        ephemeral: Ephemeral<'c>,
        result: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let Ephemeral { group, signer } = ephemeral;
        let (private, public) =
            result.split_at_checked(group.agreement.private_len).ok_or(Error::Internal)?;
        let mut params = Bytes::with_cap(MAX_PARAMS_BYTES);
        write_params(&mut Writer::new(&mut params), group, public).map_err(Error::encoding)?;
        let private = Bytes::copy_of(private)?;
        let Some(Signer { credential, scheme }) = signer else {
            self.send_psk_key_exchange(&params)?;
            return self.send_server_hello_done(hello, Secret::Ephemeral { group, private });
        };
        let randoms = &self.cx.randoms;
        let signed = ToBeSigned::of_parts(scheme.algorithm, &[&randoms.client, &randoms.server, &params])?;
        let job = credential.key.sign(scheme.algorithm, signed.as_ref(), host.rng)?;
        let then = Then::Signed { hello, group, scheme: scheme.id, private, params };
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    pub(super) fn send_signed_key_exchange(
        &mut self,
        hello: &Hello,
        scheme: SignatureScheme,
        params: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        let scheme = hello.version.names_schemes().then_some(scheme);
        self.cx.send(H::SERVER_KEY_EXCHANGE, |w| {
            w.bytes(params)?;
            DigitallySigned { scheme, signature }.encode(w)
        })
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
        let mut r = Reader::new(body);
        let psk = self.read_psk_identity(&hello, &mut r, host)?;
        let agreeing = Agreeing { hello, path, psk };
        let (job, client_version) = match secret {
            Secret::PskAlone => {
                r.finish().map_err(decoding)?;
                return self.on_pre_master_secret(agreeing, None, &mut [], host);
            }
            Secret::Ephemeral { group, private } => {
                let public = match group.kind {
                    GroupKind::Curve(_) => ClientEcdhePublic::read(&mut r).map_err(&decoding)?.point,
                    GroupKind::FiniteField { .. } => ClientDhPublic::read(&mut r).map_err(&decoding)?.public,
                };
                r.finish().map_err(decoding)?;
                ((group.agreement.agree)(&private, public)?, None)
            }
            Secret::KeyTransport(credential) => {
                let ciphertext = EncryptedPreMasterSecret::read(&mut r).map_err(&decoding)?.ciphertext;
                r.finish().map_err(decoding)?;
                // RFC 5246 section 7.4.7.1: drawn before anything is deciphered, whatever comes of it
                let mut substitute = Zeroizing::new([0; PRE_MASTER_SECRET_LEN]);
                host.rng.fill(&mut *substitute)?;
                let job = credential.key.decrypt_or(ciphertext, &*substitute, host.rng)?;
                (job, Some(self.client_version))
            }
        };
        let then = Then::PreMasterSecret(agreeing, client_version);
        Ok((State::Working(Working { job, then }), Step::Work))
    }

    /// For key transport the version bytes are overwritten, never compared: a wrong version shows at Finished, as a
    /// wrong ciphertext does (RFC 5246 section 7.4.7.1).
    pub(super) fn on_pre_master_secret(
        &mut self,
        agreeing: Agreeing,
        client_version: Option<ProtocolVersion>,
        secret: &mut [u8],
        host: &mut Host<'_>,
    ) -> Result<(State<'c>, Step), Error> {
        let Agreeing { hello, path, psk } = agreeing;
        if let Some(version) = client_version {
            *secret.first_chunk_mut().ok_or(Error::Internal)? = version.0.to_be_bytes();
        }
        let master_secret = self.cx.agree(&hello, secret, psk.as_deref(), host)?;
        let next = match path {
            Some(path) => State::WaitCertificateVerify { hello, master_secret, path },
            None => State::WaitChangeCipherSpec(Agreed { hello, master_secret, proof: psk::proof(&hello) }),
        };
        Ok((next, Step::WaitPeer))
    }
}

/// ServerECDHParams or ServerDHParams, which are signed before the message can be made.
fn write_params(w: &mut Writer<'_>, group: &Group, public: &[u8]) -> Result<(), codec::Error> {
    match group.kind {
        GroupKind::Curve(_) => ServerEcdhParams { group: group.id, public }.encode(w),
        GroupKind::FiniteField { p, g, .. } => ServerDhParams { p, g, public }.encode(w),
    }
}
