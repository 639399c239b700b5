//! Without the feature `dtls-connection-id` there are no connection IDs.

use super::DatagramConnection;

/// Not agreed on, two empty ones, and nothing padded.
#[cfg(feature = "context-serialization")]
const NO_CONNECTION_IDS: [u8; 5] = [0, 0, 0, 0, 1];

#[expect(clippy::needless_pass_by_ref_mut, reason = "as with the feature")]
impl DatagramConnection<'_> {
    /// The connection IDs that were agreed on: none in this build.
    #[must_use]
    pub const fn connection_ids(&self) -> Option<(&[u8], &[u8])> {
        None
    }

    /// With connection IDs, the number of the newest authentic record; in this build 0.
    #[must_use]
    pub const fn newest_record(&self) -> u64 {
        0
    }

    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) const fn take_connection_ids(&mut self) {}

    #[cfg(feature = "context-serialization")]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn write_connection_ids(&self, w: &mut codec::Writer<'_>) -> Result<(), codec::Error> {
        w.bytes(&NO_CONNECTION_IDS)
    }

    /// A connection that has connection IDs is none of this build.
    #[cfg(feature = "context-serialization")]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn read_connection_ids(&mut self, r: &mut codec::Reader<'_>) -> Result<(), codec::Error> {
        let illegal = r.error(codec::ErrorKind::IllegalValue);
        if *r.array()? == NO_CONNECTION_IDS { Ok(()) } else { Err(illegal) }
    }
}
