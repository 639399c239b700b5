//! Certificates that do not fit what was agreed, and requests for one of the client's.
#![expect(clippy::indexing_slicing, reason = "a test that fails panics")]

use codec::{AlertDescription, HandshakeType, Reason};
use embertls::Error;
use embertls_testkit::{
    credentials::{chain, client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use suites::Profile;
use x509::Flags;

const CERTIFICATE: u8 = 11;
const CERTIFICATE_REQUEST: u8 = 13;
const SERVER_HELLO_DONE: u8 = 14;
const CLIENT_KEY_EXCHANGE: u8 = 16;

/// A handshake in which the server's messages are changed.
fn pair_with(
    client: &'static Profile<'static>,
    server: &'static Profile<'static>,
    certificate: &str,
    mut change: impl FnMut(&mut Vec<Vec<u8>>),
) -> Pair<'static, 'static> {
    let mut pair = Pair::new(
        End::client(client_config(client), server_name("localhost"), Setup::new(1)),
        End::server(server_config(server, certificate), Setup::new(2)),
    );
    for side in [Side::Client, Side::Server] {
        let mut bytes = pair.end(side).transmit();
        if side == Side::Server {
            tamper::edit_messages(&mut bytes, &mut change);
        }
        pair.carry(side, bytes);
        while pair.end(side.other()).step() {}
    }
    pair.drive();
    pair
}

fn certificate_message(chain: &[Vec<u8>]) -> Vec<u8> {
    let uint24 = |len: usize| tamper::message(0, &vec![0; len])[1..4].to_vec();
    let list: Vec<u8> = chain.iter().flat_map(|der| [uint24(der.len()), der.clone()].concat()).collect();
    tamper::message(CERTIFICATE, &[uint24(list.len()), list].concat())
}

/// A handshake in which the server sends this chain in the place of its own.
fn error_of_chain(
    client: &'static Profile<'static>,
    server: &'static Profile<'static>,
    certificate: &str,
    chain: &[Vec<u8>],
) -> Option<Error> {
    let mut pair = pair_with(client, server, certificate, |messages| {
        for message in messages.iter_mut().filter(|message| message[0] == CERTIFICATE) {
            *message = certificate_message(chain);
        }
    });
    if let Some(error) = pair.client.error {
        assert_eq!(pair.server.error, error.alert().map(Error::AlertReceived));
    }
    let _ = pair.client.transmit();
    pair.client.error
}

fn owned(name: &str) -> Vec<Vec<u8>> {
    chain(name).iter().map(|der| der.to_vec()).collect()
}

#[test]
fn a_key_of_another_type_than_the_suite_names_is_refused() {
    let key = Error::Violation(Reason::CertificateKeyDoesNotFitSuite);
    let error = error_of_chain(&null::PROFILE, &null::PROFILE, "null-p256", &owned("rsa"));
    assert_eq!(error, Some(key));
    let any_usage = with_key_usage("p256", [5, 0xA0]);
    let error = error_of_chain(&null::PROFILE_RSA, &null::PROFILE_RSA, "null-rsa", &any_usage);
    assert_eq!(error, Some(key));
}

/// Offers secp256r1 and would verify on secp384r1 too.
static BOTH_CURVES: Profile<'static> = Profile { curves: &[&null::P256, &null::P384], ..null::PROFILE };
/// Knows secp256r1 only.
static ONE_CURVE: Profile<'static> = Profile { curves: &[&null::P256], ..null::PROFILE };

#[test]
fn a_key_on_a_curve_that_was_not_offered_is_refused() {
    let p384 = owned("p384");
    let error = error_of_chain(&BOTH_CURVES, &null::PROFILE, "null-p256", &p384);
    assert_eq!(error, Some(Error::Violation(Reason::GroupNotOffered)));
    let error = error_of_chain(&ONE_CURVE, &null::PROFILE, "null-p256", &p384);
    assert_eq!(error, Some(Error::Certificate(Flags::BAD_KEY.or(Flags::NOT_TRUSTED))));
}

/// Replaces the bits of keyUsage in a certificate: OID, critical, OCTET STRING, BIT STRING.
fn with_key_usage(name: &str, usage: [u8; 2]) -> Vec<Vec<u8>> {
    const KEY_USAGE: &[u8] = &[6, 3, 0x55, 0x1D, 0x0F, 1, 1, 0xFF, 4, 4, 3, 2];
    let mut chain = owned(name);
    let at = chain[0].windows(KEY_USAGE.len()).position(|window| window == KEY_USAGE);
    let at = at.unwrap_or_default() + KEY_USAGE.len();
    chain[0][at..at + 2].copy_from_slice(&usage);
    chain
}

#[test]
fn key_transport_needs_key_encipherment_and_a_signature_needs_digital_signature() {
    const DIGITAL_SIGNATURE: [u8; 2] = [7, 0x80];
    const KEY_ENCIPHERMENT: [u8; 2] = [5, 0x20];
    const KEY_AGREEMENT: [u8; 2] = [3, 0x08];
    let refused = Some(Error::Certificate(Flags::KEY_USAGE));
    for (profile, certificate, usage, expected) in [
        (&null::PROFILE_RSA, "rsa", KEY_ENCIPHERMENT, None),
        (&null::PROFILE_RSA, "rsa", DIGITAL_SIGNATURE, refused),
        (&null::PROFILE, "p256", DIGITAL_SIGNATURE, None),
        (&null::PROFILE, "p256", KEY_AGREEMENT, refused),
    ] {
        let chain = with_key_usage(certificate, usage);
        let error = error_of_chain(profile, profile, &format!("null-{certificate}"), &chain);
        assert_eq!(error, expected, "{certificate} {usage:?}");
    }
}

#[test]
fn no_certificate_at_all_is_refused() {
    let error = error_of_chain(&null::PROFILE, &null::PROFILE, "null-p256", &[]);
    assert_eq!(error, Some(Error::Violation(Reason::NoCertificate)));
    assert_eq!(error.and_then(|error| error.alert()), Some(AlertDescription::DECODE_ERROR));
}

#[test]
fn a_second_certificate_message_is_the_peers_fault_whatever_its_length() {
    for (len, expected) in [
        (100, Error::UnexpectedMessage(HandshakeType::CERTIFICATE)),
        (100_000, Error::Violation(Reason::MessageTooLong)),
    ] {
        let pair = pair_with(&null::PROFILE, &null::PROFILE, "null-p256", |messages| {
            if let Some(at) = messages.iter().position(|message| message[0] == CERTIFICATE) {
                // Of the longer one its beginning is enough.
                let mut second = tamper::message(CERTIFICATE, &vec![0; len]);
                second.truncate(1000);
                messages.insert(at + 1, second);
            }
        });
        assert_eq!(pair.client.error, Some(expected), "{len} bytes");
    }
}

/// certificate_types, supported_signature_algorithms, certificate_authorities.
fn request(body: &[u8]) -> Pair<'static, 'static> {
    pair_with(&null::PROFILE, &null::PROFILE, "null-p256", |messages| {
        if let Some(at) = messages.iter().position(|message| message[0] == SERVER_HELLO_DONE) {
            messages.insert(at, tamper::message(CERTIFICATE_REQUEST, body));
        }
    })
}

#[test]
fn a_request_for_a_certificate_is_answered_with_an_empty_one() {
    for body in [&[1, 64, 0, 2, 4, 3, 0, 0][..], &[2, 1, 64, 0, 4, 8, 4, 4, 3, 0, 4, 0, 2, 0x30, 0]] {
        let pair = request(body);
        assert_eq!(pair.client.error.and_then(|error| error.alert()), None, "{:?}", pair.client.error);
        let records = tamper::records(&pair.client.sent);
        let flight = tamper::messages(&records[1][tamper::RECORD_HEADER_BYTES..]);
        assert_eq!(flight[0], tamper::message(CERTIFICATE, &[0, 0, 0]));
        assert_eq!(flight[1][0], CLIENT_KEY_EXCHANGE);
    }
}

/// As many names of authorities as a server has that trusts all roots of its system.
#[test]
fn a_request_with_hundreds_of_authorities_is_answered() {
    let name = [&[0, 98, 0x30, 96][..], &[7; 96]].concat();
    let names = name.repeat(200);
    let [high, low] = u16::try_from(names.len()).unwrap_or(u16::MAX).to_be_bytes();
    let pair = request(&[&[1, 64, 0, 2, 4, 3, high, low], &names[..]].concat());
    assert_eq!(pair.client.error.and_then(|error| error.alert()), None, "{:?}", pair.client.error);
    assert!(tamper::records(&pair.client.sent).len() > 1, "the client's flight");
}

#[test]
fn a_request_for_a_certificate_that_cannot_be_decoded_is_refused() {
    let bodies: [&[u8]; 7] = [
        &[],
        // no type, no scheme, half a scheme
        &[0, 0, 2, 4, 3, 0, 0],
        &[1, 64, 0, 0, 0, 0],
        &[1, 64, 0, 1, 4, 0, 0],
        // no authorities, an empty one, one byte more
        &[1, 64, 0, 2, 4, 3],
        &[1, 64, 0, 2, 4, 3, 0, 2, 0, 0],
        &[1, 64, 0, 2, 4, 3, 0, 0, 0],
    ];
    for body in bodies {
        let error = request(body).client.error;
        assert_eq!(error.and_then(|error| error.alert()), Some(AlertDescription::DECODE_ERROR), "{body:?}");
    }
}
