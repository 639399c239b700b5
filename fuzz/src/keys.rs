//! Private and public keys, in PEM and DER: any bytes are read or refused, and nothing is read beyond them.
//!
//! No password is tried: what one may cost is limited, but not to what a fuzzer has.

use embertls::registry::{groups::CURVES, keys::ALL};
use pki::{key_file, key_type, pem, private_key, public_key};

/// Reads the bytes as a file of keys, as each of its blocks, and as DER.
pub fn run(input: &[u8]) {
    read(input);
    for block in pem::blocks(input).map_while(Result::ok) {
        assert!(block.label.len() <= input.len());
        if let Ok(der) = block.decode() {
            assert!(der.len() <= input.len());
            read(&der);
        }
    }
    if let Err(error) = key_file(input, None, ALL) {
        assert!(error.at <= input.len());
    }
}

fn read(der: &[u8]) {
    if let Err(error) = private_key(der, ALL) {
        assert!(error.at <= der.len());
    }
    match public_key(der, CURVES) {
        Ok(key) => assert_eq!(key_type(der), Some(key.key_type())),
        Err(error) => assert!(error.at <= der.len()),
    }
}
