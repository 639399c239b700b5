//! ServerKeyExchange of the ECDHE key exchanges (RFC 8422 section 5.4).
//!
//! ```text
//! struct { ECCurveType curve_type; NamedCurve namedcurve; opaque point<1..2^8-1>; } ServerECDHParams;
//! struct {
//!     ServerECDHParams params;
//!     SignatureAndHashAlgorithm algorithm;
//!     opaque signature<0..2^16-1>;
//! } ServerKeyExchange;
//! ```

use crate::{Error, ErrorKind, NamedGroup, Reader, SignatureScheme};

/// ECCurveType named_curve, the only one that is allowed.
const NAMED_CURVE: u8 = 3;

/// The server's ephemeral public value and its signature.
#[derive(Clone, Copy, Debug)]
pub struct ServerKeyExchange<'a> {
    /// The bytes of ServerECDHParams, which are signed after both randoms.
    pub params: &'a [u8],
    /// The group.
    pub group: NamedGroup,
    /// The server's public value.
    pub public: &'a [u8],
    /// The scheme of the signature.
    pub scheme: SignatureScheme,
    /// The signature.
    pub signature: &'a [u8],
}

impl<'a> ServerKeyExchange<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// A curve type other than named_curve, a cut-off field, trailing bytes.
    pub fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut r = Reader::new(body);
        if r.u8()? != NAMED_CURVE {
            return Err(Error::new(ErrorKind::IllegalValue, 0));
        }
        let group = NamedGroup(r.u16()?);
        let public = r.vec8(1, 0xFF)?.as_slice();
        let params = body.len().checked_sub(r.len()).and_then(|len| body.get(..len)).unwrap_or(body);
        let scheme = SignatureScheme(r.u16()?);
        let signature = r.vec16(0, 0xFFFF)?.as_slice();
        r.finish()?;
        Ok(Self { params, group, public, scheme, signature })
    }
}
