//! A client as on a board: lent buffers, entropy with health tests, no calendar, and a transport of `embedded-io`.
//!
//! `cargo run -p embertls-io --all-features --example embedded_io`

#[path = "common/identity.rs"]
mod identity;
#[path = "common/server.rs"]
mod server;

use embedded_io::{ErrorKind, ErrorType, Read, Write};
use embertls::{
    ClientConfig, Host, Instant, Peer, Rng, ServerName, Time,
    crypto::{drbg::SeededRng, entropy::Source},
    registry::profiles::DEFAULT,
};
use embertls_io::{Parts, World, embedded_io::Stream, os_entropy::OsEntropy};
use std::{error::Error, net::TcpStream, time};

/// The network of the board.
struct Network(TcpStream);

impl ErrorType for Network {
    type Error = ErrorKind;
}

impl Read for Network {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        std::io::Read::read(&mut self.0, out).map_err(|error| error.kind().into_kind())
    }
}

impl Write for Network {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        std::io::Write::write(&mut self.0, bytes).map_err(|error| error.kind().into_kind())
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// The kinds that matter here.
trait IntoKind {
    fn into_kind(self) -> ErrorKind;
}

impl IntoKind for std::io::ErrorKind {
    fn into_kind(self) -> ErrorKind {
        if self == Self::Interrupted { ErrorKind::Interrupted } else { ErrorKind::Other }
    }
}

/// The board's timer, the date of its build, and its random generator.
struct Board<'r> {
    start: time::Instant,
    rng: SeededRng<'r>,
}

impl World for Board<'_> {
    fn host(&mut self) -> Host<'_> {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Host::new(Instant(now), Time::AtLeast(1_767_225_600), &mut self.rng as &mut dyn Rng)
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let network = Network(TcpStream::connect(("localhost", server::start()?))?);
    let page = fetch(network, identity::roots()?)?;
    print!("{page}");
    assert!(page.ends_with("The kettle is on.\n"));
    Ok(())
}

fn fetch(network: Network, roots: &[embertls::TrustAnchor<'_>]) -> Result<String, Box<dyn Error>> {
    // Here the operating system's source; on a board its noise source.
    let mut source = OsEntropy;
    let mut sources = [Source::new(&mut source)];
    let rng = SeededRng::new(&mut sources, b"board 7").map_err(|_| "there is no entropy")?;
    let board = Board { start: time::Instant::now(), rng };

    // The server is known to send records of up to 4 KiB; what is sent may be as small as the memory is.
    let (mut receive, mut transmit) = ([0; 4096], [0; 512]);
    let config = ClientConfig::new(&DEFAULT, roots);
    let peer = Peer::Named(ServerName::parse("localhost").ok_or("no host name")?);
    let mut tls = Stream::client(&config, peer, network, Parts::new(board, &mut receive, &mut transmit))?;
    tls.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    tls.flush()?;
    let mut page = Vec::new();
    let mut buffer = [0; 128];
    loop {
        match tls.read(&mut buffer)? {
            0 => break, // the server has closed in order; a connection that was cut off is an error
            n => page.extend(buffer.iter().take(n)),
        }
    }
    tls.close()?;
    Ok(String::from_utf8(page)?)
}
