//! Keying material and the channel binding of a connection over datagrams, as of one over a stream (RFC 5705, RFC 9266).

use super::DatagramConnection;
use crate::{Error, export};

impl DatagramConnection<'_> {
    /// Fills `out` with keying material, as [`crate::Connection::export_keying_material`].
    ///
    /// # Errors
    /// As there.
    pub fn export_keying_material(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        export::keying_material(self.connected.as_deref(), label, context, out)
    }

    /// The channel binding `tls-exporter`.
    ///
    /// # Errors
    /// As [`DatagramConnection::export_keying_material`].
    pub fn tls_exporter(&self) -> Result<[u8; 32], Error> {
        export::channel_binding(self.connected.as_deref())
    }
}
