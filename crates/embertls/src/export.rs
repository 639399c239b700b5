//! Keying material for the application (RFC 5705), and the channel binding made of it (RFC 9266).

use crate::{Connection, Error, Misuse};
use handshake::Connected;

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
        keying_material(self.connected(), label, context, out)
    }

    /// The channel binding `tls-exporter`.
    ///
    /// # Errors
    /// As [`Connection::export_keying_material`].
    pub fn tls_exporter(&self) -> Result<[u8; 32], Error> {
        channel_binding(self.connected())
    }
}

/// Of a connection of either kind.
pub(crate) fn keying_material(
    connected: Option<&Connected>,
    label: &[u8],
    context: Option<&[u8]>,
    out: &mut [u8],
) -> Result<(), Error> {
    let connected = connected.ok_or(Error::Misuse(Misuse::NotConnected))?;
    if !connected.facts().extended_master_secret {
        return Err(Error::Misuse(Misuse::Export));
    }
    connected.export(label, context, out).ok_or(Error::Misuse(Misuse::Export))
}

/// `tls-exporter` of a connection of either kind.
pub(crate) fn channel_binding(connected: Option<&Connected>) -> Result<[u8; 32], Error> {
    let mut binding = [0; 32];
    keying_material(connected, CHANNEL_BINDING, Some(&[]), &mut binding)?;
    Ok(binding)
}
