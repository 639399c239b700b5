//! One server certificate with its root, and configurations that live as long as the tests.

use crate::clock::Clock;
use embertls::{
    ClientConfig, Credential, Peer, Renegotiation, ServerConfig, ServerName, Time, TrustAnchor,
    registry::profiles,
};
use std::{boxed::Box, vec::Vec};

const CHAIN: &[u8] = include_bytes!("../../../testkit/testdata/certs/p256-chain.pem");
const KEY: &[u8] = include_bytes!("../../../testkit/testdata/certs/p256.key");
#[cfg(feature = "tokio")]
const RSA_CHAIN: &[u8] = include_bytes!("../../../testkit/testdata/certs/rsa-chain.pem");
#[cfg(feature = "tokio")]
const RSA_KEY: &[u8] = include_bytes!("../../../testkit/testdata/certs/rsa.key");
const ROOTS: &[u8] = include_bytes!("../../../testkit/testdata/certs/roots.pem");

/// Certificates in the server's chain.
pub(crate) const CHAIN_LEN: usize = 2;

pub(crate) fn clock() -> Clock {
    Clock::at(Time::Known(1_790_000_000))
}

pub(crate) const fn peer() -> Peer<'static> {
    Peer::Named(ServerName::Dns("localhost"))
}

fn ders(pem: &[u8]) -> Vec<&'static [u8]> {
    let blocks = pki::pem::blocks(pem).map(|block| block.unwrap().decode().unwrap().to_vec());
    blocks.map(|der| &*Vec::leak(der)).collect()
}

pub(crate) fn server() -> &'static ServerConfig<'static> {
    let key = ders(KEY).last().copied().unwrap();
    let key = pki::private_key(key, &[&pki::private_key::SECP256R1]).unwrap();
    let credential = Credential::new(ders(CHAIN).leak(), Box::leak(key));
    assert_eq!(credential.chain.len(), CHAIN_LEN);
    let credentials = Vec::leak(std::vec![credential]);
    let config = ServerConfig::new(&profiles::DEFAULT, credentials);
    Box::leak(Box::new(ServerConfig { renegotiation: Renegotiation::Allowed(1), ..config }))
}

fn anchors(pem: &[u8]) -> &'static [TrustAnchor<'static>] {
    let anchors: Vec<TrustAnchor<'static>> =
        ders(pem).into_iter().map(|der| TrustAnchor::of(&x509::Certificate::decode(der).unwrap())).collect();
    anchors.leak()
}

pub(crate) fn client() -> &'static ClientConfig<'static> {
    let config = ClientConfig::new(&profiles::DEFAULT, anchors(ROOTS));
    Box::leak(Box::new(ClientConfig { renegotiation: Renegotiation::Allowed(1), ..config }))
}

/// A root that has signed nothing of ours.
#[cfg(feature = "session")]
pub(crate) fn stranger() -> &'static [TrustAnchor<'static>] {
    anchors(include_bytes!("../../../testkit/testdata/certs/root-stranger.pem"))
}

pub(crate) fn client_without_roots() -> &'static ClientConfig<'static> {
    Box::leak(Box::new(ClientConfig::new(&profiles::DEFAULT, &[])))
}

/// What a server proves itself by, owned.
#[cfg(feature = "tokio")]
pub(crate) struct Identity {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: pki::private_key::BoxedKey,
}

#[cfg(feature = "tokio")]
impl Identity {
    pub(crate) fn ecdsa() -> Self {
        Self::of(CHAIN, KEY)
    }

    pub(crate) fn rsa() -> Self {
        Self::of(RSA_CHAIN, RSA_KEY)
    }

    fn of(chain: &[u8], key: &[u8]) -> Self {
        let key = ders(key).last().copied().unwrap();
        Self {
            chain: ders(chain).into_iter().map(<[u8]>::to_vec).collect(),
            key: pki::private_key(key, &[&pki::private_key::SECP256R1, &pki::private_key::RSA]).unwrap(),
        }
    }
}
