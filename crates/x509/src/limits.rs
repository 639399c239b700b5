//! Limits of verification, each with its source and what happens at the edge.

/// Extensions in one certificate, since looking for duplicates is quadratic. Our own choice, several times what public
/// certificates have; one more is `TooLong`.
pub const MAX_EXTENSIONS: usize = 64;

/// Intermediate certificates of a path (mbedTLS's `X509_MAX_INTERMEDIATE_CA`), those that a CA issued to itself for a new
/// key included; a longer path is not trusted.
pub const MAX_INTERMEDIATES: usize = 8;

/// Signature checks of one verification: a crafted set of certificates and anchors of one name could ask for any
/// number. Past it the path is not trusted, and `OTHER` says that there was more to it.
pub const MAX_SIGNATURE_CHECKS: u32 = 32;

/// The longest serial number that a handshake holds to look it up in CRLs: several times the 20 octets of RFC 5280 section
/// 4.1.2.2. No list covers a certificate with a longer one.
#[cfg(feature = "x509-crl-parse")]
pub const MAX_SERIAL_BYTES: usize = 64;

/// Bytes of a certificate's cRLDistributionPoints that a handshake holds; of longer ones nothing is known, so that only lists
/// of the whole scope of the issuer cover the certificate.
#[cfg(feature = "x509-crl-parse")]
pub const MAX_HELD_POINTS_BYTES: usize = 1024;

/// Signature checks of CRLs, and of certificates that only sign them, in one verification. Past it no further list counts as
/// signed.
#[cfg(feature = "x509-crl-parse")]
pub const MAX_CRL_SIGNATURE_CHECKS: u32 = 64;

/// Certificates of an OCSP response that may be the responder's. RFC 6960 section 4.2.2.3 has no limit; further ones are not
/// looked at.
#[cfg(feature = "ocsp-stapling")]
pub const MAX_OCSP_CERTIFICATES: usize = 8;

/// Answers of an OCSP response, which may be about several certificates. Our own choice: RFC 5019 section 2.2.1 has one;
/// further ones are not looked at.
#[cfg(feature = "ocsp-stapling")]
pub const MAX_OCSP_ANSWERS: usize = 64;

/// The longest serial number of a certificate whose stapled response is checked; no response is about one with a longer one.
#[cfg(feature = "ocsp-stapling")]
pub const MAX_STAPLED_SERIAL_BYTES: usize = 64;

/// Seconds after thisUpdate for which an OCSP response without nextUpdate counts. RFC 6960 section 4.2.2.1: newer information
/// is available all the time; RFC 5019 section 2.2.4 has nextUpdate always. Past it the response is `CRL_EXPIRED`.
#[cfg(feature = "ocsp-stapling")]
pub const OCSP_WITHOUT_NEXT_UPDATE_SECONDS: i64 = 86_400;

/// Policies, and mappings of policies, of one certificate, and policies that hold at one place of a path. Our own choice, several
/// times what public certificates have. A certificate with more is `TooLong`; a path with more is `OTHER`.
#[cfg(feature = "x509-policies")]
pub const MAX_POLICIES: usize = 32;

/// Certificates of a handshake that belong to no path and are skipped; those after them are ignored.
pub const MAX_SUPERFLUOUS: usize = 16;

/// The longest issuer name that is held, in bytes; in a handshake, a certificate with a longer one is
/// not trusted, and `OTHER` says that there was more to it.
pub const MAX_NAME_BYTES: usize = 512;

/// Bytes of certificates that came before the ones that they issued and are held by a handshake with feature
/// `x509-path-building`; what does not fit is skipped.
pub const MAX_HELD_CERTIFICATES_BYTES: usize = 16 * 1024;

/// Bytes of the subjects and alternative names of a path that a handshake holds until the last issuer's name constraints
/// are known: enough for over a hundred names. Longer ones are not held at all; an issuer with name constraints is then
/// not trusted.
pub const MAX_HELD_NAMES_BYTES: usize = 4096;

/// Comparisons of a name with a subtree of name constraints in one verification: a crafted chain could ask for
/// any number. Our own choice, room for 250 names under 250 subtrees; past it the path is not trusted.
pub const MAX_NAME_COMPARISONS: u32 = 1 << 16;

/// The longest SubjectPublicKeyInfo that is held, in bytes: RSA-4096 needs 550. A longer one is `BAD_KEY`, and not held.
pub const MAX_SPKI_BYTES: usize = 640;

/// The longest signature that is held, in bytes: RSA-4096 needs 512. A longer one is of a key that is `BAD_KEY`.
pub const MAX_SIGNATURE_BYTES: usize = 512;

/// Bits of the smallest RSA key (SP 800-131A: 112 bits of strength); smaller is `BAD_KEY`.
pub const MIN_RSA_BITS: usize = crypto::limits::RSA_MODULUS_BITS_MIN;

/// Bits of the largest RSA key: what public roots use, and the most work that a certificate may ask for; larger is
/// `BAD_KEY`.
pub const MAX_RSA_BITS: usize = crypto::limits::RSA_MODULUS_BITS_MAX;
