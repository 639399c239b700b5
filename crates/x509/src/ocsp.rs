//! An OCSP response as a view over its bytes (RFC 6960 section 4.2.1).

use crate::{
    AlgorithmIdentifier, Certificate, Error, Field,
    certificate::{read_name, read_serial},
    limits,
    name::DistinguishedName,
    revocation_fields::{for_each_extension, read_generalized_time},
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// An OCSPResponse, borrowed from its DER, every part of which has been read but the certificates in it.
#[derive(Clone, Copy)]
pub enum OcspResponse<'a> {
    /// successful, with an answer of the one type that there is, id-pkix-ocsp-basic.
    Successful(BasicOcspResponse<'a>),
    /// Another responseStatus: malformedRequest (1), internalError (2), tryLater (3), sigRequired (5), unauthorized (6).
    Unsuccessful(u8),
}

/// A BasicOCSPResponse.
#[derive(Clone, Copy)]
pub struct BasicOcspResponse<'a> {
    /// tbsResponseData, all its bytes: what the signature covers.
    pub tbs: &'a [u8],
    /// responderID.
    pub responder: ResponderId<'a>,
    /// producedAt, in seconds since 1970.
    pub produced_at: i64,
    /// The AlgorithmIdentifier of the signature.
    pub signature_algorithm: AlgorithmIdentifier<'a>,
    /// signature.
    pub signature: &'a [u8],
    /// A critical extension of the response is not known here.
    pub unknown_critical: bool,
    /// responses, one after the other.
    answers: &'a [u8],
    /// certs, one after the other.
    certificates: &'a [u8],
}

/// Who signed a response.
#[derive(Clone, Copy)]
pub enum ResponderId<'a> {
    /// The subject of its certificate.
    ByName(DistinguishedName<'a>),
    /// The SHA-1 of its public key, as a CertID has it.
    ByKey(&'a [u8]),
}

/// What a response says of one certificate.
#[derive(Clone, Copy)]
pub struct SingleResponse<'a> {
    /// certID.
    pub certificate: CertId<'a>,
    /// certStatus.
    pub status: OcspStatus,
    /// thisUpdate, in seconds since 1970.
    pub this_update: i64,
    /// nextUpdate, in seconds since 1970.
    pub next_update: Option<i64>,
    /// A critical extension of the answer is not known here.
    pub unknown_critical: bool,
}

/// Which certificate an answer is about.
#[derive(Clone, Copy)]
pub struct CertId<'a> {
    /// hashAlgorithm, its object identifier's contents.
    pub hash: &'a [u8],
    /// issuerNameHash: of the issuer's name, as it stands in the certificate.
    pub issuer_name_hash: &'a [u8],
    /// issuerKeyHash: of the bits of the issuer's subjectPublicKey.
    pub issuer_key_hash: &'a [u8],
    /// serialNumber, the INTEGER's contents.
    pub serial_number: &'a [u8],
}

/// CertStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspStatus {
    /// It is not revoked.
    Good,
    /// It is.
    Revoked {
        /// revocationTime, in seconds since 1970.
        date: i64,
        /// revocationReason (RFC 5280 section 5.3.1).
        reason: Option<u8>,
    },
    /// The responder knows nothing of it.
    Unknown,
}

/// id-pkix-ocsp.
const ID_PKIX_OCSP: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1];
/// id-pkix-ocsp-basic.
const BASIC: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 1];
const ENUMERATED: u8 = 0x0A;

impl<'a> OcspResponse<'a> {
    /// Reads a response, all of it but the certificates in it.
    ///
    /// # Errors
    /// The field that is malformed, and the byte.
    pub fn decode(der: &'a [u8]) -> Result<Self, Error> {
        let error = Error::within(Field::OcspResponse);
        let mut outer = Reader::new(der);
        let mut fields = outer.sequence().map_err(&error)?;
        outer.finish().map_err(&error)?;
        let status = fields.value(ENUMERATED).map_err(&error)?;
        match *status.contents {
            [0] => {}
            // RFC 6960 section 4.2.1: responseBytes is not set.
            [status @ (1 | 2 | 3 | 5 | 6)] => {
                fields.finish().map_err(&error)?;
                return Ok(Self::Unsuccessful(status));
            }
            _ => return Err(error(status.error(ErrorKind::IllegalValue))),
        }
        let basic = read_response_bytes(fields).map_err(&error)?;
        BasicOcspResponse::decode(basic).map(Self::Successful)
    }
}

/// `[0] EXPLICIT ResponseBytes`: the OCTET STRING of a basic response.
fn read_response_bytes(mut fields: Reader<'_>) -> Result<Value<'_>, pki::Error> {
    let mut bytes = fields.value(tag::constructed(0))?.reader();
    fields.finish()?;
    let mut typed = bytes.sequence()?;
    bytes.finish()?;
    let at = typed;
    if typed.oid()? != BASIC {
        return Err(at.error(ErrorKind::IllegalValue));
    }
    let basic = typed.value(tag::OCTET_STRING)?;
    typed.finish()?;
    Ok(basic)
}

impl<'a> BasicOcspResponse<'a> {
    fn decode(basic: Value<'a>) -> Result<Self, Error> {
        let error = Error::within(Field::OcspResponse);
        let mut outer = basic.reader();
        let mut fields = outer.sequence().map_err(&error)?;
        outer.finish().map_err(&error)?;
        let tbs = fields.value(tag::SEQUENCE).map_err(&error)?;
        let algorithm_error = Error::within(Field::SignatureAlgorithm);
        let signature_algorithm =
            fields.sequence().and_then(AlgorithmIdentifier::decode).map_err(algorithm_error)?;
        let signature = fields.octet_aligned_bits().map_err(Error::within(Field::SignatureValue))?;
        let certificates = read_certificates(&mut fields).map_err(&error)?;
        fields.finish().map_err(&error)?;

        let mut fields = tbs.reader();
        // version [0] EXPLICIT DEFAULT v1, the only one: DER leaves it out.
        let responder = ResponderId::decode(&mut fields).map_err(&error)?;
        let produced_at = read_generalized_time(&mut fields).map_err(&error)?;
        let answers = fields.value(tag::SEQUENCE).map_err(&error)?;
        let mut list = answers.reader();
        while !list.is_empty() {
            SingleResponse::decode(&mut list).map_err(Error::within(Field::OcspAnswers))?;
        }
        let unknown_critical = read_extensions(&mut fields).map_err(&error)?;
        fields.finish().map_err(&error)?;
        Ok(Self {
            tbs: tbs.bytes,
            responder,
            produced_at,
            signature_algorithm,
            signature,
            unknown_critical,
            answers: answers.contents,
            certificates,
        })
    }

    /// The answers, as many as [`limits::MAX_OCSP_ANSWERS`].
    pub fn answers(&self) -> impl Iterator<Item = SingleResponse<'a>> + use<'a> {
        let mut list = Reader::new(self.answers);
        core::iter::from_fn(move || SingleResponse::decode(&mut list).ok()).take(limits::MAX_OCSP_ANSWERS)
    }

    /// The first [`limits::MAX_OCSP_CERTIFICATES`] certificates that came along, without malformed ones.
    pub fn certificates(&self) -> impl Iterator<Item = Certificate<'a>> + use<'a> {
        let mut list = Reader::new(self.certificates);
        core::iter::from_fn(move || list.any().ok())
            .take(limits::MAX_OCSP_CERTIFICATES)
            .filter_map(|value| Certificate::decode(value.bytes).ok())
    }
}

/// `certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL`; each is read when it is needed.
fn read_certificates<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], pki::Error> {
    let Some(value) = fields.optional(tag::constructed(0))? else { return Ok(&[]) };
    let mut outer = value.reader();
    let list = outer.value(tag::SEQUENCE)?;
    outer.finish()?;
    let mut certificates = list.reader();
    while !certificates.is_empty() {
        certificates.value(tag::SEQUENCE)?;
    }
    Ok(list.contents)
}

/// `[1] EXPLICIT Extensions OPTIONAL`: whether a critical one is unknown. Those of RFC 6960 section 4.4 ask nothing of a
/// client that sent no request.
fn read_extensions(fields: &mut Reader<'_>) -> Result<bool, pki::Error> {
    let Some(value) = fields.optional(tag::constructed(1))? else { return Ok(false) };
    let mut outer = value.reader();
    let list = outer.sequence()?;
    outer.finish()?;
    let mut unknown_critical = false;
    for_each_extension(list, |oid, critical, _| {
        // id-pkix-ocsp-nonce, -crl, -archive-cutoff, -extended-revoke
        let known = matches!(oid.strip_prefix(ID_PKIX_OCSP), Some([2 | 3 | 6 | 9]));
        unknown_critical |= critical && !known;
        Ok(())
    })?;
    Ok(unknown_critical)
}

impl<'a> ResponderId<'a> {
    fn decode(fields: &mut Reader<'a>) -> Result<Self, pki::Error> {
        if let Some(value) = fields.optional(tag::constructed(1))? {
            let mut inner = value.reader();
            let name = read_name(&mut inner)?;
            inner.finish()?;
            return Ok(Self::ByName(name));
        }
        let mut inner = fields.value(tag::constructed(2))?.reader();
        let hash = inner.value(tag::OCTET_STRING)?.contents;
        inner.finish()?;
        Ok(Self::ByKey(hash))
    }
}

impl<'a> SingleResponse<'a> {
    fn decode(list: &mut Reader<'a>) -> Result<Self, pki::Error> {
        let mut fields = list.sequence()?;
        let certificate = CertId::decode(fields.sequence()?)?;
        let status = OcspStatus::decode(fields.any()?)?;
        let this_update = read_generalized_time(&mut fields)?;
        let next_update = match fields.optional(tag::constructed(0))? {
            Some(value) => {
                let mut inner = value.reader();
                let date = read_generalized_time(&mut inner)?;
                inner.finish()?;
                Some(date)
            }
            None => None,
        };
        let unknown_critical = read_extensions(&mut fields)?;
        fields.finish()?;
        Ok(Self { certificate, status, this_update, next_update, unknown_critical })
    }
}

impl<'a> CertId<'a> {
    fn decode(mut fields: Reader<'a>) -> Result<Self, pki::Error> {
        let hash = AlgorithmIdentifier::decode(fields.sequence()?)?.oid;
        let issuer_name_hash = fields.value(tag::OCTET_STRING)?.contents;
        let issuer_key_hash = fields.value(tag::OCTET_STRING)?.contents;
        let serial_number = read_serial(&mut fields)?;
        fields.finish()?;
        Ok(Self { hash, issuer_name_hash, issuer_key_hash, serial_number })
    }
}

impl OcspStatus {
    /// `good [0] IMPLICIT NULL`, `revoked [1] IMPLICIT RevokedInfo`, `unknown [2] IMPLICIT UnknownInfo`, which is NULL.
    fn decode(value: Value<'_>) -> Result<Self, pki::Error> {
        const GOOD: u8 = tag::primitive(0);
        const REVOKED: u8 = tag::constructed(1);
        const UNKNOWN: u8 = tag::primitive(2);
        match (value.tag, value.contents) {
            (GOOD, []) => Ok(Self::Good),
            (UNKNOWN, []) => Ok(Self::Unknown),
            (REVOKED, _) => {
                let mut fields = value.reader();
                let date = read_generalized_time(&mut fields)?;
                let reason = match fields.optional(tag::constructed(0))? {
                    Some(value) => {
                        let mut inner = value.reader();
                        let code = inner.value(ENUMERATED)?;
                        inner.finish()?;
                        let [reason @ (0..=6 | 8..=10)] = *code.contents else {
                            return Err(code.error(ErrorKind::IllegalValue));
                        };
                        Some(reason)
                    }
                    None => None,
                };
                fields.finish()?;
                Ok(Self::Revoked { date, reason })
            }
            (GOOD | UNKNOWN, _) => Err(value.error(ErrorKind::NotDer)),
            _ => Err(value.error(ErrorKind::UnexpectedTag)),
        }
    }
}
