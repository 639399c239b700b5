//! The hashes over all handshake messages (RFC 5246 section 7.4.9, RFC 7627 section 3).

use crate::{Credential, Error, context::Hello, whole_transcript::WholeTranscript};
use crypto::{Digest, Hash, KeyType, RunningHash, SignatureAlgorithm, Signs, ToBeSigned};
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
    whole: WholeTranscript,
}

/// The kinds of key that a CertificateVerify may come from.
#[derive(Clone, Copy)]
pub(crate) struct Signers(u8);

impl Signers {
    pub(crate) const NONE: Self = Self(0);

    /// Those of clients, whose certificates a server asks for or not.
    pub(crate) const fn of_clients(asks: bool) -> Self {
        if asks { Self(u8::MAX) } else { Self::NONE }
    }

    /// Those of our own credentials.
    pub(crate) fn of(credentials: &[Credential<'_>]) -> Self {
        Self(credentials.iter().fold(0, |bits, credential| bits | Self::bit(credential.key.key_type())))
    }

    const fn contains(self, key: KeyType) -> bool {
        self.0 & Self::bit(key) != 0
    }

    const fn bit(key: KeyType) -> u8 {
        match key {
            KeyType::Rsa => 1,
            KeyType::Ec => 2,
            KeyType::Ed25519 => 4,
        }
    }
}

impl Transcript {
    /// Starts each hash of a PRF that the profile can come to, and those of its schemes whose keys may sign a
    /// CertificateVerify.
    pub(crate) fn start(profile: &Profile<'_>, signers: Signers) -> Result<Self, OutOfMemory> {
        let mut transcript = Self::default();
        for version in profile.versions {
            for suite in profile.suites.iter().filter(|suite| version.permits(suite)) {
                transcript.run(version.hash(suite))?;
            }
            for algorithm in signing(version, profile, signers) {
                match algorithm.signs {
                    Signs::Digest => transcript.run(algorithm.hash)?,
                    Signs::Message => transcript.whole = WholeTranscript::start(),
                }
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
    pub(crate) fn narrow(&mut self, hello: &Hello, profile: &Profile<'_>, signers: Signers) {
        let signing = || signing(hello.version, profile, signers);
        let needed = |hash: &'static Hash| {
            core::ptr::eq(hash, hello.hash())
                || signing()
                    .any(|algorithm| algorithm.signs == Signs::Digest && core::ptr::eq(hash, algorithm.hash))
        };
        if !signing().any(|algorithm| algorithm.signs == Signs::Message) {
            self.whole.stop();
        }
        for slot in &mut self.running {
            if slot.as_ref().is_some_and(|running| !needed(running.hash)) {
                *slot = None;
            }
        }
    }

    /// Takes in bytes of messages, headers included.
    ///
    /// # Errors
    /// [`OutOfMemory`] where they are held for a signature that needs them all.
    pub(crate) fn update(&mut self, bytes: &[u8]) -> Result<(), OutOfMemory> {
        for running in self.running.iter_mut().flatten() {
            running.state.update(bytes);
        }
        self.whole.update(bytes)
    }

    /// The digest so far under a hash; None when that hash does not run.
    pub(crate) fn digest(&self, hash: &'static Hash) -> Option<Digest> {
        self.running
            .iter()
            .flatten()
            .find(|running| core::ptr::eq(running.hash, hash))
            .map(|running| running.state.digest())
    }

    /// Whether a CertificateVerify can be made or verified now by an algorithm.
    pub(crate) fn serves(&self, algorithm: &SignatureAlgorithm) -> bool {
        match algorithm.signs {
            Signs::Digest => self.digest(algorithm.hash).is_some(),
            Signs::Message => self.whole.is_held(),
        }
    }

    /// What a CertificateVerify by an algorithm is made over.
    ///
    /// # Errors
    /// Out of memory for an algorithm that takes all messages.
    pub(crate) fn to_be_signed(&self, algorithm: &SignatureAlgorithm) -> Result<ToBeSigned<'_>, Error> {
        match algorithm.signs {
            Signs::Digest => self.digest(algorithm.hash).map(ToBeSigned::digest).ok_or(Error::Internal),
            Signs::Message => self.whole.bytes().map(ToBeSigned::message),
        }
    }
}

/// The algorithms by which a CertificateVerify may be made.
fn signing<'p>(
    version: &Version,
    profile: &Profile<'p>,
    signers: Signers,
) -> impl Iterator<Item = &'static SignatureAlgorithm> + use<'p> {
    let algorithms = schemes(version, profile).iter().map(|scheme| scheme.algorithm);
    algorithms.filter(move |algorithm| signers.contains(algorithm.key))
}

/// The schemes that signatures under a version can have.
pub(crate) const fn schemes<'p>(version: &Version, profile: &Profile<'p>) -> &'p [&'static Scheme] {
    match version.schemes {
        Some(fixed) => fixed,
        None => profile.schemes,
    }
}
