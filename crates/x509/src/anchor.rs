//! Trust anchors (RFC 5280 section 6.1.1): whom to trust.

use crate::{Certificate, Error, Field, extensions::NAME_CONSTRAINTS};
use pki::{
    ErrorKind,
    der::{Reader, tag},
};

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
    /// in DER exist, and nothing of those matters here. But a root with name constraints is refused: they are not
    /// applied yet, and it must not vouch for more names than it was given.
    ///
    /// # Errors
    /// The field that is malformed, and the byte; [`ErrorKind::Unsupported`] for name constraints.
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
        while !tbs.is_empty() {
            let part = tbs.any().map_err(within(Field::Extensions))?;
            if part.tag == tag::constructed(3) {
                let mut list = part.reader().sequence().map_err(within(Field::Extensions))?;
                while !list.is_empty() {
                    let mut extension = list.sequence().map_err(within(Field::Extensions))?;
                    let at = extension;
                    if extension.oid().map_err(within(Field::Extensions))? == NAME_CONSTRAINTS {
                        return Err(within(Field::Extensions)(at.error(ErrorKind::Unsupported)));
                    }
                }
            }
        }
        Ok(Self { subject, spki })
    }
}
