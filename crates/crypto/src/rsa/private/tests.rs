//! Faults, which callers cannot cause: a wrong component, or a bit that flips while an operation is under way.

use super::*;
use std::{string::String, vec::Vec};

type Key2048 = Key<{ U1024::LIMBS }, { U2048::LIMBS }>;

/// The committed test key of 2048 bits.
fn numbers() -> Vec<Vec<u8>> {
    let text = String::from(include_str!("../../../tests/data/rsa/2048.txt"));
    let digit = |c: char| u8::try_from(c.to_digit(16).unwrap()).unwrap();
    text.lines()
        .map(|line| {
            let digits: Vec<u8> = line.split_once(' ').unwrap().1.chars().map(digit).collect();
            digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
        })
        .collect()
}

fn components(numbers: &[Vec<u8>]) -> Components<'_> {
    Components {
        modulus: &numbers[0],
        public_exponent: &numbers[1],
        private_exponent: &numbers[2],
        prime1: &numbers[3],
        prime2: &numbers[4],
        exponent1: &numbers[5],
        exponent2: &numbers[6],
        coefficient: &numbers[7],
    }
}

struct Ones;

impl Rng for Ones {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), Error> {
        out.fill(1);
        Ok(())
    }
}

fn operation(key: &Key2048) -> Private<Emit, { U1024::LIMBS }, { U2048::LIMBS }> {
    let mut operand = [0x5A; 256];
    operand[0] = 0;
    Private { operation: Operation::new(key, &operand, &mut Ones).unwrap(), finish: Emit }
}

fn flipped<const LIMBS: usize>(integer: Uint<LIMBS>) -> Uint<LIMBS> {
    integer.bitxor(&Uint::ONE.shl_vartime(77))
}

#[test]
fn a_corrupt_component_is_a_fault_and_nothing_leaves() {
    let numbers = numbers();
    let key = Key2048::new(&components(&numbers)).unwrap();
    let mut out = [0; 256];
    assert_eq!(operation(&key).advance(Budget::UNLIMITED, &mut out), Progress::Ready(Ok(256)));
    let corruptions: [fn(&mut Key2048); 6] = [
        |key| key.exponent1 = flipped(key.exponent1),
        |key| key.exponent2 = flipped(key.exponent2),
        |key| key.coefficient = flipped(key.coefficient),
        |key| key.prime1 = Odd::new(flipped(*key.prime1.as_ref())).unwrap(),
        |key| key.prime2 = Odd::new(flipped(*key.prime2.as_ref())).unwrap(),
        |key| key.public_exponent ^= 2,
    ];
    for (index, corrupt) in corruptions.iter().enumerate() {
        let mut key = key.copy();
        corrupt(&mut key);
        let mut out = [0; 256];
        let faulty = operation(&key).advance(Budget::UNLIMITED, &mut out);
        assert_eq!(faulty, Progress::Ready(Err(Error::Fault)), "corruption {index}");
        assert_eq!(out, [0; 256], "corruption {index}");
    }
}

#[test]
fn a_fault_between_the_stages_is_seen() {
    let numbers = numbers();
    let key = Key2048::new(&components(&numbers)).unwrap();
    type Under = Operation<{ U1024::LIMBS }, { U2048::LIMBS }>;
    // what to disturb, and after how many stages
    let faults: [(u32, fn(&mut Under)); 5] = [
        (1, |operation| operation.blinded = flipped(operation.blinded)),
        (1, |operation| operation.factor = flipped(operation.factor)),
        (2, |operation| operation.first = flipped(operation.first)),
        (3, |operation| operation.second = flipped(operation.second)),
        (3, |operation| operation.first = Uint::ZERO),
    ];
    for (index, (stages, disturb)) in faults.iter().enumerate() {
        let mut job = operation(&key);
        let mut out = [0; 256];
        for _ in 0..*stages {
            assert_eq!(job.advance(Budget(0), &mut out), Progress::Pending);
        }
        disturb(&mut job.operation);
        assert_eq!(
            job.advance(Budget::UNLIMITED, &mut out),
            Progress::Ready(Err(Error::Fault)),
            "fault {index}"
        );
        assert_eq!(out, [0; 256], "fault {index}");
    }
}

#[test]
fn the_key_is_whole_when_its_smaller_prime_comes_first() {
    let mut numbers = numbers();
    numbers.swap(3, 4);
    numbers.swap(5, 6);
    let [p, q]: [Uint<{ U1024::LIMBS }>; 2] = [3, 4].map(|index: usize| from_bytes(&numbers[index]).unwrap());
    let p = Odd::new(p).unwrap();
    let inverse = Uint::rem(&q, p.as_nz_ref()).invert_odd_mod(&p).unwrap();
    numbers[7] = inverse.to_be_bytes().as_slice().to_vec();
    let key = Key2048::new(&components(&numbers)).unwrap();
    let mut out = [0; 256];
    assert_eq!(operation(&key).advance(Budget::UNLIMITED, &mut out), Progress::Ready(Ok(256)));
}

#[test]
fn the_budget_cuts_between_stages() {
    let numbers = numbers();
    let key = Key2048::new(&components(&numbers)).unwrap();
    let mut whole = [0; 256];
    assert_eq!(operation(&key).advance(Budget::UNLIMITED, &mut whole), Progress::Ready(Ok(256)));
    for (budget, calls) in [(Budget(0), 4), (Budget(1200), 4), (Budget(4500), 2), (Budget(8000), 1)] {
        let mut job = operation(&key);
        let mut out = [0; 256];
        let pending = core::iter::from_fn(|| match job.advance(budget, &mut out) {
            Progress::Pending => Some(()),
            Progress::Ready(done) => {
                assert_eq!(done, Ok(256));
                None
            }
        })
        .count();
        assert_eq!((pending + 1, out), (calls, whole), "{budget:?}");
    }
}

#[test]
fn components_that_do_not_agree_are_refused() {
    let numbers = numbers();
    assert!(RsaPrivateKey::new(&components(&numbers)).is_ok());
    for index in 0..8 {
        let mut wrong = numbers.clone();
        *wrong[index].last_mut().unwrap() ^= 2;
        let made = RsaPrivateKey::new(&components(&wrong));
        assert_eq!(made.err(), Some(Error::InvalidKey), "component {index}");
    }
    for index in 0..8 {
        let mut padded = numbers.clone();
        padded[index].splice(0..0, [0, 0]);
        assert!(RsaPrivateKey::new(&components(&padded)).is_ok(), "component {index}");
        let mut empty = numbers.clone();
        empty[index].clear();
        assert_eq!(
            RsaPrivateKey::new(&components(&empty)).err(),
            Some(Error::InvalidKey),
            "component {index}"
        );
        let mut long = numbers.clone();
        long[index].resize(600, 1);
        assert_eq!(
            RsaPrivateKey::new(&components(&long)).err(),
            Some(Error::InvalidKey),
            "component {index}"
        );
    }
}
