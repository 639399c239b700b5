//! AES-GCM (RFC 5288).

use super::explicit_nonce::{protect, row};
use crate::limits::MAX_RECORDS_GCM;
use crypto::cipher::aead;
use suites::Bulk;

/// AES-128-GCM.
pub static AES_128_GCM: Bulk =
    row("AES_128_GCM", [16, 16], MAX_RECORDS_GCM, |key, _, _| protect(&aead::AES_128_GCM, key));

/// AES-256-GCM.
pub static AES_256_GCM: Bulk =
    row("AES_256_GCM", [32, 16], MAX_RECORDS_GCM, |key, _, _| protect(&aead::AES_256_GCM, key));
