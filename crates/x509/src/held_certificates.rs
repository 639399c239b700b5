//! Certificates of a chain that came before the ones that they issued.

use crate::{Certificate, judge, limits, switches::HOLD_CERTIFICATES};
use memory::{Bytes, OutOfMemory};

/// Their DER, each after its length; without feature `x509-path-building` always empty.
pub(crate) struct HeldCertificates(Bytes);

impl HeldCertificates {
    pub(crate) const fn new() -> Self {
        Self(Bytes::with_cap(limits::MAX_HELD_CERTIFICATES_BYTES))
    }

    /// Holds a certificate, unless there is no room or it can be of no use: the anchors were asked for what a CA issued
    /// to itself.
    pub(crate) fn push(&mut self, certificate: &Certificate<'_>, der: &[u8]) -> Result<(), OutOfMemory> {
        let Ok(len) = u16::try_from(der.len()) else { return Ok(()) };
        let room = self.0.cap() - self.0.len();
        if !HOLD_CERTIFICATES || size_of::<u16>() + der.len() > room || judge::is_self_issued(certificate) {
            return Ok(());
        }
        self.0.reserve(size_of::<u16>() + der.len())?;
        self.0.extend(&len.to_be_bytes())?;
        self.0.extend(der)
    }

    /// The certificate at this place, and the next place.
    pub(crate) fn at(&self, place: usize) -> Option<(&[u8], usize)> {
        let (len, rest) = self.0.get(place..)?.split_first_chunk()?;
        let len = usize::from(u16::from_be_bytes(*len));
        Some((rest.get(..len)?, place + size_of::<u16>() + len))
    }

    /// All of them, leaving none behind.
    pub(crate) fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    /// No issuer is looked for any more.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
