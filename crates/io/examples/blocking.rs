//! A client on a socket of `std`.
//!
//! `cargo run -p embertls-io --all-features --example blocking`

#[path = "common/identity.rs"]
mod identity;
#[path = "common/server.rs"]
mod server;

use embertls::{ClientConfig, Peer, ServerName, registry::profiles::DEFAULT};
use embertls_io::{Parts, blocking::Stream, clock::Clock, os_entropy};
use std::{
    error::Error,
    io::{Read, Write},
    net::TcpStream,
};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let page = fetch("localhost", server::start()?, identity::roots()?)?;
    print!("{page}");
    assert!(page.ends_with("The kettle is on.\n"));
    Ok(())
}

fn fetch(host: &str, port: u16, roots: &[embertls::TrustAnchor<'_>]) -> Result<String, Box<dyn Error>> {
    let config = ClientConfig::new(&DEFAULT, roots);
    let peer = Peer::Named(ServerName::parse(host).ok_or("no host name")?);
    let rng = os_entropy::seeded(b"blocking example")?;
    let socket = TcpStream::connect((host, port))?;
    let mut tls = Stream::client(&config, peer, socket, Parts::full_size(rng, Clock::system())?)?;
    write!(tls, "GET / HTTP/1.0\r\nHost: {host}\r\n\r\n")?;
    let mut page = String::new();
    tls.read_to_string(&mut page)?;
    tls.close()?;
    Ok(page)
}
