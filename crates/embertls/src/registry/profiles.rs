//! Profiles: const lists of what is offered. Turning a feature on never changes what a profile named here offers
//! beyond the rows that it names itself.

use super::{extensions, groups, schemes, suites as suite, versions};
use suites::{Profile, Suite};

/// A profile over TLS 1.2, all groups, schemes and extensions of the build, with these suites.
const fn with_suites(suites: &'static [&'static Suite]) -> Profile<'static> {
    Profile {
        versions: versions::MODERN,
        suites,
        groups: groups::ELLIPTIC_CURVES,
        schemes: schemes::MODERN,
        certificate_algorithms: schemes::CERTIFICATE_ALGORITHMS,
        curves: groups::CURVES,
        extensions: extensions::ALL,
    }
}

/// Forward secrecy and AEAD only: ECDHE with AES-GCM or ChaCha20-Poly1305. Names those rows of the build.
pub static DEFAULT: Profile<'static> = with_suites(&[
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    &suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    &suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "chachapoly", feature = "sha256"))]
    &suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "chachapoly", feature = "sha256"))]
    &suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    &suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    &suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
]);

/// [`DEFAULT`] over datagrams: DTLS 1.2.
#[cfg(feature = "dtls")]
pub static DEFAULT_DATAGRAM: Profile<'static> =
    Profile { versions: versions::MODERN_DATAGRAM, ..with_suites(DEFAULT.suites) };

/// Everything that the build has, for old peers: TLS 1.0 and 1.1, CBC, static RSA and SHA-1 too, if they are compiled in.
/// Links every row.
pub static LEGACY: Profile<'static> = Profile {
    versions: versions::ALL,
    groups: groups::ALL,
    schemes: schemes::ALL,
    ..with_suites(suite::ALL)
};

/// RFC 6460: ECDSA on P-256 and P-384 with AES-GCM.
pub static SUITE_B: Profile<'static> = Profile {
    versions: versions::MODERN,
    suites: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha384"))]
        &suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha256"))]
        &suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    ],
    groups: &[
        #[cfg(feature = "secp384r1")]
        &groups::SECP384R1,
        #[cfg(feature = "secp256r1")]
        &groups::SECP256R1,
    ],
    schemes: &[
        #[cfg(all(feature = "ecdsa", feature = "sha384"))]
        &schemes::ECDSA_SHA384,
        #[cfg(all(feature = "ecdsa", feature = "sha256"))]
        &schemes::ECDSA_SHA256,
    ],
    certificate_algorithms: &[
        #[cfg(all(feature = "ecdsa", feature = "sha384"))]
        &crypto::signature::ECDSA_SHA384,
        #[cfg(all(feature = "ecdsa", feature = "sha256"))]
        &crypto::signature::ECDSA_SHA256,
    ],
    curves: groups::SUITE_B_CURVES,
    extensions: extensions::ALL,
};

/// The manual's one suite, `TLS_RSA_WITH_AES_256_CBC_SHA256`, with RSA only.
pub static MANUAL: Profile<'static> = Profile {
    versions: versions::MODERN,
    suites: &[
        #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
        &suite::TLS_RSA_WITH_AES_256_CBC_SHA256,
    ],
    groups: &[],
    schemes: &[
        #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
        &schemes::RSA_PKCS1_SHA256,
    ],
    certificate_algorithms: &[
        #[cfg(all(feature = "rsa", feature = "pkcs1-v15", feature = "sha256"))]
        &crypto::signature::RSA_PKCS1_SHA256,
    ],
    curves: &[],
    extensions: extensions::ALL,
};

/// RFC 7925 sections 4.2 and 4.4, for the Internet of Things: a pre-shared key, or ECDSA on P-256, with AES-128-CCM-8. In a
/// build without `ecdhe-ecdsa` it is `TLS_PSK_WITH_AES_128_CCM_8` alone, and links nothing of X.509.
pub static IOT_7925: Profile<'static> = Profile {
    versions: versions::MODERN,
    suites: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "ccm", feature = "sha256"))]
        &suite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
        #[cfg(all(feature = "kx-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
        &suite::TLS_PSK_WITH_AES_128_CCM_8,
    ],
    groups: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "secp256r1"))]
        &groups::SECP256R1,
    ],
    schemes: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "sha256"))]
        &schemes::ECDSA_SHA256,
    ],
    certificate_algorithms: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "sha256"))]
        &crypto::signature::ECDSA_SHA256,
    ],
    curves: &[
        #[cfg(all(feature = "ecdhe-ecdsa", feature = "secp256r1"))]
        &crypto::curve::secp256r1::CURVE,
    ],
    extensions: extensions::ALL,
};

/// [`IOT_7925`] over datagrams: DTLS 1.2.
#[cfg(feature = "dtls")]
pub static IOT_7925_DATAGRAM: Profile<'static> = Profile { versions: versions::MODERN_DATAGRAM, ..IOT_7925 };

/// The profiles by name.
pub static ALL: &[(&str, &Profile<'static>)] = &[
    ("DEFAULT", &DEFAULT),
    #[cfg(feature = "dtls")]
    ("DEFAULT_DATAGRAM", &DEFAULT_DATAGRAM),
    ("LEGACY", &LEGACY),
    ("SUITE_B", &SUITE_B),
    ("MANUAL", &MANUAL),
    ("IOT_7925", &IOT_7925),
    #[cfg(feature = "dtls")]
    ("IOT_7925_DATAGRAM", &IOT_7925_DATAGRAM),
];
