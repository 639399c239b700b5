//! A certificate as a view over the bytes that arrived (RFC 5280 section 4.1).

use crate::{
    Error, Field,
    extensions::{self, Extensions},
    name::DistinguishedName,
    signed::Signed,
    time::Date,
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// A certificate, borrowed from its DER, every part of which has been read.
#[derive(Clone, Copy)]
pub struct Certificate<'a> {
    /// tbsCertificate, all its bytes: what the signature covers.
    pub tbs: &'a [u8],
    /// Whether it is of version 3.
    pub version3: bool,
    /// serialNumber, the INTEGER's contents.
    pub serial_number: &'a [u8],
    /// The AlgorithmIdentifier of the signature, the same inside and outside.
    pub signature_algorithm: AlgorithmIdentifier<'a>,
    /// issuer.
    pub issuer: DistinguishedName<'a>,
    /// notBefore, in seconds since 1970.
    pub not_before: i64,
    /// notAfter, in seconds since 1970.
    pub not_after: i64,
    /// subject.
    pub subject: DistinguishedName<'a>,
    /// subjectPublicKeyInfo, all its bytes.
    pub spki: &'a [u8],
    /// What the extensions say.
    pub extensions: Extensions<'a>,
    /// signatureValue.
    pub signature: &'a [u8],
}

/// Object identifier and parameters of an algorithm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AlgorithmIdentifier<'a> {
    /// The object identifier's contents.
    pub oid: &'a [u8],
    /// All bytes of the parameters; empty when absent.
    pub parameters: &'a [u8],
}

impl<'a> AlgorithmIdentifier<'a> {
    pub(crate) fn decode(mut fields: Reader<'a>) -> Result<Self, pki::Error> {
        let oid = fields.oid()?;
        let parameters = if fields.is_empty() { &[][..] } else { fields.any()?.bytes };
        fields.finish()?;
        Ok(Self { oid, parameters })
    }
}

impl<'a> Certificate<'a> {
    /// Reads a certificate, all of it.
    ///
    /// # Errors
    /// The field that is malformed, and the byte.
    pub fn decode(der: &'a [u8]) -> Result<Self, Error> {
        let signed = Signed::decode(der, Field::Certificate)?;
        let mut fields = signed.tbs.reader();
        let version = read_version(&mut fields).map_err(Error::within(Field::Version))?;
        let version3 = version == VERSION_3;
        let serial_number = read_serial(&mut fields).map_err(Error::within(Field::SerialNumber))?;
        signed.check_algorithm(&mut fields)?;
        let issuer = read_name(&mut fields).map_err(Error::within(Field::Issuer))?;
        let (not_before, not_after) = read_validity(&mut fields).map_err(Error::within(Field::Validity))?;
        let subject = read_name(&mut fields).map_err(Error::within(Field::Subject))?;
        let spki = fields.value(tag::SEQUENCE).map_err(Error::within(Field::SubjectPublicKeyInfo))?.bytes;
        let list = Error::within(Field::Extensions);
        // issuerUniqueID and subjectUniqueID, which mean nothing here, came with version 2.
        if version != VERSION_1 {
            fields.optional(tag::primitive(1)).map_err(&list)?;
            fields.optional(tag::primitive(2)).map_err(&list)?;
        }
        let extensions = match fields.optional(tag::constructed(3)).map_err(&list)? {
            Some(value) if version3 => extensions::decode(value)?,
            Some(value) => return Err(list(value.error(ErrorKind::IllegalValue))),
            None => Extensions::default(),
        };
        fields.finish().map_err(&list)?;
        Ok(Self {
            tbs: signed.tbs.bytes,
            version3,
            serial_number,
            signature_algorithm: signed.algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            spki,
            extensions,
            signature: signed.signature,
        })
    }
}

const VERSION_1: u32 = 0;
const VERSION_2: u32 = 1;
const VERSION_3: u32 = 2;

/// `[0] EXPLICIT INTEGER`, absent for version 1 (RFC 5280 section 4.1.2.1).
fn read_version(fields: &mut Reader<'_>) -> Result<u32, pki::Error> {
    let Some(value) = fields.optional(tag::constructed(0))? else { return Ok(VERSION_1) };
    let mut inner = value.reader();
    let version = inner.small()?;
    inner.finish()?;
    match version {
        VERSION_2 | VERSION_3 => Ok(version),
        _ => Err(value.error(ErrorKind::IllegalValue)),
    }
}

/// Serial numbers that are zero, negative or longer than 20 octets exist and are read; an empty one does not.
pub(crate) fn read_serial<'a>(fields: &mut Reader<'a>) -> Result<&'a [u8], pki::Error> {
    let value = fields.value(tag::INTEGER)?;
    match value.contents {
        [0] => Ok(value.contents),
        [] | [0, 0..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] => Err(value.error(ErrorKind::NotDer)),
        contents => Ok(contents),
    }
}

/// RDNSequence: every attribute is read, so that a malformed name is found here.
pub(crate) fn read_name<'a>(fields: &mut Reader<'a>) -> Result<DistinguishedName<'a>, pki::Error> {
    let value = fields.value(tag::SEQUENCE)?;
    let mut names = value.reader();
    while !names.is_empty() {
        let mut attributes = names.value(tag::SET)?.reader();
        loop {
            let mut attribute = attributes.sequence()?;
            attribute.oid()?;
            attribute.any()?;
            attribute.finish()?;
            if attributes.is_empty() {
                break;
            }
        }
    }
    Ok(DistinguishedName(value.bytes))
}

fn read_validity(fields: &mut Reader<'_>) -> Result<(i64, i64), pki::Error> {
    let mut validity = fields.sequence()?;
    let not_before = read_time(validity.any()?)?;
    let not_after = read_time(validity.any()?)?;
    validity.finish()?;
    Ok((not_before, not_after))
}

/// `YYMMDDHHMMSSZ` up to 2049, `YYYYMMDDHHMMSSZ` after (RFC 5280 section 4.1.2.5).
pub(crate) fn read_time(value: Value<'_>) -> Result<i64, pki::Error> {
    let date = read_date(value)?;
    if value.tag == tag::GENERALIZED_TIME && (1950..=2049).contains(&date.year) {
        return Err(value.error(ErrorKind::NotDer));
    }
    date.to_seconds().ok_or(value.error(ErrorKind::IllegalValue))
}

/// A date in either form, whatever its year; it may be one that does not exist.
pub(crate) fn read_date(value: Value<'_>) -> Result<Date, pki::Error> {
    let wrong = value.error(ErrorKind::IllegalValue);
    let (year_len, digits) = match (value.tag, value.contents) {
        (tag::UTC_TIME, [digits @ .., b'Z']) if digits.len() == 12 => (2, digits),
        (tag::GENERALIZED_TIME, [digits @ .., b'Z']) if digits.len() == 14 => (4, digits),
        (tag::UTC_TIME | tag::GENERALIZED_TIME, _) => return Err(wrong),
        _ => return Err(value.error(ErrorKind::UnexpectedTag)),
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i64, |number, digit| match digit {
            b'0'..=b'9' => Ok(number * 10 + i64::from(digit - b'0')),
            _ => Err(wrong),
        })
    };
    let (year, rest) = digits.split_at_checked(year_len).ok_or(wrong)?;
    let year = match (year_len, number(year)?) {
        (2, year @ 0..=49) => 2000 + year,
        (2, year) => 1900 + year,
        (_, year) => year,
    };
    let mut pairs = rest.chunks(2).map(number);
    let mut next = || pairs.next().unwrap_or(Err(wrong));
    Ok(Date { year, month: next()?, day: next()?, hour: next()?, minute: next()?, second: next()? })
}
