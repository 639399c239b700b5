//! What both peers share: their command line, files in PEM, and standard input in pieces.
//!
//! `PEER client|server --port N [--suite NAME] [--group NAME] [--mtu N] [--cert FILE --key FILE] [--roots FILE]
//! [--server-name NAME] [--psk-identity ID --psk HEX] [--client-auth] [--expect-cert FILE] [--no-ems] [--cookie]
//! [--first-timeout-ms N]`, or `PEER version`: what comes on standard input goes out, a datagram a piece; what arrives goes to standard
//! output. A client ends with its input, a server with its first client.

use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::{
    collections::HashMap,
    error::Error,
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// Whatever goes wrong ends the program.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The most bytes of standard input that go into a datagram.
const PIECE_BYTES: usize = 1000;

/// The command line.
pub struct Options {
    /// Client or server.
    pub is_client: bool,
    values: HashMap<String, String>,
}

impl Options {
    /// Of this process, which prints `version` and ends when that is all it is asked for.
    ///
    /// # Errors
    /// What is neither a side nor an option.
    pub fn from_arguments(version: &str) -> Result<Self, Failure> {
        let mut arguments = std::env::args().skip(1).peekable();
        let is_client = match arguments.next().as_deref() {
            Some("client") => true,
            Some("server") => false,
            Some("version") => {
                println!("{version}");
                std::process::exit(0);
            }
            other => return Err(format!("client or server, not {other:?}").into()),
        };
        let mut values = HashMap::new();
        while let Some(option) = arguments.next() {
            let name = option.strip_prefix("--").ok_or_else(|| format!("what is {option}?"))?;
            let value = arguments.next_if(|next| !next.starts_with("--")).unwrap_or_default();
            values.insert(name.to_owned(), value);
        }
        Ok(Self { is_client, values })
    }

    /// An option's value; empty for one that has none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether an option was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A number.
    ///
    /// # Errors
    /// It is none.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        self.get(name)
            .map(|text| text.parse().map_err(|_| format!("--{name} {text}: no number").into()))
            .transpose()
    }

    /// Where the server is.
    ///
    /// # Errors
    /// No port was given.
    pub fn address(&self) -> Result<SocketAddr, Failure> {
        let port = self.number("port")?.and_then(|port| u16::try_from(port).ok()).ok_or("--port N")?;
        Ok((Ipv4Addr::LOCALHOST, port).into())
    }

    /// The pre-shared key.
    ///
    /// # Errors
    /// It is not hexadecimal.
    pub fn psk(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(hex) = self.get("psk") else { return Ok(None) };
        let bytes = (0..hex.len()).step_by(2).map(|at| {
            let digits = hex.get(at..at + 2).ok_or("--psk: half a byte")?;
            u8::from_str_radix(digits, 16).map_err(Failure::from)
        });
        bytes.collect::<Result<_, Failure>>().map(Some)
    }

    /// The certificates of a file, none without the option.
    ///
    /// # Errors
    /// The file's.
    pub fn certificates(&self, name: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
        let Some(file) = self.get(name) else { return Ok(Vec::new()) };
        Ok(CertificateDer::pem_file_iter(file)?.collect::<Result<_, _>>()?)
    }

    /// The private key.
    ///
    /// # Errors
    /// The file's; none was given.
    pub fn key(&self) -> Result<PrivateKeyDer<'static>, Failure> {
        Ok(PrivateKeyDer::from_pem_file(self.get("key").ok_or("--key FILE")?)?)
    }

    /// When a flight is sent again the first time.
    ///
    /// # Errors
    /// As [`Options::number`].
    pub fn first_timeout(&self) -> Result<Option<Duration>, Failure> {
        Ok(self.number("first-timeout-ms")?.map(Duration::from_millis))
    }
}

/// Reads standard input from a thread; `each` gets every piece, and None at the end, and says whether to go on.
pub fn read_input(mut each: impl FnMut(Option<Vec<u8>>) -> bool + Send + 'static) {
    std::thread::spawn(move || {
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = std::io::stdin().read(&mut piece).unwrap_or_default();
            let bytes = piece.get(..read).filter(|bytes| !bytes.is_empty()).map(<[u8]>::to_vec);
            let is_last = bytes.is_none();
            if !each(bytes) || is_last {
                return;
            }
        }
    });
}

/// Writes to standard output at once.
///
/// # Errors
/// The operating system's.
pub fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}
