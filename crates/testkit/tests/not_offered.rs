//! ServerKeyExchange of a kind that the suite does not have, and parameters of the other ephemeral kind.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{AlertDescription, HandshakeType};
use embertls::{Error, registry::suites as rows};
use embertls_testkit::{
    credentials::{client_config, only_suite, server_config, server_name},
    pair::{End, Pair, Setup, Side},
    tamper,
};
use suites::Suite;

const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;

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
    let alert = match pair.client.sent.as_slice() {
        [.., 21, 3, _, 0, 2, 2, alert] => Some(AlertDescription(*alert)),
        _ => None,
    };
    (pair.client.error.unwrap(), alert)
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
