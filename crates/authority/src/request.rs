//! Certification requests (RFC 2986).

use crate::{
    Error, Extensions, KeyPair, Name, der,
    extensions::{SUBJECT_ALT_NAME, find},
    pem, signature,
};
use crypto::Rng;
use pki::der::Reader;

/// extensionRequest of PKCS#9 (RFC 2985 section 5.4.2).
const EXTENSION_REQUEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14];

/// A request whose signature proved that whoever asks has the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    subject: Name,
    spki: Vec<u8>,
    /// The contents of subjectAltName.
    names: Option<Vec<u8>>,
}

impl Request {
    /// Writes a request, in DER.
    ///
    /// # Errors
    /// [`Error::Refused`] without any name; [`Error::Crypto`].
    pub fn write(
        subject: &Name,
        extensions: &Extensions,
        key: &KeyPair,
        rng: &mut dyn Rng,
    ) -> Result<Vec<u8>, Error> {
        if subject.is_empty() && !extensions.has_names() {
            return Err(Error::refused("the request would have no name"));
        }
        let wanted = extensions.der(subject.is_empty())?;
        let attributes = if wanted.is_empty() {
            Vec::new()
        } else {
            let set = der::value(der::tag::SET, &[&der::sequence(&[&wanted])]);
            der::sequence(&[&der::oid(EXTENSION_REQUEST), &set])
        };
        let info = der::sequence(&[
            &der::small(0),
            subject.der(),
            key.spki(),
            &der::value(der::tag::constructed(0), &[&attributes]),
        ]);
        signature::signed(&info, key, rng)
    }

    /// Reads a request from PEM or DER and checks its signature.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::Refused`] for a signature that is not the key's or not supported.
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        let der = pem::decode(file, &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])?;
        let info = signature::verified(&der, |info| {
            let mut fields = Reader::new(info).sequence()?;
            fields.any()?;
            fields.any()?;
            Ok(fields.any()?.bytes)
        })?;
        let mut fields = Reader::new(info).sequence()?;
        if fields.small()? != 0 {
            return Err(Error::refused("it is a request of an unknown version"));
        }
        let subject = Name::from_der(fields.value(der::tag::SEQUENCE)?.bytes);
        let spki = fields.value(der::tag::SEQUENCE)?.bytes.to_vec();
        let mut names = None;
        if let Some(attributes) = fields.optional(der::tag::constructed(0))? {
            let mut attributes = attributes.reader();
            while !attributes.is_empty() {
                let mut attribute = attributes.sequence()?;
                let oid = attribute.oid()?;
                let values = attribute.value(der::tag::SET)?;
                if oid == EXTENSION_REQUEST {
                    names = find(values.reader(), SUBJECT_ALT_NAME).map(<[u8]>::to_vec);
                }
            }
        }
        Ok(Self { subject, spki, names })
    }

    /// Who asks.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }

    /// SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether the key is an RSA key.
    #[must_use]
    pub fn is_rsa(&self) -> bool {
        pki::key_type(&self.spki) == Some(crypto::KeyType::Rsa)
    }

    /// The GeneralNames that are asked for, in DER.
    #[must_use]
    pub fn names(&self) -> Option<&[u8]> {
        self.names.as_deref()
    }
}
