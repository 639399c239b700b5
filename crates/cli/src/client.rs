//! `ember client`: connects, verifies, reports, and moves bytes both ways or gets one page.

use crate::{
    client_datagram::Datagrams,
    client_session::ClientSession,
    datagram_options::DatagramOptions,
    date,
    exit::Failure,
    files,
    http::Response,
    limits, output,
    psk::PskOptions,
    pump::{Pump, Woken},
    report::Report,
    tls_options::{Keyed, TlsOptions, leak},
    verify_options::{Pin, anchor_pins, parse_pin},
    watch::{Watch, WatchOptions},
    world::ToolWorld,
};
use clap::{Args, ValueEnum};
use embertls::{
    AuthMode, CertificateTypes, ClientConfig, MissingStaple, Peer, Renegotiation, ServerName, SizeLimits,
    Stapling, Time, TrustAnchor, registry::verification::STAPLING,
};
use io::{
    Shared,
    blocking::{Parts, Stream},
    clock::Clock,
    os_entropy,
};
use std::{
    io::Write,
    net::{TcpStream, ToSocketAddrs},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// Options of `ember client`.
#[derive(Args)]
pub(crate) struct Options {
    /// Where to connect; an IPv6 address stands in brackets
    #[arg(value_name = "HOST:PORT")]
    target: String,
    /// A file with trusted roots, PEM or DER
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
    /// Leave out the built-in roots
    #[arg(long)]
    no_default_roots: bool,
    /// Trust the operating system's roots as well
    #[arg(long)]
    system_roots: bool,
    /// The name that the certificate must bear, instead of HOST
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// Go on whatever the certificate is; the same as --auth-mode none
    #[arg(long, conflicts_with = "auth_mode")]
    insecure: bool,
    /// What a refused certificate means
    #[arg(long, value_name = "MODE")]
    auth_mode: Option<AuthModeName>,
    /// Whether the server is asked for an OCSP response about its certificate (stapling)
    #[arg(long, value_name = "WHAT", default_value = "ask")]
    status: StatusName,
    /// SHA-256 of the server's key (SubjectPublicKeyInfo) in hexadecimal or base64: take a raw public key that has it, and no
    /// certificate (RFC 7250)
    #[arg(long = "raw-pin", id = "raw_pins", value_name = "SHA256", value_parser = parse_pin)]
    raw_pins: Vec<Pin>,
    #[command(flatten)]
    tls: TlsOptions,
    #[command(flatten)]
    psk: PskOptions,
    #[command(flatten)]
    datagram: DatagramOptions,
    #[command(flatten)]
    watch: WatchOptions,
    /// Write a capture of the connections, with their secrets, for Wireshark
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// A certificate with its chain for a server that asks for one, the leaf first, PEM or DER
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Vec<PathBuf>,
    /// The private key of the certificate at the same place
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Vec<PathBuf>,
    /// The password of the encrypted keys among them
    #[arg(long, value_name = "P", requires = "key")]
    key_pass: Option<String>,
    /// Show the key of the certificate bare to a server that takes that (RFC 7250)
    #[arg(long, requires = "cert")]
    raw_key: bool,
    /// Ask for records of at most N bytes: 512, 1024, 2048 or 4096 (max_fragment_length)
    #[arg(long, value_name = "N", value_parser = max_fragment_length)]
    mfl: Option<u16>,
    /// Ask for records of at most N bytes, 64 to 16384 (record_size_limit)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(64..=16384))]
    rsl: Option<u16>,
    /// Ask for no session ticket
    #[arg(long)]
    no_ticket: bool,
    /// Connect N times more and resume the session
    #[arg(long, value_name = "N", default_value_t = 0)]
    resume: u32,
    /// Resume the session that an earlier run has written
    #[arg(long, value_name = "FILE")]
    session_in: Option<PathBuf>,
    /// Write the session for a later run; the file holds a secret
    #[arg(long, value_name = "FILE")]
    session_out: Option<PathBuf>,
    /// Say that this is a second attempt with a lower version (TLS_FALLBACK_SCSV)
    #[arg(long)]
    fallback: bool,
    /// Negotiate the connection anew once it is up
    #[arg(long)]
    renegotiate: bool,
    /// Send an HTTP request for PATH and print the body of the answer
    #[arg(long, value_name = "PATH")]
    get: Option<String>,
    /// The date to check certificates against, instead of the clock's
    #[arg(long, value_name = "RFC3339", value_parser = date::parse, allow_hyphen_values = true)]
    time: Option<i64>,
    /// Report as one line of JSON, at the end
    #[arg(long)]
    json: bool,
}

/// What a refused certificate means, by the tool's names.
#[derive(Clone, Copy, ValueEnum)]
enum AuthModeName {
    /// The result is reported, the connection goes on
    None,
    /// The same, for a client
    Optional,
    /// The connection ends
    Required,
}

/// Whether a stapled OCSP response is asked for.
#[derive(Clone, Copy, ValueEnum)]
enum StatusName {
    /// It is not
    Off,
    /// It is, and checked if one comes; a certificate that demands one (must-staple) is refused without
    Ask,
    /// It must come
    Require,
}

impl StatusName {
    fn stapling(self) -> Option<Stapling<'static>> {
        let missing = match self {
            Self::Off => return None,
            Self::Ask => MissingStaple::Allowed,
            Self::Require => MissingStaple::Refused,
        };
        Some(Stapling { missing, ..STAPLING })
    }
}

/// Everything that the command line decides.
struct Plan {
    host: String,
    port: u16,
    config: &'static ClientConfig<'static>,
    peer: Peer<'static>,
    clock: Clock,
    session: Shared<ClientSession>,
    watch: Watch,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let plan = plan(options)?;
    for number in 0..=options.resume {
        let mut report = Report::new(options.json);
        let outcome = session(options, &plan, number == 0, &mut report);
        if outcome.is_err() || number == options.resume {
            plan.watch.finish();
        }
        report.finish(outcome.as_ref().err());
        match outcome {
            // The line of JSON has told why.
            Err(failure) if options.json => return Ok(failure.code()),
            outcome => outcome?,
        }
    }
    if let Some(path) = &options.session_out
        && !plan.session.with(|session| session.write(path))?
    {
        output::report(format_args!("there is no session to write to {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn plan(options: &Options) -> Result<Plan, Failure> {
    let (host, port) = host_and_port(&options.target)?;
    if options.get.iter().any(|path| path.contains(|c: char| c.is_control() || c == ' ')) {
        return Err(Failure::Usage("the path of --get must not have spaces or control characters".into()));
    }
    let named = leak(options.server_name.clone().unwrap_or_else(|| host.clone()).into_bytes());
    let peer =
        std::str::from_utf8(named).ok().and_then(ServerName::parse).map(Peer::Named).ok_or_else(|| {
            Failure::Usage(format!(
                "'{}' is neither a DNS name nor an IP address; --server-name gives another",
                String::from_utf8_lossy(named)
            ))
        })?;
    let auth_mode = match options.auth_mode {
        _ if options.insecure => AuthMode::None,
        Some(AuthModeName::None) => AuthMode::None,
        Some(AuthModeName::Optional) => AuthMode::Optional,
        Some(AuthModeName::Required) | None => AuthMode::Required,
    };
    let psk = options.psk.client()?;
    let keyed = if psk.is_some() { Keyed::Only } else { Keyed::No };
    let config = ClientConfig {
        alpn: options.tls.alpn()?,
        auth_mode,
        stapling: options.status.stapling(),
        pins: anchor_pins(&options.raw_pins),
        server_certificate: if options.raw_pins.is_empty() {
            CertificateTypes::X509
        } else {
            CertificateTypes::RawPublicKey
        },
        credentials: leak(files::credentials(
            &options.cert,
            &options.key,
            options.key_pass.as_deref(),
            options.raw_key,
        )?),
        psk,
        size_limits: SizeLimits { max_fragment_length: options.mfl, record_size_limit: options.rsl },
        srtp: options.datagram.srtp()?,
        connection_id: options.datagram.connection_id(),
        tickets: !options.no_ticket,
        fallback: options.fallback,
        renegotiation: if options.renegotiate {
            Renegotiation::Allowed(limits::MAX_RENEGOTIATIONS)
        } else {
            Renegotiation::Refused
        },
        ..ClientConfig::new(options.tls.profile(keyed, None)?, anchors(options)?)
    };
    let clock = options.time.map_or_else(Clock::system, |seconds| Clock::at(Time::Known(seconds)));
    let session = match &options.session_in {
        Some(path) => ClientSession::read(path)?,
        None => ClientSession::default(),
    };
    let session = Shared::new(session);
    let watch = options.watch.watch(options.pcap.as_deref())?;
    Ok(Plan { host, port, config: Box::leak(Box::new(config)), peer, clock, session, watch })
}

fn max_fragment_length(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(bytes @ (512 | 1024 | 2048 | 4096)) => Ok(bytes),
        Ok(_) | Err(_) => Err("it is 512, 1024, 2048 or 4096".into()),
    }
}

/// Reads `HOST:PORT`, with an IPv6 address in brackets.
pub(crate) fn host_and_port(target: &str) -> Result<(String, u16), Failure> {
    let usage = || Failure::Usage(format!("'{target}' is not HOST:PORT"));
    let (host, port) = target.rsplit_once(':').ok_or_else(usage)?;
    let port = port.parse().map_err(|_| usage())?;
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match bracketed {
        Some(address) => address,
        None if host.contains(':') => return Err(usage()),
        None => host,
    };
    if host.is_empty() { Err(usage()) } else { Ok((host.to_owned(), port)) }
}

fn anchors(options: &Options) -> Result<&'static [TrustAnchor<'static>], Failure> {
    let mut anchors: Vec<TrustAnchor<'static>> = Vec::new();
    if !options.no_default_roots {
        anchors.extend(certs::DEFAULT.iter().chain(certs::USER));
    }
    for path in &options.ca {
        anchors.extend(files::trust_anchors(path)?);
    }
    if options.system_roots {
        anchors.extend(files::readable_trust_anchors(files::SYSTEM_ROOTS.as_ref())?);
    }
    Ok(leak(anchors))
}

/// One connection; with the first goes standard input.
fn session(options: &Options, plan: &Plan, first: bool, report: &mut Report) -> Result<(), Failure> {
    let rng = os_entropy::seeded(b"ember client").map_err(|error| Failure::Peer(error.to_string()))?;
    let watch = plan.watch.next();
    let mut world = ToolWorld::new(rng, plan.clock, watch.clone());
    if options.resume > 0 || options.session_in.is_some() || options.session_out.is_some() {
        world.sessions = Some(Box::new(plan.session.clone()));
    }
    if options.tls.dtls {
        return datagram_session(options, plan, first, report, world);
    }
    let socket = connect(&plan.host, plan.port)?;
    let parts = Parts::owned(world).map_err(|error| Failure::tls(&io::to_io(error)))?;
    let stream = Stream::client(plan.config, plan.peer, crate::duplex::Duplex::default(), parts)
        .map_err(|error| Failure::tls(&error))?;
    let mut pump = Pump::new(stream, socket, watch).map_err(|error| Failure::tls(&error))?;
    let start = Instant::now();
    let outcome = pump.handshake(report.chain_mut()).map_err(|error| {
        report.on_handshake_error(&error);
        Failure::tls(&error)
    });
    let outcome = outcome.and_then(|()| {
        let identity = pump.stream.connection().psk_identity();
        report.on_connected(start.elapsed(), pump.stream.facts(), identity, plan.config.alpn);
        if options.renegotiate {
            renegotiate(&mut pump, report)?;
        }
        match &options.get {
            Some(path) => get(&mut pump, plan, path, report),
            None if first => exchange(&mut pump),
            None => Ok(()),
        }
    });
    pump.close();
    report.on_bytes(pump.bytes_in, pump.bytes_out);
    outcome
}

/// The same over UDP.
fn datagram_session(
    options: &Options,
    plan: &Plan,
    first: bool,
    report: &mut Report,
    world: ToolWorld,
) -> Result<(), Failure> {
    let Plan { host, port, config, peer, .. } = plan;
    let settings = options.datagram.settings();
    let mut datagrams = Datagrams::connect(config, *peer, settings, (host, *port), world)?;
    let outcome = datagrams.handshake(report, config.alpn).and_then(|()| match &options.get {
        Some(path) => datagrams.get(path, &authority(plan)),
        None if first => datagrams.exchange(),
        None => Ok(()),
    });
    let (bytes_in, bytes_out) = datagrams.close();
    report.on_bytes(bytes_in, bytes_out);
    outcome
}

/// Another handshake over the connection; a server may refuse it, and the connection goes on.
fn renegotiate(pump: &mut Pump<'_>, report: &mut Report) -> Result<(), Failure> {
    let before = pump.stream.connection().tls_unique().copied();
    let mut out = std::io::stdout().lock();
    pump.renegotiate(|data| out.write_all(data).and_then(|()| out.flush()))
        .map_err(|error| Failure::tls(&error))?;
    report.on_renegotiated(pump.stream.connection().tls_unique().copied() != before);
    Ok(())
}

/// A connection to the first address that answers.
pub(crate) fn connect(host: &str, port: u16) -> Result<TcpStream, Failure> {
    let addresses = (host, port)
        .to_socket_addrs()
        .map_err(|error| Failure::Peer(format!("{host} is not known: {error}")))?;
    let mut last = format!("{host} has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, limits::HANDSHAKE_SECONDS) {
            Ok(socket) => {
                // Without it small records wait for acknowledgements; where it cannot be set they do.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Err(error) => last = format!("{address} cannot be reached: {error}"),
        }
    }
    Err(Failure::Peer(last))
}

/// Standard input goes to the peer, the peer's bytes to standard output, until the peer closes or, after the
/// input's end, a second is quiet.
fn exchange(pump: &mut Pump<'_>) -> Result<(), Failure> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    let mut out = std::io::stdout().lock();
    let (mut open, mut asked) = (true, false);
    let mut last_event = Instant::now();
    loop {
        while let Some(n) = pump.read(&mut buffer).map_err(|error| Failure::tls(&error))? {
            if n == 0 {
                return Ok(());
            }
            print(&mut out, buffer.get(..n).unwrap_or_default())?;
        }
        pump.read_on();
        if open && !asked && pump.unwritten() < limits::INPUT_WATERMARK_BYTES && !pump.is_write_failed() {
            pump.ask_for_input();
            asked = true;
        }
        let quiet = if pump.unwritten() > 0 { limits::HTTP_IDLE_SECONDS } else { limits::QUIET_SECONDS };
        let left = (!open).then(|| quiet.saturating_sub(last_event.elapsed()));
        match pump.wait(left) {
            Woken::Quiet if pump.unwritten() > 0 => {
                return Err(Failure::Peer("the peer takes no more of the input".into()));
            }
            Woken::Quiet => return Ok(()),
            Woken::Input(bytes) if bytes.is_empty() => open = false,
            Woken::Input(bytes) => {
                asked = false;
                pump.write(&bytes).map_err(|error| Failure::tls(&error))?;
            }
            Woken::Network => {}
        }
        last_event = Instant::now();
    }
}

/// One GET; the body goes to standard output.
fn get(pump: &mut Pump<'_>, plan: &Plan, path: &str, report: &mut Report) -> Result<(), Failure> {
    let authority = authority(plan);
    let slash = if path.starts_with('/') { "" } else { "/" };
    let request = format!(
        "GET {slash}{path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: ember/{}\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    pump.write(request.as_bytes()).map_err(|error| Failure::tls(&error))?;
    let mut response = Response::new();
    let mut out = std::io::stdout().lock();
    let (mut buffer, mut body) = (vec![0; limits::CHUNK_BYTES], Vec::new());
    while !response.is_done() {
        while let Some(n) = pump.read(&mut buffer).map_err(|error| Failure::tls(&error))? {
            if n == 0 {
                report.on_status(response.status());
                return if response.may_end() {
                    Ok(())
                } else {
                    Err(Failure::Peer("the peer closed before its answer was complete".into()))
                };
            }
            response.push(buffer.get(..n).unwrap_or_default(), &mut body).map_err(Failure::Peer)?;
            print(&mut out, &body)?;
            body.clear();
            if response.is_done() {
                break;
            }
        }
        pump.read_on();
        if !response.is_done() && matches!(pump.wait(Some(idle())), Woken::Quiet) {
            return Err(Failure::Peer("the peer was silent for too long".into()));
        }
    }
    report.on_status(response.status());
    Ok(())
}

fn authority(plan: &Plan) -> String {
    let Plan { host, port, .. } = plan;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    if *port == 443 { host } else { format!("{host}:{port}") }
}

const fn idle() -> Duration {
    limits::HTTP_IDLE_SECONDS
}

fn print(out: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Peer(format!("standard output takes no more: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_split_at_the_port() {
        assert_eq!(host_and_port("a.b:443").unwrap(), ("a.b".into(), 443));
        assert_eq!(host_and_port("[::1]:1").unwrap(), ("::1".into(), 1));
        for target in ["a", "a:", ":1", "a:65536", "::1:1", "[]:1"] {
            assert_eq!(host_and_port(target).unwrap_err().number(), 2, "{target}");
        }
    }
}
