//! The suite for streams of tokio.

use super::{
    Failure, Subject, all_must, fixture,
    fixture::Identity,
    wire::{Answer, Handle},
};
use crate::{Buffer, Parts, System, reload::Reloadable, tokio::Stream};
use ::tokio::{
    io::{
        AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream, ReadBuf,
    },
    runtime::{Builder, Runtime},
};
use core::{
    pin::Pin,
    task::{Context, Poll},
};
use embertls::{ClientConfig, Credential, Error, Misuse, ServerConfig, registry::profiles};
use std::{io, string::String, sync::Arc, vec, vec::Vec};
use testkit::rng::Seeded;

type Client = Stream<'static, Handle, System<Seeded>>;

fn ready<V>(context: &Context<'_>, answer: Result<V, Answer>) -> Poll<io::Result<V>> {
    match answer {
        Err(Answer::WouldBlock) => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        answer => Poll::Ready(answer.map_err(io::Error::from)),
    }
}

impl AsyncRead for Handle {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = out.remaining();
        let answer = self.wire.borrow_mut().read(out.initialize_unfilled());
        if answer.is_ok_and(|n| n > room) {
            return Poll::Ready(Err(io::Error::other("tokio cannot say that there is more than room")));
        }
        ready(context, answer).map_ok(|n| out.advance(n))
    }
}

impl AsyncWrite for Handle {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready(context, self.wire.borrow_mut().write(bytes))
    }
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready(context, self.wire.borrow_mut().flush())
    }
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

impl Subject for Client {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        let world = System { rng: Seeded::new(1), clock: fixture::clock() };
        let parts = Parts::new(world, receive, Buffer::full_size().unwrap());
        Stream::client(config, fixture::peer(), transport, parts).unwrap()
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        Ok(Stream::handshake(self).await?)
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        Ok(AsyncReadExt::read(self, out).await?)
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        Ok(AsyncWriteExt::write(self, payload).await?)
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        Ok(AsyncWriteExt::flush(self).await?)
    }

    async fn close(&mut self) -> Result<(), Failure> {
        Ok(AsyncWriteExt::shutdown(self).await?)
    }
}

all_must!(alone Client);

fn parts(seed: u64) -> Parts<'static, System<Seeded>> {
    Parts::full_size(Seeded::new(seed), fixture::clock()).unwrap()
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Sends `bytes`, closes, and reads all that comes, in two tasks at once.
async fn exchange(stream: Stream<'static, DuplexStream, System<Seeded>>, bytes: Vec<u8>) -> Vec<u8> {
    let (mut reader, mut writer) = ::tokio::io::split(stream);
    let sending = ::tokio::spawn(async move {
        writer.write_all(&bytes).await.unwrap();
        writer.flush().await.unwrap();
        writer
    });
    let mut all = vec![0; 300_000];
    reader.read_exact(&mut all).await.unwrap();
    let mut writer = sending.await.unwrap();
    writer.shutdown().await.unwrap();
    assert_eq!(reader.read(&mut [0; 8]).await.unwrap(), 0);
    all
}

#[test]
fn two_tasks_on_each_side_send_and_receive_at_once_through_a_narrow_pipe() {
    runtime().block_on(async {
        let (near, far) = ::tokio::io::duplex(700);
        let client = Stream::client(fixture::client(), fixture::peer(), near, parts(1)).unwrap();
        let server = Stream::server(fixture::server(), far, parts(2)).unwrap();
        let (to_server, to_client) = (Seeded::new(3).bytes(300_000), Seeded::new(4).bytes(300_000));
        let client = ::tokio::spawn(exchange(client, to_server.clone()));
        let server = ::tokio::spawn(exchange(server, to_client.clone()));
        assert_eq!(client.await.unwrap(), to_client);
        assert_eq!(server.await.unwrap(), to_server);
    });
}

#[test]
fn a_future_of_the_stream_is_small() {
    let mut client =
        <Client as Subject>::client(fixture::client(), Handle::new(|_| None), Buffer::full_size().unwrap());
    assert!(size_of_val(&Stream::handshake(&mut client)) <= 32);
    assert!(size_of_val(&AsyncReadExt::read(&mut client, &mut [0; 8])) <= 64);
    assert!(size_of_val(&AsyncWriteExt::write(&mut client, b"x")) <= 64);
}

#[test]
fn a_stream_is_made_only_when_nothing_waits_from_before_tls() {
    runtime().block_on(async {
        for (sent, waits) in [(&b"220 ready\r\n"[..], false), (b"220 ready\r\ninjected", true)] {
            let mut reader = BufReader::new(sent);
            let mut line = String::new();
            reader.read_line(&mut line).await.unwrap();
            let outcome = parts(1).after_plaintext(reader.buffer()).map(|_| ());
            let refused = Err(Error::Misuse(Misuse::BytesBeforeTls));
            assert_eq!(outcome, if waits { refused } else { Ok(()) });
        }
    });
}

/// One connection of a server whose certificate may be exchanged at any time.
async fn serve(identities: Arc<Reloadable<Identity>>, socket: DuplexStream) -> io::Result<()> {
    let identity = identities.current();
    let chain: Vec<&[u8]> = identity.chain.iter().map(Vec::as_slice).collect();
    let credentials = [Credential::new(&chain, &*identity.key)];
    let config = ServerConfig::new(&profiles::DEFAULT, &credentials);
    let mut tls = Stream::server(&config, socket, parts(2))?;
    let mut buffer = [0; 64];
    loop {
        match tls.read(&mut buffer).await? {
            0 => return tls.shutdown().await,
            n => tls.write_all(&buffer[..n]).await?,
        }
        tls.flush().await?;
    }
}

/// A client that has shaken hands with `serve`.
async fn connect(identities: &Arc<Reloadable<Identity>>) -> Stream<'static, DuplexStream, System<Seeded>> {
    let (near, far) = ::tokio::io::duplex(4096);
    ::tokio::spawn(serve(Arc::clone(identities), far));
    let mut client = Stream::client(fixture::client(), fixture::peer(), near, parts(1)).unwrap();
    client.handshake().await.unwrap();
    client
}

async fn echo(client: &mut Stream<'static, DuplexStream, System<Seeded>>) {
    client.write_all(b"still here").await.unwrap();
    client.flush().await.unwrap();
    let mut back = [0; 10];
    client.read_exact(&mut back).await.unwrap();
    assert_eq!(&back, b"still here");
}

#[test]
fn a_new_certificate_is_for_new_connections_and_old_ones_go_on() {
    runtime().block_on(async {
        let identities = Arc::new(Reloadable::new(Identity::ecdsa()));
        let mut old = connect(&identities).await;
        echo(&mut old).await;
        let before = identities.replace(Identity::rsa());
        let mut new = connect(&identities).await;
        echo(&mut new).await;
        echo(&mut old).await;
        let schemes = [&old, &new].map(|stream| stream.facts().unwrap().suite.name);
        assert!(schemes[0].contains("_ECDSA_") && schemes[1].contains("_RSA_"), "{schemes:?}");
        assert_eq!(Arc::strong_count(&before), 2, "the old connection's, and ours");
        old.shutdown().await.unwrap();
        assert_eq!(old.read(&mut [0; 8]).await.unwrap(), 0);
        echo(&mut new).await;
    });
}
