//! scrypt (RFC 7914), whose large table comes from memory that may be refused.

use super::PBKDF2_SHA256;
use crate::Error;
use memory::Bytes;
use salsa20::{SalsaCore, cipher::StreamCipherCore as _};
use zeroize::Zeroize as _;

/// Bytes of a block of Salsa20.
const BLOCK_LEN: usize = 64;

/// What scrypt may cost (RFC 7914 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    /// N: entries of the table, a power of two above 1.
    pub entries: usize,
    /// r: an entry has 128 times as many bytes.
    pub block_size: usize,
    /// p: how often the table is made and read.
    pub parallelization: usize,
}

impl ScryptCost {
    /// Bytes of the table; None when there is no such cost or its figures overflow.
    #[must_use]
    pub fn table_bytes(self) -> Option<usize> {
        if !self.entries.is_power_of_two()
            || self.entries < 2
            || self.parallelization == 0
            || self.block_size == 0
        {
            return None;
        }
        self.block_size.checked_mul(2 * BLOCK_LEN)?.checked_mul(self.entries)
    }
}

/// Fills `out` with a key.
///
/// # Errors
/// [`Error::Unsupported`] for a cost that does not exist; [`Error::OutOfMemory`].
pub fn scrypt(password: &[u8], salt: &[u8], cost: ScryptCost, out: &mut [u8]) -> Result<(), Error> {
    let table_len = cost.table_bytes().ok_or(Error::Unsupported)?;
    let entry_len = 2 * BLOCK_LEN * cost.block_size;
    let len = entry_len.checked_mul(cost.parallelization).ok_or(Error::Unsupported)?;
    let mut blocks = Bytes::zeroed(len)?;
    let mut table = Bytes::zeroed(table_len)?;
    let mut mixed = Bytes::zeroed(entry_len)?;
    (PBKDF2_SHA256.derive)(password, salt, 1, &mut blocks);
    for entry in blocks.chunks_exact_mut(entry_len) {
        fill_and_mix(entry, &mut table, &mut mixed);
    }
    (PBKDF2_SHA256.derive)(password, &blocks, 1, out);
    Ok(())
}

/// scryptROMix (section 5). The entry that is read depends on the password: the table's addresses leak, as scrypt
/// has it.
fn fill_and_mix(entry: &mut [u8], table: &mut [u8], mixed: &mut [u8]) {
    let entries = table.len() / entry.len();
    for saved in table.chunks_exact_mut(entry.len()) {
        saved.copy_from_slice(entry);
        mix(saved, entry);
    }
    for _ in 0..entries {
        let start = (integerify(entry) & (entries - 1)) * entry.len();
        let saved = table.get(start..).unwrap_or_default();
        for ((to, a), b) in mixed.iter_mut().zip(&*entry).zip(saved) {
            *to = a ^ b;
        }
        mix(mixed, entry);
    }
}

/// The low bits of the last block as a number, little-endian.
fn integerify(entry: &[u8]) -> usize {
    let last = entry.len() - BLOCK_LEN;
    let low = entry.get(last..).and_then(|block| block.first_chunk()).copied().unwrap_or_default();
    usize::try_from(u32::from_le_bytes(low)).unwrap_or_default()
}

/// scryptBlockMix (section 4): even blocks go to the first half of `out`, odd ones to the second.
fn mix(entry: &[u8], out: &mut [u8]) {
    let (even, odd) = out.split_at_mut(entry.len() / 2);
    let to = even.chunks_exact_mut(BLOCK_LEN).zip(odd.chunks_exact_mut(BLOCK_LEN));
    let from = entry.as_chunks::<{ 2 * BLOCK_LEN }>().0;
    let last = entry.last_chunk::<BLOCK_LEN>().copied().unwrap_or([0; BLOCK_LEN]);
    let mut state = last;
    for (pair, (even, odd)) in from.iter().zip(to) {
        let (first, second) = pair.split_at(BLOCK_LEN);
        salsa(&mut state, first);
        even.copy_from_slice(&state);
        salsa(&mut state, second);
        odd.copy_from_slice(&state);
    }
    state.zeroize();
}

/// Salsa20/8 of the two blocks' difference (section 3).
fn salsa(state: &mut [u8; BLOCK_LEN], block: &[u8]) {
    let mut words = [0; BLOCK_LEN / 4];
    for ((word, a), b) in words.iter_mut().zip(state.as_chunks::<4>().0).zip(block.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*a) ^ u32::from_le_bytes(*b);
    }
    let mut core = SalsaCore::<salsa20::cipher::consts::U4>::from_raw_state(words);
    core.write_keystream_block(state.into());
    words.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7914 section 12, the first three cases: the first bytes of each key.
    #[test]
    fn derives_the_keys_of_rfc_7914() {
        for (password, salt, cost, start) in [
            ("", "", (16, 1, 1), 0x77d6_5762_3865_7b20_u64),
            ("password", "NaCl", (1024, 8, 16), 0xfdba_be1c_9d34_7200),
            ("pleaseletmein", "SodiumChloride", (16384, 8, 1), 0x7023_bdcb_3afd_7348),
        ] {
            let cost = ScryptCost { entries: cost.0, block_size: cost.1, parallelization: cost.2 };
            let mut key = [0; 64];
            scrypt(password.as_bytes(), salt.as_bytes(), cost, &mut key).unwrap();
            assert_eq!(key[..8], start.to_be_bytes(), "{password}");
        }
    }

    #[test]
    fn costs_that_do_not_exist_are_unsupported() {
        for (entries, block_size, parallelization) in
            [(0, 8, 1), (1, 8, 1), (3, 8, 1), (16, 0, 1), (16, 8, 0), (1 << 40, 1 << 30, 1)]
        {
            let cost = ScryptCost { entries, block_size, parallelization };
            assert_eq!(scrypt(b"", b"", cost, &mut [0; 8]), Err(Error::Unsupported), "{cost:?}");
        }
    }
}
