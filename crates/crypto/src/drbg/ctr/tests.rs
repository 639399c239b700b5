//! NIST's vectors for CTR_DRBG with AES-256 and the derivation function, in the form that mbedTLS keeps them.

use super::*;
use std::{string::String, vec, vec::Vec};

fn bytes(hex: &str) -> Vec<u8> {
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The lines of the data file: name, function, arguments.
fn cases() -> Vec<(String, String, Vec<Vec<u8>>)> {
    let data = include_str!("../../../tests/data/mbedtls/test_suite_ctr_drbg.data");
    let mut name = String::new();
    let mut cases = Vec::new();
    for line in data.lines() {
        if let Some((function, arguments)) = line.split_once(":\"").filter(|(f, _)| f.contains("_validate_"))
        {
            let arguments = arguments.trim_end_matches('"').split("\":\"").map(bytes).collect();
            cases.push((name.clone(), function.into(), arguments));
        } else if line.starts_with("CTR_DRBG") {
            name = line.into();
        }
    }
    cases
}

/// The first part of what is left of the entropy.
fn take(entropy: &mut Vec<u8>, len: usize) -> Vec<u8> {
    let rest = entropy.split_off(len);
    core::mem::replace(entropy, rest)
}

#[test]
fn vectors_of_nist() {
    let mut done = 0;
    for (name, function, arguments) in cases() {
        let [personalization, entropy, additional1, additional2, expected] = &arguments[..] else { continue };
        if name.contains("AES-128") {
            continue;
        }
        let mut entropy = entropy.clone();
        let mut out = vec![0; expected.len()];
        let reseeds: &[bool] = match function.as_str() {
            "ctr_drbg_validate_no_reseed" => &[false, false],
            "ctr_drbg_validate_pr" => &[true, true],
            "ctr_drbg_validate_reseed_first" => &[true, false],
            "ctr_drbg_validate_reseed_between" => &[false, true],
            _ => continue,
        };
        // The nonce is in the personalisation; every seeding takes the same amount.
        let chunk = entropy.len() / (1 + reseeds.iter().filter(|due| **due).count());
        let first = take(&mut entropy, chunk);
        let mut drbg = CtrDrbg::instantiate(&[&first], personalization).unwrap();
        for (due, additional) in reseeds.iter().zip([additional1, additional2]) {
            let mut additional: &[u8] = additional;
            if *due {
                let input = take(&mut entropy, chunk);
                drbg.reseed(&[&input], additional).unwrap();
                additional = &[];
            }
            drbg.generate(&mut out, additional).unwrap();
        }
        assert_eq!(&out, expected, "{name}");
        done += 1;
    }
    assert!(done > 40, "{done} vectors ran");
}

#[test]
fn requests_and_inputs_have_their_limits() {
    let mut drbg = CtrDrbg::instantiate(&[&[1; 48]], b"").unwrap();
    let mut out = vec![0; limits::MAX_DRBG_REQUEST_BYTES + 1];
    assert_eq!(drbg.generate(&mut out, &[]), Err(Error::BufferTooSmall));
    assert_eq!(drbg.generate(&mut out[..limits::MAX_DRBG_REQUEST_BYTES], &[]), Ok(()));
    drbg.requests = limits::DRBG_RESEED_INTERVAL - 1;
    assert_eq!(drbg.generate(&mut out[..1], &[]), Ok(()));
    assert_eq!(drbg.generate(&mut out[..1], &[]), Err(Error::Entropy));
    drbg.reseed(&[&[2; 48]], &[]).unwrap();
    assert_eq!(drbg.generate(&mut out[..1], &[]), Ok(()));
    assert_eq!(drbg.reseed(&[&[2; 31]], &[]), Err(Error::Entropy));
    assert_eq!(drbg.reseed(&[&vec![2; limits::MAX_DRBG_INPUT_BYTES + 1]], &[]), Err(Error::BufferTooSmall));
}
