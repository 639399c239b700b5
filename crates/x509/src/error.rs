//! Why a certificate, a CRL or an OCSP response could not be read.

use pki::ErrorKind;

/// A malformed certificate, CRL or OCSP response: what is wrong, in which field, at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The field.
    pub field: Field,
    /// Offset in bytes from the start of the certificate, CRL or response.
    pub at: usize,
}

/// Fields of a certificate (RFC 5280 section 4.1), a CRL (section 5.1) or an OCSP response (RFC 6960 section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Certificate, its outer SEQUENCE.
    Certificate,
    /// version.
    Version,
    /// serialNumber.
    SerialNumber,
    /// signature, signatureAlgorithm: also when the two differ.
    SignatureAlgorithm,
    /// issuer.
    Issuer,
    /// validity.
    Validity,
    /// subject.
    Subject,
    /// subjectPublicKeyInfo.
    SubjectPublicKeyInfo,
    /// extensions: their list.
    Extensions,
    /// basicConstraints.
    BasicConstraints,
    /// keyUsage.
    KeyUsage,
    /// extKeyUsage.
    ExtendedKeyUsage,
    /// subjectAltName.
    SubjectAltName,
    /// nameConstraints.
    NameConstraints,
    /// cRLDistributionPoints.
    CrlDistributionPoints,
    /// signatureValue.
    SignatureValue,
    /// CertificateList, the outer SEQUENCE of a CRL.
    CertificateList,
    /// revokedCertificates of a CRL.
    RevokedCertificates,
    /// OCSPResponse: what is around the answers.
    OcspResponse,
    /// responses of an OCSP response.
    OcspAnswers,
}

impl Error {
    /// An error of the DER in a field.
    pub(crate) fn within(field: Field) -> impl Fn(pki::Error) -> Self {
        move |error| Self { kind: error.kind, field, at: error.at }
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}: {}", self.field, pki::Error { kind: self.kind, at: self.at })
    }
}

impl core::error::Error for Error {}

/// Why a verification could not be carried out; everything that it can judge is a flag instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// A certificate is malformed.
    Malformed(Error),
    /// A primitive failed for a reason that is not the peer's, such as memory.
    Crypto(crypto::Error),
}

impl From<Error> for VerifyError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}

impl From<crypto::Error> for VerifyError {
    fn from(error: crypto::Error) -> Self {
        Self::Crypto(error)
    }
}

impl From<memory::OutOfMemory> for VerifyError {
    fn from(_: memory::OutOfMemory) -> Self {
        Self::Crypto(crypto::Error::OutOfMemory)
    }
}
