//! use_srtp (RFC 5764 section 4.1.1).

use crate::{Error, List, Reader, SrtpProtectionProfile, Writer, write_list};

/// ```text
/// uint8 SRTPProtectionProfile[2];
/// struct {
///     SRTPProtectionProfile SRTPProtectionProfiles<2..2^16-1>;
///     opaque srtp_mki<0..255>;
/// } UseSRTPData;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseSrtp<'a> {
    /// Protection profiles in the client's order; one in an answer.
    pub profiles: List<'a, SrtpProtectionProfile>,
    /// The master key identifier that stands in packets; none when empty.
    pub mki: &'a [u8],
}

impl<'a> UseSrtp<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty list, an odd length, lengths that do not fit the body.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        let profiles = List::read(&mut r)?;
        let mki = r.vec8(0, 0xFF)?.as_slice();
        r.finish()?;
        Ok(Self { profiles, mki })
    }

    /// The profile of a server's answer, which has exactly one.
    #[must_use]
    pub fn only(&self) -> Option<SrtpProtectionProfile> {
        let mut profiles = self.profiles.iter();
        profiles.next().filter(|_| profiles.next().is_none())
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        self.profiles.encode(w)?;
        w.vec8(|w| w.bytes(self.mki))
    }

    /// Encodes a body without an MKI from any source.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooShort`] for an empty list, [`crate::ErrorKind::TooLong`],
    /// [`crate::ErrorKind::OutOfMemory`].
    pub fn write(
        w: &mut Writer<'_>,
        profiles: impl IntoIterator<Item = SrtpProtectionProfile>,
    ) -> Result<(), Error> {
        write_list(w, profiles)?;
        w.vec8(|_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind,
        testing::{check, encoding},
    };

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let list = [SrtpProtectionProfile::AEAD_AES_128_GCM, SrtpProtectionProfile(0x2A2A)];
        let body = encoding(|w| UseSrtp::write(w, list)).unwrap();
        assert_eq!(body, [0, 4, 0, 7, 0x2A, 0x2A, 0]);
        assert!(UseSrtp::decode(&body).unwrap().profiles.iter().eq(list));
        check(&body, &[], |bytes, w| UseSrtp::decode(bytes)?.encode(w));
        check(&[0, 2, 0, 1, 3, 9, 8, 7], &[], |bytes, w| UseSrtp::decode(bytes)?.encode(w));
    }

    #[test]
    fn an_answer_has_exactly_one_profile() {
        let only = |body| UseSrtp::decode(body).unwrap().only();
        assert_eq!(only(&[0, 2, 0, 1, 0]), Some(SrtpProtectionProfile::AES128_CM_HMAC_SHA1_80));
        assert_eq!(only(&[0, 4, 0, 1, 0, 2, 0]), None);
    }

    #[test]
    fn refuses_empty_and_uneven_lists() {
        assert_eq!(UseSrtp::decode(&[0, 0, 0]), Err(Error::new(ErrorKind::TooShort, 2)));
        assert_eq!(UseSrtp::decode(&[0, 3, 0, 1, 2, 0]), Err(Error::new(ErrorKind::Uneven, 2)));
        let none = encoding(|w| UseSrtp::write(w, []));
        assert_eq!(none.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }
}
