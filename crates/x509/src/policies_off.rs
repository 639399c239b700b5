//! Without feature `x509-policies` none can be asked for.

use core::marker::PhantomData;

/// Nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct PolicyDemand<'c>(PhantomData<&'c ()>);

#[cfg(feature = "x509-path-building")]
pub(crate) fn judge_policies<'p>(
    _path: impl Iterator<Item = &'p crate::Certificate<'p>>,
    _len: usize,
    _demand: &PolicyDemand<'_>,
) -> crate::Verdict {
    crate::Verdict::default()
}
