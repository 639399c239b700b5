//! Keys from passwords: PBKDF2 (RFC 8018 section 5.2) as rows, and scrypt (RFC 7914).
//!
//! Both are slow by design and run to their end in one call: whoever reads the cost from a file limits it first.

#[cfg(feature = "scrypt")]
mod scrypt;

#[cfg(feature = "scrypt")]
pub use scrypt::{ScryptCost, scrypt};

/// PBKDF2 with one pseudorandom function. Naming a row links its hash.
pub struct Pbkdf2 {
    /// As RFC 8018 appendix B.1 names the function: `hmacWithSHA256`.
    pub name: &'static str,
    /// The content bytes of that function's object identifier.
    pub oid: &'static [u8],
    /// Fills `out` with a key after so many iterations; none count as one.
    pub derive: fn(password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]),
}

/// Declares the rows: the last arc of 1.2.840.113549.2 tells them apart.
#[cfg(feature = "pkcs5")]
macro_rules! pbkdf2_rows {
    ($(#[cfg($cfg:meta)] $row:ident $name:literal $hash:ty, $arc:literal;)*) => {
        $(
            #[cfg($cfg)]
            #[doc = concat!("PBKDF2 with `", $name, "`.")]
            pub static $row: Pbkdf2 = Pbkdf2 {
                name: $name,
                oid: &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, $arc],
                derive: |password, salt, iterations, out| {
                    pbkdf2::pbkdf2_hmac::<$hash>(password, salt, iterations, out);
                },
            };
        )*
    };
}

#[cfg(feature = "pkcs5")]
pbkdf2_rows! {
    #[cfg(feature = "sha1")] PBKDF2_SHA1 "hmacWithSHA1" sha1::Sha1, 7;
    #[cfg(feature = "sha256")] PBKDF2_SHA224 "hmacWithSHA224" sha2::Sha224, 8;
    #[cfg(feature = "sha256")] PBKDF2_SHA256 "hmacWithSHA256" sha2::Sha256, 9;
    #[cfg(feature = "sha384")] PBKDF2_SHA384 "hmacWithSHA384" sha2::Sha384, 10;
    #[cfg(feature = "sha512")] PBKDF2_SHA512 "hmacWithSHA512" sha2::Sha512, 11;
}

#[cfg(test)]
#[cfg(all(feature = "pkcs5", feature = "sha1", feature = "sha256"))]
mod tests {
    use super::*;

    /// RFC 6070 section 2, the second to the fifth case; RFC 7914 section 11, the first.
    #[test]
    fn pbkdf2_derives_the_keys_of_the_rfcs() {
        let mut key = [0; 20];
        (PBKDF2_SHA1.derive)(b"password", b"salt", 2, &mut key);
        assert_eq!(key[..4], [0xEA, 0x6C, 0x01, 0x4D]);
        (PBKDF2_SHA1.derive)(b"password", b"salt", 4096, &mut key);
        assert_eq!(key[..4], [0x4B, 0x00, 0x79, 0x01]);
        let mut long = [0; 25];
        let (password, salt) = (b"passwordPASSWORDpassword", b"saltSALTsaltSALTsaltSALTsaltSALTsalt");
        (PBKDF2_SHA1.derive)(password, salt, 4096, &mut long);
        assert_eq!(long[23..], [0x70, 0x38]);
        let mut key = [0; 64];
        (PBKDF2_SHA256.derive)(b"passwd", b"salt", 1, &mut key);
        assert_eq!(key[..4], [0x55, 0xAC, 0x04, 0x6E]);
        assert_eq!(key[60..], [0xD3, 0xA1, 0x97, 0x83]);
    }
}
