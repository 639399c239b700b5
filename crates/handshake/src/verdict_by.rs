//! Who has the last word on the peer's certificate.

use crate::{PeerChain, Request};
use x509::Verdict;

/// Who has the last word on the peer's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerdictBy {
    /// What was found here.
    #[default]
    EmberTls,
    /// The application, which is shown what was found and the chain when the path has ended, and may answer later
    /// ([`Request::Certificate`]). A stapled status is judged here all the same, after the answer.
    Application,
}

/// The application is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asking(());

impl VerdictBy {
    pub(crate) const fn asking(self) -> Option<Asking> {
        if self.asks() { Some(Asking(())) } else { None }
    }

    pub(crate) const fn asks(self) -> bool {
        matches!(self, Self::Application)
    }

    /// What is asked.
    pub(crate) const fn request(verdict: Verdict, chain: PeerChain<'_>) -> Option<Request<'_>> {
        Some(Request::Certificate { verdict, chain })
    }

    /// What tells configurations apart; nothing for what they all were once.
    pub(crate) const fn settings(self) -> &'static [u8] {
        match self {
            Self::EmberTls => &[],
            Self::Application => b"verdict by the application",
        }
    }
}
