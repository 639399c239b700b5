//! Name constraints (RFC 5280 section 4.2.1.10): which names the certificates below a CA may bear.
//!
//! What cannot be judged is refused: a form of name that is constrained and not known here, or a name that is
//! malformed where names of its form are constrained.

use crate::{
    Certificate, CommonName, Reasons,
    compare::is_below,
    extensions::{GeneralName, SubjectAltName},
    limits,
    name::{DistinguishedName, is_dns_name},
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// The value of the extension, in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameConstraints<'a>(pub &'a [u8]);

/// Comparisons of a name with a subtree that one verification may still make.
#[derive(Clone, Copy)]
pub(crate) struct NameBudget(u32);

impl NameBudget {
    pub(crate) const FULL: Self = Self(limits::MAX_NAME_COMPARISONS);

    pub(crate) const fn take(&mut self) -> bool {
        let left = self.0.checked_sub(1);
        self.0 = self.0.saturating_sub(1);
        left.is_some()
    }
}

/// The names of a certificate that constraints apply to.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) subject: DistinguishedName<'a>,
    pub(crate) alternative: Option<SubjectAltName<'a>>,
    /// Of an end entity, what may stand for them.
    pub(crate) common_name: CommonName,
}

/// emailAddress.
const EMAIL_ADDRESS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1];

/// An empty SEQUENCE.
const EMPTY: &[u8] = &[0x30, 0];

impl<'a> Names<'a> {
    pub(crate) const fn of(certificate: &Certificate<'a>) -> Self {
        let alternative = certificate.extensions.subject_alt_name;
        Self { subject: certificate.subject, alternative, common_name: CommonName::Ignored }
    }

    /// Each name with its form; the subject too, unless it is empty, the mail addresses in it, and a common name that counts.
    fn iter(self) -> impl Iterator<Item = (GeneralName, &'a [u8])> {
        let subject = self.subject;
        let directory = (subject.der() != EMPTY).then_some((GeneralName::DIRECTORY, subject.der()));
        let common_name = if self.alternative.is_none() { self.common_name.of(subject) } else { None };
        let mail = subject.attributes().filter(|(oid, _)| *oid == EMAIL_ADDRESS);
        directory
            .into_iter()
            .chain(mail.map(|(_, address)| (GeneralName::EMAIL, address)))
            .chain(common_name.map(|name| (GeneralName::DNS, name)))
            .chain(self.alternative.into_iter().flat_map(|names| names.iter()))
    }
}

/// The subtrees, permitted and excluded ones.
struct Subtrees<'a> {
    permitted: Reader<'a>,
    excluded: Reader<'a>,
}

impl<'a> NameConstraints<'a> {
    /// Reads the extension, all of it.
    pub(crate) fn decode(value: Value<'a>) -> Result<Self, pki::Error> {
        let subtrees = subtrees(value.reader())?;
        for mut list in [subtrees.permitted, subtrees.excluded] {
            while !list.is_empty() {
                base(&mut list)?;
            }
        }
        Ok(Self(value.contents))
    }

    /// What is wrong with names below the CA whose constraints these are.
    pub(crate) fn check(self, names: Names<'_>, budget: &mut NameBudget) -> Reasons {
        let Ok(subtrees) = subtrees(Reader::new(self.0)) else { return Reasons::NAME_NOT_PERMITTED };
        names
            .iter()
            .map(|(form, name)| subtrees.check(form, name, budget))
            .find(|reasons| !reasons.is_empty())
            .unwrap_or_default()
    }
}

impl Subtrees<'_> {
    fn check(&self, form: GeneralName, name: &[u8], budget: &mut NameBudget) -> Reasons {
        let mut excluded = self.excluded;
        while !excluded.is_empty() {
            if !budget.take() {
                return Reasons::NAME_BUDGET;
            }
            let Ok(base) = base(&mut excluded) else { return Reasons::NAME_EXCLUDED };
            if base.tag == form.0 && touches(form, name, base.contents) {
                return Reasons::NAME_EXCLUDED;
            }
        }
        let (mut permitted, mut constrained) = (self.permitted, false);
        while !permitted.is_empty() {
            if !budget.take() {
                return Reasons::NAME_BUDGET;
            }
            let Ok(base) = base(&mut permitted) else { return Reasons::NAME_NOT_PERMITTED };
            if base.tag == form.0 {
                constrained = true;
                if is_within(form, name, base.contents) == Some(true) {
                    return Reasons::NONE;
                }
            }
        }
        if constrained { Reasons::NAME_NOT_PERMITTED } else { Reasons::NONE }
    }
}

/// `SEQUENCE { permittedSubtrees [0], excludedSubtrees [1] }`, not empty.
fn subtrees<'a>(mut outer: Reader<'a>) -> Result<Subtrees<'a>, pki::Error> {
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let at = fields;
    let permitted = fields.optional(tag::constructed(0))?;
    let excluded = fields.optional(tag::constructed(1))?;
    fields.finish()?;
    if permitted.is_none() && excluded.is_none() {
        return Err(at.error(ErrorKind::IllegalValue));
    }
    let list = |value: Option<Value<'a>>| match value {
        Some(value) if value.contents.is_empty() => Err(value.error(ErrorKind::IllegalValue)),
        Some(value) => Ok(value.reader()),
        None => Ok(Reader::new(&[])),
    };
    Ok(Subtrees { permitted: list(permitted)?, excluded: list(excluded)? })
}

/// `GeneralSubtree`: minimum must be 0, which DER leaves out, and maximum absent.
fn base<'a>(list: &mut Reader<'a>) -> Result<Value<'a>, pki::Error> {
    let mut fields = list.sequence()?;
    let base = fields.any()?;
    let wrong = base.error(ErrorKind::IllegalValue);
    if !fields.is_empty() {
        return Err(fields.error(ErrorKind::IllegalValue));
    }
    let right = match GeneralName(base.tag) {
        GeneralName::IP => matches!(base.contents.len(), 8 | 32) && address_and_mask(base.contents).is_some(),
        GeneralName(tag) => tag & 0xC0 == 0x80,
    };
    if right { Ok(base) } else { Err(wrong) }
}

/// Whether a name has something in common with an excluded subtree; what cannot be told has.
fn touches(form: GeneralName, name: &[u8], base: &[u8]) -> bool {
    is_within(form, name, base).is_none_or(|within| within)
        || (form == GeneralName::DNS && covers(name, base))
}

/// Whether a name lies in a subtree; None when that cannot be told.
fn is_within(form: GeneralName, name: &[u8], base: &[u8]) -> Option<bool> {
    match form {
        GeneralName::DNS => dns_is_within(name, base),
        GeneralName::IP => ip_is_within(name, base),
        GeneralName::EMAIL => mail_is_within(name, base),
        GeneralName::URI => host_is_within(uri_host(name)?, base),
        GeneralName::DIRECTORY => is_below(name, base),
        GeneralName(_) => None,
    }
}

/// The host itself and everything below it; with a dot before it, only what is below; nothing at all means any.
fn dns_is_within(name: &[u8], base: &[u8]) -> Option<bool> {
    let host = name.strip_prefix(b"*.").unwrap_or(name);
    let domain = base.strip_prefix(b".").unwrap_or(base);
    if !is_dns_name(host) || !(base.is_empty() || is_dns_name(domain)) {
        return None;
    }
    Some(
        base.is_empty()
            || is_below_domain(name, domain)
            || (domain == base && name.eq_ignore_ascii_case(base)),
    )
}

/// Whether a name with a wildcard stands for the host of a subtree among others.
fn covers(name: &[u8], base: &[u8]) -> bool {
    let parent = base.iter().position(|byte| *byte == b'.').and_then(|dot| base.get(dot + 1..));
    name.strip_prefix(b"*.").zip(parent).is_some_and(|(host, parent)| host.eq_ignore_ascii_case(parent))
}

fn is_below_domain(name: &[u8], domain: &[u8]) -> bool {
    let split = name.len().checked_sub(domain.len()).and_then(|at| name.split_at_checked(at));
    split.is_some_and(|(labels, end)| {
        labels.len() > 1 && labels.ends_with(b".") && end.eq_ignore_ascii_case(domain)
    })
}

/// The host, or with a dot before it every host below that domain; nothing means any.
fn host_is_within(host: &[u8], base: &[u8]) -> Option<bool> {
    if !is_dns_name(host) {
        return None;
    }
    match base.strip_prefix(b".") {
        _ if base.is_empty() => Some(true),
        Some(domain) => is_dns_name(domain).then(|| is_below_domain(host, domain)),
        None => is_dns_name(base).then(|| host.eq_ignore_ascii_case(base)),
    }
}

/// A mailbox, or all of a host or of a domain. The part before the `@` is compared with its case.
fn mail_is_within(address: &[u8], base: &[u8]) -> Option<bool> {
    let parts = |address: &[u8]| address.iter().rposition(|byte| *byte == b'@');
    let (mailbox, host) = address.split_at_checked(parts(address)?)?;
    let host = host.get(1..)?;
    let Some((wanted, base_host)) = parts(base).and_then(|at| base.split_at_checked(at)) else {
        return host_is_within(host, base).filter(|_| !mailbox.is_empty());
    };
    let same_host = host_is_within(host, base_host.get(1..)?)?;
    Some(same_host && mailbox == wanted && base_host.len() > 1)
}

/// Address under mask; an address of the other family is not within.
fn ip_is_within(address: &[u8], base: &[u8]) -> Option<bool> {
    let (network, mask) = address_and_mask(base)?;
    if network.len() != address.len() {
        return Some(false);
    }
    let mut octets = address.iter().zip(network).zip(mask);
    Some(octets.all(|((octet, network), mask)| octet & mask == network & mask))
}

/// The halves of a base, of which the second is a mask as CIDR has it: ones, then zeros.
fn address_and_mask(base: &[u8]) -> Option<(&[u8], &[u8])> {
    let (network, mask) = base.split_at_checked(base.len() / 2)?;
    let mut past_ones = mask.iter().skip_while(|octet| **octet == 0xFF);
    let border = past_ones.next().copied().unwrap_or_default();
    (border.leading_ones() + border.trailing_zeros() == 8 && past_ones.all(|octet| *octet == 0))
        .then_some((network, mask))
}

/// The host of a URI with an authority (RFC 3986 section 3.2), without user and port; None for an address in brackets.
fn uri_host(uri: &[u8]) -> Option<&[u8]> {
    let colon = uri.iter().position(|byte| *byte == b':')?;
    let rest = uri.get(colon..)?.strip_prefix(b"://")?;
    let authority = rest.split(|byte| matches!(byte, b'/' | b'?' | b'#')).next()?;
    let host_and_port = authority.rsplit(|byte| *byte == b'@').next()?;
    host_and_port.split(|byte| *byte == b':').next()
}

#[cfg(test)]
mod tests;
