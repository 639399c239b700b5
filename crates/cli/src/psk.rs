//! Pre-shared keys: `--psk-identity` with `--psk` of client and server, and the server's `--psk-file`.

use crate::{exit::Failure, files, tls_options::leak};
use clap::Args;
use embertls::{Bytes, MAX_PSK_BYTES, MAX_PSK_IDENTITY_BYTES, Psk, PskLookup};
use std::{collections::HashMap, path::Path};

/// A key with its identity.
#[derive(Args, Clone)]
pub(crate) struct PskOptions {
    /// The identity of --psk, which goes over the network in the clear
    #[arg(long, value_name = "ID", requires = "psk")]
    psk_identity: Option<String>,
    /// A pre-shared key in hexadecimal; without --suites, a client then offers suites with such a key only
    #[arg(long, value_name = "HEX", requires = "psk_identity")]
    psk: Option<String>,
}

impl PskOptions {
    /// Whether there is a key.
    pub(crate) const fn is_given(&self) -> bool {
        self.psk.is_some()
    }

    /// The one key of a client.
    pub(crate) fn client(&self) -> Result<Option<Psk<'static>>, Failure> {
        let Some((identity, key)) = self.pair()? else { return Ok(None) };
        Ok(Some(Psk { identity: leak(identity), key: Box::leak(Box::new(key)) }))
    }

    fn pair(&self) -> Result<Option<(Vec<u8>, Bytes)>, Failure> {
        let (Some(identity), Some(key)) = (&self.psk_identity, &self.psk) else { return Ok(None) };
        entry(identity, key).map(Some).map_err(|why| Failure::Usage(format!("--psk: {why}")))
    }
}

/// The keys of a server by their identities.
pub(crate) struct Keys(HashMap<Vec<u8>, Bytes>);

impl Keys {
    /// That of the options and those of the file.
    pub(crate) fn load(options: &PskOptions, file: Option<&Path>) -> Result<Self, Failure> {
        let mut keys: HashMap<_, _> = options.pair()?.into_iter().collect();
        if let Some(path) = file {
            for (number, line) in files::lines(path)?.iter().enumerate() {
                let wrong =
                    |why: &str| Failure::Usage(format!("{}, line {}: {why}", path.display(), number + 1));
                let line = line.trim_end_matches('\r');
                if line.is_empty() {
                    continue;
                }
                // The last colon, for an identity may have others.
                let (identity, key) = line.rsplit_once(':').ok_or_else(|| wrong("it is not identity:hex"))?;
                let (identity, key) = entry(identity, key).map_err(|why| wrong(&why))?;
                if keys.insert(identity, key).is_some() {
                    return Err(wrong("the identity has a key already"));
                }
            }
        }
        Ok(Self(keys))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PskLookup for Keys {
    fn find(&self, identity: &[u8], key: &mut dyn FnMut(&[u8])) {
        if let Some(found) = self.0.get(identity) {
            key(found);
        }
    }
}

/// Both within their limits. What is wrong is told without the key.
fn entry(identity: &str, key: &str) -> Result<(Vec<u8>, Bytes), String> {
    if identity.len() > MAX_PSK_IDENTITY_BYTES {
        return Err(format!("an identity has at most {MAX_PSK_IDENTITY_BYTES} bytes"));
    }
    let key = hexadecimal(key).ok_or("the key is not hexadecimal")?;
    if key.is_empty() || key.len() > MAX_PSK_BYTES {
        return Err(format!("a key has 1 to {MAX_PSK_BYTES} bytes"));
    }
    Ok((identity.as_bytes().to_vec(), key))
}

fn hexadecimal(text: &str) -> Option<Bytes> {
    let (pairs, []) = text.as_bytes().as_chunks() else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Bytes::zeroed(pairs.len()).ok()?;
    for (to, [high, low]) in bytes.iter_mut().zip(pairs) {
        *to = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// An identity for people, without anything that moves a terminal's cursor.
pub(crate) fn name(identity: &[u8]) -> String {
    crate::report::one_line(&String::from_utf8_lossy(identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_pairs_of_digits() {
        let bytes = |text| hexadecimal(text).map(|bytes| bytes.to_vec());
        assert_eq!(bytes("00fFa0"), Some(vec![0, 0xFF, 0xA0]));
        assert_eq!(bytes(""), Some(vec![]));
        for wrong in ["0", "0g", "+1", "0x01", " 01", "é"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn limits_are_told_without_the_key() {
        assert!(entry("", "00").is_ok());
        assert!(entry(&"i".repeat(128), &"ab".repeat(64)).is_ok());
        assert!(entry(&"i".repeat(129), "ab").is_err());
        for key in ["", &"ab".repeat(65), "abc", "secret"] {
            let told = entry("i", key).err().unwrap();
            assert!(key.is_empty() || !told.contains(key), "{told}");
        }
    }
}
