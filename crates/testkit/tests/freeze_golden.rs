//! The form of blobs: those that are committed go on with each other, and their bytes are as they are documented.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::{
    cipher::aead::AES_256_GCM,
    curve::{secp256r1, secp384r1},
    signature,
};
use embertls::registry::{profiles::LEGACY, suites as rows, versions};
use embertls_testkit::{
    conversation::SIDES,
    credentials::{PSK, PSKS, chain, private_key, trust_anchors},
    pair::{Setup, Shared, Side},
    sleepers::{Counter, DEVICE_KEY, Sleepers, freezer_with},
};
use handshake::{AuthMode, ClientConfig, Credential, KeyLog, OwnConnectionId, ServerConfig, ServerPsk};
use std::{cell::RefCell, path::Path, rc::Rc};
use suites::{Profile, Suite, Version};

struct Case {
    file: &'static str,
    version: &'static Version,
    suite: &'static Suite,
    /// What the counter stands at when both are frozen.
    counter: Option<u64>,
    /// Whether they have talked before.
    talked: bool,
    /// Connection IDs of client and server.
    connection_ids: Option<[&'static [u8]; 2]>,
}

static CASES: &[Case] = &[
    Case {
        file: "1-tls12-psk-gcm",
        version: &versions::TLS1_2,
        suite: &rows::TLS_PSK_WITH_AES_128_GCM_SHA256,
        counter: None,
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-tls12-psk-cbc-etm",
        version: &versions::TLS1_2,
        suite: &rows::TLS_PSK_WITH_AES_256_CBC_SHA384,
        counter: None,
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-tls12-psk-chacha-counter",
        version: &versions::TLS1_2,
        suite: &rows::TLS_PSK_WITH_CHACHA20_POLY1305_SHA256,
        counter: Some(0x0102_0304_0506_0708),
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-tls10-psk-cbc-counter",
        version: &versions::TLS1_0,
        suite: &rows::TLS_PSK_WITH_AES_128_CBC_SHA,
        counter: Some(0),
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-tls12-ecdsa-gcm-chain-counter",
        version: &versions::TLS1_2,
        suite: &rows::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        counter: Some(1),
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-dtls12-psk-ccm8",
        version: &versions::DTLS1_2,
        suite: &rows::TLS_PSK_WITH_AES_128_CCM_8,
        counter: None,
        talked: true,
        connection_ids: None,
    },
    Case {
        file: "1-dtls12-psk-ccm8-flight-counter",
        version: &versions::DTLS1_2,
        suite: &rows::TLS_PSK_WITH_AES_128_CCM_8,
        counter: Some(u64::MAX - 1),
        talked: false,
        connection_ids: None,
    },
    Case {
        file: "1-dtls12-psk-gcm-cid",
        version: &versions::DTLS1_2,
        suite: &rows::TLS_PSK_WITH_AES_128_GCM_SHA256,
        counter: None,
        talked: true,
        connection_ids: Some([b"", b"seven"]),
    },
];

impl Case {
    fn configs(&self) -> (&'static ClientConfig<'static>, &'static ServerConfig<'static>) {
        let profile: &'static Profile<'static> = Box::leak(Box::new(Profile {
            versions: Vec::leak(vec![self.version]),
            suites: Vec::leak(vec![self.suite]),
            certificate_algorithms: Vec::leak(vec![&signature::ECDSA_SHA256, &signature::ECDSA_SHA384]),
            curves: Vec::leak(vec![&secp256r1::CURVE, &secp384r1::CURVE]),
            ..LEGACY
        }));
        let with_certificates = self.suite.kx.psk.is_none();
        let credentials: &'static [Credential<'static>] = if with_certificates {
            Vec::leak(vec![Credential::new(chain("p256"), private_key("p256"))])
        } else {
            &[]
        };
        let trust_anchors = if with_certificates { trust_anchors() } else { &[] };
        let own =
            self.connection_ids.map_or([OwnConnectionId::None; 2], |ids| ids.map(OwnConnectionId::Given));
        let client = ClientConfig {
            credentials,
            psk: Some(PSK),
            alpn: &[b"one", b"two"],
            keep_peer_chain: true,
            connection_id: own[0],
            ..ClientConfig::new(profile, trust_anchors)
        };
        let server = ServerConfig {
            psk: Some(ServerPsk::new(&PSKS)),
            alpn: &[b"two"],
            trust_anchors,
            auth_mode: if with_certificates { AuthMode::Required } else { AuthMode::None },
            keep_peer_chain: true,
            connection_id: own[1],
            ..ServerConfig::new(profile, credentials)
        };
        (Box::leak(Box::new(client)), Box::leak(Box::new(server)))
    }

    fn counter(&self) -> Option<Counter> {
        self.counter.map(|value| Counter { value, ..Counter::default() })
    }

    /// Both blobs, made now.
    fn freeze(&self, setups: [Setup; 2]) -> [Vec<u8>; 2] {
        let (client, server) = self.configs();
        let mut sleepers = Sleepers::with_setups(client, server, setups);
        sleepers.drive();
        if self.talked {
            sleepers.exchange("before");
        }
        SIDES.map(|side| sleepers.freeze(side, &mut freezer_with(self.counter().as_mut())).unwrap().to_vec())
    }

    /// Both blobs, as they are committed.
    fn committed(&self) -> [Vec<u8>; 2] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/frozen");
        let file = folder.join(self.file).with_extension("txt");
        if std::env::var("EMBERTLS_ACCEPT").is_ok() && !file.exists() {
            let [client, server] = self.freeze([Setup::new(1), Setup::new(2)]).map(|blob| hex(&blob));
            std::fs::write(&file, format!("client {client}\nserver {server}\n")).unwrap();
        }
        let text = std::fs::read_to_string(&file).unwrap();
        ["client ", "server "].map(|side| {
            let line = text.lines().find_map(|line| line.strip_prefix(side)).unwrap();
            (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect()
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn committed_connections_go_on_with_each_other() {
    for case in CASES {
        let (client, server) = case.configs();
        // Ends that have not spoken, in whose places the thawed ones come.
        let mut sleepers = Sleepers::new(client, server, 1);
        for (side, blob) in SIDES.into_iter().zip(case.committed()) {
            sleepers.thaw(side, &blob, &mut freezer_with(case.counter().as_mut())).unwrap();
            let facts = sleepers.facts(side).unwrap();
            assert_eq!((facts.version.wire, facts.suite.id), (case.version.wire, case.suite.id));
            println!("{} {side:?}: {} bytes", case.file, blob.len());
        }
        sleepers.exchange(case.file);
    }
}

/// With a counter nothing is drawn but the blob's own nonce, so that a connection frozen again is the same bytes.
#[test]
fn a_committed_connection_that_is_frozen_again_is_the_same_but_for_its_nonce() {
    for case in CASES.iter().filter(|case| case.counter.is_some()) {
        let (client, server) = case.configs();
        let mut sleepers = Sleepers::new(client, server, 9);
        for (side, blob) in SIDES.into_iter().zip(case.committed()) {
            sleepers.thaw(side, &blob, &mut freezer_with(case.counter().as_mut())).unwrap();
            let again = sleepers.freeze(side, &mut freezer_with(case.counter().as_mut())).unwrap();
            assert_ne!(again[4..16], blob[4..16]);
            assert_eq!(hex(&opened(&again)), hex(&opened(&blob)), "{} {side:?}", case.file);
        }
    }
}

/// The plaintext of a blob.
fn opened(blob: &[u8]) -> Vec<u8> {
    let (header, rest) = blob.split_at(4);
    let (nonce, rest) = rest.split_at(12);
    let (data, tag) = rest.split_at(rest.len() - 16);
    let mut data = data.to_vec();
    let aead = (AES_256_GCM.new)(&DEVICE_KEY).unwrap();
    aead.open(nonce.try_into().unwrap(), header, &mut data, tag).unwrap();
    data
}

/// Reads what is documented, with nothing of the library.
struct Fields(Vec<u8>);

impl Fields {
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        self.0.drain(..len).collect()
    }

    fn number(&mut self, len: usize) -> u64 {
        self.bytes(len).iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn vector(&mut self, prefix: usize) -> Vec<u8> {
        let len = self.number(prefix);
        self.bytes(usize::try_from(len).unwrap())
    }
}

#[derive(Default)]
struct Secrets(Vec<([u8; 32], [u8; 48])>);

impl KeyLog for Secrets {
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        self.0.push((*client_random, *master_secret));
    }
}

#[test]
fn the_bytes_are_those_of_the_documentation() {
    for case in CASES {
        let secrets = Rc::new(RefCell::new(Secrets::default()));
        let key_log: Rc<RefCell<dyn KeyLog>> = Rc::clone(&secrets) as _;
        let ours = Setup { key_log: Some(Shared(key_log)), ..Setup::new(1) };
        let blobs = case.freeze([ours, Setup::new(2)]);
        let [(client_random, master_secret)] = secrets.borrow().0[..] else { panic!("one handshake") };
        for (side, blob) in SIDES.into_iter().zip(blobs) {
            assert_eq!(blob[..4], *b"EmF\x01");
            let mut fields = Fields(opened(&blob));
            fields.bytes(32);
            assert_eq!(fields.vector(1), case.counter.map_or(vec![], |value| value.to_be_bytes().to_vec()));
            assert_eq!(fields.number(2), u64::from(case.version.wire.0));
            assert_eq!(fields.number(2), u64::from(case.suite.id.0));
            let with_certificates = case.suite.kx.psk.is_none();
            let [group, scheme] = [(); 2].map(|()| fields.number(2));
            assert_eq!([group != 0, scheme != 0], [with_certificates; 2]);
            assert_eq!(fields.number(1), 0, "not resumed");
            let etm = u64::from(case.suite.bulk.block_cipher);
            let certificate = if with_certificates { 0b11 << 3 } else { 0 };
            assert_eq!(fields.number(1), 1 | etm << 1 | 1 << 2 | certificate, "flags");
            let alpn = if side == Side::Client { 2 } else { 1 };
            assert_eq!(fields.number(2), alpn);
            assert_eq!([(); 3].map(|()| fields.number(2)), [0; 3], "sizes, SRTP");
            let verdict = if with_certificates { vec![0; 9] } else { vec![] };
            assert_eq!(fields.vector(1), verdict);
            assert_eq!(fields.bytes(48), master_secret);
            assert_eq!(fields.bytes(32), client_random);
            fields.bytes(32 + 12 + 12);
            assert_eq!(fields.vector(1).len(), if with_certificates { 41 } else { 0 });
            let identity = [&[7], PSK.identity].concat();
            assert_eq!(fields.vector(1), if with_certificates { vec![] } else { identity });
            let sent: Vec<u8> = if with_certificates {
                let prefixed =
                    |der: &&[u8]| [&u32::try_from(der.len()).unwrap().to_be_bytes()[1..], *der].concat();
                chain("p256").iter().flat_map(prefixed).collect()
            } else {
                vec![]
            };
            assert_eq!(fields.vector(3), sent);
            // Finished and one or two messages, of which a block cipher under TLS 1.0 makes two records.
            let mut records = if case.talked { [3, 2] } else { [1, 1] };
            if case.version.wire == versions::TLS1_0.wire {
                records = [5, 3];
            }
            if side == Side::Server {
                records.reverse();
            }
            let epoch = u64::from(case.version.datagram) << 48;
            for (direction, records) in ["write", "read"].into_iter().zip(records) {
                let number = fields.number(8);
                if !(case.version.datagram && direction == "read") {
                    assert_eq!(number, epoch + records, "{} {side:?} {direction}", case.file);
                }
                assert_eq!(fields.number(4), 0, "never begun anew");
                match (fields.number(1), case.suite.bulk.name) {
                    (0, "CHACHA20_POLY1305") => {}
                    (1, _) => assert_eq!(fields.number(8), 0),
                    (2, "AES_256_CBC") => {}
                    (3, "AES_128_CBC") => assert_ne!(fields.bytes(16), [0; 16]),
                    (kind, name) => panic!("{kind} {name}"),
                }
            }
            if case.version.datagram {
                let (newest, seen) = (fields.number(8), fields.number(8));
                assert_eq!((newest, seen), (records[1] - 1, (1 << records[1]) - 1), "seen");
                assert!(fields.number(8) > 0, "records in the clear");
                assert_eq!(fields.number(2), 1 << 14);
                fields.bytes(6);
                assert_eq!(fields.number(4), 0, "rejected");
                assert_eq!(fields.vector(1).len(), 0, "session");
                let ids = case.connection_ids.unwrap_or_default();
                let (own, peer) = if side == Side::Client { (ids[0], ids[1]) } else { (ids[1], ids[0]) };
                assert_eq!(fields.number(1), u64::from(case.connection_ids.is_some()));
                assert_eq!((fields.vector(1), fields.vector(1)), (own.to_vec(), peer.to_vec()));
                assert_eq!(fields.number(2), 1, "nothing padded");
                let (flight, change_cipher_spec) = (fields.vector(3), fields.vector(1));
                let is_kept = side == Side::Server && !case.talked;
                assert_eq!((flight.is_empty(), change_cipher_spec.is_empty()), (!is_kept, !is_kept));
            } else {
                assert_eq!([(); 2].map(|()| fields.number(2)), [1 << 14; 2]);
                assert_eq!(fields.bytes(2), [0, 0]);
                assert_eq!(fields.vector(1).len(), 0, "session");
            }
            assert!(fields.0.is_empty(), "{} bytes more", fields.0.len());
        }
    }
}
