//! Limits of decoding, each with its source and what happens at the edge.

/// The most extensions in one hello. RFC 5246 section 7.4.1.4 sets no limit; browsers send about twenty, and the
/// search for duplicates is quadratic in their number. One more is [`crate::ErrorKind::TooLong`].
pub const MAX_EXTENSIONS: usize = 64;

#[cfg(test)]
mod tests {
    use super::MAX_EXTENSIONS;
    use crate::{Error, ErrorKind, message::Extensions};
    use std::vec::Vec;

    fn block(entries: usize) -> Vec<u8> {
        let mut block = u16::try_from(entries * 4).unwrap().to_be_bytes().to_vec();
        for number in 0..entries {
            block.extend(u16::try_from(number).unwrap().to_be_bytes());
            block.extend([0, 0]);
        }
        block
    }

    #[test]
    fn extensions_up_to_the_limit_are_read_and_one_more_is_refused() {
        let at_limit = block(MAX_EXTENSIONS);
        assert_eq!(Extensions::decode(&at_limit).unwrap().iter().count(), MAX_EXTENSIONS);
        let past_limit = block(MAX_EXTENSIONS + 1);
        let at = 2 + 4 * MAX_EXTENSIONS;
        assert_eq!(Extensions::decode(&past_limit).map(|_| ()), Err(Error::new(ErrorKind::TooLong, at)));
    }
}
