//! As `failures.rs`, for handshakes that wait for answers: keys that are elsewhere and verdicts of the application. The n-th
//! allocation fails, for every n, on either side.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::{Budget, ExternalKey, KeyOperation, Progress};
use embertls::{
    Answer, AuthMode, ClientConfig, Credential, Error, Flags, Request, ServerConfig, Suite, VerdictBy,
    registry::{profiles::LEGACY, suites as rows, versions},
};
use embertls_testkit::{
    allocator,
    conversation::SIDES,
    credentials::{chain, private_key, server_name, trust_anchors},
    pair::{End, Pair, Setup, Side},
    rng::Seeded,
};
use suites::Profile;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

/// What an end waits for, as its owner answers it.
enum Answered {
    Key(Vec<u8>),
    Verdict,
}

/// The owner's own memory does not fail.
fn owner(request: &Request<'_>, certificate: &str) -> Answered {
    let Request::PrivateKey(request) = request else { return Answered::Verdict };
    let (key, rng) = (private_key(certificate), &mut Seeded::new(5));
    let mut job = match request.operation {
        KeyOperation::Sign { algorithm, digest } => key.sign(algorithm, digest, rng).unwrap(),
        KeyOperation::Decrypt { ciphertext } => key.decrypt_or(ciphertext, &[0; 48], rng).unwrap(),
    };
    let mut out = vec![0; 512];
    loop {
        if let Progress::Ready(len) = job.advance(Budget::UNLIMITED, &mut out) {
            out.truncate(len.unwrap());
            return Answered::Key(out);
        }
    }
}

/// Runs a handshake in which `watched` may run out of memory; the errors of both ends.
fn outcome(
    client: &ClientConfig<'_>,
    server: &ServerConfig<'_>,
    certificate: &str,
    watched: Side,
) -> [Option<Error>; 2] {
    let setup = |side, seed| Setup { watched: side == watched, ..Setup::new(seed) };
    let mut pair = Pair::new(
        End::client(client, server_name("localhost"), setup(Side::Client, 1)),
        End::server(server, setup(Side::Server, 2)),
    );
    loop {
        pair.drive();
        let mut answered = false;
        for end in [&mut pair.client, &mut pair.server] {
            let asked = end.call(|connection, _| {
                let request = connection.request()?;
                Some(allocator::unwatched(|| owner(&request, certificate)))
            });
            let Some(Some(answer)) = asked else { continue };
            answered = true;
            match answer {
                Answered::Key(bytes) => end.answer_with(Answer::PrivateKey(Ok(&bytes))),
                Answered::Verdict => end.answer_with(Answer::Certificate(Flags::NONE)),
            }
        }
        if !answered {
            break;
        }
    }
    let connected = [pair.client.is_connected(), pair.server.is_connected()];
    let errors = [pair.client.error, pair.server.error];
    assert!(connected == [true; 2] || errors.iter().any(Option::is_some), "{certificate}: {connected:?}");
    errors
}

#[test]
fn the_nth_allocation_fails_for_every_n() {
    let cases: [(&'static Suite, &str); 2] = [
        (&rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256"),
        (&rows::TLS_RSA_WITH_AES_128_GCM_SHA256, "rsa"),
    ];
    for (suite, certificate) in cases {
        let (offered, suites) = ([&versions::TLS1_2], [suite]);
        let profile = Profile { versions: &offered, suites: &suites, ..LEGACY };
        let real = private_key(certificate);
        let key = ExternalKey { key_type: real.key_type(), curve_oid: real.curve_oid(), id: 0 };
        let credentials = [Credential::new(chain(certificate), &key)];
        let client = ClientConfig {
            credentials: &credentials,
            verdict_by: VerdictBy::Application,
            ..ClientConfig::new(&profile, trust_anchors())
        };
        let server = ServerConfig {
            auth_mode: AuthMode::Required,
            trust_anchors: trust_anchors(),
            verdict_by: VerdictBy::Application,
            ..ServerConfig::new(&profile, &credentials)
        };
        for (index, side) in SIDES.into_iter().enumerate() {
            let mut n = 0;
            loop {
                n += 1;
                allocator::reset();
                allocator::fail_at(n);
                let errors = outcome(&client, &server, certificate, side);
                let came = allocator::disarm();
                let what = format!("{certificate}, {side:?}, allocation {n}");
                if came {
                    assert_eq!(errors.get(index), Some(&Some(Error::OutOfMemory)), "{what}");
                } else {
                    assert_eq!(errors, [None, None], "{what}");
                }
                assert_eq!(allocator::counts().live, 0, "{what}: bytes leaked");
                if !came {
                    break;
                }
            }
            println!("{certificate}, {side:?}: {} failed in turn", n - 1);
            assert!(n > 20, "{certificate}, {side:?}: {n}");
        }
    }
}
