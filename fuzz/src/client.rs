//! A whole client reads the input as what a server sent.

use crate::connection::{feed, setup};
use crate::world::{SEED, world};
use testkit::pair::{End, Side};

/// The first byte chooses the configuration, the second how bytes arrive, the rest is the server's stream.
///
/// # Panics
/// When a property of [`crate::connection::feed`] does not hold.
pub fn run(input: &[u8]) {
    play(input);
}

/// As [`run`]; says whether the handshake was completed.
///
/// # Panics
/// As [`run`].
pub fn play(input: &[u8]) -> bool {
    let [choice, driving, stream @ ..] = input else { return false };
    let scenario = world().scenario(*choice);
    let mut setup = setup(*driving, SEED);
    scenario.keep_sessions(Side::Client, &mut setup);
    feed(End::client(&scenario.client, scenario.peer, setup), stream)
}
