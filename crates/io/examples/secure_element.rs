//! A server whose private key is in a secure element, which is asked for the signature and answers later.
//!
//! `cargo run -p embertls-io --all-features --example secure_element`

#[path = "common/identity.rs"]
mod identity;

use embertls::{
    Answer, ClientConfig, Credential, ExternalKey, KeyFailure, KeyOperation, KeyType, Peer, Request,
    ServerConfig, ServerName,
    crypto::{Budget, Progress, signature::ECDSA_SHA256},
    pki::private_key::BoxedKey,
    registry::profiles::DEFAULT,
};
use embertls_io::{Parts, blocking::Stream, clock::Clock, os_entropy};
use identity::Identity;
use std::{
    error::Error,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

/// The content bytes of id-prime256v1 (RFC 5480 section 2.1.1.1).
const SECP256R1: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

/// What would be a driver: here a key in software behind the same two calls.
struct Element(BoxedKey);

impl Element {
    /// An ECDSA-Sig-Value in DER over a digest.
    fn sign(&mut self, key: u32, digest: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        let mut rng = os_entropy::seeded(b"element").map_err(|_| KeyFailure::Failed)?;
        if key != 0 {
            return Err(KeyFailure::Failed);
        }
        let mut job = self.0.sign(&ECDSA_SHA256, digest, &mut rng).map_err(|_| KeyFailure::Failed)?;
        let mut signature = vec![0; 80];
        loop {
            if let Progress::Ready(len) = job.advance(Budget::UNLIMITED, &mut signature) {
                signature.truncate(len.map_err(|_| KeyFailure::Failed)?);
                return Ok(signature);
            }
        }
    }
}

/// A server whose private key never leaves the element.
fn serve(
    socket: TcpStream,
    chain: &[&[u8]],
    element: &mut Element,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = ExternalKey { key_type: KeyType::Ec, curve_oid: Some(SECP256R1), id: 0 };
    let credentials = [Credential::new(chain, &key)];
    let config = ServerConfig::new(&DEFAULT, &credentials);
    let rng = os_entropy::seeded(b"secure element example")?;
    let mut tls = Stream::server(&config, socket, Parts::full_size(rng, Clock::system())?)?;
    while let Err(error) = tls.handshake() {
        // Any other error ends the connection, and so does `KeyFailure::Failed` as the answer.
        let Some(Request::PrivateKey(request)) = tls.connection().request() else { return Err(error.into()) };
        let KeyOperation::Sign { digest, .. } = request.operation else { return Err("it signs only".into()) };
        // This may take as long as it takes, and the program may do something else meanwhile.
        let signature = element.sign(request.key, digest);
        tls.answer_with(Answer::PrivateKey(signature.as_deref().map_err(|failure| *failure)))?;
    }
    tls.write_all(b"signed by an element\n")?;
    tls.close()?;
    Ok(())
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let server = thread::spawn(move || -> Result<(), Box<dyn Error + Send + Sync>> {
        let Identity { chain, key } = Identity::load()?;
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        serve(listener.accept()?.0, &chain, &mut Element(key))
    });
    let config = ClientConfig::new(&DEFAULT, identity::roots()?);
    let peer = Peer::Named(ServerName::parse("localhost").ok_or("no host name")?);
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    let rng = os_entropy::seeded(b"secure element client")?;
    let mut tls = Stream::client(&config, peer, socket, Parts::full_size(rng, Clock::system())?)?;
    let mut text = String::new();
    tls.read_to_string(&mut text)?;
    print!("{text}");
    assert_eq!(text, "signed by an element\n");
    server.join().map_err(|_| "the server panicked")?.map_err(|error| error.to_string())?;
    Ok(())
}
