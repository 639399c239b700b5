//! Connection IDs of a connection (RFC 9146): records say what connection they are of, whatever address they come from.

use super::{DatagramConnection, Phase};
use crate::{Error, Misuse};
use handshake::{Host, OwnConnectionId};
#[cfg(feature = "context-serialization")]
use memory::{Boxed, Bytes};

pub use record::datagram::connection_id;
pub use suites::TLS12_CID;

impl DatagramConnection<'_> {
    /// A server's connection ID, instead of what its configuration says; before its first datagram. Who has many
    /// connections on a socket gives each its own.
    ///
    /// # Errors
    /// [`Misuse::Configuration`] later than that, for a client, or for more than 255 bytes; [`Error::OutOfMemory`],
    /// [`Error::Entropy`].
    pub fn set_connection_id(&mut self, host: &mut Host<'_>, own: OwnConnectionId<'_>) -> Result<(), Error> {
        let begun = self.flight.is_some() || self.reassembly.has_begun();
        match &mut self.phase {
            Phase::Handshake(handshaking) if !begun => {
                Ok(handshaking.context().set_connection_id(own, host.rng)?)
            }
            Phase::Handshake(_) | Phase::Connected | Phase::Failed => {
                Err(Error::Misuse(Misuse::Configuration))
            }
        }
    }

    /// Records with a connection ID are padded with zeros, so that their content and its type together are a multiple of
    /// `granularity` bytes: who sees the datagrams learns less of lengths. 0 and 1, as in the beginning, pad nothing.
    pub fn set_padding(&mut self, granularity: u16) {
        self.writer.set_padding(granularity);
    }

    /// The connection IDs that were agreed on, once the hellos have: that of the peer's protected records and that of ours.
    /// Either may be empty, for records without; None without the extension.
    #[must_use]
    pub fn connection_ids(&self) -> Option<(&[u8], &[u8])> {
        self.reader.connection_id().zip(self.writer.connection_id())
    }

    /// Epoch (16 bits) and sequence number (48 bits) of the newest authentic record so far; 0 before there is one. A peer's
    /// address may be replaced by that of a datagram only when this has grown with it (RFC 9146 section 6).
    #[must_use]
    pub const fn newest_record(&self) -> u64 {
        self.reader.newest()
    }

    pub(super) fn take_connection_ids(&mut self) {
        let Phase::Handshake(handshaking) = &mut self.phase else { return };
        if let Some((own, peer)) = handshaking.context().take_connection_ids() {
            self.reader.set_connection_id(own);
            self.writer.set_connection_id(peer);
        }
    }

    /// For a connection that sleeps.
    #[cfg(feature = "context-serialization")]
    pub(super) fn write_connection_ids(&self, w: &mut codec::Writer<'_>) -> Result<(), codec::Error> {
        let ids = self.connection_ids();
        w.u8(ids.is_some().into())?;
        let (own, peer) = ids.unwrap_or_default();
        w.vec8(|w| w.bytes(own))?;
        w.vec8(|w| w.bytes(peer))?;
        w.u16(self.writer.padding())
    }

    #[cfg(feature = "context-serialization")]
    pub(super) fn read_connection_ids(&mut self, r: &mut codec::Reader<'_>) -> Result<(), codec::Error> {
        let are_used = r.u8()? != 0;
        let (own, peer) = (r.vec8(0, 255)?.as_slice(), r.vec8(0, 255)?.as_slice());
        self.writer.set_padding(r.u16()?);
        if are_used {
            self.reader.set_connection_id(Boxed::try_new(Bytes::copy_of(own)?)?);
            self.writer.set_connection_id(Boxed::try_new(Bytes::copy_of(peer)?)?);
        }
        Ok(())
    }
}
