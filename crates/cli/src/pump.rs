//! Full duplex over one TLS connection without a deadlock: a thread reads the network, one writes it, one may read
//! standard input; the connection belongs to the caller's thread alone, which waits on one queue of events.
//!
//! Each reading thread works on buffers that it was handed, so it is never further ahead than they are many.

use crate::{duplex::Duplex, limits, watch::Watch, world::ToolWorld};
use io::blocking::Stream;
use std::{
    io::{self as std_io, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

/// The stream that a pump drives.
pub(crate) type TlsStream<'c> = Stream<'c, Duplex, ToolWorld>;

/// What the threads report.
enum Event {
    /// Bytes of the network; empty at its end.
    Network(std_io::Result<Vec<u8>>),
    /// Bytes of standard input; empty at its end.
    Input(std_io::Result<Vec<u8>>),
    /// So many bytes were handed to the network.
    Written(std_io::Result<usize>),
}

/// What a wait ended with.
pub(crate) enum Woken {
    /// The network has moved; there may be something to read.
    Network,
    /// Standard input, empty at its end.
    Input(Vec<u8>),
    /// Nothing happened for the given time.
    Quiet,
}

/// A connection with its threads.
pub(crate) struct Pump<'c> {
    pub(crate) stream: TlsStream<'c>,
    socket: TcpStream,
    events: Receiver<Event>,
    report: Sender<Event>,
    to_reader: Sender<Vec<u8>>,
    to_writer: Sender<Vec<u8>>,
    to_input: Option<Sender<Vec<u8>>>,
    /// Bytes that the writer has and the network has not yet.
    unwritten: usize,
    write_failed: bool,
    /// The reader stands still, for it has got no buffer back.
    spare: Vec<Vec<u8>>,
    network_ended: bool,
    watch: Watch,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
}

impl<'c> Pump<'c> {
    pub(crate) fn new(stream: TlsStream<'c>, socket: TcpStream, watch: Watch) -> std_io::Result<Self> {
        let (report, events) = mpsc::channel();
        let to_reader = spawn_reader(socket.try_clone()?, report.clone(), Event::Network);
        for _ in 0..limits::CHUNKS_AHEAD {
            // The thread waits for buffers as long as the sender lives.
            let _ = to_reader.send(Vec::new());
        }
        let to_writer = spawn_writer(socket.try_clone()?, report.clone());
        Ok(Self {
            stream,
            socket,
            events,
            report,
            to_reader,
            to_writer,
            to_input: None,
            unwritten: 0,
            write_failed: false,
            spare: Vec::new(),
            network_ended: false,
            watch,
            bytes_in: 0,
            bytes_out: 0,
        })
    }

    /// Completes the handshake, or fails within the time that is allowed.
    pub(crate) fn handshake(
        &mut self,
        observer: &mut dyn embertls::CertificateObserver,
    ) -> std_io::Result<()> {
        let deadline = Instant::now() + limits::HANDSHAKE_SECONDS;
        loop {
            let outcome = self.stream.handshake_observed(Some(&mut *observer));
            self.send();
            match outcome {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                outcome => return outcome,
            }
            self.read_on();
            let left = deadline.saturating_duration_since(Instant::now());
            if matches!(self.wait(Some(left)), Woken::Quiet) {
                return Err(std_io::Error::new(ErrorKind::TimedOut, "the handshake took too long"));
            }
        }
    }

    /// Negotiates the connection anew, or learns that the peer refuses; what the peer sends meanwhile goes to `data`.
    pub(crate) fn renegotiate(
        &mut self,
        mut data: impl FnMut(&[u8]) -> std_io::Result<()>,
    ) -> std_io::Result<()> {
        let deadline = Instant::now() + limits::HANDSHAKE_SECONDS;
        self.stream.renegotiate()?;
        let mut buffer = vec![0; limits::CHUNK_BYTES];
        loop {
            match self.read(&mut buffer)? {
                Some(0) => return Ok(()),
                Some(n) => data(buffer.get(..n).unwrap_or_default())?,
                None if !self.stream.connection().is_handshaking() => return Ok(()),
                None => {
                    self.read_on();
                    let left = deadline.saturating_duration_since(Instant::now());
                    if matches!(self.wait(Some(left)), Woken::Quiet) {
                        return Err(std_io::Error::new(ErrorKind::TimedOut, "the handshake took too long"));
                    }
                }
            }
        }
    }

    /// Asks for the next chunk of standard input.
    pub(crate) fn ask_for_input(&mut self) {
        let report = &self.report;
        let to_input =
            self.to_input.get_or_insert_with(|| spawn_reader(std_io::stdin(), report.clone(), Event::Input));
        let _ = to_input.send(Vec::new());
    }

    /// Reads what has arrived; None when that is nothing, 0 when the peer has closed in order.
    pub(crate) fn read(&mut self, out: &mut [u8]) -> std_io::Result<Option<usize>> {
        let answer = self.stream.read(out);
        self.send();
        match answer {
            Ok(n) => Ok(Some(n)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Seals `bytes` and hands them to the writer.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std_io::Result<()> {
        self.stream.write_all(bytes)?;
        self.send();
        Ok(())
    }

    /// Bytes that wait for the network.
    pub(crate) const fn unwritten(&self) -> usize {
        self.unwritten
    }

    /// Whether the network takes nothing any more; what has arrived can still be read.
    pub(crate) const fn is_write_failed(&self) -> bool {
        self.write_failed
    }

    /// Hands what the stream wants to send to the writer.
    pub(crate) fn send(&mut self) {
        let outgoing = self.stream.transport_mut().take_outgoing();
        if !outgoing.is_empty() && !self.write_failed {
            self.watch.sent(&outgoing);
            self.unwritten += outgoing.len();
            self.bytes_out += u64::try_from(outgoing.len()).unwrap_or(u64::MAX);
            self.write_failed = self.to_writer.send(outgoing).is_err();
        }
    }

    /// Lets the reader go on. To be called when what has arrived was read, so that a slow consumer slows the peer.
    pub(crate) fn read_on(&mut self) {
        for buffer in self.spare.drain(..) {
            let _ = self.to_reader.send(buffer);
        }
    }

    /// Waits for the next event, at most for `limit`.
    pub(crate) fn wait(&mut self, limit: Option<Duration>) -> Woken {
        let event = match limit {
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(limit) => self.events.recv_timeout(limit),
        };
        match event {
            Ok(Event::Network(Ok(bytes))) if bytes.is_empty() => {
                self.network_ended = true;
                self.stream.transport_mut().ended(Ok(()));
            }
            Ok(Event::Network(Ok(bytes))) => {
                self.bytes_in += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.watch.received(&bytes);
                self.stream.transport_mut().arrived(&bytes);
                self.spare.push(bytes);
            }
            Ok(Event::Network(Err(error))) => {
                self.network_ended = true;
                self.stream.transport_mut().ended(Err(error.kind()));
            }
            Ok(Event::Input(Ok(bytes))) => return Woken::Input(bytes),
            // Input that cannot be read has ended.
            Ok(Event::Input(Err(_))) => return Woken::Input(Vec::new()),
            Ok(Event::Written(Ok(bytes))) => self.unwritten = self.unwritten.saturating_sub(bytes),
            Ok(Event::Written(Err(_))) => {
                self.write_failed = true;
                self.unwritten = 0;
            }
            Err(_) => return Woken::Quiet,
        }
        Woken::Network
    }

    /// Sends close_notify (or the alert that waits), lets the network take everything, and leaves only when the
    /// peer has done so as well or a second has passed: closing a socket over unread bytes would reset it, and the
    /// peer would lose what was sent last.
    pub(crate) fn close(&mut self) {
        // A stream that has failed has its alert in the queue already.
        let _ = self.stream.close();
        self.send();
        while self.unwritten > 0 && !self.write_failed {
            if matches!(self.wait(Some(limits::DRAIN_SECONDS)), Woken::Quiet) {
                break;
            }
            self.read_on();
        }
        let _ = self.socket.shutdown(Shutdown::Write);
        let deadline = Instant::now() + limits::LINGER_SECONDS;
        while !self.network_ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.wait(Some(left));
            self.read_on();
        }
    }
}

impl Drop for Pump<'_> {
    /// The network threads end with their socket, the others with their queues.
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// A thread that fills the buffers it is sent and reports each; it ends after an end or an error.
fn spawn_reader(
    mut source: impl Read + Send + 'static,
    report: Sender<Event>,
    wrap: fn(std_io::Result<Vec<u8>>) -> Event,
) -> Sender<Vec<u8>> {
    let (to_thread, buffers) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        for mut buffer in buffers {
            buffer.resize(limits::CHUNK_BYTES, 0);
            let answer = loop {
                match source.read(&mut buffer) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    answer => break answer,
                }
            };
            let answer = answer.map(|n| {
                buffer.truncate(n);
                buffer
            });
            let last = answer.as_ref().map_or(true, Vec::is_empty);
            if report.send(wrap(answer)).is_err() || last {
                return;
            }
        }
    });
    to_thread
}

/// A thread that writes what it is sent and reports each; it ends after an error.
fn spawn_writer(mut socket: TcpStream, report: Sender<Event>) -> Sender<Vec<u8>> {
    let (to_thread, chunks) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        for chunk in chunks {
            let written = socket.write_all(&chunk).map(|()| chunk.len());
            let failed = written.is_err();
            if report.send(Event::Written(written)).is_err() || failed {
                return;
            }
        }
    });
    to_thread
}
