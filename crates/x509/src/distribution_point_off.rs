//! Without feature `x509-crl-parse` distribution points are not read.

use core::{convert::Infallible, marker::PhantomData};
use pki::{ErrorKind, der::Value};

/// There are none.
#[derive(Clone, Copy)]
pub struct DistributionPoints<'a>(PhantomData<&'a ()>, Infallible);

impl DistributionPoints<'_> {
    pub(crate) const fn decode(value: Value<'_>) -> Result<Self, pki::Error> {
        Err(value.error(ErrorKind::Unsupported))
    }
}
