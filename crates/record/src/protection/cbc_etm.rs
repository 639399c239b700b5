//! CBC suites under encrypt-then-MAC (RFC 7366): the MAC covers IV and ciphertext and is checked first.

use super::{cbc::BLOCK_LEN, cbc::pad, cbc_keys::Keys};
use core::ops::Range;
use crypto::{Error, Rng, ct::Mask};
use memory::{Box, Boxed};
use suites::{Protection, RecordHeader};
use zeroize::Zeroize;

struct EncryptThenMac(Keys);

impl Protection for EncryptThenMac {
    fn seal(
        &mut self,
        header: RecordHeader,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let (iv, data) = buffer.split_first_chunk_mut().ok_or(Error::BufferTooSmall)?;
        rng.fill(iv)?;
        let end = pad(data, plaintext.len())?;
        self.0.cipher.encrypt(iv, data.get_mut(..end).ok_or(Error::BufferTooSmall)?)?;
        let end = BLOCK_LEN + end;
        let (sealed, rest) = buffer.split_at_mut_checked(end).ok_or(Error::BufferTooSmall)?;
        let tag = self.0.mac.mac(&[&header.additional_data(end)?, sealed]);
        rest.get_mut(..self.0.mac_len).ok_or(Error::BufferTooSmall)?.copy_from_slice(tag.as_ref());
        Ok(end + self.0.mac_len)
    }

    fn open(&mut self, header: RecordHeader, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let opened = self.open_checked(header, fragment);
        if opened.is_err() {
            fragment.zeroize();
        }
        opened
    }
}

impl EncryptThenMac {
    fn open_checked(&self, header: RecordHeader, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let end = fragment.len().checked_sub(self.0.mac_len).ok_or(Error::OpenFailed)?;
        let (sealed, received) = fragment.split_at_mut_checked(end).ok_or(Error::OpenFailed)?;
        let expected = self.0.mac.mac(&[&header.additional_data(end)?, sealed]);
        if !Mask::equal_bytes(expected.as_ref(), received).is_true() {
            return Err(Error::OpenFailed);
        }
        let (iv, data) = sealed.split_first_chunk_mut().ok_or(Error::OpenFailed)?;
        // Part of a block is refused by the cipher, none at all by the missing padding.
        self.0.cipher.decrypt(iv, data)?;
        // The MAC has authenticated all of it: from here on, nothing is an attacker's.
        let value = data.last().copied().ok_or(Error::OpenFailed)?;
        let len = data.len().checked_sub(usize::from(value) + 1).ok_or(Error::OpenFailed)?;
        if data.iter().skip(len).any(|byte| *byte != value) {
            return Err(Error::OpenFailed);
        }
        Ok(BLOCK_LEN..BLOCK_LEN + len)
    }
}

pub(super) fn encrypt_then_mac(keys: Keys) -> Result<Box<dyn Protection + Send>, Error> {
    Ok(Boxed::try_new(EncryptThenMac(keys))?.into_array_box())
}
