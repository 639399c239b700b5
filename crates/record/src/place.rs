//! Where one direction stands, for a connection that sleeps: its sequence number, and what its nonces go on from.
//!
//! A blob that is thawed twice makes two ends that seal under one key. A counter that refuses the second lets nonces go on
//! where they were. Without one they must begin anew where none was before: explicit nonces at a random number, from which
//! they count, while the sequence number goes on (RFC 5288 section 3 and RFC 6655 section 3 leave the choice to the
//! sender); a random IV is drawn for each record as ever. Nonces that are the sequence number, and IVs that are the record
//! before, cannot.

use crate::{Error, Protected, Reader, Writer, limits};
use codec::{ErrorKind, ProtocolVersion};
use crypto::Rng;
use suites::{Bulk, Construction, Nonces, Suite, TrafficKey};

/// One direction's place.
#[derive(Clone, Copy)]
pub struct Place {
    sequence_number: u64,
    /// How often the explicit nonces have begun anew.
    restarts: u32,
    nonces: Nonces,
}

impl Place {
    /// Whether what is sealed from here would repeat nonces if it were begun twice.
    #[must_use]
    pub const fn needs_counter(&self) -> bool {
        match self.nonces {
            Nonces::SequenceNumber | Nonces::Chained(_) => true,
            Nonces::Explicit { .. } | Nonces::Drawn => false,
        }
    }

    /// The explicit nonces begin anew, at random.
    ///
    /// # Errors
    /// [`Error::Entropy`]; [`Error::Exhausted`] when they have too often.
    pub fn restart(&mut self, rng: &mut dyn Rng) -> Result<(), Error> {
        if let Nonces::Explicit { first } = &mut self.nonces {
            let mut random = [0; 8];
            rng.fill(&mut random)?;
            *first = u64::from_be_bytes(random);
            self.restarts = self.restarts.checked_add(1).ok_or(Error::Exhausted)?;
        }
        Ok(())
    }

    /// ```text
    /// enum { sequence_number(0), explicit(1), drawn(2), chained(3) } Nonces;
    /// struct {
    ///     uint64 sequence_number;     in datagrams with the epoch
    ///     uint32 restarts;
    ///     Nonces nonces;
    ///     select (nonces) {
    ///         case explicit: uint64 first;
    ///         case chained: opaque iv[16];
    ///     }
    /// } Place;
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut codec::Writer<'_>) -> Result<(), codec::Error> {
        w.bytes(&self.sequence_number.to_be_bytes())?;
        w.bytes(&self.restarts.to_be_bytes())?;
        match self.nonces {
            Nonces::SequenceNumber => w.u8(0),
            Nonces::Explicit { first } => {
                w.u8(1)?;
                w.bytes(&first.to_be_bytes())
            }
            Nonces::Drawn => w.u8(2),
            Nonces::Chained(iv) => {
                w.u8(3)?;
                w.bytes(&iv)
            }
        }
    }

    /// Reads what [`Place::encode`] wrote.
    ///
    /// # Errors
    /// Anything else.
    pub fn decode(r: &mut codec::Reader<'_>) -> Result<Self, codec::Error> {
        let sequence_number = u64::from_be_bytes(*r.array()?);
        let restarts = r.u32()?;
        let nonces = match r.u8()? {
            0 => Nonces::SequenceNumber,
            1 => Nonces::Explicit { first: u64::from_be_bytes(*r.array()?) },
            2 => Nonces::Drawn,
            3 => Nonces::Chained(*r.array()?),
            _ => return Err(r.error(ErrorKind::IllegalValue)),
        };
        Ok(Self { sequence_number, restarts, nonces })
    }

    /// Records that may be sealed or opened under the key, those before included.
    fn max_records(&self, bulk: &Bulk) -> u64 {
        let by_restarts = limits::MAX_RECORDS_TIMES_RESTARTS.checked_div(self.restarts.into());
        bulk.max_records.min(by_restarts.unwrap_or(u64::MAX))
    }
}

impl Protected {
    pub(crate) fn place(&self) -> Place {
        let Self { sequence_number, restarts, .. } = *self;
        Place { sequence_number, restarts, nonces: self.protection.nonces() }
    }

    /// The protection of a suite that goes on from a place.
    ///
    /// # Errors
    /// As [`Protected::new`].
    pub fn at(
        place: &Place,
        suite: &'static Suite,
        construction: Construction,
        key: &TrafficKey<'_>,
    ) -> Result<Self, crypto::Error> {
        let (fixed_iv, first_nonce) = match &place.nonces {
            Nonces::Chained(iv) => (iv.as_slice(), 0),
            Nonces::Explicit { first } => (key.fixed_iv, *first),
            Nonces::SequenceNumber | Nonces::Drawn => (key.fixed_iv, 0),
        };
        let key = TrafficKey { fixed_iv, first_nonce, ..*key };
        let fresh = Self::new(suite, construction, &key)?;
        let Place { sequence_number, restarts, .. } = *place;
        Ok(Self { sequence_number, restarts, end: place.max_records(suite.bulk), ..fresh })
    }
}

impl Reader {
    /// Between records of a connection that was thawed.
    #[must_use]
    pub fn thawed(version: ProtocolVersion, protected: Protected, max_plaintext: usize) -> Self {
        let mut reader = Self::new();
        reader.begun = true;
        reader.set_version(version);
        reader.set_max_plaintext(max_plaintext);
        reader.install(protected);
        reader
    }

    /// Of what is received; None without protection.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.protected.as_ref().map(Protected::place)
    }

    /// The most bytes of plaintext in a record.
    #[must_use]
    pub const fn max_plaintext(&self) -> usize {
        self.max_plaintext
    }
}

impl Writer {
    /// Of a connection that was thawed.
    #[must_use]
    pub fn thawed(version: ProtocolVersion, protected: Protected, max_plaintext: usize) -> Self {
        let mut writer = Self::new();
        writer.set_version(version);
        writer.set_max_plaintext(max_plaintext);
        writer.install(protected);
        writer
    }

    /// Of what is sent; None without protection.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.protected.as_ref().map(Protected::place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use memory::Bytes;
    use std::vec::Vec;

    /// Draws 1, 2, 3 and so on, then fails.
    struct Draws(u8, u8);

    impl Rng for Draws {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
            if self.0 == self.1 {
                return Err(crypto::Error::Entropy);
            }
            self.0 += 1;
            out.fill(self.0);
            Ok(())
        }
    }

    fn places() -> [Place; 4] {
        let place = |nonces| Place { sequence_number: 0x0102_0304_0506_0708, restarts: 9, nonces };
        [
            place(Nonces::SequenceNumber),
            place(Nonces::Explicit { first: 0x1122_3344_5566_7788 }),
            place(Nonces::Drawn),
            place(Nonces::Chained([7; 16])),
        ]
    }

    fn encoded(place: &Place) -> Vec<u8> {
        let mut bytes = Bytes::with_cap(100);
        place.encode(&mut codec::Writer::new(&mut bytes)).unwrap();
        bytes.to_vec()
    }

    #[test]
    fn places_are_what_is_documented_and_come_back_as_they_were() {
        let rest: [&[u8]; 4] = [&[], &[0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88], &[], &[7; 16]];
        for ((kind, place), rest) in (0..).zip(places()).zip(rest) {
            let bytes = encoded(&place);
            let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9];
            assert_eq!(bytes, [&numbers[..], &[kind], rest].concat());
            let mut r = codec::Reader::new(&bytes);
            assert_eq!(encoded(&Place::decode(&mut r).unwrap()), bytes);
            r.finish().unwrap();
            for end in 0..bytes.len() {
                assert!(Place::decode(&mut codec::Reader::new(&bytes[..end])).is_err());
            }
        }
        let mut unknown = encoded(&places()[0]);
        unknown[12] = 4;
        let error = Place::decode(&mut codec::Reader::new(&unknown)).map(drop).unwrap_err();
        assert_eq!(error.kind, ErrorKind::IllegalValue);
    }

    #[test]
    fn only_nonces_that_can_begin_anew_need_no_counter() {
        assert_eq!(places().map(|place| place.needs_counter()), [true, false, false, true]);
        for (index, mut place) in places().into_iter().enumerate() {
            let before = encoded(&place);
            place.restart(&mut Draws(0, 1)).unwrap();
            assert_eq!(encoded(&place) != before, index == 1);
            // Without randomness there are no new nonces.
            assert_eq!(place.restart(&mut Draws(1, 1)).is_err(), index == 1);
        }
    }

    #[test]
    fn beginnings_times_records_stay_below_the_limit() {
        static BULK: Bulk = Bulk {
            name: "none",
            key_len: 0,
            fixed_iv_len: 0,
            before: 8,
            after: 0,
            block_cipher: false,
            max_records: limits::MAX_RECORDS_GCM,
            protect: |_, _, _| Err(crypto::Error::Unsupported),
        };
        for (restarts, records) in [
            (0, limits::MAX_RECORDS_GCM),
            (1, limits::MAX_RECORDS_GCM),
            (181, limits::MAX_RECORDS_GCM),
            (182, (1 << 32) / 182),
            (1 << 20, 1 << 12),
            (u32::MAX, 1),
        ] {
            let place = Place { restarts, ..places()[1] };
            assert_eq!(place.max_records(&BULK), records, "{restarts}");
        }
        let mut place = Place { restarts: u32::MAX, ..places()[1] };
        assert_eq!(place.restart(&mut Draws(0, 1)), Err(Error::Exhausted));
    }
}
