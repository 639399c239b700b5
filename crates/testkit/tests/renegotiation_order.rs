//! no_renegotiation at every point of a handshake: it refuses what was asked for and not yet answered, and nothing else.
//! The records are those of a cipher that changes nothing, so that the warning can be put among them.

use codec::AlertDescription;
use embertls::Event;
use embertls_testkit::{
    conversation::{SIDES, converse},
    credentials::{client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup, Side},
    tamper,
};
use handshake::{ClientConfig, Renegotiation, ServerConfig};

const ALLOWED: Renegotiation = Renegotiation::Allowed(3);

fn configs() -> (ClientConfig<'static>, ServerConfig<'static>) {
    (
        ClientConfig { renegotiation: ALLOWED, ..*client_config(&null::PROFILE) },
        ServerConfig { renegotiation: ALLOWED, ..*server_config(&null::PROFILE, "null-p256") },
    )
}

fn pair<'c>(client: &'c ClientConfig<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server, Setup::new(2)),
    )
}

/// The peer of `side` says that it does not want to.
fn refuse(pair: &mut Pair<'_, '_>, side: Side) {
    let end = pair.end(side);
    end.wire.extend(tamper::record(21, &[1, AlertDescription::NO_RENEGOTIATION.0]));
    while end.step() {}
}

/// Carries the flights of the first turns, the client's before the server's.
fn turns(pair: &mut Pair<'_, '_>, count: usize) {
    for turn in 0..count {
        let from = if turn % 2 == 0 { Side::Client } else { Side::Server };
        let bytes = pair.end(from).transmit();
        pair.carry(from, bytes);
        while pair.end(from.other()).step() {}
    }
}

#[test]
fn a_refusal_that_answers_nothing_changes_nothing() {
    let (client, server) = configs();
    for side in SIDES {
        for count in 0..4 {
            let mut pair = pair(&client, &server);
            turns(&mut pair, count);
            refuse(&mut pair, side);
            converse(&mut pair, &format!("first handshake, {side:?}, {count} flights"));
        }
    }
}

#[test]
fn a_refusal_within_a_renegotiation_is_too_late() {
    let (client, server) = configs();
    for side in SIDES {
        for count in 0..5 {
            let what = format!("renegotiation, {side:?}, {count} flights");
            let mut pair = pair(&client, &server);
            pair.drive();
            let asked = pair.client.call(|connection, host| connection.renegotiate(host));
            assert_eq!(asked, Some(Ok(())));
            turns(&mut pair, count);
            let unanswered = side == Side::Client && count == 1;
            if unanswered {
                continue;
            }
            refuse(&mut pair, side);
            pair.drive();
            for side in SIDES {
                let done = pair.end(side).events.iter().filter(|event| **event == Event::Connected).count();
                assert_eq!(done, 2, "{what}: {side:?} {:?}", pair.end(side).error);
            }
            converse(&mut pair, &what);
        }
    }
}

#[test]
fn a_refusal_in_time_leaves_the_connection_as_it_was() {
    let (client, server) = configs();
    let mut pair = pair(&client, &server);
    pair.drive();
    let asked = pair.client.call(|connection, host| connection.renegotiate(host));
    assert_eq!(asked, Some(Ok(())));
    // Lost on the way: the server refuses without having seen it.
    let _ = pair.client.transmit();
    refuse(&mut pair, Side::Client);
    converse(&mut pair, "refused");
}
