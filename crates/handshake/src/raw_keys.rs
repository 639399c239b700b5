//! Raw public keys in place of certificates (RFC 7250): which end shows one, and which credential has one.

use crate::{Credential, Error, peer_certificate::PeerCertificate};
use codec::{Reason, Writer, message::Certificate};
use suites::{CertificateKind, CertificateTypes, Negotiated};

const RAW: Option<CertificateKind> = Some(CertificateKind::RawPublicKey);

/// What a credential can show. One that has nothing shows an empty chain.
const fn types(credential: &Credential<'_>) -> CertificateTypes {
    let raw_public_key = !credential.raw_public_key.is_empty();
    CertificateTypes::of(!credential.chain.is_empty() || !raw_public_key, raw_public_key)
}

/// What a client can show: that of any of its credentials.
pub(crate) fn of_client(credentials: &[Credential<'_>]) -> CertificateTypes {
    let any = |has: fn(CertificateTypes) -> bool| credentials.iter().any(|own| has(types(own)));
    CertificateTypes::of(any(CertificateTypes::has_x509), any(CertificateTypes::has_raw_public_key))
}

/// Whether the client takes what a server's credential can show.
pub(crate) const fn serves_client(credential: &Credential<'_>, negotiated: &Negotiated) -> bool {
    types(credential).in_common(negotiated.server_certificate).is_some()
}

/// Whether a client's credential can show what was agreed.
pub(crate) fn serves_server(credential: &Credential<'_>, negotiated: &Negotiated) -> bool {
    let agreed = negotiated.client_certificate_type.unwrap_or(CertificateKind::X509);
    types(credential).iter().any(|own| own == agreed)
}

/// Server: what it shows, and whether it asks for what clients show. Only what the client has `offered` is answered.
pub(crate) fn agree(
    negotiated: &mut Negotiated,
    credential: Option<&Credential<'_>>,
    offered: bool,
    asks: bool,
) {
    let shown = credential.and_then(|own| types(own).in_common(negotiated.server_certificate));
    negotiated.server_certificate_type = shown.filter(|_| offered);
    negotiated.client_certificate_type = negotiated.client_certificate_type.filter(|_| asks);
}

/// Server: a session is resumed, and nobody shows anything.
pub(crate) const fn agree_on_nothing(negotiated: &mut Negotiated) {
    negotiated.server_certificate_type = None;
    negotiated.client_certificate_type = None;
}

/// Client: the server's Certificate will be what it said, or X.509, which may not be wanted.
pub(crate) fn expect_of_server(
    certificate: &mut PeerCertificate,
    wanted: CertificateTypes,
    negotiated: &Negotiated,
) -> Result<(), Error> {
    if negotiated.server_certificate_type == RAW {
        certificate.expect_raw_key();
    } else if !wanted.has_x509() {
        return Err(Reason::NoCommonCertificateType.into());
    }
    Ok(())
}

/// Server: the client's Certificate will be what was agreed.
pub(crate) fn expect_of_client(certificate: &mut PeerCertificate, negotiated: &Negotiated) {
    if negotiated.client_certificate_type == RAW {
        certificate.expect_raw_key();
    }
}

/// Writes Certificate with the key alone if that was agreed, else with the chain; without a credential it is empty.
pub(crate) fn write_certificate(
    w: &mut Writer<'_>,
    credential: Option<&Credential<'_>>,
    agreed: Option<CertificateKind>,
) -> Result<(), codec::Error> {
    match credential {
        Some(credential) if agreed == RAW => w.vec24(|w| w.bytes(credential.raw_public_key)),
        credential => Certificate::write(w, credential.map_or(&[], |credential| credential.chain)),
    }
}
