//! What a verification found: mbedTLS's flags with the texts that its users know, and what to do about each.

/// A set of reasons why a certificate is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u32);

/// One flag.
#[derive(Debug)]
pub struct FlagRow {
    /// mbedTLS's name.
    pub name: &'static str,
    /// Its bit.
    pub flag: Flags,
    /// mbedTLS's text.
    pub text: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

/// Declares the flags: constant, bit, text, advice.
macro_rules! flags {
    ($($name:ident $full:literal $bit:literal $text:literal $advice:literal)*) => {
        impl Flags {
            $(#[doc = $text] pub const $name: Self = Self($bit);)*
        }

        /// Every flag, in the order of their bits.
        pub static FLAGS: &[FlagRow] = &[
            $(FlagRow { name: $full, flag: Flags::$name, text: $text, advice: $advice },)*
        ];
    };
}

flags! {
    EXPIRED "MBEDTLS_X509_BADCERT_EXPIRED" 0x0001
        "The certificate is past its validity period"
        "renew the certificate, or correct the clock if it is ahead"
    REVOKED "MBEDTLS_X509_BADCERT_REVOKED" 0x0002
        "The certificate is listed as revoked in a CRL"
        "get a new certificate for the server"
    CN_MISMATCH "MBEDTLS_X509_BADCERT_CN_MISMATCH" 0x0004
        "The certificate Common Name (CN) does not match with the expected CN"
        "connect by a name in the certificate's subjectAltName, or have the certificate issued for this name"
    NOT_TRUSTED "MBEDTLS_X509_BADCERT_NOT_TRUSTED" 0x0008
        "No trusted CA vouches for the certificate"
        "add the server's root to the trusted ones (certs/), or have the server send its intermediate certificates"
    CRL_NOT_TRUSTED "MBEDTLS_X509_BADCRL_NOT_TRUSTED" 0x0010
        "The CRL is not correctly signed by the trusted CA"
        "get the CRL from the CA that issued the certificate"
    CRL_EXPIRED "MBEDTLS_X509_BADCRL_EXPIRED" 0x0020
        "The CRL is past its next update"
        "get a newer CRL"
    MISSING "MBEDTLS_X509_BADCERT_MISSING" 0x0040
        "The peer sent no certificate"
        "give the peer a certificate"
    SKIP_VERIFY "MBEDTLS_X509_BADCERT_SKIP_VERIFY" 0x0080
        "The certificate was not verified"
        "turn verification on"
    OTHER "MBEDTLS_X509_BADCERT_OTHER" 0x0100
        "The certificate was refused for a reason set by the application"
        "see the application's own report; a critical extension that is not known, or a limit of the path, also counts here"
    FUTURE "MBEDTLS_X509_BADCERT_FUTURE" 0x0200
        "The certificate validity starts in the future"
        "set the clock: a fresh board often says 1970-01-01"
    CRL_FUTURE "MBEDTLS_X509_BADCRL_FUTURE" 0x0400
        "The CRL is not valid yet"
        "set the clock"
    KEY_USAGE "MBEDTLS_X509_BADCERT_KEY_USAGE" 0x0800
        "The keyUsage extension does not permit this use"
        "have the certificate issued with the keyUsage that the cipher suite needs, and CAs with keyCertSign"
    EXT_KEY_USAGE "MBEDTLS_X509_BADCERT_EXT_KEY_USAGE" 0x1000
        "The extendedKeyUsage extension does not permit this use"
        "have the certificate issued for server (or client) authentication"
    NS_CERT_TYPE "MBEDTLS_X509_BADCERT_NS_CERT_TYPE" 0x2000
        "The nsCertType extension does not permit this use"
        "have the certificate issued without nsCertType"
    BAD_MD "MBEDTLS_X509_BADCERT_BAD_MD" 0x4000
        "The certificate signature uses a hash that is not allowed"
        "have the certificate signed with SHA-256 or better"
    BAD_PK "MBEDTLS_X509_BADCERT_BAD_PK" 0x8000
        "The certificate signature uses a key type that is not allowed"
        "have the certificate signed by RSA or ECDSA on a curve that is compiled in"
    BAD_KEY "MBEDTLS_X509_BADCERT_BAD_KEY" 0x01_0000
        "The certificate signature uses a key size or curve that is not allowed"
        "use RSA of 2048 to 4096 bits, or a curve that is compiled in"
    CRL_BAD_MD "MBEDTLS_X509_BADCRL_BAD_MD" 0x02_0000
        "The CRL signature uses a hash that is not allowed"
        "have the CRL signed with SHA-256 or better"
    CRL_BAD_PK "MBEDTLS_X509_BADCRL_BAD_PK" 0x04_0000
        "The CRL signature uses a key type that is not allowed"
        "have the CRL signed by RSA or ECDSA"
    CRL_BAD_KEY "MBEDTLS_X509_BADCRL_BAD_KEY" 0x08_0000
        "The CRL signature uses a key size or curve that is not allowed"
        "have the CRL signed by a stronger key"
}

crate::bit_set::bit_set!(Flags, FLAGS: FlagRow.flag);

impl Flags {
    pub(crate) fn set_if(&mut self, condition: bool, flag: Self) {
        if condition {
            *self = self.or(flag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_bits_and_texts_are_those_of_the_table() {
        let table = include_str!("../tests/data/verify_flags.csv");
        let mut rows = table.lines().skip(1);
        for flag in FLAGS {
            let row = rows.next().unwrap();
            let bits = std::format!("{},0x{:06x},{},", flag.name, flag.flag.bits(), flag.text);
            assert!(row.starts_with(&bits), "{row}");
            assert!(!flag.advice.is_empty());
        }
        assert_eq!(rows.next(), None);
    }

    #[test]
    fn a_set_lists_its_flags() {
        let set = Flags::EXPIRED.or(Flags::BAD_KEY);
        assert!(set.contains(Flags::EXPIRED) && !set.contains(Flags::FUTURE));
        assert!(set.intersects(Flags::BAD_KEY.or(Flags::FUTURE)) && !set.intersects(Flags::FUTURE));
        let names: std::vec::Vec<_> = set.iter().map(|row| row.name).collect();
        assert_eq!(names, ["MBEDTLS_X509_BADCERT_EXPIRED", "MBEDTLS_X509_BADCERT_BAD_KEY"]);
        assert!(Flags::NONE.is_empty() && Flags::NONE.iter().next().is_none());
    }
}
