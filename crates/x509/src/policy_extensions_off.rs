//! Without feature `x509-policies` no extension about policies is read; critical ones are unknown.

use core::marker::PhantomData;
use pki::der::Value;

/// Whether they are read.
pub(crate) const READ_POLICIES: bool = false;

/// Nothing is known.
#[derive(Clone, Copy, Default)]
pub struct PolicyExtensions<'a>(PhantomData<&'a ()>);

impl<'a> PolicyExtensions<'a> {
    pub(crate) const fn is_critical(&self) -> bool {
        false
    }

    #[expect(clippy::unnecessary_wraps, clippy::needless_pass_by_ref_mut, reason = "as with the feature")]
    pub(crate) const fn read(
        &mut self,
        _arc: u8,
        _critical: bool,
        _contents: Value<'a>,
    ) -> Result<(), pki::Error> {
        Ok(())
    }
}
