//! A socket whose reads and writes end at a deadline, and that counts its bytes.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// A TCP stream with a deadline.
pub(crate) struct Timed {
    socket: TcpStream,
    deadline: Instant,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

impl Timed {
    pub(crate) fn new(socket: TcpStream, limit: Duration) -> Self {
        Self { socket, deadline: Instant::now() + limit, bytes_in: 0, bytes_out: 0 }
    }

    /// From now on, `limit` is left.
    pub(crate) fn allow(&mut self, limit: Duration) {
        self.deadline = Instant::now() + limit;
    }

    pub(crate) const fn socket(&self) -> &TcpStream {
        &self.socket
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(timed_out()) } else { Ok(Some(left)) }
    }
}

fn timed_out() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, "the peer was silent for too long")
}

/// A blocking socket reports its timeout as `WouldBlock`, which here is an end.
fn final_answer(answer: io::Result<usize>) -> io::Result<usize> {
    answer.map_err(|error| if error.kind() == ErrorKind::WouldBlock { timed_out() } else { error })
}

impl Read for Timed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        let n = final_answer(self.socket.read(out))?;
        self.bytes_in += u64::try_from(n).unwrap_or(u64::MAX);
        Ok(n)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        let n = final_answer(self.socket.write(bytes))?;
        self.bytes_out += u64::try_from(n).unwrap_or(u64::MAX);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
