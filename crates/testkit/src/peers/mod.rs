//! Real programs as peers: how to start each, and what it lacks. One file a peer.

pub mod curl;
pub mod dimpl;
mod gcc;
pub mod gnutls;
pub mod mbedtls;
mod mbedtls_build;
pub mod openssl;
mod process;
pub mod python;
mod rust_build;
pub mod webrtc;

pub use process::{Running, Transport, free_port, listens};

use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether a server asks for the client's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// It does not.
    None,
    /// It asks, and goes on without.
    Optional,
    /// It asks, and ends the connection without.
    Required,
}

/// How a session is found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// RFC 5246 section 7.3: the server keeps it.
    SessionId,
    /// RFC 5077: the client keeps it.
    Ticket,
}

/// A pre-shared key (RFC 4279).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedKey {
    /// The identity under which the server knows it.
    pub identity: &'static str,
    /// The key in hexadecimal.
    pub hex: &'static str,
    /// What a peer's server says to help the client choose.
    pub hint: Option<&'static str>,
}

/// Everything that an exchange may ask of a peer.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The one suite, by its IANA name; None leaves the peer its own list.
    pub suite: Option<&'static str>,
    /// The one version, as `ember` names it.
    pub version: &'static str,
    /// The lowest version, where it is not the only one.
    pub lowest_version: Option<&'static str>,
    /// The one group, by its name in RFC 8422.
    pub group: Option<&'static str>,
    /// The one signature scheme, by its name in RFC 8446 section 4.2.3.
    pub scheme: Option<&'static str>,
    /// Application protocols.
    pub alpn: &'static [&'static str],
    /// A client's server_name, or the only name that a server knows.
    pub server_name: Option<&'static str>,
    /// RFC 7627.
    pub extended_master_secret: bool,
    /// RFC 7366.
    pub encrypt_then_mac: bool,
    /// The pre-shared key, of either side.
    pub psk: Option<SharedKey>,
    /// A server has a certificate beside a pre-shared key that needs none.
    pub both_credentials: bool,
    /// A server's certificate, by its name in `testdata/certs`.
    pub certificate: &'static str,
    /// A client verifies the server against these roots.
    pub roots: &'static str,
    /// A client verifies the server for this name.
    pub expected_name: &'static str,
    /// The peer asks for renegotiation after the handshake: a client of its own accord or when it reads `R`, a server
    /// when it reads `r`.
    pub renegotiates: bool,
    /// The peer tells of alerts, at the cost of much other text.
    pub tells_alerts: bool,
    /// A server asks for a client's certificate and verifies it against `roots`.
    pub client_auth: ClientAuth,
    /// A client's certificate, by its name in `testdata/certs`.
    pub client_certificate: Option<&'static str>,
    /// A server is ready for sessions of this kind, a client connects anew with the first one's session.
    pub resume: Option<Resume>,
    /// A client asks for records of at most so many bytes (RFC 6066 section 4).
    pub max_fragment_length: Option<u16>,
    /// A server's group for finite-field Diffie-Hellman, by its file in `testdata/certs`.
    pub dh_file: Option<&'static str>,
    /// The only signature scheme that `ember`'s client takes.
    pub taken_scheme: Option<&'static str>,
    /// A client says that it has fallen back (RFC 7507).
    pub fallback: bool,
    /// DTLS over UDP; `tls11` is then DTLS 1.0, `tls12` DTLS 1.2.
    pub datagrams: bool,
    /// The largest datagram.
    pub mtu: Option<u16>,
    /// Loss in between: whoever can be told so repeats its flights, and its data, sooner than the RFC proposes.
    pub lossy: bool,
    /// What the server finds nothing in that it could take.
    pub refuses_hello: bool,
    /// A DTLS server asks for a cookie first (RFC 6347 section 4.2.1), where it can do without.
    pub cookie: bool,
    /// How many messages of how many bytes a client of [`Talk::Own`] sends, and how long a server's answers are.
    pub messages: (usize, usize),
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            suite: None,
            version: "tls12",
            lowest_version: None,
            group: None,
            scheme: None,
            alpn: &[],
            server_name: None,
            extended_master_secret: true,
            encrypt_then_mac: true,
            psk: None,
            both_credentials: false,
            certificate: "rsa",
            roots: "roots",
            expected_name: "localhost",
            renegotiates: false,
            tells_alerts: false,
            client_auth: ClientAuth::None,
            client_certificate: None,
            resume: None,
            max_fragment_length: None,
            dh_file: None,
            taken_scheme: None,
            fallback: false,
            datagrams: false,
            mtu: None,
            lossy: false,
            refuses_hello: false,
            cookie: false,
            messages: (1, 128),
        }
    }
}

impl Wishes {
    /// The server has a certificate: always, but for suites with a pre-shared key and nothing else (RFC 4279 sections 2
    /// and 3).
    #[must_use]
    pub fn is_certified(&self) -> bool {
        self.psk.is_none()
            || self.both_credentials
            || self.suite.is_some_and(|suite| suite.starts_with("TLS_RSA_PSK_"))
    }

    /// Ephemeral finite-field Diffie-Hellman, with the key exchange of either kind.
    #[must_use]
    pub fn is_dhe(&self) -> bool {
        self.suite.is_some_and(|suite| suite.starts_with("TLS_DHE_") || suite.starts_with("TLS_PSK_DHE_"))
    }

    /// A signature with SHA-1 is what the cell is about.
    #[must_use]
    pub fn sha1_is_enough(&self) -> bool {
        self.scheme.is_some_and(|scheme| scheme.ends_with("sha1"))
    }
}

/// What a program does with the data of its connection.
#[derive(Clone, Copy)]
pub enum Talk {
    /// Standard input goes to the other end, and what comes from there to standard output.
    Pipe,
    /// A server that sends text lines back.
    Echo,
    /// Sends text of its own, in answer when it is a server, and prints what it sent and read in its log.
    Own {
        /// What it sent, from the log.
        said: fn(&[u8]) -> Vec<u8>,
        /// What it read, from the log.
        heard: fn(&[u8]) -> Vec<u8>,
        /// It waits for more: the last thing in the log.
        waits: &'static str,
    },
    /// A client that asks for the file `data` by HTTP and prints it.
    Http,
}

/// A program that plays one side.
pub struct Program {
    /// Its command line on this port of 127.0.0.1.
    pub command: fn(&Wishes, port: u16, scratch: &Path) -> Command,
    /// What it does with data.
    pub talk: Talk,
}

/// A peer: a client program and a server program, or one of them.
pub struct Peer {
    /// As in the table.
    pub name: &'static str,
    /// The Debian package that has it.
    pub package: &'static str,
    /// Makes the programs, where they are not a package's.
    pub prepare: fn() -> Result<(), String>,
    /// Prints the version.
    pub version: fn() -> Command,
    /// Ends with its input, or when it has what it asked for.
    pub client: Option<Program>,
    /// Serves at least one connection.
    pub server: Option<Program>,
    /// What the peer prints when it has received this alert.
    pub alert_text: fn(alert: u8) -> String,
    /// What the peer prints for each connection that is resumed.
    pub resumed_text: &'static str,
    /// How many connections its client makes with the session of its first one.
    pub client_resumes: usize,
    /// What the peer cannot do, and the words with which it says so.
    pub lacks: fn(&Wishes) -> Option<&'static str>,
}

/// Resumed connections after the first one, where a client can be told how many.
pub const RESUMED: usize = 2;

/// Those that have TLS.
pub static ALL: &[&Peer] =
    &[&openssl::OPENSSL, &gnutls::GNUTLS, &mbedtls::MBEDTLS, &python::PYTHON, &curl::CURL];

/// Those that have nothing but DTLS 1.2, and full handshakes of a few suites.
pub static RUST: &[&Peer] = &[&dimpl::DIMPL, &webrtc::WEBRTC];

/// Those that have DTLS beside TLS.
pub static DATAGRAMS: &[&Peer] = &[&openssl::OPENSSL, &gnutls::GNUTLS, &mbedtls::MBEDTLS];

impl Peer {
    /// The first line that the program prints about its version.
    ///
    /// # Errors
    /// How to install it, when it cannot be made or started.
    pub fn version(&self) -> Result<String, String> {
        (self.prepare)()?;
        let output = (self.version)().output().map_err(|error| {
            format!("{} cannot be started ({error}); install it: apt-get install {}", self.name, self.package)
        })?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
    }

    /// The program that the peer is when `ember` is a client, or else when `ember` is a server.
    #[must_use]
    pub const fn against(&self, ember_is_client: bool) -> Option<&Program> {
        if ember_is_client { self.server.as_ref() } else { self.client.as_ref() }
    }
}

/// Where keys and certificates of the tests are.
#[must_use]
pub fn certificates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/certs")
}

/// The file of that name and ending among them.
#[must_use]
pub fn certificate_file(name: &str, ending: &str) -> PathBuf {
    certificates().join(format!("{name}{ending}"))
}

/// The private key that belongs to a certificate: its own, else that of `rsa`.
#[must_use]
pub fn key_file(certificate: &str) -> PathBuf {
    let own = certificate_file(certificate, ".key");
    if own.exists() { own } else { certificate_file("rsa", ".key") }
}
