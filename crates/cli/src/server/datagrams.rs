//! The server of `--dtls`: all peers on one socket.

use super::{
    announce,
    hangups::Hangups,
    identities::{Identities, View},
    log::Log,
    service::{Mode, Service, reload},
};
use crate::{
    exit::Failure,
    output,
    output::report,
    world::ToolWorld,
    www::{Requests, Site},
};
use embertls::{ServerConfig, cookie::Cookies};
use io::{
    os_entropy,
    udp::{Arrival, Listener, Setup},
};
use std::{
    collections::HashMap,
    io as std_io,
    net::{SocketAddr, UdpSocket},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

/// How long a wait may last, so that a signal is seen soon.
const PATIENCE: Duration = Duration::from_millis(200);

/// Serves whoever comes, or one peer with `once`.
pub(super) fn run(
    service: &Service,
    socket: UdpSocket,
    setup: Setup,
    cookies: bool,
    once: bool,
) -> Result<ExitCode, Failure> {
    let failed = |error: std_io::Error| Failure::tls(&error);
    let hangups = Hangups::new().map_err(failed)?;
    announce(socket.local_addr())?;
    let mut config = kept(service);
    let world = service.world().map_err(failed)?;
    let cookies = if cookies { Some(make_cookies(service)?) } else { None };
    let mut listener = Listener::new(config, socket, setup, cookies, world);
    let mut logs: HashMap<SocketAddr, Log> = HashMap::new();
    loop {
        if hangups.take() {
            match reload(service) {
                Ok(()) => {
                    config = kept(service);
                    listener.set_config(config);
                    report("reloaded: new connections have what the files hold now");
                }
                Err(failure) => report(format_args!("not reloaded, all stays as it was: {failure}")),
            }
        }
        match listener.next(PATIENCE) {
            Ok(Arrival::Connected(address)) => {
                let log = logs.entry(address).or_insert_with(|| Log::new(address));
                let peer = listener.peer(address);
                let facts = peer.and_then(io::udp::Peer::facts);
                log.on_connected(facts, peer.and_then(io::udp::Peer::psk_identity), config.alpn);
                log.on_connection_ids(peer.and_then(io::udp::Peer::connection_ids));
            }
            Ok(Arrival::Moved(from, to)) => {
                let mut log = logs.remove(&from).unwrap_or_else(|| Log::new(from));
                log.on_moved(to);
                logs.insert(to, log);
            }
            Ok(Arrival::Message(address, message)) => {
                let log = logs.entry(address).or_insert_with(|| Log::new(address));
                let outcome = serve(service, &mut listener, address, &message, log);
                if outcome.is_err() {
                    listener.close(address);
                    if let Some(log) = logs.remove(&address) {
                        let _ = log.finish(outcome);
                    }
                }
            }
            Ok(Arrival::Ended(address, bytes, outcome)) => {
                let mut log = logs.remove(&address).unwrap_or_else(|| Log::new(address));
                (log.bytes_in, log.bytes_out) = bytes;
                let outcome = log.finish(outcome.map_err(io::to_io));
                if once {
                    return outcome.map(|()| ExitCode::SUCCESS);
                }
            }
            Ok(Arrival::Nothing) => {}
            Err(error) => report(format_args!("a datagram could not be received: {error}")),
        }
    }
}

/// What the files hold as a configuration, for as long as the process runs: a peer may use it as long.
fn kept(service: &Service) -> &'static ServerConfig<'static> {
    let identities: &'static Arc<Identities> = Box::leak(Box::new(service.identities.current()));
    let view: &'static View<'static> = Box::leak(Box::new(identities.view()));
    let credentials = Vec::leak(view.credentials());
    Box::leak(Box::new(service.config(view, credentials)))
}

fn make_cookies(service: &Service) -> Result<Cookies, Failure> {
    let unseeded = |error: embertls::Error| Failure::Peer(error.to_string());
    let mut rng = os_entropy::seeded(b"ember cookies").map_err(|error| Failure::Peer(error.to_string()))?;
    Cookies::new(&crypto::hash::SHA256, service.clock.now(), &mut rng).map_err(unseeded)
}

/// What is done with a message.
fn serve(
    service: &Service,
    listener: &mut Listener<'_, ToolWorld>,
    address: SocketAddr,
    message: &[u8],
    log: &mut Log,
) -> std_io::Result<()> {
    match &service.mode {
        // In parts where the path lets less through than what came.
        Mode::Echo => {
            let most = listener.max_payload(address).max(1);
            if message.len() <= most {
                return listener.send(address, message);
            }
            message.chunks(most).try_for_each(|part| listener.send(address, part))
        }
        Mode::Print => output::pass_on(message),
        Mode::Www(site) => www(site, listener, address, message, log),
    }
}

/// A request in one message is answered in as many as it takes; there is nothing that would repeat a lost one.
fn www(
    site: &Site,
    listener: &mut Listener<'_, ToolWorld>,
    address: SocketAddr,
    message: &[u8],
    log: &mut Log,
) -> std_io::Result<()> {
    let mut requests = Requests::new(site);
    requests.push(message);
    let Some(question) = requests.next() else { return Ok(()) };
    let mut reply = question.reply();
    log.request = Some(reply.label.clone());
    let most = listener.max_payload(address).max(1);
    let mut send_all = |bytes: &[u8]| bytes.chunks(most).try_for_each(|part| listener.send(address, part));
    send_all(&reply.head)?;
    while let Some(chunk) = reply.next_chunk()? {
        send_all(&chunk)?;
    }
    Ok(())
}
