//! Trust anchors (RFC 5280 section 6.1.1): whom to trust.

use crate::{
    Certificate, Error, Field, NameConstraints, compare::same_name, extensions::NAME_CONSTRAINTS,
    name::DistinguishedName, switches::APPLY_NAME_CONSTRAINTS,
};
use pki::{
    ErrorKind,
    der::{Reader, tag},
};

/// A root: a subject with its key, and the names that it may vouch for. Nothing else of a root's certificate matters, so
/// that an expired or cross-signed root, or one that is no CA by its extensions, serves all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustAnchor<'a> {
    /// The DER of the subject's Name.
    pub subject: &'a [u8],
    /// The DER of SubjectPublicKeyInfo.
    pub spki: &'a [u8],
    /// Name constraints (RFC 5937 section 3.2); what cannot be read permits nothing.
    pub name_constraints: Option<NameConstraints<'a>>,
}

impl<'a> TrustAnchor<'a> {
    /// The anchor that a certificate makes.
    #[must_use]
    pub const fn of(certificate: &Certificate<'a>) -> Self {
        Self {
            subject: certificate.subject.der(),
            spki: certificate.spki,
            name_constraints: certificate.extensions.name_constraints,
        }
    }

    /// The subject as text.
    #[must_use]
    pub const fn name(&self) -> DistinguishedName<'a> {
        DistinguishedName(self.subject)
    }

    /// Whether a certificate is this anchor's own: the same subject with the same key.
    pub(crate) fn is(&self, certificate: &Certificate<'_>) -> bool {
        self.spki == certificate.spki && same_name(self.subject, certificate.subject.der())
    }

    /// Reads what an anchor needs of a certificate and skips the rest: roots with dates or extensions that are not
    /// in DER exist, and nothing of those matters here.
    ///
    /// # Errors
    /// The field that is malformed, and the byte; [`ErrorKind::Unsupported`] for name constraints without feature
    /// `x509-name-constraints`: a root must not vouch for more names than it was given.
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
        let mut name_constraints = None;
        while !tbs.is_empty() {
            let part = tbs.any().map_err(within(Field::Extensions))?;
            if part.tag == tag::constructed(3) {
                let mut list = part.reader().sequence().map_err(within(Field::Extensions))?;
                while !list.is_empty() {
                    let mut extension = list.sequence().map_err(within(Field::Extensions))?;
                    if extension.oid().map_err(within(Field::Extensions))? == NAME_CONSTRAINTS {
                        let decoded = read_constraints(extension).map_err(within(Field::NameConstraints))?;
                        name_constraints = Some(decoded);
                    }
                }
            }
        }
        Ok(Self { subject, spki, name_constraints })
    }
}

fn read_constraints(mut extension: Reader<'_>) -> Result<NameConstraints<'_>, pki::Error> {
    if !APPLY_NAME_CONSTRAINTS {
        return Err(extension.error(ErrorKind::Unsupported));
    }
    extension.optional(tag::BOOLEAN)?;
    NameConstraints::decode(extension.value(tag::OCTET_STRING)?)
}
