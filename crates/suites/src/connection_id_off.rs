//! Without the feature `dtls-connection-id` no record has a connection ID.

use crate::RecordHeader;
use core::marker::PhantomData;
use crypto::Error;

/// Nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordConnectionId<'r>(PhantomData<&'r ()>);

impl RecordConnectionId<'_> {
    /// No connection ID.
    pub const NONE: Self = Self(PhantomData);
}

/// What is authenticated of a record besides its content.
pub type AdditionalData = [u8; 13];

/// `seq_num + type + version + length` (RFC 5246 section 6.2.3.3).
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
pub(crate) fn additional_data(
    header: &RecordHeader<'_>,
    [high, low]: [u8; 2],
) -> Result<AdditionalData, Error> {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = header.sequence_number.to_be_bytes();
    let [major, minor] = header.version.0.to_be_bytes();
    Ok([s0, s1, s2, s3, s4, s5, s6, s7, header.content_type.0, major, minor, high, low])
}
