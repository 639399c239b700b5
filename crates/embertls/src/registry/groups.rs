//! Named groups, and the curves on which ECDSA keys are accepted.

use crypto::Curve;
use suites::Group;

/// Declares each group as a static and lists them all.
macro_rules! groups {
    ($(#[cfg($cfg:meta)] $id:ident { agreement: $agreement:path, kind: $kind:expr })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", stringify!($id), "`.")]
            pub static $id: Group = Group {
                id: codec::NamedGroup::$id,
                agreement: &$agreement,
                kind: $kind,
            };
        )*

        /// Every group of this build, in order of preference.
        pub static ALL: &[&Group] = &[$(#[cfg($cfg)] &$id,)*];
    };
}

groups! {
    #[cfg(all(feature = "curve25519", feature = "ecdh"))]
    X25519 { agreement: crypto::agreement::X25519, kind: suites::GroupKind::Curve(None) }
    #[cfg(all(feature = "secp256r1", feature = "ecdh"))]
    SECP256R1 { agreement: crypto::agreement::SECP256R1, kind: suites::GroupKind::Curve(Some(crypto::curve::secp256r1::OID)) }
    #[cfg(all(feature = "secp384r1", feature = "ecdh"))]
    SECP384R1 { agreement: crypto::agreement::SECP384R1, kind: suites::GroupKind::Curve(Some(crypto::curve::secp384r1::OID)) }
    #[cfg(all(feature = "secp521r1", feature = "ecdh"))]
    SECP521R1 { agreement: crypto::agreement::SECP521R1, kind: suites::GroupKind::Curve(Some(crypto::curve::secp521r1::OID)) }
    #[cfg(feature = "dhm")]
    FFDHE2048 { agreement: crypto::ffdhe::FFDHE2048, kind: field(&crypto::ffdhe::FFDHE2048_PARAMETERS) }
    #[cfg(feature = "dhm")]
    FFDHE3072 { agreement: crypto::ffdhe::FFDHE3072, kind: field(&crypto::ffdhe::FFDHE3072_PARAMETERS) }
    #[cfg(feature = "dhm")]
    FFDHE4096 { agreement: crypto::ffdhe::FFDHE4096, kind: field(&crypto::ffdhe::FFDHE4096_PARAMETERS) }
    #[cfg(feature = "dhm")]
    FFDHE6144 { agreement: crypto::ffdhe::FFDHE6144, kind: field(&crypto::ffdhe::FFDHE6144_PARAMETERS) }
    #[cfg(feature = "dhm")]
    FFDHE8192 { agreement: crypto::ffdhe::FFDHE8192, kind: field(&crypto::ffdhe::FFDHE8192_PARAMETERS) }
}

/// The elliptic curves among them.
pub static ELLIPTIC_CURVES: &[&Group] = &[
    #[cfg(all(feature = "curve25519", feature = "ecdh"))]
    &X25519,
    #[cfg(all(feature = "secp256r1", feature = "ecdh"))]
    &SECP256R1,
    #[cfg(all(feature = "secp384r1", feature = "ecdh"))]
    &SECP384R1,
    #[cfg(all(feature = "secp521r1", feature = "ecdh"))]
    &SECP521R1,
];

/// A finite field.
#[cfg(feature = "dhm")]
const fn field(parameters: &'static crypto::ffdhe::Parameters<'static>) -> suites::GroupKind {
    suites::GroupKind::FiniteField { p: parameters.p, g: parameters.g, compiled: suites::presence::Present }
}

/// Curves of ECDSA keys, and Ed25519.
pub static CURVES: &[&Curve] = &[
    #[cfg(all(feature = "secp256r1", feature = "ecdsa"))]
    &crypto::curve::secp256r1::CURVE,
    #[cfg(all(feature = "secp384r1", feature = "ecdsa"))]
    &crypto::curve::secp384r1::CURVE,
    #[cfg(all(feature = "secp521r1", feature = "ecdsa"))]
    &crypto::curve::secp521r1::CURVE,
    #[cfg(feature = "ed25519")]
    &crypto::curve::ed25519::CURVE,
];

/// Those of Suite B.
pub(super) const SUITE_B_CURVES: &[&Curve] = &[
    #[cfg(all(feature = "secp256r1", feature = "ecdsa"))]
    &crypto::curve::secp256r1::CURVE,
    #[cfg(all(feature = "secp384r1", feature = "ecdsa"))]
    &crypto::curve::secp384r1::CURVE,
];
