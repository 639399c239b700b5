//! The HMAC of CBC records (RFC 2104, RFC 5246 section 6.2.3.1), also over a message whose length is secret.
//!
//! Lucky Thirteen measures how many blocks a MAC's hash takes. [`RecordMac::mac_constant_time`] therefore runs over
//! every block that the longest message could have, and keeps the state of the block where the real one ends.

use super::{
    MacAlgorithm, RecordMac,
    compression::{self, Compression},
};
use crate::{Digest, Error, ct::Mask};
use memory::{Box, Boxed};
use zeroize::Zeroize;

/// HMAC as the two states after the padded key.
struct Hmac<C: Compression> {
    inner: C::State,
    outer: C::State,
}

impl<C: Compression> Hmac<C> {
    fn new(key: &[u8]) -> Result<Self, Error> {
        let keyed = |pad: u8| {
            let mut block = <C::Block as compression::Block>::default();
            let bytes = block.as_mut();
            for (to, from) in bytes.iter_mut().zip(key) {
                *to = *from;
            }
            bytes.iter_mut().for_each(|byte| *byte ^= pad);
            let mut state = C::INITIAL;
            C::compress(&mut state, &block);
            block.as_mut().zeroize();
            state
        };
        // The keys of records are as long as the MAC, which is shorter than a block.
        if key.len() > C::BLOCK_LEN {
            return Err(Error::InvalidKey);
        }
        Ok(Self { inner: keyed(0x36), outer: keyed(0x5C) })
    }

    fn finish(&self, inner: &[u8]) -> Digest {
        let mut hash = Running::<C>::after_block(self.outer);
        hash.update(inner);
        hash.finish()
    }
}

impl<C: Compression> Drop for Hmac<C> {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// Merkle-Damgård over the compression function.
struct Running<C: Compression> {
    state: C::State,
    block: C::Block,
    filled: usize,
    total: usize,
}

impl<C: Compression> Running<C> {
    /// After one block: the padded key.
    fn after_block(state: C::State) -> Self {
        Self { state, block: <C::Block as compression::Block>::default(), filled: 0, total: C::BLOCK_LEN }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        self.total += bytes.len();
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(C::BLOCK_LEN - self.filled));
            for (to, from) in self.block.as_mut().iter_mut().skip(self.filled).zip(now) {
                *to = *from;
            }
            self.filled += now.len();
            bytes = later;
            if self.filled == C::BLOCK_LEN {
                C::compress(&mut self.state, &self.block);
                self.filled = 0;
            }
        }
    }

    fn finish(mut self) -> Digest {
        let bits = bit_length(self.total);
        self.update(&[0x80]);
        while self.filled != C::BLOCK_LEN - C::LENGTH_LEN {
            self.update(&[0]);
        }
        self.update([0; 8].get(..C::LENGTH_LEN - bits.len()).unwrap_or_default());
        self.update(&bits);
        C::digest(&self.state)
    }
}

impl<C: Compression> Drop for Running<C> {
    fn drop(&mut self) {
        self.state.zeroize();
        self.block.as_mut().zeroize();
    }
}

/// The last eight bytes of the length field; the bytes before them, if the hash has any, are zero.
fn bit_length(bytes: usize) -> [u8; 8] {
    (u64::try_from(bytes).unwrap_or(u64::MAX) << 3).to_be_bytes()
}

impl<C: Compression> RecordMac for Hmac<C> {
    fn mac(&self, parts: &[&[u8]]) -> Digest {
        let mut hash = Running::<C>::after_block(self.inner);
        for part in parts {
            hash.update(part);
        }
        let inner = hash.finish();
        self.finish(inner.as_ref())
    }

    fn mac_constant_time(&self, header: &[u8], data: &[u8], len: usize, min_len: usize) -> Digest {
        let block_len = C::BLOCK_LEN;
        // The message is header and data, then 0x80, zeros, and the length at the end of the last block.
        let blocks = |message: usize| (message + 1 + C::LENGTH_LEN).div_ceil(block_len);
        let (longest, end) = (header.len() + data.len(), header.len() + len);
        let plain_blocks = (header.len() + min_len) / block_len;
        let bits = bit_length(block_len + end);
        // CT: a division by a constant power of two is a shift.
        let last = (end + C::LENGTH_LEN) / block_len;

        let mut message = header.iter().chain(data).copied();
        let mut state = self.inner;
        let mut inner = [0; 64];
        let mut block = <C::Block as compression::Block>::default();
        for index in 0..blocks(longest) {
            let is_last = Mask::equal(index, last);
            for (offset, to) in block.as_mut().iter_mut().enumerate() {
                let byte = message.next().unwrap_or(0);
                *to = if index < plain_blocks {
                    byte
                } else {
                    let at = index * block_len + offset;
                    Mask::less_than(at, end).keep(byte) | Mask::equal(at, end).keep(0x80)
                };
            }
            if index >= plain_blocks {
                for (to, from) in block.as_mut().iter_mut().rev().zip(bits.iter().rev()) {
                    *to |= is_last.keep(*from);
                }
            }
            C::compress(&mut state, &block);
            for (to, from) in inner.iter_mut().zip(C::digest(&state).as_ref()) {
                *to |= is_last.keep(*from);
            }
        }
        state.zeroize();
        block.as_mut().zeroize();
        self.finish(inner.get(..C::DIGEST_LEN).unwrap_or_default())
    }
}

fn new<C: Compression + Send + 'static>(key: &[u8]) -> Result<Box<dyn RecordMac + Send>, Error>
where
    C::State: Send,
{
    Ok(Boxed::try_new(Hmac::<C>::new(key)?)?.into_array_box())
}

/// HMAC-SHA-1.
#[cfg(feature = "sha1")]
pub static HMAC_SHA1: MacAlgorithm = MacAlgorithm { name: "SHA", len: 20, new: new::<compression::Sha1> };
/// HMAC-SHA-256.
#[cfg(feature = "sha256")]
pub static HMAC_SHA256: MacAlgorithm =
    MacAlgorithm { name: "SHA256", len: 32, new: new::<compression::Sha256> };
/// HMAC-SHA-384.
#[cfg(feature = "sha384")]
pub static HMAC_SHA384: MacAlgorithm =
    MacAlgorithm { name: "SHA384", len: 48, new: new::<compression::Sha384> };

#[cfg(test)]
#[cfg(all(feature = "sha1", feature = "sha256", feature = "sha384"))]
mod tests {
    use super::*;
    use crate::hash;
    use proptest::prelude::*;
    use std::{vec, vec::Vec};

    fn rows() -> [(&'static MacAlgorithm, &'static crate::Hash); 3] {
        [(&HMAC_SHA1, &hash::SHA1), (&HMAC_SHA256, &hash::SHA256), (&HMAC_SHA384, &hash::SHA384)]
    }

    fn agree(row: &MacAlgorithm, hash: &crate::Hash, data: &[u8], len: usize, min_len: usize) {
        agree_behind(&[7; 13], row, hash, data, len, min_len);
    }

    fn agree_behind(
        header: &[u8],
        row: &MacAlgorithm,
        hash: &crate::Hash,
        data: &[u8],
        len: usize,
        min_len: usize,
    ) {
        let key = vec![0x0B; row.len];
        let mac = (row.new)(&key).unwrap();
        let expected = (hash.hmac)(&key, &[header, &data[..len]]);
        assert_eq!(mac.mac(&[header, &data[..len]]).as_ref(), expected.as_ref(), "{} {len}", row.name);
        assert_eq!(
            mac.mac_constant_time(header, data, len, min_len).as_ref(),
            expected.as_ref(),
            "{} {min_len} <= {len} <= {}",
            row.name,
            data.len()
        );
    }

    #[test]
    fn every_length_around_the_block_edges_agrees_with_hmac() {
        let data: Vec<u8> = (0..=255).cycle().take(600).collect();
        for (row, hash) in rows() {
            for len in 0..=400 {
                agree(row, hash, &data[..400], len, len.saturating_sub(256));
                agree(row, hash, &data[..len], len, 0);
            }
        }
    }

    proptest! {
        #[test]
        fn any_secret_length_agrees_with_hmac(
            // With a connection ID it has up to 278 bytes.
            header in proptest::collection::vec(any::<u8>(), 0..300),
            data in proptest::collection::vec(any::<u8>(), 0..700),
            len in any::<proptest::sample::Index>(),
            min in any::<proptest::sample::Index>(),
        ) {
            let len = len.index(data.len() + 1);
            for (row, hash) in rows() {
                agree_behind(&header, row, hash, &data, len, min.index(len + 1));
            }
        }
    }
}
