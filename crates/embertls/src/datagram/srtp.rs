//! Keys for media that goes beside the connection (RFC 5764 section 4.2).

use super::DatagramConnection;
use crate::{Error, Misuse, SrtpProfile, export};
use memory::Bytes;

/// The label of the exporter.
const LABEL: &[u8] = b"EXTRACTOR-dtls_srtp";

/// The SRTP master keys of both directions, wiped when dropped. From them the application's SRTP makes those of SRTP and
/// SRTCP.
pub struct SrtpKeys {
    profile: &'static SrtpProfile,
    material: Bytes,
}

/// What one side protects its media with.
#[derive(Clone, Copy)]
pub struct SrtpMasterKey<'k> {
    /// The SRTP master key, of the profile's `key_len`.
    pub key: &'k [u8],
    /// The SRTP master salt, of the profile's `salt_len`.
    pub salt: &'k [u8],
}

impl SrtpKeys {
    /// The protection profile that was agreed on.
    #[must_use]
    pub const fn profile(&self) -> &'static SrtpProfile {
        self.profile
    }

    /// What the client sends under.
    #[must_use]
    pub fn client_write(&self) -> SrtpMasterKey<'_> {
        self.of_side(0)
    }

    /// What the server sends under.
    #[must_use]
    pub fn server_write(&self) -> SrtpMasterKey<'_> {
        self.of_side(1)
    }

    /// client_write_SRTP_master_key, server_write_SRTP_master_key, client_write_SRTP_master_salt,
    /// server_write_SRTP_master_salt.
    fn of_side(&self, side: usize) -> SrtpMasterKey<'_> {
        let SrtpProfile { key_len, salt_len, .. } = *self.profile;
        let part = |from: usize, len: usize| self.material.get(from..from + len).unwrap_or_default();
        SrtpMasterKey {
            key: part(side * key_len, key_len),
            salt: part(2 * key_len + side * salt_len, salt_len),
        }
    }
}

impl DatagramConnection<'_> {
    /// The keys for SRTP; None when no protection profile was agreed on.
    ///
    /// # Errors
    /// As [`DatagramConnection::export_keying_material`].
    pub fn srtp_keys(&self) -> Result<Option<SrtpKeys>, Error> {
        let connected = self.connected.as_deref().ok_or(Error::Misuse(Misuse::NotConnected))?;
        let Some(profile) = connected.facts().srtp else { return Ok(None) };
        let mut material = Bytes::zeroed(2 * (profile.key_len + profile.salt_len))?;
        export::keying_material(Some(connected), LABEL, None, &mut material)?;
        Ok(Some(SrtpKeys { profile, material }))
    }
}
