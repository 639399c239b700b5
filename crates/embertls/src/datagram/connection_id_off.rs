//! Without the feature `dtls-connection-id` there are no connection IDs.

use super::DatagramConnection;

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
}
