//! Cipher suites, in order of preference: forward secrecy first, AEAD before CBC, then the longer key; a certificate before
//! a pre-shared key.

use suites::Suite;

/// Declares each suite as a static and lists them all.
macro_rules! suites {
    ($(#[cfg($cfg:meta)] $id:literal $name:ident { kx: $kx:ident, bulk: $bulk:ident, mac: $mac:expr, prf: $prf:ident, since: $since:ident })*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("`", stringify!($name), "`, ", stringify!($id), ".")]
            pub static $name: Suite = Suite {
                id: codec::CipherSuite($id),
                name: stringify!($name),
                kx: &handshake::kx::$kx,
                bulk: &record::protection::$bulk,
                mac: $mac,
                prf: &crypto::hash::$prf,
                since: suites::Since::$since,
            };
        )*

        /// Every suite of this build.
        pub static ALL: &[&Suite] = &[$(#[cfg($cfg)] &$name,)*];
    };
}

/// The MACs of CBC suites.
#[cfg(all(feature = "cbc", feature = "sha1"))]
const SHA1: suites::Mac = suites::Mac::Hmac(&crypto::mac::HMAC_SHA1);
#[cfg(all(feature = "cbc", feature = "sha256"))]
const SHA256: suites::Mac = suites::Mac::Hmac(&crypto::mac::HMAC_SHA256);
#[cfg(all(feature = "cbc", feature = "sha384"))]
const SHA384: suites::Mac = suites::Mac::Hmac(&crypto::mac::HMAC_SHA384);

suites! {
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    0xC02C TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 { kx: ECDHE_ECDSA, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    0xC030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 { kx: ECDHE_RSA, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "chachapoly", feature = "sha256"))]
    0xCCA9 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 { kx: ECDHE_ECDSA, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "chachapoly", feature = "sha256"))]
    0xCCA8 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 { kx: ECDHE_RSA, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    0xC02B TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 { kx: ECDHE_ECDSA, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    0xC02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 { kx: ECDHE_RSA, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AD TLS_ECDHE_ECDSA_WITH_AES_256_CCM { kx: ECDHE_ECDSA, bulk: AES_256_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AC TLS_ECDHE_ECDSA_WITH_AES_128_CCM { kx: ECDHE_ECDSA, bulk: AES_128_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    0x009F TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 { kx: DHE_RSA, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "chachapoly", feature = "sha256"))]
    0xCCAA TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256 { kx: DHE_RSA, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    0x009E TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 { kx: DHE_RSA, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC09F TLS_DHE_RSA_WITH_AES_256_CCM { kx: DHE_RSA, bulk: AES_256_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC09E TLS_DHE_RSA_WITH_AES_128_CCM { kx: DHE_RSA, bulk: AES_128_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AF TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8 { kx: ECDHE_ECDSA, bulk: AES_256_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AE TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 { kx: ECDHE_ECDSA, bulk: AES_128_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A3 TLS_DHE_RSA_WITH_AES_256_CCM_8 { kx: DHE_RSA, bulk: AES_256_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A2 TLS_DHE_RSA_WITH_AES_128_CCM_8 { kx: DHE_RSA, bulk: AES_128_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "cbc", feature = "sha384"))]
    0xC024 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384 { kx: ECDHE_ECDSA, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "cbc", feature = "sha384"))]
    0xC028 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384 { kx: ECDHE_RSA, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0xC023 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 { kx: ECDHE_ECDSA, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0xC027 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256 { kx: ECDHE_RSA, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC00A TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA { kx: ECDHE_ECDSA, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC014 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA { kx: ECDHE_RSA, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "ecdhe-ecdsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC009 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA { kx: ECDHE_ECDSA, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC013 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA { kx: ECDHE_RSA, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x006B TLS_DHE_RSA_WITH_AES_256_CBC_SHA256 { kx: DHE_RSA, bulk: AES_256_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x0067 TLS_DHE_RSA_WITH_AES_128_CBC_SHA256 { kx: DHE_RSA, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0039 TLS_DHE_RSA_WITH_AES_256_CBC_SHA { kx: DHE_RSA, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0033 TLS_DHE_RSA_WITH_AES_128_CBC_SHA { kx: DHE_RSA, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-psk", feature = "chachapoly", feature = "sha256"))]
    0xCCAC TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 { kx: ECDHE_PSK, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "gcm", feature = "sha384"))]
    0x00AB TLS_DHE_PSK_WITH_AES_256_GCM_SHA384 { kx: DHE_PSK, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "chachapoly", feature = "sha256"))]
    0xCCAD TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256 { kx: DHE_PSK, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "gcm", feature = "sha256"))]
    0x00AA TLS_DHE_PSK_WITH_AES_128_GCM_SHA256 { kx: DHE_PSK, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A7 TLS_DHE_PSK_WITH_AES_256_CCM { kx: DHE_PSK, bulk: AES_256_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A6 TLS_DHE_PSK_WITH_AES_128_CCM { kx: DHE_PSK, bulk: AES_128_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AB TLS_PSK_DHE_WITH_AES_256_CCM_8 { kx: DHE_PSK, bulk: AES_256_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0AA TLS_PSK_DHE_WITH_AES_128_CCM_8 { kx: DHE_PSK, bulk: AES_128_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-ecdhe-psk", feature = "aes", feature = "cbc", feature = "sha384"))]
    0xC038 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384 { kx: ECDHE_PSK, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-psk", feature = "aes", feature = "cbc", feature = "sha256"))]
    0xC037 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256 { kx: ECDHE_PSK, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "cbc", feature = "sha384"))]
    0x00B3 TLS_DHE_PSK_WITH_AES_256_CBC_SHA384 { kx: DHE_PSK, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x00B2 TLS_DHE_PSK_WITH_AES_128_CBC_SHA256 { kx: DHE_PSK, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC036 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA { kx: ECDHE_PSK, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-ecdhe-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0xC035 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA { kx: ECDHE_PSK, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0091 TLS_DHE_PSK_WITH_AES_256_CBC_SHA { kx: DHE_PSK, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-dhe-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0090 TLS_DHE_PSK_WITH_AES_128_CBC_SHA { kx: DHE_PSK, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "gcm", feature = "sha384"))]
    0x009D TLS_RSA_WITH_AES_256_GCM_SHA384 { kx: RSA, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "gcm", feature = "sha256"))]
    0x009C TLS_RSA_WITH_AES_128_GCM_SHA256 { kx: RSA, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC09D TLS_RSA_WITH_AES_256_CCM { kx: RSA, bulk: AES_256_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC09C TLS_RSA_WITH_AES_128_CCM { kx: RSA, bulk: AES_128_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A1 TLS_RSA_WITH_AES_256_CCM_8 { kx: RSA, bulk: AES_256_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A0 TLS_RSA_WITH_AES_128_CCM_8 { kx: RSA, bulk: AES_128_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x003D TLS_RSA_WITH_AES_256_CBC_SHA256 { kx: RSA, bulk: AES_256_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x003C TLS_RSA_WITH_AES_128_CBC_SHA256 { kx: RSA, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0035 TLS_RSA_WITH_AES_256_CBC_SHA { kx: RSA, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x002F TLS_RSA_WITH_AES_128_CBC_SHA { kx: RSA, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "gcm", feature = "sha384"))]
    0x00AD TLS_RSA_PSK_WITH_AES_256_GCM_SHA384 { kx: RSA_PSK, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "chachapoly", feature = "sha256"))]
    0xCCAE TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256 { kx: RSA_PSK, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "gcm", feature = "sha256"))]
    0x00AC TLS_RSA_PSK_WITH_AES_128_GCM_SHA256 { kx: RSA_PSK, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "cbc", feature = "sha384"))]
    0x00B7 TLS_RSA_PSK_WITH_AES_256_CBC_SHA384 { kx: RSA_PSK, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x00B6 TLS_RSA_PSK_WITH_AES_128_CBC_SHA256 { kx: RSA_PSK, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0095 TLS_RSA_PSK_WITH_AES_256_CBC_SHA { kx: RSA_PSK, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-rsa-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x0094 TLS_RSA_PSK_WITH_AES_128_CBC_SHA { kx: RSA_PSK, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "gcm", feature = "sha384"))]
    0x00A9 TLS_PSK_WITH_AES_256_GCM_SHA384 { kx: PSK, bulk: AES_256_GCM, mac: suites::Mac::Aead, prf: SHA384, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "chachapoly", feature = "sha256"))]
    0xCCAB TLS_PSK_WITH_CHACHA20_POLY1305_SHA256 { kx: PSK, bulk: CHACHA20_POLY1305, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "gcm", feature = "sha256"))]
    0x00A8 TLS_PSK_WITH_AES_128_GCM_SHA256 { kx: PSK, bulk: AES_128_GCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A5 TLS_PSK_WITH_AES_256_CCM { kx: PSK, bulk: AES_256_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A4 TLS_PSK_WITH_AES_128_CCM { kx: PSK, bulk: AES_128_CCM, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A9 TLS_PSK_WITH_AES_256_CCM_8 { kx: PSK, bulk: AES_256_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "ccm", feature = "sha256"))]
    0xC0A8 TLS_PSK_WITH_AES_128_CCM_8 { kx: PSK, bulk: AES_128_CCM_8, mac: suites::Mac::Aead, prf: SHA256, since: Tls1_2 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "cbc", feature = "sha384"))]
    0x00AF TLS_PSK_WITH_AES_256_CBC_SHA384 { kx: PSK, bulk: AES_256_CBC, mac: SHA384, prf: SHA384, since: Tls1_0 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "cbc", feature = "sha256"))]
    0x00AE TLS_PSK_WITH_AES_128_CBC_SHA256 { kx: PSK, bulk: AES_128_CBC, mac: SHA256, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x008D TLS_PSK_WITH_AES_256_CBC_SHA { kx: PSK, bulk: AES_256_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
    #[cfg(all(feature = "kx-psk", feature = "aes", feature = "cbc", feature = "sha1", feature = "sha256"))]
    0x008C TLS_PSK_WITH_AES_128_CBC_SHA { kx: PSK, bulk: AES_128_CBC, mac: SHA1, prf: SHA256, since: Tls1_0 }
}
