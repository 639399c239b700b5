//! ClientKeyExchange, whose shape the key exchange decides (RFC 5246 section 7.4.7, RFC 8422 section 5.7).

use crate::{Error, ErrorKind, Reader, Writer};

/// For ECDHE: `struct { opaque point<1..2^8-1>; } ClientECDiffieHellmanPublic;`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientEcdhePublic<'a> {
    /// The client's ephemeral public value, not yet validated.
    pub point: &'a [u8],
}

impl<'a> ClientEcdhePublic<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty value; a length that does not fit the body.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let message = Self::read(&mut r)?;
        r.finish()?;
        Ok(message)
    }

    /// Takes the structure, where it is not the whole body.
    ///
    /// # Errors
    /// An empty value; a length that does not fit the body.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { point: r.vec8(1, 0xFF)?.as_slice() })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`], [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        if self.point.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec8(|w| w.bytes(self.point))
    }
}

/// For DHE: `struct { opaque dh_Yc<1..2^16-1>; } ClientDiffieHellmanPublic;` (RFC 5246 section 7.4.7.2)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientDhPublic<'a> {
    /// The client's ephemeral public value, not yet validated.
    pub public: &'a [u8],
}

impl<'a> ClientDhPublic<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// An empty value; a length that does not fit the body.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let message = Self::read(&mut r)?;
        r.finish()?;
        Ok(message)
    }

    /// Takes the structure, where it is not the whole body.
    ///
    /// # Errors
    /// An empty value; a length that does not fit the body.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { public: r.vec16(1, 0xFFFF)?.as_slice() })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`], [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        if self.public.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec16(|w| w.bytes(self.public))
    }
}

/// For RSA: `struct { public-key-encrypted PreMasterSecret pre_master_secret; } EncryptedPreMasterSecret;`, which is
/// a vector `<0..2^16-1>` since TLS 1.0 (RFC 5246 section 7.4.7.1, note).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncryptedPreMasterSecret<'a> {
    /// The RSAES-PKCS1-v1_5 ciphertext.
    pub ciphertext: &'a [u8],
}

impl<'a> EncryptedPreMasterSecret<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let message = Self::read(&mut r)?;
        r.finish()?;
        Ok(message)
    }

    /// Takes the structure, where it is not the whole body.
    ///
    /// # Errors
    /// A length that does not fit the body.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { ciphertext: r.vec16(0, 0xFFFF)?.as_slice() })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.vec16(|w| w.bytes(self.ciphertext))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn ecdhe_round_trips_and_refuses_other_lengths() {
        let message = ClientEcdhePublic { point: &[4; 65] };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(ClientEcdhePublic::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| ClientEcdhePublic::decode(bytes)?.encode(w));
        assert_eq!(ClientEcdhePublic::decode(&[0]), Err(Error::new(ErrorKind::TooShort, 1)));
        let kind = |point: &[u8]| encoding(|w| ClientEcdhePublic { point }.encode(w)).map_err(|e| e.kind);
        assert_eq!(kind(&[]), Err(ErrorKind::TooShort));
        assert_eq!(kind(&[0; 256]), Err(ErrorKind::TooLong));
    }

    #[test]
    fn dhe_round_trips_and_refuses_other_lengths() {
        let message = ClientDhPublic { public: &[4; 256] };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(ClientDhPublic::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| ClientDhPublic::decode(bytes)?.encode(w));
        assert_eq!(ClientDhPublic::decode(&[0, 0]), Err(Error::new(ErrorKind::TooShort, 2)));
        let empty = encoding(|w| ClientDhPublic { public: &[] }.encode(w));
        assert_eq!(empty.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }

    #[test]
    fn rsa_round_trips_and_refuses_other_lengths() {
        let message = EncryptedPreMasterSecret { ciphertext: &[8; 256] };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(EncryptedPreMasterSecret::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| EncryptedPreMasterSecret::decode(bytes)?.encode(w));
        let long = encoding(|w| EncryptedPreMasterSecret { ciphertext: &[0; 0x1_0000] }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
