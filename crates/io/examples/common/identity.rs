//! Test certificates for the examples.

use embertls::{
    TrustAnchor,
    pki::{self, private_key::BoxedKey},
};
use std::error::Error;

const CHAIN: &[u8] = include_bytes!("../../../testkit/testdata/certs/p256-chain.pem");
const KEY: &[u8] = include_bytes!("../../../testkit/testdata/certs/p256.key");
const ROOTS: &[u8] = include_bytes!("../../../testkit/testdata/certs/roots.pem");

/// A certificate chain with its key, owned.
pub(crate) struct Identity {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: BoxedKey,
}

impl Identity {
    pub(crate) fn load() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let key = ders(KEY)?.pop().ok_or("there is no key")?;
        let key =
            pki::private_key(&key, &[&pki::private_key::SECP256R1]).map_err(|_| "the key is damaged")?;
        Ok(Self { chain: ders(CHAIN)?, key })
    }
}

fn ders(pem: &[u8]) -> Result<Vec<Vec<u8>>, &'static str> {
    let decoded = pki::pem::blocks(pem).map(|block| Some(block.ok()?.decode().ok()?.to_vec()));
    decoded.map(|der| der.ok_or("the PEM file is damaged")).collect()
}

/// The roots of the test authorities. A program has those of `embertls-certs`, which need none of this.
pub(crate) fn roots() -> Result<&'static [TrustAnchor<'static>], Box<dyn Error>> {
    let mut roots = Vec::new();
    for der in ders(ROOTS)? {
        roots.push(TrustAnchor::decode(der.leak()).map_err(|_| "the root is damaged")?);
    }
    Ok(roots.leak())
}
