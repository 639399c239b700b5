//! Without feature `x509-crl-parse` nothing is looked up.

use super::{Link, Search};
use crate::{TrustAnchor, Verdict, VerifyError};

/// None are made.
pub(super) type Checks = core::marker::PhantomData<u32>;

impl Search<'_, '_> {
    #[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn judge_revocation(
        &mut self,
        _path: &Link<'_>,
        _anchor: Option<&TrustAnchor<'_>>,
    ) -> Result<Verdict, VerifyError> {
        Ok(Verdict::default())
    }
}
