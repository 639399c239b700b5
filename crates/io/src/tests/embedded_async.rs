//! The suite for streams of `embedded-io-async`, whole and in halves.

use super::{
    Failure, Subject, all_must, fixture,
    wire::{Answer, Handle},
};
use crate::{
    Buffer, Parts, System, World,
    embedded_io_async::{Joined, Split, Stream, WriteHalf},
};
use ::embedded_io_async::{ErrorKind, Read, Write};
use core::{
    cell::RefCell,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};
use embertls::{AlertDescription, ClientConfig, Error};
use std::{
    boxed::Box,
    collections::VecDeque,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Wake, Waker},
    vec,
    vec::Vec,
};
use testkit::rng::Seeded;

type Client<T> = Stream<'static, T, System<Seeded>>;

/// Waits when it would block.
async fn waited<V>(mut call: impl FnMut() -> Result<V, Answer>) -> Result<V, ErrorKind> {
    poll_fn(|context| match call() {
        Err(Answer::WouldBlock) => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
        answer => Poll::Ready(answer.map_err(ErrorKind::from)),
    })
    .await
}

impl Read for Handle {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        waited(|| self.wire.borrow_mut().read(out)).await
    }
}

impl Write for Handle {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        waited(|| self.wire.borrow_mut().write(bytes)).await
    }
    async fn flush(&mut self) -> Result<(), ErrorKind> {
        waited(|| self.wire.borrow_mut().flush()).await
    }
}

fn stream<T: Read<Error = ErrorKind> + Write>(
    config: &'static ClientConfig<'static>,
    transport: T,
    receive: Buffer<'static>,
) -> Client<T> {
    let world = System { rng: Seeded::new(1), clock: fixture::clock() };
    let parts = Parts::new(world, receive, Buffer::full_size().unwrap());
    Stream::client(config, fixture::peer(), transport, parts).unwrap()
}

impl Subject for Client<Handle> {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        stream(config, transport, receive)
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        Ok(Stream::handshake(self).await?)
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        Ok(Read::read(self, out).await?)
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        Ok(Write::write(self, payload).await?)
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        Ok(Write::flush(self).await?)
    }

    async fn close(&mut self) -> Result<(), Failure> {
        Ok(Stream::close(self).await?)
    }
}

/// A stream that is taken apart once its handshake has ended.
enum Halves {
    Whole(Box<Client<Joined<Handle, Handle>>>),
    Split(Box<Split<'static, Handle, Handle, System<Seeded>>>),
    Between,
}

impl Halves {
    fn split(&mut self) -> &mut Split<'static, Handle, Handle, System<Seeded>> {
        if let Self::Whole(_) = self {
            let Self::Whole(stream) = std::mem::replace(self, Self::Between) else { unreachable!() };
            *self = Self::Split(Box::new(stream.into_split()));
        }
        let Self::Split(split) = self else { unreachable!() };
        split
    }
}

impl Subject for Halves {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        let joined = Joined { reader: transport.clone(), writer: transport };
        Self::Whole(Box::new(stream(config, joined, receive)))
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        if let Self::Split(_) = self {
            let Self::Split(split) = std::mem::replace(self, Self::Between) else { unreachable!() };
            *self = Self::Whole(Box::new(split.into_stream()));
        }
        let Self::Whole(stream) = self else { unreachable!() };
        Ok(stream.handshake().await?)
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        Ok(self.split().halves().0.read(out).await?)
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        Ok(self.split().halves().1.write(payload).await?)
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.split().halves().1.flush().await?)
    }

    async fn close(&mut self) -> Result<(), Failure> {
        Ok(self.split().halves().1.close().await?)
    }
}

mod whole {
    use super::*;

    all_must!(alone Client<Handle>);
}

mod halves {
    use super::*;

    all_must!(Halves);
}

/// One direction of a pipe that holds few bytes.
#[derive(Default)]
struct Narrow {
    bytes: VecDeque<u8>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// An end of a pipe; it remembers one task, as hardware drivers do.
#[derive(Clone, Default)]
struct End(Rc<RefCell<Narrow>>);

impl End {
    const CAPACITY: usize = 500;
}

impl ::embedded_io_async::ErrorType for End {
    type Error = ErrorKind;
}

impl Read for End {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|context| {
            let mut pipe = self.0.borrow_mut();
            if pipe.bytes.is_empty() {
                pipe.reader = Some(context.waker().clone());
                return Poll::Pending;
            }
            pipe.writer.take().into_iter().for_each(Waker::wake);
            Poll::Ready(Ok(std::io::Read::read(&mut pipe.bytes, out).unwrap()))
        })
        .await
    }
}

impl Write for End {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        poll_fn(|context| {
            let mut pipe = self.0.borrow_mut();
            let n = bytes.len().min(Self::CAPACITY - pipe.bytes.len());
            if n == 0 {
                pipe.writer = Some(context.waker().clone());
                return Poll::Pending;
            }
            pipe.reader.take().into_iter().for_each(Waker::wake);
            pipe.bytes.extend(&bytes[..n]);
            Poll::Ready(Ok(n))
        })
        .await
    }
    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Whether a task was woken.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs tasks, each only when it was woken; none that is woken while some are left is a deadlock.
fn run_all(tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>>) {
    let mut tasks: Vec<_> =
        tasks.into_iter().map(|task| (task, Arc::new(Woken(AtomicBool::new(true))))).collect();
    while !tasks.is_empty() {
        let mut ran = false;
        tasks.retain_mut(|(task, woken)| {
            if !woken.0.swap(false, Ordering::Relaxed) {
                return true;
            }
            ran = true;
            task.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(woken)))).is_pending()
        });
        assert!(ran, "{} tasks sleep for ever", tasks.len());
    }
}

type Ends = Joined<End, End>;

fn pair() -> (Client<Ends>, Client<Ends>) {
    let (up, down) = (End::default(), End::default());
    let client = stream(
        fixture::client(),
        Joined { reader: down.clone(), writer: up.clone() },
        Buffer::full_size().unwrap(),
    );
    let parts = Parts::full_size(Seeded::new(2), fixture::clock()).unwrap();
    let server = Stream::server(fixture::server(), Joined { reader: up, writer: down }, parts).unwrap();
    let (mut client, mut server) = (client, server);
    run_all(vec![
        Box::pin(async { client.handshake().await.unwrap() }),
        Box::pin(async { server.handshake().await.unwrap() }),
    ]);
    (client, server)
}

async fn send<W: World>(half: &mut WriteHalf<'_, 'static, End, W>, bytes: &[u8]) {
    half.write_all(bytes).await.unwrap();
    half.flush().await.unwrap();
}

/// Both sides send and receive at once.
fn exchange(client: Client<Ends>, server: Client<Ends>) -> (Client<Ends>, Client<Ends>) {
    let (mut client, mut server) = (client.into_split(), server.into_split());
    let (to_server, to_client) = (Seeded::new(3).bytes(100_000), Seeded::new(4).bytes(100_000));
    let (mut at_server, mut at_client) = (vec![0; 100_000], vec![0; 100_000]);
    {
        let ((mut client_in, mut client_out), (mut server_in, mut server_out)) =
            (client.halves(), server.halves());
        let (at_client, at_server) = (&mut at_client, &mut at_server);
        let (to_client, to_server) = (&to_client, &to_server);
        run_all(vec![
            Box::pin(async move {
                send(&mut client_out, to_server).await;
                client_out.close().await.unwrap();
            }),
            Box::pin(async move {
                client_in.read_exact(at_client).await.unwrap();
                assert_eq!(client_in.read(&mut [0; 8]).await.unwrap(), 0);
            }),
            Box::pin(async move { send(&mut server_out, to_client).await }),
            Box::pin(async move {
                server_in.read_exact(at_server).await.unwrap();
                assert_eq!(server_in.read(&mut [0; 8]).await.unwrap(), 0);
            }),
        ]);
    }
    assert!(at_server == to_server && at_client == to_client);
    (client.into_stream(), server.into_stream())
}

#[test]
fn two_tasks_on_each_side_send_and_receive_at_once_through_a_narrow_pipe() {
    let (client, server) = pair();
    exchange(client, server);
}

#[test]
fn halves_follow_a_peer_that_negotiates_anew() {
    let (client, mut server) = pair();
    let before = *server.connection().tls_unique().unwrap();
    server.renegotiate().unwrap();
    let (client, server) = exchange(client, server);
    assert_ne!(*server.connection().tls_unique().unwrap(), before);
    assert_eq!(client.connection().tls_unique(), server.connection().tls_unique());
}

#[test]
fn a_writer_at_work_sends_the_alert_that_the_reader_has() {
    let (client, mut server) = pair();
    let pipes = (client.transport().reader.0.clone(), client.transport().writer.0.clone());
    let mut client = client.into_split();
    // A changed record for the reader, while the writer waits for a full pipe.
    run_all(vec![Box::pin(async {
        server.write_all(b"changed on the way").await.unwrap();
        server.flush().await.unwrap();
    })]);
    *pipes.0.borrow_mut().bytes.back_mut().unwrap() ^= 1;
    let (mut reader, mut writer) = client.halves();
    let (read, written) = (RefCell::new(None), RefCell::new(None));
    let (mut at_server, long) = (Vec::new(), [7; 3000]);
    {
        let server = &mut server;
        let at_server = &mut at_server;
        run_all(vec![
            Box::pin(async {
                loop {
                    if let Err(error) = send_one(&mut writer, &long).await {
                        *written.borrow_mut() = Some(error);
                        return;
                    }
                }
            }),
            Box::pin(async { *read.borrow_mut() = Some(reader.read(&mut [0; 8]).await) }),
            Box::pin(async move {
                let mut buffer = [0; 4000];
                loop {
                    match server.read(&mut buffer).await {
                        Ok(n) => at_server.push(Ok(n)),
                        Err(error) => return at_server.push(Err(Failure::from(error))),
                    }
                }
            }),
        ]);
    }
    assert_eq!(read.take().unwrap().map_err(Failure::from), Err(Failure::Tls(Error::RecordRejected)));
    assert_eq!(written.take(), Some(Failure::Tls(Error::RecordRejected)));
    let alert = Error::AlertReceived(AlertDescription::BAD_RECORD_MAC);
    assert_eq!(at_server.pop(), Some(Err(Failure::Tls(alert))));
}

async fn send_one<W: World>(
    half: &mut WriteHalf<'_, 'static, End, W>,
    bytes: &[u8],
) -> Result<usize, Failure> {
    Ok(half.write(bytes).await?)
}

#[expect(clippy::needless_pass_by_value, reason = "the borrow ends with it")]
fn size_of<F: Future>(future: F) -> usize {
    size_of_val(&future)
}

#[test]
fn futures_hold_references_and_are_small() {
    let mut whole = <Client<Handle> as Subject>::client(
        fixture::client(),
        Handle::new(|_| None),
        Buffer::full_size().unwrap(),
    );
    // Bytes of each future beyond the transport's own; what a call that waits costs its task, on 64 bits. Measured: 104 to 120
    // for the whole stream, 248 to 320 for halves with a transport of few bytes (25 November 2026).
    let transport = size_of(Read::read(&mut Handle::new(|_| None), &mut [0; 8]));
    let beyond = |size: usize| size - transport;
    let whole = [
        beyond(size_of(Read::read(&mut whole, &mut [0; 8]))),
        beyond(size_of(Write::write(&mut whole, b"x"))),
        beyond(size_of(Write::flush(&mut whole))),
        beyond(size_of(whole.handshake())),
    ];
    assert!(whole.iter().all(|size| *size <= 128), "{whole:?}");
    let (client, _) = pair();
    let mut split = client.into_split();
    let (mut reader, mut writer) = split.halves();
    let halves = [size_of(reader.read(&mut [0; 8])), size_of(writer.write(b"x")), size_of(writer.flush())];
    assert!(halves.iter().all(|size| *size <= 336), "{halves:?}");
}
