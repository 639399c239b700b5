//! The extensions that speak of certificate policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14).

use crate::limits;
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// Whether they are read.
pub(crate) const READ_POLICIES: bool = true;

/// Contents of anyPolicy.
pub(crate) const ANY_POLICY: &[u8] = &[0x55, 0x1D, 32, 0];

/// What they say.
#[derive(Clone, Copy, Default)]
pub struct PolicyExtensions<'a> {
    /// certificatePolicies: PolicyInformations, one after the other.
    policies: Option<&'a [u8]>,
    /// policyMappings: pairs, one after the other.
    mappings: Option<&'a [u8]>,
    /// requireExplicitPolicy.
    pub(crate) require_explicit: Option<u32>,
    /// inhibitPolicyMapping.
    pub(crate) inhibit_mapping: Option<u32>,
    /// inhibitAnyPolicy.
    pub(crate) inhibit_any: Option<u32>,
    /// One of the last three is critical: who does not process policies must refuse the certificate.
    critical: bool,
}

impl<'a> PolicyExtensions<'a> {
    /// Whether who does not process policies must refuse the certificate.
    pub(crate) const fn is_critical(&self) -> bool {
        self.critical
    }

    /// The policies of certificatePolicies, as contents of object identifiers; None without the extension.
    pub(crate) fn policies(&self) -> Option<impl Iterator<Item = &'a [u8]> + use<'a>> {
        self.policies.map(|list| {
            let mut list = Reader::new(list);
            core::iter::from_fn(move || list.sequence().and_then(|mut fields| fields.oid()).ok())
        })
    }

    /// Each issuerDomainPolicy with its subjectDomainPolicy.
    pub(crate) fn mappings(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut list = Reader::new(self.mappings.unwrap_or_default());
        core::iter::from_fn(move || pair(&mut list).ok())
    }

    /// Reads one of the four, by the last arc of its object identifier.
    pub(crate) fn read(&mut self, arc: u8, critical: bool, contents: Value<'a>) -> Result<(), pki::Error> {
        match arc {
            32 => self.policies = Some(policies(contents)?),
            33 => self.mappings = Some(mappings(contents)?),
            36 => (self.require_explicit, self.inhibit_mapping) = constraints(contents)?,
            _ => self.inhibit_any = Some(inhibit_any(contents)?),
        }
        self.critical |= critical && arc != 32;
        Ok(())
    }
}

/// `SEQUENCE SIZE (1..MAX) OF PolicyInformation`, no policy twice; qualifiers mean nothing to a machine and are skipped.
fn policies(value: Value<'_>) -> Result<&[u8], pki::Error> {
    let list = only(value, tag::SEQUENCE)?;
    let (mut rest, mut count) = (list.reader(), 0);
    loop {
        let at = rest;
        let mut fields = rest.sequence()?;
        let policy = fields.oid()?;
        if !fields.is_empty() {
            fields.value(tag::SEQUENCE)?;
        }
        fields.finish()?;
        if count >= limits::MAX_POLICIES {
            return Err(at.error(ErrorKind::TooLong));
        }
        let mut earlier = list.reader();
        for _ in 0..count {
            if earlier.sequence()?.oid()? == policy {
                return Err(at.error(ErrorKind::IllegalValue));
            }
        }
        count += 1;
        if rest.is_empty() {
            return Ok(list.contents);
        }
    }
}

/// `SEQUENCE SIZE (1..MAX) OF SEQUENCE { issuerDomainPolicy, subjectDomainPolicy }`.
fn mappings(value: Value<'_>) -> Result<&[u8], pki::Error> {
    let list = only(value, tag::SEQUENCE)?;
    let mut rest = list.reader();
    for _ in 0..limits::MAX_POLICIES {
        pair(&mut rest)?;
        if rest.is_empty() {
            return Ok(list.contents);
        }
    }
    Err(rest.error(ErrorKind::TooLong))
}

fn pair<'a>(list: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), pki::Error> {
    let mut fields = list.sequence()?;
    let pair = (fields.oid()?, fields.oid()?);
    fields.finish()?;
    Ok(pair)
}

/// `SEQUENCE { requireExplicitPolicy [0], inhibitPolicyMapping [1] }`, not empty.
fn constraints(value: Value<'_>) -> Result<(Option<u32>, Option<u32>), pki::Error> {
    let list = only(value, tag::SEQUENCE)?;
    let mut fields = list.reader();
    let at = fields;
    let explicit = fields.optional(tag::primitive(0))?.map(number).transpose()?;
    let mapping = fields.optional(tag::primitive(1))?.map(number).transpose()?;
    fields.finish()?;
    if explicit.is_none() && mapping.is_none() {
        return Err(at.error(ErrorKind::IllegalValue));
    }
    Ok((explicit, mapping))
}

fn inhibit_any(value: Value<'_>) -> Result<u32, pki::Error> {
    number(only(value, tag::INTEGER)?)
}

/// SkipCerts: an INTEGER of zero or more.
fn number(value: Value<'_>) -> Result<u32, pki::Error> {
    match value.contents {
        [] | [0, 0..=0x7F, ..] if value.contents != [0] => Err(value.error(ErrorKind::NotDer)),
        [0x80..=0xFF, ..] => Err(value.error(ErrorKind::IllegalValue)),
        // No path is that long.
        octets if octets.len() > 4 => Ok(u32::MAX),
        octets => Ok(octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))),
    }
}

/// The one value of an extension.
fn only(value: Value<'_>, tag: u8) -> Result<Value<'_>, pki::Error> {
    let mut outer = value.reader();
    let only = outer.value(tag)?;
    outer.finish()?;
    Ok(only)
}
