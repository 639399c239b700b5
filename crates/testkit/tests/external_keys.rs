//! Private keys in a secure element: the connection asks, the element takes its time, and the connection goes on with the answer
//! (`crypto::ExternalKey`). The element is a software key behind a delay.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::{Budget, ExternalKey, KeyFailure, KeyOperation, KeyType, Progress};
use embertls::{
    AlertDescription as A, Answer, AuthMode, ClientConfig, Credential, DatagramSettings, Error, Event,
    Misuse, Request, ServerConfig, Suite,
    registry::{groups, profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    conversation::converse,
    credentials::{chain, private_key, server_name, trust_anchors},
    datagrams::{self, DatagramPair, Fate},
    pair::{End, Pair, Setup, Side},
    rng::Seeded,
};
use suites::{Profile, Version};

/// Milliseconds that the element takes.
const DELAY_MS: u64 = 3_700;

/// What the software key comes to for a request.
struct Element {
    /// How often it was asked to sign, and to decrypt.
    signed: usize,
    decrypted: usize,
    /// Fails at this request, counted from 1; never for 0.
    fails_at: usize,
    failure: KeyFailure,
}

impl Element {
    const fn new() -> Self {
        Self { signed: 0, decrypted: 0, fails_at: 0, failure: KeyFailure::Failed }
    }

    /// The names of the keys by their numbers.
    const KEYS: [&'static str; 3] = ["p256", "p384", "rsa"];

    fn result(&mut self, request: Request<'_>) -> Result<Vec<u8>, KeyFailure> {
        let Request::PrivateKey(request) = request else { unreachable!("nothing else is asked") };
        let key = private_key(Self::KEYS.get(usize::try_from(request.key).unwrap()).unwrap());
        let rng = &mut Seeded::new(5);
        // The substitute is as long as a pre-master secret and nothing that a client sends.
        let mut job = match request.operation {
            KeyOperation::Sign { algorithm, digest } => {
                self.signed += 1;
                assert_eq!(digest.len(), algorithm.hash.output_len);
                key.sign(algorithm, digest, rng).unwrap()
            }
            KeyOperation::Decrypt { ciphertext } => {
                self.decrypted += 1;
                key.decrypt_or(ciphertext, &[0; 48], rng).unwrap()
            }
        };
        if self.signed + self.decrypted == self.fails_at {
            return Err(self.failure);
        }
        let mut out = [0; 512];
        loop {
            match job.advance(Budget::UNLIMITED, &mut out) {
                Progress::Pending => {}
                Progress::Ready(len) => return Ok(out.get(..len.unwrap()).unwrap().to_vec()),
            }
        }
    }
}

/// The key of a certificate, as if it were in the element.
fn external(name: &str) -> &'static ExternalKey {
    let id = Element::KEYS.iter().position(|key| *key == name).unwrap();
    let key = private_key(name);
    Box::leak(Box::new(ExternalKey {
        key_type: key.key_type(),
        curve_oid: key.curve_oid(),
        id: u32::try_from(id).unwrap(),
    }))
}

fn profile(version: &'static Version, suite: &'static Suite) -> &'static Profile<'static> {
    let (versions, suites) = (Vec::leak(vec![version]), Vec::leak(vec![suite]));
    Box::leak(Box::new(Profile { versions, suites, groups: groups::ALL, ..LEGACY }))
}

/// Both sides have a certificate, whose keys are in the element.
fn configs(
    profile: &'static Profile<'static>,
    name: &str,
) -> (&'static ClientConfig<'static>, &'static ServerConfig<'static>) {
    let credentials = Vec::leak(vec![Credential::new(chain(name), external(name))]);
    let client = ClientConfig { credentials, ..ClientConfig::new(profile, trust_anchors()) };
    let server = ServerConfig {
        auth_mode: AuthMode::Required,
        trust_anchors: trust_anchors(),
        ..ServerConfig::new(profile, credentials)
    };
    (Box::leak(Box::new(client)), Box::leak(Box::new(server)))
}

/// Suite, certificate, and how often its key signs and decrypts in a handshake in which both sides have it.
const CASES: [(&Suite, &str, usize, usize); 4] = [
    (&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256", 2, 0),
    (&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p384", 2, 0),
    (&rows::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "rsa", 2, 0),
    (&rows::TLS_RSA_WITH_AES_128_GCM_SHA256, "rsa", 1, 1),
];

fn streams(suite: &'static Suite, name: &str, budget: Option<u32>) -> Pair<'static, 'static> {
    let (client, server) = configs(profile(&versions::TLS1_2, suite), name);
    let setup = |seed| Setup { budget, ..Setup::new(seed) };
    Pair::new(End::client(client, server_name("localhost"), setup(1)), End::server(server, setup(2)))
}

/// Asks the element what an end of a stream waits for; false when none waits.
fn serve(pair: &mut Pair<'_, '_>, element: &mut Element) -> bool {
    for end in [&mut pair.client, &mut pair.server] {
        let asked = end.call(|connection, _| connection.request().map(|request| element.result(request)));
        let Some(Some(result)) = asked else { continue };
        // Until then nothing moves, and nothing is lost.
        let early = end.call(|connection, host| connection.advance(host)).unwrap();
        assert_eq!(early, Err(Error::Misuse(Misuse::NoWork)));
        let early = end.call(|connection, host| connection.receive(host, &mut [22, 3, 3])).unwrap().unwrap();
        assert_eq!((early.used, early.event), (0, Event::Request));
        let wrong = end.call(|connection, host| connection.answer(host, 0)).unwrap();
        assert_eq!(wrong, Err(Error::Misuse(Misuse::NoRequest)));
        end.answer_with(Answer::PrivateKey(result.as_deref().map_err(|failure| *failure)));
        return true;
    }
    false
}

#[test]
fn both_sides_wait_for_their_element_over_a_stream() {
    for (suite, name, signs, decrypts) in CASES {
        for budget in [None, Some(1)] {
            let mut pair = streams(suite, name, budget);
            let mut element = Element::new();
            loop {
                pair.drive();
                if !serve(&mut pair, &mut element) {
                    break;
                }
            }
            converse(&mut pair, suite.name);
            assert_eq!((element.signed, element.decrypted), (signs, decrypts), "{} {name}", suite.name);
        }
    }
}

#[test]
fn an_element_that_fails_ends_the_handshake_with_internal_error() {
    for (suite, name, signs, decrypts) in CASES {
        for fails_at in 1..=signs + decrypts {
            let mut pair = streams(suite, name, None);
            let mut element = Element { fails_at, ..Element::new() };
            loop {
                pair.drive();
                if !serve(&mut pair, &mut element) {
                    break;
                }
            }
            let errors = [pair.client.error, pair.server.error];
            let (own, told) = (Some(Error::PrivateKey), Some(Error::AlertReceived(A::INTERNAL_ERROR)));
            assert!(errors == [own, told] || errors == [told, own], "{} {fails_at}: {errors:?}", suite.name);
        }
    }
}

#[test]
fn a_refused_ciphertext_shows_at_finished_only() {
    let mut pair = streams(&rows::TLS_RSA_WITH_AES_128_GCM_SHA256, "rsa", None);
    let mut element = Element { failure: KeyFailure::BadCiphertext, ..Element::new() };
    loop {
        pair.drive();
        // The client's signature comes first, the server's decryption then.
        element.fails_at = element.signed + 1;
        if element.signed == 0 {
            element.fails_at = 0;
        }
        if !serve(&mut pair, &mut element) {
            break;
        }
    }
    assert_eq!((element.signed, element.decrypted), (1, 1));
    assert_eq!(pair.server.error, Some(Error::RecordRejected));
    assert_eq!(pair.client.error, Some(Error::AlertReceived(A::BAD_RECORD_MAC)));
}

type Network = DatagramPair<'static, fn(usize, Side, &[u8]) -> Fate>;

fn datagram_pair(
    suite: &'static Suite,
    name: &str,
    budget: Option<u32>,
    fate: fn(usize, Side, &[u8]) -> Fate,
) -> Network {
    let setup = |seed| Setup { budget, ..Setup::new(seed) };
    let (client, server) = configs(profile(&versions::DTLS1_2, suite), name);
    let settings = DatagramSettings::default();
    DatagramPair::new(
        datagrams::End::client(client, server_name("localhost"), settings, setup(1)),
        datagrams::End::server(server, settings, setup(2)),
        fate,
    )
}

/// Lets time pass while an element works for [`DELAY_MS`] on each request; what an end has asked is not asked again.
fn serve_datagrams(pair: &mut Network, element: &mut Element, delay_ms: u64) {
    let mut due: [Option<(u64, Result<Vec<u8>, KeyFailure>)>; 2] = [None, None];
    loop {
        let moved = pair.step();
        let now = pair.now;
        for (side, due) in [Side::Client, Side::Server].into_iter().zip(&mut due) {
            let end = pair.end(side);
            if due.is_none() {
                let asked = end.call(|connection, _| {
                    let waits = connection.request()?;
                    assert_eq!(connection.next_timeout(), None, "timers rest while the element works");
                    Some(element.result(waits))
                });
                *due = asked.flatten().map(|result| (now + delay_ms, result));
            }
            // The other side repeats what it sent, in vain.
            if let Some((_, result)) = due.take_if(|(at, _)| *at <= now) {
                end.answer_with(Answer::PrivateKey(result.as_deref().map_err(|failure| *failure)));
            }
        }
        if !moved {
            let Some(next) = due.iter().flatten().map(|(at, _)| *at).min() else { return };
            pair.now = pair.now.max(next);
        }
    }
}

#[test]
fn both_sides_wait_for_their_element_over_datagrams() {
    let some_are_lost = |number: usize, _: Side, _: &[u8]| {
        if matches!(number, 1 | 3 | 4 | 8 | 9 | 14) { Fate::Lost } else { Fate::Passes }
    };
    let fates: [fn(usize, Side, &[u8]) -> Fate; 2] = [|_, _, _| Fate::Passes, some_are_lost];
    for (suite, name, signs, decrypts) in CASES {
        for fate in fates {
            for (delay_ms, budget) in [(0, None), (DELAY_MS, None), (30_000, None), (DELAY_MS, Some(1))] {
                let what = format!("{} {name} {delay_ms}", suite.name);
                let mut pair = datagram_pair(suite, name, budget, fate);
                let mut element = Element::new();
                serve_datagrams(&mut pair, &mut element, delay_ms);
                assert_eq!([pair.client.error, pair.server.error], [None, None], "{what}");
                assert!(pair.client.is_connected() && pair.server.is_connected(), "{what}");
                assert_eq!((element.signed, element.decrypted), (signs, decrypts), "{what}");
                assert!(pair.now >= 2 * delay_ms, "{what}: {}", pair.now);
            }
        }
    }
}

#[test]
fn the_peer_of_an_element_that_never_answers_gives_up() {
    let (suite, name, ..) = CASES[0];
    let mut pair = datagram_pair(suite, name, None, |_, _, _| Fate::Passes);
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::TimedOut));
    assert_eq!(pair.server.error, None);
    assert!(pair.server.call(|connection, _| connection.request().is_some()).unwrap());
}

#[test]
fn an_element_that_fails_ends_a_handshake_over_datagrams() {
    for (suite, name, signs, decrypts) in CASES {
        for fails_at in 1..=signs + decrypts {
            let mut pair = datagram_pair(suite, name, None, |_, _, _| Fate::Passes);
            let mut element = Element { fails_at, ..Element::new() };
            serve_datagrams(&mut pair, &mut element, DELAY_MS);
            let errors = [pair.client.error, pair.server.error];
            assert!(errors.contains(&Some(Error::PrivateKey)), "{} {fails_at}: {errors:?}", suite.name);
        }
    }
}

#[test]
fn an_element_that_is_polled_needs_no_answers() {
    use crypto::{BoxedJob, Job, PrivateKey, Rng, SignatureAlgorithm};

    /// A key whose operations are ready after some looks at the element.
    struct Polled(&'static str);
    struct Looks {
        left: u32,
        job: BoxedJob,
    }
    impl Job for Looks {
        fn advance(&mut self, budget: Budget, out: &mut [u8]) -> Progress<Result<usize, crypto::Error>> {
            if self.left > 0 {
                self.left -= 1;
                return Progress::Pending;
            }
            self.job.advance(budget, out)
        }
    }
    impl PrivateKey for Polled {
        fn key_type(&self) -> KeyType {
            private_key(self.0).key_type()
        }
        fn curve_oid(&self) -> Option<&'static [u8]> {
            private_key(self.0).curve_oid()
        }
        fn sign(
            &self,
            algorithm: &'static SignatureAlgorithm,
            digest: &[u8],
            rng: &mut dyn Rng,
        ) -> Result<BoxedJob, crypto::Error> {
            let job = private_key(self.0).sign(algorithm, digest, rng)?;
            Ok(crypto::boxed(Looks { left: 50, job })?)
        }
        fn decrypt_or(
            &self,
            ciphertext: &[u8],
            substitute: &[u8],
            rng: &mut dyn Rng,
        ) -> Result<BoxedJob, crypto::Error> {
            let job = private_key(self.0).decrypt_or(ciphertext, substitute, rng)?;
            Ok(crypto::boxed(Looks { left: 50, job })?)
        }
    }

    for (suite, name, ..) in CASES {
        let profile = profile(&versions::TLS1_2, suite);
        let key: &'static Polled = Box::leak(Box::new(Polled(Vec::leak(vec![name])[0])));
        let credentials = Vec::leak(vec![Credential::new(chain(name), key)]);
        let client = ClientConfig::new(profile, trust_anchors());
        let server = ServerConfig::new(profile, credentials);
        let setup = |seed| Setup { budget: Some(u32::MAX - 1), ..Setup::new(seed) };
        let mut pair = Pair::new(
            End::client(&client, server_name("localhost"), setup(1)),
            End::server(&server, setup(2)),
        );
        converse(&mut pair, name);
        let looks = pair.server.events.iter().filter(|event| **event == Event::Work).count();
        assert!(looks >= 50, "{name}: {looks}");
    }
}

#[test]
fn a_key_of_another_curve_is_not_chosen() {
    let profile = profile(&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    let only = Profile { groups: Vec::leak(vec![&groups::SECP256R1]), ..*profile };
    let credentials = [Credential::new(chain("p384"), external("p384"))];
    let (client, server) =
        (ClientConfig::new(&only, trust_anchors()), ServerConfig::new(profile, &credentials));
    let mut pair = Pair::new(
        End::client(&client, server_name("localhost"), Setup::new(1)),
        End::server(&server, Setup::new(2)),
    );
    pair.drive();
    assert!(matches!(pair.server.error, Some(Error::Incompatible(_))), "{:?}", pair.server.error);
}
