//! A program with pipes: fed and read by threads, so that neither side waits for the other, and ended when dropped.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often waits look again.
const POLL: Duration = Duration::from_millis(5);

type Captured = Arc<Mutex<Vec<u8>>>;

/// A program that runs.
pub struct Running {
    child: Child,
    input: Option<ChildStdin>,
    output: Captured,
    errors: Captured,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Running {
    /// Starts it with pipes for its three streams.
    ///
    /// # Errors
    /// The operating system's, with the program's name.
    pub fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", command.get_program().to_string_lossy()))
        })?;
        let (output, errors) = (Captured::default(), Captured::default());
        let mut readers = Vec::new();
        if let Some(stream) = child.stdout.take() {
            readers.push(capture(stream, output.clone()));
        }
        if let Some(stream) = child.stderr.take() {
            readers.push(capture(stream, errors.clone()));
        }
        Ok(Self { input: child.stdin.take(), child, output, errors, readers })
    }

    /// Writes to its input from a thread, then keeps the input open, to be closed by [`Running::end_input`].
    pub fn feed(&mut self, bytes: Vec<u8>) -> Feeding {
        let input = self.input.take();
        Feeding(thread::spawn(move || {
            let mut input = input?;
            // A program that has ended reads no more; what it got shows elsewhere.
            let _ = input.write_all(&bytes).and_then(|()| input.flush());
            Some(input)
        }))
    }

    /// Writes to its input at once; for a few bytes, which no program keeps waiting.
    pub fn write(&mut self, bytes: &[u8]) {
        // A program that has ended reads no more; what it got shows elsewhere.
        let _ = self.input.as_mut().map(|input| input.write_all(bytes).and_then(|()| input.flush()));
    }

    /// Closes its input.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Closes its input after what is fed.
    pub fn end_input(&mut self, feeding: Feeding) {
        self.input = None;
        let _ = feeding.0.join();
    }

    /// Closes its input when all has been written, without waiting for that.
    pub fn end_input_after(feeding: Feeding) {
        drop(thread::spawn(move || feeding.0.join()));
    }

    /// What it has printed so far.
    #[must_use]
    pub fn output(&self) -> Vec<u8> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How much it has printed so far.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The end of what it has printed so far, some KiB.
    #[must_use]
    pub fn last_output(&self) -> String {
        const MOST: usize = 40 << 10;
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let start = output.len().saturating_sub(MOST);
        String::from_utf8_lossy(output.get(start..).unwrap_or_default()).into_owned()
    }

    /// What it has printed to standard error so far.
    #[must_use]
    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.errors.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits until `ready` says so; false when the time is over or the program has ended without it.
    pub fn wait_until(&mut self, limit: Duration, ready: impl Fn(&Self) -> bool) -> bool {
        let start = Instant::now();
        loop {
            if ready(self) {
                return true;
            }
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                // What was printed last may still be on its way through the reading threads.
                self.join_readers();
                return ready(self);
            }
            if start.elapsed() > limit {
                return false;
            }
            thread::sleep(POLL);
        }
    }

    /// Waits for its end and all of its output; None when the time is over.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.join_readers();
                    return Some(status);
                }
                Ok(None) if start.elapsed() <= limit => thread::sleep(POLL),
                Ok(None) | Err(_) => return None,
            }
        }
    }

    /// Ends it.
    pub fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.join_readers();
    }

    fn join_readers(&mut self) {
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Input on its way into a program.
pub struct Feeding(thread::JoinHandle<Option<ChildStdin>>);

fn capture(mut stream: impl Read + Send + 'static, into: Captured) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(len @ 1..) = stream.read(&mut buffer) {
            into.lock().unwrap_or_else(PoisonError::into_inner).extend(buffer.iter().take(len));
        }
    })
}

/// What carries a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TLS.
    Tcp,
    /// DTLS.
    Udp,
}

/// A port of 127.0.0.1 that was free a moment ago.
///
/// # Errors
/// The operating system's.
pub fn free_port(transport: Transport) -> io::Result<u16> {
    let any = (Ipv4Addr::LOCALHOST, 0);
    let address = match transport {
        Transport::Tcp => TcpListener::bind(any)?.local_addr()?,
        Transport::Udp => UdpSocket::bind(any)?.local_addr()?,
    };
    Ok(address.port())
}

/// Whether something listens on the port, without connecting: a server that serves one connection would take the
/// probe for it. Looks into Linux's socket tables.
#[must_use]
pub fn listens(transport: Transport, port: u16) -> bool {
    let (tables, state) = match transport {
        Transport::Tcp => (["/proc/net/tcp", "/proc/net/tcp6"], LISTEN),
        Transport::Udp => (["/proc/net/udp", "/proc/net/udp6"], UNCONNECTED),
    };
    tables.iter().any(|table| is_listed(table, port, state))
}

/// How the table of TCP tells of a socket that listens.
const LISTEN: &str = "0A";
/// How the table of UDP tells of a socket that takes datagrams from anybody.
const UNCONNECTED: &str = "07";

/// A line of the table has the local address, the remote one and the state.
fn is_listed(table: &str, port: u16, state: &str) -> bool {
    let suffix = format!(":{port:04X}");
    std::fs::read_to_string(table).is_ok_and(|text| {
        text.lines().any(|line| {
            let mut words = line.split_whitespace().skip(1);
            let local = words.next().is_some_and(|local| local.ends_with(&suffix));
            local && words.nth(1) == Some(state)
        })
    })
}
