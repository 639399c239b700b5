//! An element that answers, fails, and says nonsense.

use super::*;
use crate::signature::ECDSA_SHA256;

struct NoRandom;

impl Rng for NoRandom {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::Entropy)
    }
}

const EC: ExternalKey = ExternalKey { key_type: KeyType::Ec, curve_oid: Some(&[1, 2, 3]), id: 7 };
const RSA: ExternalKey = ExternalKey { key_type: KeyType::Rsa, curve_oid: None, id: 8 };

fn result(job: &mut BoxedJob) -> Progress<Result<std::vec::Vec<u8>, Error>> {
    let mut out = [0; 64];
    match job.advance(Budget::UNLIMITED, &mut out) {
        Progress::Pending => Progress::Pending,
        Progress::Ready(len) => Progress::Ready(len.map(|len| out[..len].to_vec())),
    }
}

#[test]
fn a_signature_waits_for_its_answer() {
    let mut job = EC.sign(&ECDSA_SHA256, &[5; 32], &mut NoRandom).unwrap();
    assert_eq!(result(&mut job), Progress::Pending);
    let request = job.key_request().unwrap();
    assert_eq!(request.key, 7);
    assert!(matches!(request.operation, KeyOperation::Sign { algorithm, digest }
        if algorithm.name == "ecdsa-with-SHA256" && digest == [5; 32]));
    job.answer_key(Ok(b"signature")).unwrap();
    assert!(job.key_request().is_none());
    assert_eq!(result(&mut job), Progress::Ready(Ok(b"signature".to_vec())));
}

#[test]
fn an_element_that_fails_or_says_nonsense_is_an_error_of_its_own() {
    let too_long = [1; limits::MAX_JOB_RESULT_BYTES + 1];
    for answer in [Err(KeyFailure::Failed), Err(KeyFailure::BadCiphertext), Ok(&[][..]), Ok(&too_long)] {
        let mut job = EC.sign(&ECDSA_SHA256, &[5; 32], &mut NoRandom).unwrap();
        job.answer_key(answer).unwrap();
        assert_eq!(result(&mut job), Progress::Ready(Err(Error::PrivateKey)));
    }
}

#[test]
fn a_message_of_another_length_is_the_substitute() {
    for (answer, expected) in [
        (Ok(&[9; 48][..]), Ok([9; 48].to_vec())),
        (Ok(&[9; 47]), Ok([3; 48].to_vec())),
        (Ok(&[9; 49]), Ok([3; 48].to_vec())),
        (Ok(&[]), Ok([3; 48].to_vec())),
        (Err(KeyFailure::BadCiphertext), Ok([3; 48].to_vec())),
        (Err(KeyFailure::Failed), Err(Error::PrivateKey)),
    ] {
        let mut job = RSA.decrypt_or(&[4; 256], &[3; 48], &mut NoRandom).unwrap();
        let request = job.key_request().unwrap();
        assert!(matches!(request.operation, KeyOperation::Decrypt { ciphertext } if ciphertext == [4; 256]));
        job.answer_key(answer).unwrap();
        assert_eq!(result(&mut job), Progress::Ready(expected));
    }
}

#[test]
fn a_key_does_only_what_its_kind_can() {
    assert_eq!(RSA.sign(&ECDSA_SHA256, &[5; 32], &mut NoRandom).err(), Some(Error::Unsupported));
    assert_eq!(EC.decrypt_or(&[4; 256], &[3; 48], &mut NoRandom).err(), Some(Error::Unsupported));
}

#[test]
fn other_jobs_ask_nothing() {
    struct Idle;
    impl Job for Idle {
        fn advance(&mut self, _: Budget, _: &mut [u8]) -> Progress<Result<usize, Error>> {
            Progress::Pending
        }
    }
    assert!(Idle.key_request().is_none());
    assert_eq!(Idle.answer_key(Ok(b"x")), Err(Error::Unsupported));
}
