//! Every protection under fixed keys, and predictable randomness, for tests that need all of them compiled in.

#[cfg(feature = "dtls-connection-id")]
mod connection_id;
mod protection;
mod stream;

use crate::{
    Protected,
    protection::{
        AES_128_CBC, AES_128_CCM, AES_128_CCM_8, AES_128_GCM, AES_256_CBC, AES_256_CCM, AES_256_CCM_8,
        AES_256_GCM, CHACHA20_POLY1305,
    },
};
use crypto::{Error, Rng, mac};
use memory::Box;
use std::{format, string::String, vec, vec::Vec};
use suites::{Bulk, Construction, Direction, Mac, Protection, RecordIv, TrafficKey};

/// Bytes that differ from draw to draw.
struct Counting(u8);

impl Rng for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(113);
            *byte = self.0;
        }
        Ok(())
    }
}

/// A dead source.
struct Dead;

impl Rng for Dead {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::Entropy)
    }
}

/// A way to protect records.
#[derive(Clone, Copy)]
struct Shape {
    bulk: &'static Bulk,
    mac: Mac,
    construction: Construction,
}

/// MAC-then-encrypt with explicit IVs.
const AS_SUITE: Construction = Construction { encrypt_then_mac: false, record_iv: RecordIv::Explicit };
/// RFC 7366 with explicit IVs.
const ENCRYPT_THEN_MAC: Construction = Construction { encrypt_then_mac: true, record_iv: RecordIv::Explicit };

/// MAC-then-encrypt with chained IVs.
const CHAINED: Construction = Construction { encrypt_then_mac: false, record_iv: RecordIv::Chained };

const KEY: [u8; 32] = [0x4B; 32];
const MAC_KEY: [u8; 48] = [0x6D; 48];
const SALT: [u8; 16] = [0x53; 16];

impl Shape {
    fn name(&self) -> String {
        let mac = match self.mac {
            Mac::Aead => "",
            Mac::Hmac(algorithm) => algorithm.name,
        };
        format!("{} {mac} {:?}", self.bulk.name, self.construction)
    }

    /// Bytes before the ciphertext.
    fn before(&self) -> usize {
        self.bulk.before(self.construction.record_iv)
    }

    fn protection(&self, direction: Direction) -> Box<dyn Protection + Send> {
        let key = TrafficKey {
            mac_key: &MAC_KEY[..self.mac.key_len()],
            key: &KEY[..self.bulk.key_len],
            fixed_iv: &SALT[..self.bulk.iv_len(self.construction.record_iv)],
            first_nonce: 0,
            direction,
        };
        (self.bulk.protect)(&key, self.mac, self.construction).unwrap()
    }

    fn protected(&self, direction: Direction) -> Protected {
        self.protected_at(direction, 0)
    }

    /// Where this many records were made before.
    fn protected_at(&self, direction: Direction, sequence_number: u64) -> Protected {
        Protected {
            protection: self.protection(direction),
            bulk: self.bulk,
            record_iv: self.construction.record_iv,
            sequence_number,
            restarts: 0,
            end: self.bulk.max_records,
        }
    }
}

/// The shapes of CBC with their MACs.
fn cbc_shapes(construction: Construction) -> Vec<Shape> {
    let mut shapes = vec![];
    for bulk in [&AES_128_CBC, &AES_256_CBC] {
        for algorithm in [&mac::HMAC_SHA1, &mac::HMAC_SHA256, &mac::HMAC_SHA384] {
            shapes.push(Shape { bulk, mac: Mac::Hmac(algorithm), construction });
        }
    }
    shapes
}

/// Those of which a record of data is one record.
fn whole_shapes() -> Vec<Shape> {
    shapes().into_iter().filter(|shape| shape.construction.record_iv == RecordIv::Explicit).collect()
}

/// All shapes.
fn shapes() -> Vec<Shape> {
    let aead = [
        &AES_128_GCM,
        &AES_256_GCM,
        &AES_128_CCM,
        &AES_256_CCM,
        &AES_128_CCM_8,
        &AES_256_CCM_8,
        &CHACHA20_POLY1305,
    ];
    let mut shapes: Vec<_> =
        aead.into_iter().map(|bulk| Shape { bulk, mac: Mac::Aead, construction: AS_SUITE }).collect();
    for encrypt_then_mac in [false, true] {
        for record_iv in [RecordIv::Explicit, RecordIv::Chained] {
            shapes.extend(cbc_shapes(Construction { encrypt_then_mac, record_iv }));
        }
    }
    shapes
}
