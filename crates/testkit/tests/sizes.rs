//! How large records are (RFC 6066 section 4, RFC 8449): what is agreed on, what then stands on the wire in both
//! directions, and what a peer that does not keep to it is told; with the fallback signal (RFC 7507).
#![expect(clippy::indexing_slicing, reason = "a test that fails panics")]

use codec::{AlertDescription as A, Reason};
use embertls::{
    Error, Event,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::{SIDES, converse},
    credentials::{chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Setup, Side},
    tamper::{self, RECORD_HEADER_BYTES},
};
use handshake::{
    AuthMode, ClientConfig, Credential, ServerConfig,
    extension::{MAX_FRAGMENT_LENGTH, RECORD_SIZE_LIMIT},
};
use suites::{Extension, OnServer, Profile, SizeLimits, Version};

const LONGEST: usize = 1 << 14;
/// Explicit nonce and tag.
const OVERHEAD: usize = 8 + 16;

static PROFILE: Profile<'static> = Profile {
    versions: versions::MODERN,
    suites: &[&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256],
    ..LEGACY
};

const fn limits(max_fragment_length: Option<u16>, record_size_limit: Option<u16>) -> SizeLimits {
    SizeLimits { max_fragment_length, record_size_limit }
}

/// Both sides show certificates, so that both flights are long.
fn configs(ours: SizeLimits, theirs: SizeLimits) -> (ClientConfig<'static>, ServerConfig<'static>) {
    let credential = Credential::new(chain("p256"), private_key("p256"));
    (
        ClientConfig {
            credentials: Vec::leak(vec![credential]),
            size_limits: ours,
            ..ClientConfig::new(&PROFILE, trust_anchors())
        },
        ServerConfig {
            auth_mode: AuthMode::Required,
            trust_anchors: trust_anchors(),
            size_limits: theirs,
            ..*server_config(&PROFILE, "p256")
        },
    )
}

fn pair<'c>(client: &'c ClientConfig<'c>, server: &'c ServerConfig<'c>) -> Pair<'c, 'static> {
    Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server, Setup::new(2)),
    )
}

/// Content type and bytes of plaintext of each record that was sent.
fn plaintexts(sent: &[u8]) -> Vec<(u8, usize)> {
    let mut overhead = 0;
    let mut all = Vec::new();
    for record in tamper::records(sent) {
        all.push((record[0], record.len() - RECORD_HEADER_BYTES - overhead));
        if record[0] == 20 {
            overhead = OVERHEAD;
        }
    }
    all
}

#[test]
fn every_combination_is_agreed_on_and_obeyed() {
    let lengths = [None, Some(512), Some(1024), Some(2048), Some(4096)];
    let client_limits = [None, Some(64), Some(65), Some(511), Some(1500), Some(16_384)];
    let server_limits = [None, Some(64), Some(777), Some(16_384)];
    for length in lengths {
        for client_limit in client_limits {
            for server_limit in server_limits {
                let what = format!("{length:?} {client_limit:?} {server_limit:?}");
                let (client, server) = configs(limits(length, client_limit), limits(None, server_limit));
                let mut pair = pair(&client, &server);
                converse(&mut pair, &what);
                let facts = [&pair.client, &pair.server].map(|end| end.facts().unwrap());
                let said = [server_limit, client_limit];
                let by_limit = client_limit.is_some();
                for (facts, said) in facts.iter().zip(said) {
                    let limit = by_limit.then_some(said.unwrap_or(16_384));
                    assert_eq!(facts.record_size_limit, limit, "{what}");
                    assert_eq!(facts.max_fragment_length, if by_limit { None } else { length }, "{what}");
                }
                for (side, said) in SIDES.into_iter().zip(said) {
                    let agreed = if by_limit { said } else { length };
                    let limit = agreed.map_or(LONGEST, usize::from);
                    // ClientHello goes out before anything is agreed on.
                    let first = usize::from(side == Side::Client);
                    let plaintexts = &plaintexts(&pair.end(side).sent)[first..];
                    for (content_type, len) in plaintexts {
                        assert!(*len <= limit, "{what}: {side:?} sent {len} bytes of type {content_type}");
                    }
                    let data = plaintexts.iter().filter(|(kind, _)| *kind == 23);
                    let longest = data.map(|(_, len)| *len).max().unwrap();
                    let all = if side == Side::Client { 3000 } else { 5000 };
                    assert_eq!(longest, limit.min(all), "{what}: {side:?} does not use the limit");
                }
            }
        }
    }
}

#[test]
fn a_receive_buffer_for_the_limit_is_enough() {
    for limit in [64, 200, 1024, 1500] {
        let (client, server) = configs(limits(None, Some(limit)), limits(None, Some(limit)));
        let size = RECORD_HEADER_BYTES + usize::from(limit) + OVERHEAD;
        let setup = |seed, size| Setup { receive_buffer: size, ..Setup::new(seed) };
        let mut pair = Pair::new(
            End::client(&client, server_name("localhost"), setup(1, size)),
            // ClientHello comes before the server has said anything.
            End::server(&server, setup(2, size.max(400))),
        );
        converse(&mut pair, &format!("{limit}"));
    }
}

/// A row that agrees and then does as if nothing had been said.
static DEAF_LIMIT: Extension = Extension {
    on_answer: |_, _, negotiated| {
        negotiated.record_size_limit = Some(1 << 14);
        Ok(())
    },
    server: OnServer {
        on_offer: |_, _, negotiated| {
            negotiated.record_size_limit = Some(1 << 14);
            Ok(())
        },
        ..RECORD_SIZE_LIMIT.server
    },
    ..RECORD_SIZE_LIMIT
};

static DEAF_LENGTH: Extension = Extension {
    on_answer: |_, _, _| Ok(()),
    server: OnServer {
        answer: |offer, negotiated, w| {
            let answered = (MAX_FRAGMENT_LENGTH.server.answer)(offer, negotiated, w);
            negotiated.max_fragment_length = None;
            answered
        },
        ..MAX_FRAGMENT_LENGTH.server
    },
    ..MAX_FRAGMENT_LENGTH
};

fn with_row(row: &'static Extension) -> Profile<'static> {
    let rows = PROFILE.extensions.iter().map(|ours| if ours.id == row.id { row } else { *ours });
    Profile { extensions: Vec::leak(rows.collect()), ..PROFILE }
}

#[test]
fn a_record_over_the_limit_is_an_overflow() {
    let deaf = [with_row(&DEAF_LIMIT), with_row(&DEAF_LENGTH)];
    for (row, limit, ours, theirs) in [
        (0, 100, limits(None, Some(16_384)), limits(None, Some(100))),
        (0, 100, limits(None, Some(100)), limits(None, None)),
        (0, 64, limits(Some(512), Some(64)), limits(None, Some(64))),
        (1, 512, limits(Some(512), None), limits(None, None)),
        (1, 4096, limits(Some(4096), None), limits(None, None)),
    ] {
        for liar in SIDES {
            if ours.record_size_limit == Some(16_384) && liar == Side::Server
                || theirs.record_size_limit.is_none() && row == 0 && liar == Side::Client
            {
                // Nobody limits this side.
                continue;
            }
            for excess in [0, 1, 1000] {
                let what = format!("{limit} {liar:?} {excess}");
                let (mut client, mut server) = configs(ours, theirs);
                // Short flights: it is about data.
                server.auth_mode = AuthMode::None;
                match liar {
                    Side::Client => client.profile = &deaf[row],
                    Side::Server => server.profile = &deaf[row],
                }
                let mut pair = pair(&client, &server);
                pair.drive();
                assert!(pair.end(liar).is_connected(), "{what}: {:?}", pair.end(liar).error);
                pair.send(liar, &vec![7; limit + excess]).unwrap();
                if excess == 0 {
                    assert_eq!(pair.end(liar.other()).received.len(), limit, "{what}");
                    continue;
                }
                let error = pair.end(liar.other()).error;
                assert_eq!(error, Some(Error::Violation(Reason::RecordOverflow)), "{what}");
                assert_eq!(pair.end(liar).error, Some(Error::AlertReceived(A::RECORD_OVERFLOW)), "{what}");
            }
        }
    }
}

/// max_fragment_length holds for the handshake too, from ServerHello on.
#[test]
fn a_handshake_record_over_max_fragment_length_is_an_overflow() {
    let (mut client, server) = configs(limits(Some(512), None), limits(None, None));
    let deaf = with_row(&DEAF_LENGTH);
    client.profile = &deaf;
    let mut pair = pair(&client, &server);
    pair.drive();
    assert_eq!(pair.server.error, Some(Error::Violation(Reason::RecordOverflow)));
    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::RECORD_OVERFLOW)));
}

#[test]
fn a_record_over_the_buffer_names_the_size_that_it_needs() {
    let (client, server) = configs(limits(None, Some(4096)), limits(None, Some(4096)));
    for side in SIDES {
        let mut pair = pair(&client, &server);
        pair.drive();
        let mut end = std::mem::replace(pair.end(side), End::server(&server, Setup::new(3)));
        let (record, consumed) = pair.end(side.other()).send(&[1; 9000]).unwrap();
        assert_eq!((consumed, record.len()), (4096, RECORD_HEADER_BYTES + 4096 + OVERHEAD));
        let mut buffer = record[..1000].to_vec();
        let received = end.call(|connection, host| connection.receive(host, &mut buffer)).unwrap().unwrap();
        assert_eq!(received.event, Event::NeedMore(record.len()));
        let error = end.call(|connection, _| connection.refuse_record(record.len())).unwrap();
        assert_eq!(error, Error::RecordTooLarge { needed: record.len() });
        pair.end(side.other()).wire.extend(end.transmit());
        while pair.end(side.other()).step() {}
        assert_eq!(pair.end(side.other()).error, Some(Error::AlertReceived(A::RECORD_OVERFLOW)));
    }
}

#[test]
fn a_fallback_is_refused_where_a_newer_version_is_in_common() {
    let all = versions::ALL;
    let profile = |versions: &'static [&'static Version]| Profile {
        versions,
        suites: Vec::leak(vec![&rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]),
        ..LEGACY
    };
    for newest in 0..all.len() {
        for server_newest in 0..all.len() {
            for fallback in [false, true] {
                let (ours, theirs) = (profile(&all[newest..]), profile(&all[server_newest..]));
                let client = ClientConfig { fallback, ..ClientConfig::new(&ours, trust_anchors()) };
                let (_, base) = configs(limits(None, None), limits(None, None));
                let server = ServerConfig { profile: &theirs, auth_mode: AuthMode::None, ..base };
                let mut pair = pair(&client, &server);
                if fallback && server_newest < newest {
                    pair.drive();
                    let reason = Error::Violation(Reason::InappropriateFallback);
                    assert_eq!(pair.server.error, Some(reason));
                    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::INAPPROPRIATE_FALLBACK)));
                } else {
                    converse(&mut pair, "no fallback");
                    let expected = all[newest.max(server_newest)].name;
                    assert_eq!(pair.client.facts().unwrap().version.name, expected);
                }
            }
        }
    }
}
