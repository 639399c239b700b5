//! Records out of datagrams.

use super::{HEADER_BYTES, connection_id::Incoming, replay::Window};
use crate::{Protected, limits};
use codec::{Alert, ContentType, ProtocolVersion};
use core::ops::Range;
use suites::RecordHeader;

/// What the first record of a datagram held; ranges are in the datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatagramRecord {
    /// Nothing that means anything, or that may: the rest of the datagram, or this record, is dropped.
    Noise,
    /// A record that claimed to be of the epoch in use and could not be authenticated.
    Rejected,
    /// One that was not even opened: it was seen before, or has another connection ID.
    Useless,
    /// Fragments of handshake messages. Those of epoch 0 come from anybody.
    Handshake {
        /// The record's plaintext.
        range: Range<usize>,
        /// Whether the record was authentic.
        authentic: bool,
    },
    /// ChangeCipherSpec.
    ChangeCipherSpec,
    /// An alert.
    Alert {
        /// Level and description.
        alert: Alert,
        /// Whether the record was authentic.
        authentic: bool,
    },
    /// Application data, always authentic.
    Data(Range<usize>),
}

/// Reads the records of datagrams. Epoch 0 is read until keys are installed; from then on epoch 1, and of epoch 0
/// only what a peer repeats that has not heard the last flight.
#[derive(Default)]
pub struct DatagramReader {
    pub(super) protected: Option<Protected>,
    pub(super) window: Window,
    pub(super) version: Option<ProtocolVersion>,
    pub(super) connection_ids: Incoming,
}

impl DatagramReader {
    /// Without keys, and open to any version.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every record from now on must be of this version, but for messages without protection: a client repeats its hello
    /// in a record of the version that all servers know.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = Some(version);
    }

    /// Epoch 1 begins: ChangeCipherSpec was received.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected.in_epoch(1));
    }

    /// Whether epoch 1 is read.
    #[must_use]
    pub const fn is_protected(&self) -> bool {
        self.protected.is_some()
    }

    /// Takes the first record out of a datagram: how many bytes it was, and what it held, opened in place. Nothing of
    /// what may be forged is an error.
    pub fn next(&mut self, datagram: &mut [u8]) -> (usize, DatagramRecord) {
        let all = datagram.len();
        let Some((header, start)) = self.connection_ids.read_header(datagram) else {
            return (all, DatagramRecord::Noise);
        };
        let used = start + header.len;
        let is_right = self.connection_ids.is_right(&header, datagram);
        let Some(fragment) = datagram.get_mut(start..used) else {
            return (all, DatagramRecord::Noise);
        };
        let [major, _] = header.version.0.to_be_bytes();
        let any = header.epoch == 0 && header.content_type == ContentType::HANDSHAKE;
        let agreed = self.version.filter(|_| !any);
        let expected = agreed.map_or(major == 0xFE, |version| version == header.version);
        // A header is longer only with a connection ID that is expected.
        let known = header.content_type.name().is_some() || start > HEADER_BYTES;
        if !known || !expected || header.len > limits::MAX_CIPHERTEXT_BYTES {
            return (used, DatagramRecord::Noise);
        }
        let record = match (header.epoch, &mut self.protected) {
            (0, None) => content(header.content_type, start..used, datagram, false),
            // The peer has not heard our last flight; nothing else of this epoch counts any more.
            (0, Some(_)) if header.content_type == ContentType::HANDSHAKE => {
                content(header.content_type, start..used, datagram, false)
            }
            (1, Some(protected)) => {
                if !is_right || !self.window.is_new(header.sequence_number) {
                    return (used, DatagramRecord::Useless);
                }
                let record = RecordHeader {
                    sequence_number: 1 << 48 | header.sequence_number,
                    content_type: header.content_type,
                    version: header.version,
                    connection_id: self.connection_ids.id(),
                };
                match protected.open_at(record, fragment) {
                    Ok(plaintext) if plaintext.len() <= limits::MAX_PLAINTEXT_BYTES => {
                        self.window.note(header.sequence_number);
                        self.connection_ids.note(record.sequence_number);
                        let plaintext = start + plaintext.start..start + plaintext.end;
                        let inside = Incoming::unwrap(&header, datagram, plaintext);
                        inside.map_or(DatagramRecord::Rejected, |(content_type, range)| {
                            content(content_type, range, datagram, true)
                        })
                    }
                    Ok(_) | Err(_) => DatagramRecord::Rejected,
                }
            }
            _ => DatagramRecord::Noise,
        };
        (used, record)
    }
}

fn content(
    content_type: ContentType,
    range: Range<usize>,
    datagram: &[u8],
    authentic: bool,
) -> DatagramRecord {
    let plaintext = datagram.get(range.clone()).unwrap_or_default();
    match (content_type, plaintext) {
        (ContentType::APPLICATION_DATA, _) if authentic => DatagramRecord::Data(range),
        (ContentType::HANDSHAKE, [_, ..]) => DatagramRecord::Handshake { range, authentic },
        (ContentType::CHANGE_CIPHER_SPEC, [1]) => DatagramRecord::ChangeCipherSpec,
        (ContentType::ALERT, bytes) => match Alert::decode(bytes) {
            Ok(alert) => DatagramRecord::Alert { alert, authentic },
            Err(_) => DatagramRecord::Noise,
        },
        (ContentType(_), _) => DatagramRecord::Noise,
    }
}
