//! Distribution points: which CRLs a certificate is listed in (cRLDistributionPoints, RFC 5280 section 4.2.1.13), and
//! what a CRL covers (issuingDistributionPoint, section 5.2.5).

use crate::{
    compare::{is_joined, same_name, same_relative_name},
    extensions::{GeneralName, general_names, named_bits},
    name_constraints::NameBudget,
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// ReasonFlags: bit n of the ASN.1 list is bit n here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReasonFlags(pub u16);

impl ReasonFlags {
    /// None.
    pub const NONE: Self = Self(0);
    /// All that have a meaning: keyCompromise (1) to aACompromise (8).
    pub const ALL: Self = Self(0x1FE);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// DistributionPointName.
#[derive(Clone, Copy)]
pub enum DistributionPointName<'a> {
    /// fullName: GeneralNames, one after the other.
    Full(&'a [u8]),
    /// nameRelativeToCRLIssuer: the attributes of one relative name.
    Relative(&'a [u8]),
}

/// cRLDistributionPoints: DistributionPoints, one after the other.
#[derive(Clone, Copy)]
pub struct DistributionPoints<'a>(&'a [u8]);

/// DistributionPoint.
#[derive(Clone, Copy)]
pub struct DistributionPoint<'a> {
    /// distributionPoint.
    pub name: Option<DistributionPointName<'a>>,
    /// reasons; all when absent.
    pub reasons: ReasonFlags,
    /// cRLIssuer: GeneralNames, one after the other.
    pub crl_issuer: Option<&'a [u8]>,
}

/// issuingDistributionPoint.
#[derive(Clone, Copy)]
pub struct IssuingDistributionPoint<'a> {
    /// distributionPoint.
    pub name: Option<DistributionPointName<'a>>,
    /// onlyContainsUserCerts.
    pub only_user: bool,
    /// onlyContainsCACerts.
    pub only_ca: bool,
    /// onlySomeReasons; all when absent.
    pub reasons: ReasonFlags,
    /// indirectCRL.
    pub indirect: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute: bool,
}

impl<'a> DistributionPoints<'a> {
    pub(crate) fn decode(value: Value<'a>) -> Result<Self, pki::Error> {
        let mut outer = value.reader();
        let list = outer.value(tag::SEQUENCE)?;
        outer.finish()?;
        let mut points = list.reader();
        loop {
            DistributionPoint::decode(&mut points)?;
            if points.is_empty() {
                return Ok(Self(list.contents));
            }
        }
    }

    /// Points that have been read before.
    pub(crate) const fn of_list(list: &'a [u8]) -> Self {
        Self(list)
    }

    /// The points in DER, one after the other.
    pub(crate) const fn list(&self) -> &'a [u8] {
        self.0
    }

    /// Each point.
    pub fn iter(&self) -> impl Iterator<Item = DistributionPoint<'a>> + use<'a> {
        let mut list = Reader::new(self.0);
        core::iter::from_fn(move || DistributionPoint::decode(&mut list).ok())
    }
}

impl<'a> DistributionPoint<'a> {
    fn decode(list: &mut Reader<'a>) -> Result<Self, pki::Error> {
        let mut fields = list.sequence()?;
        let at = fields;
        let name = fields.optional(tag::constructed(0))?.map(point_name).transpose()?;
        let reasons = fields.optional(tag::primitive(1))?.map(reasons).transpose()?;
        let crl_issuer = fields.optional(tag::constructed(2))?.map(general_names).transpose()?;
        fields.finish()?;
        // "a DistributionPoint MUST NOT consist of only the reasons field"
        if name.is_none() && crl_issuer.is_none() {
            return Err(at.error(ErrorKind::IllegalValue));
        }
        Ok(Self { name, reasons: reasons.unwrap_or(ReasonFlags::ALL), crl_issuer })
    }
}

impl<'a> IssuingDistributionPoint<'a> {
    pub(crate) fn decode(value: Value<'a>) -> Result<Self, pki::Error> {
        let mut outer = value.reader();
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let at = fields;
        let name = fields.optional(tag::constructed(0))?.map(point_name).transpose()?;
        let only_user = flag(&mut fields, 1)?;
        let only_ca = flag(&mut fields, 2)?;
        let some_reasons = fields.optional(tag::primitive(3))?.map(reasons).transpose()?;
        let indirect = flag(&mut fields, 4)?;
        let only_attribute = flag(&mut fields, 5)?;
        fields.finish()?;
        let kinds = u8::from(only_user) + u8::from(only_ca) + u8::from(only_attribute);
        let empty = name.is_none() && some_reasons.is_none() && !indirect && kinds == 0;
        // An empty SEQUENCE, and more than one kind of certificates, are forbidden.
        if empty || kinds > 1 {
            return Err(at.error(ErrorKind::IllegalValue));
        }
        let reasons = some_reasons.unwrap_or(ReasonFlags::ALL);
        Ok(Self { name, only_user, only_ca, reasons, indirect, only_attribute })
    }
}

/// `[n] IMPLICIT BOOLEAN DEFAULT FALSE`: DER leaves the default out.
fn flag(fields: &mut Reader<'_>, n: u8) -> Result<bool, pki::Error> {
    match fields.optional(tag::primitive(n))? {
        None => Ok(false),
        Some(value) if value.contents == [0xFF] => Ok(true),
        Some(value) => Err(value.error(ErrorKind::NotDer)),
    }
}

fn reasons(bits: Value<'_>) -> Result<ReasonFlags, pki::Error> {
    Ok(ReasonFlags(named_bits(bits)?).and(ReasonFlags::ALL))
}

fn point_name(value: Value<'_>) -> Result<DistributionPointName<'_>, pki::Error> {
    const FULL: u8 = tag::constructed(0);
    const RELATIVE: u8 = tag::constructed(1);
    let mut outer = value.reader();
    let name = outer.any()?;
    outer.finish()?;
    match name.tag {
        FULL => general_names(name).map(DistributionPointName::Full),
        RELATIVE => {
            let mut attributes = name.reader();
            loop {
                let mut attribute = attributes.sequence()?;
                attribute.oid()?;
                attribute.any()?;
                attribute.finish()?;
                if attributes.is_empty() {
                    return Ok(DistributionPointName::Relative(name.contents));
                }
            }
        }
        _ => Err(value.error(ErrorKind::UnexpectedTag)),
    }
}

/// Tag and contents of GeneralNames, one after the other.
pub(crate) fn names(list: &[u8]) -> impl Iterator<Item = (GeneralName, &[u8])> {
    let mut list = Reader::new(list);
    core::iter::from_fn(move || list.any().ok().map(|value| (GeneralName(value.tag), value.contents)))
}

/// Whether a Name is among GeneralNames.
pub(crate) fn lists_name(list: &[u8], name: &[u8]) -> bool {
    names(list).any(|(form, value)| form == GeneralName::DIRECTORY && same_name(value, name))
}

/// A name of a distribution point, and the Name of the CRL's issuer, which a relative one belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub(crate) name: DistributionPointName<'a>,
    pub(crate) issuer: &'a [u8],
}

impl Placed<'_> {
    /// Whether the two have a name in common; an exhausted budget finds none.
    pub(crate) fn meets(self, other: Placed<'_>, budget: &mut NameBudget) -> bool {
        use DistributionPointName::{Full, Relative};
        match (self.name, other.name) {
            (Full(list), Full(others)) => names(list).any(|(form, name)| {
                names(others).any(|(kind, other)| budget.take() && form == kind && same(form, name, other))
            }),
            (Full(list), Relative(rdn)) => is_listed(list, other.issuer, rdn, budget),
            (Relative(rdn), Full(list)) => is_listed(list, self.issuer, rdn, budget),
            (Relative(rdn), Relative(other_rdn)) => {
                same_name(self.issuer, other.issuer) && same_relative_name(rdn, other_rdn)
            }
        }
    }
}

fn is_listed(list: &[u8], issuer: &[u8], rdn: &[u8], budget: &mut NameBudget) -> bool {
    names(list)
        .any(|(form, name)| budget.take() && form == GeneralName::DIRECTORY && is_joined(name, issuer, rdn))
}

fn same(form: GeneralName, name: &[u8], other: &[u8]) -> bool {
    if form == GeneralName::DIRECTORY { same_name(name, other) } else { name == other }
}
