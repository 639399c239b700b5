//! A certificate revocation list as a view over its bytes (RFC 5280 section 5).

use crate::{
    AlgorithmIdentifier, Error, Field,
    certificate::{read_name, read_serial, read_time},
    distribution_point::IssuingDistributionPoint,
    extensions::general_names,
    name::DistinguishedName,
    revocation_fields::{for_each_extension, read_generalized_time},
    signed::Signed,
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// A CRL, borrowed from its DER, every part of which has been read.
#[derive(Clone, Copy)]
pub struct Crl<'a> {
    /// tbsCertList, all its bytes: what the signature covers.
    pub tbs: &'a [u8],
    /// The AlgorithmIdentifier of the signature, the same inside and outside.
    pub signature_algorithm: AlgorithmIdentifier<'a>,
    /// issuer.
    pub issuer: DistinguishedName<'a>,
    /// thisUpdate, in seconds since 1970.
    pub this_update: i64,
    /// nextUpdate, in seconds since 1970.
    pub next_update: Option<i64>,
    /// cRLNumber, the INTEGER's contents.
    pub number: Option<&'a [u8]>,
    /// deltaCRLIndicator: it lists changes to another CRL only.
    pub is_delta: bool,
    /// issuingDistributionPoint.
    pub issuing_distribution_point: Option<IssuingDistributionPoint<'a>>,
    /// A critical extension of the list or of an entry is not known here (RFC 5280 sections 5.2 and 5.3: the list must
    /// not be used).
    pub unknown_critical: bool,
    /// signatureValue.
    pub signature: &'a [u8],
    /// revokedCertificates, one after the other.
    entries: &'a [u8],
}

/// An entry of revokedCertificates.
#[derive(Clone, Copy)]
pub struct RevokedCertificate<'a> {
    /// userCertificate, the INTEGER's contents.
    pub serial_number: &'a [u8],
    /// revocationDate, in seconds since 1970.
    pub date: i64,
    /// reasonCode (RFC 5280 section 5.3.1).
    pub reason: Option<u8>,
    /// certificateIssuer: GeneralNames, one after the other; without it, the one of the entry before, or else the
    /// list's issuer (RFC 5280 section 5.3.3).
    pub certificate_issuer: Option<&'a [u8]>,
    /// A critical extension is not known here.
    unknown_critical: bool,
}

const VERSION_2: u32 = 1;
/// id-ce.
const ID_CE: &[u8] = &[0x55, 0x1D];
const ENUMERATED: u8 = 0x0A;

impl<'a> Crl<'a> {
    /// Reads a CRL, all of it.
    ///
    /// # Errors
    /// The field that is malformed, and the byte.
    pub fn decode(der: &'a [u8]) -> Result<Self, Error> {
        let signed = Signed::decode(der, Field::CertificateList)?;
        let mut fields = signed.tbs.reader();
        let version2 = read_version(&mut fields).map_err(Error::within(Field::Version))?;
        signed.check_algorithm(&mut fields)?;
        let issuer = read_name(&mut fields).map_err(Error::within(Field::Issuer))?;
        let date_error = Error::within(Field::Validity);
        let this_update = fields.any().and_then(read_time).map_err(&date_error)?;
        let next_update = if fields.peek(tag::UTC_TIME) || fields.peek(tag::GENERALIZED_TIME) {
            Some(fields.any().and_then(read_time).map_err(&date_error)?)
        } else {
            None
        };
        let entry_error = Error::within(Field::RevokedCertificates);
        let entries = fields.optional(tag::SEQUENCE).map_err(&entry_error)?;
        let mut crl = Self {
            tbs: signed.tbs.bytes,
            signature_algorithm: signed.algorithm,
            issuer,
            this_update,
            next_update,
            number: None,
            is_delta: false,
            issuing_distribution_point: None,
            unknown_critical: false,
            signature: signed.signature,
            entries: entries.map_or(&[], |entries| entries.contents),
        };
        if let Some(entries) = entries {
            let mut list = entries.reader();
            while !list.is_empty() {
                let entry = RevokedCertificate::decode(&mut list, version2).map_err(&entry_error)?;
                crl.unknown_critical |= entry.unknown_critical;
            }
        }
        let extension_error = Error::within(Field::Extensions);
        if let Some(value) = fields.optional(tag::constructed(0)).map_err(&extension_error)? {
            if !version2 {
                return Err(extension_error(value.error(ErrorKind::IllegalValue)));
            }
            crl.read_extensions(value)?;
        }
        fields.finish().map_err(Error::within(Field::CertificateList))?;
        Ok(crl)
    }

    /// The certificates that it revokes.
    pub fn entries(&self) -> impl Iterator<Item = RevokedCertificate<'a>> + use<'a> {
        let mut list = Reader::new(self.entries);
        core::iter::from_fn(move || RevokedCertificate::decode(&mut list, true).ok())
    }

    fn read_extensions(&mut self, value: Value<'a>) -> Result<(), Error> {
        let extension_error = Error::within(Field::Extensions);
        let mut outer = value.reader();
        let list = outer.sequence().map_err(&extension_error)?;
        outer.finish().map_err(&extension_error)?;
        for_each_extension(list, |oid, critical, contents| {
            match oid.strip_prefix(ID_CE) {
                // cRLNumber
                Some([20]) => {
                    let mut number = contents.reader();
                    let found = number.value(tag::INTEGER)?.contents;
                    number.finish()?;
                    self.number = Some(found);
                }
                // deltaCRLIndicator
                Some([27]) => self.is_delta = true,
                // issuingDistributionPoint
                Some([28]) => {
                    self.issuing_distribution_point = Some(IssuingDistributionPoint::decode(contents)?);
                }
                // authorityKeyIdentifier, which the search for the issuer does without.
                Some([35]) => {}
                _ => self.unknown_critical |= critical,
            }
            Ok(())
        })
        .map_err(&extension_error)
    }
}

impl<'a> RevokedCertificate<'a> {
    fn decode(list: &mut Reader<'a>, version2: bool) -> Result<Self, pki::Error> {
        let mut fields = list.sequence()?;
        let serial_number = read_serial(&mut fields)?;
        let date = read_time(fields.any()?)?;
        let mut entry =
            Self { serial_number, date, reason: None, certificate_issuer: None, unknown_critical: false };
        if !version2 || fields.is_empty() {
            fields.finish()?;
            return Ok(entry);
        }
        let extensions = fields.sequence()?;
        fields.finish()?;
        for_each_extension(extensions, |oid, critical, contents| {
            let mut value = contents.reader();
            match oid.strip_prefix(ID_CE) {
                // reasonCode
                Some([21]) => {
                    let code = value.value(ENUMERATED)?;
                    value.finish()?;
                    let [code @ (0..=6 | 8..=10)] = *code.contents else {
                        return Err(code.error(ErrorKind::IllegalValue));
                    };
                    entry.reason = Some(code);
                }
                // invalidityDate
                Some([24]) => {
                    read_generalized_time(&mut value)?;
                    value.finish()?;
                }
                // certificateIssuer
                Some([29]) => {
                    entry.certificate_issuer = Some(general_names(value.value(tag::SEQUENCE)?)?);
                    value.finish()?;
                }
                _ => entry.unknown_critical |= critical,
            }
            Ok(())
        })?;
        Ok(entry)
    }
}

/// Absent for version 1, else 2 (RFC 5280 section 5.1.2.1).
fn read_version(fields: &mut Reader<'_>) -> Result<bool, pki::Error> {
    if !fields.peek(tag::INTEGER) {
        return Ok(false);
    }
    let at = *fields;
    if fields.small()? == VERSION_2 { Ok(true) } else { Err(at.error(ErrorKind::IllegalValue)) }
}
