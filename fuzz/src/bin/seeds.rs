//! Writes the corpora: the bytes of real handshakes between this code's client and server, and the messages, extensions
//! and chains in them. What is fixed in the targets (randomness, time, configurations) is fixed here in the same way,
//! so that a recorded stream plays again to its end.

use codec::HandshakeType;
use codec::message::{ClientHello, Extensions, ServerHello};
use embertls_fuzz::connection::setup;
use embertls_fuzz::datagrams;
use embertls_fuzz::world::{SEED, Scenario, world};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fs, io};
use testkit::pair::{End, Pair, Side};

/// Ways of driving that seeds are written for: at once; sliced work, a small buffer and a few bytes at a time.
const DRIVINGS: [u8; 2] = [0, 1 | 2 | 7 << 2];

/// Policies that chains are verified by: null and real signatures at a known time.
const POLICIES: [u8; 2] = [4, 5];

fn main() -> io::Result<()> {
    let mut seeds = Seeds::default();
    for (choice, scenario) in world().scenarios().iter().enumerate() {
        let choice = u8::try_from(choice).map_err(io::Error::other)?;
        let (client, server) = record(scenario);
        for driving in DRIVINGS {
            seeds.add("client", [&[choice, driving], server.as_slice()].concat());
            seeds.add("server", [&[choice, driving], client.as_slice()].concat());
        }
        seeds.add("record", [&[9, 100], server.as_slice()].concat());
        seeds.add("record", [&[2, 5], client.as_slice()].concat());
        for (message_type, body) in messages(&client).into_iter().chain(messages(&server)) {
            add_message(&mut seeds, message_type, &body);
        }
    }
    for choice in 0..u8::try_from(datagrams::scenarios().len()).map_err(io::Error::other)? {
        for input in datagrams::recorded(choice) {
            seeds.add("datagrams", input);
        }
    }
    for path in key_files()? {
        seeds.add("keys", fs::read(path)?);
    }
    seeds.write()
}

/// The keys of `pki`'s tests.
fn key_files() -> io::Result<Vec<PathBuf>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/pki/tests/data");
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            files.push(path);
        }
    }
    Ok(files)
}

/// What each side sends in a handshake with data both ways and an orderly end.
fn record(scenario: &Scenario) -> (Vec<u8>, Vec<u8>) {
    let mut setups = [setup(0, SEED), setup(0, SEED)];
    let [client, server] = &mut setups;
    scenario.keep_sessions(Side::Client, client);
    scenario.keep_sessions(Side::Server, server);
    let [client, server] = setups;
    let client = End::client(&scenario.client, scenario.peer, client);
    let server = End::server(&scenario.server, server);
    let mut pair = Pair::new(client, server);
    pair.drive();
    for side in [Side::Client, Side::Server] {
        assert!(pair.end(side).is_connected(), "{}: {:?}", scenario.name, pair.end(side).error);
        pair.send(side, b"GET / HTTP/1.0\r\n\r\n").expect("a connected end sends");
    }
    pair.close(Side::Client);
    (pair.client.sent.clone(), pair.server.sent.clone())
}

/// The handshake messages in the records before ChangeCipherSpec.
fn messages(mut records: &[u8]) -> Vec<(HandshakeType, Vec<u8>)> {
    let mut bytes = Vec::new();
    while let [22, _, _, high, low, rest @ ..] = records {
        let (fragment, rest) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        bytes.extend(fragment);
        records = rest;
    }
    let mut messages = Vec::new();
    let mut rest = bytes.as_slice();
    while let [message_type, high, middle, low, after @ ..] = rest {
        let len = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        let (body, after) = after.split_at(len);
        messages.push((HandshakeType(*message_type), body.to_vec()));
        rest = after;
    }
    messages
}

fn add_message(seeds: &mut Seeds, message_type: HandshakeType, body: &[u8]) {
    let extensions: Option<Extensions<'_>> = match message_type {
        HandshakeType::CLIENT_HELLO => ClientHello::decode(body).ok().map(|hello| hello.extensions),
        HandshakeType::SERVER_HELLO => ServerHello::decode(body).ok().map(|hello| hello.extensions),
        HandshakeType::CERTIFICATE => {
            for policy in POLICIES {
                seeds.add("certificate_chain", [&[policy], body].concat());
            }
            return;
        }
        HandshakeType(_) => None,
    };
    seeds.add("codec", body.to_vec());
    for (_, extension) in extensions.iter().flat_map(Extensions::iter) {
        seeds.add("codec", extension.to_vec());
    }
}

/// Seeds by target, each once.
#[derive(Default)]
struct Seeds(BTreeSet<(&'static str, Vec<u8>)>);

impl Seeds {
    fn add(&mut self, target: &'static str, bytes: Vec<u8>) {
        self.0.insert((target, bytes));
    }

    /// Replaces what earlier runs wrote; findings have other names and stay.
    fn write(&self) -> io::Result<()> {
        let corpora = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
        for (target, _) in embertls_fuzz::TARGETS {
            let directory = corpora.join(target);
            fs::create_dir_all(&directory)?;
            for entry in fs::read_dir(&directory)? {
                let path = entry?.path();
                if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seed-")) {
                    fs::remove_file(path)?;
                }
            }
            let seeds: Vec<_> = self.0.iter().filter(|(of, _)| *of == target).collect();
            for (index, (_, bytes)) in seeds.iter().enumerate() {
                fs::write(directory.join(format!("seed-{index:03}")), bytes)?;
            }
            println!("{target}: {} seeds", seeds.len());
        }
        Ok(())
    }
}
