//! As `failures.rs`, for all that is more than a full handshake: resumption in both forms, client certificates,
//! renegotiation, finite fields, TLS 1.0. The n-th allocation and the n-th draw fail, for every n, on either side.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{
    Error,
    registry::{groups, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    allocator,
    conversation::{SIDES, Sessions},
    credentials::{PSK, chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Side},
    rng::Failing,
};
use handshake::{AuthMode, ClientConfig, Credential, Renegotiation, Resumption, ServerConfig};
use std::{cell::RefCell, rc::Rc};
use suites::{Profile, Suite, Version};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// What is done while something fails.
struct Scenario {
    name: &'static str,
    version: &'static Version,
    suite: &'static Suite,
    certificate: &'static str,
    /// What the server keeps sessions by.
    by: &'static [Resumption],
    /// A connection came before, whose session is offered.
    resumes: bool,
    /// The ticket key was replaced since.
    rotated: bool,
    client_certificate: Option<&'static str>,
    /// Who asks for a second handshake.
    renegotiates: Option<Side>,
}

const PLAIN: Scenario = Scenario {
    name: "",
    version: &versions::TLS1_2,
    suite: &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    certificate: "p256",
    by: &[],
    resumes: false,
    rotated: false,
    client_certificate: None,
    renegotiates: None,
};

const BY_ID: &[Resumption] = &[Resumption::SessionId];
const BY_TICKET: &[Resumption] = &[Resumption::Ticket];

const SCENARIOS: [Scenario; 16] = [
    Scenario { name: "a pre-shared key", suite: &rows::TLS_PSK_WITH_AES_128_CCM_8, by: BY_TICKET, ..PLAIN },
    Scenario {
        name: "a session of a pre-shared key is resumed",
        suite: &rows::TLS_PSK_WITH_AES_128_CCM_8,
        by: BY_ID,
        resumes: true,
        ..PLAIN
    },
    Scenario {
        name: "DHE with a pre-shared key",
        suite: &rows::TLS_DHE_PSK_WITH_AES_128_CBC_SHA256,
        ..PLAIN
    },
    Scenario { name: "a session_id is given", by: BY_ID, ..PLAIN },
    Scenario { name: "a ticket is given", by: BY_TICKET, ..PLAIN },
    Scenario { name: "resumed by session_id", by: BY_ID, resumes: true, ..PLAIN },
    Scenario { name: "resumed by ticket", by: BY_TICKET, resumes: true, ..PLAIN },
    Scenario { name: "a ticket is renewed", by: BY_TICKET, resumes: true, rotated: true, ..PLAIN },
    Scenario { name: "an ECDSA client certificate", client_certificate: Some("p256"), ..PLAIN },
    Scenario { name: "an RSA client certificate", client_certificate: Some("rsa"), ..PLAIN },
    Scenario { name: "the client renegotiates", renegotiates: Some(Side::Client), ..PLAIN },
    Scenario {
        name: "the server renegotiates",
        renegotiates: Some(Side::Server),
        client_certificate: Some("p256"),
        ..PLAIN
    },
    Scenario { name: "DHE", suite: &rows::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, certificate: "rsa", ..PLAIN },
    Scenario {
        name: "TLS 1.0, ECDHE",
        version: &versions::TLS1_0,
        suite: &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        by: BY_TICKET,
        ..PLAIN
    },
    Scenario {
        name: "TLS 1.0, RSA, client certificate",
        version: &versions::TLS1_0,
        suite: &rows::TLS_RSA_WITH_AES_128_CBC_SHA,
        certificate: "rsa",
        client_certificate: Some("rsa"),
        ..PLAIN
    },
    Scenario {
        name: "TLS 1.0, resumed",
        version: &versions::TLS1_0,
        suite: &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        by: BY_ID,
        resumes: true,
        ..PLAIN
    },
];

/// A scenario with its configurations, and with the sessions that it starts from.
struct Prepared {
    client: ClientConfig<'static>,
    server: ServerConfig<'static>,
    sessions: Sessions,
}

impl Prepared {
    fn new(scenario: &Scenario) -> Self {
        let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
            versions: Vec::leak(vec![scenario.version]),
            suites: Vec::leak(vec![scenario.suite]),
            groups: Vec::leak(vec![&groups::SECP256R1, &groups::FFDHE2048]),
            ..LEGACY
        }));
        let credentials =
            scenario.client_certificate.map(|name| Credential::new(chain(name), private_key(name)));
        let renegotiation = Renegotiation::Allowed(1);
        let client = ClientConfig {
            psk: Some(PSK),
            credentials: Vec::leak(credentials.into_iter().collect()),
            renegotiation,
            keep_peer_chain: true,
            ..ClientConfig::new(profile, trust_anchors())
        };
        let asks = scenario.client_certificate.is_some();
        let server = ServerConfig {
            auth_mode: if asks { AuthMode::Required } else { AuthMode::None },
            trust_anchors: trust_anchors(),
            renegotiation,
            keep_peer_chain: true,
            ..*server_config(profile, scenario.certificate)
        };
        let mut prepared = Self { client, server, sessions: Sessions::new(scenario.by) };
        if scenario.resumes {
            let outcome = prepared.run(scenario, None, usize::MAX);
            assert_eq!(outcome.error, [None, None], "{}", scenario.name);
        }
        if scenario.rotated {
            prepared.sessions.rotate();
        }
        prepared
    }

    /// A conversation in which the memory of one side is watched, and its `n`-th draw fails. What the ends keep is not
    /// kept.
    fn run(&mut self, scenario: &Scenario, watched: Option<Side>, n: usize) -> Outcome {
        let mut sessions = self.sessions.clone();
        if watched.is_some() {
            sessions.client = Rc::new(RefCell::new(self.sessions.client.borrow().clone()));
            sessions.server = Rc::new(RefCell::new(self.sessions.server.borrow().clone()));
        }
        let [mut ours, mut theirs] = sessions.setups();
        (ours.watched, theirs.watched) = (watched == Some(Side::Client), watched == Some(Side::Server));
        match watched {
            Some(Side::Client) => ours.rng = Failing::at(1, n),
            Some(Side::Server) => theirs.rng = Failing::at(2, n),
            None => {}
        }
        let mut pair = Pair::new(
            End::client(&self.client, server_name("localhost"), ours),
            End::server(&self.server, theirs),
        );
        pair.drive();
        let connected = pair.client.is_connected() && pair.server.is_connected();
        if let Some(side) = scenario.renegotiates.filter(|_| connected) {
            let end = pair.end(side);
            if let Err(error) = end.call(|connection, host| connection.renegotiate(host)).unwrap() {
                end.error.get_or_insert(error);
            }
            pair.drive();
        }
        let _ = pair.send(Side::Client, b"data");
        let _ = pair.send(Side::Server, b"more data");
        pair.close(Side::Client);
        pair.close(Side::Server);
        let resumed = pair.client.facts().is_some_and(|facts| facts.resumed.is_some());
        let outcome = Outcome {
            error: SIDES.map(|side| pair.end(side).error),
            closed: SIDES.map(|side| pair.end(side).is_closed()),
            draws: SIDES.map(|side| pair.end(side).setup.rng.draws),
            resumed,
        };
        pair.client.discard();
        pair.server.discard();
        outcome
    }
}

/// What was seen of the client and of the server.
struct Outcome {
    error: [Option<Error>; 2],
    closed: [bool; 2],
    draws: [usize; 2],
    resumed: bool,
}

/// Fails the first, the second, and so on, until one does not come.
fn fail_each(
    kind: &str,
    expected: Error,
    run: impl Fn(&mut Prepared, &Scenario, Side, usize) -> (Outcome, bool),
) {
    for scenario in &SCENARIOS {
        let mut prepared = Prepared::new(scenario);
        for (index, side) in SIDES.into_iter().enumerate() {
            let mut n = 0;
            loop {
                n += 1;
                allocator::reset();
                let (outcome, came) = run(&mut prepared, scenario, side, n);
                let what = format!("{}, {side:?}, {kind} {n}", scenario.name);
                let error = outcome.error.get(index).copied().flatten();
                // A session that does not fit into memory is one that is not there.
                let fell_back = came && scenario.resumes && !outcome.resumed && error.is_none();
                if came && !fell_back {
                    assert_eq!(error, Some(expected), "{what}");
                } else {
                    assert_eq!(outcome.error, [None, None], "{what}");
                    assert_eq!(outcome.closed, [true, true], "{what}");
                    assert_eq!(outcome.resumed, scenario.resumes && !fell_back, "{what}");
                }
                assert_eq!(allocator::counts().live, 0, "{what}: bytes leaked");
                if !came {
                    break;
                }
            }
            println!("{}, {side:?}: {} failed in turn", scenario.name, n - 1);
            assert!(n > 1, "{}, {side:?}: there was no {kind}", scenario.name);
        }
    }
}

#[test]
fn the_nth_allocation_fails_for_every_n() {
    fail_each("allocation", Error::OutOfMemory, |prepared, scenario, side, n| {
        allocator::fail_at(n);
        let outcome = prepared.run(scenario, Some(side), usize::MAX);
        (outcome, allocator::disarm())
    });
}

#[test]
fn the_nth_draw_fails_for_every_n() {
    fail_each("draw", Error::Entropy, |prepared, scenario, side, n| {
        let outcome = prepared.run(scenario, Some(side), n);
        let draws = if side == Side::Client { outcome.draws[0] } else { outcome.draws[1] };
        (outcome, draws >= n)
    });
}
