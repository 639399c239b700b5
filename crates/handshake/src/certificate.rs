//! The peer's Certificate message as a stream (RFC 5246 section 7.4.2): entries are judged one at a time, so that a
//! chain may be longer than any buffer, and at most one certificate is held.

use crate::{Error, limits};
use codec::{Chunk, ErrorKind, HandshakeType, Reason};
use memory::Bytes;

/// Bytes of a uint24 length.
const LENGTH_LEN: usize = 3;

/// Where in the message the stream stands.
enum At {
    /// In the length of the list; the bytes of it that came.
    ListLength,
    /// In the length of an entry.
    EntryLength,
    /// In an entry of this many bytes.
    Entry(usize),
}

/// Reads the message's chunks. A chunk never reaches past [`CertificateStream::wants`].
pub(crate) struct CertificateStream {
    at: At,
    /// The part of a length or of an entry that came so far.
    held: Bytes,
    /// There is no list, but one public key (RFC 7250 section 3), or none.
    bare: bool,
}

/// What a chunk came to.
pub(crate) enum Entry<'a> {
    /// No certificate is complete.
    Part,
    /// A certificate, borrowed from the chunk.
    Borrowed(&'a [u8]),
    /// A certificate that was joined.
    Owned(Bytes),
}

impl CertificateStream {
    pub(crate) const fn new() -> Self {
        Self { at: At::ListLength, held: Bytes::with_cap(limits::MAX_CERTIFICATE_BYTES), bare: false }
    }

    /// A public key will come in place of the list.
    #[cfg(feature = "raw-public-keys")]
    pub(crate) const fn expect_raw_key(&mut self) {
        self.bare = true;
    }

    /// Whether entries are public keys.
    pub(crate) const fn is_bare(&self) -> bool {
        self.bare
    }

    /// The most bytes that the next chunk may have.
    pub(crate) fn wants(&self) -> usize {
        let whole = match self.at {
            At::ListLength | At::EntryLength => LENGTH_LEN,
            At::Entry(len) => len,
        };
        whole.saturating_sub(self.held.len())
    }

    /// Takes a chunk of at most [`CertificateStream::wants`] bytes.
    pub(crate) fn push<'a>(&mut self, chunk: Chunk<'a>) -> Result<Entry<'a>, Error> {
        let decode = |kind| Error::Decode {
            message_type: HandshakeType::CERTIFICATE,
            error: codec::Error::new(kind, chunk.offset as usize),
        };
        if chunk.total > limits::MAX_CERTIFICATE_LIST_BYTES {
            return Err(Reason::MessageTooLong.into());
        }
        if chunk.bytes.len() > self.wants() {
            return Err(Error::Misuse);
        }
        let complete = chunk.bytes.len() == self.wants();
        if !complete && chunk.is_last() {
            return Err(decode(ErrorKind::Truncated));
        }
        match self.at {
            At::ListLength | At::EntryLength => {
                self.held.extend(chunk.bytes)?;
                if complete {
                    self.on_length(&chunk).map_err(|e| e.unwrap_or_else(|| decode(ErrorKind::Truncated)))?;
                }
                Ok(Entry::Part)
            }
            At::Entry(_) if complete => {
                self.at = At::EntryLength;
                if self.held.is_empty() {
                    return Ok(Entry::Borrowed(chunk.bytes));
                }
                self.held.extend(chunk.bytes)?;
                Ok(Entry::Owned(self.held.take()))
            }
            At::Entry(len) => {
                // All at once: growing step by step would hold a certificate twice.
                self.held.reserve(len.saturating_sub(self.held.len()))?;
                self.held.extend(chunk.bytes)?;
                Ok(Entry::Part)
            }
        }
    }

    /// A length is complete: it must fit what is left of the message.
    fn on_length(&mut self, chunk: &Chunk<'_>) -> Result<(), Option<Error>> {
        let mut length = [0; LENGTH_LEN];
        length.copy_from_slice(self.held.get(..LENGTH_LEN).ok_or(None)?);
        self.held.clear();
        let [high, middle, low] = length;
        let len = u32::from_be_bytes([0, high, middle, low]);
        let after =
            u32::try_from(chunk.bytes.len()).ok().and_then(|n| chunk.offset.checked_add(n)).ok_or(None)?;
        let left = chunk.total.checked_sub(after).ok_or(None)?;
        let len = usize::try_from(len).map_err(|_| None)?;
        let left = usize::try_from(left).map_err(|_| None)?;
        match self.at {
            At::ListLength if len == left && !self.bare => self.at = At::EntryLength,
            At::ListLength if len == left && len <= limits::MAX_CERTIFICATE_BYTES => {
                self.at = At::Entry(len);
            }
            At::EntryLength if len <= left && len > 0 => {
                if len > limits::MAX_CERTIFICATE_BYTES {
                    return Err(Some(Reason::MessageTooLong.into()));
                }
                self.at = At::Entry(len);
            }
            At::ListLength | At::EntryLength | At::Entry(_) => return Err(None),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    fn body(certificates: &[&[u8]]) -> Vec<u8> {
        let mut list = Vec::new();
        for certificate in certificates {
            list.extend_from_slice(&u32::try_from(certificate.len()).unwrap().to_be_bytes()[1..]);
            list.extend_from_slice(certificate);
        }
        let mut body = u32::try_from(list.len()).unwrap().to_be_bytes()[1..].to_vec();
        body.extend(list);
        body
    }

    fn read(body: &[u8], step: usize) -> Result<Vec<Vec<u8>>, Error> {
        let mut stream = CertificateStream::new();
        let mut found = Vec::new();
        let mut at = 0;
        while at < body.len() {
            let n = stream.wants().min(step).min(body.len() - at);
            let chunk = Chunk {
                message_type: HandshakeType::CERTIFICATE,
                total: u32::try_from(body.len()).unwrap(),
                offset: u32::try_from(at).unwrap(),
                bytes: &body[at..at + n],
            };
            match stream.push(chunk)? {
                Entry::Part => {}
                Entry::Borrowed(der) => found.push(der.to_vec()),
                Entry::Owned(der) => found.push(der.to_vec()),
            }
            at += n;
        }
        Ok(found)
    }

    #[test]
    fn any_split_gives_the_same_certificates() {
        let body = body(&[&[1; 300], &[2; 5], &[3; 1000]]);
        for step in [1, 2, 3, 7, 299, 300, 4096] {
            assert_eq!(read(&body, step).unwrap(), vec![vec![1; 300], vec![2; 5], vec![3; 1000]]);
        }
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        assert!(read(&[0, 0, 4, 0, 0, 2, 9], 64).is_err());
        assert!(read(&[0, 0, 5, 0, 0, 3, 9, 9], 64).is_err());
        assert!(read(&[0, 0, 5, 0, 0, 1, 9, 0], 64).is_err());
        assert!(read(&[0, 0, 3, 0, 0, 0], 64).is_err());
        assert!(read(&[0, 0], 64).is_err());
        assert_eq!(read(&[0, 0, 0], 64), Ok(vec![]));
    }
}
