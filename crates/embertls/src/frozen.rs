//! What connections of both transports have in common when they sleep: the outcome of the handshake and both directions.

use crate::{Error, FreezeError, Freezer, Host};
use codec::{ErrorKind, Reader, Writer};
use handshake::{Belonging, Connected, Thawed, TrafficKeys};
use record::{Place, Protected};
use suites::{Construction, Direction, Suite, TrafficKey};

/// Both directions' places.
pub(crate) struct Places {
    pub(crate) write: Place,
    pub(crate) read: Place,
}

impl Places {
    /// Of a connection that is up. Without a counter, what is sent must not repeat nonces when a blob is thawed twice.
    pub(crate) fn new(
        write: Option<Place>,
        read: Option<Place>,
        freezer: &Freezer<'_>,
    ) -> Result<Self, Error> {
        let (Some(write), Some(read)) = (write, read) else { return Err(Error::Internal) };
        if write.needs_counter() && !freezer.is_counted() {
            return Err(FreezeError::CounterNeeded.into());
        }
        Ok(Self { write, read })
    }
}

/// Makes one direction's protection.
pub(crate) type Protect =
    fn(&Place, &'static Suite, Construction, &TrafficKey<'_>) -> Result<Protected, crypto::Error>;

/// What every connection begins with when it is thawed.
pub(crate) struct Awake {
    pub(crate) connected: Connected,
    pub(crate) read: Protected,
    pub(crate) write: Protected,
}

pub(crate) fn write(w: &mut Writer<'_>, connected: &Connected, places: &Places) -> Result<(), codec::Error> {
    connected.freeze(w)?;
    places.write.encode(w)?;
    places.read.encode(w)
}

/// Reads what [`write()`] wrote. Where no counter forbids it the blob may have been thawed before: the nonces of what is
/// sent begin anew.
pub(crate) fn read(
    r: &mut Reader<'_>,
    belonging: &Belonging<'_>,
    thawed: &Thawed,
    protect: Protect,
    host: &mut Host<'_>,
) -> Result<Awake, Error> {
    let (connected, keys) = Connected::thaw(r, belonging, thawed)?;
    let mut place = Place::decode(r).map_err(malformed)?;
    let read_place = Place::decode(r).map_err(malformed)?;
    if !thawed.is_counted() {
        if place.needs_counter() {
            return Err(FreezeError::CounterNeeded.into());
        }
        place.restart(host.rng)?;
    }
    let (write_key, read_key) = sides(&keys, belonging);
    let protected = |place: &Place, key: &TrafficKey<'_>| {
        protect(place, keys.suite(), keys.construction(), key).map_err(handshake::Error::from)
    };
    let (write, read) = (protected(&place, &write_key)?, protected(&read_place, &read_key)?);
    Ok(Awake { connected, read, write })
}

/// What this end seals with, and what it opens with.
fn sides<'k>(keys: &'k TrafficKeys, belonging: &Belonging<'_>) -> (TrafficKey<'k>, TrafficKey<'k>) {
    match belonging {
        Belonging::Client(..) => (keys.client_write(Direction::Seal), keys.server_write(Direction::Open)),
        Belonging::Server(_) => (keys.server_write(Direction::Seal), keys.client_write(Direction::Open)),
    }
}

/// Authentic bytes that cannot be read are of another version of this program.
pub(crate) fn malformed(error: codec::Error) -> Error {
    if error.kind == ErrorKind::OutOfMemory { Error::OutOfMemory } else { FreezeError::Format.into() }
}

/// What the session stands under in the store.
pub(crate) fn write_session_key(w: &mut Writer<'_>, key: Option<&[u8; 32]>) -> Result<(), codec::Error> {
    w.vec8(|w| key.map_or(Ok(()), |key| w.bytes(key)))
}

/// Reads what [`write_session_key`] wrote.
pub(crate) fn read_session_key(r: &mut Reader<'_>) -> Result<Option<[u8; 32]>, codec::Error> {
    Ok(r.vec8(0, 32)?.as_slice().try_into().ok())
}
