//! Without the feature `dtls-connection-id` there are no connection IDs.

use super::DatagramConnection;

#[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "as with the feature")]
impl DatagramConnection<'_> {
    pub(super) const fn take_connection_ids(&mut self) {}
}
