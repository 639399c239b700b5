//! OCSP responses that a server staples (RFC 6066 section 8): asked for, sent, judged, and what becomes of those that are not
//! good.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::HandshakeType;
use crypto::{Budget, Progress, hash};
use embertls::{
    AlertDescription, Error, MissingStaple, Reasons, Stapling, registry::profiles, registry::verification,
};
use embertls_testkit::{
    chains::der,
    conversation::{Sessions, converse, resumed},
    credentials::{chain, client_config, private_key, server_config, server_name},
    datagrams,
    pair::{End, Pair, Setup, Side},
    rng::Seeded,
    tamper,
};
use handshake::{AuthMode, ClientConfig, Credential, Resumption, ServerConfig};
use x509::Certificate;

const GOOD: &[u8] = &[0x80, 0];
const UNKNOWN: &[u8] = &[0x82, 0];

/// A response about the certificate `p256`, of `mid-ec`, which issued it: what it says, and from when to when.
fn response(status: &[u8], dates: [&str; 2]) -> &'static [u8] {
    let certificates = chain("p256").iter().map(|der| Certificate::decode(der).unwrap()).collect::<Vec<_>>();
    let (leaf, issuer) = (&certificates[0], &certificates[1]);
    let mut key = pki::der::Reader::new(issuer.spki).sequence().unwrap();
    key.sequence().unwrap();
    let sha1 = |bytes: &[u8]| der::value(0x04, (hash::SHA1.digest)(&[bytes]).as_ref());
    let time = |text: &str| der::value(0x18, text.as_bytes());
    let id = der::sequence(&[
        der::sequence(&[der::oid(&[0x2B, 14, 3, 2, 26]), der::value(0x05, &[])]),
        sha1(leaf.issuer.der()),
        sha1(key.octet_aligned_bits().unwrap()),
        der::value(0x02, leaf.serial_number),
    ]);
    let [start, end] = dates;
    let single = der::sequence(&[id, status.to_vec(), time(start), der::value(0xA0, &time(end))]);
    let responder = der::value(0xA1, issuer.subject.der());
    let tbs = der::sequence(&[responder, time(start), der::sequence(&[single])]);
    let algorithm = &crypto::signature::ECDSA_SHA256;
    let digest = (algorithm.hash.digest)(&[&tbs]);
    let mut job = private_key("mid-ec").sign(algorithm, digest.as_ref(), &mut Seeded::new(3)).unwrap();
    let mut signature = [0; 128];
    let len = loop {
        if let Progress::Ready(len) = job.advance(Budget::UNLIMITED, &mut signature) {
            break len.unwrap();
        }
    };
    let basic =
        der::sequence(&[tbs, der::sequence(&[der::oid(algorithm.oid)]), der::bits(&signature[..len])]);
    let bytes = der::sequence(&[der::oid(&[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 1]), der::value(0x04, &basic)]);
    der::sequence(&[der::value(0x0A, &[0]), der::value(0xA0, &bytes)]).leak()
}

const THIS_YEAR: [&str; 2] = ["20251201000000Z", "20271201000000Z"];

fn revoked() -> Vec<u8> {
    der::value(0xA1, &der::value(0x18, b"20251202000000Z"))
}

fn server(ocsp_response: &'static [u8]) -> ServerConfig<'static> {
    let config = server_config(&profiles::DEFAULT, "p256");
    let credential = Credential { ocsp_response, ..config.credentials[0] };
    ServerConfig { credentials: Vec::leak(vec![credential]), ..*config }
}

fn client(stapling: Option<Stapling<'static>>) -> ClientConfig<'static> {
    ClientConfig { stapling, ..*client_config(&profiles::DEFAULT) }
}

fn pair<'c>(
    client: &'c ClientConfig<'c>,
    server: &'c ServerConfig<'c>,
    budget: Option<u32>,
) -> Pair<'c, 'static> {
    let setup = |seed| Setup { budget, ..Setup::new(seed) };
    Pair::new(End::client(client, server_name("localhost"), setup(1)), End::server(server, setup(2)))
}

/// The types of the handshake messages that an end sent before its ChangeCipherSpec.
fn messages(sent: &[u8]) -> Vec<HandshakeType> {
    tamper::records(sent)
        .into_iter()
        .take_while(|record| record[0] == 22)
        .flat_map(|record| tamper::messages(&record[tamper::RECORD_HEADER_BYTES..]))
        .map(|message| HandshakeType(message[0]))
        .collect()
}

#[test]
fn a_good_response_is_sent_to_clients_that_ask_and_to_no_others() {
    let with = server(response(GOOD, THIS_YEAR));
    let without = server(&[]);
    for (server, stapling, sent) in [
        (&with, Some(verification::STAPLING), true),
        (&with, None, false),
        (&without, Some(verification::STAPLING), false),
        (&without, None, false),
    ] {
        for budget in [None, Some(1)] {
            let client = client(stapling);
            let mut pair = pair(&client, server, budget);
            converse(&mut pair, "stapling");
            let types = messages(&pair.server.sent);
            assert_eq!(types.contains(&HandshakeType::CERTIFICATE_STATUS), sent);
            assert!(pair.client.facts().unwrap().verdict.unwrap().flags.is_empty());
            if sent {
                let at = types.iter().position(|id| *id == HandshakeType::CERTIFICATE_STATUS).unwrap();
                assert_eq!(types[at - 1], HandshakeType::CERTIFICATE);
                assert_eq!(types[at + 1], HandshakeType::SERVER_KEY_EXCHANGE);
            }
        }
    }
}

#[test]
fn a_response_that_is_not_good_ends_the_handshake_with_its_alert() {
    let good = response(GOOD, THIS_YEAR);
    let mut damaged = good.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    for (response, reasons) in [
        (response(&revoked(), THIS_YEAR), Reasons::OCSP_REVOKED),
        (response(UNKNOWN, THIS_YEAR), Reasons::OCSP_UNKNOWN),
        (response(GOOD, ["20241201000000Z", "20251201000000Z"]), Reasons::OCSP_STALE),
        (response(GOOD, ["20260201000000Z", "20270201000000Z"]), Reasons::OCSP_STALE),
        (&*damaged.leak(), Reasons::OCSP_NOT_SIGNED),
        (&good[1..], Reasons::OCSP_MALFORMED),
        (&[0x30, 3, 0x0A, 1, 3], Reasons::OCSP_NO_ANSWER),
    ] {
        let (server, client) = (server(response), client(Some(verification::STAPLING)));
        let mut refused = pair(&client, &server, None);
        refused.drive();
        assert_eq!(refused.client.error, Some(Error::CertificateStatus(reasons)));
        let alert = AlertDescription::BAD_CERTIFICATE_STATUS_RESPONSE;
        assert_eq!(refused.server.error, Some(Error::AlertReceived(alert)));
        // Who only looks sees the same, and goes on.
        let client = ClientConfig { auth_mode: AuthMode::Optional, ..client };
        let mut seen = pair(&client, &server, None);
        converse(&mut seen, "optional");
        assert_eq!(seen.client.facts().unwrap().verdict.unwrap().reasons, reasons);
    }
}

#[test]
fn a_response_that_is_demanded_and_does_not_come_ends_the_handshake() {
    let stapling = Stapling { missing: MissingStaple::Refused, ..verification::STAPLING };
    let client = client(Some(stapling));
    let missing = Some(Error::CertificateStatus(Reasons::NO_STAPLE));
    let without = server(&[]);
    let mut refused = pair(&client, &without, None);
    refused.drive();
    assert_eq!(refused.client.error, missing);
    // Promised and not sent.
    let with = server(response(GOOD, THIS_YEAR));
    let mut cut = pair(&client, &with, None).tampered(|side, bytes| {
        rewrite(side, bytes, |message| match HandshakeType(message[0]) {
            HandshakeType::CERTIFICATE_STATUS => vec![],
            _ => vec![message],
        });
    });
    cut.drive();
    assert_eq!(cut.client.error, missing);
    // Fetched beforehand: nothing is asked for.
    let fetched = Stapling { response: Some(response(GOOD, THIS_YEAR)), ..stapling };
    let client = ClientConfig { stapling: Some(fetched), ..client };
    let mut pair = pair(&client, &with, Some(1));
    converse(&mut pair, "fetched");
    assert!(!messages(&pair.server.sent).contains(&HandshakeType::CERTIFICATE_STATUS));
    let old = Stapling { response: Some(response(&revoked(), THIS_YEAR)), ..stapling };
    let client = ClientConfig { stapling: Some(old), ..client };
    let mut pair = self::pair(&client, &with, Some(1));
    pair.drive();
    assert_eq!(pair.client.error, Some(Error::CertificateStatus(Reasons::OCSP_REVOKED)));
}

/// Changes the messages of the server's first flight.
fn rewrite(side: Side, bytes: &mut Vec<u8>, change: impl Fn(Vec<u8>) -> Vec<Vec<u8>>) {
    let is_first = bytes.get(tamper::RECORD_HEADER_BYTES) == Some(&HandshakeType::SERVER_HELLO.0);
    if side == Side::Server && is_first {
        tamper::edit_messages(bytes, |messages| {
            *messages = core::mem::take(messages).into_iter().flat_map(change).collect();
        });
    }
}

#[test]
fn a_status_that_is_not_expected_is_out_of_order() {
    let with = server(response(GOOD, THIS_YEAR));
    let without = server(&[]);
    let status = [22, 0, 0, 7, 1, 0, 0, 3, 1, 2, 3].to_vec();
    let after = |id: HandshakeType, status: &[u8]| {
        let status = status.to_vec();
        move |message: Vec<u8>| {
            let here = message[0] == id.0;
            if here { vec![message, status.clone()] } else { vec![message] }
        }
    };
    let unexpected = Some(Error::UnexpectedMessage(HandshakeType::CERTIFICATE_STATUS));
    for (server, stapling, place) in [
        // The server has not answered the extension, or was not asked.
        (&without, Some(verification::STAPLING), HandshakeType::CERTIFICATE),
        (&with, None, HandshakeType::CERTIFICATE),
        // A second one, and one in another place.
        (&with, Some(verification::STAPLING), HandshakeType::CERTIFICATE_STATUS),
        (&with, Some(verification::STAPLING), HandshakeType::SERVER_KEY_EXCHANGE),
    ] {
        let client = client(stapling);
        let mut pair =
            pair(&client, server, None).tampered(|side, bytes| rewrite(side, bytes, after(place, &status)));
        pair.drive();
        assert_eq!(pair.client.error, unexpected, "{place:?}");
    }
    // Of another type, or empty.
    for (status, alert) in [
        (&[22, 0, 0, 5, 2, 0, 0, 1, 7][..], AlertDescription::ILLEGAL_PARAMETER),
        (&[22, 0, 0, 4, 1, 0, 0, 0], AlertDescription::DECODE_ERROR),
    ] {
        let client = client(Some(verification::STAPLING));
        let mut pair = pair(&client, &with, None).tampered(|side, bytes| {
            rewrite(side, bytes, |message| match HandshakeType(message[0]) {
                HandshakeType::CERTIFICATE_STATUS => vec![status.to_vec()],
                _ => vec![message],
            });
        });
        pair.drive();
        assert_eq!(pair.server.error, Some(Error::AlertReceived(alert)));
    }
}

#[test]
fn a_session_is_resumed_without_a_new_response() {
    let (with, client) = (server(response(GOOD, THIS_YEAR)), client(Some(verification::STAPLING)));
    for (forms, how) in
        [(&[Resumption::SessionId][..], Resumption::SessionId), (&[Resumption::Ticket], Resumption::Ticket)]
    {
        let mut sessions = Sessions::new(forms);
        for expected in [None, Some(how)] {
            let [ours, theirs] = sessions.setups();
            let mut pair =
                Pair::new(End::client(&client, server_name("localhost"), ours), End::server(&with, theirs));
            converse(&mut pair, "resumption");
            assert_eq!(resumed(&pair, "resumption"), expected);
            let stapled = messages(&pair.server.sent).contains(&HandshakeType::CERTIFICATE_STATUS);
            assert_eq!(stapled, expected.is_none());
        }
        // A client that did not ask for it has sessions of its own.
        let other = ClientConfig { stapling: None, ..client };
        let [ours, theirs] = sessions.setups();
        let mut pair =
            Pair::new(End::client(&other, server_name("localhost"), ours), End::server(&with, theirs));
        converse(&mut pair, "another");
        assert_eq!(resumed(&pair, "another"), None);
    }
}

#[test]
fn a_response_is_stapled_over_datagrams() {
    let profile = &profiles::DEFAULT_DATAGRAM;
    for (status, expected) in [
        (response(GOOD, THIS_YEAR), None),
        (response(&revoked(), THIS_YEAR), Some(Error::CertificateStatus(Reasons::OCSP_REVOKED))),
    ] {
        let client = ClientConfig { profile, ..client(Some(verification::STAPLING)) };
        let server = ServerConfig { profile, ..server(status) };
        let settings = embertls::DatagramSettings::default();
        let mut network = datagrams::DatagramPair::new(
            datagrams::End::client(&client, server_name("localhost"), settings, Setup::new(1)),
            datagrams::End::server(&server, settings, Setup::new(2)),
            |_, _, _: &[u8]| datagrams::Fate::Passes,
        );
        network.drive();
        assert_eq!(network.client.error, expected);
        assert_eq!(network.client.is_connected(), expected.is_none());
    }
}
