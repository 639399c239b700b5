//! Without feature `x509-common-name` a common name is good for nothing (RFC 9525 section 2).

use crate::name::{DistinguishedName, ServerName};

/// What a common name is good for; more with feature `x509-common-name`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommonName {
    /// Nothing: names are in subjectAltName.
    #[default]
    Ignored,
}

impl CommonName {
    pub(crate) const fn of(self, _: DistinguishedName<'_>) -> Option<&[u8]> {
        None
    }

    pub(crate) const fn matches(self, _: DistinguishedName<'_>, _: ServerName<'_>) -> bool {
        false
    }

    /// What tells policies apart.
    #[must_use]
    pub const fn settings(self) -> &'static [u8] {
        &[]
    }
}
