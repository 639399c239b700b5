//! Every message type in every state: what is accepted is compared with the orders of RFC 5246 section 7.3, Figure 1,
//! written down here by hand. Null rows make all messages independent of what came before them.
#![expect(clippy::indexing_slicing, clippy::panic, reason = "a test that fails panics")]

use codec::{AlertDescription, HandshakeType, Reason};
use embertls::Error;
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use std::collections::{BTreeMap, BTreeSet};
use suites::Profile;

/// What can be sent: a short name, and the record.
type Alphabet = BTreeMap<&'static str, Vec<u8>>;

const HANDSHAKE: u8 = 22;

/// The longest of the RFC's orders, a HelloRequest, and one more that must be refused.
const LONGEST_ORDER: usize = 7 + 1 + 1;

/// All messages that a handshake over this profile has, and all that it has not.
fn alphabet(profile: &'static Profile<'static>, certificate: &'static str) -> Alphabet {
    let mut pair = Pair::new(
        End::client(client_config(profile), server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, certificate), Setup::new(2)),
    );
    pair.drive();
    assert!(
        pair.client.is_connected() && pair.server.is_connected(),
        "{:?} {:?}",
        pair.client.error,
        pair.server.error
    );
    let mut alphabet = Alphabet::new();
    for record in [&pair.client.sent, &pair.server.sent].into_iter().flat_map(|sent| tamper::records(sent)) {
        let fragment = &record[tamper::RECORD_HEADER_BYTES..];
        if record[0] != HANDSHAKE {
            continue;
        }
        for message in tamper::messages(fragment) {
            let name = match HandshakeType(message[0]) {
                HandshakeType::CLIENT_HELLO => "ClientHello",
                HandshakeType::SERVER_HELLO => "ServerHello",
                HandshakeType::CERTIFICATE => "Certificate",
                HandshakeType::SERVER_KEY_EXCHANGE => "ServerKeyExchange",
                HandshakeType::SERVER_HELLO_DONE => "ServerHelloDone",
                HandshakeType::CLIENT_KEY_EXCHANGE => "ClientKeyExchange",
                HandshakeType::FINISHED => "Finished",
                other => panic!("{other:?} in a handshake"),
            };
            alphabet.insert(name, tamper::record(HANDSHAKE, &message));
        }
    }
    // Messages that this handshake has not; those without a meaning here have a body that would do elsewhere.
    let mut add = |name, message_type, body: &[u8]| {
        alphabet
            .entry(name)
            .or_insert_with(|| tamper::record(HANDSHAKE, &tamper::message(message_type, body)));
    };
    add("HelloRequest", 0, &[]);
    add("HelloVerifyRequest", 3, &[3, 3, 0]);
    add("NewSessionTicket", 4, &[0, 0, 0, 0, 0, 0]);
    add("ServerKeyExchange", 12, &[3, 0, 23, 4, 2, 3, 4, 5, 4, 3, 0, 1, 1]);
    // certificate_types [ecdsa_sign], one scheme, no authorities
    add("CertificateRequest", 13, &[1, 64, 0, 2, 4, 3, 0, 0]);
    add("CertificateVerify", 15, &[4, 3, 0, 1, 1]);
    add("CertificateStatus", 22, &[1, 0, 0, 1, 0]);
    add("unknown", 99, &[]);
    alphabet.insert("[ChangeCipherSpec]", tamper::record(20, &[1]));
    alphabet.insert("data", tamper::record(23, b"data"));
    alphabet
}

/// How an end takes a sequence of records.
enum Taken {
    Waits,
    Connected,
    Refused(Error),
}

fn feed(mut end: End<'_>, alphabet: &Alphabet, sequence: &[&'static str]) -> Taken {
    let _ = end.transmit();
    for name in sequence {
        end.wire.extend(&alphabet[name]);
        while end.step() {
            let _ = end.transmit();
        }
    }
    match end.error {
        Some(error) => Taken::Refused(error),
        None if end.is_connected() => Taken::Connected,
        None => Taken::Waits,
    }
}

/// Every accepted order, found by trying every record after every accepted beginning; and how many were refused.
fn accepted(start: impl Fn() -> End<'static>, alphabet: &Alphabet) -> (BTreeSet<String>, usize) {
    let (mut complete, mut refused) = (BTreeSet::new(), 0);
    let mut beginnings: Vec<Vec<&'static str>> = vec![Vec::new()];
    while let Some(beginning) = beginnings.pop() {
        for name in alphabet.keys() {
            let mut sequence = beginning.clone();
            sequence.push(name);
            assert!(sequence.len() <= LONGEST_ORDER, "something may be repeated: {sequence:?}");
            match feed(start(), alphabet, &sequence) {
                Taken::Connected => {
                    complete.insert(sequence.join(" "));
                }
                // A HelloRequest changes nothing: once in an order is enough to see it at every place.
                Taken::Waits if *name == "HelloRequest" && beginning.contains(name) => {}
                Taken::Waits => beginnings.push(sequence),
                Taken::Refused(error) => {
                    refused += 1;
                    assert_eq!(
                        error.alert(),
                        Some(AlertDescription::UNEXPECTED_MESSAGE),
                        "{sequence:?}: {error:?}"
                    );
                    let by_order = matches!(
                        error,
                        Error::UnexpectedMessage(_)
                            | Error::Violation(
                                Reason::UnexpectedChangeCipherSpec | Reason::UnexpectedMessage
                            )
                    );
                    assert!(by_order, "{sequence:?}: {error:?}");
                }
            }
        }
    }
    (complete, refused)
}

/// The orders of the RFC, each also with one HelloRequest at any place, where that is to be ignored (RFC 5246 section
/// 7.4.1.1: while a handshake is being negotiated).
fn orders(rfc: &[&str], hello_request: bool) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for order in rfc {
        let messages: Vec<&str> = order.split(' ').collect();
        all.insert(order.to_string());
        for at in 0..messages.len() {
            // Between ChangeCipherSpec and Finished it would be protected, and is a message like any other.
            let mut with = messages.clone();
            with.insert(at, "HelloRequest");
            if hello_request {
                all.insert(with.join(" "));
            }
        }
    }
    all
}

#[test]
fn a_client_accepts_the_orders_of_ephemeral_key_exchange_and_no_other() {
    let alphabet = alphabet(&null::PROFILE, "null-p256");
    let start = || End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1));
    let (complete, refused) = accepted(start, &alphabet);
    println!("{} orders accepted, {refused} refused", complete.len());
    assert_eq!(
        complete,
        orders(
            &[
                "ServerHello Certificate ServerKeyExchange ServerHelloDone [ChangeCipherSpec] Finished",
                "ServerHello Certificate ServerKeyExchange CertificateRequest ServerHelloDone [ChangeCipherSpec] Finished",
            ],
            true
        )
    );
    assert!(refused > 100);
}

#[test]
fn a_client_accepts_the_orders_of_key_transport_and_no_other() {
    let alphabet = alphabet(&null::PROFILE_RSA, "null-rsa");
    let start = || End::client(client_config(&null::PROFILE_RSA), server_name("localhost"), Setup::new(1));
    let (complete, refused) = accepted(start, &alphabet);
    println!("{} orders accepted, {refused} refused", complete.len());
    assert_eq!(
        complete,
        orders(
            &[
                "ServerHello Certificate ServerHelloDone [ChangeCipherSpec] Finished",
                "ServerHello Certificate CertificateRequest ServerHelloDone [ChangeCipherSpec] Finished",
            ],
            true
        )
    );
    assert!(refused > 100);
}

#[test]
fn a_server_accepts_one_order_and_no_other() {
    for (profile, certificate) in [(&null::PROFILE, "null-p256"), (&null::PROFILE_RSA, "null-rsa")] {
        let alphabet = alphabet(profile, certificate);
        let start = || End::server(server_config(profile, certificate), Setup::new(2));
        let (complete, refused) = accepted(start, &alphabet);
        println!("{} orders accepted, {refused} refused", complete.len());
        assert_eq!(complete, orders(&["ClientHello ClientKeyExchange [ChangeCipherSpec] Finished"], false));
        assert!(refused > 30);
    }
}

#[test]
fn after_the_handshake_only_data_alerts_and_requests_for_renegotiation_are_taken() {
    for side in [Side::Client, Side::Server] {
        let alphabet = alphabet(&null::PROFILE, "null-p256");
        let asks = if side == Side::Client { "HelloRequest" } else { "ClientHello" };
        for name in alphabet.keys() {
            let mut pair = Pair::new(
                End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1)),
                End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2)),
            );
            pair.drive();
            let end = pair.end(side);
            end.wire.extend(&alphabet[name]);
            while end.step() {}
            let answer = end.transmit();
            if *name == asks {
                assert_eq!(end.error, None, "{side:?} {name}");
                assert_eq!(
                    answer,
                    tamper::record(21, &[1, AlertDescription::NO_RENEGOTIATION.0]),
                    "{side:?} {name}"
                );
            } else if *name == "data" {
                assert_eq!(end.received, b"data");
            } else {
                let alert = end.error.and_then(|error| error.alert());
                assert_eq!(alert, Some(AlertDescription::UNEXPECTED_MESSAGE), "{side:?} {name}");
                assert_eq!(
                    answer,
                    tamper::record(21, &[2, AlertDescription::UNEXPECTED_MESSAGE.0]),
                    "{side:?} {name}"
                );
            }
        }
    }
}
