//! Without feature `ocsp-stapling` nobody's status is asked for.

use super::{Link, Search};
use crate::{TrustAnchor, Verdict, VerifyError};

impl Search<'_, '_> {
    #[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    pub(super) fn judge_status(
        &mut self,
        _path: &Link<'_>,
        _anchor: Option<&TrustAnchor<'_>>,
    ) -> Result<Verdict, VerifyError> {
        Ok(Verdict::default())
    }
}
