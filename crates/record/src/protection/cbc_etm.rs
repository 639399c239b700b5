//! CBC suites under encrypt-then-MAC (RFC 7366): the MAC covers IV and ciphertext and is checked first.

use super::{cbc::pad, cbc_iv::Ivs, cbc_keys::Keys};
use core::ops::Range;
use crypto::{Error, Rng, ct::Mask};
use memory::{Box, Boxed};
use suites::{Nonces, Protection, RecordHeader};
use zeroize::Zeroize;

struct EncryptThenMac {
    keys: Keys,
    ivs: Ivs,
}

impl Protection for EncryptThenMac {
    fn seal(
        &mut self,
        header: RecordHeader<'_>,
        buffer: &mut [u8],
        plaintext: Range<usize>,
        rng: &mut dyn Rng,
    ) -> Result<usize, Error> {
        let iv = self.ivs.draw(buffer, rng)?;
        let before = self.ivs.len();
        let data = buffer.get_mut(before..).ok_or(Error::BufferTooSmall)?;
        let end = pad(data, plaintext.len())?;
        let data = data.get_mut(..end).ok_or(Error::BufferTooSmall)?;
        self.keys.cipher.encrypt(&iv, data)?;
        self.ivs.advance(data.last_chunk());
        let end = before + end;
        let (sealed, rest) = buffer.split_at_mut_checked(end).ok_or(Error::BufferTooSmall)?;
        let tag = self.keys.mac.mac(&[&header.additional_data(end)?, sealed]);
        rest.get_mut(..self.keys.mac_len).ok_or(Error::BufferTooSmall)?.copy_from_slice(tag.as_ref());
        Ok(end + self.keys.mac_len)
    }

    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let opened = self.open_checked(header, fragment);
        if opened.is_err() {
            fragment.zeroize();
        }
        opened
    }

    fn nonces(&self) -> Nonces {
        self.ivs.nonces()
    }
}

impl EncryptThenMac {
    fn open_checked(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let end = fragment.len().checked_sub(self.keys.mac_len).ok_or(Error::OpenFailed)?;
        let (sealed, received) = fragment.split_at_mut_checked(end).ok_or(Error::OpenFailed)?;
        let expected = self.keys.mac.mac(&[&header.additional_data(end)?, sealed]);
        if !Mask::equal_bytes(expected.as_ref(), received).is_true() {
            return Err(Error::OpenFailed);
        }
        let iv = self.ivs.read(sealed)?;
        let before = self.ivs.len();
        let data = sealed.get_mut(before..).ok_or(Error::OpenFailed)?;
        self.ivs.advance(data.last_chunk());
        // Part of a block is refused by the cipher, none at all by the missing padding.
        self.keys.cipher.decrypt(&iv, data)?;
        // The MAC has authenticated all of it: from here on, nothing is an attacker's.
        let value = data.last().copied().ok_or(Error::OpenFailed)?;
        let len = data.len().checked_sub(usize::from(value) + 1).ok_or(Error::OpenFailed)?;
        if data.iter().skip(len).any(|byte| *byte != value) {
            return Err(Error::OpenFailed);
        }
        Ok(before..before + len)
    }
}

pub(super) fn encrypt_then_mac(keys: Keys, ivs: Ivs) -> Result<Box<dyn Protection + Send>, Error> {
    Ok(Boxed::try_new(EncryptThenMac { keys, ivs })?.into_array_box())
}
