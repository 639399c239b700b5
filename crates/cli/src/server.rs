//! `ember server`: serves any number of clients at once, each in a thread of its own, and survives them all.

use crate::{
    duplex::Duplex,
    exit::Failure,
    files, limits,
    output::report,
    pump::{Pump, Woken},
    timed::Timed,
    tls_options::{TlsOptions, leak},
    world::ToolWorld,
    www::{self, Site},
};
use clap::{Args, ValueEnum};
use embertls::{AuthMode, Credential, Preference, Renegotiation, ServerConfig, SessionCache, TicketKeys};
use io::{
    Shared,
    blocking::{Parts, Stream},
    clock::Clock,
    os_entropy,
};
use std::{
    io::{self as std_io, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs},
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Options of `ember server`.
#[derive(Args)]
pub(crate) struct Options {
    /// Where to listen; port 0 picks one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: String,
    /// A certificate with its chain, the leaf first, PEM or DER
    #[arg(long, value_name = "FILE", required = true)]
    cert: Vec<PathBuf>,
    /// The private key of the certificate at the same place
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// A certificate and its key for clients that ask for NAME, which may begin with "*."
    #[arg(long, value_name = "NAME=CERT,KEY")]
    sni: Vec<String>,
    #[command(flatten)]
    tls: TlsOptions,
    /// Whether clients are asked for a certificate
    #[arg(long, value_name = "MODE", default_value = "none")]
    client_auth: ClientAuth,
    /// A file with the authorities of clients' certificates, PEM or DER
    #[arg(long, value_name = "FILE")]
    client_ca: Vec<PathBuf>,
    /// Let clients negotiate a connection anew
    #[arg(long)]
    renegotiation: bool,
    /// Issue and accept no session tickets
    #[arg(long)]
    no_ticket: bool,
    /// Keep no sessions
    #[arg(long)]
    no_cache: bool,
    /// The finite field for DHE
    #[arg(long, value_name = "NAME")]
    dh_group: Option<String>,
    /// Whose order of cipher suites decides
    #[arg(long, value_name = "SIDE", default_value = "server")]
    preference: PreferenceName,
    /// Serve the files of DIR, or just a default page
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "echo")]
    #[expect(clippy::option_option, reason = "clap's form of an option whose value may be left out")]
    www: Option<Option<PathBuf>>,
    /// Send back what is received
    #[arg(long)]
    echo: bool,
    /// Serve one connection, then exit with its outcome
    #[arg(long)]
    once: bool,
}

/// Whether clients are asked for a certificate.
#[derive(Clone, Copy, ValueEnum)]
enum ClientAuth {
    /// They are not
    None,
    /// They may have none, or a bad one, which the log tells
    Optional,
    /// A client without a good one is refused
    Required,
}

/// Whose order of cipher suites decides.
#[derive(Clone, Copy, ValueEnum)]
enum PreferenceName {
    Server,
    Client,
}

/// What all connections share.
#[derive(Clone)]
struct Service {
    config: &'static ServerConfig<'static>,
    clock: Clock,
    sessions: Option<Shared<SessionCache<{ limits::MAX_SESSIONS }>>>,
    tickets: Option<Shared<TicketKeys>>,
}

impl Service {
    fn world(&self) -> std_io::Result<ToolWorld> {
        let mut world = ToolWorld::new(os_entropy::seeded(b"ember server").map_err(io::to_io)?, self.clock);
        if let Some(sessions) = &self.sessions {
            world.sessions = Some(Box::new(sessions.clone()));
        }
        if let Some(tickets) = &self.tickets {
            world.tickets = Some(Box::new(tickets.clone()));
        }
        Ok(world)
    }
}

/// What is done with a connection.
#[derive(Clone)]
enum Mode {
    Www(Site),
    Echo,
    Print,
}

/// What the log says of a connection, besides how it ended.
#[derive(Default)]
struct Log {
    agreed: Option<String>,
    request: Option<String>,
    bytes_in: u64,
    bytes_out: u64,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let service = service(options)?;
    let mode = match &options.www {
        Some(directory) => Mode::Www(Site::new(directory.as_deref()).map_err(|error| {
            let directory = directory.clone().unwrap_or_default();
            Failure::Usage(format!("{} cannot be served: {error}", directory.display()))
        })?),
        None if options.echo => Mode::Echo,
        None => Mode::Print,
    };
    let listener = listen(&options.listen)?;
    let active = Arc::new(AtomicUsize::new(0));
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
        if options.once {
            drop(listener);
            return serve(&service, &mode, socket, peer).map(|()| ExitCode::SUCCESS);
        }
        if active.fetch_add(1, Ordering::Relaxed) >= limits::MAX_CONNECTIONS {
            active.fetch_sub(1, Ordering::Relaxed);
            report(format_args!("{peer} refused: {} connections are open", limits::MAX_CONNECTIONS));
            continue;
        }
        let (service, mode, counted) = (service.clone(), mode.clone(), Counted(Arc::clone(&active)));
        let spawned = thread::Builder::new().spawn(move || {
            let _counted = counted;
            // The log line has told the outcome.
            let _ = serve(&service, &mode, socket, peer);
        });
        if let Err(error) = spawned {
            report(format_args!("{peer} refused: no thread: {error}"));
        }
    }
}

/// One open connection, until dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn service(options: &Options) -> Result<Service, Failure> {
    let mut credentials = files::credentials(&options.cert, &options.key)?;
    for sni in &options.sni {
        credentials.push(named_credential(sni)?);
    }
    let mut trust_anchors = Vec::new();
    for path in &options.client_ca {
        trust_anchors.extend(files::trust_anchors(path)?);
    }
    let auth_mode = match options.client_auth {
        ClientAuth::None => AuthMode::None,
        ClientAuth::Optional => AuthMode::Optional,
        ClientAuth::Required => AuthMode::Required,
    };
    if auth_mode == AuthMode::Required && trust_anchors.is_empty() {
        return Err(Failure::Usage("--client-auth required needs a --client-ca".into()));
    }
    let config = ServerConfig {
        alpn: options.tls.alpn()?,
        auth_mode,
        trust_anchors: leak(trust_anchors),
        preference: match options.preference {
            PreferenceName::Server => Preference::Server,
            PreferenceName::Client => Preference::Client,
        },
        renegotiation: if options.renegotiation {
            Renegotiation::Allowed(limits::MAX_RENEGOTIATIONS)
        } else {
            Renegotiation::Refused
        },
        ..ServerConfig::new(options.tls.profile_with_field(options.dh_group.as_deref())?, leak(credentials))
    };
    let clock = Clock::system();
    Ok(Service {
        config: Box::leak(Box::new(config)),
        clock,
        sessions: (!options.no_cache).then(|| Shared::new(SessionCache::new())),
        tickets: if options.no_ticket { None } else { Some(Shared::new(ticket_keys(clock)?)) },
    })
}

/// `NAME=CERT,KEY`.
fn named_credential(text: &str) -> Result<Credential<'static>, Failure> {
    let parts = text
        .split_once('=')
        .and_then(|(name, files)| files.split_once(',').map(|(cert, key)| (name, cert.into(), key.into())));
    let Some((name, cert, key)) = parts.filter(|(name, _, _)| !name.is_empty()) else {
        return Err(Failure::Usage(format!("--sni {text} is not NAME=CERT,KEY")));
    };
    let credentials = files::credentials(&[cert], &[key])?;
    let name: &'static str = Box::leak(name.to_ascii_lowercase().into_boxed_str());
    let credential = credentials.into_iter().next().ok_or_else(|| Failure::Usage("no certificate".into()))?;
    Ok(Credential { server_names: leak(vec![name]), ..credential })
}

/// Keys of this process: its tickets end with it.
fn ticket_keys(clock: Clock) -> Result<TicketKeys, Failure> {
    let mut rng = os_entropy::seeded(b"ember tickets").map_err(|error| Failure::Peer(error.to_string()))?;
    let mut keys = TicketKeys::new(&crypto::cipher::aead::AES_256_GCM);
    keys.rotate(clock.now(), &mut rng).map_err(|error| Failure::Peer(format!("no ticket key: {error:?}")))?;
    Ok(keys)
}

fn listen(address: &str) -> Result<TcpListener, Failure> {
    let usage = |error: std_io::Error| Failure::Usage(format!("'{address}' is not ADDR:PORT: {error}"));
    let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(usage)?.collect();
    let cannot = |error| Failure::Peer(format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(addresses.as_slice()).map_err(cannot)?;
    report(format_args!("listening on {}", listener.local_addr().map_err(cannot)?));
    Ok(listener)
}

/// Serves one connection and logs it in one line.
fn serve(service: &Service, mode: &Mode, socket: TcpStream, peer: SocketAddr) -> Result<(), Failure> {
    let start = Instant::now();
    let mut log = Log::default();
    let _ = socket.set_nodelay(true);
    let outcome = match mode {
        Mode::Echo => echo(service, socket, &mut log),
        Mode::Www(site) => stream(service, socket, &mut log, |stream, log| {
            let (outcome, request) = www::serve(site, stream);
            log.request = request;
            outcome
        }),
        Mode::Print => stream(service, socket, &mut log, |stream, _| print(stream)),
    };
    let outcome = outcome.map_err(|error| Failure::tls(&error));
    let Log { agreed, request, bytes_in, bytes_out } = log;
    let mut line = format!("{peer} {}", agreed.as_deref().unwrap_or("no handshake"));
    if let Some(request) = request {
        line.push_str(&format!(", {request}"));
    }
    let end = outcome.as_ref().err().map_or_else(|| "closed".to_owned(), ToString::to_string);
    report(format_args!(
        "{line}, {bytes_in} bytes in, {bytes_out} bytes out, {} ms, {end}",
        start.elapsed().as_millis()
    ));
    outcome
}

type Tls = Stream<'static, Timed, ToolWorld>;

/// A connection on which one thread reads and writes in turn.
fn stream(
    service: &Service,
    socket: TcpStream,
    log: &mut Log,
    talk: impl FnOnce(&mut Tls, &mut Log) -> std_io::Result<()>,
) -> std_io::Result<()> {
    let transport = Timed::new(socket, limits::HANDSHAKE_SECONDS);
    let config = service.config;
    let parts = Parts::owned(service.world()?).map_err(io::to_io)?;
    let mut stream = Stream::server(config, transport, parts)?;
    let outcome = stream.handshake().and_then(|()| {
        log.agreed = stream.facts().map(|facts| crate::report::agreed(facts, config.alpn));
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
fn linger(stream: &mut Tls) {
    let transport = stream.transport_mut();
    let _ = transport.socket().shutdown(Shutdown::Write);
    let mut rest = [0; 4096];
    while matches!(transport.read(&mut rest), Ok(n) if n > 0) {}
}

/// What the client sends goes to standard output.
fn print(stream: &mut Tls) -> std_io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    loop {
        stream.transport_mut().allow(limits::SERVER_IDLE_SECONDS);
        let n = stream.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        let mut out = std_io::stdout().lock();
        out.write_all(buffer.get(..n).unwrap_or_default())?;
        out.flush()?;
    }
}

/// What the client sends goes back, while more is read, so that a client which writes much before it reads is not
/// stuck.
fn echo(service: &Service, socket: TcpStream, log: &mut Log) -> std_io::Result<()> {
    let config = service.config;
    let parts = Parts::owned(service.world()?).map_err(io::to_io)?;
    let stream = Stream::server(config, Duplex::default(), parts)?;
    let mut pump = Pump::new(stream, socket)?;
    let outcome = pump.handshake(&mut crate::report::Chain::default()).and_then(|()| {
        log.agreed = pump.stream.facts().map(|facts| crate::report::agreed(facts, config.alpn));
        echo_all(&mut pump)
    });
    pump.close();
    log.bytes_in = pump.bytes_in;
    log.bytes_out = pump.bytes_out;
    outcome
}

fn echo_all(pump: &mut Pump) -> std_io::Result<()> {
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
