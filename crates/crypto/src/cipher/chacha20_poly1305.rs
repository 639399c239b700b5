//! ChaCha20-Poly1305 (RFC 8439).

use super::aead::{Aead, AeadAlgorithm, NONCE_LEN, aead};
use crate::Error;

aead!(ChaCha20Poly1305, 32, chacha20poly1305, chacha20poly1305::ChaCha20Poly1305);

/// ChaCha20-Poly1305.
pub static CHACHA20_POLY1305: AeadAlgorithm =
    AeadAlgorithm { name: "CHACHA20_POLY1305", key_len: 32, tag_len: 16, new: ChaCha20Poly1305::boxed };

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// The vector of RFC 8439 section 2.8.2.
    #[test]
    fn seals_and_opens_as_the_rfc_says() {
        let key: Vec<u8> = (0x80..=0x9F).collect();
        let nonce = [7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47];
        let additional = [0x50, 0x51, 0x52, 0x53, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7];
        let plaintext =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
                          future, sunscreen would be it.";
        let aead = (CHACHA20_POLY1305.new)(&key).unwrap();
        let (mut data, mut tag) = (plaintext.to_vec(), [0; 16]);
        aead.seal(&nonce, &additional, &mut data, &mut tag).unwrap();
        assert_eq!(data[..8], [0xD3, 0x1A, 0x8D, 0x34, 0x64, 0x8E, 0x60, 0xDB]);
        assert_eq!(u128::from_be_bytes(tag), 0x1AE1_0B59_4F09_E26A_7E90_2ECB_D060_0691);
        let mut opened = data.clone();
        aead.open(&nonce, &additional, &mut opened, &tag).unwrap();
        assert_eq!(opened, plaintext);
        tag[0] ^= 1;
        assert_eq!(aead.open(&nonce, &additional, &mut data, &tag), Err(Error::OpenFailed));
        assert!(data.iter().all(|byte| *byte == 0));
    }
}
