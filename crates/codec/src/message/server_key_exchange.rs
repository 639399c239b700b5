//! ServerKeyExchange of the ephemeral key exchanges (RFC 5246 section 7.4.3, RFC 8422 section 5.4).

use super::DigitallySigned;
use crate::{Error, ErrorKind, NamedGroup, Reader, Writer};

/// ECCurveType named_curve, the only one that RFC 8422 section 5.4 leaves.
const NAMED_CURVE: u8 = 3;

/// ```text
/// struct {
///     select (KeyExchangeAlgorithm) {
///         case ec_diffie_hellman: ServerECDHParams params;
///         case dhe_rsa:           ServerDHParams params;
///     };
///     DigitallySigned signed_params;       // over both randoms and params
/// } ServerKeyExchange;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerKeyExchange<'a, P> {
    /// The parameters as they are on the wire: what is signed, after both randoms.
    pub wire: &'a [u8],
    /// The parameters.
    pub params: P,
    /// The signature.
    pub signed: DigitallySigned<'a>,
}

/// ```text
/// struct {
///     ECCurveType curve_type = named_curve;
///     NamedCurve namedcurve;
///     opaque point<1..2^8-1>;
/// } ServerECDHParams;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerEcdhParams<'a> {
    /// The group of the ephemeral key.
    pub group: NamedGroup,
    /// The ephemeral public value, not yet validated.
    pub public: &'a [u8],
}

/// ```text
/// struct {
///     opaque dh_p<1..2^16-1>;
///     opaque dh_g<1..2^16-1>;
///     opaque dh_Ys<1..2^16-1>;
/// } ServerDHParams;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerDhParams<'a> {
    /// The prime, not yet validated.
    pub p: &'a [u8],
    /// The generator, not yet validated.
    pub g: &'a [u8],
    /// The ephemeral public value, not yet validated.
    pub public: &'a [u8],
}

impl<'a, P> ServerKeyExchange<'a, P> {
    /// Decodes the body, its parameters by `params`; `names_scheme` says whether the version names the signature's
    /// algorithm.
    ///
    /// # Errors
    /// What `params` returns; a field that breaks the structure above.
    pub fn decode(
        bytes: &'a [u8],
        params: impl FnOnce(&mut Reader<'a>) -> Result<P, Error>,
        names_scheme: bool,
    ) -> Result<Self, Error> {
        let mut r = Reader::new(bytes);
        let params = params(&mut r)?;
        let wire = Reader::new(bytes).take(bytes.len().saturating_sub(r.len()))?;
        let signed = DigitallySigned::read(&mut r, names_scheme)?;
        r.finish()?;
        Ok(Self { wire, params, signed })
    }

    /// Encodes the body.
    ///
    /// # Errors
    /// [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.bytes(self.wire)?;
        self.signed.encode(w)
    }
}

impl<'a> ServerEcdhParams<'a> {
    /// Takes the structure.
    ///
    /// # Errors
    /// [`ErrorKind::IllegalValue`] for a curve that is not named; a field that breaks the structure.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        let illegal = r.error(ErrorKind::IllegalValue);
        if r.u8()? != NAMED_CURVE {
            return Err(illegal);
        }
        Ok(Self { group: NamedGroup(r.u16()?), public: r.vec8(1, 0xFF)?.as_slice() })
    }

    /// Appends the structure.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty public value, [`ErrorKind::TooLong`] past 255 bytes,
    /// [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        w.u8(NAMED_CURVE)?;
        w.u16(self.group.0)?;
        if self.public.is_empty() {
            return Err(Error::new(ErrorKind::TooShort, w.len()));
        }
        w.vec8(|w| w.bytes(self.public))
    }
}

impl<'a> ServerDhParams<'a> {
    /// Takes the structure.
    ///
    /// # Errors
    /// A field that breaks the structure.
    pub fn read(r: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self {
            p: r.vec16(1, 0xFFFF)?.as_slice(),
            g: r.vec16(1, 0xFFFF)?.as_slice(),
            public: r.vec16(1, 0xFFFF)?.as_slice(),
        })
    }

    /// Appends the structure.
    ///
    /// # Errors
    /// [`ErrorKind::TooShort`] for an empty field, [`ErrorKind::TooLong`], [`ErrorKind::OutOfMemory`].
    pub fn encode(&self, w: &mut Writer<'_>) -> Result<(), Error> {
        [self.p, self.g, self.public].into_iter().try_for_each(|field| {
            if field.is_empty() {
                return Err(Error::new(ErrorKind::TooShort, w.len()));
            }
            w.vec16(|w| w.bytes(field))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        SignatureScheme,
        testing::{check, encoding},
    };

    #[test]
    fn ecdh_round_trips_and_refuses_other_lengths() {
        let params = ServerEcdhParams { group: NamedGroup::X25519, public: &[6; 32] };
        let wire = encoding(|w| params.encode(w)).unwrap();
        for scheme in [Some(SignatureScheme::ECDSA_SHA256), None] {
            let signed = DigitallySigned { scheme, signature: &[1, 2, 3] };
            let message = ServerKeyExchange { wire: &wire, params, signed };
            let body = encoding(|w| message.encode(w)).unwrap();
            let decode = |bytes| ServerKeyExchange::decode(bytes, ServerEcdhParams::read, scheme.is_some());
            assert_eq!(decode(&body), Ok(message));
            check(&body, &[], |bytes, w| {
                ServerKeyExchange::decode(bytes, ServerEcdhParams::read, scheme.is_some())?.encode(w)
            });
        }
    }

    #[test]
    fn dh_round_trips_and_refuses_other_lengths() {
        let params = ServerDhParams { p: &[0xFF; 256], g: &[2], public: &[9; 256] };
        let wire = encoding(|w| params.encode(w)).unwrap();
        let signed = DigitallySigned { scheme: Some(SignatureScheme::RSA_PKCS1_SHA256), signature: &[1, 2] };
        let message = ServerKeyExchange { wire: &wire, params, signed };
        let body = encoding(|w| message.encode(w)).unwrap();
        assert_eq!(ServerKeyExchange::decode(&body, ServerDhParams::read, true), Ok(message));
        check(&body, &[], |bytes, w| ServerKeyExchange::decode(bytes, ServerDhParams::read, true)?.encode(w));
        let empty = encoding(|w| ServerDhParams { p: &[], ..params }.encode(w));
        assert_eq!(empty.map_err(|e| e.kind), Err(ErrorKind::TooShort));
    }

    #[test]
    fn refuses_explicit_curves_and_an_empty_point() {
        let decode = |bytes| ServerKeyExchange::decode(bytes, ServerEcdhParams::read, true).map(|_| ());
        assert_eq!(decode(&[1, 0, 29, 1, 9, 4, 3, 0, 0]), Err(Error::new(ErrorKind::IllegalValue, 0)));
        assert_eq!(decode(&[3, 0, 29, 0, 4, 3, 0, 0]), Err(Error::new(ErrorKind::TooShort, 4)));
        let written = |public: &[u8]| {
            encoding(|w| ServerEcdhParams { group: NamedGroup::X25519, public }.encode(w)).map_err(|e| e.kind)
        };
        assert_eq!(written(&[]), Err(ErrorKind::TooShort));
        assert_eq!(written(&[0; 256]), Err(ErrorKind::TooLong));
    }
}
