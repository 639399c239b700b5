//! 1/n-1 record splitting against predictable IVs (TLS 1.0; feature `cbc-record-splitting`): of application data the first
//! byte goes into a record of its own, whose MAC makes the next record's IV unpredictable.

use crate::{Protected, limits};
use suites::RecordIv;

/// Bytes that the record of the first byte needs before the other one; 0 where whoever sees the records so far does not
/// know the next one's IV, so that nothing is split.
pub(crate) const fn headroom(protected: &Protected) -> usize {
    let predictable = protected.bulk.block_cipher && matches!(protected.record_iv, RecordIv::Chained);
    if predictable { limits::HEADER_BYTES + 1 + protected.after() } else { 0 }
}
