//! Without feature `async-verification` the verdict is what was found here.

use crate::{PeerChain, Request};
use x509::Verdict;

/// Who has the last word on the peer's certificate; more with feature `async-verification`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerdictBy {
    /// What was found here.
    #[default]
    EmberTls,
}

/// Nobody is asked.
#[derive(Clone, Copy)]
pub(crate) enum Asking {}

impl VerdictBy {
    pub(crate) const fn asking(self) -> Option<Asking> {
        None
    }

    pub(crate) const fn asks(self) -> bool {
        false
    }

    pub(crate) const fn request(_: Verdict, _: PeerChain<'_>) -> Option<Request<'_>> {
        None
    }

    pub(crate) const fn settings(self) -> &'static [u8] {
        &[]
    }
}
