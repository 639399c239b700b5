//! The loop of the adapters whose transport is called and answers.

use crate::{
    StreamError, World,
    patience::Patience,
    pump::{Goal, Next, Pump},
};

/// A transport as the loop sees it; the adapters wrap theirs.
pub(crate) trait Transport {
    type Error;

    fn read(&mut self, out: &mut [u8]) -> Result<usize, Self::Error>;

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error>;

    fn flush(&mut self) -> Result<(), Self::Error>;

    /// Whether the call is to be made again.
    fn is_interrupted(error: &Self::Error) -> bool;

    /// Whether the transport has nothing, or takes nothing, at the moment.
    fn would_block(error: &Self::Error) -> bool;
}

/// Steps towards the goal until it is reached or the transport has no more to give or to take.
pub(crate) fn run<T: Transport>(
    pump: &mut Pump<'_>,
    world: &mut impl World,
    transport: &mut T,
    mut goal: Goal<'_>,
) -> Result<usize, StreamError<T::Error>> {
    let mut patience = Patience::default();
    let mut blocked = None;
    loop {
        let next = pump.step(&mut goal, &mut world.host(), blocked.is_some())?;
        match next {
            Next::Done(n) => return Ok(n),
            Next::Work => {}
            Next::Read => {
                let outcome = transport.read(pump.free());
                if let Some(outcome) = patience.with(outcome, T::is_interrupted) {
                    pump.on_read(outcome)?;
                }
            }
            Next::Write | Next::Flush => {
                if let Some(error) = blocked {
                    // What the transport did not take a moment ago, it is not asked to take again.
                    return Err(pump.failure().map_or(StreamError::Transport(error), StreamError::Tls));
                }
                let outcome = if next == Next::Flush {
                    transport.flush().map(|()| 0)
                } else {
                    transport.write(pump.unsent())
                };
                match patience.with(outcome, T::is_interrupted) {
                    Some(Err(error)) if T::would_block(&error) => blocked = Some(error),
                    Some(outcome) if next == Next::Flush => pump.on_flushed(&goal, outcome.map(|_| ()))?,
                    Some(outcome) => pump.on_written(&goal, outcome)?,
                    None => {}
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
        Err(StreamError::Transport(error)) if T::would_block(&error) => Ok(n),
        outcome => outcome.map(|_| n),
    }
}
