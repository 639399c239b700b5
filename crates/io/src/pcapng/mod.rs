//! A connection as a capture with its secrets, in the format pcapng, so that Wireshark shows what was inside. There was no
//! network card: the TCP and IPv4 around the bytes (RFC 9293 section 3.1, RFC 791 section 3.1) are made here.

mod packet;

use crate::key_log_file;
use embertls::KeyLog;
use memory::Bytes;
use packet::{ACK, FIN, From, HEADERS_LEN, MAX_SEGMENT, PSH, SYN, Tcp};
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
const DECRYPTION_SECRETS: u32 = 10;
/// The order of bytes is that of this number.
const BYTE_ORDER: u32 = 0x1A2B_3C4D;
/// Packets begin with the header of IPv4.
const LINKTYPE_IPV4: u32 = 228;
/// The secrets are lines of an NSS key log.
const TLS_KEY_LOG: u32 = 0x544C_534B;
/// The most bytes that are held until the next call.
const MAX_HELD: usize = 64 * 1024;

/// Writes a capture. The last bytes that passed are held until the next call, because the secrets that open them are to
/// stand before them, and come while they are worked on.
pub struct Pcapng<W: Write = BufWriter<File>> {
    out: W,
    us: From,
    tcp: Tcp,
    held: Bytes,
    held_from: From,
    /// Of a secret, whose giver cannot be told.
    error: Option<io::Error>,
}

impl Pcapng {
    /// A client's capture into a new file.
    ///
    /// # Errors
    /// The operating system's.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::client(BufWriter::new(File::create(path)?))
    }
}

impl<W: Write> Pcapng<W> {
    /// A capture in which `sent` is what the client sent.
    ///
    /// # Errors
    /// Those of `out`, as of every call.
    pub fn client(out: W) -> io::Result<Self> {
        Self::begin(out, From::Client)
    }

    /// A capture in which `sent` is what the server sent.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn server(out: W) -> io::Result<Self> {
        Self::begin(out, From::Server)
    }

    fn begin(out: W, us: From) -> io::Result<Self> {
        let (tcp, held) = (Tcp::new(), Bytes::with_cap(MAX_HELD));
        let mut capture = Self { out, us, tcp, held, held_from: us, error: None };
        let unknown_length = [0xFF; 8];
        let version = [1, 0, 0, 0];
        capture.block(SECTION_HEADER, &[&BYTE_ORDER.to_le_bytes(), &version, &unknown_length])?;
        let no_limit = [0; 4];
        capture.block(INTERFACE_DESCRIPTION, &[&LINKTYPE_IPV4.to_le_bytes(), &no_limit])?;
        capture.connect()?;
        Ok(capture)
    }

    /// Ends the TCP connection and begins another one.
    ///
    /// # Errors
    /// Those of the file.
    pub fn next_connection(&mut self) -> io::Result<()> {
        self.end()?;
        self.tcp.next_connection();
        self.connect()
    }

    fn connect(&mut self) -> io::Result<()> {
        self.packet(From::Client, SYN, &[])?;
        self.packet(From::Server, SYN | ACK, &[])?;
        self.packet(From::Client, ACK, &[])
    }

    fn end(&mut self) -> io::Result<()> {
        self.flush()?;
        let (us, them) = (self.us, self.us.other());
        self.packet(us, FIN | ACK, &[])?;
        self.packet(them, FIN | ACK, &[])?;
        self.packet(us, ACK, &[])
    }

    /// Bytes that this end has sent.
    ///
    /// # Errors
    /// Those of the file.
    pub fn sent(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pass(self.us, bytes)
    }

    /// Bytes that this end has received; called before the connection takes them in.
    ///
    /// # Errors
    /// Those of the file.
    pub fn received(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pass(self.us.other(), bytes)
    }

    /// What the records from now on, and those that were given last, are opened with.
    ///
    /// # Errors
    /// Those of the file.
    pub fn secret(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) -> io::Result<()> {
        let line = key_log_file::line(client_random, master_secret);
        let length = u32::try_from(line.len()).unwrap_or_default().to_le_bytes();
        self.block(DECRYPTION_SECRETS, &[&TLS_KEY_LOG.to_le_bytes(), &length, &line])
    }

    /// Ends the TCP connection, and writes what is held.
    ///
    /// # Errors
    /// Those of the file, also one of a secret before.
    pub fn finish(mut self) -> io::Result<W> {
        self.end()?;
        self.out.flush()?;
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }

    fn pass(&mut self, from: From, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        self.held_from = from;
        // What cannot be held is written at once.
        if self.held.extend(bytes).is_err() {
            self.segments(from, bytes)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let held = self.held.take();
        self.segments(self.held_from, &held)
    }

    fn segments(&mut self, from: From, bytes: &[u8]) -> io::Result<()> {
        bytes.chunks(MAX_SEGMENT).try_for_each(|segment| self.packet(from, PSH | ACK, segment))
    }

    fn packet(&mut self, from: From, flags: u8, payload: &[u8]) -> io::Result<()> {
        let headers = self.tcp.headers(from, flags, payload);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let microseconds = u64::try_from(since.as_micros()).unwrap_or_default();
        let interface = [0; 4];
        // The upper half, then the lower one.
        let time = microseconds.rotate_left(32).to_le_bytes();
        let length = u32::try_from(HEADERS_LEN + payload.len()).unwrap_or_default().to_le_bytes();
        self.block(ENHANCED_PACKET, &[&interface, &time, &length, &length, &headers, payload])
    }

    /// A block: type, length, body, zeros to a multiple of four, length.
    fn block(&mut self, block_type: u32, body: &[&[u8]]) -> io::Result<()> {
        let len: usize = body.iter().map(|part| part.len()).sum();
        let padding = len.next_multiple_of(4) - len;
        let total = u32::try_from(12 + len + padding).map_err(|_| io::ErrorKind::InvalidInput)?.to_le_bytes();
        self.out.write_all(&block_type.to_le_bytes())?;
        self.out.write_all(&total)?;
        body.iter().try_for_each(|part| self.out.write_all(part))?;
        self.out.write_all([0; 4].get(..padding).unwrap_or_default())?;
        self.out.write_all(&total)
    }
}

impl<W: Write> KeyLog for Pcapng<W> {
    fn log(&mut self, client_random: &[u8; 32], master_secret: &[u8; 48]) {
        if let Err(error) = self.secret(client_random, master_secret) {
            self.error.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests;
