//! Trust anchors (RFC 5280 section 6.1.1): whom to trust.

use crate::{Certificate, Error, Field};
use pki::der::{Reader, tag};

/// A root: a subject with its key. Nothing else of a root's certificate matters, so that an expired or cross-signed
/// root, or one that is no CA by its extensions, serves all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustAnchor<'a> {
    /// The DER of the subject's Name.
    pub subject: &'a [u8],
    /// The DER of SubjectPublicKeyInfo.
    pub spki: &'a [u8],
}

impl<'a> TrustAnchor<'a> {
    /// The anchor that a certificate makes.
    #[must_use]
    pub const fn of(certificate: &Certificate<'a>) -> Self {
        Self { subject: certificate.subject.der(), spki: certificate.spki }
    }

    /// Reads what an anchor needs of a certificate and skips the rest: roots with dates or extensions that are not
    /// in DER exist, and nothing of those matters here.
    ///
    /// # Errors
    /// The field that is malformed, and the byte.
    pub fn decode(der: &'a [u8]) -> Result<Self, Error> {
        let within = |field| Error::within(field);
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence().map_err(within(Field::Certificate))?;
        outer.finish().map_err(within(Field::Certificate))?;
        let mut tbs = fields.sequence().map_err(within(Field::Certificate))?;
        tbs.optional(tag::constructed(0)).map_err(within(Field::Version))?;
        tbs.value(tag::INTEGER).map_err(within(Field::SerialNumber))?;
        tbs.value(tag::SEQUENCE).map_err(within(Field::SignatureAlgorithm))?;
        tbs.value(tag::SEQUENCE).map_err(within(Field::Issuer))?;
        tbs.value(tag::SEQUENCE).map_err(within(Field::Validity))?;
        let subject = tbs.value(tag::SEQUENCE).map_err(within(Field::Subject))?.bytes;
        let spki = tbs.value(tag::SEQUENCE).map_err(within(Field::SubjectPublicKeyInfo))?.bytes;
        Ok(Self { subject, spki })
    }
}
