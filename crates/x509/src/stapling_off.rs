//! Without feature `ocsp-stapling` nobody's status is asked for.

use core::{convert::Infallible, marker::PhantomData};

/// There is none.
#[derive(Clone, Copy)]
pub struct Stapling<'c>(PhantomData<&'c ()>, Infallible);

impl<'c> Stapling<'c> {
    /// As with the feature.
    #[must_use]
    pub const fn settings(&self) -> u8 {
        match self.1 {}
    }

    /// As with the feature.
    #[must_use]
    pub const fn fetched(&self) -> &'c [u8] {
        match self.1 {}
    }
}
