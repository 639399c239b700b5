//! SRTP keying (RFC 5764): what is agreed on, what it is worth over a stream, answers that were not asked for, and the same
//! keys as OpenSSL's.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use codec::{ExtensionType, Reason, Writer};
use embertls::{
    DatagramSettings, Error, Misuse, SrtpProfile,
    registry::{
        profiles::{DEFAULT, DEFAULT_DATAGRAM},
        srtp::{self, SRTP_AEAD_AES_256_GCM as GCM, SRTP_AES128_CM_HMAC_SHA1_80 as CM_80},
    },
};
use embertls_testkit::{
    conversation::{SIDES, converse},
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate},
    pair::{self, Pair, Setup},
    peers::{Running, certificates},
};
use handshake::{ClientConfig, ServerConfig, extension::USE_SRTP};
use std::{net::UdpSocket, process::Command, time::Duration};
use suites::{Extension, HelloOffer, Negotiated, OnServer, Profile};

type Profiles = &'static [&'static SrtpProfile];

static NONE: Profiles = &[];
static ONLY_CM_80: Profiles = &[&CM_80];

fn client(profile: &'static Profile<'static>, srtp: Profiles) -> &'static ClientConfig<'static> {
    Box::leak(Box::new(ClientConfig { srtp, ..*client_config(profile) }))
}

fn server(profile: &'static Profile<'static>, srtp: Profiles) -> &'static ServerConfig<'static> {
    Box::leak(Box::new(ServerConfig { srtp, ..*server_config(profile, "p256") }))
}

/// The profile with another row for use_srtp.
fn with_row(profile: &Profile<'static>, row: &'static Extension) -> &'static Profile<'static> {
    let rows = profile.extensions.iter().map(|old| if old.id == row.id { row } else { *old });
    Box::leak(Box::new(Profile { extensions: Vec::leak(rows.collect()), ..*profile }))
}

type Keys = (&'static str, [Vec<u8>; 4]);

/// The keys of an end: client and server write key, client and server write salt.
fn keys(end: &mut End<'_>) -> Result<Option<Keys>, Error> {
    let keys = end.call(|connection, _| connection.srtp_keys()).unwrap()?;
    Ok(keys.map(|keys| {
        let (client, server) = (keys.client_write(), keys.server_write());
        let parts = [client.key, server.key, client.salt, server.salt].map(<[u8]>::to_vec);
        (keys.profile().name, parts)
    }))
}

/// The end of a handshake, and both ends' keys.
fn agree(
    ours: &'static ClientConfig<'static>,
    theirs: &'static ServerConfig<'static>,
) -> [Result<Option<Keys>, Error>; 2] {
    let settings = DatagramSettings::default();
    let mut pair = DatagramPair::new(
        End::client(ours, server_name("localhost"), settings, Setup::new(1)),
        End::server(theirs, settings, Setup::new(2)),
        |_, _, _| Fate::Passes,
    );
    pair.drive();
    SIDES.map(|side| {
        let end = pair.end(side);
        end.error.map_or(Ok(()), Err)?;
        let keys = keys(end)?;
        assert_eq!(end.facts().unwrap().srtp.map(|profile| profile.name), keys.as_ref().map(|keys| keys.0));
        Ok(keys)
    })
}

#[test]
fn both_ends_have_the_same_keys_by_the_servers_preference() {
    static CASES: [(Profiles, Profiles, Option<&SrtpProfile>); 6] = [
        (&[&CM_80, &GCM], &[&GCM, &CM_80], Some(&GCM)),
        (&[&GCM, &CM_80], &[&CM_80, &GCM], Some(&CM_80)),
        (srtp::ALL, &[&GCM], Some(&GCM)),
        (&[&CM_80], &[&GCM], None),
        (ONLY_CM_80, NONE, None),
        (NONE, ONLY_CM_80, None),
    ];
    for (ours, theirs, expected) in CASES {
        let [client, server] = agree(client(&DEFAULT_DATAGRAM, ours), server(&DEFAULT_DATAGRAM, theirs));
        assert_eq!(client, server);
        let keys = client.unwrap();
        assert_eq!(keys.as_ref().map(|keys| keys.0), expected.map(|profile| profile.name));
        if let Some(((_, parts), profile)) = keys.zip(expected) {
            let lengths = parts.each_ref().map(Vec::len);
            let SrtpProfile { key_len, salt_len, .. } = *profile;
            assert_eq!(lengths, [key_len, key_len, salt_len, salt_len]);
            let [client_key, server_key, client_salt, server_salt] = parts;
            assert!(client_key != server_key && client_salt != server_salt);
        }
    }
}

#[test]
fn before_the_end_of_the_handshake_there_are_no_keys() {
    let settings = DatagramSettings::default();
    let ours = client(&DEFAULT_DATAGRAM, srtp::ALL);
    let mut end = End::client(ours, server_name("localhost"), settings, Setup::new(1));
    assert_eq!(keys(&mut end), Err(Error::Misuse(Misuse::NotConnected)));
}

#[test]
fn without_the_extended_master_secret_a_profile_is_agreed_on_and_there_are_no_keys() {
    let rows = DEFAULT_DATAGRAM.extensions.iter().copied();
    let rows = rows.filter(|row| row.id != ExtensionType::EXTENDED_MASTER_SECRET).collect();
    let profile = Box::leak(Box::new(Profile { extensions: Vec::leak(rows), ..DEFAULT_DATAGRAM }));
    let refused = || Err(Error::Misuse(Misuse::Export));
    assert_eq!(agree(client(profile, srtp::ALL), server(profile, srtp::ALL)), [refused(), refused()]);
}

/// What a client offers that knows no difference between streams and datagrams, with an MKI.
static ALWAYS_OFFERED: Extension = Extension {
    offer: |_, w: &mut Writer<'_>| {
        w.bytes(&[0, 4, 0, 1, 0, 7, 3, 9, 8, 7])?;
        Ok(true)
    },
    ..USE_SRTP
};

#[test]
fn over_a_stream_nothing_is_offered_and_an_offer_is_ignored() {
    for profile in [with_row(&DEFAULT, &ALWAYS_OFFERED), &DEFAULT] {
        let mut pair = Pair::new(
            pair::End::client(client(profile, srtp::ALL), server_name("localhost"), Setup::new(1)),
            pair::End::server(server(&DEFAULT, srtp::ALL), Setup::new(2)),
        );
        converse(&mut pair, "a stream");
        assert!([&pair.client, &pair.server].iter().all(|end| end.facts().unwrap().srtp.is_none()));
    }
    let mut body = memory::Bytes::with_cap(100);
    let offer = HelloOffer { srtp: srtp::ALL, ..HelloOffer::new(&DEFAULT) };
    assert_eq!((USE_SRTP.offer)(&offer, &mut Writer::new(&mut body)), Ok(false));
    let mut negotiated = Negotiated::default();
    assert_eq!((USE_SRTP.server.on_offer)(&offer, b"no list", &mut negotiated), Ok(()));
    assert!(negotiated.srtp.is_none());
}

#[test]
fn an_mki_is_answered_with_none() {
    let profile = with_row(&DEFAULT_DATAGRAM, &ALWAYS_OFFERED);
    let [client, server] = agree(client(profile, srtp::ALL), server(&DEFAULT_DATAGRAM, ONLY_CM_80));
    assert_eq!(client, server);
    assert_eq!(client.unwrap().unwrap().0, CM_80.name);
}

/// A server's answer that is always the same.
macro_rules! answers {
    ($($name:ident $body:expr;)*) => {
        $(static $name: Extension = Extension {
            server: OnServer {
                answer: |_, _, w: &mut Writer<'_>| {
                    w.bytes(&$body)?;
                    Ok(true)
                },
                ..USE_SRTP.server
            },
            ..USE_SRTP
        };)*
    };
}

answers! {
    NOT_OFFERED [0, 2, 0, 8, 0];
    UNKNOWN [0, 2, 0x2A, 0x2A, 0];
    TWO [0, 4, 0, 1, 0, 7, 0];
    MKI [0, 2, 0, 1, 1, 5];
    EMPTY [0, 0, 0];
}

#[test]
fn rejects_answers_that_were_not_offered() {
    static OURS: Profiles = &[&CM_80, &srtp::SRTP_AEAD_AES_128_GCM];
    for row in [&NOT_OFFERED, &UNKNOWN, &TWO, &MKI] {
        let theirs = server(with_row(&DEFAULT_DATAGRAM, row), NONE);
        let [client, server] = agree(client(&DEFAULT_DATAGRAM, OURS), theirs);
        assert_eq!(client, Err(Error::Violation(Reason::SrtpNotOffered)));
        assert_eq!(client.unwrap_err().alert(), Some(embertls::AlertDescription::ILLEGAL_PARAMETER));
        assert_eq!(server, Err(Error::AlertReceived(embertls::AlertDescription::ILLEGAL_PARAMETER)));
    }
    let theirs = server(with_row(&DEFAULT_DATAGRAM, &EMPTY), NONE);
    let [client, _] = agree(client(&DEFAULT_DATAGRAM, OURS), theirs);
    assert_eq!(client.unwrap_err().alert(), Some(embertls::AlertDescription::DECODE_ERROR));
}

/// OpenSSL's client against a server of ours: it exports what we do.
#[test]
fn openssl_exports_the_same_keys() {
    const SOON: Duration = Duration::from_secs(20);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(SOON)).unwrap();
    let mut command = Command::new("openssl");
    command.args(["s_client", "-dtls1_2", "-connect", &socket.local_addr().unwrap().to_string()]);
    command.arg("-CAfile").arg(certificates().join("roots.pem"));
    command.args(["-use_srtp", "SRTP_AES128_CM_SHA1_80"]);
    command.args(["-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "60"]);
    let mut openssl = Running::start(command).unwrap();
    let settings = DatagramSettings::default();
    let mut end = End::server(server(&DEFAULT_DATAGRAM, srtp::ALL), settings, Setup::new(2));
    let mut buffer = vec![0; 2000];
    while !end.is_connected() {
        let (len, from) = socket.recv_from(&mut buffer).unwrap();
        end.receive(buffer.get(..len).unwrap());
        assert_eq!(end.error, None, "{}", openssl.errors());
        for datagram in end.transmit() {
            socket.send_to(&datagram, from).unwrap();
        }
    }
    let (name, parts) = keys(&mut end).unwrap().unwrap();
    assert_eq!(name, CM_80.name);
    let hex: String = parts.concat().iter().map(|byte| format!("{byte:02X}")).collect();
    let line = format!("Keying material: {hex}");
    assert!(
        openssl.wait_until(SOON, |running| running.last_output().contains(&line)),
        "{}",
        openssl.last_output()
    );
    assert!(openssl.last_output().contains("SRTP Extension negotiated, profile=SRTP_AES128_CM_SHA1_80"));
    openssl.end();
}
