//! What is written of a key is read as that key, in every form and under every encryption; what is cut short or
//! longer is refused.
#![expect(clippy::unwrap_used, reason = "a test that fails panics")]

use crypto::Rng;
use embertls_authority::{Encryption, Form, KeyPair, NewKey};
use proptest::prelude::*;

/// A deterministic source (xorshift64*).
struct Seeded(u64);

impl Rng for Seeded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), crypto::Error> {
        for byte in out {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            *byte = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes()[0];
        }
        Ok(())
    }
}

/// A key of each kind; that of RSA is always the same, since its primes take long.
fn key(kind: usize, rng: &mut Seeded) -> KeyPair {
    let new = [NewKey::P256, NewKey::P384, NewKey::P521, NewKey::Ed25519];
    match new.get(kind) {
        Some(new) => KeyPair::generate(*new, rng).unwrap(),
        None => {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/testdata/certs/rsa.key");
            KeyPair::from_file(&std::fs::read(path).unwrap(), None).unwrap()
        }
    }
}

const KINDS: usize = 5;
const ED25519: usize = 3;

/// Writes in PEM and DER where the form has them, and reads again.
fn there_and_back(
    key: &KeyPair,
    form: Form,
    encryption: Option<(Encryption, &str)>,
    rng: &mut Seeded,
) -> usize {
    let password = encryption.map(|(_, password)| password);
    let plain = key.to_der(Form::Pkcs8, None, rng).unwrap();
    let files =
        [key.to_pem(form, encryption, rng).map(String::into_bytes), key.to_der(form, encryption, rng)];
    files
        .into_iter()
        .flatten()
        .map(|file| {
            let read = KeyPair::from_file(&file, password).unwrap();
            assert_eq!(read.spki(), key.spki());
            assert_eq!(read.to_der(Form::Pkcs8, None, rng).unwrap(), plain);
        })
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_form_is_read_as_the_same_key(kind in 0..KINDS, seed in 1..u64::MAX, password in "[ -~]{1,24}") {
        let mut rng = Seeded(seed);
        let key = key(kind, &mut rng);
        let mut count = 0;
        for form in [Form::Pkcs8, Form::Traditional] {
            for encryption in [None, Some(Encryption::Pkcs12), Some(Encryption::Pbes1), Some(Encryption::Pem)] {
                let encryption = encryption.map(|encryption| (encryption, password.as_str()));
                count += there_and_back(&key, form, encryption, &mut rng);
            }
        }
        // PKCS#8 plain and under two schemes, the other form plain and under PEM's own
        prop_assert_eq!(count, if kind == ED25519 { 6 } else { 9 });
    }

    #[test]
    fn a_key_cut_short_or_with_more_behind_it_is_refused(kind in 0..KINDS, seed in 1..u64::MAX, at in any::<prop::sample::Index>()) {
        let mut rng = Seeded(seed);
        let key = key(kind, &mut rng);
        let good = key.to_der(Form::Pkcs8, None, &mut rng).unwrap();
        let cut = at.index(good.len());
        prop_assert!(KeyPair::from_der(&good[..cut]).is_err());
        let mut more = good;
        more.push(0);
        prop_assert!(KeyPair::from_der(&more).is_err());
    }
}

/// The schemes that are slow by design, once for each kind.
#[test]
fn the_strong_schemes_are_read_as_the_same_key() {
    let mut rng = Seeded(7);
    for kind in 0..KINDS {
        let key = key(kind, &mut rng);
        let encryption = if kind % 2 == 0 { Encryption::Pbes2 } else { Encryption::Scrypt };
        assert_eq!(there_and_back(&key, Form::Pkcs8, Some((encryption, "pässwörd")), &mut rng), 2);
    }
}
