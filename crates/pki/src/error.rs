//! Why a key or a structure could not be read.

/// What is wrong, and at which byte of the structure; for PEM itself, at which byte of the file its block begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Offset in bytes.
    pub at: usize,
}

/// The ways in which a structure can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// It ends before a value does.
    Truncated,
    /// Bytes follow its last value.
    TrailingBytes,
    /// A value of another type stands where one was expected.
    UnexpectedTag,
    /// It is BER, not DER: a length or value in more octets than needed.
    NotDer,
    /// A value that its standard forbids.
    IllegalValue,
    /// A key, curve, algorithm or version that is not compiled in or not known.
    Unsupported,
    /// The key is encrypted, and no password was given or none can be used in this build.
    Encrypted,
    /// What the password opens is noise from its start to its end: it is another password's.
    WrongPassword,
    /// What the password opens is a key, but damaged; or the encrypted part has an impossible length.
    Damaged,
    /// To try a password would take more time or memory than a limit.
    TooCostly,
    /// The file has no private key.
    NoKey,
    /// The parts of the key do not belong together.
    InvalidKey,
    /// A PEM block has no end, another label at its end, or broken base64.
    BadPem,
    /// It is longer than a limit.
    TooLong,
    /// The allocator refused.
    OutOfMemory,
}

impl Error {
    /// An error that has no place of its own.
    #[must_use]
    pub const fn new(kind: ErrorKind) -> Self {
        Self { kind, at: 0 }
    }
}

impl From<memory::OutOfMemory> for Error {
    fn from(_: memory::OutOfMemory) -> Self {
        Self::new(ErrorKind::OutOfMemory)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let what = match self.kind {
            ErrorKind::Truncated => "a value is cut off",
            ErrorKind::TrailingBytes => "bytes follow the last value",
            ErrorKind::UnexpectedTag => "a value has another type than expected",
            ErrorKind::NotDer => "a value is not in DER",
            ErrorKind::IllegalValue => "a value is forbidden by its standard",
            ErrorKind::Unsupported => "a key, curve, algorithm or version is not supported",
            ErrorKind::Encrypted => "the key is encrypted: it needs a password, and a build that can use it",
            ErrorKind::WrongPassword => "the password is wrong for the key",
            ErrorKind::Damaged => "the password is right, but the encrypted key is damaged",
            ErrorKind::TooCostly => "trying the password would take more time or memory than the limit",
            ErrorKind::NoKey => "there is no private key in it",
            ErrorKind::InvalidKey => "the parts of the key do not belong together",
            ErrorKind::BadPem => "a PEM block has no end, another label at its end, or broken base64",
            ErrorKind::TooLong => "it is longer than the limit",
            ErrorKind::OutOfMemory => "out of memory",
        };
        write!(f, "{what} at byte {}", self.at)
    }
}

impl core::error::Error for Error {}
