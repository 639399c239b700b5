//! A transport that is two queues in memory: the pump's threads fill one and empty the other.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
};

/// What has arrived and what is to be sent.
#[derive(Default)]
pub(crate) struct Duplex {
    incoming: VecDeque<u8>,
    outgoing: Vec<u8>,
    end: Option<Result<(), io::ErrorKind>>,
}

impl Duplex {
    /// Bytes from the network.
    pub(crate) fn arrived(&mut self, bytes: &[u8]) {
        self.incoming.extend(bytes);
    }

    /// The network has ended, in order or by an error, behind what has arrived.
    pub(crate) fn ended(&mut self, how: Result<(), io::ErrorKind>) {
        self.end.get_or_insert(how);
    }

    /// Takes what is to be sent.
    pub(crate) fn take_outgoing(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.outgoing)
    }
}

impl Read for Duplex {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() {
            return match self.end {
                None => Err(io::ErrorKind::WouldBlock.into()),
                Some(Ok(())) => Ok(0),
                Some(Err(kind)) => Err(kind.into()),
            };
        }
        self.incoming.read(out)
    }
}

impl Write for Duplex {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_comes_after_what_has_arrived() {
        let mut duplex = Duplex::default();
        let mut buf = [0; 8];
        assert_eq!(duplex.read(&mut buf).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        duplex.arrived(b"abc");
        duplex.ended(Ok(()));
        duplex.ended(Err(io::ErrorKind::ConnectionReset));
        assert_eq!(duplex.read(&mut buf).unwrap(), 3);
        assert_eq!(duplex.read(&mut buf).unwrap(), 0);
    }
}
