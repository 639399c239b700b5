//! The ciphers that files name.

use crypto::cipher::stored::{self, StoredCipher};

/// Every cipher of this build.
pub(crate) const ALL: &[&StoredCipher] = &[
    #[cfg(feature = "aes")]
    &stored::AES_128_CBC,
    #[cfg(feature = "aes")]
    &stored::AES_192_CBC,
    #[cfg(feature = "aes")]
    &stored::AES_256_CBC,
    #[cfg(feature = "des")]
    &stored::DES_EDE3_CBC,
    #[cfg(feature = "des")]
    &stored::DES_CBC,
];
