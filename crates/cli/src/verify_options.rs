//! The values of `ember verify`'s options.

use crate::tls_options::leak;
use clap::{ValueEnum, builder::PossibleValuesParser};
use embertls::registry::verification;
use x509::{MissingCrl, PIN_LEN, PinRole, Pins, RevocationScope, Usage, extensions::ExtendedKeyUsage};

/// SHA-256 of a SubjectPublicKeyInfo.
pub(crate) type Pin = [u8; PIN_LEN];

/// The names of `--profile`.
pub(crate) fn profile_names() -> PossibleValuesParser {
    PossibleValuesParser::new(verification::ALL.iter().map(|(name, _)| *name))
}

/// 64 hexadecimal digits, with or without colons, or base64 of 32 bytes, both also behind `sha256:`, `sha256/` or
/// `sha256//`.
pub(crate) fn parse_pin(text: &str) -> Result<Pin, String> {
    let bare = text.strip_prefix("sha256").map_or(text, |rest| rest.trim_start_matches([':', '/']));
    hexadecimal(&bare.replace(':', ""))
        .or_else(|| base64(bare))
        .and_then(|bytes| Pin::try_from(bytes).ok())
        .ok_or_else(|| format!("'{text}' is not a SHA-256 in hexadecimal or base64"))
}

/// Keys that are trusted for themselves, for the rest of the process.
pub(crate) fn anchor_pins(keys: &[Pin]) -> Option<Pins<'static>> {
    let pins = Pins { sha256: &crypto::hash::SHA256, keys: leak(keys.to_vec()), role: PinRole::Anchor };
    (!keys.is_empty()).then_some(pins)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * PIN_LEN)?;
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |value, digit| value << 4 | digit)).ok())
        .collect()
}

/// RFC 4648 section 4, with its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.strip_suffix('=')?.bytes();
    let values: Option<Vec<usize>> =
        digits.map(|digit| ALPHABET.iter().position(|known| *known == digit)).collect();
    let values = values.filter(|values| values.len() == (PIN_LEN * 8).div_ceil(6))?;
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_usize, 0_u32);
    for value in values {
        (bits, held) = (bits << 6 | value, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}

/// Which certificates are looked up.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum CrlCheck {
    /// Each certificate of the path
    Path,
    /// The first one only
    Leaf,
}

impl CrlCheck {
    pub(crate) const fn as_scope(self) -> RevocationScope {
        match self {
            Self::Path => RevocationScope::Path,
            Self::Leaf => RevocationScope::EndEntity,
        }
    }
}

/// What the want of a list means.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum CrlMissing {
    /// The certificate is invalid
    Refuse,
    /// Nothing
    Allow,
}

impl CrlMissing {
    pub(crate) const fn as_missing(self) -> MissingCrl {
        match self {
            Self::Refuse => MissingCrl::Refused,
            Self::Allow => MissingCrl::Allowed,
        }
    }
}

/// What a certificate is for.
#[derive(Clone, Debug)]
pub(crate) enum UsageName {
    Server,
    Client,
    Any,
    /// The contents of an object identifier.
    Purpose(Vec<u8>),
}

impl UsageName {
    pub(crate) fn as_usage(&self) -> Usage<'_> {
        match self {
            Self::Server => Usage::Server,
            Self::Client => Usage::Client,
            Self::Any => Usage::Any,
            Self::Purpose(oid) => Usage::Given(oid),
        }
    }
}

/// A word, or an object identifier with dots.
pub(crate) fn parse_usage(text: &str) -> Result<UsageName, String> {
    let purpose = |oid: &[u8]| Ok(UsageName::Purpose(oid.to_vec()));
    match text {
        "server" => Ok(UsageName::Server),
        "client" => Ok(UsageName::Client),
        "any" => Ok(UsageName::Any),
        "code-signing" => purpose(ExtendedKeyUsage::CODE_SIGNING),
        "email" => purpose(ExtendedKeyUsage::EMAIL_PROTECTION),
        "time-stamping" => purpose(ExtendedKeyUsage::TIME_STAMPING),
        "ocsp-signing" => purpose(ExtendedKeyUsage::OCSP_SIGNING),
        _ => object_identifier(text).map(UsageName::Purpose).ok_or_else(|| {
            format!(
                "'{text}' is none of server, client, any, code-signing, email, time-stamping, ocsp-signing, and no \
                 object identifier"
            )
        }),
    }
}

/// The contents of an object identifier.
#[derive(Clone, Debug)]
pub(crate) struct ObjectIdentifier(pub(crate) Vec<u8>);

/// Numbers with dots.
pub(crate) fn parse_policy(text: &str) -> Result<ObjectIdentifier, String> {
    let contents = object_identifier(text)
        .ok_or(format!("'{text}' is not a number such as 2.16.840.1.101.3.2.1.48.1"))?;
    Ok(ObjectIdentifier(contents))
}

/// X.690 section 8.19, its contents.
pub(crate) fn object_identifier(text: &str) -> Option<Vec<u8>> {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>()?;
    let [first, second, rest @ ..] = arcs.as_slice() else { return None };
    if *first > 2 || (*first < 2 && *second >= 40) {
        return None;
    }
    let mut contents = Vec::new();
    for arc in [first.checked_mul(40)?.checked_add(*second)?].iter().chain(rest) {
        let septets = (1..10).take_while(|count| arc >> (7 * count) != 0).count();
        for place in (0..=septets).rev() {
            let septet = u8::try_from(arc >> (7 * place) & 0x7F).ok()?;
            contents.push(if place == 0 { septet } else { septet | 0x80 });
        }
    }
    Some(contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_in_both_alphabets() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let expected = parse_pin(hex).unwrap();
        assert_eq!((expected[0], expected[31]), (0xE3, 0x55));
        for same in [
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            &format!("sha256:{}", hex.to_uppercase()),
            "e3:b0:c4:42:98:fc:1c:14:9a:fb:f4:c8:99:6f:b9:24:27:ae:41:e4:64:9b:93:4c:a4:95:99:1b:78:52:b8:55",
        ] {
            assert_eq!(parse_pin(same).unwrap(), expected, "{same}");
        }
        for wrong in ["", "00", &hex[1..], &format!("{hex}0"), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV="]
        {
            assert!(parse_pin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn object_identifiers_are_read() {
        assert_eq!(object_identifier("1.3.6.1.5.5.7.3.1").unwrap(), ExtendedKeyUsage::SERVER_AUTH);
        assert_eq!(object_identifier("2.999.3").unwrap(), [0x88, 0x37, 3]);
        assert_eq!(object_identifier("1.2.840.113549").unwrap(), [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]);
        for wrong in ["", "1", "3.1", "1.40", "1.2.", "1..2", "a.b", "1.2.-1", "2.18446744073709551615"] {
            assert!(object_identifier(wrong).is_none(), "{wrong}");
        }
    }
}
