//! `ember client`: connects, verifies, reports, and moves bytes both ways or gets one page.

use crate::{
    date,
    exit::Failure,
    files,
    http::Response,
    limits,
    pump::{Pump, Woken},
    report::Report,
    tls_options::{TlsOptions, leak},
};
use clap::{Args, ValueEnum};
use embertls::{AuthMode, ClientConfig, Peer, ServerName, Time, TrustAnchor};
use io::{
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
    #[command(flatten)]
    tls: TlsOptions,
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

/// Everything that the command line decides.
struct Plan {
    host: String,
    port: u16,
    config: &'static ClientConfig<'static>,
    peer: Peer<'static>,
    clock: Clock,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let plan = plan(options)?;
    let mut report = Report::new(options.json);
    let outcome = session(options, &plan, &mut report);
    report.finish(outcome.as_ref().err());
    match outcome {
        // The line of JSON has told why.
        Err(failure) if options.json => Ok(failure.code()),
        outcome => outcome.map(|()| ExitCode::SUCCESS),
    }
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
    let config = ClientConfig {
        alpn: options.tls.alpn()?,
        auth_mode,
        ..ClientConfig::new(options.tls.profile()?, anchors(options)?)
    };
    let clock = options.time.map_or_else(Clock::system, |seconds| Clock::at(Time::Known(seconds)));
    Ok(Plan { host, port, config: Box::leak(Box::new(config)), peer, clock })
}

fn host_and_port(target: &str) -> Result<(String, u16), Failure> {
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

fn session(options: &Options, plan: &Plan, report: &mut Report) -> Result<(), Failure> {
    let socket = connect(plan)?;
    let rng = os_entropy::seeded(b"ember client").map_err(|error| Failure::Peer(error.to_string()))?;
    let parts = Parts::full_size(rng, plan.clock).map_err(|error| Failure::tls(&error))?;
    let stream = Stream::client(plan.config, plan.peer, crate::duplex::Duplex::default(), parts)
        .map_err(|error| Failure::tls(&error))?;
    let mut pump = Pump::new(stream, socket).map_err(|error| Failure::tls(&error))?;
    let start = Instant::now();
    let outcome = pump.handshake(report.chain_mut()).map_err(|error| {
        report.on_handshake_error(&error);
        Failure::tls(&error)
    });
    let outcome = outcome.and_then(|()| {
        report.on_connected(start.elapsed(), pump.stream.facts(), plan.config.alpn);
        match &options.get {
            Some(path) => get(&mut pump, plan, path, report),
            None => exchange(&mut pump),
        }
    });
    pump.close();
    report.on_bytes(pump.bytes_in, pump.bytes_out);
    outcome
}

fn connect(plan: &Plan) -> Result<TcpStream, Failure> {
    let Plan { host, port, .. } = plan;
    let addresses = (host.as_str(), *port)
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
fn exchange(pump: &mut Pump) -> Result<(), Failure> {
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
fn get(pump: &mut Pump, plan: &Plan, path: &str, report: &mut Report) -> Result<(), Failure> {
    let Plan { host, port, .. } = plan;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let authority = if *port == 443 { host } else { format!("{host}:{port}") };
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
