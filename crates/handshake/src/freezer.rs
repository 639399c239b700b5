//! What seals a connection that sleeps, and opens it again once: the form of the blob, the device's key, the counter.
//!
//! ```text
//! struct {
//!     opaque magic[3];            "EmF"
//!     uint8 format;               1
//!     opaque nonce[12];           drawn for each blob
//!     opaque sealed[..];          under the device's key; the four bytes before the nonce are additional data
//!     opaque tag[16];
//! } Blob;
//!
//! struct {
//!     opaque fingerprint[32];     of the configuration, side and transport included
//!     opaque counter<0..8>;       what the counter stood at; empty without one
//!     opaque connection[..];      of the driver
//! } sealed;
//! ```

use crate::{Belonging, Error, FreezeError, Host, Transport, limits, session::Fingerprint, witness::Thawed};
use codec::{Reader, Writer};
use crypto::cipher::aead::{Aead, AeadAlgorithm, NONCE_LEN};
use memory::{Box, Bytes};

/// How a blob begins: what it is, and its format. Others are not read.
const HEADER: [u8; 4] = *b"EmF\x01";
/// Bytes before what is sealed.
const OVERHEAD: usize = HEADER.len() + NONCE_LEN;
/// Bytes of the tag; an AEAD with a shorter one seals no connections.
const TAG_LEN: usize = 16;

/// The counter could not be read or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterFailed;

/// A number that only grows and that survives whatever the blobs survive: in a secure element, a replay-protected
/// memory block, a database that fail-over nodes share. Each connection that sleeps at the same time needs its own.
pub trait FreezeCounter {
    /// Where it stands.
    ///
    /// # Errors
    /// [`CounterFailed`]; the connection is not frozen, or not thawed.
    fn value(&mut self) -> Result<u64, CounterFailed>;

    /// Moves it on from `value`, if it stands there, and says whether it did. It must be durable before it returns, and
    /// true for one caller only: what is thawed then may send.
    ///
    /// # Errors
    /// [`CounterFailed`]; the connection is not thawed.
    fn step_from(&mut self, value: u64) -> Result<bool, CounterFailed>;
}

/// Seals connections under a key of the device, and opens them.
///
/// With a counter a blob is thawed once. Without one it may be thawed again, by an attacker too: then the nonces of what
/// is sent are drawn anew each time, and suites that have no such nonces are not frozen.
pub struct Freezer<'f> {
    aead: Box<dyn Aead + Send>,
    counter: Option<&'f mut (dyn FreezeCounter + 'f)>,
}

impl Freezer<'_> {
    /// Under the device's key, which seals nothing else; without a counter. The nonces of blobs are 96 random bits, which is
    /// enough for 2^32 of them (SP 800-38D section 8.3).
    ///
    /// # Errors
    /// [`FreezeError::Key`], [`Error::OutOfMemory`].
    pub fn new(algorithm: &'static AeadAlgorithm, key: &[u8]) -> Result<Self, Error> {
        let is_key = key.len() == algorithm.key_len && key.iter().any(|byte| *byte != 0);
        if !is_key || algorithm.tag_len != TAG_LEN {
            return Err(FreezeError::Key.into());
        }
        Ok(Self { aead: (algorithm.new)(key)?, counter: None })
    }

    /// With a counter, so that each blob is thawed once.
    #[must_use]
    pub fn with_counter<'g>(self, counter: &'g mut (dyn FreezeCounter + 'g)) -> Freezer<'g> {
        Freezer { aead: self.aead, counter: Some(counter) }
    }

    /// Whether there is a counter.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.counter.is_some()
    }

    /// Seals what `connection` writes.
    ///
    /// # Errors
    /// [`FreezeError::CounterFailed`], [`Error::OutOfMemory`], [`Error::Entropy`].
    pub fn seal(
        &mut self,
        belonging: &Belonging<'_>,
        transport: Transport,
        host: &mut Host<'_>,
        connection: impl FnOnce(&mut Writer<'_>) -> Result<(), codec::Error>,
    ) -> Result<Bytes, Error> {
        let fingerprint = belonging.fingerprint(transport)?;
        let counter = match &mut self.counter {
            Some(counter) => Some(counter.value().map_err(|CounterFailed| FreezeError::CounterFailed)?),
            None => None,
        };
        let mut blob = Bytes::with_cap(limits::MAX_FROZEN_BYTES);
        blob.reserve(limits::USUAL_FROZEN_BYTES)?;
        blob.extend(&HEADER)?;
        blob.extend(&[0; NONCE_LEN])?;
        let mut w = Writer::new(&mut blob);
        w.bytes(&fingerprint)
            .and_then(|()| w.vec8(|w| counter.map_or(Ok(()), |value| w.bytes(&value.to_be_bytes()))))
            .and_then(|()| connection(&mut w))
            .map_err(Error::encoding)?;
        let end = blob.len();
        blob.extend(&[0; TAG_LEN])?;
        let (header, rest) = blob.split_first_chunk_mut::<{ HEADER.len() }>().ok_or(Error::Internal)?;
        let (nonce, rest) = rest.split_first_chunk_mut::<NONCE_LEN>().ok_or(Error::Internal)?;
        let (data, tag) = rest.split_at_mut_checked(end - OVERHEAD).ok_or(Error::Internal)?;
        host.rng.fill(nonce)?;
        self.aead.seal(nonce, header, data, tag)?;
        Ok(blob)
    }

    /// Opens a blob and shows `read` what [`Freezer::seal`] was given, to its end. Then the counter is moved, and only when
    /// that is done is there a connection.
    ///
    /// # Errors
    /// What of [`FreezeError`] the blob is, or what `read` says; [`Error::OutOfMemory`].
    pub fn open<T, E: From<Error>>(
        &mut self,
        belonging: &Belonging<'_>,
        transport: Transport,
        blob: &[u8],
        read: impl FnOnce(&mut Reader<'_>, &Thawed) -> Result<T, E>,
    ) -> Result<T, E> {
        let plaintext = self.decipher(blob)?;
        let mut r = Reader::new(&plaintext);
        let format = |_| Error::from(FreezeError::Format);
        let fingerprint: Fingerprint = *r.array().map_err(format)?;
        if !crypto::ct::equal(&fingerprint, &belonging.fingerprint(transport)?) {
            return Err(Error::from(FreezeError::Configuration).into());
        }
        let counter = r.vec8(0, 8).map_err(format)?.as_slice();
        let value = counter.first_chunk().map(|value| u64::from_be_bytes(*value));
        self.compare(value)?;
        let connection = read(&mut r, &Thawed::of_blob(value.is_some()))?;
        r.finish().map_err(format)?;
        self.step(value)?;
        Ok(connection)
    }

    fn decipher(&self, blob: &[u8]) -> Result<Bytes, Error> {
        let sealed = blob.strip_prefix(&HEADER).ok_or(FreezeError::Format)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(FreezeError::NotAuthentic)?;
        let len = sealed.len().checked_sub(TAG_LEN).ok_or(FreezeError::NotAuthentic)?;
        if len > limits::MAX_FROZEN_BYTES {
            return Err(FreezeError::NotAuthentic.into());
        }
        let mut plaintext = Bytes::copy_of(sealed)?;
        let (data, tag) = plaintext.split_at_mut_checked(len).ok_or(Error::Internal)?;
        match self.aead.open(nonce, &HEADER, data, tag) {
            Ok(()) => {}
            Err(crypto::Error::OpenFailed) => return Err(FreezeError::NotAuthentic.into()),
            Err(error) => return Err(error.into()),
        }
        plaintext.truncate(len);
        Ok(plaintext)
    }

    /// Whether the counter stands where the blob says.
    fn compare(&mut self, value: Option<u64>) -> Result<(), Error> {
        match (&mut self.counter, value) {
            (None, None) => Ok(()),
            (Some(_), None) | (None, Some(_)) => Err(FreezeError::Counter.into()),
            (Some(counter), Some(value)) => match counter.value() {
                Ok(now) if now == value => Ok(()),
                Ok(_) => Err(FreezeError::AlreadyThawed.into()),
                Err(CounterFailed) => Err(FreezeError::CounterFailed.into()),
            },
        }
    }

    /// Of several that thaw one blob at the same time, one goes on.
    fn step(&mut self, value: Option<u64>) -> Result<(), Error> {
        let (Some(counter), Some(value)) = (&mut self.counter, value) else { return Ok(()) };
        match counter.step_from(value) {
            Ok(true) => Ok(()),
            Ok(false) => Err(FreezeError::AlreadyThawed.into()),
            Err(CounterFailed) => Err(FreezeError::CounterFailed.into()),
        }
    }
}
