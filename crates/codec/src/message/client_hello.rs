//! ClientHello (RFC 5246 section 7.4.1.2, RFC 6347 section 4.3.2).

use super::{Extensions, MAX_SESSION_ID_LEN};
use crate::{CipherSuite, CipherSuites, Error, ProtocolVersion, Reader, Writer, list::write_list};

/// ```text
/// struct {
///     ProtocolVersion client_version;
///     Random random;
///     SessionID session_id;                            // <0..32>
///     opaque cookie<0..2^8-1>;                         // in datagrams only
///     CipherSuite cipher_suites<2..2^16-2>;
///     CompressionMethod compression_methods<1..2^8-1>;
///     select (extensions_present) {
///         case false: struct {};
///         case true:  Extension extensions<0..2^16-1>;
///     };
/// } ClientHello;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientHello<'a> {
    /// The newest version that the client speaks.
    pub version: ProtocolVersion,
    /// client_random.
    pub random: &'a [u8; 32],
    /// The session that the client would like to resume; empty for none.
    pub session_id: &'a [u8],
    /// What the server gave in HelloVerifyRequest, empty for nothing; None on a stream, where the field is missing.
    pub cookie: Option<&'a [u8]>,
    /// Suites in the client's order, signalling values included.
    pub cipher_suites: CipherSuites<'a>,
    /// CompressionMethod numbers; 0 is null.
    pub compression_methods: &'a [u8],
    /// The extensions.
    pub extensions: Extensions<'a>,
}

impl<'a> ClientHello<'a> {
    /// Decodes the body of a message on a stream.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(bytes, |_| Ok(None))
    }

    /// Decodes the body of a message in datagrams.
    ///
    /// # Errors
    /// A field that breaks the structure above.
    pub fn decode_datagram(bytes: &'a [u8]) -> Result<Self, Error> {
        Self::read(bytes, |r| Ok(Some(r.vec8(0, 0xFF)?.as_slice())))
    }

    fn read(
        bytes: &'a [u8],
        cookie: fn(&mut Reader<'a>) -> Result<Option<&'a [u8]>, Error>,
    ) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        Ok(Self {
            version: ProtocolVersion(r.u16()?),
            random: r.array()?,
            session_id: r.vec8(0, MAX_SESSION_ID_LEN)?.as_slice(),
            cookie: cookie(&mut r)?,
            cipher_suites: CipherSuites::read(&mut r)?,
            compression_methods: r.vec8(1, 0xFF)?.as_slice(),
            extensions: Extensions::read(r)?,
        })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// Fields that are too long for the structure; [`crate::ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        let cipher_suites = self.cipher_suites.iter();
        Self::write_fixed(w, self.version, self.random, self.session_id, self.cookie, cipher_suites)?;
        w.vec8(|w| w.bytes(self.compression_methods))?;
        self.extensions.encode(w)
    }

    /// Encodes a hello whose one compression method is null, with suites from any source and the extensions that
    /// `extensions` writes (type, length and body of each).
    ///
    /// # Errors
    /// As [`ClientHello::encode`], and what `extensions` returns.
    pub fn write(
        w: &mut Writer<'_>,
        version: ProtocolVersion,
        random: &[u8; 32],
        session_id: &[u8],
        cookie: Option<&[u8]>,
        cipher_suites: impl IntoIterator<Item = CipherSuite>,
        extensions: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        Self::write_fixed(w, version, random, session_id, cookie, cipher_suites)?;
        w.vec8(|w| w.u8(0))?;
        Extensions::write(w, extensions)
    }

    fn write_fixed(
        w: &mut Writer<'_>,
        version: ProtocolVersion,
        random: &[u8; 32],
        session_id: &[u8],
        cookie: Option<&[u8]>,
        cipher_suites: impl IntoIterator<Item = CipherSuite>,
    ) -> Result<(), Error> {
        w.u16(version.0)?;
        w.bytes(random)?;
        super::write_session_id(w, session_id)?;
        if let Some(cookie) = cookie {
            w.vec8(|w| w.bytes(cookie))?;
        }
        write_list(w, cipher_suites)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ErrorKind, ExtensionType,
        testing::{check, encoding},
    };
    use std::vec::Vec;

    const SUITES: [CipherSuite; 2] = [CipherSuite(0xC02B), CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV];

    fn body() -> Vec<u8> {
        encoding(|w| {
            ClientHello::write(w, ProtocolVersion::TLS1_2, &[7; 32], &[1, 2, 3], None, SUITES, |w| {
                w.u16(ExtensionType::EXTENDED_MASTER_SECRET.0)?;
                w.u16(0)
            })
        })
        .unwrap()
    }

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let body = body();
        let before_extensions = body.len() - 6;
        check(&body, &[before_extensions], |bytes, w| ClientHello::decode(bytes)?.encode(w));
        check(&body[..before_extensions], &[], |bytes, w| ClientHello::decode(bytes)?.encode(w));
    }

    #[test]
    fn in_datagrams_a_cookie_follows_the_session_id() {
        let body = encoding(|w| {
            ClientHello::write(w, ProtocolVersion::DTLS1_2, &[7; 32], &[], Some(&[9; 20]), SUITES, |_| Ok(()))
        });
        let body = body.unwrap();
        let hello = ClientHello::decode_datagram(&body).unwrap();
        assert_eq!((hello.version, hello.cookie), (ProtocolVersion::DTLS1_2, Some([9; 20].as_slice())));
        check(&body, &[body.len()], |bytes, w| ClientHello::decode_datagram(bytes)?.encode(w));
    }

    #[test]
    fn decodes_every_field() {
        let body = body();
        let hello = ClientHello::decode(&body).unwrap();
        assert_eq!((hello.version, hello.random), (ProtocolVersion::TLS1_2, &[7; 32]));
        assert_eq!((hello.session_id, hello.compression_methods), ([1, 2, 3].as_slice(), [0].as_slice()));
        assert!(hello.cipher_suites.iter().eq(SUITES));
        assert_eq!(hello.extensions.find(ExtensionType::EXTENDED_MASTER_SECRET), Some([].as_slice()));
    }

    #[test]
    fn refuses_vectors_outside_their_bounds() {
        let start = [&[3, 3][..], &[0; 32]].concat();
        let with = |rest: &[u8]| [&start[..], rest].concat();
        let kind = |bytes: &[u8]| ClientHello::decode(bytes).map(|_| ()).map_err(|e| e.kind);
        assert_eq!(kind(&with(&[&[33][..], &[0; 80]].concat())), Err(ErrorKind::TooLong));
        assert_eq!(kind(&with(&[0, 0, 0, 1, 0])), Err(ErrorKind::TooShort));
        assert_eq!(kind(&with(&[0, 0, 3, 1, 2, 3, 1, 0])), Err(ErrorKind::Uneven));
        assert_eq!(kind(&with(&[0, 0, 2, 1, 2, 0])), Err(ErrorKind::TooShort));
        assert_eq!(kind(&with(&[0, 0, 2, 1, 2, 1, 0])), Ok(()));
    }

    #[test]
    fn does_not_encode_a_session_id_that_is_too_long() {
        let write = |id: &[u8]| {
            encoding(|w| {
                ClientHello::write(w, ProtocolVersion::TLS1_2, &[7; 32], id, None, SUITES, |_| Ok(()))
            })
        };
        assert!(write(&[0; 32]).is_ok());
        assert_eq!(write(&[0; 33]).map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
