//! Values that were not offered: every number in each place of a peer's message that chooses among an offer; and
//! ServerKeyExchange of a kind that the suite does not have.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription, ErrorKind, HandshakeType, Reason};
use embertls::{
    Error,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::Sessions,
    credentials::{chain, client_config, only_suite, private_key, server_config, server_name, trust_anchors},
    null,
    pair::{End, Pair, Setup, Side},
    rng, tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Resumption, ServerConfig};
use std::collections::BTreeSet;
use suites::{Profile, SizeLimits, Suite};

const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;
const CERTIFICATE_VERIFY: u8 = 15;
const HANDSHAKE: u8 = 22;

const ILLEGAL_PARAMETER: AlertDescription = AlertDescription::ILLEGAL_PARAMETER;

/// The error and the alert that a side told, if it did not connect.
type Told = Option<(Error, Option<AlertDescription>)>;

const fn violation(reason: Reason, alert: AlertDescription) -> Told {
    Some((Error::Violation(reason), Some(alert)))
}

/// The body of the ServerKeyExchange that a server with this suite sends.
fn body_of(suite: &'static Suite) -> Vec<u8> {
    let mut body = None;
    let profile = only_suite(suite);
    let mut pair = Pair::new(
        End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, "rsa"), Setup::new(2)),
    )
    .tampered(|from, bytes| {
        if from == Side::Server {
            tamper::edit_messages(bytes, |messages| {
                let found = messages.iter().find(|message| message.first() == Some(&SERVER_KEY_EXCHANGE));
                body = body.take().or(found.and_then(|message| message.get(4..).map(<[u8]>::to_vec)));
            });
        }
    });
    pair.drive();
    drop(pair);
    body.unwrap()
}

/// The client's error and alert when its server, with this suite, sends that body.
fn told(suite: &'static Suite, body: &[u8]) -> (Error, Option<AlertDescription>) {
    let profile = only_suite(suite);
    let mut pair = Pair::new(
        End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, "rsa"), Setup::new(2)),
    )
    .tampered(|from, bytes| {
        if from == Side::Server {
            tamper::edit_messages(bytes, |messages| {
                messages.retain(|message| message.first() != Some(&SERVER_KEY_EXCHANGE));
                let done = messages.iter().position(|message| message.first() == Some(&SERVER_HELLO_DONE));
                if let Some(at) = done {
                    messages.insert(at, tamper::message(SERVER_KEY_EXCHANGE, body));
                }
            });
        }
    });
    pair.drive();
    told_by(&pair.client).unwrap()
}

fn told_by(end: &End<'_>) -> Told {
    let alert = match end.sent.as_slice() {
        [.., 21, 3, _, 0, 2, 2, alert] => Some(AlertDescription(*alert)),
        _ => None,
    };
    assert_ne!(end.error.is_some(), end.is_connected());
    end.error.map(|error| (error, alert))
}

#[test]
fn a_server_key_exchange_for_key_transport_is_unexpected() {
    for other in [&rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, &rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256] {
        let told = told(&rows::TLS_RSA_WITH_AES_128_GCM_SHA256, &body_of(other));
        let expected = Error::UnexpectedMessage(HandshakeType::SERVER_KEY_EXCHANGE);
        assert_eq!(told, (expected, Some(AlertDescription::UNEXPECTED_MESSAGE)), "{}", other.name);
    }
}

#[test]
fn parameters_of_the_other_ephemeral_kind_are_refused() {
    // DHE begins with a length where ECDHE has curve_type, and curve_type and a number read as a length are too long.
    let (ecdhe, dhe) =
        (&rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, &rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256);
    for (suite, other, expected) in
        [(ecdhe, dhe, AlertDescription::ILLEGAL_PARAMETER), (dhe, ecdhe, AlertDescription::DECODE_ERROR)]
    {
        let (error, alert) = told(suite, &body_of(other));
        assert_eq!(alert, Some(expected), "{}: {error:?}", suite.name);
    }
}

/// All numbers of 16 bits in a full run; else a sample that is another each day, and those near what is known.
fn numbers() -> BTreeSet<u16> {
    let near = (0..=64).chain(0x0300..=0x0305).chain(0x0400..=0x0404).chain(0xFF00..=0xFF04);
    let (first, step) =
        if rng::full() { (0, 1) } else { (u16::try_from(rng::seed_from_environment(5) % 61).unwrap(), 61) };
    near.chain((first..=u16::MAX).step_by(step)).collect()
}

/// Client and server with null rows; the client has a certificate, which is asked for.
struct Configs {
    client: ClientConfig<'static>,
    server: ServerConfig<'static>,
}

fn configs(size_limits: SizeLimits) -> Configs {
    let own = Credential::new(chain("p256"), private_key("null-p256"));
    Configs {
        client: ClientConfig {
            credentials: Vec::leak(vec![own]),
            size_limits,
            ..ClientConfig::new(&null::PROFILE, trust_anchors())
        },
        server: ServerConfig {
            auth_mode: AuthMode::Required,
            trust_anchors: trust_anchors(),
            ..*server_config(&null::PROFILE, "null-p256")
        },
    }
}

/// What the other side tells when one message of `from` has another body.
fn told_after(configs: &Configs, from: Side, message_type: u8, change: impl Fn(&mut Vec<u8>)) -> Told {
    let quiet = |seed| Setup { watched: false, ..Setup::new(seed) };
    let mut pair = Pair::new(
        End::client(&configs.client, server_name("localhost"), quiet(1)),
        End::server(&configs.server, quiet(2)),
    )
    .tampered(|sender, bytes| {
        if sender != from {
            return;
        }
        // The flight up to ChangeCipherSpec.
        let mut records = tamper::records(bytes);
        let end = records.iter().position(|record| record[0] != HANDSHAKE).unwrap_or(records.len());
        let rest = records.split_off(end).concat();
        let mut flight = records.concat();
        tamper::edit_messages(&mut flight, |messages| {
            for message in messages.iter_mut().filter(|message| message[0] == message_type) {
                let mut body = message.split_off(4);
                change(&mut body);
                *message = tamper::message(message_type, &body);
            }
        });
        *bytes = [flight, rest].concat();
    });
    pair.drive();
    told_by(pair.end(from.other()))
}

/// Puts a number where it stands.
fn put(at: usize, number: u16) -> impl Fn(&mut Vec<u8>) {
    move |body| body[at..at + 2].copy_from_slice(&number.to_be_bytes())
}

/// Adds extensions to a ServerHello without a session_id.
fn extend(body: &mut Vec<u8>, extensions: &[(u16, &[u8])]) {
    for (id, data) in extensions {
        let len = u16::try_from(data.len()).unwrap();
        body.extend([&id.to_be_bytes(), &len.to_be_bytes(), *data].concat());
    }
    let len = u16::try_from(body.len() - 40).unwrap();
    body[38..40].copy_from_slice(&len.to_be_bytes());
}

#[test]
fn every_version_but_the_one_offered_is_refused() {
    // RFC 5246 section 7.2.2 and appendix E.1: protocol_version
    let refused = violation(Reason::VersionNotOffered, AlertDescription::PROTOCOL_VERSION);
    let configs = configs(SizeLimits::default());
    for number in numbers() {
        let told = told_after(&configs, Side::Server, SERVER_HELLO, put(0, number));
        assert_eq!(told, if number == 0x0303 { None } else { refused }, "{number:04x}");
    }
}

#[test]
fn every_suite_but_those_offered_is_refused() {
    // RFC 5246 section 7.4.1.3: the suite is one of the client's list
    let refused = violation(Reason::SuiteNotOffered, ILLEGAL_PARAMETER);
    let configs = configs(SizeLimits::default());
    for number in numbers() {
        let told = told_after(&configs, Side::Server, SERVER_HELLO, put(35, number));
        match number {
            0xFF01 => assert_eq!(told, None),
            // The certificate that follows is for the other suite.
            0xFF02 => assert!(matches!(told, Some((Error::Certificate(_), _))), "{told:?}"),
            _ => assert_eq!(told, refused, "{number:04x}"),
        }
    }
}

#[test]
fn every_compression_method_but_null_is_refused() {
    // RFC 5246 section 7.4.1.3
    let configs = configs(SizeLimits::default());
    for number in 1..=u8::MAX {
        let told = told_after(&configs, Side::Server, SERVER_HELLO, |body| body[37] = number);
        assert_eq!(told, violation(Reason::CompressionNotOffered, ILLEGAL_PARAMETER), "{number}");
    }
}

#[test]
fn every_extension_that_was_not_offered_is_refused() {
    // RFC 5246 section 7.4.1.4: unsupported_extension
    let refused = violation(Reason::UnsolicitedExtension, AlertDescription::UNSUPPORTED_EXTENSION);
    let configs = configs(SizeLimits::default());
    // server_name, supported_groups, ec_point_formats, signature_algorithms, extended_master_secret,
    // renegotiation_info. Answers to offers are tested elsewhere.
    let offered = [0, 10, 11, 13, 23, 0xFF01];
    for number in numbers().into_iter().filter(|number| !offered.contains(number)) {
        let told = told_after(&configs, Side::Server, SERVER_HELLO, |body| extend(body, &[(number, &[])]));
        assert_eq!(told, refused, "{number}");
    }
}

#[test]
fn every_curve_but_the_one_offered_is_refused() {
    // RFC 8422 section 5.4
    let configs = configs(SizeLimits::default());
    for number in numbers() {
        let told = told_after(&configs, Side::Server, SERVER_KEY_EXCHANGE, put(1, number));
        let refused = violation(Reason::GroupNotOffered, ILLEGAL_PARAMETER);
        assert_eq!(told, if number == 23 { None } else { refused }, "{number}");
    }
    for curve_type in (0..=u8::MAX).filter(|curve_type| *curve_type != 3) {
        let told = told_after(&configs, Side::Server, SERVER_KEY_EXCHANGE, |body| body[0] = curve_type);
        let error = codec::Error::new(ErrorKind::IllegalValue, 0);
        let refused = Error::Decode { message_type: HandshakeType::SERVER_KEY_EXCHANGE, error };
        assert_eq!(told, Some((refused, Some(ILLEGAL_PARAMETER))), "curve_type {curve_type}");
    }
}

#[test]
fn every_signature_scheme_but_the_one_offered_is_refused_on_both_sides() {
    // RFC 5246 sections 7.4.3 and 7.4.8: one of the list that the other side sent
    let refused = violation(Reason::SignatureSchemeNotOffered, ILLEGAL_PARAMETER);
    let configs = configs(SizeLimits::default());
    for number in numbers() {
        let expected = if number == 0x0403 { None } else { refused };
        let told = told_after(&configs, Side::Server, SERVER_KEY_EXCHANGE, put(8, number));
        assert_eq!(told, expected, "ServerKeyExchange {number:04x}");
        let told = told_after(&configs, Side::Client, CERTIFICATE_VERIFY, put(0, number));
        assert_eq!(told, expected, "CertificateVerify {number:04x}");
    }
}

const MAX_FRAGMENT_LENGTH: u16 = 1;
const RECORD_SIZE_LIMIT: u16 = 28;

/// The error of an illegal value in a hello, at whichever byte.
fn is_illegal_in(told: Told, hello: HandshakeType) -> bool {
    let Some((Error::Decode { message_type, error }, alert)) = told else { return false };
    message_type == hello && error.kind == ErrorKind::IllegalValue && alert == Some(ILLEGAL_PARAMETER)
}

#[test]
fn a_record_size_that_was_not_asked_for_is_refused() {
    let limits = |max_fragment_length, record_size_limit| {
        configs(SizeLimits { max_fragment_length, record_size_limit })
    };
    let told = |configs: &Configs, extensions: &[(u16, &[u8])]| {
        told_after(configs, Side::Server, SERVER_HELLO, |body| {
            // The server's own answer is taken away.
            let mut kept = Vec::new();
            let mut rest = &body[40..];
            while let [high, low, len_high, len_low, after @ ..] = rest {
                let (data, next) = after.split_at(usize::from(u16::from_be_bytes([*len_high, *len_low])));
                kept.push((u16::from_be_bytes([*high, *low]), data.to_vec()));
                rest = next;
            }
            kept.retain(|(id, _)| *id != MAX_FRAGMENT_LENGTH && *id != RECORD_SIZE_LIMIT);
            body.truncate(40);
            let kept: Vec<(u16, &[u8])> = kept.iter().map(|(id, data)| (*id, &**data)).collect();
            extend(body, &kept);
            extend(body, extensions);
        })
    };
    let refused = violation(Reason::SizeLimitNotOffered, ILLEGAL_PARAMETER);
    let unsolicited = violation(Reason::UnsolicitedExtension, AlertDescription::UNSUPPORTED_EXTENSION);
    // RFC 6066 section 4: another length than the one asked for, or none that there is.
    let asks = limits(Some(1024), None);
    for length in 0..=u8::MAX {
        let told = told(&asks, &[(MAX_FRAGMENT_LENGTH, &[length])]);
        match length {
            2 => assert_eq!(told, None),
            1 | 3 | 4 => assert_eq!(told, refused, "{length}"),
            _ => assert!(is_illegal_in(told, HandshakeType::SERVER_HELLO), "{length}: {told:?}"),
        }
    }
    assert_eq!(told(&asks, &[(RECORD_SIZE_LIMIT, &[4, 0])]), unsolicited);
    // RFC 8449 section 4: less than 64 is illegal; more than 2^14 may be a later version's.
    let says = limits(None, Some(1024));
    for limit in numbers() {
        let told = told(&says, &[(RECORD_SIZE_LIMIT, &limit.to_be_bytes())]);
        match limit {
            0..64 => assert!(is_illegal_in(told, HandshakeType::SERVER_HELLO), "{limit}: {told:?}"),
            64.. => assert_eq!(told, None, "{limit}"),
        }
    }
    assert_eq!(told(&says, &[(MAX_FRAGMENT_LENGTH, &[2])]), unsolicited);
    // RFC 8449 section 5: both at once.
    let both = limits(Some(1024), Some(1024));
    let (length, limit) = ((MAX_FRAGMENT_LENGTH, &[2][..]), (RECORD_SIZE_LIMIT, &[4, 0][..]));
    assert_eq!(told(&both, &[length]), None);
    assert_eq!(told(&both, &[limit]), None);
    assert_eq!(told(&both, &[length, limit]), refused);
    assert_eq!(told(&both, &[limit, length]), refused);
}

#[test]
fn a_record_size_that_a_client_may_not_ask_for_is_refused() {
    let replace = |body: &mut Vec<u8>, from: &[u8], to: &[u8]| {
        let at = body.windows(from.len()).position(|window| window == from).unwrap();
        body.splice(at..at + from.len(), to.iter().copied());
    };
    // RFC 6066 section 4
    let asks = configs(SizeLimits { max_fragment_length: Some(1024), record_size_limit: None });
    for length in (0..=u8::MAX).filter(|length| !(1..=4).contains(length)) {
        let told = told_after(&asks, Side::Client, CLIENT_HELLO, |body| {
            replace(body, &[0, 1, 0, 1, 2], &[0, 1, 0, 1, length]);
        });
        assert!(is_illegal_in(told, HandshakeType::CLIENT_HELLO), "{length}: {told:?}");
    }
    // RFC 8449 section 4
    let says = configs(SizeLimits { max_fragment_length: None, record_size_limit: Some(1024) });
    for limit in 0..64 {
        let told = told_after(&says, Side::Client, CLIENT_HELLO, |body| {
            replace(body, &[0, 28, 0, 2, 4, 0], &[0, 28, 0, 2, 0, limit]);
        });
        assert!(is_illegal_in(told, HandshakeType::CLIENT_HELLO), "{limit}: {told:?}");
    }
}

#[test]
fn a_session_is_resumed_with_its_own_suite_and_version_or_not_at_all() {
    // RFC 5246 section 7.4.1.3
    let profile: &'static Profile<'static> =
        Box::leak(Box::new(Profile { versions: versions::ALL, ..LEGACY }));
    let (client, server) = (client_config(profile), server_config(profile, "p256"));
    let refused = violation(Reason::SessionChanged, ILLEGAL_PARAMETER);
    for by in [&[Resumption::SessionId][..], &[Resumption::Ticket]] {
        let mut sessions = Sessions::new(by);
        let mut connect = |change: &dyn Fn(&mut Vec<u8>)| {
            let [ours, theirs] = sessions.setups();
            let mut pair =
                Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs))
                    .tampered(|from, bytes| {
                        // A ServerHello with a session_id, first in its flight.
                        if from == Side::Server && bytes[5] == SERVER_HELLO && bytes[43] == 32 {
                            let mut body = bytes.split_off(9);
                            change(&mut body);
                            bytes.extend(body);
                        }
                    });
            pair.drive();
            let resumed = pair.client.facts().and_then(|facts| facts.resumed);
            (told_by(&pair.client), resumed, pair.client.facts().map(|facts| facts.suite.id.0))
        };
        let (_, _, suite) = connect(&|_| ());
        let suite = suite.unwrap();
        assert_eq!(connect(&|_| ()), (None, Some(by[0]), Some(suite)));
        let others = profile.suites.iter().filter(|row| row.id.0 != suite);
        for other in others {
            // A session whose handshake failed is forgotten, so that there is a new one each time.
            let (told, _, _) = connect(&put(67, other.id.0));
            assert_eq!(told, refused, "{}", other.name);
            assert_eq!(connect(&|_| ()).1, None, "{}: resumed after a failure", other.name);
        }
        for version in &versions::ALL[1..] {
            let (told, _, _) = connect(&|body: &mut Vec<u8>| {
                put(0, version.wire.0)(body);
                put(67, rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA.id.0)(body);
            });
            assert_eq!(told, refused, "{}", version.name);
            assert_eq!(connect(&|_| ()).1, None, "{}", version.name);
        }
    }
}
