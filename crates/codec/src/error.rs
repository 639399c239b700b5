//! Why bytes could not be decoded or encoded, and where.

use memory::OutOfMemory;

/// An encoding that breaks its RFC's presentation, with the offset at which that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Offset in bytes from the start of the structure that was given to the decoder.
    pub at: usize,
}

impl Error {
    /// An error at an offset.
    #[must_use]
    pub const fn new(kind: ErrorKind, at: usize) -> Self {
        Self { kind, at }
    }
}

/// The ways in which an encoding can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The structure ends before a field does.
    Truncated,
    /// Bytes follow the last field.
    TrailingBytes,
    /// A vector is shorter than its RFC's floor.
    TooShort,
    /// A vector is longer than its RFC's ceiling, or than its length prefix can say.
    TooLong,
    /// The length of a vector is not a multiple of its element's.
    Uneven,
    /// A field has a value that its RFC forbids.
    IllegalValue,
    /// An extension or list entry stands twice.
    Duplicate,
    /// There was no memory for an encoding (never from decoding, which does not allocate).
    OutOfMemory,
}

impl From<OutOfMemory> for Error {
    fn from(_: OutOfMemory) -> Self {
        Self::new(ErrorKind::OutOfMemory, 0)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let what = match self.kind {
            ErrorKind::Truncated => "a field is cut off",
            ErrorKind::TrailingBytes => "bytes follow the last field",
            ErrorKind::TooShort => "a vector is shorter than allowed",
            ErrorKind::TooLong => "a vector is longer than allowed",
            ErrorKind::Uneven => "a vector ends within an element",
            ErrorKind::IllegalValue => "a field has a forbidden value",
            ErrorKind::Duplicate => "an entry stands twice",
            ErrorKind::OutOfMemory => "out of memory",
        };
        write!(f, "{what} at byte {}", self.at)
    }
}

impl core::error::Error for Error {}
