//! The read state: received bytes to what they hold, in place (RFC 5246 section 6.2).
//!
//! Plaintext handshake records stream: they may be larger than the caller's buffer, and any split of bytes over calls
//! and of messages over records gives the same chunks. A protected record must be whole in the buffer. An opened
//! record that was consumed in part stays where it is, and is found again by the next call.

use crate::{Error, Protected, limits};
use codec::{Alert, Chunk, ContentType, HandshakeType, ProtocolVersion, Reason};
use core::ops::Range;

/// Bytes of a handshake message's header (RFC 5246 section 7.4).
const MESSAGE_HEADER_BYTES: usize = 4;

/// What stood at the head of the caller's buffer.
#[derive(Debug)]
pub enum Opened<'b> {
    /// Nothing can be said before the buffer holds this many bytes, counted from the first one that is not used.
    NeedMore(usize),
    /// A piece of a handshake message.
    Handshake(Chunk<'b>),
    /// ChangeCipherSpec, between two messages.
    ChangeCipherSpec,
    /// An alert.
    Alert(Alert),
    /// Application data, at this range of the buffer; may be empty.
    Data(Range<usize>),
}

/// A handshake record that is consumed in part.
#[derive(Clone, Copy)]
struct Part {
    /// Bytes of plaintext that are left.
    left: usize,
    /// Bytes of the record after its plaintext.
    tail: usize,
}

/// A handshake message that is under way.
#[derive(Clone, Copy)]
enum Message {
    /// The first bytes of its header.
    Header([u8; MESSAGE_HEADER_BYTES], usize),
    /// Its body, from this offset.
    Body { message_type: HandshakeType, total: u32, offset: u32 },
}

/// What stands at a place of the buffer, by ranges of it; `used` counts from the buffer's start.
enum Found {
    /// A record has ended and there was nothing to report.
    Nothing {
        used: usize,
    },
    /// This many bytes must follow `used`.
    Missing {
        used: usize,
        needed: usize,
    },
    Chunk {
        used: usize,
        message_type: HandshakeType,
        total: u32,
        offset: u32,
        bytes: Range<usize>,
    },
    ChangeCipherSpec {
        used: usize,
    },
    Alert {
        used: usize,
        alert: Alert,
    },
    Data {
        used: usize,
        range: Range<usize>,
    },
}

const NO_MESSAGE: Message = Message::Header([0; MESSAGE_HEADER_BYTES], 0);

/// Reads records.
pub struct Reader {
    pub(crate) protected: Option<Protected>,
    version: Option<ProtocolVersion>,
    part: Option<Part>,
    message: Message,
    /// Whether a record has been read: before that, the bytes may be no TLS at all.
    pub(crate) begun: bool,
    /// Bytes of plaintext that a record may have.
    pub(crate) max_plaintext: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Without protection, and open to the version of the first record.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            protected: None,
            version: None,
            part: None,
            message: NO_MESSAGE,
            begun: false,
            max_plaintext: limits::MAX_PLAINTEXT_BYTES,
        }
    }

    /// Every record from now on must be of this version.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = Some(version);
    }

    /// The most bytes of plaintext that a record may have from now on, as it was agreed on; the protocol's limit is none
    /// that could be exceeded.
    pub fn set_max_plaintext(&mut self, bytes: usize) {
        self.max_plaintext = bytes.min(limits::MAX_PLAINTEXT_BYTES);
    }

    /// Opens the records from now on: ChangeCipherSpec was received, which [`Reader::next`] reports only between
    /// messages.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected);
    }

    /// Whether nothing is left of the last record, nor of a handshake message.
    #[must_use]
    pub const fn is_between_records(&self) -> bool {
        self.part.is_none() && matches!(self.message, Message::Header(_, 0))
    }

    /// How many bytes of `buf` are finished with, and what they held: at most one message or chunk of it, of at most
    /// `chunk_limit` bytes, which is 1 or more. Bytes past them must be presented again, unchanged, at the start of
    /// the next call; of a record that is not used up, the rest stays opened where it is.
    ///
    /// # Errors
    /// The peer's violation, [`Error::Exhausted`]; after any of them the connection must end. What could not be
    /// authenticated has been wiped.
    pub fn next<'b>(&mut self, buf: &'b mut [u8], chunk_limit: usize) -> Result<(usize, Opened<'b>), Error> {
        let mut start = 0;
        // A record that ends within a message's header holds nothing to report: go on with the next one.
        loop {
            let found = match self.part {
                Some(part) => self.next_chunk(buf, start, part, chunk_limit)?,
                None => self.next_record(buf, start, chunk_limit)?,
            };
            let (used, opened) = match found {
                Found::Nothing { used } => {
                    start = used;
                    continue;
                }
                Found::Missing { used, needed } => (used, Opened::NeedMore(needed)),
                Found::Chunk { used, message_type, total, offset, bytes } => {
                    let bytes = buf.get(bytes).ok_or(Error::Internal)?;
                    (used, Opened::Handshake(Chunk { message_type, total, offset, bytes }))
                }
                Found::ChangeCipherSpec { used } => (used, Opened::ChangeCipherSpec),
                Found::Alert { used, alert } => (used, Opened::Alert(alert)),
                Found::Data { used, range } => (used, Opened::Data(range)),
            };
            return Ok((used, opened));
        }
    }

    /// What a record that begins at `start` in `buf` holds first.
    fn next_record(&mut self, buf: &mut [u8], start: usize, chunk_limit: usize) -> Result<Found, Error> {
        let record = buf.get_mut(start..).ok_or(Error::Internal)?;
        let Some((header, rest)) = record.split_first_chunk_mut() else {
            return Ok(Found::Missing { used: start, needed: limits::HEADER_BYTES });
        };
        let (content_type, version, len) = self.read_header(header)?;
        let fragment_start = start + limits::HEADER_BYTES;
        if self.protected.is_none() && content_type == ContentType::HANDSHAKE {
            self.begun = true;
            return self.next_chunk(buf, fragment_start, Part { left: len, tail: 0 }, chunk_limit);
        }
        let Some(fragment) = rest.get_mut(..len) else {
            return Ok(Found::Missing { used: start, needed: limits::HEADER_BYTES + len });
        };
        self.begun = true;
        let plaintext = match &mut self.protected {
            Some(protected) => protected.open(content_type, version, fragment)?,
            None => 0..len,
        };
        let bytes = fragment.get(plaintext.clone()).ok_or(Error::Internal)?;
        if bytes.len() > self.max_plaintext {
            return Err(Reason::RecordOverflow.into());
        }
        let used = fragment_start + len;
        Ok(match content_type {
            ContentType::APPLICATION_DATA => {
                Found::Data { used, range: fragment_start + plaintext.start..fragment_start + plaintext.end }
            }
            _ if bytes.is_empty() => return Err(Reason::EmptyRecord.into()),
            ContentType::HANDSHAKE => {
                let part = Part { left: plaintext.len(), tail: len - plaintext.end };
                return self.next_chunk(buf, fragment_start + plaintext.start, part, chunk_limit);
            }
            ContentType::CHANGE_CIPHER_SPEC if bytes == [1] => Found::ChangeCipherSpec { used },
            ContentType::CHANGE_CIPHER_SPEC => return Err(Reason::BadChangeCipherSpec.into()),
            ContentType::ALERT => {
                if bytes.len() != 2 {
                    return Err(Reason::BadAlert.into());
                }
                Found::Alert { used, alert: Alert::decode(bytes).map_err(|_| Reason::BadAlertLevel)? }
            }
            ContentType(_) => return Err(Reason::UnknownContentType.into()),
        })
    }

    /// Type, version and length (RFC 5246 section 6.2.1).
    fn read_header(
        &self,
        header: &[u8; limits::HEADER_BYTES],
    ) -> Result<(ContentType, ProtocolVersion, usize), Error> {
        let [content_type, major, minor, high, low] = *header;
        let content_type = ContentType(content_type);
        if content_type.name().is_none() {
            return Err(self.unknown_type(header).into());
        }
        let version = ProtocolVersion(u16::from_be_bytes([major, minor]));
        let right = match self.version {
            Some(expected) => version == expected,
            None => major == 3,
        };
        if !right {
            return Err(Reason::RecordVersion.into());
        }
        let len = usize::from(u16::from_be_bytes([high, low]));
        let max = if self.protected.is_some() { limits::MAX_CIPHERTEXT_BYTES } else { self.max_plaintext };
        if len > max {
            return Err(Reason::RecordOverflow.into());
        }
        self.check_order(content_type)?;
        if self.protected.is_none() {
            check_plaintext_len(content_type, len)?;
        }
        Ok((content_type, version, len))
    }

    /// The first bytes of a connection may be of another protocol: tell which, as far as one can.
    const fn unknown_type(&self, header: &[u8; limits::HEADER_BYTES]) -> Reason {
        match header {
            _ if self.begun => Reason::UnknownContentType,
            // SSL 2.0: two bytes of length with the top bit set, then CLIENT-HELLO (RFC 5246 appendix E.2)
            [0x80..=0xFF, _, 1, ..] => Reason::SslV2Hello,
            _ => Reason::NotTls,
        }
    }

    /// Nothing but an alert may come between the pieces of a handshake message.
    fn check_order(&self, content_type: ContentType) -> Result<(), Error> {
        let between_messages = matches!(self.message, Message::Header(_, 0));
        match content_type {
            ContentType::HANDSHAKE | ContentType::ALERT => Ok(()),
            _ if between_messages => Ok(()),
            ContentType::CHANGE_CIPHER_SPEC => Err(Reason::ChangeCipherSpecWithinMessage.into()),
            ContentType(_) => Err(Reason::InterleavedRecord.into()),
        }
    }

    /// The next piece of a handshake message, from `start` in `buf`.
    fn next_chunk(
        &mut self,
        buf: &[u8],
        start: usize,
        mut part: Part,
        chunk_limit: usize,
    ) -> Result<Found, Error> {
        let available = buf.get(start..).ok_or(Error::Internal)?;
        if part.tail > 0 && available.len() < part.left + part.tail {
            // The caller took away bytes of an opened record.
            return Err(Error::BadRange);
        }
        let here = part.left.min(available.len());
        let of_header = match self.message {
            Message::Header(header, have) => {
                let len = here.min(MESSAGE_HEADER_BYTES - have);
                let bytes = available.get(..len).ok_or(Error::Internal)?;
                self.message = read_message_header(header, have, bytes);
                len
            }
            Message::Body { .. } => 0,
        };
        let at = start + of_header;
        part.left -= of_header;
        let Message::Body { message_type, total, offset } = self.message else {
            return Ok(self.nothing(at, part));
        };
        let missing = usize::try_from(total - offset).map_err(|_| Reason::MessageTooLong)?;
        let len = (here - of_header).min(missing).min(chunk_limit);
        if len == 0 && missing > 0 {
            return Ok(self.nothing(at, part));
        }
        let after = offset + u32::try_from(len).map_err(|_| Reason::MessageTooLong)?;
        self.message =
            if after == total { NO_MESSAGE } else { Message::Body { message_type, total, offset: after } };
        part.left -= len;
        let used = self.leave(at + len, part);
        Ok(Found::Chunk { used, message_type, total, offset, bytes: at..at + len })
    }

    /// There was nothing to report up to `at`: either the record ends there, or the buffer does.
    fn nothing(&mut self, at: usize, part: Part) -> Found {
        let used = self.leave(at, part);
        if part.left == 0 { Found::Nothing { used } } else { Found::Missing { used, needed: 1 } }
    }

    /// Remembers what is left of a record, and says up to where the buffer is used.
    const fn leave(&mut self, at: usize, part: Part) -> usize {
        if part.left == 0 {
            self.part = None;
            at + part.tail
        } else {
            self.part = Some(part);
            at
        }
    }
}

/// Goes on with a message's header, of which `have` bytes are there.
fn read_message_header(mut header: [u8; MESSAGE_HEADER_BYTES], have: usize, bytes: &[u8]) -> Message {
    for (to, from) in header.iter_mut().skip(have).zip(bytes) {
        *to = *from;
    }
    let have = have + bytes.len();
    if have < MESSAGE_HEADER_BYTES {
        return Message::Header(header, have);
    }
    let [message_type, high, middle, low] = header;
    let total = u32::from_be_bytes([0, high, middle, low]);
    Message::Body { message_type: HandshakeType(message_type), total, offset: 0 }
}

/// Lengths that a plaintext record cannot have, seen before its bytes have come (RFC 5246 sections 6.2.1, 7.1, 7.2).
fn check_plaintext_len(content_type: ContentType, len: usize) -> Result<(), Reason> {
    match (content_type, len) {
        (ContentType::APPLICATION_DATA, _) => Err(Reason::UnexpectedMessage),
        (_, 0) => Err(Reason::EmptyRecord),
        (ContentType::CHANGE_CIPHER_SPEC, 2..) => Err(Reason::BadChangeCipherSpec),
        (ContentType::ALERT, len) if len != 2 => Err(Reason::BadAlert),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
