//! AES-CBC, MAC-then-encrypt (RFC 5246 section 6.2.3.2; RFC 2246 section 6.2.3.2 with chained IVs).
//!
//! Opening is constant-time in padding, MAC and length (Lucky Thirteen): its work depends on the length of the
//! ciphertext only, all failures are one, and none is found before all the work is done.

use super::{cbc_iv::Ivs, cbc_keys::Keys};
use crate::limits;
use core::ops::Range;
use crypto::{Error, Rng, cipher::cbc, ct::Mask};
use memory::{Box, Boxed};
use suites::{Bulk, Construction, Mac, Nonces, Protect, Protection, RecordHeader, TrafficKey};
use zeroize::Zeroize;

/// Bytes of a block, and of the IV.
pub(super) const BLOCK_LEN: usize = 16;
/// The longest padding, with its length byte.
const MAX_PADDING_LEN: usize = 256;
/// The longest MAC.
const MAX_MAC_LEN: usize = 48;

struct Cbc {
    keys: Keys,
    ivs: Ivs,
}

impl Protection for Cbc {
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
        let len = plaintext.len();
        let content = data.get(..len).ok_or(Error::BufferTooSmall)?;
        let tag = self.keys.mac.mac(&[&header.additional_data(len)?, content]);
        let end = len + tag.as_ref().len();
        data.get_mut(len..end).ok_or(Error::BufferTooSmall)?.copy_from_slice(tag.as_ref());
        let end = pad(data, end)?;
        let data = data.get_mut(..end).ok_or(Error::BufferTooSmall)?;
        self.keys.cipher.encrypt(&iv, data)?;
        self.ivs.advance(data.last_chunk());
        Ok(before + end)
    }

    fn open(&mut self, header: RecordHeader<'_>, fragment: &mut [u8]) -> Result<Range<usize>, Error> {
        let mac_len = self.keys.mac_len;
        let iv = self.ivs.read(fragment)?;
        let before = self.ivs.len();
        let data = fragment.get_mut(before..).ok_or(Error::OpenFailed)?;
        // CT: the length of the ciphertext is public; nothing after this line branches on its contents.
        if data.len() <= mac_len || !data.len().is_multiple_of(BLOCK_LEN) {
            return Err(Error::OpenFailed);
        }
        self.ivs.advance(data.last_chunk());
        self.keys.cipher.decrypt(&iv, data)?;
        let (padding_len, padding_good) = read_padding(data, mac_len);
        let len = data.len() - mac_len - padding_len;
        let min_len = data.len().saturating_sub(mac_len + MAX_PADDING_LEN);
        let longest = data.get(..data.len() - mac_len - 1).ok_or(Error::OpenFailed)?;
        let received = read_mac(data, min_len, len, mac_len);
        let expected = self.keys.mac.mac_constant_time(&header.additional_data(len)?, longest, len, min_len);
        let received = received.get(..mac_len).ok_or(Error::OpenFailed)?;
        let good = padding_good & Mask::equal_bytes(expected.as_ref(), received);
        // CT: ends here; whether the record is good is public.
        if !good.is_true() {
            data.zeroize();
            return Err(Error::OpenFailed);
        }
        Ok(before..before + len)
    }

    fn nonces(&self) -> Nonces {
        self.ivs.nonces()
    }
}

/// Appends padding after `end` and returns the end of the last block.
pub(super) fn pad(data: &mut [u8], end: usize) -> Result<usize, Error> {
    let padded = (end / BLOCK_LEN + 1) * BLOCK_LEN;
    let value = u8::try_from(padded - end - 1).map_err(|_| Error::BufferTooSmall)?;
    data.get_mut(end..padded).ok_or(Error::BufferTooSmall)?.fill(value);
    Ok(padded)
}

/// The length of the padding with its length byte, or 1 where it is wrong, and whether it is right.
///
/// CT: the contents of `data` do not leak.
fn read_padding(data: &[u8], mac_len: usize) -> (usize, Mask) {
    let value = usize::from(data.last().copied().unwrap_or(0));
    let mut good = Mask::less_than(value + mac_len, data.len());
    for (distance, byte) in data.iter().rev().take(MAX_PADDING_LEN).enumerate() {
        let within = Mask::less_than(distance, value + 1);
        good = good & (!within | Mask::equal(usize::from(*byte), value));
    }
    (good.select(value + 1, 1), good)
}

/// The MAC that stands at the secret offset `at`, where `min <= at` and at most [`MAX_PADDING_LEN`] lie between.
///
/// CT: `at` does not leak. Every byte that could be of the MAC goes into a ring of `mac_len` bytes, by its public
/// position; the ring is then turned by the secret distance, one power of two at a time.
fn read_mac(data: &[u8], min: usize, at: usize, mac_len: usize) -> [u8; MAX_MAC_LEN] {
    let mut ring = [0; MAX_MAC_LEN];
    let mut turn = 0;
    let candidates = data.iter().enumerate().skip(min).take(MAX_PADDING_LEN + mac_len);
    for ((offset, byte), place) in candidates.zip((0..mac_len).cycle()) {
        let of_mac = !Mask::less_than(offset, at) & Mask::less_than(offset, at + mac_len);
        if let Some(to) = ring.get_mut(place) {
            *to |= of_mac.keep(*byte);
        }
        turn |= Mask::equal(offset, at).select(place, 0);
    }
    // The distance is below `mac_len`, so that greater steps are never taken.
    for step in (0..usize::BITS).map(|bit| 1 << bit).take_while(|step| *step < mac_len) {
        let turned = Mask::equal(turn & step, step);
        let before = ring;
        let ahead = before.iter().take(mac_len).skip(step).chain(before.iter().take(step));
        for ((to, stay), ahead) in ring.iter_mut().zip(before).zip(ahead) {
            *to = turned.keep(*ahead) | (!turned).keep(stay);
        }
    }
    ring
}

fn protect(
    algorithm: &cbc::CbcAlgorithm,
    key: &TrafficKey<'_>,
    mac: Mac,
    construction: Construction,
) -> Result<Box<dyn Protection + Send>, Error> {
    let keys = Keys::new(algorithm, key, mac)?;
    let ivs = Ivs::new(construction.record_iv, key)?;
    if construction.encrypt_then_mac {
        super::encrypt_then_mac(keys, ivs)
    } else {
        Ok(Boxed::try_new(Cbc { keys, ivs })?.into_array_box())
    }
}

/// A row of this shape.
const fn row(name: &'static str, key_len: usize, protect: Protect) -> Bulk {
    Bulk {
        name,
        key_len,
        fixed_iv_len: 0,
        before: BLOCK_LEN,
        after: MAX_MAC_LEN + BLOCK_LEN,
        block_cipher: true,
        max_records: limits::MAX_RECORDS_CBC,
        protect,
    }
}

/// AES-128-CBC.
pub static AES_128_CBC: Bulk =
    row("AES_128_CBC", 16, |key, mac, construction| protect(&cbc::AES_128_CBC, key, mac, construction));

/// AES-256-CBC.
pub static AES_256_CBC: Bulk =
    row("AES_256_CBC", 32, |key, mac, construction| protect(&cbc::AES_256_CBC, key, mac, construction));
