//! A client and a server as tasks of one executor, over transports of `embedded-io-async`: one task reads, another one
//! writes, on each side.
//!
//! `cargo run -p embertls-io --all-features --example embedded_io_async`

#[path = "common/identity.rs"]
mod identity;

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use embertls::{ClientConfig, Credential, Peer, ServerConfig, ServerName, registry::profiles::DEFAULT};
use embertls_io::{
    Parts, System,
    clock::Clock,
    embedded_io_async::{Joined, Stream},
    os_entropy,
};
use std::{
    cell::RefCell,
    collections::VecDeque,
    error::Error,
    future::poll_fn,
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

/// One direction of a cable.
#[derive(Clone, Default)]
struct Cable(Rc<RefCell<(VecDeque<u8>, Option<Waker>)>>);

impl ErrorType for Cable {
    type Error = ErrorKind;
}

impl Read for Cable {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|context| {
            let (bytes, waiting) = &mut *self.0.borrow_mut();
            if bytes.is_empty() {
                *waiting = Some(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(std::io::Read::read(bytes, out).map_err(|_| ErrorKind::Other))
        })
        .await
    }
}

impl Write for Cable {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let (queue, waiting) = &mut *self.0.borrow_mut();
        queue.extend(bytes);
        waiting.take().into_iter().for_each(Waker::wake);
        Ok(bytes.len())
    }
    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

type Link = Joined<Cable, Cable>;

/// Shakes hands, sends all of `bytes` while it counts what comes, and closes.
async fn exchange<W: embertls_io::World>(
    mut tls: Stream<'_, Link, W>,
    bytes: &[u8],
) -> Result<usize, Box<dyn Error>> {
    tls.handshake().await?;
    let mut split = tls.into_split();
    let (mut reader, mut writer) = split.halves();
    let sending = async {
        writer.write_all(bytes).await?;
        writer.flush().await?;
        writer.close().await
    };
    let receiving = async {
        let (mut count, mut buffer) = (0, [0; 1024]);
        loop {
            match reader.read(&mut buffer).await? {
                0 => return Ok(count),
                n => count += n,
            }
        }
    };
    let (sent, received) = both(sending, receiving).await;
    sent?;
    received
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let identity = identity::Identity::load().map_err(|error| error.to_string())?;
    let chain: Vec<&[u8]> = identity.chain.iter().map(Vec::as_slice).collect();
    let credentials = [Credential::new(&chain, &*identity.key)];
    let server_config = ServerConfig::new(&DEFAULT, &credentials);
    let client_config = ClientConfig::new(&DEFAULT, identity::roots()?);
    let peer = Peer::Named(ServerName::parse("localhost").ok_or("no host name")?);

    let (up, down) = (Cable::default(), Cable::default());
    let clients_end = Joined { reader: down.clone(), writer: up.clone() };
    let servers_end = Joined { reader: up, writer: down };
    let client = Stream::client(&client_config, peer, clients_end, parts()?)?;
    let server = Stream::server(&server_config, servers_end, parts()?)?;
    let (at_client, at_server) =
        block_on(both(exchange(client, &[1; 30_000]), exchange(server, &[2; 50_000])));
    let (at_client, at_server) = (at_client?, at_server?);
    println!("The client read {at_client} bytes, the server {at_server}.");
    assert_eq!((at_client, at_server), (50_000, 30_000));
    Ok(())
}

fn parts() -> Result<Parts<'static, System<os_entropy::OsSeededRng>>, Box<dyn Error>> {
    Ok(Parts::full_size(os_entropy::seeded(b"example")?, Clock::system())?)
}

/// Two futures at once. Executors of boards have the like.
async fn both<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut of_a, mut of_b) = (None, None);
    poll_fn(|context| {
        if of_a.is_none()
            && let Poll::Ready(outcome) = a.as_mut().poll(context)
        {
            of_a = Some(outcome);
        }
        if of_b.is_none()
            && let Poll::Ready(outcome) = b.as_mut().poll(context)
        {
            of_b = Some(outcome);
        }
        match (of_a.take(), of_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (of_a, of_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => thread::park(),
        }
    }
}
