//! The compression functions of the hashes, with the shape of their blocks (FIPS 180-4).

use crate::Digest;
use zeroize::Zeroize;

/// A Merkle-Damgård hash below its padding.
pub(super) trait Compression {
    /// The chaining value.
    type State: Copy + Zeroize;
    /// One block.
    type Block: Copy + Block;
    /// The chaining value of an empty message.
    const INITIAL: Self::State;
    /// Bytes of a block.
    const BLOCK_LEN: usize;
    /// Bytes of the length field at the end of the padding.
    const LENGTH_LEN: usize;
    /// Bytes of a digest.
    const DIGEST_LEN: usize;
    /// Takes in one block.
    fn compress(state: &mut Self::State, block: &Self::Block);
    /// The chaining value as a digest.
    fn digest(state: &Self::State) -> Digest;
}

/// A block's bytes.
pub(super) trait Block: AsMut<[u8]> {
    /// All zero.
    fn default() -> Self;
}

impl<const N: usize> Block for [u8; N] {
    fn default() -> Self {
        [0; N]
    }
}

/// SHA-1.
#[cfg(feature = "sha1")]
pub(super) struct Sha1;

#[cfg(feature = "sha1")]
impl Compression for Sha1 {
    type State = [u32; 5];
    type Block = [u8; 64];
    const INITIAL: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    const BLOCK_LEN: usize = 64;
    const LENGTH_LEN: usize = 8;
    const DIGEST_LEN: usize = 20;
    fn compress(state: &mut [u32; 5], block: &[u8; 64]) {
        sha1::block_api::compress(state, core::slice::from_ref(block));
    }
    fn digest(state: &[u32; 5]) -> Digest {
        Digest::new(state.map(u32::to_be_bytes).as_flattened())
    }
}

/// SHA-256.
#[cfg(feature = "sha256")]
pub(super) struct Sha256;

#[cfg(feature = "sha256")]
impl Compression for Sha256 {
    type State = [u32; 8];
    type Block = [u8; 64];
    const INITIAL: [u32; 8] = [
        0x6A09_E667,
        0xBB67_AE85,
        0x3C6E_F372,
        0xA54F_F53A,
        0x510E_527F,
        0x9B05_688C,
        0x1F83_D9AB,
        0x5BE0_CD19,
    ];
    const BLOCK_LEN: usize = 64;
    const LENGTH_LEN: usize = 8;
    const DIGEST_LEN: usize = 32;
    fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
        sha2::block_api::compress256(state, core::slice::from_ref(block));
    }
    fn digest(state: &[u32; 8]) -> Digest {
        Digest::new(state.map(u32::to_be_bytes).as_flattened())
    }
}

/// SHA-384.
#[cfg(feature = "sha384")]
pub(super) struct Sha384;

#[cfg(feature = "sha384")]
impl Compression for Sha384 {
    type State = [u64; 8];
    type Block = [u8; 128];
    const INITIAL: [u64; 8] = [
        0xCBBB_9D5D_C105_9ED8,
        0x629A_292A_367C_D507,
        0x9159_015A_3070_DD17,
        0x152F_ECD8_F70E_5939,
        0x6733_2667_FFC0_0B31,
        0x8EB4_4A87_6858_1511,
        0xDB0C_2E0D_64F9_8FA7,
        0x47B5_481D_BEFA_4FA4,
    ];
    const BLOCK_LEN: usize = 128;
    const LENGTH_LEN: usize = 16;
    const DIGEST_LEN: usize = 48;
    fn compress(state: &mut [u64; 8], block: &[u8; 128]) {
        sha2::block_api::compress512(state, core::slice::from_ref(block));
    }
    fn digest(state: &[u64; 8]) -> Digest {
        Digest::new(state.map(u64::to_be_bytes).as_flattened().get(..48).unwrap_or_default())
    }
}
