//! A transport that a script disturbs, with a whole server behind it, for every kind of adapter.

use super::fixture;
use crate::{Parts, System, blocking::Stream};
use std::{
    boxed::Box,
    cell::{Cell, RefCell},
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    rc::Rc,
    vec::Vec,
};
use testkit::rng::Seeded;

/// What the transport answers instead of doing its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Interrupted,
    WouldBlock,
    /// End of stream for a read, 0 for a write.
    Zero,
    Reset,
    /// One byte only.
    Short,
    /// More than was asked for.
    TooMuch,
}

/// The server's end of the wire.
#[derive(Default)]
pub(super) struct Pipe {
    incoming: VecDeque<u8>,
    pub(super) outgoing: VecDeque<u8>,
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() { Err(ErrorKind::WouldBlock.into()) } else { self.incoming.read(out) }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.outgoing.extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A transport to a server that sends back what it reads.
pub(super) struct Wire {
    pub(super) server: Stream<'static, Pipe, System<Seeded>>,
    /// How the server ended.
    pub(super) outcome: Option<io::Error>,
    /// Whether bytes reach the server only when they are flushed.
    pub(super) buffered: bool,
    held: Vec<u8>,
    calls: Rc<Cell<usize>>,
    script: Box<dyn FnMut(usize) -> Option<Answer>>,
}

impl Wire {
    fn next(&mut self) -> Option<Answer> {
        self.calls.set(self.calls.get() + 1);
        (self.script)(self.calls.get())
    }

    /// Lets the server take what has arrived.
    pub(super) fn drive(&mut self) {
        let mut buffer = [0; 4096];
        while self.outcome.is_none() {
            match self.server.read(&mut buffer) {
                Ok(0) => return,
                Ok(n) => self.server.write_all(&buffer[..n]).unwrap(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => self.outcome = Some(error),
            }
        }
    }

    pub(super) fn read(&mut self, out: &mut [u8]) -> Result<usize, Answer> {
        assert!(!out.is_empty(), "a read into nothing says nothing");
        let limit = match self.next() {
            None => out.len(),
            Some(Answer::Short) => 1,
            Some(Answer::Zero) => return Ok(0),
            Some(Answer::TooMuch) => return Ok(out.len() + 1),
            Some(answer @ (Answer::Interrupted | Answer::WouldBlock | Answer::Reset)) => return Err(answer),
        };
        let outgoing = &mut self.server.transport_mut().outgoing;
        if outgoing.is_empty() { Ok(0) } else { Ok(outgoing.read(&mut out[..limit]).unwrap()) }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize, Answer> {
        assert!(!bytes.is_empty(), "a write of nothing says nothing");
        let n = match self.next() {
            None => bytes.len(),
            Some(Answer::Short) => 1,
            Some(Answer::Zero) => return Ok(0),
            Some(Answer::TooMuch) => return Ok(bytes.len() + 1),
            Some(answer @ (Answer::Interrupted | Answer::WouldBlock | Answer::Reset)) => return Err(answer),
        };
        self.held.extend(&bytes[..n]);
        if !self.buffered {
            self.deliver();
        }
        Ok(n)
    }

    pub(super) fn flush(&mut self) -> Result<(), Answer> {
        match self.next() {
            None | Some(Answer::Short) => {
                self.deliver();
                Ok(())
            }
            Some(Answer::Zero | Answer::TooMuch) => Err(Answer::Reset),
            Some(answer @ (Answer::Interrupted | Answer::WouldBlock | Answer::Reset)) => Err(answer),
        }
    }

    fn deliver(&mut self) {
        let held = core::mem::take(&mut self.held);
        self.server.transport_mut().incoming.extend(held);
        self.drive();
    }
}

/// A hold of a wire; the halves of one have one each.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) wire: Rc<RefCell<Wire>>,
    pub(super) calls: Rc<Cell<usize>>,
}

impl Handle {
    pub(super) fn new(script: impl FnMut(usize) -> Option<Answer> + 'static) -> Self {
        let parts = Parts::full_size(Seeded::new(2), fixture::clock()).unwrap();
        let server = Stream::server(fixture::server(), Pipe::default(), parts).unwrap();
        let calls = Rc::default();
        let script = Box::new(script);
        let wire = Wire {
            server,
            outcome: None,
            buffered: false,
            held: Vec::new(),
            calls: Rc::clone(&calls),
            script,
        };
        Self { wire: Rc::new(RefCell::new(wire)), calls }
    }
}

impl From<Answer> for io::Error {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Interrupted => ErrorKind::Interrupted.into(),
            Answer::WouldBlock => ErrorKind::WouldBlock.into(),
            Answer::Reset => ErrorKind::ConnectionReset.into(),
            Answer::Zero | Answer::Short | Answer::TooMuch => panic!("it is no error"),
        }
    }
}

impl Read for Handle {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Ok(self.wire.borrow_mut().read(out)?)
    }
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.wire.borrow_mut().write(bytes)?)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(self.wire.borrow_mut().flush()?)
    }
}
