//! The roots of `certs/` as const trust anchors: subject and public key in flash, no parser and no RAM at run time.
//!
//! The build script reads `certs/` of the repository, or the folder that the environment variable
//! `EMBERTLS_CERTS_DIR` names. Naming a set in a configuration links that set.
#![no_std]
#![forbid(unsafe_code)]

use x509::TrustAnchor;

include!(concat!(env!("OUT_DIR"), "/anchors.rs"));

#[cfg(all(test, feature = "default-certs"))]
mod tests {
    use super::*;

    #[test]
    fn the_default_roots_are_there_and_no_two_are_the_same() {
        assert!(DEFAULT.len() > 100);
        for (index, anchor) in DEFAULT.iter().enumerate() {
            assert!(!anchor.subject.is_empty() && !anchor.spki.is_empty());
            assert!(!DEFAULT[..index].contains(anchor));
        }
    }
}
