//! What the tests of every codec check in the same way.

use crate::{Error, ErrorKind, Writer};
use memory::Bytes;
use std::vec::Vec;

/// What `encode` writes.
pub(crate) fn encoding(encode: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut out = Bytes::with_cap(0x10_0000);
    encode(&mut Writer::new(&mut out))?;
    Ok(out.to_vec())
}

/// `recode` decodes its argument and encodes the result: the bytes must come out as they went in, a body that
/// is cut off anywhere must be refused (but where `may_end_at` says that it may end), and so must a byte after it.
pub(crate) fn check(
    bytes: &[u8],
    may_end_at: &[usize],
    recode: impl Fn(&[u8], &mut Writer<'_>) -> Result<(), Error>,
) {
    assert_eq!(encoding(|w| recode(bytes, w)).as_deref(), Ok(bytes));
    for len in 0..bytes.len() {
        let cut = encoding(|w| recode(&bytes[..len], w));
        if may_end_at.contains(&len) {
            assert_eq!(cut.as_deref(), Ok(&bytes[..len]));
        } else {
            assert!(cut.is_err(), "cut off after {len} of {} bytes", bytes.len());
        }
    }
    let mut trailing = bytes.to_vec();
    trailing.push(0);
    let error = encoding(|w| recode(&trailing, w)).unwrap_err();
    assert!(matches!(error.kind, ErrorKind::TrailingBytes | ErrorKind::Truncated), "{error:?}");
}
