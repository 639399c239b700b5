//! Limits of the record layer, each with its source and what happens at the edge.

/// The longest plaintext fragment (RFC 5246 section 6.2.1: 2^14); one more is `RecordOverflow`.
pub const MAX_PLAINTEXT_BYTES: usize = 1 << 14;

/// The longest protected fragment (RFC 5246 section 6.2.3: 2^14 + 2048); one more is `RecordOverflow`.
pub const MAX_CIPHERTEXT_BYTES: usize = MAX_PLAINTEXT_BYTES + 2048;

/// Bytes of a record's header (RFC 5246 section 6.2.1).
pub const HEADER_BYTES: usize = 5;

/// Records under one AES-GCM key: 2^24.5 full-sized records keep the attacker's advantage below 2^-57 (RFC 8446
/// section 5.5, after Luykx and Paterson); at the limit the connection ends.
pub const MAX_RECORDS_GCM: u64 = 23_726_566;

/// Records under one key of explicit nonces, times how often those have begun anew at random: n beginnings over r records
/// repeat a nonce of 64 bits with a chance below n * r / 2^64, which stays below the 2^-32 that SP 800-38D section 8
/// asks for. At the limit the connection ends.
pub const MAX_RECORDS_TIMES_RESTARTS: u64 = 1 << 32;

/// Records under one AES-CCM key, whatever the length of its tag: after 2^23 of them the attacker's advantage may be
/// 2^-57 (RFC 9147 section 4.5.3 and appendix B); at the limit the connection ends.
pub const MAX_RECORDS_CCM: u64 = 1 << 23;

/// Records under one AES-CBC key. With 128-bit blocks and records of 2^10 blocks, 2^38 records stay 2^16 times below
/// the birthday bound of 2^64 blocks; at the limit the connection ends.
pub const MAX_RECORDS_CBC: u64 = 1 << 38;

/// Records under one ChaCha20-Poly1305 key: the sequence number's end comes first (RFC 8446 section 5.5).
pub const MAX_RECORDS_CHACHA20_POLY1305: u64 = u64::MAX;
