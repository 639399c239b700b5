//! A server for the examples of clients.

use super::identity::Identity;
use embertls::{Credential, ServerConfig, registry::profiles::DEFAULT};
use embertls_io::{Parts, blocking::Stream, clock::Clock, os_entropy};
use std::{
    error::Error,
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

/// A server in a thread of its own, which answers every request with the same page. Returns its port.
pub(crate) fn start() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            if let Err(error) = socket.map_err(Into::into).and_then(serve) {
                eprintln!("server: {error}");
            }
        }
    });
    Ok(port)
}

fn serve(socket: TcpStream) -> Result<(), Box<dyn Error + Send + Sync>> {
    let Identity { chain, key } = Identity::load()?;
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    let credentials = [Credential::new(&chain, &*key)];
    let config = ServerConfig::new(&DEFAULT, &credentials);
    let rng = os_entropy::seeded(b"example server")?;
    let mut tls = Stream::server(&config, socket, Parts::full_size(rng, Clock::system())?)?;
    let mut request = Vec::new();
    let mut buffer = [0; 512];
    while !request.ends_with(b"\r\n\r\n") {
        match tls.read(&mut buffer)? {
            0 => return Ok(()),
            n => request.extend(buffer.iter().take(n)),
        }
    }
    tls.write_all(b"HTTP/1.0 200 OK\r\n\r\nThe kettle is on.\n")?;
    tls.close()?;
    Ok(())
}
