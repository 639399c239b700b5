//! Strict DER without copies (X.690 sections 8 and 10): one way to write a value is accepted, and every error has the
//! byte offset from the start of the whole structure.

use crate::{Error, ErrorKind};

/// Universal and context-specific tags that certificates and keys use.
pub mod tag {
    /// BOOLEAN.
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER.
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING.
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING.
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL.
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER.
    pub const OID: u8 = 0x06;
    /// UTCTime.
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE.
    pub const SEQUENCE: u8 = 0x30;
    /// SET.
    pub const SET: u8 = 0x31;

    /// `[n]` around other values.
    #[must_use]
    pub const fn constructed(n: u8) -> u8 {
        0xA0 | n
    }

    /// `[n] IMPLICIT` of a primitive.
    #[must_use]
    pub const fn primitive(n: u8) -> u8 {
        0x80 | n
    }
}

/// Reads values from the front of DER.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    at: usize,
}

/// One value: its tag, its contents, and all its bytes.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The contents octets.
    pub contents: &'a [u8],
    /// Tag, length and contents.
    pub bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a structure.
    #[must_use]
    pub const fn new(der: &'a [u8]) -> Self {
        Self { rest: der, at: 0 }
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The offset of what comes next.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// An error at what comes next.
    #[must_use]
    pub const fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, at: self.at }
    }

    /// Whether a value of this tag comes next.
    #[must_use]
    pub fn peek(&self, tag: u8) -> bool {
        self.rest.first() == Some(&tag)
    }

    /// The next value, of any tag (one identifier octet, definite length in the fewest octets).
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`], [`ErrorKind::NotDer`].
    pub fn any(&mut self) -> Result<Value<'a>, Error> {
        let not_der = self.error(ErrorKind::NotDer);
        let truncated = self.error(ErrorKind::Truncated);
        let [tag, first, ..] = *self.rest else { return Err(truncated) };
        if tag & 0x1F == 0x1F {
            return Err(not_der);
        }
        let (header, len) = match first {
            0..=0x7F => (2, usize::from(first)),
            0x81..=0x83 => {
                let count = usize::from(first & 0x7F);
                let octets = self.rest.get(2..2 + count).ok_or(truncated)?;
                let len = octets.iter().fold(0_usize, |len, octet| len << 8 | usize::from(*octet));
                if octets.first() == Some(&0) || len < 0x80 {
                    return Err(not_der);
                }
                (2 + count, len)
            }
            _ => return Err(not_der),
        };
        let (bytes, rest) = self.rest.split_at_checked(header + len).ok_or(truncated)?;
        let value =
            Value { tag, contents: bytes.get(header..).unwrap_or_default(), bytes, at: self.at + header };
        self.at += bytes.len();
        self.rest = rest;
        Ok(value)
    }

    /// The next value, which must have this tag.
    ///
    /// # Errors
    /// As [`Reader::any`]; [`ErrorKind::UnexpectedTag`].
    pub fn value(&mut self, tag: u8) -> Result<Value<'a>, Error> {
        if let Some(found) = self.rest.first()
            && *found != tag
        {
            return Err(self.error(ErrorKind::UnexpectedTag));
        }
        self.any()
    }

    /// The next value if it has this tag.
    ///
    /// # Errors
    /// As [`Reader::any`].
    pub fn optional(&mut self, tag: u8) -> Result<Option<Value<'a>>, Error> {
        if self.peek(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// The contents of the next SEQUENCE.
    ///
    /// # Errors
    /// As [`Reader::value`].
    pub fn sequence(&mut self) -> Result<Self, Error> {
        Ok(self.value(tag::SEQUENCE)?.reader())
    }

    /// A BOOLEAN, which is 0x00 or 0xFF.
    ///
    /// # Errors
    /// As [`Reader::value`]; [`ErrorKind::NotDer`].
    pub fn boolean(&mut self) -> Result<bool, Error> {
        let value = self.value(tag::BOOLEAN)?;
        match value.contents {
            [0x00] => Ok(false),
            [0xFF] => Ok(true),
            _ => Err(value.error(ErrorKind::NotDer)),
        }
    }

    /// An INTEGER of zero or more, big-endian without leading zeros; zero is empty.
    ///
    /// # Errors
    /// As [`Reader::value`]; [`ErrorKind::NotDer`] for a longer encoding than needed, [`ErrorKind::IllegalValue`] for
    /// a negative one.
    pub fn unsigned(&mut self) -> Result<&'a [u8], Error> {
        let value = self.value(tag::INTEGER)?;
        match value.contents {
            [] | [0, 0..=0x7F, ..] if value.contents != [0] => Err(value.error(ErrorKind::NotDer)),
            [0] => Ok(&[]),
            [0, magnitude @ ..] => Ok(magnitude),
            [0x80..=0xFF, ..] => Err(value.error(ErrorKind::IllegalValue)),
            magnitude => Ok(magnitude),
        }
    }

    /// An INTEGER that fits 32 bits.
    ///
    /// # Errors
    /// As [`Reader::unsigned`]; [`ErrorKind::IllegalValue`] when it is larger.
    pub fn small(&mut self) -> Result<u32, Error> {
        let at = *self;
        let magnitude = self.unsigned()?;
        if magnitude.len() > 4 {
            return Err(at.error(ErrorKind::IllegalValue));
        }
        Ok(magnitude.iter().fold(0, |value, octet| value << 8 | u32::from(*octet)))
    }

    /// An OBJECT IDENTIFIER's contents.
    ///
    /// # Errors
    /// As [`Reader::value`]; [`ErrorKind::NotDer`] when it is empty, ends within a component, or has a component in
    /// more octets than needed (X.690 section 8.19.2).
    pub fn oid(&mut self) -> Result<&'a [u8], Error> {
        let value = self.value(tag::OID)?;
        let mut starts = true;
        for octet in value.contents {
            if starts && *octet == 0x80 {
                return Err(value.error(ErrorKind::NotDer));
            }
            starts = *octet & 0x80 == 0;
        }
        if value.contents.is_empty() || !starts {
            return Err(value.error(ErrorKind::NotDer));
        }
        Ok(value.contents)
    }

    /// A NULL, which has no contents.
    ///
    /// # Errors
    /// As [`Reader::value`]; [`ErrorKind::NotDer`].
    pub fn null(&mut self) -> Result<(), Error> {
        let value = self.value(tag::NULL)?;
        if value.contents.is_empty() { Ok(()) } else { Err(value.error(ErrorKind::NotDer)) }
    }

    /// A BIT STRING of whole octets.
    ///
    /// # Errors
    /// As [`Reader::value`]; [`ErrorKind::IllegalValue`] for one with unused bits.
    pub fn octet_aligned_bits(&mut self) -> Result<&'a [u8], Error> {
        let value = self.value(tag::BIT_STRING)?;
        match value.contents {
            [0, bits @ ..] => Ok(bits),
            _ => Err(value.error(ErrorKind::IllegalValue)),
        }
    }

    /// Ends the structure.
    ///
    /// # Errors
    /// [`ErrorKind::TrailingBytes`].
    pub const fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(ErrorKind::TrailingBytes)) }
    }
}

impl<'a> Value<'a> {
    /// A reader over the contents, with the offsets of the whole structure.
    #[must_use]
    pub const fn reader(&self) -> Reader<'a> {
        Reader { rest: self.contents, at: self.at }
    }

    /// An error at the contents.
    #[must_use]
    pub const fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, at: self.at }
    }
}

#[cfg(test)]
mod tests;
