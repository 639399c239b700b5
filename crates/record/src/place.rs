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
use suites::{Construction, Nonces, Suite, TrafficKey};

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
    fn max_records(&self, suite: &Suite) -> u64 {
        let by_restarts = limits::MAX_RECORDS_TIMES_RESTARTS.checked_div(self.restarts.into());
        suite.bulk.max_records.min(by_restarts.unwrap_or(u64::MAX))
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
        Ok(Self { sequence_number, restarts, end: place.max_records(suite), ..fresh })
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
