//! Without feature `raw-public-keys` every certificate is X.509.

use crate::{Credential, Error, peer_certificate::PeerCertificate};
use codec::{Writer, message::Certificate};
use suites::{CertificateKind, CertificateTypes, Negotiated};

pub(crate) const fn of_client(_: &[Credential<'_>]) -> CertificateTypes {
    CertificateTypes::X509
}

pub(crate) const fn serves_client(_: &Credential<'_>, _: &Negotiated) -> bool {
    true
}

pub(crate) const fn serves_server(_: &Credential<'_>, _: &Negotiated) -> bool {
    true
}

pub(crate) const fn agree(_: &mut Negotiated, _: Option<&Credential<'_>>, _: bool, _: bool) {}

pub(crate) const fn agree_on_nothing(_: &mut Negotiated) {}

#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
pub(crate) const fn expect_of_server(
    _: &mut PeerCertificate,
    _: CertificateTypes,
    _: &Negotiated,
) -> Result<(), Error> {
    Ok(())
}

pub(crate) const fn expect_of_client(_: &mut PeerCertificate, _: &Negotiated) {}

pub(crate) fn write_certificate(
    w: &mut Writer<'_>,
    credential: Option<&Credential<'_>>,
    _: Option<CertificateKind>,
) -> Result<(), codec::Error> {
    Certificate::write(w, credential.map_or(&[], |credential| credential.chain))
}
