//! In builds without RSASSA-PSS no row names it, and nothing signs by it.

use super::private::RsaPrivateKey;
use crate::{BoxedJob, Error, Hash, Rng};

impl RsaPrivateKey {
    #[expect(clippy::unused_self, reason = "the same signature as with the feature")]
    pub(super) const fn sign_pss(&self, _: &Hash, _: &[u8], _: &mut dyn Rng) -> Result<BoxedJob, Error> {
        Err(Error::Unsupported)
    }
}
