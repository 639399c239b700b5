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

const NO_MESSAGE: Message = Message::Header([0; MESSAGE_HEADER_BYTES], 0);

/// Reads records.
pub struct Reader {
    protected: Option<Protected>,
    version: Option<ProtocolVersion>,
    part: Option<Part>,
    message: Message,
    /// Whether a record has been read: before that, the bytes may be no TLS at all.
    begun: bool,
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
        Self { protected: None, version: None, part: None, message: NO_MESSAGE, begun: false }
    }

    /// Every record from now on must be of this version.
    pub const fn set_version(&mut self, version: ProtocolVersion) {
        self.version = Some(version);
    }

    /// Opens the records from now on: ChangeCipherSpec was received, which [`Reader::next`] reports only between
    /// messages.
    pub fn install(&mut self, protected: Protected) {
        self.protected = Some(protected);
    }

    /// How many bytes of `buf` are finished with, and what they held: at most one record, message or chunk, of at most
    /// `chunk_limit` bytes.
    ///
    /// # Errors
    /// The peer's violation, after which the connection must end.
    pub fn next<'b>(&mut self, buf: &'b mut [u8], chunk_limit: usize) -> Result<(usize, Opened<'b>), Error> {
        if let Some(part) = self.part {
            return self.next_chunk(buf, 0, part, chunk_limit);
        }
        let Some(header) = buf.first_chunk() else {
            return Ok((0, Opened::NeedMore(limits::HEADER_BYTES)));
        };
        let (content_type, version, len) = self.read_header(header)?;
        if self.protected.is_none() && content_type == ContentType::HANDSHAKE {
            self.begun = true;
            return self.next_chunk(buf, limits::HEADER_BYTES, Part { left: len, tail: 0 }, chunk_limit);
        }
        let end = limits::HEADER_BYTES + len;
        let Some(fragment) = buf.get_mut(limits::HEADER_BYTES..end) else {
            return Ok((0, Opened::NeedMore(end)));
        };
        self.begun = true;
        let plaintext = match &mut self.protected {
            Some(protected) => protected.open(content_type, version, fragment)?,
            None => 0..len,
        };
        if plaintext.len() > limits::MAX_PLAINTEXT_BYTES {
            return Err(Reason::RecordOverflow.into());
        }
        let plaintext = plaintext.start + limits::HEADER_BYTES..plaintext.end + limits::HEADER_BYTES;
        self.read_plaintext(content_type, buf, plaintext, end, chunk_limit)
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
        let max =
            if self.protected.is_some() { limits::MAX_CIPHERTEXT_BYTES } else { limits::MAX_PLAINTEXT_BYTES };
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

    fn read_plaintext<'b>(
        &mut self,
        content_type: ContentType,
        buf: &'b mut [u8],
        plaintext: Range<usize>,
        end: usize,
        chunk_limit: usize,
    ) -> Result<(usize, Opened<'b>), Error> {
        let bytes = buf.get(plaintext.clone()).ok_or(Error::Internal)?;
        let opened = match content_type {
            ContentType::APPLICATION_DATA => Opened::Data(plaintext),
            _ if bytes.is_empty() => return Err(Reason::EmptyRecord.into()),
            ContentType::HANDSHAKE => {
                let part = Part { left: plaintext.len(), tail: end - plaintext.end };
                return self.next_chunk(buf, plaintext.start, part, chunk_limit);
            }
            ContentType::CHANGE_CIPHER_SPEC if bytes == [1] => Opened::ChangeCipherSpec,
            ContentType::CHANGE_CIPHER_SPEC => return Err(Reason::BadChangeCipherSpec.into()),
            ContentType::ALERT => Opened::Alert(Alert::decode(bytes).map_err(|_| Reason::BadAlert)?),
            ContentType(_) => return Err(Reason::UnknownContentType.into()),
        };
        Ok((end, opened))
    }

    /// The next piece of a handshake message, from `start` in `buf`.
    fn next_chunk<'b>(
        &mut self,
        buf: &'b mut [u8],
        start: usize,
        mut part: Part,
        chunk_limit: usize,
    ) -> Result<(usize, Opened<'b>), Error> {
        let available = buf.get(start..).ok_or(Error::Internal)?;
        let mut rest = available.get(..part.left.min(available.len())).ok_or(Error::Internal)?;
        let mut used = start;
        if let Message::Header(mut header, have) = self.message {
            let (taken, after) = rest.split_at(rest.len().min(MESSAGE_HEADER_BYTES - have));
            for (to, from) in header.iter_mut().skip(have).zip(taken) {
                *to = *from;
            }
            let have = have + taken.len();
            used += taken.len();
            part.left -= taken.len();
            rest = after;
            self.message = if have == MESSAGE_HEADER_BYTES {
                let [message_type, high, middle, low] = header;
                let total = u32::from_be_bytes([0, high, middle, low]);
                Message::Body { message_type: HandshakeType(message_type), total, offset: 0 }
            } else {
                Message::Header(header, have)
            };
        }
        let chunk = match self.message {
            Message::Header(..) => None,
            Message::Body { message_type, total, offset } => {
                let missing = usize::try_from(total - offset).map_err(|_| Reason::MessageTooLong)?;
                let len = rest.len().min(missing).min(chunk_limit);
                if len == 0 && missing > 0 {
                    None
                } else {
                    used += len;
                    part.left -= len;
                    let after = offset + u32::try_from(len).map_err(|_| Reason::MessageTooLong)?;
                    self.message = if after == total {
                        NO_MESSAGE
                    } else {
                        Message::Body { message_type, total, offset: after }
                    };
                    let bytes = rest.get(..len).ok_or(Error::Internal)?;
                    Some(Chunk { message_type, total, offset, bytes })
                }
            }
        };
        let done = part.left == 0;
        if done {
            used += part.tail;
        }
        self.part = if done { None } else { Some(part) };
        Ok((used, chunk.map_or(Opened::NeedMore(if done { limits::HEADER_BYTES } else { 1 }), Opened::Handshake)))
    }
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
