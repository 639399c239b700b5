//! The server's ephemeral public value, and our half of the agreement (RFC 8422 section 5.10, RFC 5246 section 8.1.2).

use crate::{Error, limits};
use codec::{
    NamedGroup, Reason, Writer,
    message::{ClientDhPublic, ClientEcdhePublic, ServerDhParams, ServerEcdhParams},
};
use crypto::{BoxedJob, Rng};
use memory::Bytes;
use suites::{
    FiniteFields, Group, GroupKind, Profile,
    presence::{Curves, Fields},
};

/// Where the server's value is from.
enum Of {
    /// A curve of the profile.
    Curve(Curves, &'static Group),
    /// A finite field of the profile.
    Field(Fields, &'static Group),
    /// A finite field that the server brought.
    OwnField { field: Fields, functions: &'static FiniteFields, p: Bytes, g: Bytes },
}

/// The server's ephemeral public value.
pub(super) struct ServerShare {
    of: Of,
    public: Bytes,
}

impl ServerShare {
    /// On a curve that was offered (RFC 8422 section 5.4).
    pub(super) fn on_curve(
        curves: Curves,
        profile: &Profile<'_>,
        params: &ServerEcdhParams<'_>,
    ) -> Result<Self, Error> {
        let group = profile
            .groups
            .iter()
            .find(|group| group.id == params.group && matches!(group.kind, GroupKind::Curve(_)))
            .ok_or(Reason::GroupNotOffered)?;
        Ok(Self { of: Of::Curve(curves, group), public: Bytes::copy_of(params.public)? })
    }

    /// In a finite field: one of the profile's, or else one that is checked before it is used.
    pub(super) fn in_field(
        field: Fields,
        profile: &Profile<'_>,
        functions: &'static FiniteFields,
        params: &ServerDhParams<'_>,
    ) -> Result<Self, Error> {
        let named = profile.groups.iter().find(|group| match group.kind {
            GroupKind::FiniteField { p, g, .. } => p == params.p && g == params.g,
            GroupKind::Curve(_) => false,
        });
        let of = match named {
            Some(group) => Of::Field(field, group),
            None if bits(params.p) < limits::MIN_FINITE_FIELD_BITS => {
                return Err(Reason::FiniteFieldTooSmall.into());
            }
            None => {
                Of::OwnField { field, functions, p: Bytes::copy_of(params.p)?, g: Bytes::copy_of(params.g)? }
            }
        };
        Ok(Self { of, public: Bytes::copy_of(params.public)? })
    }

    /// The job that shows whether the server's own field may be used; None for a group that is known.
    pub(super) fn check(&self) -> Result<Option<(Fields, BoxedJob)>, Error> {
        match &self.of {
            Of::Curve(..) | Of::Field(..) => Ok(None),
            Of::OwnField { field, functions, p, g } => match (functions.check)(p, g) {
                Ok(job) => Ok(Some((*field, job))),
                Err(crypto::Error::InvalidKey) => Err(Reason::BadFiniteField.into()),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// The group's number, when it has one.
    pub(super) const fn group(&self) -> Option<NamedGroup> {
        match self.of {
            Of::Curve(_, group) | Of::Field(_, group) => Some(group.id),
            Of::OwnField { .. } => None,
        }
    }

    /// The job that makes our key pair: the private value, then the public one.
    pub(super) fn generate(&self, rng: &mut dyn Rng) -> Result<BoxedJob, Error> {
        Ok(match &self.of {
            Of::Curve(_, group) | Of::Field(_, group) => (group.agreement.generate)(rng)?,
            Of::OwnField { functions, p, g, .. } => (functions.generate)(p, g, rng)?,
        })
    }

    /// Splits what [`ServerShare::generate`] made.
    pub(super) fn split<'r>(&self, key_pair: &'r [u8]) -> Result<(&'r [u8], &'r [u8]), Error> {
        let public_len = match &self.of {
            Of::Curve(_, group) | Of::Field(_, group) => group.agreement.public_len,
            Of::OwnField { p, .. } => p.len(),
        };
        let private_len = key_pair.len().checked_sub(public_len).ok_or(Error::Internal)?;
        key_pair.split_at_checked(private_len).ok_or(Error::Internal)
    }

    /// The job that agrees on the pre-master secret.
    pub(super) fn agree(&self, private: &[u8]) -> Result<BoxedJob, Error> {
        Ok(match &self.of {
            Of::Curve(_, group) | Of::Field(_, group) => (group.agreement.agree)(private, &self.public)?,
            Of::OwnField { functions, p, .. } => (functions.agree)(p, private, &self.public)?,
        })
    }

    /// ClientKeyExchange with our public value.
    pub(super) fn encode(&self, public: &[u8], w: &mut Writer<'_>) -> Result<(), codec::Error> {
        match &self.of {
            Of::Curve(..) => ClientEcdhePublic { point: public }.encode(w),
            Of::Field(..) | Of::OwnField { .. } => ClientDhPublic { public }.encode(w),
        }
    }
}

/// Bits of a big-endian integer, leading zeros not counted.
fn bits(bytes: &[u8]) -> usize {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    match bytes.get(zeros) {
        Some(top) => (bytes.len() - zeros) * 8 - top.leading_zeros() as usize,
        None => 0,
    }
}
