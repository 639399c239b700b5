//! Protection profiles for SRTP, in order of preference (RFC 5764 section 4.1.2, RFC 7714 section 12). Those without
//! encryption are not there.

use codec::SrtpProtectionProfile as Id;
use suites::SrtpProfile;

/// AES-128 in GCM.
pub static SRTP_AEAD_AES_128_GCM: SrtpProfile =
    SrtpProfile { id: Id::AEAD_AES_128_GCM, name: "SRTP_AEAD_AES_128_GCM", key_len: 16, salt_len: 12 };

/// AES-256 in GCM.
pub static SRTP_AEAD_AES_256_GCM: SrtpProfile =
    SrtpProfile { id: Id::AEAD_AES_256_GCM, name: "SRTP_AEAD_AES_256_GCM", key_len: 32, salt_len: 12 };

/// AES-128 in counter mode, HMAC-SHA-1 with tags of 80 bits.
pub static SRTP_AES128_CM_HMAC_SHA1_80: SrtpProfile = SrtpProfile {
    id: Id::AES128_CM_HMAC_SHA1_80,
    name: "SRTP_AES128_CM_HMAC_SHA1_80",
    key_len: 16,
    salt_len: 14,
};

/// The same with tags of 32 bits.
pub static SRTP_AES128_CM_HMAC_SHA1_32: SrtpProfile = SrtpProfile {
    id: Id::AES128_CM_HMAC_SHA1_32,
    name: "SRTP_AES128_CM_HMAC_SHA1_32",
    key_len: 16,
    salt_len: 14,
};

/// Every profile of this build.
pub static ALL: &[&SrtpProfile] = &[
    #[cfg(feature = "dtls-srtp")]
    &SRTP_AEAD_AES_128_GCM,
    #[cfg(feature = "dtls-srtp")]
    &SRTP_AEAD_AES_256_GCM,
    #[cfg(feature = "dtls-srtp")]
    &SRTP_AES128_CM_HMAC_SHA1_80,
    #[cfg(feature = "dtls-srtp")]
    &SRTP_AES128_CM_HMAC_SHA1_32,
];
