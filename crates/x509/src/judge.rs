//! The one judge: what may be said of a certificate in its place on a path (RFC 5280 section 6.1, RFC 6125).
//!
//! The streaming verification of a handshake and path building over a set both ask it.

use crate::{
    AlgorithmIdentifier, Certificate, CommonName, Flags, NameConstraints, Reasons, Revocation,
    compare::same_name,
    extensions::{ExtendedKeyUsage, KeyUsage},
    limits,
    name::ServerName,
    name_constraints::{NameBudget, Names},
    pins::{PinRole, Pins},
    policies::PolicyDemand,
    profile::{ANY_KEY, VerificationProfile},
    stapling::Stapling,
    switches::{CHECK_DATES, CHECK_EXTENDED_KEY_USAGE, CHECK_KEY_USAGE},
    time::{Period, Time},
};
use crypto::{BoxedJob, Curve, KeyType, PublicKey, SignatureAlgorithm};

/// What the end entity is for (extKeyUsage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Usage<'c> {
    /// id-kp-serverAuth.
    Server,
    /// id-kp-clientAuth.
    Client,
    /// Another KeyPurposeId: the contents of its object identifier.
    Given(&'c [u8]),
    /// Not checked.
    #[default]
    Any,
}

impl<'c> Usage<'c> {
    const fn purpose(self) -> Option<&'c [u8]> {
        match self {
            Self::Given(purpose) => Some(purpose),
            Self::Server => Some(ExtendedKeyUsage::SERVER_AUTH),
            Self::Client => Some(ExtendedKeyUsage::CLIENT_AUTH),
            Self::Any => None,
        }
    }
}

/// What the end entity's key does (keyUsage).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyPurpose {
    /// digitalSignature: the ephemeral key exchanges.
    Sign,
    /// keyEncipherment: RSA key transport.
    Encipher,
    /// Not checked.
    #[default]
    Any,
}

/// What a path is judged by.
#[derive(Clone, Copy)]
pub struct Policy<'c> {
    /// Whom to trust.
    pub anchors: &'c [crate::TrustAnchor<'c>],
    /// Algorithms that may sign certificates.
    pub algorithms: &'c [&'static SignatureAlgorithm],
    /// Kinds of key that certificates may hold.
    pub keys: &'c [KeyType],
    /// Curves that keys may be on.
    pub curves: &'c [&'static Curve],
    /// Bits of the smallest RSA key, as in [`VerificationProfile`].
    pub min_rsa_bits: usize,
    /// Keys that are known beforehand.
    pub pins: Option<Pins<'c>>,
    /// What is asked of the policies of a path; critical ones of certificates that stream are refused.
    pub policies: PolicyDemand<'c>,
    /// CRLs and what they are good for; None for no look-up. For certificates that stream, lists of their own issuers count only.
    pub revocation: Option<Revocation<'c>>,
    /// How the end entity's status is asked for by OCSP; None for not at all.
    pub stapling: Option<Stapling<'c>>,
    /// The date.
    pub time: Time,
    /// What the end entity is for.
    pub usage: Usage<'c>,
    /// What its key does.
    pub key_purpose: KeyPurpose,
    /// Whom it must be valid for; None for anybody.
    pub name: Option<ServerName<'c>>,
    /// Whether its common name may be that name.
    pub common_name: CommonName,
    /// The most intermediate certificates, those that are self-issued not counted; at most
    /// [`limits::MAX_INTERMEDIATES`] are followed in all.
    pub max_intermediates: usize,
}

impl Default for Policy<'_> {
    fn default() -> Self {
        Self {
            anchors: &[],
            algorithms: &[],
            keys: ANY_KEY,
            curves: &[],
            min_rsa_bits: limits::MIN_RSA_BITS,
            pins: None,
            policies: PolicyDemand::default(),
            revocation: None,
            stapling: None,
            time: Time::Unknown,
            usage: Usage::Any,
            key_purpose: KeyPurpose::Any,
            name: None,
            common_name: CommonName::Ignored,
            max_intermediates: limits::MAX_INTERMEDIATES,
        }
    }
}

impl<'c> Policy<'c> {
    /// The same under a profile.
    #[must_use]
    pub const fn under(self, profile: &VerificationProfile<'c>) -> Self {
        let VerificationProfile { algorithms, keys, curves, min_rsa_bits } = *profile;
        Self { algorithms, keys, curves, min_rsa_bits, ..self }
    }

    /// What is said of a bare SubjectPublicKeyInfo (RFC 7250): it is trusted if it is pinned as an anchor.
    #[must_use]
    pub fn judge_key(&self, spki: &[u8]) -> Verdict {
        let flags = usable_key(spki, self).err().unwrap_or_default();
        let mut verdict = Verdict { flags, ..Verdict::default() };
        verdict.refuse_if(!self.is_pinned_anchor(spki), Flags::NOT_TRUSTED, Reasons::NOT_PINNED);
        verdict
    }

    /// Whether a certificate's key is trusted for itself.
    pub(crate) fn is_pinned_anchor(&self, spki: &[u8]) -> bool {
        self.pins.is_some_and(|pins| pins.role == PinRole::Anchor && pins.lists(spki))
    }

    /// Whether a key is one of those of which a path needs one.
    pub(crate) fn is_required_key(&self, spki: &[u8]) -> bool {
        self.pins.is_some_and(|pins| pins.role == PinRole::Required && pins.lists(spki))
    }
}

/// Who ends a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouching {
    /// The anchor at this place of the policy's list.
    Anchor(usize),
    /// A pin of the last certificate's key.
    Pin,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Why the certificate is refused; empty when it is good.
    pub flags: Flags,
    /// Why, where one flag stands for several reasons.
    pub reasons: Reasons,
    /// Whether a validity period could not be checked, since the date is not known well enough. It can be checked
    /// again when it is.
    pub dates_unchecked: bool,
}

impl Verdict {
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            flags: self.flags.or(other.flags),
            reasons: self.reasons.or(other.reasons),
            dates_unchecked: self.dates_unchecked || other.dates_unchecked,
        }
    }

    pub(crate) fn refuse_if(&mut self, condition: bool, flags: Flags, reasons: Reasons) {
        if condition {
            self.flags = self.flags.or(flags);
            self.reasons = self.reasons.or(reasons);
        }
    }
}

/// The date as far as it counts.
pub(crate) const fn date(policy: &Policy<'_>) -> Time {
    if CHECK_DATES { policy.time } else { Time::Unknown }
}

/// What holds for every certificate of a path.
pub(crate) fn judge_any(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    match date(policy).within(certificate.not_before, certificate.not_after) {
        Period::Valid => {}
        Period::Future => verdict.flags.set_if(true, Flags::FUTURE),
        Period::Expired => verdict.flags.set_if(true, Flags::EXPIRED),
        Period::Unchecked => verdict.dates_unchecked = true,
    }
    // An end that comes before its beginning is no period, whatever the clock says.
    verdict.flags.set_if(certificate.not_after < certificate.not_before, Flags::EXPIRED);
    let extensions = &certificate.extensions;
    verdict.refuse_if(extensions.unknown_critical, Flags::OTHER, Reasons::UNKNOWN_CRITICAL);
    if let (Some(listed), Some(purpose)) = (extensions.extended_key_usage, policy.usage.purpose()) {
        verdict.flags.set_if(CHECK_EXTENDED_KEY_USAGE && !listed.permits(purpose), Flags::EXT_KEY_USAGE);
    }
    verdict
}

/// What only those may accept who process policies along a path.
pub(crate) fn judge_without_policies(certificate: &Certificate<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let critical = certificate.extensions.policies.is_critical();
    verdict.refuse_if(critical, Flags::OTHER, Reasons::UNKNOWN_CRITICAL);
    verdict
}

/// The certificate of the peer itself.
pub(crate) fn judge_end_entity(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Verdict {
    let mut verdict = judge_any(certificate, policy);
    let needed = match policy.key_purpose {
        KeyPurpose::Sign => Some(KeyUsage::DIGITAL_SIGNATURE),
        KeyPurpose::Encipher => Some(KeyUsage::KEY_ENCIPHERMENT),
        KeyPurpose::Any => None,
    };
    if let (Some(usage), Some(needed)) = (certificate.extensions.key_usage, needed) {
        verdict.flags.set_if(CHECK_KEY_USAGE && !usage.contains(needed), Flags::KEY_USAGE);
    }
    if let Some(name) = policy.name {
        let names = certificate.extensions.subject_alt_name;
        let matches = match names {
            Some(names) => names.matches(name),
            None => policy.common_name.matches(certificate.subject, name),
        };
        verdict.flags.set_if(!matches, Flags::CN_MISMATCH);
    }
    verdict.flags = verdict.flags.or(usable_key(certificate.spki, policy).err().unwrap_or_default());
    verdict
}

/// A certificate that issued another, with `below` intermediate certificates between it and the end entity, those that
/// are self-issued not counted (RFC 5280 section 4.2.1.9), and the `names` below it, None when they could not be held.
pub(crate) fn judge_issuer<'n>(
    certificate: &Certificate<'n>,
    below: usize,
    names: Option<impl Iterator<Item = Names<'n>>>,
    budget: &mut NameBudget,
    policy: &Policy<'_>,
) -> Verdict {
    let mut verdict = judge_any(certificate, policy);
    let constraints = certificate.extensions.basic_constraints.unwrap_or_default();
    let too_long = constraints.path_len.is_some_and(|max| usize::try_from(max).is_ok_and(|max| below > max));
    let too_deep = below + usize::from(!is_self_issued(certificate)) > policy.max_intermediates;
    verdict.refuse_if(!constraints.ca, Flags::NOT_TRUSTED, Reasons::NOT_A_CA);
    verdict.refuse_if(too_long, Flags::NOT_TRUSTED, Reasons::PATH_LENGTH);
    verdict.refuse_if(too_deep, Flags::NOT_TRUSTED, Reasons::TOO_DEEP);
    if let Some(usage) = certificate.extensions.key_usage {
        verdict.flags.set_if(CHECK_KEY_USAGE && !usage.contains(KeyUsage::KEY_CERT_SIGN), Flags::KEY_USAGE);
    }
    verdict.and(judge_names(certificate.extensions.name_constraints, names, budget))
}

/// The names below a certificate or an anchor under its constraints (RFC 5280 section 6.1.3 steps b and c).
pub(crate) fn judge_names<'n>(
    constraints: Option<NameConstraints<'n>>,
    names: Option<impl Iterator<Item = Names<'n>>>,
    budget: &mut NameBudget,
) -> Verdict {
    let reasons = match (constraints, names) {
        (None, _) => Reasons::NONE,
        (Some(_), None) => Reasons::NAMES_NOT_HELD,
        (Some(constraints), Some(mut names)) => names
            .find_map(|names| Some(constraints.check(names, budget)).filter(|reasons| !reasons.is_empty()))
            .unwrap_or_default(),
    };
    let mut verdict = Verdict::default();
    verdict.refuse_if(!reasons.is_empty(), Flags::NOT_TRUSTED, reasons);
    verdict
}

/// Whether a CA issued a certificate to itself, as it does for a new key (RFC 5280 section 3.2).
pub(crate) fn is_self_issued(certificate: &Certificate<'_>) -> bool {
    same_name(certificate.subject.der(), certificate.issuer.der())
}

/// A key of a kind, curve and size that may be used, or the flag that says what it lacks.
fn usable_key<'a>(spki: &'a [u8], policy: &Policy<'_>) -> Result<PublicKey<'a>, Flags> {
    // Ed25519 is both a kind and its only curve: what is not listed is an unknown kind.
    let has_row =
        |key: &KeyType| *key != KeyType::Ed25519 || policy.curves.iter().any(|curve| curve.key == *key);
    pki::key_type(spki).filter(|key| policy.keys.contains(key) && has_row(key)).ok_or(Flags::BAD_PK)?;
    let key = pki::public_key(spki, policy.curves).map_err(|_| Flags::BAD_KEY)?;
    let strong = match key {
        PublicKey::Rsa { .. } => {
            let min = policy.min_rsa_bits.max(limits::MIN_RSA_BITS);
            (min..=limits::MAX_RSA_BITS).contains(&key.bits())
        }
        PublicKey::Ec { .. } => true,
    };
    if strong && spki.len() <= limits::MAX_SPKI_BYTES { Ok(key) } else { Err(Flags::BAD_KEY) }
}

/// Who vouches for a certificate itself: an anchor of the same subject with the same key, or a pin.
pub(crate) fn vouching_for(certificate: &Certificate<'_>, policy: &Policy<'_>) -> Option<Vouching> {
    let anchor = policy.anchors.iter().position(|anchor| anchor.is(certificate)).map(Vouching::Anchor);
    anchor.or_else(|| policy.is_pinned_anchor(certificate.spki).then_some(Vouching::Pin))
}

/// A complete path, on which a key was found that is required, or was not.
pub(crate) fn judge_pins(policy: &Policy<'_>, found: bool) -> Verdict {
    let mut verdict = Verdict::default();
    let required = policy.pins.is_some_and(|pins| pins.role == PinRole::Required);
    verdict.refuse_if(required && !found, Flags::NOT_TRUSTED, Reasons::NOT_PINNED);
    verdict
}

/// The algorithm of a signature, or the flag that says why it does not serve.
pub(crate) fn signature_algorithm(
    identifier: &AlgorithmIdentifier<'_>,
    policy: &Policy<'_>,
) -> Result<&'static SignatureAlgorithm, Flags> {
    let mut named = policy.algorithms.iter().filter(|algorithm| algorithm.oid == identifier.oid).peekable();
    let known = named.peek().is_some();
    match named.find(|algorithm| algorithm.parameters.der() == identifier.parameters) {
        Some(algorithm) => Ok(algorithm),
        None if known => Err(Flags::BAD_PK),
        None => {
            let mut flags = Flags::NONE;
            let key = signing_key(identifier.oid);
            let listed = key.is_some_and(|key| policy.algorithms.iter().any(|row| row.key == key));
            flags.set_if(!listed, Flags::BAD_PK);
            flags.set_if(key.is_some(), Flags::BAD_MD);
            Err(flags)
        }
    }
}

/// The kind of key of a signature algorithm that is not listed, so that the hash is what is not allowed: any hash with
/// PKCS#1 v1.5 (RFC 8017 appendix A.2.4) or ECDSA (RFC 5758 section 3.2, RFC 3279 section 2.2.3).
fn signing_key(oid: &[u8]) -> Option<KeyType> {
    match oid {
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 2..=5 | 11..=16] => Some(KeyType::Rsa),
        [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1] | [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, _] => Some(KeyType::Ec),
        _ => None,
    }
}

/// Starts the check of a signature with an issuer's key; a flag when the key does not serve.
pub(crate) fn check_signature(
    spki: &[u8],
    algorithm: &'static SignatureAlgorithm,
    signed: &[u8],
    signature: &[u8],
    policy: &Policy<'_>,
) -> Result<Result<BoxedJob, Flags>, crypto::Error> {
    let key = match usable_key(spki, policy) {
        Ok(key) if key.key_type() == algorithm.key => key,
        // The key of somebody else of the same name.
        Ok(_) => return Ok(Err(Flags::NONE)),
        Err(flags) => return Ok(Err(flags)),
    };
    match (algorithm.verify)(&key, signed, signature) {
        Ok(job) => Ok(Ok(job)),
        Err(error @ (crypto::Error::OutOfMemory | crypto::Error::Entropy | crypto::Error::Fault)) => {
            Err(error)
        }
        Err(
            crypto::Error::InvalidKey
            | crypto::Error::InvalidPoint
            | crypto::Error::OutOfRange
            | crypto::Error::BadSignature
            | crypto::Error::OpenFailed
            | crypto::Error::PrivateKey
            | crypto::Error::BufferTooSmall
            | crypto::Error::Unsupported,
        ) => Ok(Err(Flags::NONE)),
    }
}
