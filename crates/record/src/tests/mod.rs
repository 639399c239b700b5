//! Every protection under fixed keys, and predictable randomness, for tests that need all of them compiled in.

mod protection;
mod stream;

use crate::{
    Protected,
    protection::{AES_128_CBC, AES_128_GCM, AES_256_CBC, AES_256_GCM},
};
use crypto::{Error, Rng, mac};
use memory::Box;
use std::{format, string::String, vec, vec::Vec};
use suites::{Bulk, Construction, Direction, Mac, Protection, TrafficKey};

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

const KEY: [u8; 32] = [0x4B; 32];
const MAC_KEY: [u8; 48] = [0x6D; 48];
const SALT: [u8; 4] = [0x53; 4];

impl Shape {
    fn name(&self) -> String {
        let mac = match self.mac {
            Mac::Aead => "",
            Mac::Hmac(algorithm) => algorithm.name,
        };
        format!("{} {mac} {:?}", self.bulk.name, self.construction)
    }

    fn protection(&self, direction: Direction) -> Box<dyn Protection + Send> {
        let key = TrafficKey {
            mac_key: &MAC_KEY[..self.mac.key_len()],
            key: &KEY[..self.bulk.key_len],
            fixed_iv: &SALT[..self.bulk.fixed_iv_len],
            direction,
        };
        (self.bulk.protect)(&key, self.mac, self.construction).unwrap()
    }

    fn protected(&self, direction: Direction) -> Protected {
        self.protected_at(direction, 0)
    }

    /// Where this many records were made before.
    fn protected_at(&self, direction: Direction, sequence_number: u64) -> Protected {
        Protected { protection: self.protection(direction), bulk: self.bulk, sequence_number }
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

/// All shapes.
fn shapes() -> Vec<Shape> {
    let gcm = [&AES_128_GCM, &AES_256_GCM];
    let mut shapes: Vec<_> = gcm
        .into_iter()
        .map(|bulk| Shape { bulk, mac: Mac::Aead, construction: Construction::AsSuite })
        .collect();
    shapes.extend(cbc_shapes(Construction::AsSuite));
    shapes.extend(cbc_shapes(Construction::EncryptThenMac));
    shapes
}
