//! Groups, key pairs and the check of groups that a peer brings.

use super::*;
use crate::{Budget, Progress};
use std::vec::Vec;

struct Counter(u8);

impl Rng for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        for byte in out {
            self.0 = self.0.wrapping_mul(5).wrapping_add(113);
            *byte = self.0;
        }
        Ok(())
    }
}

fn run(job: Result<BoxedJob, Error>) -> Result<Vec<u8>, Error> {
    let mut job = job?;
    let mut out = [0; 1100];
    loop {
        if let Progress::Ready(len) = job.advance(Budget(1), &mut out) {
            return Ok(out[..len?].to_vec());
        }
    }
}

const GROUPS: [(&Agreement, &Parameters<'_>); 5] = [
    (&FFDHE2048, &FFDHE2048_PARAMETERS),
    (&FFDHE3072, &FFDHE3072_PARAMETERS),
    (&FFDHE4096, &FFDHE4096_PARAMETERS),
    (&FFDHE6144, &FFDHE6144_PARAMETERS),
    (&FFDHE8192, &FFDHE8192_PARAMETERS),
];

#[test]
fn both_sides_agree_in_every_group() {
    for (group, _) in GROUPS {
        let pair = |seed| run((group.generate)(&mut Counter(seed))).unwrap();
        let (ours, theirs) = (pair(1), pair(2));
        assert_eq!(ours.len(), group.private_len + group.public_len, "{}", group.name);
        let (private, public) = ours.split_at(group.private_len);
        let (other, other_public) = theirs.split_at(group.private_len);
        let shared = run((group.agree)(private, other_public)).unwrap();
        assert_eq!(shared, run((group.agree)(other, public)).unwrap());
        assert!(shared.len() <= group.shared_len && shared[0] != 0);
    }
}

/// 2 to a private value of 3 is 8, and 8 to the power of 5 is 2^15.
#[test]
fn small_powers_are_what_they_are_and_leading_zeros_are_stripped() {
    let p = FFDHE2048_PARAMETERS.p;
    let eight = [&[0; 255][..], &[8]].concat();
    assert_eq!(run(agree(p, &[3], &[2])).unwrap(), [8]);
    assert_eq!(run(agree(p, &[5], &eight)).unwrap(), [0x80, 0]);
}

#[test]
fn public_values_of_0_1_p_minus_1_p_and_above_are_refused() {
    for (group, parameters) in GROUPS {
        let len = parameters.p.len();
        let private = [1; 20];
        let small = |value: u8| [&vec_of(len - 1)[..], &[value]].concat();
        let mut less_one = parameters.p.to_vec();
        less_one[len - 1] -= 1;
        let mut less_two = less_one.clone();
        less_two[len - 1] -= 1;
        let mut more = parameters.p.to_vec();
        more[0..8].fill(0xFF);
        more[len - 1] = 0xFF;
        more[8] = 0xFF;
        for bad in [&small(0), &small(1), &less_one, &parameters.p.to_vec(), &more, &[0xFF; 1025].to_vec()] {
            assert_eq!((group.agree)(&private, bad).err(), Some(Error::OutOfRange), "{}", group.name);
        }
        for good in [&small(2), &less_two] {
            assert!((group.agree)(&private, good).is_ok(), "{}", group.name);
        }
    }
}

fn vec_of(len: usize) -> Vec<u8> {
    std::vec![0; len]
}

#[test]
fn safe_primes_are_accepted_and_named_ones_of_rfc_3526_at_once() {
    assert_eq!(run(check(FFDHE2048_PARAMETERS.p, &[2])), Ok(vec_of(0)));
    for known in [&include_bytes!("modp2048.bin")[..], include_bytes!("modp3072.bin")] {
        assert_eq!(run(check(known, &[2])), Ok(vec_of(0)));
    }
}

/// The primes of RFC 3526 pass the tests too, were they not known.
#[test]
fn a_safe_prime_is_proved_base_by_base() {
    let p = include_bytes!("modp2048.bin");
    let mut job = check(FFDHE2048_PARAMETERS.p, &[2]).unwrap();
    let mut slices = 1;
    while matches!(job.advance(Budget(1), &mut []), Progress::Pending) {
        slices += 1;
    }
    assert_eq!(slices, 8);
    let mut other = p.to_vec();
    other[0] = 0xFE;
    assert_eq!(run(check(&other, &[2])), Err(Error::InvalidKey));
}

#[test]
fn groups_that_are_small_composite_or_unsafe_are_refused() {
    let p = FFDHE2048_PARAMETERS.p;
    let changed = |at: usize, xor: u8| {
        let mut other = p.to_vec();
        other[at] ^= xor;
        other
    };
    // One bit more or less: composite, or a prime that is not safe.
    for bad in [changed(255, 2), changed(255, 4), changed(128, 1), changed(1, 0x80), changed(255, 1)] {
        assert_eq!(run(check(&bad, &[2])), Err(Error::InvalidKey));
    }
    assert_eq!(run(check(&p[1..], &[2])), Err(Error::InvalidKey), "2040 bits");
    assert_eq!(run(check(FFDHE6144_PARAMETERS.p, &[2])), Err(Error::InvalidKey), "6144 bits");
    assert_eq!(run(check(&[], &[2])), Err(Error::InvalidKey));
    let mut less_one = p.to_vec();
    less_one[255] -= 1;
    for g in [&[][..], &[0], &[1], &less_one, p, &[0xFF; 257]] {
        assert_eq!(run(check(p, g)), Err(Error::InvalidKey));
    }
    assert_eq!(run(check(p, &[5])), Ok(vec_of(0)));
}

#[test]
fn a_random_source_that_fails_or_is_dead_makes_no_key() {
    struct Dead;
    impl Rng for Dead {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
            Err(Error::Entropy)
        }
    }
    struct Zeros;
    impl Rng for Zeros {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
            out.fill(0);
            Ok(())
        }
    }
    assert_eq!((FFDHE2048.generate)(&mut Dead).err(), Some(Error::Entropy));
    assert_eq!((FFDHE2048.generate)(&mut Zeros).err(), Some(Error::Entropy));
}
