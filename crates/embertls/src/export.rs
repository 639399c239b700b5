//! Keying material for the application (RFC 5705), and the channel binding made of it (RFC 9266).

use crate::{Connection, Error, Misuse};

/// The label of `tls-exporter` (RFC 9266 section 2).
const CHANNEL_BINDING: &[u8] = b"EXPORTER-Channel-Binding";

impl Connection<'_> {
    /// Fills `out` with keying material under a label and, if the protocol that uses it has one, a context of at most
    /// 65535 bytes. None and an empty context are different.
    ///
    /// # Errors
    /// [`Misuse::NotConnected`] before the handshake is complete; [`Misuse::Export`] without the extended master secret,
    /// since two connections could then export the same (RFC 7627 section 7), or for a context that is too long;
    /// [`Error::OutOfMemory`] included.
    pub fn export_keying_material(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let connected = self.connected().ok_or(Error::Misuse(Misuse::NotConnected))?;
        if !connected.facts().extended_master_secret {
            return Err(Error::Misuse(Misuse::Export));
        }
        connected.export(label, context, out).ok_or(Error::Misuse(Misuse::Export))
    }

    /// The channel binding `tls-exporter`.
    ///
    /// # Errors
    /// As [`Connection::export_keying_material`].
    pub fn tls_exporter(&self) -> Result<[u8; 32], Error> {
        let mut binding = [0; 32];
        self.export_keying_material(CHANNEL_BINDING, Some(&[]), &mut binding)?;
        Ok(binding)
    }
}
