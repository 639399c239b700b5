//! A wire between two programs that splits, damages or changes what passes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread;

/// Which end sent the bytes that a wire changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

/// What the wire does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// There is no wire: the programs speak to each other.
    None,
    /// Every byte is a write of its own.
    OneByteWrites,
    /// The first record of application data from this end has a bit flipped in its middle.
    DamagedRecord(From),
    /// The first protected handshake record from this end, its Finished, has a bit flipped.
    DamagedFinishedRecord(From),
    /// The name in the client's hello has another last letter: each end has another transcript, so that Finished,
    /// well protected, does not verify. Without extended master secret, which would change the keys as well.
    OtherTranscript,
}

/// Bytes of a record's header.
const HEADER: usize = 5;
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// Listens on a port of its own, carries one connection to `target`, and says which port.
pub(crate) fn start(target: u16, mischief: Mischief) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || -> io::Result<()> {
        let (client, _) = listener.accept()?;
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, target))?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = (client.try_clone()?, client);
        let (from_server, to_server) = (server.try_clone()?, server);
        thread::spawn(move || carry(from_client, to_server, Change::new(mischief, From::Client)));
        carry(from_server, to_client, Change::new(mischief, From::Server));
        Ok(())
    });
    Ok(port)
}

/// Carries one direction, record by record.
fn carry(mut from: TcpStream, mut to: TcpStream, mut change: Change) {
    // Whatever ends this direction ends it for the other end too; what was received before is delivered.
    let _ = carry_records(&mut from, &mut to, &mut change);
    let _ = to.shutdown(Shutdown::Write);
}

fn carry_records(from: &mut TcpStream, to: &mut TcpStream, change: &mut Change) -> io::Result<()> {
    loop {
        let mut record = vec![0; HEADER];
        from.read_exact(&mut record)?;
        let len = record
            .get(3..HEADER)
            .map_or(0, |len| len.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)));
        record.resize(HEADER + len, 0);
        from.read_exact(record.get_mut(HEADER..).unwrap_or_default())?;
        change.apply(&mut record);
        if change.mischief == Mischief::OneByteWrites {
            for byte in &record {
                to.write_all(std::slice::from_ref(byte))?;
            }
        } else {
            to.write_all(&record)?;
        }
    }
}

/// What happens to one direction's records.
struct Change {
    mischief: Mischief,
    direction: From,
    protected: bool,
    done: bool,
}

impl Change {
    const fn new(mischief: Mischief, direction: From) -> Self {
        Self { mischief, direction, protected: false, done: false }
    }

    fn apply(&mut self, record: &mut [u8]) {
        let content_type = record.first().copied().unwrap_or_default();
        let due = match self.mischief {
            Mischief::None | Mischief::OneByteWrites => false,
            Mischief::DamagedRecord(from) => from == self.direction && content_type == APPLICATION_DATA,
            Mischief::DamagedFinishedRecord(from) => {
                from == self.direction && self.protected && content_type == HANDSHAKE
            }
            Mischief::OtherTranscript => self.direction == From::Client && content_type == HANDSHAKE,
        };
        self.protected |= content_type == CHANGE_CIPHER_SPEC;
        if !due || self.done {
            return;
        }
        self.done = true;
        if self.mischief == Mischief::OtherTranscript {
            change_name(record);
        } else {
            let middle = HEADER + record.len().saturating_sub(HEADER) / 2;
            if let Some(byte) = record.get_mut(middle) {
                *byte ^= 1;
            }
        }
    }
}

/// `localhost` in a hello becomes `localhosu`.
fn change_name(hello: &mut [u8]) {
    const NAME: &[u8] = b"localhost";
    if let Some(at) = hello.windows(NAME.len()).position(|window| window == NAME)
        && let Some(last) = hello.get_mut(at + NAME.len() - 1)
    {
        *last += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_fitting_record_is_damaged() {
        let mut change = Change::new(Mischief::DamagedRecord(From::Client), From::Client);
        let record = |content_type| vec![content_type, 3, 3, 0, 4, 9, 9, 9, 9];
        let mut handshake = record(HANDSHAKE);
        change.apply(&mut handshake);
        assert_eq!(handshake, record(HANDSHAKE));
        let mut data = record(APPLICATION_DATA);
        change.apply(&mut data);
        assert_ne!(data, record(APPLICATION_DATA));
        let mut later = record(APPLICATION_DATA);
        change.apply(&mut later);
        assert_eq!(later, record(APPLICATION_DATA));
    }

    #[test]
    fn the_name_keeps_its_length() {
        let mut hello = b"..localhost..".to_vec();
        change_name(&mut hello);
        assert_eq!(hello, b"..localhosu..");
    }
}
