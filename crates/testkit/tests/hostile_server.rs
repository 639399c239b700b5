//! Servers that break an RFC in one point of their flight: each point ends in its own error at the client, and in the
//! alert that the RFC asks for.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription, HandshakeType, Reason};
use embertls::{Error, registry};
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name, trust_anchors},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::ClientConfig;
use suites::Profile;

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;
const FINISHED: u8 = 20;

const ILLEGAL_PARAMETER: AlertDescription = AlertDescription::ILLEGAL_PARAMETER;
const DECODE_ERROR: AlertDescription = AlertDescription::DECODE_ERROR;

/// The client's error when the server's messages of each transmission are changed; the alert that it told.
fn told(
    config: &'static ClientConfig<'static>,
    certificate: &str,
    mut change: impl FnMut(&mut Vec<Vec<u8>>),
) -> Option<(Error, Option<AlertDescription>)> {
    let mut pair = Pair::new(
        End::client(config, server_name("localhost"), Setup::new(1)),
        End::server(server_config(config.profile, certificate), Setup::new(2)),
    )
    .tampered(|from, bytes| {
        if from == Side::Server {
            tamper::edit_messages(bytes, &mut change);
        }
    });
    pair.drive();
    let alert = match pair.client.sent.as_slice() {
        [.., 21, 3, _, 0, 2, 2, alert] => Some(AlertDescription(*alert)),
        _ => None,
    };
    pair.client.error.map(|error| (error, alert))
}

/// The same where one message's body is changed.
fn told_after(
    profile: &'static Profile<'static>,
    certificate: &str,
    message_type: u8,
    change: impl Fn(&mut Vec<u8>),
) -> Option<(Error, Option<AlertDescription>)> {
    told(client_config(profile), certificate, |messages| {
        for message in messages.iter_mut().filter(|message| message[0] == message_type) {
            let mut body = message.split_off(4);
            change(&mut body);
            *message = tamper::message(message_type, &body);
        }
    })
}

fn violation(reason: Reason, alert: AlertDescription) -> Option<(Error, Option<AlertDescription>)> {
    Some((Error::Violation(reason), Some(alert)))
}

/// ServerHello in parts.
struct Hello {
    version: [u8; 2],
    session_id: Vec<u8>,
    suite: [u8; 2],
    compression: u8,
    extensions: Vec<(u16, Vec<u8>)>,
}

/// Changes a ServerHello without a session, as our server writes it.
fn edit_hello(body: &mut Vec<u8>, edit: impl Fn(&mut Hello)) {
    let mut hello = Hello {
        version: [body[0], body[1]],
        session_id: Vec::new(),
        suite: [body[35], body[36]],
        compression: body[37],
        extensions: Vec::new(),
    };
    let mut rest = body.get(40..).unwrap_or_default();
    while let [high, low, len_high, len_low, after @ ..] = rest {
        let (data, next) = after.split_at(usize::from(u16::from_be_bytes([*len_high, *len_low])));
        hello.extensions.push((u16::from_be_bytes([*high, *low]), data.to_vec()));
        rest = next;
    }
    edit(&mut hello);
    let uint16 = |value: usize| u16::try_from(value).unwrap().to_be_bytes();
    let extensions: Vec<u8> = hello
        .extensions
        .iter()
        .flat_map(|(id, data)| [&id.to_be_bytes(), &uint16(data.len())[..], data].concat())
        .collect();
    *body = [
        &hello.version,
        &body[2..34],
        &[u8::try_from(hello.session_id.len()).unwrap()],
        &hello.session_id,
        &hello.suite,
        &[hello.compression],
        &uint16(extensions.len()),
        &extensions,
    ]
    .concat();
}

#[test]
fn a_server_hello_outside_the_offer_is_refused() {
    type Edit = fn(&mut Hello);
    let unsolicited = AlertDescription::UNSUPPORTED_EXTENSION;
    let cases: [(&str, Edit, Reason, AlertDescription); 16] = [
        ("SSL 3.0", |h| h.version = [3, 0], Reason::VersionNotOffered, AlertDescription::PROTOCOL_VERSION),
        ("TLS 1.1", |h| h.version = [3, 2], Reason::VersionNotOffered, AlertDescription::PROTOCOL_VERSION),
        ("TLS 1.3", |h| h.version = [3, 4], Reason::VersionNotOffered, AlertDescription::PROTOCOL_VERSION),
        ("0x0305", |h| h.version = [3, 5], Reason::VersionNotOffered, AlertDescription::PROTOCOL_VERSION),
        ("a suite of others", |h| h.suite = [0xC0, 0x2F], Reason::SuiteNotOffered, ILLEGAL_PARAMETER),
        ("the null suite", |h| h.suite = [0, 0], Reason::SuiteNotOffered, ILLEGAL_PARAMETER),
        ("the signalling suite", |h| h.suite = [0, 0xFF], Reason::SuiteNotOffered, ILLEGAL_PARAMETER),
        ("deflate", |h| h.compression = 1, Reason::CompressionNotOffered, ILLEGAL_PARAMETER),
        ("unknown", |h| h.extensions.push((0xFEED, vec![])), Reason::UnsolicitedExtension, unsolicited),
        ("ALPN", |h| h.extensions.push((16, vec![0, 3, 2, 1, 1])), Reason::UnsolicitedExtension, unsolicited),
        ("ticket", |h| h.extensions.push((35, vec![])), Reason::UnsolicitedExtension, unsolicited),
        ("versions", |h| h.extensions.push((43, vec![3, 4])), Reason::UnsolicitedExtension, unsolicited),
        ("schemes", |h| h.extensions.push((13, vec![0, 2, 4, 3])), Reason::UnsolicitedExtension, unsolicited),
        (
            "no CBC was offered",
            |h| h.extensions.push((22, vec![])),
            Reason::UnsolicitedExtension,
            unsolicited,
        ),
        (
            "renegotiation",
            |h| set_extension(h, 0xFF01, &[2, 1, 1]),
            Reason::BadRenegotiationInfo,
            AlertDescription::HANDSHAKE_FAILURE,
        ),
        (
            "compressed points only",
            |h| set_extension(h, 11, &[2, 1, 2]),
            Reason::UncompressedPointsMissing,
            ILLEGAL_PARAMETER,
        ),
    ];
    for (what, edit, reason, alert) in cases {
        let told = told_after(&null::PROFILE, "null-p256", SERVER_HELLO, |body| edit_hello(body, edit));
        assert_eq!(told, violation(reason, alert), "{what}");
    }
}

fn set_extension(hello: &mut Hello, id: u16, data: &[u8]) {
    hello.extensions.retain(|(other, _)| *other != id);
    hello.extensions.push((id, data.to_vec()));
}

#[test]
fn a_server_hello_that_cannot_be_decoded_is_refused() {
    type Edit = fn(&mut Vec<u8>);
    let cases: [(&str, Edit); 10] = [
        ("a byte is missing", |body| body.truncate(body.len() - 1)),
        ("a byte follows", |body| body.push(0)),
        ("it ends after the random", |body| body.truncate(34)),
        ("a session_id of 33 bytes", |body| edit_hello(body, |h| h.session_id = vec![7; 33])),
        ("an extension twice", |body| edit_hello(body, |h| h.extensions.extend_from_within(0..1))),
        ("a name in server_name", |body| edit_hello(body, |h| set_extension(h, 0, &[0]))),
        ("a byte in extended_master_secret", |body| edit_hello(body, |h| set_extension(h, 23, &[0]))),
        ("an empty renegotiation_info", |body| edit_hello(body, |h| set_extension(h, 0xFF01, &[]))),
        ("no point format", |body| edit_hello(body, |h| set_extension(h, 11, &[0]))),
        ("65 extensions", |body| {
            edit_hello(body, |h| h.extensions = (0..65).map(|id| (0x1000 + id, vec![])).collect());
        }),
    ];
    for (what, edit) in cases {
        let told = told_after(&null::PROFILE, "null-p256", SERVER_HELLO, edit);
        let Some((Error::Decode { message_type, .. }, alert)) = told else {
            unreachable!("{what}: {told:?}");
        };
        assert_eq!((message_type, alert), (HandshakeType::SERVER_HELLO, Some(DECODE_ERROR)), "{what}");
    }
}

#[test]
fn a_server_hello_within_the_rules_is_taken() {
    type Edit = fn(&mut Hello);
    let cases: [(&str, Edit); 5] = [
        ("no extensions", |h| h.extensions.clear()),
        ("a session_id that will not be used", |h| h.session_id = vec![7; 32]),
        ("server_name is acknowledged", |h| set_extension(h, 0, &[])),
        ("supported_groups, as some servers answer", |h| set_extension(h, 10, &[0, 2, 0, 23])),
        ("more point formats", |h| set_extension(h, 11, &[3, 2, 1, 0])),
    ];
    for (what, edit) in cases {
        let told = told_after(&null::PROFILE, "null-p256", SERVER_HELLO, |body| edit_hello(body, edit));
        assert_eq!(told, None, "{what}");
    }
}

#[test]
fn encrypt_then_mac_for_gcm_is_refused() {
    let told = told_after(&registry::profiles::LEGACY, "p256", SERVER_HELLO, |body| {
        edit_hello(body, |h| set_extension(h, 22, &[]));
    });
    assert_eq!(told, violation(Reason::EncryptThenMacWithoutCbc, AlertDescription::UNSUPPORTED_EXTENSION));
}

#[test]
fn an_answer_to_alpn_is_one_name_of_the_offer() {
    let cases: [(&[u8], Option<AlertDescription>); 8] = [
        (b"\0\x03\x02h2", None),
        (b"\0\x03\x02h3", Some(ILLEGAL_PARAMETER)),
        (b"\0\x06\x02h2\x02h2", Some(ILLEGAL_PARAMETER)),
        (b"\0\0", Some(DECODE_ERROR)),
        (b"", Some(DECODE_ERROR)),
        (b"\0\x01\0", Some(DECODE_ERROR)),
        (b"\0\x03\x03h2", Some(DECODE_ERROR)),
        (b"\0\x03\x02h2\0", Some(DECODE_ERROR)),
    ];
    let config: &'static ClientConfig<'static> = Box::leak(Box::new(ClientConfig {
        alpn: &[b"h2", b"http/1.1"],
        ..ClientConfig::new(&null::PROFILE, trust_anchors())
    }));
    for (answer, expected) in cases {
        let told = told(config, "null-p256", |messages| {
            for message in messages.iter_mut().filter(|message| message[0] == SERVER_HELLO) {
                let mut body = message.split_off(4);
                edit_hello(&mut body, |h| set_extension(h, 16, answer));
                *message = tamper::message(SERVER_HELLO, &body);
            }
        });
        assert_eq!(told.and_then(|(_, alert)| alert), expected, "{answer:?}: {told:?}");
        assert_eq!(told.is_none(), expected.is_none(), "{answer:?}: {told:?}");
    }
}

/// Null signatures over the values of X25519; the certificate's key is on secp256r1.
static X25519: Profile<'static> =
    Profile { groups: &[&registry::groups::X25519, &registry::groups::SECP256R1], ..null::PROFILE };

/// Null signatures over the values of secp256r1.
static SECP256R1: Profile<'static> = Profile { groups: &[&registry::groups::SECP256R1], ..null::PROFILE };

#[test]
fn a_public_value_that_is_no_element_of_its_group_is_refused() {
    // curve_type, namedcurve, the length of the point, the point
    type Edit = fn(&mut Vec<u8>);
    let cases: [(&str, &'static Profile<'static>, Edit); 9] = [
        ("zero", &X25519, |body| body[4..36].fill(0)),
        ("one", &X25519, |body| {
            body[4..36].fill(0);
            body[4] = 1;
        }),
        ("p, which is zero", &X25519, |body| {
            body[4..36].fill(0xFF);
            body[4] = 0xED;
            body[35] = 0x7F;
        }),
        ("31 bytes", &X25519, |body| {
            body[3] = 31;
            body.remove(4);
        }),
        ("off the curve", &SECP256R1, |body| body[68] ^= 1),
        ("compressed", &SECP256R1, |body| {
            body[3] = 33;
            body[4] = 2;
            body.drain(37..69);
        }),
        ("hybrid", &SECP256R1, |body| body[4] = 6 | (body[68] & 1)),
        ("infinity", &SECP256R1, |body| {
            body[3] = 1;
            body[4] = 0;
            body.drain(5..69);
        }),
        ("a coordinate above p", &SECP256R1, |body| body[5..37].fill(0xFF)),
    ];
    for (what, profile, edit) in cases {
        let told = told_after(profile, "null-p256", SERVER_KEY_EXCHANGE, edit);
        assert_eq!(told, violation(Reason::InvalidPublicValue, ILLEGAL_PARAMETER), "{what}");
    }
}

#[test]
fn a_server_key_exchange_outside_the_offer_is_refused() {
    type Edit = fn(&mut Vec<u8>);
    // curve_type, namedcurve, point of 4 bytes, scheme, signature
    let cases: [(&str, Edit, Reason, AlertDescription); 6] = [
        ("secp384r1", |body| body[2] = 24, Reason::GroupNotOffered, ILLEGAL_PARAMETER),
        ("no group", |body| body[1..3].fill(0), Reason::GroupNotOffered, ILLEGAL_PARAMETER),
        ("ecdsa_secp384r1_sha384", |body| body[8] = 5, Reason::SignatureSchemeNotOffered, ILLEGAL_PARAMETER),
        ("rsa_pkcs1_sha256", |body| body[9] = 1, Reason::SignatureSchemeNotOffered, ILLEGAL_PARAMETER),
        ("ecdsa_sha1", |body| body[8] = 2, Reason::SignatureSchemeNotOffered, ILLEGAL_PARAMETER),
        ("a wrong signature", |body| body[12] = 0, Reason::BadSignature, AlertDescription::DECRYPT_ERROR),
    ];
    for (what, edit, reason, alert) in cases {
        let told = told_after(&null::PROFILE, "null-p256", SERVER_KEY_EXCHANGE, edit);
        assert_eq!(told, violation(reason, alert), "{what}");
    }
    // Offered, but for the other kind of key.
    for (suite, certificate, scheme) in [
        (&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256", [4, 1]),
        (&registry::suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "rsa", [4, 3]),
    ] {
        let told = told_after(only_suite(suite), certificate, SERVER_KEY_EXCHANGE, |body| {
            let at = 4 + usize::from(body[3]);
            body[at..at + 2].copy_from_slice(&scheme);
        });
        assert_eq!(told, violation(Reason::SignatureSchemeNotOffered, ILLEGAL_PARAMETER), "{certificate}");
    }
}

#[test]
fn messages_whose_bodies_have_another_structure_are_refused() {
    type Edit = fn(&mut Vec<u8>);
    let cases: [(&str, u8, Edit, AlertDescription); 10] = [
        ("explicit_prime", SERVER_KEY_EXCHANGE, |body| body[0] = 1, ILLEGAL_PARAMETER),
        ("an empty point", SERVER_KEY_EXCHANGE, |body| drop(body.splice(3..8, [0])), DECODE_ERROR),
        ("a byte after the signature", SERVER_KEY_EXCHANGE, |body| body.push(0), DECODE_ERROR),
        ("nothing", SERVER_KEY_EXCHANGE, Vec::clear, DECODE_ERROR),
        ("a body of ServerHelloDone", SERVER_HELLO_DONE, |body| body.push(0), DECODE_ERROR),
        ("no list", CERTIFICATE, Vec::clear, DECODE_ERROR),
        ("a list longer than the message", CERTIFICATE, |body| body[2] ^= 1, DECODE_ERROR),
        ("an empty certificate", CERTIFICATE, |body| *body = vec![0, 0, 3, 0, 0, 0], DECODE_ERROR),
        ("a short Finished", FINISHED, |body| body.truncate(11), DECODE_ERROR),
        ("a long Finished", FINISHED, |body| body.push(0), DECODE_ERROR),
    ];
    for (what, message_type, edit, expected) in cases {
        let told = told_after(&null::PROFILE, "null-p256", message_type, edit);
        let Some((Error::Decode { message_type: seen, .. }, alert)) = told else {
            unreachable!("{what}: {told:?}");
        };
        assert_eq!((seen.0, alert), (message_type, Some(expected)), "{what}");
    }
}

#[test]
fn what_follows_a_flight_in_its_last_record_is_unexpected() {
    // A whole HelloRequest, part of a NewSessionTicket, one byte.
    for rest in [&[0, 0, 0, 0][..], &[4, 0, 0, 6, 0], &[20]] {
        let told = told(client_config(&null::PROFILE), "null-p256", |messages| {
            if let Some(last) = messages.last_mut().filter(|message| message[0] == SERVER_HELLO_DONE) {
                last.extend(rest);
            }
        });
        assert_eq!(
            told,
            violation(Reason::BytesAfterFlight, AlertDescription::UNEXPECTED_MESSAGE),
            "{rest:?}"
        );
    }
}
