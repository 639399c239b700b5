//! What certificates and CRLs have in common (RFC 5280 sections 4.1.1 and 5.1.1): contents, and a signature over them.

use crate::{Error, Field, certificate::AlgorithmIdentifier};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// `SEQUENCE { tbs, signatureAlgorithm, signatureValue }`.
pub(crate) struct Signed<'a> {
    /// All that the signature covers.
    pub(crate) tbs: Value<'a>,
    pub(crate) algorithm: AlgorithmIdentifier<'a>,
    pub(crate) signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// Reads all of it; `whole` names it in errors.
    pub(crate) fn decode(der: &'a [u8], whole: Field) -> Result<Self, Error> {
        let error = Error::within(whole);
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence().map_err(&error)?;
        outer.finish().map_err(&error)?;
        let tbs = fields.value(tag::SEQUENCE).map_err(&error)?;
        let algorithm = fields
            .sequence()
            .and_then(AlgorithmIdentifier::decode)
            .map_err(Error::within(Field::SignatureAlgorithm))?;
        let signature = fields.octet_aligned_bits().map_err(Error::within(Field::SignatureValue))?;
        fields.finish().map_err(&error)?;
        Ok(Self { tbs, algorithm, signature })
    }

    /// Reads the algorithm within the contents, which must be the same.
    pub(crate) fn check_algorithm(&self, fields: &mut Reader<'a>) -> Result<(), Error> {
        let error = Error::within(Field::SignatureAlgorithm);
        let at = *fields;
        let inner = fields.sequence().and_then(AlgorithmIdentifier::decode).map_err(&error)?;
        if inner == self.algorithm { Ok(()) } else { Err(error(at.error(ErrorKind::IllegalValue))) }
    }
}
