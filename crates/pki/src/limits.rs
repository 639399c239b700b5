//! Limits of reading keys, each with its source and what happens at the edge.

/// The most bytes that one PEM block may decode to. Our own choice, above any certificate and key; longer is `TooLong`.
pub const MAX_PEM_BYTES: usize = 64 * 1024;

/// The most iterations with which a key is derived from a password, and so the longest that a file may keep a
/// processor busy. OWASP recommends 600,000 of PBKDF2; more than ours are `TooCostly`.
pub const MAX_ITERATIONS: u32 = 2_000_000;

/// The longest salt, far above the 16 bytes that NIST SP 800-132 section 5.1 asks for; longer is `TooLong`.
pub const MAX_SALT_BYTES: usize = 1024;

/// The most memory that scrypt may take for its table: four times what OpenSSL makes by default. More is `TooCostly`.
pub const MAX_SCRYPT_BYTES: usize = 64 << 20;

/// How often scrypt may fill that table, one after another; more is `TooCostly`.
pub const MAX_SCRYPT_PARALLELIZATION: usize = 16;
