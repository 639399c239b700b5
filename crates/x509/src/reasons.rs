//! Why a flag was set, closer than mbedTLS's flags tell: several of ours share one of theirs.

/// A set of reasons behind a verdict's flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(u32);

/// One reason.
#[derive(Debug)]
pub struct ReasonRow {
    /// A short name in words and hyphens.
    pub name: &'static str,
    /// Its bit.
    pub reason: Reasons,
    /// What was found.
    pub text: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// Declares the reasons: constant, name, bit, text, advice.
macro_rules! reasons {
    ($($constant:ident $name:literal $bit:literal $text:literal $advice:literal)*) => {
        impl Reasons {
            $(#[doc = $text] pub const $constant: Self = Self(1 << $bit);)*
        }

        /// Every reason, in the order of their bits.
        pub static REASONS: &[ReasonRow] = &[
            $(ReasonRow { name: $name, reason: Reasons::$constant, text: $text, advice: $advice },)*
        ];
    };
}

reasons! {
    NO_ISSUER "no-issuer" 0
        "no certificate and no root of the issuer's name was at hand"
        "the server sent no intermediate, or its root is not trusted here; add the one that is missing"
    NOT_SIGNED "not-signed" 1
        "a certificate or root of the issuer's name was at hand, but its key did not make the signature"
        "the certificate is damaged, or another CA of the same name issued it; get the right one"
    NOT_A_CA "not-a-ca" 2
        "an issuer is no CA by its basicConstraints"
        "have the certificate issued by a CA, or the issuer's certificate made with CA:TRUE"
    PATH_LENGTH "path-length" 3
        "there are more CAs below an issuer than its pathLenConstraint allows"
        "have the certificate issued by a CA higher up"
    TOO_DEEP "too-deep" 4
        "there are more intermediate certificates than this verifier follows"
        "raise the depth, or trust a CA further down the path"
    SIGNATURE_BUDGET "signature-budget" 5
        "the search was given up at the limit of signature checks"
        "remove certificates and roots of the same name that do not belong to the path"
    UNKNOWN_CRITICAL "unknown-critical" 6
        "a critical extension is not known here"
        "have the certificate issued without it"
    NAME_EXCLUDED "name-excluded" 7
        "a name of a certificate lies in a subtree that an issuer's name constraints exclude"
        "have the certificate issued for other names, or by a CA that may"
    NAME_NOT_PERMITTED "name-not-permitted" 8
        "a name of a certificate lies in no subtree that an issuer's name constraints permit"
        "have the certificate issued for names that its CA may vouch for"
    NAME_BUDGET "name-budget" 9
        "the comparison of names with constraints was given up at its limit"
        "have certificates issued with fewer names, or by a CA with fewer constraints"
    NAMES_NOT_HELD "names-not-held" 10
        "the names of the path are too long to be held until an issuer's constraints were known"
        "have the certificate issued with fewer names"
    FIELD_TOO_LONG "field-too-long" 11
        "an issuer's name is longer than any that a handshake holds"
        "have the certificate issued by a CA with a shorter name"
    NOT_PINNED "not-pinned" 12
        "no certificate of the path, nor its root, holds a pinned key"
        "if the key was changed on purpose, pin the new one"
    NO_CRL "no-crl" 13
        "no CRL at hand covers a certificate"
        "get the CRL of each CA of the path, or allow that there is none"
    CRL_NOT_SIGNED "crl-not-signed" 14
        "a CRL of the issuer's name was at hand, but its key did not make the signature"
        "the CRL is damaged, or another CA of the same name issued it; get the right one"
    NO_CRL_SIGN "no-crl-sign" 15
        "a CRL is signed by a key that may not sign CRLs by its keyUsage"
        "have the CA's certificate issued with cRLSign"
    CRL_SIGNER "crl-signer" 16
        "a CRL is signed with a certificate that nobody on the path issued, or that is not good itself"
        "add the CRL signer's issuer and its CRL, or get a CRL that the CA itself signed"
    CRL_UNKNOWN_CRITICAL "crl-unknown-critical" 17
        "a critical extension of a CRL is not known here"
        "get a CRL without it"
    DELTA_CRL "delta-crl" 18
        "a delta CRL tells of changes, which are not applied here"
        "leave the delta out, and get a complete CRL that is newer than it"
    NO_POLICY "no-policy" 19
        "a policy is required, and none that is accepted holds for the whole path"
        "ask for another policy, or have the certificate issued under this one"
    ANY_POLICY_MAPPED "any-policy-mapped" 20
        "a CA maps anyPolicy to another policy, or another to it"
        "have the CA's certificate issued with other mappings"
    POLICY_LIMIT "policy-limit" 21
        "more policies hold along the path than are followed"
        "have certificates issued with fewer policies"
    OCSP_REVOKED "ocsp-revoked" 22
        "an OCSP response says that the certificate is revoked"
        "get a new certificate for the server"
    OCSP_UNKNOWN "ocsp-unknown" 23
        "the OCSP responder does not know the certificate"
        "ask the CA that issued the certificate, at the address that the certificate names"
    OCSP_MALFORMED "ocsp-malformed" 24
        "an OCSP response is malformed, or has a critical extension that is not known here"
        "have the server fetch its OCSP response anew, as DER"
    OCSP_NO_ANSWER "ocsp-no-answer" 25
        "an OCSP response says that the responder did not answer"
        "have the server fetch its OCSP response again, and staple successful ones only"
    OCSP_OTHER "ocsp-other" 26
        "an OCSP response is about other certificates only"
        "have the server staple the response for the certificate that it sends, under SHA-1 or SHA-256"
    OCSP_NOT_SIGNED "ocsp-not-signed" 27
        "the signature of an OCSP response is not of its responder's key"
        "the response is damaged, or forged; have the server fetch it anew"
    OCSP_SIGNER "ocsp-signer" 28
        "an OCSP response is signed by somebody who may not: neither the issuer, nor one whom it made a signer of OCSP responses"
        "ask the responder of the CA that issued the certificate; its own certificate needs the purpose OCSPSigning"
    OCSP_STALE "ocsp-stale" 29
        "an OCSP response is past its next update, or not valid yet"
        "have the server fetch a new response; set the clock if that one is right"
    NO_STAPLE "no-staple" 30
        "the certificate or the configuration demands a stapled OCSP response, and none came"
        "have the server staple one (OCSP stapling, status_request)"
    OCSP_WEAK "ocsp-weak" 31
        "an OCSP response or its signer's certificate is signed with an algorithm or key that is not allowed"
        "have the responder sign with SHA-256 or better and a strong key"
}

crate::bit_set::bit_set!(Reasons, REASONS: ReasonRow.reason);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_bit_of_its_own() {
        let all = REASONS.iter().fold(Reasons::NONE, |all, row| {
            assert!(!all.contains(row.reason), "{}", row.name);
            all.or(row.reason)
        });
        assert_eq!(all.iter().count(), REASONS.len());
        assert!(Reasons::NONE.is_empty() && !all.is_empty());
    }
}
