//! CTR_DRBG with AES-256 and the derivation function (NIST SP 800-90A sections 10.2.1 and 10.3.2).
//!
//! The state cannot be cloned, saved or restored: a generator begins with fresh entropy, always.

use crate::{Error, limits};
use aes::{
    Aes256Enc,
    cipher::{BlockCipherEncrypt, KeyInit},
};
use zeroize::{Zeroize, Zeroizing};

const BLOCK_LEN: usize = 16;
const KEY_LEN: usize = 32;
/// seedlen: key and block.
const SEED_LEN: usize = KEY_LEN + BLOCK_LEN;

/// The generator's state.
pub struct CtrDrbg {
    key: [u8; KEY_LEN],
    v: u128,
    /// Requests since the last seeding.
    requests: u32,
}

impl CtrDrbg {
    /// CTR_DRBG_Instantiate_algorithm (section 10.2.1.3.2). `entropy_input` has 256 bits of entropy and half as much
    /// again for the nonce, in parts.
    ///
    /// # Errors
    /// [`Error::Entropy`] when it is shorter than that could be.
    pub fn instantiate(entropy_input: &[&[u8]], personalization: &[u8]) -> Result<Self, Error> {
        let mut drbg = Self { key: [0; KEY_LEN], v: 0, requests: 0 };
        drbg.reseed(entropy_input, personalization)?;
        Ok(drbg)
    }

    /// CTR_DRBG_Reseed_algorithm (section 10.2.1.4.2).
    ///
    /// # Errors
    /// [`Error::Entropy`] for less than 256 bits of input.
    pub fn reseed(&mut self, entropy_input: &[&[u8]], additional_input: &[u8]) -> Result<(), Error> {
        if entropy_input.iter().map(|part| part.len()).sum::<usize>() < KEY_LEN {
            return Err(Error::Entropy);
        }
        let seed = derive(entropy_input, additional_input)?;
        self.update(&seed);
        self.requests = 0;
        Ok(())
    }

    /// CTR_DRBG_Generate_algorithm (section 10.2.1.5.2).
    ///
    /// # Errors
    /// [`Error::Entropy`] when a reseed is due, [`Error::BufferTooSmall`] for more than
    /// [`limits::MAX_DRBG_REQUEST_BYTES`] at once.
    pub fn generate(&mut self, out: &mut [u8], additional_input: &[u8]) -> Result<(), Error> {
        if self.is_reseed_due() {
            return Err(Error::Entropy);
        }
        if out.len() > limits::MAX_DRBG_REQUEST_BYTES {
            return Err(Error::BufferTooSmall);
        }
        let additional = if additional_input.is_empty() {
            Zeroizing::new([0; SEED_LEN])
        } else {
            let derived = derive(&[], additional_input)?;
            self.update(&derived);
            derived
        };
        let cipher = Aes256Enc::new(&self.key.into());
        for chunk in out.chunks_mut(BLOCK_LEN) {
            let block = Zeroizing::new(self.next_block(&cipher));
            for (to, from) in chunk.iter_mut().zip(block.iter()) {
                *to = *from;
            }
        }
        self.update(&additional);
        self.requests += 1;
        Ok(())
    }

    /// Whether [`CtrDrbg::reseed`] must come before the next request.
    #[must_use]
    pub const fn is_reseed_due(&self) -> bool {
        self.requests >= limits::DRBG_RESEED_INTERVAL
    }

    fn next_block(&mut self, cipher: &Aes256Enc) -> [u8; BLOCK_LEN] {
        self.v = self.v.wrapping_add(1);
        encrypt(cipher, self.v.to_be_bytes())
    }

    /// CTR_DRBG_Update (section 10.2.1.2).
    fn update(&mut self, provided: &[u8; SEED_LEN]) {
        let cipher = Aes256Enc::new(&self.key.into());
        let mut seed = Zeroizing::new([0; SEED_LEN]);
        for (chunk, provided) in seed.as_chunks_mut::<BLOCK_LEN>().0.iter_mut().zip(provided.as_chunks().0) {
            let block: &[u8; BLOCK_LEN] = provided;
            *chunk = self.next_block(&cipher);
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to ^= from);
        }
        let (key, v) = split(&seed);
        self.key = key;
        self.v = u128::from_be_bytes(v);
    }
}

impl Drop for CtrDrbg {
    fn drop(&mut self) {
        self.key.zeroize();
        self.v.zeroize();
    }
}

fn encrypt(cipher: &Aes256Enc, block: [u8; BLOCK_LEN]) -> [u8; BLOCK_LEN] {
    let mut block = block.into();
    cipher.encrypt_block(&mut block);
    block.into()
}

/// A seed as key and block.
fn split(seed: &[u8; SEED_LEN]) -> ([u8; KEY_LEN], [u8; BLOCK_LEN]) {
    let (mut key, mut v) = ([0; KEY_LEN], [0; BLOCK_LEN]);
    for (to, from) in key.iter_mut().chain(&mut v).zip(seed) {
        *to = *from;
    }
    (key, v)
}

/// Block_Cipher_df (section 10.3.2) over the parts and then `last`, to seedlen.
fn derive(parts: &[&[u8]], last: &[u8]) -> Result<Zeroizing<[u8; SEED_LEN]>, Error> {
    let len = parts.iter().map(|part| part.len()).sum::<usize>() + last.len();
    if len > limits::MAX_DRBG_INPUT_BYTES {
        return Err(Error::BufferTooSmall);
    }
    let len = u32::try_from(len).map_err(|_| Error::BufferTooSmall)?;
    let input = || parts.iter().flat_map(|part| part.iter()).chain(last).copied();
    let key: [u8; KEY_LEN] = core::array::from_fn(|index| u8::try_from(index).unwrap_or(0));
    let cipher = Aes256Enc::new(&key.into());
    let mut seed = Zeroizing::new([0; SEED_LEN]);
    for (index, chunk) in (0_u32..).zip(seed.as_chunks_mut::<BLOCK_LEN>().0) {
        // BCC (section 10.3.3) over IV, L, N, the input, 0x80, and zeros to the end of the block
        let mut chaining = [0; BLOCK_LEN];
        let iv = index.to_be_bytes().into_iter().chain([0; BLOCK_LEN - 4]);
        let lengths = len.to_be_bytes().into_iter().chain([0, 0, 0, 48]);
        let mut bytes = iv.chain(lengths).chain(input()).chain([0x80]).peekable();
        while bytes.peek().is_some() {
            for to in &mut chaining {
                *to ^= bytes.next().unwrap_or(0);
            }
            chaining = encrypt(&cipher, chaining);
        }
        *chunk = chaining;
    }
    let (mut key, mut x) = split(&seed);
    let cipher = Aes256Enc::new(&key.into());
    key.zeroize();
    for chunk in seed.as_chunks_mut().0 {
        x = encrypt(&cipher, x);
        *chunk = x;
    }
    Ok(seed)
}

#[cfg(test)]
mod tests;
