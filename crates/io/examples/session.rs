//! The six calls of RT-Thread's mbedTLS package, with what its sample prints.
//!
//! `cargo run -p embertls-io --all-features --example session`

#[path = "common/identity.rs"]
mod identity;
#[path = "common/server.rs"]
mod server;

use embertls::{ClientConfig, registry::profiles::DEFAULT};
use embertls_io::session::{Session, SessionError, code};
use std::error::Error;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // A program says `embertls_certs::DEFAULT`, or `USER` for those in `certs/`; then it can be a `static`.
    let config = ClientConfig::new(&DEFAULT, identity::roots()?);
    let mut session = Session::new("localhost", server::start()?, &config);
    match tls_test(&mut session) {
        Ok(page) => {
            assert!(page.ends_with("The kettle is on.\n"));
            Ok(())
        }
        Err(error) => {
            println!("It failed with -0x{:04X}: {error}", -code(Err(error)));
            print!("{}", session.verify_info("  ! "));
            Err(error.into())
        }
    }
}

fn tls_test(session: &mut Session<'_>) -> Result<String, SessionError> {
    println!("EmberTLS client.");
    session.client_init("tls_test")?;
    println!("Initialised; the random generator is seeded.");
    session.client_context()?;
    println!("The roots and the host name are set.");
    session.client_connect()?;
    println!("Connected to {}:{}; the certificate is verified.", session.host, session.port);
    let request = "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: EmberTLS\r\n\r\n";
    let mut unsent = request.as_bytes();
    while !unsent.is_empty() {
        let n = session.client_write(unsent)?;
        unsent = unsent.get(n..).unwrap_or_default();
    }
    println!("The request is written.");
    let mut page = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match session.client_read(&mut buffer) {
            Ok(0) | Err(SessionError::PeerCloseNotify) => break,
            Ok(n) => page.extend(buffer.iter().take(n)),
            Err(error) => return Err(error),
        }
    }
    let page = String::from_utf8_lossy(&page).into_owned();
    print!("{page}");
    session.client_close()?;
    println!("Closed.");
    Ok(page)
}
