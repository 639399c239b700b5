//! Without feature `x509-crl-parse` no CRL can be had, and nothing is looked up.

use core::{convert::Infallible, marker::PhantomData};

/// There is none.
#[derive(Clone, Copy)]
pub struct Revocation<'c>(PhantomData<&'c ()>, Infallible);

impl<'c> Revocation<'c> {
    /// As with the feature.
    #[must_use]
    pub const fn settings(&self) -> [u8; 2] {
        match self.1 {}
    }

    /// As with the feature.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = &'c [u8]> + use<'c> {
        core::iter::empty()
    }
}
