//! The session of RT-Thread's mbedTLS package in six calls, for programs that come from there.
//!
//! | the manual | here | a number means |
//! | --- | --- | --- |
//! | `client_init(session, text, length)` | [`Session::client_init`] | 0 |
//! | `client_context(session)` | [`Session::client_context`] | 0 |
//! | `client_connect(session)` | [`Session::client_connect`] | 0 |
//! | `client_write(session, buf, length)` | [`Session::client_write`] | bytes taken |
//! | `client_read(session, buf, length)` | [`Session::client_read`] | bytes read; 0 after the end |
//! | `client_close(session)` | [`Session::client_close`] | 0 |
//!
//! The calls return a `Result`; [`code`] makes the manual's one number of it, and [`SessionError::code`] of an error:
//! -0x6900 and -0x6880 (call again), -0x7880 (the peer has closed in order, and later reads are 0), any other error of
//! [`embertls::Error::mbedtls_code`] (close the connection).
//!
//! What is not as the manual has it:
//!
//! - The certificate must be good unless the configuration says otherwise (`ClientConfig::auth_mode`); there, a bad one
//!   was reported and accepted by default. [`Session::verify_info`] has the texts.
//! - Roots are constants, of the crate `embertls-certs` or of the caller's: nothing is parsed at start.
//! - Randomness is the operating system's; the text only tells one generator from another.
//! - The buffer is for one record of the peer; with -0x7200, make [`Session::buffer_len`] larger.
//!
//! ```no_run
//! use embertls::{ClientConfig, registry::profiles::DEFAULT};
//! use embertls_io::session::{Session, SessionError};
//!
//! # static ROOTS: &[embertls::TrustAnchor<'static>] = &[];
//! static CONFIG: ClientConfig<'static> = ClientConfig::new(&DEFAULT, ROOTS);
//!
//! fn fetch() -> Result<(), SessionError> {
//!     let mut session = Session::new("www.rt-thread.org", 443, &CONFIG);
//!     session.client_init("tls_test")?;
//!     session.client_context()?;
//!     session.client_connect()?;
//!     session.client_write(b"GET /download/rt-thread.txt HTTP/1.0\r\nHost: www.rt-thread.org\r\n\r\n")?;
//!     let mut buffer = [0; 1024];
//!     loop {
//!         match session.client_read(&mut buffer) {
//!             Ok(0) | Err(SessionError::PeerCloseNotify) => break,
//!             Ok(n) => println!("{}", String::from_utf8_lossy(&buffer[..n])),
//!             Err(error) => return Err(error),
//!         }
//!     }
//!     session.client_close()?;
//!     Ok(())
//! }
//! ```

mod error;

pub use error::SessionError;

use crate::{
    Buffer, Parts, System,
    blocking::Stream,
    clock::Clock,
    limits,
    os_entropy::{self, OsSeededRng},
};
use embertls::{AuthMode, ClientConfig, Error, Facts, Flags, Misuse, Peer, ServerName};
use memory::Boxed;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs},
    string::String,
};

/// Where a session stands.
enum Stage<'s> {
    New,
    Initialised(OsSeededRng),
    Configured(OsSeededRng, Peer<'s>),
    Connected(Boxed<Stream<'s, TcpStream, System<OsSeededRng>>>),
    Closed,
}

/// A client's connection to one host.
pub struct Session<'s> {
    /// The host's name or address; its certificate must bear it.
    pub host: &'s str,
    /// The port.
    pub port: u16,
    /// The clock, for certificates.
    pub clock: Clock,
    /// Bytes of the buffer for a record of the peer, [`limits::MAX_RECORD_BYTES`] unless it is known to send smaller
    /// ones.
    pub buffer_len: usize,
    /// Whether calls return [`SessionError::WantRead`] and [`SessionError::WantWrite`] instead of waiting.
    pub nonblocking: bool,
    config: &'s ClientConfig<'s>,
    stage: Stage<'s>,
    flags: Option<Flags>,
    ended: bool,
}

/// The manual's return value: 0 or a length, or a negative number.
#[must_use]
pub fn code(outcome: Result<usize, SessionError>) -> i32 {
    match outcome {
        Ok(n) => i32::try_from(n).unwrap_or(i32::MAX),
        Err(error) => error.code(),
    }
}

impl<'s> Session<'s> {
    /// A session that has done nothing yet. [`ClientConfig::new`] demands a good certificate.
    #[must_use]
    pub fn new(host: &'s str, port: u16, config: &'s ClientConfig<'s>) -> Self {
        Self {
            host,
            port,
            clock: Clock::system(),
            buffer_len: limits::MAX_RECORD_BYTES,
            nonblocking: false,
            config,
            stage: Stage::New,
            flags: None,
            ended: false,
        }
    }

    /// Seeds the random generator; `text` tells it from others and is no secret. Also begins anew after
    /// [`Session::client_close`].
    ///
    /// # Errors
    /// [`Error::Entropy`] (-0x0034) when the operating system's source fails its tests.
    pub fn client_init(&mut self, text: &str) -> Result<usize, SessionError> {
        let (Stage::New | Stage::Closed) = self.stage else { return Err(SessionError::OutOfOrder) };
        self.stage = Stage::Initialised(os_entropy::seeded(text.as_bytes())?);
        self.flags = None;
        self.ended = false;
        Ok(0)
    }

    /// Sets whom the certificate must name, and checks that there are roots for it.
    ///
    /// # Errors
    /// [`SessionError::NoRoots`]; [`Misuse::ServerName`].
    pub fn client_context(&mut self) -> Result<usize, SessionError> {
        let name = ServerName::parse(self.host).ok_or(Error::Misuse(Misuse::ServerName))?;
        if self.config.trust_anchors.is_empty() && self.config.auth_mode == AuthMode::Required {
            return Err(SessionError::NoRoots);
        }
        match core::mem::replace(&mut self.stage, Stage::New) {
            Stage::Initialised(rng) => {
                self.stage = Stage::Configured(rng, Peer::Named(name));
                Ok(0)
            }
            stage @ (Stage::New | Stage::Configured(..) | Stage::Connected(_) | Stage::Closed) => {
                self.stage = stage;
                Err(SessionError::OutOfOrder)
            }
        }
    }

    /// Connects and shakes hands; made again after [`SessionError::WantRead`] or [`SessionError::WantWrite`], it goes on.
    /// What was found of the certificate is in [`Session::verify_result`], whatever the outcome.
    ///
    /// # Errors
    /// [`SessionError::UnknownHost`], [`SessionError::Connect`]; [`Error::Certificate`] (-0x2700) and all of TLS.
    pub fn client_connect(&mut self) -> Result<usize, SessionError> {
        if let Stage::Configured(..) = self.stage {
            let socket = self.connect()?;
            let Stage::Configured(rng, peer) = core::mem::replace(&mut self.stage, Stage::Closed) else {
                return Err(SessionError::OutOfOrder);
            };
            let world = System { rng, clock: self.clock };
            let receive = Buffer::owned(self.buffer_len).map_err(Error::from)?;
            let transmit = Buffer::owned(limits::SESSION_TRANSMIT_BYTES).map_err(Error::from)?;
            let stream = Stream::client(self.config, peer, socket, Parts::new(world, receive, transmit));
            let stream = stream.map_err(|error| SessionError::of(&error, false))?;
            self.stage = Stage::Connected(Boxed::try_new(stream).map_err(Error::from)?);
        }
        let outcome = self.call(|stream| stream.handshake().map(|()| 0));
        if let Err(SessionError::Tls(Error::Certificate(flags))) = outcome {
            self.flags = Some(flags);
        } else if let Some(verdict) = self.facts().and_then(|facts| facts.verdict) {
            self.flags = Some(verdict.flags);
        }
        outcome
    }

    /// Sends the front of `bytes`, at most a record, and says how many that was.
    ///
    /// # Errors
    /// [`SessionError::WantWrite`]: the call is made again with the same bytes. After any other the connection is to be
    /// closed.
    pub fn client_write(&mut self, bytes: &[u8]) -> Result<usize, SessionError> {
        self.call(|stream| stream.write(bytes))
    }

    /// Reads what the peer has sent, and says how many bytes that was; 0 after the end.
    ///
    /// # Errors
    /// [`SessionError::PeerCloseNotify`], once, when the peer has closed in order; [`SessionError::WantRead`]: the call is
    /// made again. After any other the connection is to be closed: [`Error::Truncated`] (-0x7280) is a peer that
    /// went away.
    pub fn client_read(&mut self, out: &mut [u8]) -> Result<usize, SessionError> {
        let wants = !out.is_empty();
        match self.call(|stream| stream.read(out)) {
            Ok(0) if wants && !core::mem::replace(&mut self.ended, true) => {
                Err(SessionError::PeerCloseNotify)
            }
            outcome => outcome,
        }
    }

    /// Tells the peer that nothing more will be sent, closes the socket and frees everything. It has done so even if the
    /// peer can no longer be told.
    ///
    /// # Errors
    /// None today; it is like the other calls.
    pub fn client_close(&mut self) -> Result<usize, SessionError> {
        if let Stage::Connected(mut stream) = core::mem::replace(&mut self.stage, Stage::Closed) {
            // The peer may be gone, and the socket is closed in any case.
            let _ = stream.close();
            let _ = stream.transport().shutdown(Shutdown::Both);
        }
        Ok(0)
    }

    /// What was agreed; None before the handshake is complete and after the end.
    pub fn facts(&self) -> Option<&Facts> {
        match &self.stage {
            Stage::Connected(stream) => stream.facts(),
            Stage::New | Stage::Initialised(_) | Stage::Configured(..) | Stage::Closed => None,
        }
    }

    /// What was found of the peer's certificate, as `mbedtls_ssl_get_verify_result`: 0 when it is good, its flags, or -1
    /// while nothing is known.
    #[must_use]
    pub fn verify_result(&self) -> i64 {
        self.flags.map_or(-1, |flags| flags.bits().into())
    }

    /// The texts of [`Session::verify_result`], each on a line after `prefix`, as `mbedtls_x509_crt_verify_info`.
    #[must_use]
    pub fn verify_info(&self, prefix: &str) -> String {
        let lines = self.flags.into_iter().flat_map(Flags::iter).flat_map(|row| [prefix, row.text, "\n"]);
        lines.collect()
    }

    fn connect(&self) -> Result<TcpStream, SessionError> {
        let addresses = (self.host, self.port).to_socket_addrs().map_err(|_| SessionError::UnknownHost)?;
        let mut failure = SessionError::UnknownHost;
        for address in addresses {
            match self.open(address) {
                Ok(socket) => return Ok(socket),
                Err(error) => failure = SessionError::Connect(error.kind()),
            }
        }
        Err(failure)
    }

    fn open(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = TcpStream::connect_timeout(&address, limits::SESSION_CONNECT_TIME)?;
        socket.set_nodelay(true)?;
        socket.set_nonblocking(self.nonblocking)?;
        Ok(socket)
    }

    fn call(
        &mut self,
        call: impl FnOnce(&mut Stream<'s, TcpStream, System<OsSeededRng>>) -> io::Result<usize>,
    ) -> Result<usize, SessionError> {
        let Stage::Connected(stream) = &mut self.stage else { return Err(SessionError::OutOfOrder) };
        call(stream).map_err(|error| SessionError::of(&error, stream.is_write_pending()))
    }
}
