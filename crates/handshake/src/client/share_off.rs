//! Without the features `ecdh` and `dhm` a server has no ephemeral public value.

use crate::Error;
use codec::{
    NamedGroup, Writer,
    message::{ServerDhParams, ServerEcdhParams},
};
use crypto::{BoxedJob, Rng};
use suites::{
    FiniteFields, Profile,
    presence::{Curves, Fields},
};

/// There is none.
pub(super) enum ServerShare {}

impl ServerShare {
    pub(super) const fn on_curve(
        curves: Curves,
        _: &Profile<'_>,
        _: &ServerEcdhParams<'_>,
    ) -> Result<Self, Error> {
        match curves {}
    }

    pub(super) const fn in_field(
        field: Fields,
        _: &Profile<'_>,
        _: &'static FiniteFields,
        _: &ServerDhParams<'_>,
    ) -> Result<Self, Error> {
        match field {}
    }

    pub(super) const fn check(&self) -> Result<Option<(Fields, BoxedJob)>, Error> {
        match *self {}
    }

    pub(super) const fn group(&self) -> Option<NamedGroup> {
        match *self {}
    }

    pub(super) const fn generate(&self, _: &mut dyn Rng) -> Result<BoxedJob, Error> {
        match *self {}
    }

    pub(super) const fn split<'r>(&self, _: &'r [u8]) -> Result<(&'r [u8], &'r [u8]), Error> {
        match *self {}
    }

    pub(super) const fn agree(&self, _: &[u8]) -> Result<BoxedJob, Error> {
        match *self {}
    }

    pub(super) const fn encode(&self, _: &[u8], _: &mut Writer<'_>) -> Result<(), codec::Error> {
        match *self {}
    }
}
