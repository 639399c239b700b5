//! ServerKeyExchange of ECDHE_RSA and ECDHE_ECDSA (RFC 8422 section 5.4).

use crate::{Error, ErrorKind, NamedGroup, Reader, SignatureScheme, Writer};

/// ECCurveType named_curve, the only one that RFC 8422 section 5.4 leaves.
const NAMED_CURVE: u8 = 3;

/// ```text
/// struct {
///     ECCurveType curve_type = named_curve;
///     NamedCurve namedcurve;
///     opaque point<1..2^8-1>;
/// } ServerECDHParams;
/// struct {
///     ServerECDHParams params;
///     SignatureAndHashAlgorithm algorithm;
///     opaque signature<0..2^16-1>;
/// } ServerKeyExchange;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerKeyExchange<'a> {
    /// ServerECDHParams as they are on the wire: what is signed, after both randoms.
    pub params: &'a [u8],
    /// The group of the ephemeral key.
    pub group: NamedGroup,
    /// The ephemeral public value, not yet validated.
    pub public: &'a [u8],
    /// The algorithm of the signature.
    pub scheme: SignatureScheme,
    /// The signature.
    pub signature: &'a [u8],
}

impl<'a> ServerKeyExchange<'a> {
    /// Decodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::IllegalValue`] for a curve that is not named; a field that breaks the structure above.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let illegal = r.error(ErrorKind::IllegalValue);
        if r.u8()? != NAMED_CURVE {
            return Err(illegal);
        }
        let group = NamedGroup(r.u16()?);
        let public = r.vec8(1, 0xFF)?.as_slice();
        let params = Reader::new(bytes).take(bytes.len().saturating_sub(r.len()))?;
        let scheme = SignatureScheme(r.u16()?);
        let signature = r.vec16(0, 0xFFFF)?.as_slice();
        r.finish()?;
        Ok(Self { params, group, public, scheme, signature })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.bytes(self.params)?;
        w.u16(self.scheme.0)?;
        w.vec16(|w| w.bytes(self.signature))
    }

    /// Writes ServerECDHParams, which are signed before the message can be made.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty public value, [`ErrorKind::TooLong`] past 255 bytes,
    /// [`ErrorKind::OutOfMemory`].
    pub fn write_params(w: &mut Writer<'_>, group: NamedGroup, public: &[u8]) -> Result<(), Error> {
        w.u8(NAMED_CURVE)?;
        w.u16(group.0)?;
        if public.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec8(|w| w.bytes(public))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, encoding};

    #[test]
    fn round_trips_and_refuses_other_lengths() {
        let params = encoding(|w| ServerKeyExchange::write_params(w, NamedGroup::X25519, &[6; 32])).unwrap();
        let message = ServerKeyExchange {
            params: &params,
            group: NamedGroup::X25519,
            public: &[6; 32],
            scheme: SignatureScheme::ECDSA_SHA256,
            signature: &[1, 2, 3],
        };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(ServerKeyExchange::decode(&body), Ok(message));
        check(&body, &[], |bytes, w| ServerKeyExchange::decode(bytes)?.encode(w));
    }

    #[test]
    fn refuses_explicit_curves_and_an_empty_point() {
        let explicit_prime = ServerKeyExchange::decode(&[1, 0, 29, 1, 9, 4, 3, 0, 0]);
        assert_eq!(explicit_prime, Err(Error::new(ErrorKind::IllegalValue, 0)));
        let no_point = ServerKeyExchange::decode(&[3, 0, 29, 0, 4, 3, 0, 0]);
        assert_eq!(no_point, Err(Error::new(ErrorKind::TooShort, 4)));
        let written = encoding(|w| ServerKeyExchange::write_params(w, NamedGroup::X25519, &[]));
        assert_eq!(written.map_err(|e| e.kind), Err(ErrorKind::TooShort));
        let written = encoding(|w| ServerKeyExchange::write_params(w, NamedGroup::X25519, &[0; 256]));
        assert_eq!(written.map_err(|e| e.kind), Err(ErrorKind::TooLong));
    }
}
