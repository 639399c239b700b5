//! A conversation over datagrams, with a pre-shared key (RFC 7925 section 4.2).

use crate::{board, now};
use core::hint::black_box;
use embertls::{
    ClientConfig, DatagramConnection, DatagramSettings, Error, Event, Host, Peer, Psk, ServerName, Time,
    registry::profiles::IOT_7925_DATAGRAM,
};

/// One connection: handshake, one answer to everything that arrives, close.
pub fn converse(input: &mut [u8], output: &mut [u8]) -> Result<(), Error> {
    let psk = Psk { identity: black_box(b"device 1"), key: black_box(&[0x30; 16]) };
    let config = ClientConfig { psk: Some(psk), ..ClientConfig::new(&IOT_7925_DATAGRAM, &[]) };
    let mut random = board::Random;
    let mut host = Host::new(now(), Time::Known(i64::from(board::clock())), &mut random);
    let peer = Peer::Named(ServerName::Dns(black_box("device.example")));
    let mut connection = DatagramConnection::client(&config, peer, DatagramSettings::default(), &mut host)?;
    loop {
        transmit(&mut connection, &mut host, output)?;
        host.now = now();
        if connection.next_timeout().is_some_and(|due| host.now >= due) {
            connection.on_timeout(&mut host)?;
        }
        let mut datagram = input.get_mut(..board::datagram_bytes()).unwrap_or_default();
        board::read(datagram);
        while !datagram.is_empty() {
            let received = connection.receive(&mut host, datagram)?;
            match received.event {
                Event::Data(range) => {
                    let len = connection.send(&mut host, datagram.get(range).unwrap_or_default(), output)?;
                    board::write(output.get(..len).unwrap_or_default());
                }
                Event::Work => {
                    connection.advance(&mut host)?;
                }
                Event::Closed => return Ok(()),
                Event::None
                | Event::NeedMore(_)
                | Event::Transmit
                | Event::Connected
                | Event::Request
                | Event::Warning(_) => {}
            }
            datagram = datagram.get_mut(received.used..).unwrap_or_default();
        }
        if board::control() == 0 {
            connection.close();
        }
    }
}

/// Sends what waits.
fn transmit(
    connection: &mut DatagramConnection<'_>,
    host: &mut Host<'_>,
    output: &mut [u8],
) -> Result<(), Error> {
    loop {
        let written = connection.poll_transmit(host, output)?;
        if written == 0 {
            return Ok(());
        }
        board::write(output.get(..written).unwrap_or_default());
    }
}
