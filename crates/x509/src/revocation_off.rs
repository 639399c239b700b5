//! Without feature `x509-crl-parse` no CRL can be had, and nothing is looked up.

use core::{convert::Infallible, marker::PhantomData};

/// There is none.
#[derive(Clone, Copy)]
pub struct Revocation<'c>(PhantomData<&'c ()>, Infallible);
