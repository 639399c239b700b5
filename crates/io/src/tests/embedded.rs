//! The suite for streams of `embedded-io`.

use super::{
    Failure, Subject, all_must, fixture,
    wire::{Answer, Handle},
};
use crate::{Buffer, Parts, StreamError, System, embedded_io::Stream};
use ::embedded_io::{ErrorKind, ErrorType, Read, Write};
use embertls::ClientConfig;
use testkit::rng::Seeded;

type Client = Stream<'static, Handle, System<Seeded>>;

impl From<StreamError<ErrorKind>> for Failure {
    fn from(error: StreamError<ErrorKind>) -> Self {
        match error {
            StreamError::Tls(error) => Self::Tls(error),
            StreamError::Transport(ErrorKind::ConnectionReset) => Self::Reset,
            StreamError::Transport(ErrorKind::Interrupted) => Self::Interrupted,
            StreamError::WriteZero => Self::WriteZero,
            StreamError::Transport(_) | StreamError::Miscounted => Self::Other,
        }
    }
}

impl From<Answer> for ErrorKind {
    fn from(answer: Answer) -> Self {
        if answer == Answer::Interrupted { Self::Interrupted } else { Self::ConnectionReset }
    }
}

impl ErrorType for Handle {
    type Error = ErrorKind;
}

/// `embedded-io` waits.
fn waited<V>(mut call: impl FnMut() -> Result<V, Answer>) -> Result<V, ErrorKind> {
    loop {
        match call() {
            Err(Answer::WouldBlock) => {}
            answer => return Ok(answer?),
        }
    }
}

impl Read for Handle {
    fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        waited(|| self.wire.borrow_mut().read(out))
    }
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        waited(|| self.wire.borrow_mut().write(bytes))
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        waited(|| self.wire.borrow_mut().flush())
    }
}

impl Subject for Client {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        let world = System { rng: Seeded::new(1), clock: fixture::clock() };
        let parts = Parts::new(world, receive, Buffer::full_size().unwrap());
        Stream::client(config, fixture::peer(), transport, parts).unwrap()
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        Ok(Stream::handshake(self)?)
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        Ok(Read::read(self, out)?)
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        Ok(Write::write(self, payload)?)
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        Ok(Write::flush(self)?)
    }

    async fn close(&mut self) -> Result<(), Failure> {
        Ok(Stream::close(self)?)
    }
}

mod whole {
    use super::*;

    all_must!(alone Client);
}

/// A stream of which a half is used in every call.
struct Halves(Client);

impl Subject for Halves {
    fn client(config: &'static ClientConfig<'static>, transport: Handle, receive: Buffer<'static>) -> Self {
        Self(<Client as Subject>::client(config, transport, receive))
    }

    async fn handshake(&mut self) -> Result<(), Failure> {
        Ok(Stream::handshake(&mut self.0)?)
    }

    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Failure> {
        Ok(self.0.split().halves().0.read(out)?)
    }

    async fn write(&mut self, payload: &[u8]) -> Result<usize, Failure> {
        Ok(self.0.split().halves().1.write(payload)?)
    }

    async fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.0.split().halves().1.flush()?)
    }

    async fn close(&mut self) -> Result<(), Failure> {
        Ok(self.0.split().halves().1.close()?)
    }
}

mod halves {
    use super::*;

    all_must!(alone Halves);
}
