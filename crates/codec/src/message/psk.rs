//! What the key exchanges with a pre-shared key put before the rest of ServerKeyExchange and ClientKeyExchange, or
//! alone into them (RFC 4279 sections 2 to 4, RFC 5489 section 2).

use crate::{Error, Reader, Writer};

/// In ServerKeyExchange: `opaque psk_identity_hint<0..2^16-1>;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PskIdentityHint<'a> {
    /// What the server says to help the client choose an identity.
    pub hint: &'a [u8],
}

impl<'a> PskIdentityHint<'a> {
    /// Takes the field.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { hint: r.vec16(0, 0xFFFF)?.as_slice() })
    }

    /// Decodes a body that has nothing else.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let hint = Self::read(&mut r)?;
        r.finish()?;
        Ok(hint)
    }

    /// Appends the field.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec16(|w| w.bytes(self.hint))
    }
}

/// In ClientKeyExchange: `opaque psk_identity<0..2^16-1>;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PskIdentity<'a> {
    /// Which key the client means.
    pub identity: &'a [u8],
}

impl<'a> PskIdentity<'a> {
    /// Takes the field.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { identity: r.vec16(0, 0xFFFF)?.as_slice() })
    }

    /// Decodes a body that has nothing else.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let identity = Self::read(&mut r)?;
        r.finish()?;
        Ok(identity)
    }

    /// Appends the field.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLong`], [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec16(|w| w.bytes(self.identity))
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
    fn a_hint_round_trips_and_refuses_other_lengths() {
        for hint in [&b""[..], b"hint", &[7; 300]] {
            let message = PskIdentityHint { hint };
            let body = encoding(|w| message.encode(w)).unwrap();
            assert_eq!(PskIdentityHint::decode(&body), Ok(message));
            check(&body, &[], |bytes, w| PskIdentityHint::decode(bytes)?.encode(w));
        }
        let long = encoding(|w| PskIdentityHint { hint: &[0; 0x1_0000] }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }

    #[test]
    fn an_identity_round_trips_and_refuses_other_lengths() {
        for identity in [&b""[..], b"client 1", &[7; 300]] {
            let message = PskIdentity { identity };
            let body = encoding(|w| message.encode(w)).unwrap();
            assert_eq!(PskIdentity::decode(&body), Ok(message));
            check(&body, &[], |bytes, w| PskIdentity::decode(bytes)?.encode(w));
        }
        assert_eq!(PskIdentity::decode(&[0, 1, 9, 9]), Err(Error::new(ErrorKind::TrailingBytes, 3)));
    }
}
