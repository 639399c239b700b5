//! The hashes over all handshake messages (RFC 5246 section 7.4.9, RFC 7627 section 3).

use crate::context::Hello;
use crypto::{Digest, Hash, RunningHash};
use memory::{Box, OutOfMemory};
use suites::{Profile, Scheme, Version};

/// How many hashes may run at once: every one that there is.
const MAX_HASHES: usize = 6;

struct Running {
    hash: &'static Hash,
    state: Box<dyn RunningHash + Send>,
}

/// The transcript. Every hash that the profile can need runs from the first byte; the hellos narrow them.
#[derive(Default)]
pub(crate) struct Transcript {
    running: [Option<Running>; MAX_HASHES],
}

impl Transcript {
    /// Starts each hash of a PRF that the profile can come to, and those of its schemes where `signs` says that a
    /// CertificateVerify may follow.
    pub(crate) fn start(profile: &Profile<'_>, signs: bool) -> Result<Self, OutOfMemory> {
        let mut transcript = Self::default();
        for version in profile.versions {
            for suite in profile.suites.iter().filter(|suite| version.permits(suite)) {
                transcript.run(version.hash(suite))?;
            }
            for scheme in schemes(version, profile).iter().filter(|_| signs) {
                transcript.run(scheme.algorithm.hash)?;
            }
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

    /// Keeps only the hash of the PRF and, as long as a CertificateVerify may follow, those of the schemes.
    pub(crate) fn narrow(&mut self, hello: &Hello, profile: &Profile<'_>, signs: bool) {
        let needed = |hash: &'static Hash| {
            core::ptr::eq(hash, hello.hash())
                || signs
                    && schemes(hello.version, profile)
                        .iter()
                        .any(|scheme| core::ptr::eq(hash, scheme.algorithm.hash))
        };
        for slot in &mut self.running {
            if slot.as_ref().is_some_and(|running| !needed(running.hash)) {
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

    /// The digest so far under a hash; None when that hash does not run.
    pub(crate) fn digest(&self, hash: &'static Hash) -> Option<Digest> {
        self.running
            .iter()
            .flatten()
            .find(|running| core::ptr::eq(running.hash, hash))
            .map(|running| running.state.digest())
    }
}

/// The schemes that signatures under a version can have.
pub(crate) const fn schemes<'p>(version: &Version, profile: &Profile<'p>) -> &'p [&'static Scheme] {
    match version.schemes {
        Some(fixed) => fixed,
        None => profile.schemes,
    }
}
