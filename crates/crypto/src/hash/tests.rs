//! FIPS 180-4 examples ("abc"), RFC 2202 and RFC 4231 test cases.

use super::*;
use std::{string::String, vec::Vec};

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[test]
fn digests_of_abc() {
    let abc: &[&[u8]] = &[b"a", b"bc"];
    let cases = [
        (&SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (&SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            &SHA512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ];
    for (hash, expected) in cases {
        assert_eq!(hex((hash.digest)(abc).as_ref()), expected, "{}", hash.name);
        let mut running = (hash.start)().unwrap();
        running.update(b"ab");
        let _ = running.digest();
        running.update(b"c");
        assert_eq!(hex(running.digest().as_ref()), expected, "{}", hash.name);
        assert_eq!(expected.len(), hash.output_len * 2);
        assert_eq!(usize::from(*hash.digest_info.last().unwrap()), hash.output_len);
    }
}

#[test]
fn hmac_of_short_and_long_keys() {
    let data: &[u8] = b"what do ya want for nothing?";
    let long: Vec<u8> = std::vec![0xAA; 131];
    let text: &[u8] = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(hex((SHA1.hmac)(b"Jefe", &[data]).as_ref()), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    assert_eq!(
        hex((SHA256.hmac)(b"Jefe", &[data]).as_ref()),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    assert_eq!(
        hex((SHA256.hmac)(&long, &[text]).as_ref()),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
    assert_eq!(
        hex((SHA512.hmac)(b"Jefe", &[data]).as_ref()),
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
         9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    );
}
