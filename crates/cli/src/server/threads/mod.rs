//! The server with a thread for each connection.

mod timed;

use super::{
    announce,
    log::Log,
    places::Places,
    service::{Mode, Service},
};
use crate::{
    duplex::Duplex,
    exit::Failure,
    limits,
    output::{self, report},
    pump::{Pump, Woken},
    watch::Watch,
    world::ToolWorld,
    www::{Requests, Site},
};
use embertls::ServerConfig;
use io::{Parts, blocking::Stream};
use std::{
    io::{self as std_io, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};
use timed::Timed;

/// Serves whoever comes, or one client with `once`.
pub(super) fn run(service: Service, listener: TcpListener, once: bool) -> Result<ExitCode, Failure> {
    announce(listener.local_addr())?;
    let (service, places) = (Arc::new(service), Places::default());
    loop {
        let (socket, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(error) => {
                // The client has gone, or the process is out of descriptors: others must not suffer for it.
                report(format_args!("a connection could not be accepted: {error}"));
                thread::sleep(Duration::from_millis(20));
                continue;
            }
        };
        if once {
            drop(listener);
            return serve(&service, socket, peer).map(|()| ExitCode::SUCCESS);
        }
        let Some(place) = places.take(peer) else { continue };
        let service = Arc::clone(&service);
        let spawned = thread::Builder::new().spawn(move || {
            let _place = place;
            // The log line has told the outcome.
            let _ = serve(&service, socket, peer);
        });
        if let Err(error) = spawned {
            report(format_args!("{peer} refused: no thread: {error}"));
        }
    }
}

/// Serves one connection and logs it in one line.
fn serve(service: &Service, socket: TcpStream, peer: SocketAddr) -> Result<(), Failure> {
    let mut log = Log::new(peer);
    let _ = socket.set_nodelay(true);
    let identities = service.identities.current();
    let view = identities.view();
    let credentials = view.credentials();
    let config = service.config(&view, &credentials);
    let outcome = match &service.mode {
        Mode::Echo => echo(service, &config, socket, &mut log),
        Mode::Www(site) => stream(service, &config, socket, &mut log, |stream, log| www(site, stream, log)),
        Mode::Print => stream(service, &config, socket, &mut log, |stream, _| print(stream)),
    };
    log.finish(outcome)
}

type Tls<'c> = Stream<'c, Timed, ToolWorld>;

/// A connection on which one thread reads and writes in turn.
fn stream(
    service: &Service,
    config: &ServerConfig<'_>,
    socket: TcpStream,
    log: &mut Log,
    talk: impl FnOnce(&mut Tls<'_>, &mut Log) -> std_io::Result<()>,
) -> std_io::Result<()> {
    let transport = Timed::new(socket, limits::HANDSHAKE_SECONDS);
    let parts = Parts::owned(service.world()?).map_err(io::to_io)?;
    let mut stream = Stream::server(config, transport, parts)?;
    let outcome = stream.handshake().and_then(|()| {
        log.on_connected(stream.facts(), stream.connection().psk_identity(), config.alpn);
        talk(&mut stream, log)
    });
    stream.transport_mut().allow(limits::LINGER_SECONDS);
    let closed = if outcome.is_ok() { stream.close() } else { Ok(()) };
    linger(&mut stream);
    log.bytes_in = stream.transport().bytes_in;
    log.bytes_out = stream.transport().bytes_out;
    outcome.and(closed)
}

/// Takes what the client still sends, for a while: closing a socket over unread bytes would reset it, and the
/// client would lose our last record.
fn linger(stream: &mut Tls<'_>) {
    let transport = stream.transport_mut();
    let _ = transport.socket().shutdown(Shutdown::Write);
    let mut rest = [0; 4096];
    while matches!(transport.read(&mut rest), Ok(n) if n > 0) {}
}

/// Answers requests until the client or an error ends the connection.
fn www(site: &Site, stream: &mut Tls<'_>, log: &mut Log) -> std_io::Result<()> {
    let (mut requests, mut chunk) = (Requests::new(site), [0; 4096]);
    loop {
        stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
        let question = loop {
            if let Some(question) = requests.next() {
                break question;
            }
            match stream.read(&mut chunk)? {
                0 => return Ok(()),
                n => requests.push(chunk.get(..n).unwrap_or_default()),
            }
        };
        let mut reply = question.reply();
        log.request = Some(reply.label.clone());
        stream.write_all(&reply.head)?;
        while let Some(chunk) = reply.next_chunk()? {
            stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
            stream.write_all(&chunk)?;
        }
        stream.flush()?;
        if !reply.keep_alive {
            return Ok(());
        }
    }
}

/// What the client sends goes to standard output.
fn print(stream: &mut Tls<'_>) -> std_io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    loop {
        stream.transport_mut().allow(limits::SERVER_IDLE_SECONDS);
        let n = stream.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        output::pass_on(buffer.get(..n).unwrap_or_default())?;
    }
}

/// What the client sends goes back, while more is read, so that a client which writes much before it reads is not
/// stuck.
fn echo(
    service: &Service,
    config: &ServerConfig<'_>,
    socket: TcpStream,
    log: &mut Log,
) -> std_io::Result<()> {
    let parts = Parts::owned(service.world()?).map_err(io::to_io)?;
    let stream = Stream::server(config, Duplex::default(), parts)?;
    let mut pump = Pump::new(stream, socket, Watch::default())?;
    let outcome = pump.handshake(&mut crate::report::Chain::default()).and_then(|()| {
        log.on_connected(pump.stream.facts(), pump.stream.connection().psk_identity(), config.alpn);
        echo_all(&mut pump)
    });
    pump.close();
    log.bytes_in = pump.bytes_in;
    log.bytes_out = pump.bytes_out;
    outcome
}

fn echo_all(pump: &mut Pump<'_>) -> std_io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    loop {
        while pump.unwritten() < limits::ECHO_WATERMARK_BYTES {
            match pump.read(&mut buffer)? {
                Some(0) => return Ok(()),
                Some(n) => pump.write(buffer.get(..n).unwrap_or_default())?,
                None => {
                    pump.read_on();
                    break;
                }
            }
        }
        if matches!(pump.wait(Some(limits::SERVER_IDLE_SECONDS)), Woken::Quiet) {
            return Err(std_io::Error::new(std_io::ErrorKind::TimedOut, "the peer was silent for too long"));
        }
    }
}
