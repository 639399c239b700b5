//! The application has a say in what is thought of the peer's certificate: at once, as an observer who changes flags, or later, in
//! answer to what the connection asks (`VerdictBy::Application`).
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{
    AlertDescription as A, Answer, AuthMode, CertificateObserver, CertificateTypes, ClientConfig, Credential,
    DatagramSettings, Error, Event, Flags, Misuse, Request, ServerConfig, VerdictBy,
    registry::{
        profiles::{DEFAULT, LEGACY},
        suites as rows, versions,
    },
};
use embertls_testkit::{
    conversation::{Sessions, converse, resumed},
    credentials::{chain, private_key, server_config, server_name, trust_anchors},
    datagrams::{self, DatagramPair, Fate},
    pair::{End, Pair, Setup, Shared, Side},
};
use handshake::Resumption;
use std::{cell::RefCell, rc::Rc};
use suites::Profile;
use x509::Certificate;

/// What it saw, and what it does to flags.
struct Judge {
    seen: Vec<String>,
    judged: Vec<(usize, String, Flags)>,
    path: Vec<Flags>,
    clear: Flags,
    set_at: Option<(usize, Flags)>,
    clear_at_end: Flags,
}

impl Judge {
    const fn new() -> Self {
        let none = Flags::NONE;
        Self {
            seen: Vec::new(),
            judged: Vec::new(),
            path: Vec::new(),
            clear: none,
            set_at: None,
            clear_at_end: none,
        }
    }
}

fn without(flags: Flags, cleared: Flags) -> Flags {
    Flags::from_bits(flags.bits() & !cleared.bits())
}

impl CertificateObserver for Judge {
    fn on_certificate(&mut self, _: usize, certificate: &Certificate<'_>) {
        self.seen.push(certificate.subject.to_string());
    }
    fn on_judged(&mut self, depth: usize, certificate: &Certificate<'_>, flags: &mut Flags) {
        self.judged.push((depth, certificate.subject.to_string(), *flags));
        *flags = without(*flags, self.clear);
        if let Some((_, set)) = self.set_at.filter(|(at, _)| *at == depth) {
            *flags = flags.or(set);
        }
    }
    fn on_path(&mut self, flags: &mut Flags) {
        self.path.push(*flags);
        *flags = without(*flags, self.clear_at_end);
    }
}

/// One handshake of a client with this judge.
fn judged(certificate: &str, judge: Judge) -> (Pair<'static, 'static>, Rc<RefCell<Judge>>) {
    let client = Box::leak(Box::new(ClientConfig::new(&DEFAULT, trust_anchors())));
    let judge = Rc::new(RefCell::new(judge));
    let setup = Setup { observer: Some(Shared(judge.clone())), ..Setup::new(1) };
    let server = server_for(certificate);
    let pair =
        Pair::new(End::client(client, server_name("localhost"), setup), End::server(server, Setup::new(2)));
    (pair, judge)
}

/// A server with a chain of the folder; all but the three that have a key of their own share that of `rsa`.
fn server_for(certificate: &str) -> &'static ServerConfig<'static> {
    let key = if matches!(certificate, "p256" | "p384") { certificate } else { "rsa" };
    let credentials = Vec::leak(vec![Credential::new(chain(certificate), private_key(key))]);
    Box::leak(Box::new(ServerConfig::new(&DEFAULT, credentials)))
}

fn subjects(certificate: &str) -> Vec<String> {
    chain(certificate).iter().map(|der| Certificate::decode(der).unwrap().subject.to_string()).collect()
}

#[test]
fn an_observer_sees_each_certificate_of_the_path_with_its_flags() {
    for (certificate, flags) in
        [("p256", Flags::NONE), ("expired", Flags::EXPIRED), ("wrong-name", Flags::CN_MISMATCH)]
    {
        let (mut pair, judge) = judged(certificate, Judge::new());
        pair.drive();
        let judge = judge.borrow();
        let names = subjects(certificate);
        assert_eq!(judge.seen, names);
        let expected: Vec<_> = names
            .into_iter()
            .enumerate()
            .map(|(depth, name)| (depth, name, if depth == 0 { flags } else { Flags::NONE }))
            .collect();
        assert_eq!(judge.judged, expected, "{certificate}");
        assert_eq!(judge.path, [flags], "{certificate}");
        assert_eq!(pair.client.error, (!flags.is_empty()).then_some(Error::Certificate(flags)));
    }
}

#[test]
fn flags_that_an_observer_clears_do_not_count() {
    let (mut pair, judge) = judged("expired", Judge { clear: Flags::EXPIRED, ..Judge::new() });
    converse(&mut pair, "expired");
    assert_eq!(judge.borrow().path, [Flags::NONE]);
    assert_eq!(pair.client.facts().unwrap().verdict.unwrap().flags, Flags::NONE);
    for (certificate, clear_at_end) in [("stranger", Flags::NOT_TRUSTED), ("wrong-name", Flags::CN_MISMATCH)]
    {
        let (mut pair, judge) = judged(certificate, Judge { clear_at_end, ..Judge::new() });
        converse(&mut pair, certificate);
        assert_eq!(judge.borrow().path, [clear_at_end]);
        let verdict = pair.client.facts().unwrap().verdict.unwrap();
        assert!(verdict.flags.is_empty() && verdict.reasons.is_empty());
    }
    // Others still do.
    let (mut pair, _) = judged("expired", Judge { clear_at_end: Flags::FUTURE, ..Judge::new() });
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::Certificate(Flags::EXPIRED)));
}

#[test]
fn flags_that_an_observer_sets_count() {
    for depth in [0, 1] {
        let (mut pair, _) = judged("p256", Judge { set_at: Some((depth, Flags::OTHER)), ..Judge::new() });
        pair.drive();
        assert_eq!(pair.client.error, Some(Error::Certificate(Flags::OTHER)));
        assert_eq!(pair.server.error, Some(Error::AlertReceived(A::CERTIFICATE_UNKNOWN)));
    }
    // What is on no path is not judged.
    let (mut pair, _) = judged("p256", Judge { set_at: Some((2, Flags::OTHER)), ..Judge::new() });
    converse(&mut pair, "p256");
}

#[test]
fn certificates_that_came_too_early_are_judged_when_their_turn_comes() {
    let long = chain("long");
    let mut shuffled: Vec<&[u8]> = long.to_vec();
    shuffled.get_mut(1..).unwrap().reverse();
    let credentials = [Credential::new(&shuffled, private_key("rsa"))];
    let server = ServerConfig::new(&DEFAULT, &credentials);
    let client = ClientConfig::new(&DEFAULT, trust_anchors());
    let judge = Rc::new(RefCell::new(Judge::new()));
    let setup = Setup { observer: Some(Shared(judge.clone())), ..Setup::new(1) };
    let mut pair =
        Pair::new(End::client(&client, server_name("localhost"), setup), End::server(&server, Setup::new(2)));
    converse(&mut pair, "long");
    let judge = judge.borrow();
    let depths: Vec<usize> = judge.judged.iter().map(|(depth, ..)| *depth).collect();
    assert_eq!(depths, (0..long.len()).collect::<Vec<_>>());
    let names: Vec<_> = judge.judged.iter().map(|(_, name, _)| name.clone()).collect();
    assert_eq!(names, subjects("long"));
}

/// A client, and a server that asks for a certificate, both of which leave the verdict to the application.
fn asking(
    profile: &'static Profile<'static>,
    certificate: &'static str,
) -> (&'static ClientConfig<'static>, &'static ServerConfig<'static>) {
    let credentials = server_for(certificate).credentials;
    let client = ClientConfig {
        credentials,
        verdict_by: VerdictBy::Application,
        ..ClientConfig::new(profile, trust_anchors())
    };
    let server = ServerConfig {
        auth_mode: AuthMode::Required,
        trust_anchors: trust_anchors(),
        verdict_by: VerdictBy::Application,
        ..ServerConfig::new(profile, credentials)
    };
    (Box::leak(Box::new(client)), Box::leak(Box::new(server)))
}

/// What is asked: our flags and the chain.
fn question(request: Option<Request<'_>>) -> Option<(Flags, Vec<Vec<u8>>)> {
    match request? {
        Request::Certificate { verdict, chain } => {
            Some((verdict.flags, chain.iter().map(<[u8]>::to_vec).collect()))
        }
        Request::Credential { .. } | Request::PrivateKey(_) => None,
    }
}

#[test]
fn both_sides_ask_and_go_on_when_they_are_answered() {
    for (certificate, found) in [
        ("p256", [Flags::NONE; 2]),
        ("stranger", [Flags::NOT_TRUSTED; 2]),
        ("wrong-name", [Flags::CN_MISMATCH, Flags::NONE]),
    ] {
        for budget in [None, Some(1)] {
            let (client, server) = asking(&DEFAULT, certificate);
            let setup = |seed| Setup { budget, ..Setup::new(seed) };
            let mut pair = Pair::new(
                End::client(client, server_name("localhost"), setup(1)),
                End::server(server, setup(2)),
            );
            for (side, found) in [Side::Client, Side::Server].into_iter().zip(found) {
                pair.drive();
                let end = if side == Side::Client { &mut pair.client } else { &mut pair.server };
                let asked = end.call(|connection, _| question(connection.request())).unwrap();
                let expected: Vec<Vec<u8>> = chain(certificate).iter().map(|der| der.to_vec()).collect();
                assert_eq!(asked, Some((found, expected)), "{certificate} {side:?}");
                let early =
                    end.call(|connection, host| connection.receive(host, &mut [22])).unwrap().unwrap();
                assert_eq!((early.used, early.event), (0, Event::Request));
                let wrong = end.call(|connection, host| connection.answer(host, 0)).unwrap();
                assert_eq!(wrong, Err(Error::Misuse(Misuse::NoRequest)));
                end.answer_with(Answer::Certificate(Flags::NONE));
                assert!(end.call(|connection, _| connection.request().is_none()).unwrap());
            }
            converse(&mut pair, certificate);
            for end in [&mut pair.client, &mut pair.server] {
                assert_eq!(end.facts().unwrap().verdict.unwrap().flags, Flags::NONE);
                assert_eq!(end.call(|connection, _| connection.peer_chain().count()), Some(0));
            }
        }
    }
}

#[test]
fn an_answer_with_flags_refuses_a_chain_that_is_good() {
    let (client, server) = asking(&DEFAULT, "p256");
    for refuses in [Side::Client, Side::Server] {
        let mut pair = Pair::new(
            End::client(client, server_name("localhost"), Setup::new(1)),
            End::server(server, Setup::new(2)),
        );
        pair.drive();
        let answer = |side| Answer::Certificate(if side == refuses { Flags::REVOKED } else { Flags::NONE });
        pair.client.answer_with(answer(Side::Client));
        pair.drive();
        if refuses == Side::Server {
            pair.server.answer_with(answer(Side::Server));
            pair.drive();
        }
        let (own, told) = (Error::Certificate(Flags::REVOKED), Error::AlertReceived(A::CERTIFICATE_REVOKED));
        let errors = [pair.client.error, pair.server.error];
        let expected = if refuses == Side::Client { [own, told] } else { [told, own] };
        assert_eq!(errors, expected.map(Some));
    }
}

#[test]
fn datagrams_wait_for_the_verdict_too() {
    let suites = Vec::leak(vec![&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]);
    let profile: &'static Profile<'static> =
        Box::leak(Box::new(Profile { versions: Vec::leak(vec![&versions::DTLS1_2]), suites, ..LEGACY }));
    let (client, server) = asking(profile, "p256");
    let settings = DatagramSettings::default();
    let mut pair = DatagramPair::new(
        datagrams::End::client(client, server_name("localhost"), settings, Setup::new(1)),
        datagrams::End::server(server, settings, Setup::new(2)),
        |number: usize, _: Side, _: &[u8]| if number == 2 { Fate::Lost } else { Fate::Passes },
    );
    for side in [Side::Client, Side::Server] {
        // The peer repeats what it sent while nobody answers.
        while pair.end(side).call(|connection, _| question(connection.request()).is_none()).unwrap() {
            assert!(pair.step());
        }
        pair.end(side).answer_with(Answer::Certificate(Flags::NONE));
    }
    pair.drive();
    assert!(pair.client.is_connected() && pair.server.is_connected());
}

#[test]
fn a_session_belongs_to_who_had_the_last_word() {
    let server = server_config(&DEFAULT, "p256");
    let own = ClientConfig::new(&DEFAULT, trust_anchors());
    let asking = ClientConfig { verdict_by: VerdictBy::Application, ..own };
    let mut sessions = Sessions::new(&[Resumption::Ticket]);
    for (client, expected) in
        [(&asking, None), (&asking, Some(Resumption::Ticket)), (&own, None), (&own, Some(Resumption::Ticket))]
    {
        let [ours, theirs] = sessions.setups();
        let mut pair =
            Pair::new(End::client(client, server_name("localhost"), ours), End::server(server, theirs));
        pair.drive();
        if expected.is_none() && client.verdict_by == VerdictBy::Application {
            pair.client.answer_with(Answer::Certificate(Flags::NONE));
        }
        converse(&mut pair, "a session");
        assert_eq!(resumed(&pair, "a session"), expected);
    }
}

#[test]
fn a_bare_key_that_nobody_knows_is_shown_and_may_be_trusted() {
    let spki = Certificate::decode(chain("p256").first().unwrap()).unwrap().spki;
    let credentials = [Credential { raw_public_key: spki, ..Credential::new(&[], private_key("p256")) }];
    let server = ServerConfig::new(&DEFAULT, &credentials);
    let client = ClientConfig {
        server_certificate: CertificateTypes::RawPublicKey,
        verdict_by: VerdictBy::Application,
        ..ClientConfig::new(&DEFAULT, &[])
    };
    for answer in [Flags::NONE, Flags::NOT_TRUSTED] {
        let mut pair = Pair::new(
            End::client(&client, server_name("localhost"), Setup::new(1)),
            End::server(&server, Setup::new(2)),
        );
        pair.drive();
        let asked = pair.client.call(|connection, _| question(connection.request())).unwrap();
        let (flags, shown) = asked.unwrap();
        assert!(flags.contains(Flags::NOT_TRUSTED));
        assert_eq!(shown, [spki.to_vec()]);
        pair.client.answer_with(Answer::Certificate(answer));
        if answer.is_empty() {
            converse(&mut pair, "a bare key");
        } else {
            pair.drive();
            assert_eq!(pair.client.error, Some(Error::Certificate(Flags::NOT_TRUSTED)));
        }
    }
}
