//! The hashes over all handshake messages (RFC 5246 section 7.4.9, RFC 7627 section 3).

use codec::HandshakeType;
use crypto::{Digest, Hash, RunningHash};
use memory::{Box, OutOfMemory};
use suites::Suite;

/// How many different PRF hashes a profile may need at once.
const MAX_HASHES: usize = 4;

struct Running {
    hash: &'static Hash,
    state: Box<dyn RunningHash + Send>,
}

/// The transcript. Every hash that the profile can need runs from the first byte; the chosen suite narrows them.
#[derive(Default)]
pub(crate) struct Transcript {
    running: [Option<Running>; MAX_HASHES],
}

impl Transcript {
    /// Starts the PRF hash of each suite, each hash once.
    pub(crate) fn start(suites: &[&'static Suite]) -> Result<Self, OutOfMemory> {
        let mut transcript = Self::default();
        for suite in suites {
            transcript.run(suite.prf)?;
        }
        Ok(transcript)
    }

    fn run(&mut self, hash: &'static Hash) -> Result<(), OutOfMemory> {
        for slot in &mut self.running {
            match slot {
                Some(running) if core::ptr::eq(running.hash, hash) => return Ok(()),
                Some(_) => {}
                None => {
                    *slot = Some(Running { hash, state: (hash.start)()? });
                    return Ok(());
                }
            }
        }
        Err(OutOfMemory)
    }

    /// Keeps only the hash that the suite's PRF uses.
    pub(crate) fn narrow(&mut self, suite: &Suite) {
        for slot in &mut self.running {
            if slot.as_ref().is_some_and(|running| !core::ptr::eq(running.hash, suite.prf)) {
                *slot = None;
            }
        }
    }

    /// Takes in bytes of messages, headers included.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        for running in self.running.iter_mut().flatten() {
            running.state.update(bytes);
        }
    }

    /// Takes in a message's header.
    pub(crate) fn update_header(&mut self, message_type: HandshakeType, total: u32) {
        let [_, high, middle, low] = total.to_be_bytes();
        self.update(&[message_type.0, high, middle, low]);
    }

    /// The digest so far under the suite's PRF hash; None when that hash does not run.
    pub(crate) fn digest(&self, suite: &Suite) -> Option<Digest> {
        self.running
            .iter()
            .flatten()
            .find(|running| core::ptr::eq(running.hash, suite.prf))
            .map(|running| running.state.digest())
    }
}
