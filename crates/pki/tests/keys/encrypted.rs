//! Encrypted keys of OpenSSL in every form: the right password, another, none, damage, and files made to stall.

use crate::{
    bytes, load,
    private::{KINDS, belongs},
};
use crypto::{KeyType, signature};
use embertls_pki::{
    BoxedKey, ErrorKind, encrypted, encrypted_private_key, key_der, key_file, key_file_der, limits, pem,
};
use proptest::prelude::*;

const PASSWORD: &[u8] = b"ember";

fn open(name: &str, password: Option<&[u8]>) -> Result<BoxedKey, ErrorKind> {
    key_file(&bytes(&format!("encrypted/{name}")), password, KINDS).map_err(|error| error.kind)
}

/// Every file that `data/encrypted/generate.sh` makes for this build to read.
fn readable() -> Vec<String> {
    let directory = format!("{}/tests/data/encrypted", env!("CARGO_MANIFEST_DIR"));
    let names =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| name.ends_with(".pem") || name.ends_with(".der"))
        .filter(|name| !name.starts_with("unsupported") && !name.starts_with("costly"))
        .collect();
    names.sort();
    assert!(names.len() > 30, "{names:?}");
    names
}

fn password(name: &str) -> &'static [u8] {
    if name.contains("umlauts") { "pässwörd".as_bytes() } else { PASSWORD }
}

#[test]
fn every_way_of_encrypting_gives_the_same_key() {
    for name in readable() {
        let key = open(&name, Some(password(&name))).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let (public, algorithm) = match key.key_type() {
            KeyType::Rsa => ("rsa-public", &signature::RSA_PKCS1_SHA256),
            KeyType::Ec if name == "scrypt-1024-4-2.pem" => ("P-384-public", &signature::ECDSA_SHA384),
            KeyType::Ec | KeyType::Ed25519 => ("P-256-public", &signature::ECDSA_SHA256),
        };
        assert!(belongs(&key, &load(public), algorithm), "{name}");
    }
}

#[test]
fn a_wrong_password_and_none_are_told() {
    for name in readable() {
        for wrong in [&b"Ember"[..], b"", b"ember ", &[0xFF; 40]] {
            assert_eq!(open(&name, Some(wrong)).err(), Some(ErrorKind::WrongPassword), "{name}");
        }
        assert_eq!(open(&name, None).err(), Some(ErrorKind::Encrypted), "{name}");
    }
}

/// Of 2,000 wrong passwords one in 256 leaves an end that looks like padding.
#[test]
fn a_wrong_password_is_not_taken_for_damage() {
    for name in ["pbes2-once.der", "pbes2-rsa-once.der", "PBE-MD5-DES-once.der", "PBE-SHA1-3DES-once.der"] {
        let der = bytes(&format!("encrypted/{name}"));
        for number in 0..2000_u32 {
            let opened = encrypted::decrypt(&der, &number.to_be_bytes());
            assert_eq!(
                opened.err().map(|error| error.kind),
                Some(ErrorKind::WrongPassword),
                "{name} {number}"
            );
        }
    }
}

#[test]
fn a_damaged_ciphertext_is_not_taken_for_a_wrong_password() {
    for name in ["pbes2-once.der", "pbes2-rsa-once.der", "PBE-SHA1-DES-once.der", "PBE-SHA1-2DES-once.der"] {
        let der = bytes(&format!("encrypted/{name}"));
        let len = key_der(&der, Some(PASSWORD)).unwrap().len();
        // the ciphertext is the end of the file, longer than the key by its padding
        for at in der.len() - len..der.len() {
            let mut damaged = der.clone();
            damaged[at] ^= 0x55;
            let error = encrypted_private_key(&damaged, PASSWORD, KINDS).err();
            // of a damaged object identifier nobody can tell whether there is such an algorithm
            let told = matches!(
                error,
                Some(embertls_pki::Error { kind: ErrorKind::Damaged | ErrorKind::Unsupported, .. })
            );
            assert!(told, "{name} {at} {error:?}");
        }
    }
}

#[test]
fn a_ciphertext_that_is_cut_is_damaged_or_malformed() {
    let der = bytes("encrypted/pbes2-once.der");
    for len in 0..der.len() {
        let error = encrypted_private_key(&der[..len], PASSWORD, KINDS).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Truncated, "{len}");
    }
    // one block less, with the lengths that belong to it; then a byte less, which is no block
    for less in [16_u8, 1] {
        let mut cut = der[..der.len() - usize::from(less)].to_vec();
        let ciphertext =
            cut.windows(3).rposition(|header| header[0] == 4 && header[1] == 0x81 && header[2] == 0x90);
        cut[2] -= less;
        cut[ciphertext.unwrap() + 2] -= less;
        assert_eq!(
            encrypted_private_key(&cut, PASSWORD, KINDS).err().unwrap().kind,
            ErrorKind::Damaged,
            "{less}"
        );
    }
}

#[test]
fn other_schemes_are_unsupported_and_not_wrong_passwords() {
    for name in [
        "unsupported-PBE-MD5-RC2-64.pem",
        "unsupported-PBE-SHA1-RC2-40.pem",
        "unsupported-PBE-SHA1-RC4-128.pem",
        "unsupported-traditional.pem",
    ] {
        assert_eq!(open(name, Some(PASSWORD)).err(), Some(ErrorKind::Unsupported), "{name}");
        assert_eq!(open(name, None).err(), Some(ErrorKind::Encrypted), "{name}");
    }
}

/// `der` with its only `from` replaced.
fn altered(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut places = der.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
    let (at, _) = places.next().unwrap();
    assert!(places.next().is_none());
    [&der[..at], to, &der[at + from.len()..]].concat()
}

fn kind(der: &[u8]) -> Option<ErrorKind> {
    encrypted::decrypt(der, PASSWORD).err().map(|error| error.kind)
}

#[test]
fn files_made_to_stall_are_refused_at_the_limit() {
    assert_eq!(open("costly-iterations.pem", Some(PASSWORD)).err(), Some(ErrorKind::TooCostly));
    assert_eq!(limits::MAX_ITERATIONS, 2_000_000);

    let scrypt = load("encrypted/scrypt");
    // N = 16384, r = 8, p = 1
    let figures = [2, 2, 0x40, 0, 2, 1, 8, 2, 1, 1];
    assert_eq!(kind(&scrypt), None);
    for (to, kind_of_it) in [
        // 64 MiB are allowed, the password is no longer right; a byte more of r is refused
        ([2, 2, 0x40, 0, 2, 1, 32, 2, 1, 1], ErrorKind::WrongPassword),
        ([2, 2, 0x40, 0, 2, 1, 33, 2, 1, 1], ErrorKind::TooCostly),
        ([2, 2, 0x40, 0, 2, 1, 127, 2, 1, 1], ErrorKind::TooCostly),
        ([2, 2, 0x40, 0, 2, 1, 1, 2, 1, 16], ErrorKind::WrongPassword),
        ([2, 2, 0x40, 0, 2, 1, 1, 2, 1, 17], ErrorKind::TooCostly),
        ([2, 2, 0x40, 1, 2, 1, 8, 2, 1, 1], ErrorKind::IllegalValue),
        ([2, 2, 0x40, 0, 2, 1, 0, 2, 1, 1], ErrorKind::IllegalValue),
        ([2, 2, 0x40, 0, 2, 1, 8, 2, 1, 0], ErrorKind::IllegalValue),
    ] {
        assert_eq!(kind(&altered(&scrypt, &figures, &to)), Some(kind_of_it), "{to:?}");
    }

    // The salt of PBKDF2 has 8 bytes in OpenSSL 3.0; the whole of PBES1 is rebuilt around longer ones.
    let with_salt = |len: usize| {
        let salt = [&[4, 0x82][..], &u16::try_from(len).unwrap().to_be_bytes(), &vec![7; len]].concat();
        let sequence = |body: &[u8]| {
            [&[0x30, 0x82][..], &u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
        };
        let parameters = sequence(&[&salt[..], &[2, 1, 1]].concat());
        let oid = [6, 10, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01, 0x03];
        let algorithm = sequence(&[&oid[..], &parameters].concat());
        sequence(&[&algorithm[..], &[4, 8], &[0; 8]].concat())
    };
    assert_eq!(kind(&with_salt(limits::MAX_SALT_BYTES)), Some(ErrorKind::WrongPassword));
    assert_eq!(kind(&with_salt(limits::MAX_SALT_BYTES + 1)), Some(ErrorKind::TooLong));
}

#[test]
fn iterations_are_a_number_above_zero() {
    let once = bytes("encrypted/pbes2-once.der");
    // INTEGER 1, then the pseudorandom function
    let rest = [0x30, 0x0C, 6, 8];
    let one = [&[2, 1, 1][..], &rest].concat();
    for (to, expected) in [
        ([2, 1, 2], ErrorKind::WrongPassword),
        ([2, 1, 0], ErrorKind::IllegalValue),
        ([2, 1, 0xFF], ErrorKind::IllegalValue),
    ] {
        assert_eq!(kind(&altered(&once, &one, &[&to[..], &rest].concat())), Some(expected), "{to:?}");
    }
}

#[test]
fn headers_of_encrypted_pem_are_read_strictly() {
    let text = String::from_utf8(bytes("encrypted/traditional-rsa-aes128.pem")).unwrap();
    let open = |text: &str| key_file_der(text.as_bytes(), Some(PASSWORD)).err().map(|error| error.kind);
    assert_eq!(open(&text), None);
    assert_eq!(open(&text.replace('\n', "\r\n")), None);
    assert_eq!(open(&text.replace("AES-128-CBC", "aes-128-cbc")), None);
    let iv = text.split(',').nth(2).and_then(|rest| rest.lines().next()).unwrap();
    for (from, to, expected) in [
        ("4,ENCRYPTED", "4,MIC-ONLY", ErrorKind::BadPem),
        ("DEK-Info: ", "DEK-Info ", ErrorKind::BadPem),
        ("DEK-Info", "DEK-Inf0", ErrorKind::BadPem),
        (iv, "00", ErrorKind::BadPem),
        (iv, &iv[1..], ErrorKind::BadPem),
        (iv, &format!("+{}", &iv[1..]), ErrorKind::BadPem),
        (iv, &format!("{iv}00"), ErrorKind::BadPem),
        ("AES-128-CBC", "AES-128-CTR", ErrorKind::Unsupported),
        ("\n\n", "\n", ErrorKind::BadPem),
    ] {
        assert_eq!(open(&text.replacen(from, to, 1)), Some(expected), "{from} {to}");
    }
    // A bit of the IV is one of the salt, too, and so of the key.
    let other = if iv.starts_with('0') { "1" } else { "0" };
    assert_eq!(open(&text.replacen(iv, &format!("{other}{}", &iv[1..]), 1)), Some(ErrorKind::WrongPassword));
}

#[test]
fn the_first_key_of_a_file_counts_and_others_need_no_password() {
    let [plain, text] = ["P-256-with-parameters.pem", "encrypted/traditional-rsa-des3.pem"].map(bytes);
    assert!(key_file(&[plain.clone(), text.clone()].concat(), None, KINDS).is_ok());
    assert_eq!(
        key_file(&[text, plain].concat(), None, KINDS).err().map(|error| error.kind),
        Some(ErrorKind::Encrypted)
    );
    let public = key_file(&bytes("rsa-public.pem"), None, KINDS).err();
    assert_eq!(public.map(|error| error.kind), Some(ErrorKind::NoKey));
    // A password for what is not encrypted is not looked at.
    assert!(key_file(&bytes("rsa-pkcs1.pem"), Some(b"x"), KINDS).is_ok());
    assert!(encrypted_private_key(&load("P-256-sec1"), b"x", KINDS).is_ok());
}

#[test]
fn what_is_encrypted_is_decrypted_again() {
    for name in ["pbes2-once.der", "scrypt-1024-4-2.pem", "PBE-MD5-DES.pem", "PBE-SHA1-2DES-once.der"] {
        let file = bytes(&format!("encrypted/{name}"));
        let der = name.strip_suffix(".pem").map_or(file, |stem| load(&format!("encrypted/{stem}")));
        let mut fields = embertls_pki::der::Reader::new(&der).sequence().unwrap();
        let algorithm = fields.any().unwrap().bytes;
        let ciphertext = fields.any().unwrap().contents;
        let key = encrypted::decrypt(&der, PASSWORD).unwrap();
        assert_eq!(&*encrypted::encrypt(algorithm, PASSWORD, &key).unwrap(), ciphertext, "{name}");
    }
    // and as PEM does it
    for name in ["aes128", "aes192", "aes256", "des3", "des"] {
        let text = String::from_utf8(bytes(&format!("encrypted/traditional-P-256-{name}.pem"))).unwrap();
        let key = key_file_der(text.as_bytes(), Some(PASSWORD)).unwrap();
        let (cipher, iv) = text.lines().nth(2).unwrap()["DEK-Info: ".len()..].split_once(',').unwrap();
        let again = pem::encrypt(cipher, iv, PASSWORD, &key).unwrap();
        // an ENCRYPTED PRIVATE KEY has no headers: as one the base64 is read
        let body: Vec<&str> = text.lines().skip(4).collect();
        let plain = format!("-----BEGIN EC PRIVATE KEY-----\n{}\n", body.join("\n"));
        let ciphertext = pem::blocks(plain.as_bytes()).next().unwrap().unwrap().decode().unwrap();
        assert_eq!(&*again, &*ciphertext, "{name}");
    }
    assert_eq!(
        pem::encrypt("AES-128-CTR", "00", b"", b"").err().map(|error| error.kind),
        Some(ErrorKind::Unsupported)
    );
}

/// A SEQUENCE in a SEQUENCE is an encrypted key only when an algorithm stands first, and not in a certificate.
#[test]
fn what_is_no_key_is_not_called_encrypted() {
    let certificate = [0x30, 9, 0x30, 7, 0xA0, 3, 2, 1, 2, 2, 0];
    let error = key_file(&certificate, None, KINDS).err().unwrap();
    assert_eq!(error.kind, ErrorKind::UnexpectedTag);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn mutations_of_encrypted_keys_do_no_harm(
        name in prop::sample::select(vec!["pbes2-once.der", "PBE-SHA1-3DES-once.der", "traditional-P-256-aes256.pem"]),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let original = bytes(&format!("encrypted/{name}"));
        let mut file = original.clone();
        for (at, byte) in edits {
            *at.get_mut(&mut file) = byte;
        }
        let opened = key_file_der(&file, Some(PASSWORD));
        // What still opens is no longer than what was encrypted.
        if let Ok(key) = opened {
            let whole = key_file_der(&original, Some(PASSWORD)).unwrap();
            prop_assert!(key.len() <= whole.len().max(file.len()));
        }
    }
}
