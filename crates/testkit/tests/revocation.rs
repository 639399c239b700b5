//! A server's certificates in lists, and pinned keys, during a handshake.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{AlertDescription, ClientConfig, Error};
use embertls_testkit::{
    chains::der,
    credentials::{chain, client_config, private_key, server_config, server_name},
    pair::{End, Pair, Setup},
    rng::Seeded,
};
use x509::{Certificate, Crl, Flags, MissingCrl, PinRole, Pins, Revocation, RevocationScope};

/// The list of `mid-ec`, which issued `p256`.
fn list(revoked: &[&[u8]]) -> Vec<u8> {
    let algorithm = &crypto::signature::ECDSA_SHA256;
    let identifier = der::sequence(&[der::oid(algorithm.oid)]);
    let time = |text: &str| der::value(0x17, text.as_bytes());
    let issuer = Certificate::decode(chain("p256")[0]).unwrap().issuer.der().to_vec();
    let mut fields =
        vec![der::small(1), identifier.clone(), issuer, time("200101000000Z"), time("491231235959Z")];
    if !revoked.is_empty() {
        let entries: Vec<_> = revoked
            .iter()
            .map(|serial| der::sequence(&[der::value(0x02, serial), time("200201000000Z")]))
            .collect();
        fields.push(der::sequence(&entries));
    }
    let tbs = der::sequence(&fields);
    let digest = (algorithm.hash.digest)(&[&tbs]);
    let mut job = private_key("mid-ec").sign(algorithm, digest.as_ref(), &mut Seeded::new(3)).unwrap();
    let mut signature = [0; 128];
    let len = loop {
        if let crypto::Progress::Ready(len) = job.advance(crypto::Budget::UNLIMITED, &mut signature) {
            break len.unwrap();
        }
    };
    der::sequence(&[tbs, identifier, der::bits(&signature[..len])])
}

/// What a client with this configuration says to the server `p256`.
fn outcome(change: impl Fn(ClientConfig<'static>) -> ClientConfig<'static>) -> Option<Error> {
    let profile = &embertls::registry::profiles::DEFAULT;
    let client = Box::leak(Box::new(change(*client_config(profile))));
    let mut pair = Pair::new(
        End::client(client, server_name("localhost"), Setup::new(1)),
        End::server(server_config(profile, "p256"), Setup::new(2)),
    );
    pair.drive();
    if let Some(Error::Certificate(flags)) = pair.client.error {
        let alert = if flags.contains(Flags::REVOKED) {
            AlertDescription::CERTIFICATE_REVOKED
        } else if flags.contains(Flags::NOT_TRUSTED) {
            AlertDescription::UNKNOWN_CA
        } else {
            AlertDescription::CERTIFICATE_UNKNOWN
        };
        assert_eq!(pair.server.error, Some(Error::AlertReceived(alert)));
    }
    pair.client.error
}

#[test]
fn a_revoked_server_is_refused_in_the_handshake() {
    let serial = Certificate::decode(chain("p256")[0]).unwrap().serial_number;
    let other = [serial, &[1]].concat();
    let (fresh, revoking): (&[u8], &[u8]) = (list(&[&other]).leak(), list(&[&other, serial]).leak());
    for (ders, missing, scope, expected) in [
        (&[fresh][..], MissingCrl::Refused, RevocationScope::EndEntity, Flags::NONE),
        (&[revoking], MissingCrl::Refused, RevocationScope::EndEntity, Flags::REVOKED),
        (&[fresh, revoking], MissingCrl::Allowed, RevocationScope::Path, Flags::REVOKED),
        (&[fresh], MissingCrl::Refused, RevocationScope::Path, Flags::CRL_NOT_TRUSTED),
        (&[fresh], MissingCrl::Allowed, RevocationScope::Path, Flags::NONE),
        (&[], MissingCrl::Refused, RevocationScope::EndEntity, Flags::CRL_NOT_TRUSTED),
        (&[], MissingCrl::Allowed, RevocationScope::Path, Flags::NONE),
    ] {
        let crls: Vec<_> = ders.iter().map(|der| Crl::decode(der).unwrap()).collect();
        let revocation = Some(Revocation { crls: Vec::leak(crls), missing, scope });
        let refused = (!expected.is_empty()).then_some(Error::Certificate(expected));
        assert_eq!(
            outcome(|config| ClientConfig { revocation, ..config }),
            refused,
            "{} {missing:?} {scope:?}",
            ders.len()
        );
    }
}

#[test]
fn a_server_without_the_pinned_key_is_refused_in_the_handshake() {
    let pin = |der: &[u8]| -> [u8; 32] {
        let digest = (crypto::hash::SHA256.digest)(&[Certificate::decode(der).unwrap().spki]);
        digest.as_ref().try_into().unwrap()
    };
    let not_trusted = Some(Error::Certificate(Flags::NOT_TRUSTED));
    for (key, role, anchors, expected) in [
        (pin(chain("p256")[0]), PinRole::Required, true, None),
        (pin(chain("p256")[1]), PinRole::Required, true, None),
        (pin(chain("rsa")[0]), PinRole::Required, true, not_trusted),
        (pin(chain("p256")[0]), PinRole::Anchor, false, None),
        (pin(chain("p256")[1]), PinRole::Anchor, false, None),
        (pin(chain("rsa")[0]), PinRole::Anchor, false, not_trusted),
    ] {
        let pins = Some(Pins { sha256: &crypto::hash::SHA256, keys: Vec::leak(vec![key]), role });
        let changed = outcome(|config| {
            let trust_anchors = if anchors { config.trust_anchors } else { &[] };
            ClientConfig { pins, trust_anchors, ..config }
        });
        assert_eq!(changed, expected, "{role:?} {anchors}");
    }
}
