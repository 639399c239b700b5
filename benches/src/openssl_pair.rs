//! OpenSSL's client and server joined in memory.

use crate::identity::{HOST, Identity};
use openssl::ssl::{
    HandshakeError, MidHandshakeSslStream, Ssl, SslContext, SslMethod, SslMode, SslOptions,
    SslSessionCacheMode, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::rc::Rc;

/// One end of a duplex of two queues; an empty queue would block.
pub struct End {
    incoming: Rc<RefCell<VecDeque<u8>>>,
    outgoing: Rc<RefCell<VecDeque<u8>>>,
}

/// Both ends of a new duplex.
#[must_use]
pub fn duplex() -> (End, End) {
    let (a, b) = (Rc::default(), Rc::default());
    (End { incoming: Rc::clone(&a), outgoing: Rc::clone(&b) }, End { incoming: b, outgoing: a })
}

impl Read for End {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.incoming.borrow_mut().read(buf)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            n => Ok(n),
        }
    }
}

impl Write for End {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.outgoing.borrow_mut().write(buf)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The contexts of both sides for one suite: TLS 1.2, P-256, no resumption, the client verifies path and name.
pub struct Contexts {
    client: SslContext,
    server: SslContext,
}

impl Contexts {
    /// `suite` by OpenSSL's name.
    #[must_use]
    pub fn new(identity: &Identity, suite: &str) -> Self {
        Self::build(identity, suite).expect("OpenSSL accepts the configuration")
    }

    fn build(identity: &Identity, suite: &str) -> Result<Self, openssl::error::ErrorStack> {
        let common = |suite: &str| {
            let mut builder = SslContext::builder(SslMethod::tls())?;
            builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
            builder.set_max_proto_version(Some(SslVersion::TLS1_2))?;
            builder.set_cipher_list(suite)?;
            builder.set_groups_list("P-256")?;
            builder.set_sigalgs_list("ECDSA+SHA256:RSA+SHA256")?;
            builder.set_session_cache_mode(SslSessionCacheMode::OFF);
            // SSL_OP_NO_ENCRYPT_THEN_MAC: MAC-then-encrypt on both stacks.
            builder.set_options(SslOptions::NO_TICKET | SslOptions::from_bits_retain(1 << 19));
            builder.set_mode(SslMode::RELEASE_BUFFERS);
            Ok::<_, openssl::error::ErrorStack>(builder)
        };
        let mut client = common(suite)?;
        let mut store = X509StoreBuilder::new()?;
        store.add_cert(identity.authority.clone())?;
        client.set_cert_store(store.build());
        client.set_verify(SslVerifyMode::PEER);
        let mut server = common(suite)?;
        server.set_certificate(&identity.certificate)?;
        server.set_private_key(&identity.key)?;
        Ok(Self { client: client.build(), server: server.build() })
    }

    /// A full handshake in memory.
    #[must_use]
    pub fn handshake(&self) -> (SslStream<End>, SslStream<End>) {
        let mut client = Ssl::new(&self.client).expect("OpenSSL makes a client");
        client.param_mut().set_host(HOST).expect("OpenSSL takes the name");
        client.set_hostname(HOST).expect("OpenSSL takes the name");
        let server = Ssl::new(&self.server).expect("OpenSSL makes a server");
        let (client_end, server_end) = duplex();
        let mut client = Half::new(client.connect(client_end));
        let mut server = Half::new(server.accept(server_end));
        loop {
            match (client, server) {
                (Half::Done(client), Half::Done(server)) => return (client, server),
                (c, s) => {
                    client = c.step();
                    server = s.step();
                }
            }
        }
    }
}

/// A side of a handshake.
enum Half {
    Done(SslStream<End>),
    Waits(MidHandshakeSslStream<End>),
}

impl Half {
    fn new(result: Result<SslStream<End>, HandshakeError<End>>) -> Self {
        match result {
            Ok(stream) => Self::Done(stream),
            Err(HandshakeError::WouldBlock(waits)) => Self::Waits(waits),
            Err(HandshakeError::SetupFailure(error)) => panic!("OpenSSL: {error}"),
            Err(HandshakeError::Failure(failed)) => panic!("OpenSSL: {}", failed.error()),
        }
    }

    fn step(self) -> Self {
        match self {
            Self::Done(stream) => Self::Done(stream),
            Self::Waits(waits) => Self::new(waits.handshake()),
        }
    }
}
