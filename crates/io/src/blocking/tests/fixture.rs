//! One server certificate with its root, and configurations that live as long as the tests.

use crate::clock::Clock;
use embertls::{
    ClientConfig, Credential, Peer, ServerConfig, ServerName, Time, TrustAnchor, registry::profiles,
};
use std::{boxed::Box, vec::Vec};

const CHAIN: &[u8] = include_bytes!("../../../../testkit/testdata/certs/p256-chain.pem");
const KEY: &[u8] = include_bytes!("../../../../testkit/testdata/certs/p256.key");
const ROOTS: &[u8] = include_bytes!("../../../../testkit/testdata/certs/roots.pem");

/// Certificates in the server's chain.
pub(super) const CHAIN_LEN: usize = 2;

pub(super) fn clock() -> Clock {
    Clock::at(Time::Known(1_790_000_000))
}

pub(super) const fn peer() -> Peer<'static> {
    Peer::Named(ServerName::Dns("localhost"))
}

fn ders(pem: &[u8]) -> Vec<&'static [u8]> {
    let blocks = pki::pem::blocks(pem).map(|block| block.unwrap().decode().unwrap().to_vec());
    blocks.map(|der| &*Vec::leak(der)).collect()
}

pub(super) fn server() -> &'static ServerConfig<'static> {
    let key = ders(KEY).last().copied().unwrap();
    let key = pki::private_key(key, &[&pki::private_key::SECP256R1]).unwrap();
    let credential = Credential::new(ders(CHAIN).leak(), Box::leak(key));
    assert_eq!(credential.chain.len(), CHAIN_LEN);
    let credentials = Vec::leak(std::vec![credential]);
    Box::leak(Box::new(ServerConfig::new(&profiles::DEFAULT, credentials)))
}

pub(super) fn client() -> &'static ClientConfig<'static> {
    let anchors: Vec<TrustAnchor<'static>> = ders(ROOTS)
        .into_iter()
        .map(|der| TrustAnchor::of(&x509::Certificate::decode(der).unwrap()))
        .collect();
    Box::leak(Box::new(ClientConfig::new(&profiles::DEFAULT, anchors.leak())))
}

pub(super) fn client_without_roots() -> &'static ClientConfig<'static> {
    Box::leak(Box::new(ClientConfig::new(&profiles::DEFAULT, &[])))
}
