//! AES-CCM and, with a tag of 8 bytes, AES-CCM-8 (RFC 6655).

use super::explicit_nonce::{protect, row};
use crate::limits::MAX_RECORDS_CCM;
use crypto::cipher::aead;
use suites::Bulk;

/// AES-128-CCM.
pub static AES_128_CCM: Bulk =
    row("AES_128_CCM", [16, 16], MAX_RECORDS_CCM, |key, _, _| protect(&aead::AES_128_CCM, key));

/// AES-256-CCM.
pub static AES_256_CCM: Bulk =
    row("AES_256_CCM", [32, 16], MAX_RECORDS_CCM, |key, _, _| protect(&aead::AES_256_CCM, key));

/// AES-128-CCM with a tag of 8 bytes.
pub static AES_128_CCM_8: Bulk =
    row("AES_128_CCM_8", [16, 8], MAX_RECORDS_CCM, |key, _, _| protect(&aead::AES_128_CCM_8, key));

/// AES-256-CCM with a tag of 8 bytes.
pub static AES_256_CCM_8: Bulk =
    row("AES_256_CCM_8", [32, 8], MAX_RECORDS_CCM, |key, _, _| protect(&aead::AES_256_CCM_8, key));
