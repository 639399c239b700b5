//! ServerHello (RFC 5246 section 7.4.1.3).

use super::{Extensions, MAX_SESSION_ID_LEN, write_session_id};
use crate::{CipherSuite, Error, ProtocolVersion, Reader, Writer};

/// ```text
/// struct {
///     ProtocolVersion server_version;
///     Random random;
///     SessionID session_id;                    // <0..32>
///     CipherSuite cipher_suite;
///     CompressionMethod compression_method;
///     select (extensions_present) {
///         case false: struct {};
///         case true:  Extension extensions<0..2^16-1>;
///     };
/// } ServerHello;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerHello<'a> {
    /// The version chosen.
    pub version: ProtocolVersion,
    /// server_random.
    pub random: &'a [u8; 32],
    /// The session; empty when it will not be resumable.
    pub session_id: &'a [u8],
    /// The suite chosen.
    pub cipher_suite: CipherSuite,
    /// The CompressionMethod chosen; 0 is null.
    pub compression_method: u8,
    /// The answers to extensions.
    pub extensions: Extensions<'a>,
}

impl<'a> ServerHello<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        Ok(Self {
            version: ProtocolVersion(r.u16()?),
            random: r.array()?,
            session_id: r.vec8(0, MAX_SESSION_ID_LEN)?.as_slice(),
            cipher_suite: CipherSuite(r.u16()?),
            compression_method: r.u8()?,
            extensions: Extensions::read(r)?,
        })
    }

    /// Encodes the body with the extensions of this value.
    ///
    /// # Errors
    /// Fields that are too long for the structure; [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        self.write_fixed(w)?;
        self.extensions.encode(w)
    }

    /// Encodes the body with the extensions that `extensions` writes (type, length and body of each) in place of
    /// this value's.
    ///
    /// # Errors
    /// As [`ServerHello::encode`], and what `extensions` returns.
    pub fn encode_with(
        &self,
        w: &mut Writer<'_>,
        extensions: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.write_fixed(w)?;
        Extensions::write(w, extensions)
    }

    fn write_fixed(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u16(self.version.0)?;
        w.bytes(self.random)?;
        write_session_id(w, self.session_id)?;
        w.u16(self.cipher_suite.0)?;
        w.u8(self.compression_method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind, ExtensionType,
        testing::{check, encoding},
    };

    const HELLO: ServerHello<'_> = ServerHello {
        version: ProtocolVersion::TLS1_2,
        random: &[9; 32],
        session_id: &[4, 5],
        cipher_suite: CipherSuite(0xC030),
        compression_method: 0,
        extensions: Extensions::ABSENT,
    };

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let without = encoding(|w| HELLO.encode(w)).unwrap();
        check(&without, &[], |bytes, w| ServerHello::decode(bytes)?.encode(w));
        assert_eq!(ServerHello::decode(&without), Ok(HELLO));
        let with = encoding(|w| {
            HELLO.encode_with(w, |w| {
                w.u16(ExtensionType::RENEGOTIATION_INFO.0)?;
                w.bytes(&[0, 1, 0])
            })
        })
        .unwrap();
        check(&with, &[without.len()], |bytes, w| ServerHello::decode(bytes)?.encode(w));
        let found = ServerHello::decode(&with).unwrap().extensions.find(ExtensionType::RENEGOTIATION_INFO);
        assert_eq!(found, Some([0].as_slice()));
    }

    #[test]
    fn refuses_a_session_id_over_32_bytes_both_ways() {
        let id = [0; 33];
        assert!(encoding(|w| ServerHello { session_id: &id[..32], ..HELLO }.encode(w)).is_ok());
        let long = encoding(|w| ServerHello { session_id: &id, ..HELLO }.encode(w));
        assert_eq!(long.map_err(|e| e.kind), Err(ErrorKind::TooLong));
        let received = [&[3, 3][..], &[0; 32], &[33], &[0; 36]].concat();
        assert_eq!(ServerHello::decode(&received), Err(Error::new(ErrorKind::TooLong, 35)));
    }
}
