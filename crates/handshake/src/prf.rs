//! The pseudorandom functions (RFC 5246 section 5, RFC 2246 section 5).

use crypto::Hash;

/// `out ^= P_hash(secret, label + seed)`, the seed in parts.
fn xor_p_hash(hash: &Hash, secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]) {
    let [first, second] = seed;
    let mut a = (hash.hmac)(secret, &[label, first, second]);
    for block in out.chunks_mut(hash.output_len) {
        let output = (hash.hmac)(secret, &[a.as_ref(), label, first, second]);
        for (to, from) in block.iter_mut().zip(output.as_ref()) {
            *to ^= *from;
        }
        a = (hash.hmac)(secret, &[a.as_ref()]);
    }
}

/// The PRF of TLS 1.2 with a suite's hash: `PRF(secret, label, seed) = P_<hash>(secret, label + seed)`.
pub(crate) fn of_suite(hash: &Hash, secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]) {
    out.fill(0);
    xor_p_hash(hash, secret, label, seed, out);
}

/// The PRF of TLS 1.0 and 1.1: both halves of the secret, which share a byte when its length is odd.
#[cfg(all(feature = "md5", feature = "sha1"))]
fn expand_md5_sha1(secret: &[u8], label: &[u8], seed: [&[u8]; 2], out: &mut [u8]) {
    let half = secret.len().div_ceil(2);
    let first = secret.get(..half).unwrap_or_default();
    let second = secret.get(secret.len() - half..).unwrap_or_default();
    out.fill(0);
    xor_p_hash(&crypto::hash::MD5, first, label, seed, out);
    xor_p_hash(&crypto::hash::SHA1, second, label, seed, out);
}

/// `P_MD5(S1, label + seed) XOR P_SHA-1(S2, label + seed)`, with the transcript in both hashes.
#[cfg(all(feature = "md5", feature = "sha1"))]
pub static MD5_SHA1: suites::Prf = suites::Prf { hash: &crypto::hash::MD5_SHA1, expand: expand_md5_sha1 };

#[cfg(test)]
mod tests;
