//! X.509: certificates as views over their bytes, and the verification of their paths (RFC 5280).
//!
//! One judge decides on a certificate in its place on a path; [`Verifier`] asks it for a chain that arrives one
//! certificate at a time, [`path::verify`] for an unordered set.
#![no_std]
#![forbid(unsafe_code)]
#[cfg(test)]
extern crate std;

mod anchor;
mod bit_set;
mod certificate;
#[cfg(feature = "x509-common-name")]
mod common_name;
#[cfg(not(feature = "x509-common-name"))]
#[path = "common_name_off.rs"]
mod common_name;
mod compare;
#[cfg(feature = "x509-crl-parse")]
mod crl;
#[cfg(feature = "x509-crl-parse")]
mod distribution_point;
#[cfg(not(feature = "x509-crl-parse"))]
#[path = "distribution_point_off.rs"]
mod distribution_point;
mod error;
pub mod extensions;
mod flags;
mod held_certificates;
mod held_names;
mod judge;
pub mod limits;
mod name;
mod name_constraints;
#[cfg(feature = "ocsp-stapling")]
mod ocsp;
#[cfg(feature = "x509-path-building")]
pub mod path;
mod pins;
#[cfg(feature = "x509-policies")]
mod policies;
#[cfg(not(feature = "x509-policies"))]
#[path = "policies_off.rs"]
mod policies;
#[cfg(feature = "x509-policies")]
mod policy_extensions;
#[cfg(not(feature = "x509-policies"))]
#[path = "policy_extensions_off.rs"]
mod policy_extensions;
mod profile;
mod reasons;
#[cfg(feature = "x509-crl-parse")]
mod revocation;
#[cfg(not(feature = "x509-crl-parse"))]
#[path = "revocation_off.rs"]
mod revocation;
#[cfg(any(feature = "ocsp-stapling", feature = "x509-crl-parse"))]
mod revocation_fields;
mod signed;
#[cfg(feature = "ocsp-stapling")]
mod stapling;
#[cfg(not(feature = "ocsp-stapling"))]
#[path = "stapling_off.rs"]
mod stapling;
mod stream;
pub mod switches;
mod time;

pub use anchor::TrustAnchor;
pub use certificate::{AlgorithmIdentifier, Certificate};
pub use common_name::CommonName;
#[cfg(feature = "x509-crl-parse")]
pub use crl::{Crl, RevokedCertificate};
pub use distribution_point::DistributionPoints;
#[cfg(feature = "x509-crl-parse")]
pub use distribution_point::{
    DistributionPoint, DistributionPointName, IssuingDistributionPoint, ReasonFlags,
};
pub use error::{Error, Field, VerifyError};
pub use flags::{FLAGS, FlagRow, Flags};
pub use judge::{KeyPurpose, Policy, Usage, Verdict, Vouching};
pub use name::{DistinguishedName, IpAddress, ServerName, dns_name_matches};
pub use name_constraints::NameConstraints;
#[cfg(feature = "ocsp-stapling")]
pub use ocsp::{BasicOcspResponse, CertId, OcspResponse, OcspStatus, ResponderId, SingleResponse};
pub use pins::{PIN_LEN, PinRole, Pins};
pub use policies::PolicyDemand;
pub use policy_extensions::PolicyExtensions;
pub use profile::VerificationProfile;
pub use reasons::{REASONS, ReasonRow, Reasons};
pub use revocation::Revocation;
#[cfg(feature = "x509-crl-parse")]
pub use revocation::{MissingCrl, RevocationScope};
#[cfg(feature = "ocsp-stapling")]
pub use stapling::MissingStaple;
pub use stapling::Stapling;
pub use stream::Verifier;
pub use time::{Date, Period, Time};

/// Sees each certificate of a peer as it arrives, and may say otherwise.
pub trait CertificateObserver {
    /// The certificate at this place of the chain; 0 is the end entity.
    fn on_certificate(&mut self, index: usize, certificate: &Certificate<'_>);

    /// What was found against a certificate that is the end entity (depth 0), or has the name of the issuer of the one before.
    /// Flags that are cleared here, or set, count for the path, if the certificate proves to be on it: the signature is
    /// checked after. mbedTLS's callback of verification is called for the same, from the root down.
    fn on_judged(&mut self, depth: usize, certificate: &Certificate<'_>, flags: &mut Flags) {
        let _ = (depth, certificate, flags);
    }

    /// What was found against all of the path when it has ended, before the stapled status is judged: the flags of its
    /// certificates, [`Flags::NOT_TRUSTED`] for a path that reached no anchor, and what revocation lists say. What is left of
    /// them is the verdict; to clear them all is to trust a peer whom nobody vouches for.
    fn on_path(&mut self, flags: &mut Flags) {
        let _ = flags;
    }

    /// The OCSP response in DER that the server stapled (RFC 6066 section 8), before it is judged.
    fn on_status(&mut self, response: &[u8]) {
        let _ = response;
    }
}
