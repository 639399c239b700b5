//! Named groups, and the curves on which ECDSA keys are accepted.

use crypto::Curve;
use suites::Group;

/// Declares each group as a static and lists them all.
macro_rules! groups {
    ($(#[cfg($cfg:meta)] $id:ident { agreement: $agreement:ident, curve_oid: $oid:expr })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", stringify!($id), "`.")]
            pub static $id: Group = Group {
                id: codec::NamedGroup::$id,
                agreement: &crypto::agreement::$agreement,
                curve_oid: $oid,
            };
        )*

        /// Every group of this build, in order of preference.
        pub static ALL: &[&Group] = &[$(#[cfg($cfg)] &$id,)*];
    };
}

groups! {
    #[cfg(all(feature = "curve25519", feature = "ecdh"))]
    X25519 { agreement: X25519, curve_oid: None }
    #[cfg(all(feature = "secp256r1", feature = "ecdh"))]
    SECP256R1 { agreement: SECP256R1, curve_oid: Some(crypto::curve::secp256r1::OID) }
    #[cfg(all(feature = "secp384r1", feature = "ecdh"))]
    SECP384R1 { agreement: SECP384R1, curve_oid: Some(crypto::curve::secp384r1::OID) }
}

/// Curves of ECDSA keys.
pub static CURVES: &[&Curve] = &[
    #[cfg(all(feature = "secp256r1", feature = "ecdsa"))]
    &crypto::curve::secp256r1::CURVE,
    #[cfg(all(feature = "secp384r1", feature = "ecdsa"))]
    &crypto::curve::secp384r1::CURVE,
];
