//! A conversation over a stream.

use crate::{board, now};
use core::hint::black_box;
use embertls::{
    ClientConfig, Connection, Error, Event, Host, Peer, Profile, ServerName, Time, TrustAnchor, registry,
};

/// `TLS_RSA_WITH_AES_256_CBC_SHA256` only.
#[cfg(feature = "rsa-cbc")]
static PROFILE: &Profile<'static> = &registry::profiles::MANUAL;

/// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256` only, with one group and one scheme.
#[cfg(feature = "ecdhe-ecdsa-gcm")]
static PROFILE: &Profile<'static> = &Profile {
    versions: registry::versions::ALL,
    suites: &[&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256],
    groups: &[&registry::groups::SECP256R1],
    schemes: &[&registry::schemes::ECDSA_SHA256],
    certificate_algorithms: &[&crypto::signature::ECDSA_SHA256],
    curves: &[&crypto::curve::secp256r1::CURVE],
    extensions: registry::extensions::ALL,
};

/// The place of an anchor; what it holds does not matter here.
static SUBJECT: [u8; 64] = [0x30; 64];
static SPKI: [u8; 91] = [0x30; 91];
static ANCHORS: [TrustAnchor<'static>; 1] = [
    TrustAnchor { subject: &SUBJECT, spki: &SPKI, name_constraints: None }];

/// One connection: handshake, one answer to everything that arrives, close.
pub fn converse(input: &mut [u8], output: &mut [u8]) -> Result<(), Error> {
    let config = ClientConfig::new(PROFILE, black_box(&ANCHORS));
    let mut random = board::Random;
    let mut host = Host::new(now(), Time::Known(i64::from(board::clock())), &mut random);
    let peer = Peer::Named(ServerName::Dns(black_box("device.example")));
    let mut connection = Connection::client(&config, peer, &mut host)?;
    let mut filled = 0;
    loop {
        transmit(&mut connection, &mut host, output)?;
        host.now = now();
        let received = match connection.receive(&mut host, input.get_mut(..filled).unwrap_or_default()) {
            Ok(received) => received,
            Err(error) => {
                transmit(&mut connection, &mut host, output)?;
                return Err(error);
            }
        };
        match received.event {
            Event::NeedMore(needed) => {
                let Some(room) = input.get_mut(filled..needed) else {
                    return Err(connection.refuse_record(needed));
                };
                board::read(room);
                filled = needed;
            }
            Event::Work => {
                connection.advance(&mut host)?;
            }
            Event::Data(range) => {
                let data = input.get(range).unwrap_or_default();
                let sent = connection.send(&mut host, data, output)?;
                board::write(output.get(..sent.written).unwrap_or_default());
            }
            Event::Closed => return connection.end_of_stream(),
            Event::None | Event::Transmit | Event::Connected | Event::Request | Event::Warning(_) => {}
        }
        if received.used <= filled {
            input.copy_within_checked(received.used, filled);
            filled -= received.used;
        }
        if board::control() == 0 {
            connection.close();
        }
    }
}

/// Sends what waits.
fn transmit(connection: &mut Connection<'_>, host: &mut Host<'_>, output: &mut [u8]) -> Result<(), Error> {
    loop {
        let written = connection.poll_transmit(host, output)?;
        if written == 0 {
            return Ok(());
        }
        board::write(output.get(..written).unwrap_or_default());
    }
}

/// `copy_within` that does nothing with a range that is not there, so that the probe itself cannot panic.
trait CopyWithinChecked {
    fn copy_within_checked(&mut self, from: usize, to: usize);
}

impl CopyWithinChecked for [u8] {
    fn copy_within_checked(&mut self, from: usize, to: usize) {
        for place in from..to {
            let byte = self.get(place).copied().unwrap_or_default();
            if let Some(earlier) = self.get_mut(place - from) {
                *earlier = byte;
            }
        }
    }
}
