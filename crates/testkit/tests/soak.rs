//! Thousands of handshakes, full and resumed, whole and cut off, on a first-fit heap of fixed size that also holds the
//! sessions: nothing is lost, and no gap becomes too small. `EMBERTLS_FULL=1` runs all of them.

use crypto::KeyType;
use embertls::registry::{profiles::LEGACY, suites as rows, versions};
use embertls_testkit::{
    allocator,
    conversation::{Sessions, converse, resumed},
    credentials::{chain, private_key, server_config, server_name, trust_anchors},
    pair::{End, Pair, Shared, Side},
    rng::{self, Seeded},
};
use handshake::{AuthMode, ClientConfig, Credential, Resumption, ServerConfig, SessionCache, TicketKeys};
use std::{cell::RefCell, rc::Rc};
use suites::{Profile, Scheme, Suite, Version};

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const FULL_COUNT: usize = 10_000;
const SAMPLE_COUNT: usize = 300;
const PLACES: usize = 8;
/// What one side has for its connection, its sessions and, on a server, its ticket keys.
const HEAP_BYTES: usize = 16 * 1024;
/// Of that between connections: eight sessions, each with a key of 32 bytes, and two ticket keys.
const IDLE_BYTES: isize = (PLACES * (32 + 360) + 512).cast_signed();

/// Suites with one certificate each, and whether the client has one too.
fn configs() -> Vec<(ClientConfig<'static>, ServerConfig<'static>)> {
    let shapes: [(&'static Version, &'static Suite, &str, bool); 4] = [
        (&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256", false),
        (&versions::TLS1_2, &rows::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, "p256", true),
        (&versions::TLS1_0, &rows::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "p384", false),
        (&versions::TLS1_2, &rows::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "rsa", false),
    ];
    let hashes = |scheme: &&'static Scheme| scheme.algorithm.key != KeyType::Ed25519;
    let hashed = Vec::leak(LEGACY.schemes.iter().copied().filter(hashes).collect());
    let config = |(version, suite, certificate, authenticates): (_, _, &str, bool)| {
        let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
            versions: Vec::leak(vec![version]),
            suites: Vec::leak(vec![suite]),
            // Ed25519 signs the transcript itself, which would be held whole.
            schemes: hashed,
            ..LEGACY
        }));
        let credential = authenticates.then(|| Credential::new(chain("p256"), private_key("p256")));
        let client = ClientConfig {
            credentials: Vec::leak(credential.into_iter().collect()),
            ..ClientConfig::new(profile, trust_anchors())
        };
        let auth_mode = if authenticates { AuthMode::Required } else { AuthMode::None };
        let server = ServerConfig {
            auth_mode,
            trust_anchors: trust_anchors(),
            ..*server_config(profile, certificate)
        };
        (client, server)
    };
    shapes.into_iter().map(config).collect()
}

/// Handshakes of each kind.
#[derive(Debug, Default)]
struct Seen {
    full: usize,
    by_id: usize,
    by_ticket: usize,
    cut_off: usize,
}

fn soak(watched: Side) {
    let count = if rng::full() { FULL_COUNT } else { SAMPLE_COUNT };
    let seed = rng::seed_from_environment(11);
    let mut dice = Seeded::new(seed);
    let configs = configs();
    let mut sessions = Sessions::new(&[Resumption::SessionId, Resumption::Ticket]);
    let cache = Rc::new(RefCell::new(SessionCache::<PLACES>::new()));
    let keys = Rc::new(RefCell::new(TicketKeys::new(&crypto::cipher::aead::AES_256_GCM)));
    let rotate = |dice: &mut Seeded| {
        let rotated = allocator::watched(|| keys.borrow_mut().rotate(handshake::Instant(0), dice));
        assert_eq!(rotated, Ok(()));
    };
    allocator::reset();
    allocator::limit_heap(HEAP_BYTES);
    if watched == Side::Server {
        rotate(&mut dice);
    }
    let mut seen = Seen::default();
    let mut most = 0;
    for turn in 0..count {
        let what = format!("{watched:?}, seed {seed}, handshake {turn}");
        // The first two shapes are three in four, so that sessions are found again.
        let shape = [0, 0, 0, 1, 1, 1, 2, 3].get(dice.below(8)).copied().unwrap_or(0);
        let Some((client, server)) = configs.get(shape) else { continue };
        let [mut ours, mut theirs] = sessions.setups();
        (ours.watched, theirs.watched) = (watched == Side::Client, watched == Side::Server);
        match watched {
            Side::Client => ours.sessions = Some(Shared(Rc::clone(&cache) as _)),
            Side::Server => {
                theirs.sessions = Some(Shared(Rc::clone(&cache) as _));
                theirs.tickets = Some(Shared(Rc::clone(&keys) as _));
            }
        }
        match dice.below(5) {
            0 => ours.sessions = None,
            1 | 2 => theirs.tickets = None,
            _ => theirs.sessions = None,
        }
        let name = if dice.below(4) == 0 { "ember.test" } else { "localhost" };
        let mut pair = Pair::new(End::client(client, server_name(name), ours), End::server(server, theirs));
        if dice.below(16) == 0 {
            for n in 0..dice.below(5) {
                let from = if n % 2 == 0 { Side::Client } else { Side::Server };
                let bytes = pair.end(from).transmit();
                pair.carry(from, bytes);
                while pair.end(from.other()).step() {}
            }
            seen.cut_off += 1;
        } else {
            converse(&mut pair, &what);
            match resumed(&pair, &what) {
                None => seen.full += 1,
                Some(Resumption::SessionId) => seen.by_id += 1,
                Some(Resumption::Ticket) => seen.by_ticket += 1,
            }
        }
        drop(pair);
        if watched == Side::Server && dice.below(50) == 0 {
            rotate(&mut dice);
        }
        most = most.max(allocator::counts().live);
        assert!(most <= IDLE_BYTES, "{what}: {most} bytes are live between connections");
    }
    let figures = allocator::heap_figures();
    println!(
        "{watched:?}: {seen:?}; of {HEAP_BYTES} bytes {} were used, the largest block was {}, between connections \
         at most {most}; peak {}",
        figures.high_water,
        figures.largest,
        allocator::counts().peak
    );
    assert_eq!(figures.refused, 0);
    for kind in [seen.full, seen.by_id, seen.by_ticket, seen.cut_off] {
        assert!(kind >= count / 50, "{seen:?}");
    }
    allocator::watched(|| {
        *cache.borrow_mut() = SessionCache::new();
        *keys.borrow_mut() = TicketKeys::new(&crypto::cipher::aead::AES_256_GCM);
    });
    assert_eq!(allocator::counts().live, 0, "{watched:?}: bytes leaked");
    assert_eq!(allocator::heap_figures().blocks, 0);
    allocator::limit_heap(0);
}

#[test]
fn a_client_lives_on_a_heap_of_fixed_size() {
    soak(Side::Client);
}

#[test]
fn a_server_lives_on_a_heap_of_fixed_size() {
    soak(Side::Server);
}
