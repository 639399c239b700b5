//! PEM (RFC 7468), as it is written.

use crate::{Error, der::tag};

/// A block with lines of 64 characters.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    pem_rfc7468::encode_string(label, pem_rfc7468::LineEnding::LF, der).unwrap_or_default()
}

/// The DER of the first block with one of these labels; a file that is no PEM is DER itself.
///
/// # Errors
/// [`Error::Refused`] when there is none; [`Error::Malformed`].
pub fn decode(file: &[u8], labels: &[&str]) -> Result<Vec<u8>, Error> {
    if file.first() == Some(&tag::SEQUENCE) {
        return Ok(file.to_vec());
    }
    for block in pki::pem::blocks(file) {
        let block = block?;
        if labels.contains(&block.label) {
            return Ok(block.decode()?.to_vec());
        }
    }
    Err(Error::Refused(format!("there is no {} in it", labels.first().copied().unwrap_or_default())))
}

/// A block as PEM itself encrypts (RFC 1421 section 4.6): headers, an empty line, then the ciphertext.
pub(crate) fn encode_with_headers(label: &str, cipher: &str, iv: &str, ciphertext: &[u8]) -> String {
    let plain = encode(label, ciphertext);
    let (first, rest) = plain.split_once('\n').unwrap_or_default();
    format!("{first}\nProc-Type: 4,ENCRYPTED\nDEK-Info: {cipher},{iv}\n\n{rest}")
}
