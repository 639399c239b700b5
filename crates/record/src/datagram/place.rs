//! Readers and writers of datagrams that sleep.

use super::{DatagramReader, DatagramWriter, connection_id::Outgoing, replay::Window};
use crate::{Place, Protected};
use codec::ProtocolVersion;
use crypto::Error;
use suites::{Construction, Suite, TrafficKey};

impl Protected {
    /// As [`Protected::at`], in an epoch.
    ///
    /// # Errors
    /// As [`Protected::new`].
    pub fn in_epoch_at(
        epoch: u16,
        place: &Place,
        suite: &'static Suite,
        construction: Construction,
        key: &TrafficKey<'_>,
    ) -> Result<Self, Error> {
        let thawed = Self::at(place, suite, construction, key)?;
        let (sequence_number, records) = (thawed.sequence_number, thawed.end.min((1 << 48) - 1));
        Ok(Self { sequence_number, end: (u64::from(epoch) << 48) + records, ..thawed })
    }
}

impl DatagramReader {
    /// In epoch 1, with what was seen of it: the newest sequence number and a bit for each of the 64 up to it.
    #[must_use]
    pub fn thawed(version: ProtocolVersion, protected: Protected, seen: [u64; 2]) -> Self {
        let mut reader = Self::new();
        reader.set_version(version);
        reader.protected = Some(protected);
        reader.window = Window::of_parts(seen);
        reader.connection_ids.note(1 << 48 | seen[0]);
        reader
    }

    /// Of epoch 1; None before it.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.protected.as_ref().map(Protected::place)
    }

    /// What was seen of epoch 1, for [`DatagramReader::thawed`].
    #[must_use]
    pub fn seen(&self) -> [u64; 2] {
        let [newest, seen] = self.window.parts();
        [newest.max(self.connection_ids.newest_number()), seen]
    }
}

impl DatagramWriter {
    /// In epoch 1, with the next sequence number of epoch 0.
    #[must_use]
    pub const fn thawed(version: ProtocolVersion, sequence_number: u64, protected: Protected) -> Self {
        Self { version, sequence_number, protected: Some(protected), connection_ids: Outgoing::new() }
    }

    /// Of epoch 1; None before it.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.protected.as_ref().map(Protected::place)
    }

    /// The next sequence number of epoch 0.
    #[must_use]
    pub const fn unprotected(&self) -> u64 {
        self.sequence_number
    }
}
