//! `ember server`: serves any number of clients at once and survives them all; on tokio with the feature of that name,
//! else with a thread for each.

mod datagrams;
#[cfg(all(feature = "tokio", unix))]
mod hangups;
#[cfg(not(all(feature = "tokio", unix)))]
#[path = "hangups_off.rs"]
mod hangups;
mod identities;
mod log;
mod places;
mod service;
#[cfg(feature = "tokio")]
mod tasks;
#[cfg(not(feature = "tokio"))]
mod threads;

#[cfg(feature = "tokio")]
use tasks as engine;
#[cfg(not(feature = "tokio"))]
use threads as engine;

use crate::{
    datagram_options::DatagramOptions, exit::Failure, limits, output::report, tls_options::TlsOptions,
    verify_options::anchor_pins, watch::WatchOptions, www::Site,
};
use clap::{Args, ValueEnum};
use embertls::{AuthMode, CertificateTypes, Preference, Renegotiation, ServerConfig};
use identities::FileNames;
use io::udp::Setup;
use service::{Mode, Service};
use std::{
    io as std_io,
    net::{SocketAddr, TcpListener, ToSocketAddrs, UdpSocket},
    path::PathBuf,
    process::ExitCode,
};

/// Options of `ember server`.
#[derive(Args)]
pub(crate) struct Options {
    /// Where to listen; port 0 picks one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: String,
    #[command(flatten)]
    files: FileNames,
    #[command(flatten)]
    tls: TlsOptions,
    #[command(flatten)]
    datagram: DatagramOptions,
    /// Answer first datagrams without a cookie, where nobody can forge addresses (with --dtls)
    #[arg(long, requires = "dtls")]
    no_cookie: bool,
    #[command(flatten)]
    watch: WatchOptions,
    /// Whether clients are asked for a certificate
    #[arg(long, value_name = "MODE", default_value = "none")]
    client_auth: ClientAuth,
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

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let service = service(options)?;
    if options.tls.dtls {
        let setup = Setup { settings: options.datagram.settings(), ..Setup::default() };
        let socket = bind(&options.listen)?;
        return datagrams::run(&service, socket, setup, !options.no_cookie, options.once);
    }
    engine::run(service, listen(&options.listen)?, options.once)
}

fn service(options: &Options) -> Result<Service, Failure> {
    let mode = match &options.www {
        Some(directory) => Mode::Www(Site::new(directory.as_deref()).map_err(|error| {
            let directory = directory.clone().unwrap_or_default();
            Failure::Usage(format!("{} cannot be served: {error}", directory.display()))
        })?),
        None if options.echo => Mode::Echo,
        None => Mode::Print,
    };
    let auth_mode = match options.client_auth {
        ClientAuth::None => AuthMode::None,
        ClientAuth::Optional => AuthMode::Optional,
        ClientAuth::Required => AuthMode::Required,
    };
    if auth_mode == AuthMode::Required
        && options.files.client_ca.is_empty()
        && options.files.client_raw_pins.is_empty()
    {
        return Err(Failure::Usage("--client-auth required needs a --client-ca or --client-raw-pin".into()));
    }
    let settings = ServerConfig {
        alpn: options.tls.alpn()?,
        auth_mode,
        client_certificate: CertificateTypes::of(
            !options.files.client_ca.is_empty() || options.files.client_raw_pins.is_empty(),
            !options.files.client_raw_pins.is_empty(),
        ),
        pins: anchor_pins(&options.files.client_raw_pins),
        preference: match options.preference {
            PreferenceName::Server => Preference::Server,
            PreferenceName::Client => Preference::Client,
        },
        srtp: options.datagram.srtp()?,
        connection_id: options.datagram.connection_id(),
        renegotiation: if options.renegotiation {
            Renegotiation::Allowed(limits::MAX_RENEGOTIATIONS)
        } else {
            Renegotiation::Refused
        },
        ..ServerConfig::new(options.tls.profile(options.files.keyed(), options.dh_group.as_deref())?, &[])
    };
    let watch = options.watch.watch(None)?;
    Service::new(settings, mode, options.files.clone(), watch, !options.no_cache, !options.no_ticket)
}

fn listen(address: &str) -> Result<TcpListener, Failure> {
    let usage = |error: std_io::Error| Failure::Usage(format!("'{address}' is not ADDR:PORT: {error}"));
    let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(usage)?.collect();
    TcpListener::bind(addresses.as_slice())
        .map_err(|error| Failure::Peer(format!("cannot listen on {address}: {error}")))
}

fn bind(address: &str) -> Result<UdpSocket, Failure> {
    let usage = |error: std_io::Error| Failure::Usage(format!("'{address}' is not ADDR:PORT: {error}"));
    let addresses: Vec<SocketAddr> = address.to_socket_addrs().map_err(usage)?.collect();
    UdpSocket::bind(addresses.as_slice())
        .map_err(|error| Failure::Peer(format!("cannot listen on {address}: {error}")))
}

/// Tells that clients may come.
fn announce(address: std_io::Result<SocketAddr>) -> Result<(), Failure> {
    let address = address.map_err(|error| Failure::Peer(format!("no address to listen on: {error}")))?;
    report(format_args!("listening on {address}"));
    Ok(())
}
