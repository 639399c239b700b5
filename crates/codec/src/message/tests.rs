//! Every decoder: what it reads, and that each truncation and each trailing byte is refused.

use super::*;
use crate::{ErrorKind, ExtensionType, NamedGroup, ProtocolVersion};
use std::vec::Vec;

/// Whether decoding succeeds.
type Decodes = fn(&[u8]) -> Result<(), crate::Error>;

fn client_hello() -> Vec<u8> {
    let mut body = [&[3, 3][..], &[7; 32], &[0], &[0, 4, 0xC0, 0x2B, 0, 0xFF], &[1, 0]].concat();
    body.extend([0, 9, 0, 23, 0, 0, 0, 22, 0, 1, 5]);
    body
}

fn server_hello() -> Vec<u8> {
    [&[3, 3][..], &[8; 32], &[1, 9], &[0xC0, 0x2B], &[0], &[0, 4, 0, 23, 0, 0]].concat()
}

fn server_key_exchange() -> Vec<u8> {
    [&[3, 0, 29, 32][..], &[4; 32], &[4, 3, 0, 2, 1, 1]].concat()
}

const DECODERS: [(fn() -> Vec<u8>, Decodes); 4] = [
    (client_hello, |body| ClientHello::decode(body).map(|_| ())),
    (server_hello, |body| ServerHello::decode(body).map(|_| ())),
    (server_key_exchange, |body| ServerKeyExchange::decode(body).map(|_| ())),
    (|| Vec::from([1, 1, 0, 2, 4, 3, 0, 3, 0, 1, 48]), |body| CertificateRequest::decode(body).map(|_| ())),
];

#[test]
fn each_truncation_and_each_trailing_byte_is_refused() {
    for (body, decodes) in DECODERS {
        let mut body = body();
        assert_eq!(decodes(&body), Ok(()));
        for len in 0..body.len() {
            // A hello may end before its extensions.
            let without_extensions = [39, 41, 43, 38].contains(&len);
            assert!(decodes(&body[..len]).is_err() || without_extensions, "{len} of {}", body.len());
        }
        body.push(0);
        assert!(decodes(&body).is_err());
    }
}

#[test]
fn client_hello_shows_its_fields() {
    let body = client_hello();
    let hello = ClientHello::decode(&body).unwrap();
    assert_eq!(hello.version, ProtocolVersion::TLS1_2);
    assert_eq!(hello.cipher_suites.iter().map(|id| id.0).collect::<Vec<_>>(), [0xC02B, 0x00FF]);
    let extensions: Vec<_> = hello.extensions.iter().collect();
    assert_eq!(extensions, [(ExtensionType::EXTENDED_MASTER_SECRET, &[][..]), (ExtensionType::ENCRYPT_THEN_MAC, &[5][..])]);
}

#[test]
fn an_extension_that_stands_twice_is_refused() {
    let mut body = server_hello();
    body.truncate(body.len() - 6);
    body.extend([0, 8, 0, 23, 0, 0, 0, 23, 0, 0]);
    assert_eq!(ServerHello::decode(&body).map(|_| ()).map_err(|e| e.kind), Err(ErrorKind::Duplicate));
}

#[test]
fn extensions_are_counted_to_their_limit() {
    let hello = |count: u16| {
        let mut body = server_hello();
        body.truncate(body.len() - 6);
        body.extend((count * 4).to_be_bytes());
        (0..count).for_each(|id| body.extend([id.to_be_bytes(), [0, 0]].concat()));
        ServerHello::decode(&body).map(|_| ()).map_err(|e| e.kind)
    };
    assert_eq!(hello(64), Ok(()));
    assert_eq!(hello(65), Err(ErrorKind::TooLong));
}

#[test]
fn server_key_exchange_knows_the_bytes_that_are_signed() {
    let body = server_key_exchange();
    let message = ServerKeyExchange::decode(&body).unwrap();
    assert_eq!(message.params, &body[..36]);
    assert_eq!((message.group, message.public.len(), message.signature), (NamedGroup::X25519, 32, &[1, 1][..]));
    assert_eq!(
        ServerKeyExchange::decode(&[1, 0, 29, 1, 9, 4, 3, 0, 0]).map(|_| ()).map_err(|e| e.kind),
        Err(ErrorKind::IllegalValue)
    );
}
