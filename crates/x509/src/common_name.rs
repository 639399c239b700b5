//! A common name in the place of alternative names (RFC 6125 section 6.4.4), which RFC 9525 section 2 has done away with.

use crate::name::{DistinguishedName, ServerName, dns_name_matches};

/// What a common name is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommonName {
    /// Nothing: names are in subjectAltName.
    #[default]
    Ignored,
    /// The only one of an end entity is taken for a DNS name, as those of subjectAltName are, when there is no such extension at all.
    /// Name constraints of its CAs apply to it then.
    WithoutAlternativeNames,
}

/// id-at-commonName.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

impl CommonName {
    /// The name, of a certificate without alternative names.
    pub(crate) fn of(self, subject: DistinguishedName<'_>) -> Option<&[u8]> {
        let mut names = subject.attributes().filter(|(oid, _)| *oid == COMMON_NAME);
        let (_, name) = names.next().filter(|_| self == Self::WithoutAlternativeNames)?;
        names.next().is_none().then_some(name)
    }

    /// Whether a certificate without alternative names is for a DNS name.
    pub(crate) fn matches(self, subject: DistinguishedName<'_>, name: ServerName<'_>) -> bool {
        match name {
            ServerName::Dns(name) => self.of(subject).is_some_and(|pattern| dns_name_matches(pattern, name)),
            ServerName::Ip(_) => false,
        }
    }

    /// What tells policies apart; nothing for what they all were once.
    #[must_use]
    pub const fn settings(self) -> &'static [u8] {
        match self {
            Self::Ignored => &[],
            Self::WithoutAlternativeNames => b"common name",
        }
    }
}
