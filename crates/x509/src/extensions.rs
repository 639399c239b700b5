//! Certificate extensions (RFC 5280 section 4.2): those that the judge acts on, and whether a critical one is unknown.

use crate::{
    DistributionPoints, Error, Field, limits,
    name::{ServerName, dns_name_matches},
    name_constraints::NameConstraints,
    policy_extensions::{PolicyExtensions, READ_POLICIES},
    switches::{APPLY_NAME_CONSTRAINTS, READ_DISTRIBUTION_POINTS, READ_TLS_FEATURE},
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// keyUsage (RFC 5280 section 4.2.1.3): bit n of the ASN.1 list is bit n here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    /// digitalSignature.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// keyEncipherment.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// keyCertSign.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign.
    pub const CRL_SIGN: Self = Self(1 << 6);

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// cA.
    pub ca: bool,
    /// pathLenConstraint.
    pub path_len: Option<u32>,
}

/// extKeyUsage (RFC 5280 section 4.2.1.12): the purposes as object identifiers in DER, one after the other.
#[derive(Clone, Copy)]
pub struct ExtendedKeyUsage<'a>(&'a [u8]);

impl ExtendedKeyUsage<'_> {
    /// id-kp-serverAuth.
    pub const SERVER_AUTH: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 1];
    /// id-kp-clientAuth.
    pub const CLIENT_AUTH: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 2];
    /// id-kp-codeSigning.
    pub const CODE_SIGNING: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 3];
    /// id-kp-emailProtection.
    pub const EMAIL_PROTECTION: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 4];
    /// id-kp-timeStamping.
    pub const TIME_STAMPING: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 8];
    /// id-kp-OCSPSigning.
    pub const OCSP_SIGNING: &'static [u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 9];
    /// anyExtendedKeyUsage.
    const ANY: &'static [u8] = &[0x55, 0x1D, 0x25, 0];

    /// Whether the purpose itself is listed.
    #[cfg(feature = "ocsp-stapling")]
    pub(crate) fn names(&self, purpose: &[u8]) -> bool {
        let mut list = Reader::new(self.0);
        core::iter::from_fn(|| list.oid().ok()).any(|oid| oid == purpose)
    }

    /// Whether the purpose, or any, is listed.
    #[must_use]
    pub fn permits(&self, purpose: &[u8]) -> bool {
        let mut list = Reader::new(self.0);
        while let Ok(oid) = list.oid() {
            if oid == purpose || oid == Self::ANY {
                return true;
            }
        }
        false
    }
}

/// subjectAltName (RFC 5280 section 4.2.1.6): GeneralNames, one after the other.
#[derive(Clone, Copy)]
pub struct SubjectAltName<'a>(&'a [u8]);

impl<'a> SubjectAltName<'a> {
    /// GeneralNames that have been read before.
    pub(crate) const fn of_list(list: &'a [u8]) -> Self {
        Self(list)
    }

    /// The GeneralNames in DER, one after the other.
    pub(crate) const fn list(&self) -> &'a [u8] {
        self.0
    }

    /// Whether one of the names is that of the peer: dNSName for a DNS name, iPAddress for an address, nothing else.
    #[must_use]
    pub fn matches(&self, name: ServerName<'_>) -> bool {
        self.iter().any(|(general_name, value)| match (general_name, name) {
            (GeneralName::DNS, ServerName::Dns(name)) => dns_name_matches(value, name),
            (GeneralName::IP, ServerName::Ip(address)) => value == address.octets(),
            (_, ServerName::Dns(_) | ServerName::Ip(_)) => false,
        })
    }

    /// Tag and contents of each name.
    pub fn iter(&self) -> impl Iterator<Item = (GeneralName, &'a [u8])> + use<'a> {
        let mut list = Reader::new(self.0);
        core::iter::from_fn(move || list.any().ok().map(|value| (GeneralName(value.tag), value.contents)))
    }
}

/// The tag of a GeneralName.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneralName(pub u8);

impl GeneralName {
    /// rfc822Name.
    pub const EMAIL: Self = Self(tag::primitive(1));
    /// dNSName.
    pub const DNS: Self = Self(tag::primitive(2));
    /// directoryName.
    pub const DIRECTORY: Self = Self(tag::constructed(4));
    /// uniformResourceIdentifier.
    pub const URI: Self = Self(tag::primitive(6));
    /// iPAddress.
    pub const IP: Self = Self(tag::primitive(7));
}

/// What the extensions of a certificate say.
#[derive(Clone, Copy, Default)]
pub struct Extensions<'a> {
    /// basicConstraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage.
    pub key_usage: Option<KeyUsage>,
    /// extKeyUsage.
    pub extended_key_usage: Option<ExtendedKeyUsage<'a>>,
    /// subjectAltName.
    pub subject_alt_name: Option<SubjectAltName<'a>>,
    /// nameConstraints.
    pub name_constraints: Option<NameConstraints<'a>>,
    /// cRLDistributionPoints; without feature `x509-crl-parse` not read.
    pub crl_distribution_points: Option<DistributionPoints<'a>>,
    /// What is said of policies; without feature `x509-policies` not read.
    pub policies: PolicyExtensions<'a>,
    /// tlsFeature names status_request: the server must staple an OCSP response (RFC 7633); without feature `ocsp-stapling` not
    /// read.
    pub must_staple: bool,
    /// A critical extension is not known here (RFC 5280 section 4.2: the certificate must be refused); without feature
    /// `x509-name-constraints` also any name constraints, since a CA must not get more than it was given.
    pub unknown_critical: bool,
}

/// Contents of id-ce-nameConstraints.
pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 30];

/// Contents of id-pe-tlsfeature.
const TLS_FEATURE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 24];

/// id-ce.
const ID_CE: &[u8] = &[0x55, 0x1D];

/// `[3] SEQUENCE SIZE (1..MAX) OF Extension`.
pub(crate) fn decode<'a>(value: Value<'a>) -> Result<Extensions<'a>, Error> {
    let list_error = Error::within(Field::Extensions);
    let mut outer = value.reader();
    let list = outer.sequence().map_err(&list_error)?;
    outer.finish().map_err(&list_error)?;
    if list.is_empty() {
        return Err(list_error(list.error(ErrorKind::IllegalValue)));
    }
    let mut extensions = Extensions::default();
    let mut rest = list;
    let mut count = 0;
    while !rest.is_empty() {
        let at = rest;
        count += 1;
        if count > limits::MAX_EXTENSIONS {
            return Err(list_error(at.error(ErrorKind::TooLong)));
        }
        let mut fields = rest.sequence().map_err(&list_error)?;
        let oid = fields.oid().map_err(&list_error)?;
        let critical = read_critical(&mut fields).map_err(&list_error)?;
        let contents = fields.value(tag::OCTET_STRING).map_err(&list_error)?;
        fields.finish().map_err(&list_error)?;
        if stands_earlier(list, count - 1, oid) {
            return Err(list_error(at.error(ErrorKind::IllegalValue)));
        }
        extensions.read(oid, critical, contents)?;
    }
    Ok(extensions)
}

/// `critical BOOLEAN DEFAULT FALSE`: DER leaves the default out.
pub(crate) fn read_critical(fields: &mut Reader<'_>) -> Result<bool, pki::Error> {
    let at = *fields;
    if !fields.peek(tag::BOOLEAN) {
        return Ok(false);
    }
    if fields.boolean()? { Ok(true) } else { Err(at.error(ErrorKind::NotDer)) }
}

pub(crate) fn stands_earlier(mut list: Reader<'_>, count: usize, oid: &[u8]) -> bool {
    (0..count)
        .any(|_| list.sequence().and_then(|mut fields| fields.oid()).is_ok_and(|earlier| earlier == oid))
}

impl<'a> Extensions<'a> {
    fn read(&mut self, oid: &[u8], critical: bool, contents: Value<'a>) -> Result<(), Error> {
        match oid.strip_prefix(ID_CE) {
            Some([19]) => {
                let decoded = basic_constraints(contents).map_err(Error::within(Field::BasicConstraints))?;
                self.basic_constraints = Some(decoded);
            }
            Some([15]) => self.key_usage = Some(key_usage(contents).map_err(Error::within(Field::KeyUsage))?),
            Some([37]) => {
                let decoded = extended_key_usage(contents).map_err(Error::within(Field::ExtendedKeyUsage))?;
                self.extended_key_usage = Some(decoded);
            }
            Some([17]) => {
                let decoded = subject_alt_name(contents).map_err(Error::within(Field::SubjectAltName))?;
                self.subject_alt_name = Some(decoded);
            }
            Some([30]) if APPLY_NAME_CONSTRAINTS => {
                let decoded =
                    NameConstraints::decode(contents).map_err(Error::within(Field::NameConstraints))?;
                self.name_constraints = Some(decoded);
            }
            Some([31]) if READ_DISTRIBUTION_POINTS => {
                let decoded = DistributionPoints::decode(contents)
                    .map_err(Error::within(Field::CrlDistributionPoints))?;
                self.crl_distribution_points = Some(decoded);
            }
            Some([arc @ (32 | 33 | 36 | 54)]) if READ_POLICIES => {
                self.policies.read(*arc, critical, contents).map_err(Error::within(Field::Extensions))?;
            }
            // certificatePolicies: no policy is asked for, so that any is as good as another (RFC 5280 section 6.1.1,
            // initial-policy any-policy).
            Some([32]) => {}
            _ if READ_TLS_FEATURE && oid == TLS_FEATURE => {
                self.must_staple = tls_features(contents).map_err(Error::within(Field::Extensions))?;
            }
            _ => self.unknown_critical |= critical || oid == NAME_CONSTRAINTS,
        }
        Ok(())
    }
}

fn basic_constraints(value: Value<'_>) -> Result<BasicConstraints, pki::Error> {
    let mut outer = value.reader();
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let ca = read_critical(&mut fields)?;
    let at = fields;
    let path_len = if fields.is_empty() { None } else { Some(fields.small()?) };
    fields.finish()?;
    if path_len.is_some() && !ca {
        return Err(at.error(ErrorKind::IllegalValue));
    }
    Ok(BasicConstraints { ca, path_len })
}

fn key_usage(value: Value<'_>) -> Result<KeyUsage, pki::Error> {
    let mut outer = value.reader();
    let bits = outer.value(tag::BIT_STRING)?;
    outer.finish()?;
    named_bits(bits).map(KeyUsage)
}

/// The contents of a named bit list of at most 16 bits, of which one is set, without trailing zero bits (X.690 section
/// 11.2.2).
pub(crate) fn named_bits(bits: Value<'_>) -> Result<u16, pki::Error> {
    let (unused, first, second) = match *bits.contents {
        [unused, first] => (unused, first, 0),
        [unused, first, second] if second != 0 => (unused, first, second),
        _ => return Err(bits.error(ErrorKind::IllegalValue)),
    };
    let last = if second == 0 { first } else { second };
    if last == 0 || u32::from(unused) != last.trailing_zeros() {
        return Err(bits.error(ErrorKind::NotDer));
    }
    Ok(u16::from_le_bytes([first.reverse_bits(), second.reverse_bits()]))
}

fn extended_key_usage(value: Value<'_>) -> Result<ExtendedKeyUsage<'_>, pki::Error> {
    let mut outer = value.reader();
    let list = outer.value(tag::SEQUENCE)?;
    outer.finish()?;
    let mut purposes = list.reader();
    loop {
        purposes.oid()?;
        if purposes.is_empty() {
            return Ok(ExtendedKeyUsage(list.contents));
        }
    }
}

/// `SEQUENCE OF INTEGER`, the numbers of TLS extensions (RFC 7633 section 4.1): whether status_request is among them.
fn tls_features(value: Value<'_>) -> Result<bool, pki::Error> {
    const STATUS_REQUEST: u32 = 5;
    let mut outer = value.reader();
    let mut features = outer.sequence()?;
    outer.finish()?;
    let mut must_staple = false;
    while !features.is_empty() {
        must_staple |= features.small()? == STATUS_REQUEST;
    }
    Ok(must_staple)
}

fn subject_alt_name(value: Value<'_>) -> Result<SubjectAltName<'_>, pki::Error> {
    let mut outer = value.reader();
    let list = outer.value(tag::SEQUENCE)?;
    outer.finish()?;
    general_names(list).map(SubjectAltName)
}

/// The contents of GeneralNames, at least one.
pub(crate) fn general_names(list: Value<'_>) -> Result<&[u8], pki::Error> {
    let mut names = list.reader();
    loop {
        let name = names.any()?;
        let right = match GeneralName(name.tag) {
            GeneralName::DNS => name.contents.is_ascii(),
            GeneralName::IP => matches!(name.contents.len(), 4 | 16),
            GeneralName(tag) => tag & 0xC0 == 0x80,
        };
        if !right {
            return Err(name.error(ErrorKind::IllegalValue));
        }
        if names.is_empty() {
            return Ok(list.contents);
        }
    }
}
