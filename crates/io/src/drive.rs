//! The loop of the adapters whose transport is called and answers.

use crate::{
    StreamError, World, limits,
    pump::{Goal, Next, Pump},
};

/// What an error of a transport means to the loop.
#[derive(PartialEq, Eq)]
pub(crate) enum Kind {
    /// The call is made again.
    Interrupted,
    /// The transport has nothing, or takes nothing, at the moment.
    WouldBlock,
    Other,
}

/// A transport as the loop sees it; the adapters wrap theirs.
pub(crate) trait Transport {
    type Error;

    fn read(&mut self, out: &mut [u8]) -> Result<usize, Self::Error>;

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error>;

    fn flush(&mut self) -> Result<(), Self::Error>;

    fn kind(error: &Self::Error) -> Kind;
}

/// Steps towards the goal until it is reached or the transport has no more to give or to take.
pub(crate) fn run<T: Transport>(
    pump: &mut Pump<'_>,
    world: &mut impl World,
    transport: &mut T,
    mut goal: Goal<'_>,
) -> Result<usize, StreamError<T::Error>> {
    let mut blocked = None;
    loop {
        let next = pump.step(&mut goal, &mut world.host(), blocked.is_some())?;
        match next {
            Next::Done(n) => return Ok(n),
            Next::Work => {}
            Next::Read => {
                let outcome = retried::<T>(|| transport.read(pump.free()));
                pump.on_read(outcome)?;
            }
            Next::Write | Next::Flush => {
                if let Some(error) = blocked.take() {
                    // What the transport did not take a moment ago, it is not asked to take again.
                    pump.on_written(&goal, Err(error))?;
                    continue;
                }
                let outcome = match next {
                    Next::Flush => retried::<T>(|| transport.flush().map(|()| 0)),
                    Next::Done(_) | Next::Read | Next::Write | Next::Work => {
                        retried::<T>(|| transport.write(pump.unsent()))
                    }
                };
                match outcome {
                    Err(error) if T::kind(&error) == Kind::WouldBlock => blocked = Some(error),
                    outcome if next == Next::Flush => pump.on_flushed(&goal, outcome.map(|_| ()))?,
                    outcome => pump.on_written(&goal, outcome)?,
                }
            }
        }
    }
}

/// Makes a record and writes as much of it as the transport takes at once; the rest goes out with the next call.
pub(crate) fn write<T: Transport>(
    pump: &mut Pump<'_>,
    world: &mut impl World,
    transport: &mut T,
    payload: &[u8],
) -> Result<usize, StreamError<T::Error>> {
    let n = run(pump, world, transport, Goal::Write(payload))?;
    match run(pump, world, transport, Goal::Push) {
        Err(StreamError::Transport(error)) if T::kind(&error) == Kind::WouldBlock => Ok(n),
        outcome => outcome.map(|_| n),
    }
}

/// Calls again while the transport says that it was interrupted, but not for ever.
fn retried<T: Transport>(mut call: impl FnMut() -> Result<usize, T::Error>) -> Result<usize, T::Error> {
    for _ in 0..limits::MAX_INTERRUPTED_RETRIES {
        match call() {
            Err(error) if T::kind(&error) == Kind::Interrupted => {}
            answer => return answer,
        }
    }
    call()
}
