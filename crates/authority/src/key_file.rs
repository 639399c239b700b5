//! Private keys as files: every form that `pki` reads.

use crate::{Error, KeyPair, der, pem};
use crypto::Rng;

/// How a key stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// PKCS#8, the same for all kinds of key.
    Pkcs8,
    /// What its kind has of its own: PKCS#1 or SEC1.
    Traditional,
}

/// How a key is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// PBES2: PBKDF2 with HMAC-SHA-256 and AES-256 (RFC 8018). What to take.
    Pbes2,
    /// PBES2 with scrypt (RFC 7914) and AES-256.
    Scrypt,
    /// SHA-1 and triple DES of PKCS#12 (RFC 7292), for old programs.
    Pkcs12,
    /// PBES1: SHA-1 and DES, which protects next to nothing, for older ones still.
    Pbes1,
    /// PEM's own: AES-256 under a key from one round of MD5. Only for [`Form::Traditional`] in PEM.
    Pem,
}

/// Iterations of what we write: OWASP's recommendation for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;

/// Iterations of the old schemes, as OpenSSL has them.
const OLD_ITERATIONS: u32 = 2048;

impl KeyPair {
    /// The key as PEM.
    ///
    /// # Errors
    /// [`Error::Refused`] for an encryption that the form cannot have; [`Error::Crypto`] when there is no randomness.
    pub fn to_pem(
        &self,
        form: Form,
        encryption: Option<(Encryption, &str)>,
        rng: &mut dyn Rng,
    ) -> Result<String, Error> {
        match (form, encryption) {
            (Form::Pkcs8, None) => Ok(pem::encode("PRIVATE KEY", &self.pkcs8())),
            (Form::Traditional, None) => {
                let (label, der) = self.own_form()?;
                Ok(pem::encode(label, &der))
            }
            (Form::Traditional, Some((Encryption::Pem, password))) => {
                let (label, der) = self.own_form()?;
                let mut iv = [0; 16];
                rng.fill(&mut iv)?;
                let iv: String = iv.iter().map(|octet| format!("{octet:02X}")).collect();
                let ciphertext = pki::pem::encrypt(PEM_CIPHER, &iv, password.as_bytes(), &der)?;
                Ok(pem::encode_with_headers(label, PEM_CIPHER, &iv, &ciphertext))
            }
            (Form::Pkcs8, Some(_)) => {
                Ok(pem::encode("ENCRYPTED PRIVATE KEY", &self.to_der(form, encryption, rng)?))
            }
            (Form::Traditional, Some(_)) => Err(Error::refused("PKCS#1 and SEC1 are encrypted by PEM only")),
        }
    }

    /// The key as DER.
    ///
    /// # Errors
    /// As [`KeyPair::to_pem`].
    pub fn to_der(
        &self,
        form: Form,
        encryption: Option<(Encryption, &str)>,
        rng: &mut dyn Rng,
    ) -> Result<Vec<u8>, Error> {
        match (form, encryption) {
            (Form::Pkcs8, None) => Ok(self.pkcs8()),
            (Form::Traditional, None) => Ok(self.own_form()?.1),
            (Form::Pkcs8, Some((encryption, password))) => {
                let algorithm = algorithm(encryption, rng)?;
                let ciphertext = pki::encrypted::encrypt(&algorithm, password.as_bytes(), &self.pkcs8())?;
                Ok(der::sequence(&[&algorithm, &der::octets(&ciphertext)]))
            }
            (Form::Traditional, Some(_)) => Err(Error::refused("PKCS#1 and SEC1 in DER cannot be encrypted")),
        }
    }
}

/// The cipher of PEM's own encryption.
const PEM_CIPHER: &str = "AES-256-CBC";

const PBES2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0D];
const PBKDF2: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0C];
const HMAC_WITH_SHA256: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09];
const SCRYPT: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x04, 0x0B];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 42];
const PKCS12_SHA1_DES_EDE3: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x03];
const PBES1_SHA1_DES: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05, 0x0A];

/// AlgorithmIdentifier with fresh salt and IV.
fn algorithm(encryption: Encryption, rng: &mut dyn Rng) -> Result<Vec<u8>, Error> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rng.fill(&mut salt)?;
    rng.fill(&mut iv)?;
    let salt = der::octets(&salt);
    let old = |oid: &[u8]| {
        // PBES1 has salts of 8 octets (RFC 8018 appendix A.3).
        let parameters =
            der::sequence(&[&der::octets(iv.get(..8).unwrap_or_default()), &der::small(OLD_ITERATIONS)]);
        der::sequence(&[&der::oid(oid), &parameters])
    };
    let derivation = match encryption {
        Encryption::Pbes2 => {
            let function = der::sequence(&[&der::oid(HMAC_WITH_SHA256), der::NULL]);
            let parameters = der::sequence(&[&salt, &der::small(ITERATIONS), &function]);
            der::sequence(&[&der::oid(PBKDF2), &parameters])
        }
        Encryption::Scrypt => {
            // 16 MiB: OpenSSL reads no more than 32
            let cost = [der::small(1 << 14), der::small(8), der::small(1)].concat();
            der::sequence(&[&der::oid(SCRYPT), &der::sequence(&[&salt, &cost])])
        }
        Encryption::Pkcs12 => return Ok(old(PKCS12_SHA1_DES_EDE3)),
        Encryption::Pbes1 => return Ok(old(PBES1_SHA1_DES)),
        Encryption::Pem => return Err(Error::refused("PEM's own encryption is for PKCS#1 and SEC1 only")),
    };
    let cipher = der::sequence(&[&der::oid(AES_256_CBC), &der::octets(&iv)]);
    Ok(der::sequence(&[&der::oid(PBES2), &der::sequence(&[&derivation, &cipher])]))
}
