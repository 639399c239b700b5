//! Without feature `ocsp-stapling` no status is stapled.

use super::Server;
use crate::{Credential, Error, negotiate::Choice};
use suites::Negotiated;

pub(super) const fn agree(_: &mut Negotiated, _: &Choice<'_>) {}

#[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with the feature")]
impl Server<'_> {
    pub(super) const fn send_certificate_status(&mut self, _: &Credential<'_>) -> Result<(), Error> {
        Ok(())
    }
}
