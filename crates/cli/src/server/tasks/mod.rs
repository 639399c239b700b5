//! The server on tokio: a task for each connection. Disks, standard output and the log are waited for elsewhere, and the
//! slow work of handshakes is cut into slices, so that no connection holds up another.

#[cfg_attr(not(unix), path = "hangup_off.rs")]
mod hangup;
mod network;

use super::{
    announce,
    log::Log,
    places::Places,
    service::{Mode, Service},
};
use crate::{
    exit::Failure,
    limits, output,
    output::report,
    world::ToolWorld,
    www::{Requests, Site},
};
use embertls::Budget;
use io::{Parts, WithBudget, World as _, tokio::Stream};
use network::Network;
use std::{
    io as std_io,
    net::{SocketAddr, TcpListener as StdListener},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime, task,
};

/// Slow work between two turns of other tasks: about a millisecond.
const SLICE: Budget = Budget(2000);

type Tls<'c> = Stream<'c, Network, WithBudget<ToolWorld>>;

/// Serves whoever comes, or one client with `once`.
pub(super) fn run(service: Service, listener: StdListener, once: bool) -> Result<ExitCode, Failure> {
    let no_runtime = |error: std_io::Error| Failure::Peer(format!("the server cannot begin: {error}"));
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().map_err(no_runtime)?;
    let outcome = runtime.block_on(async {
        listener.set_nonblocking(true).map_err(no_runtime)?;
        let listener = TcpListener::from_std(listener).map_err(no_runtime)?;
        let service = Arc::new(service);
        hangup::watch(&service).map_err(no_runtime)?;
        accept(&service, listener, once).await
    });
    // What still waits for a disk is not waited for.
    runtime.shutdown_background();
    outcome
}

async fn accept(service: &Arc<Service>, listener: TcpListener, once: bool) -> Result<ExitCode, Failure> {
    announce(listener.local_addr())?;
    let places = Places::default();
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // The client has gone, or the process is out of descriptors: others must not suffer for it.
                report(format_args!("a connection could not be accepted: {error}"));
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        if once {
            drop(listener);
            return serve(service, socket, peer).await.map(|()| ExitCode::SUCCESS);
        }
        let Some(place) = places.take(peer) else { continue };
        let service = Arc::clone(service);
        tokio::spawn(async move {
            let _place = place;
            // The log line has told the outcome.
            let _ = serve(&service, socket, peer).await;
        });
    }
}

/// Serves one connection and logs it in one line.
async fn serve(service: &Service, socket: TcpStream, peer: SocketAddr) -> Result<(), Failure> {
    let mut log = Log::new(peer);
    let _ = socket.set_nodelay(true);
    let outcome = connection(service, socket, &mut log).await;
    elsewhere(move || Ok(log.finish(outcome))).await.map_err(|error| Failure::tls(&error))?
}

/// A call that may wait, in a thread that may.
async fn elsewhere<T: Send + 'static>(
    call: impl FnOnce() -> std_io::Result<T> + Send + 'static,
) -> std_io::Result<T> {
    task::spawn_blocking(call).await.map_err(std_io::Error::other)?
}

async fn connection(service: &Service, socket: TcpStream, log: &mut Log) -> std_io::Result<()> {
    let identities = service.identities.current();
    let view = identities.view();
    let credentials = view.credentials();
    let config = service.config(&view, &credentials);
    let is_echo = matches!(service.mode, Mode::Echo);
    let network = Network::new(socket, limits::HANDSHAKE_SECONDS, is_echo);
    let parts = Parts::owned(service.world()?.with_budget(SLICE)).map_err(io::to_io)?;
    let mut stream = Stream::server(&config, network, parts)?;
    let mut outcome = stream.handshake().await;
    if outcome.is_ok() {
        log.on_connected(stream.facts(), stream.connection().psk_identity(), config.alpn);
        outcome = match &service.mode {
            Mode::Www(site) => www(site, &mut stream, log).await,
            Mode::Echo => echo(&mut stream).await,
            Mode::Print => print(&mut stream).await,
        };
    }
    let closed = if is_echo {
        stream.transport_mut().allow_silence(limits::DRAIN_SECONDS);
        // A stream that has failed has its alert in the queue already.
        let _ = stream.shutdown().await;
        Ok(())
    } else {
        stream.transport_mut().allow(limits::LINGER_SECONDS);
        if outcome.is_ok() { stream.shutdown().await } else { Ok(()) }
    };
    linger(stream.transport_mut()).await;
    log.bytes_in = stream.transport().bytes_in();
    log.bytes_out = stream.transport().bytes_out();
    outcome.and(closed)
}

/// Takes what the client still sends, for a while: closing a socket over unread bytes would reset it, and the
/// client would lose our last record.
async fn linger(network: &mut Network) {
    network.allow(limits::LINGER_SECONDS);
    let _ = network.shutdown().await;
    let mut rest = vec![0; 4096];
    while matches!(network.read(&mut rest).await, Ok(n) if n > 0) {}
}

/// Answers requests until the client or an error ends the connection.
async fn www(site: &Site, stream: &mut Tls<'_>, log: &mut Log) -> std_io::Result<()> {
    let (mut requests, mut chunk) = (Requests::new(site), vec![0; 4096]);
    loop {
        stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
        let question = loop {
            if let Some(question) = requests.next() {
                break question;
            }
            match stream.read(&mut chunk).await? {
                0 => return Ok(()),
                n => requests.push(chunk.get(..n).unwrap_or_default()),
            }
        };
        let mut reply = elsewhere(|| Ok(question.reply())).await?;
        log.request = Some(reply.label.clone());
        let keep_alive = reply.keep_alive;
        stream.write_all(&reply.head).await?;
        loop {
            let (rest, chunk) = elsewhere(move || {
                let chunk = reply.next_chunk()?;
                Ok((reply, chunk))
            })
            .await?;
            reply = rest;
            let Some(chunk) = chunk else { break };
            stream.transport_mut().allow(limits::HTTP_IDLE_SECONDS);
            stream.write_all(&chunk).await?;
        }
        stream.flush().await?;
        if !keep_alive {
            return Ok(());
        }
    }
}

/// What the client sends goes to standard output.
async fn print(stream: &mut Tls<'_>) -> std_io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    loop {
        stream.transport_mut().allow(limits::SERVER_IDLE_SECONDS);
        let n = stream.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        let bytes = buffer.get(..n).unwrap_or_default().to_vec();
        elsewhere(move || output::pass_on(&bytes)).await?;
    }
}

/// What the client sends goes back, while more is read, so that a client which writes much before it reads is not
/// stuck.
async fn echo(stream: &mut Tls<'_>) -> std_io::Result<()> {
    let mut buffer = vec![0; limits::CHUNK_BYTES];
    stream.transport_mut().allow_silence(limits::SERVER_IDLE_SECONDS);
    loop {
        stream.transport_mut().wait_below(limits::ECHO_WATERMARK_BYTES).await?;
        let n = stream.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        stream.write_all(buffer.get(..n).unwrap_or_default()).await?;
    }
}
