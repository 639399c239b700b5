//! Without the feature `cbc-record-splitting` every record is one record.

use crate::Protected;

/// Nothing is split.
pub(crate) const fn headroom(_: &Protected) -> usize {
    0
}
