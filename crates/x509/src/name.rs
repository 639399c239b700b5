//! Names: the peer's name as the application means it, and distinguished names as text.

use core::fmt;
use pki::der::{Reader, tag};

/// Whom a certificate must be valid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerName<'a> {
    /// A DNS name, in ASCII (A-labels); a trailing dot means nothing.
    Dns(&'a str),
    /// An IP address.
    Ip(IpAddress),
}

/// An IP address as iPAddress of subjectAltName holds it (RFC 5280 section 4.2.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpAddress {
    /// IPv4.
    V4([u8; 4]),
    /// IPv6.
    V6([u8; 16]),
}

impl IpAddress {
    /// The octets on the wire.
    #[must_use]
    pub const fn octets(&self) -> &[u8] {
        match self {
            Self::V4(octets) => octets,
            Self::V6(octets) => octets,
        }
    }
}

impl<'a> ServerName<'a> {
    /// An IP address when it is written like one, else a DNS name; None for neither.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Ok(address) = text.parse::<core::net::IpAddr>() {
            return Some(Self::Ip(match address {
                core::net::IpAddr::V4(address) => IpAddress::V4(address.octets()),
                core::net::IpAddr::V6(address) => IpAddress::V6(address.octets()),
            }));
        }
        is_dns_name(text.strip_suffix('.').unwrap_or(text).as_bytes()).then_some(Self::Dns(text))
    }
}

/// Labels of letters, digits, hyphens and underscores, 1 to 63 each, 253 in all (RFC 1035 section 2.3.4). A last label
/// of digits only would be an address (RFC 3696 section 2), which no dNSName may stand for.
pub(crate) fn is_dns_name(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    name.len() <= 253
        && !last.iter().all(u8::is_ascii_digit)
        && name.split(|byte| *byte == b'.').all(|label| {
            (1..=63).contains(&label.len())
                && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                && label.first() != Some(&b'-')
                && label.last() != Some(&b'-')
        })
}

/// Whether a dNSName of a certificate covers a name (RFC 6125 section 6.4, RFC 9525 section 6.3): without regard to
/// case; `*` only as the whole left-most label, for exactly one label, and above at least two others.
#[must_use]
pub fn dns_name_matches(pattern: &[u8], name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).as_bytes();
    if let Some(parent) = pattern.strip_prefix(b"*.") {
        let Some(dot) = name.iter().position(|byte| *byte == b'.') else { return false };
        let name_parent = name.get(dot + 1..).unwrap_or_default();
        return dot > 0
            && is_dns_name(parent)
            && is_dns_name(name)
            && parent.contains(&b'.')
            && parent.eq_ignore_ascii_case(name_parent);
    }
    is_dns_name(pattern) && pattern.eq_ignore_ascii_case(name)
}

/// A distinguished name, borrowed from its DER, whose `Display` is in the manner of RFC 4514: `CN=..., O=...`, in the
/// order of the certificate, with control characters and separators escaped.
#[derive(Clone, Copy)]
pub struct DistinguishedName<'a>(pub(crate) &'a [u8]);

impl<'a> DistinguishedName<'a> {
    /// The DER of the Name.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.0
    }

    /// Type and value of each attribute; stops at what is malformed.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let mut names = Reader::new(self.0).sequence().ok();
        let mut set: Option<Reader<'a>> = None;
        core::iter::from_fn(move || {
            loop {
                if let Some(attributes) = &mut set
                    && !attributes.is_empty()
                {
                    let mut attribute = attributes.sequence().ok()?;
                    let oid = attribute.oid().ok()?;
                    return Some((oid, attribute.any().ok()?.contents));
                }
                let names = names.as_mut()?;
                if names.is_empty() {
                    return None;
                }
                set = Some(names.value(tag::SET).ok()?.reader());
            }
        })
    }
}

/// The short names of RFC 4514 section 3, and some that are usual.
const ATTRIBUTES: &[(&[u8], &str)] = &[
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 5], "serialNumber"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 9], "street"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
    (&[0x55, 4, 97], "organizationIdentifier"),
    (&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 25], "DC"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1], "emailAddress"),
];

impl fmt::Display for DistinguishedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (oid, value)) in self.attributes().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match ATTRIBUTES.iter().find(|(known, _)| *known == oid) {
                Some((_, name)) => f.write_str(name)?,
                None => write_oid(f, oid)?,
            }
            f.write_str("=")?;
            write_escaped(f, value)?;
        }
        Ok(())
    }
}

/// UTF-8 as it is, other bytes in hexadecimal, nothing that could pass for another attribute or move a terminal.
fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    use fmt::Write;
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => write!(f, "\\{character}")?,
                _ if character.is_control() || turns_text(character) => {
                    write!(f, "\\u{{{:x}}}", u32::from(character))?
                }
                _ => f.write_char(character)?,
            }
        }
        chunk.invalid().iter().try_for_each(|byte| write!(f, "\\{byte:02X}"))?;
    }
    Ok(())
}

/// Characters that change the direction of the text around them (Unicode standard annex 9 section 2).
const fn turns_text(character: char) -> bool {
    matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Dotted decimal.
fn write_oid(f: &mut fmt::Formatter<'_>, oid: &[u8]) -> fmt::Result {
    let mut component: u64 = 0;
    let mut first = true;
    for byte in oid {
        component = component.wrapping_shl(7) | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            if first {
                let top = component.min(80) / 40;
                write!(f, "{top}.{}", component - top * 40)?;
            } else {
                write!(f, ".{component}")?;
            }
            (first, component) = (false, 0);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_match_as_rfc_6125_says() {
        for (pattern, name, matches) in [
            ("example.com", "example.com", true),
            ("EXAMPLE.com", "example.COM", true),
            ("example.com", "example.com.", true),
            ("example.com", "www.example.com", false),
            ("*.example.com", "www.example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.com", "example.com", false),
            ("*", "example", false),
            ("f*.example.com", "foo.example.com", false),
            ("*o.example.com", "foo.example.com", false),
            ("www.*.com", "www.example.com", false),
            ("*.*.com", "www.example.com", false),
            ("example.com\0", "example.com", false),
            ("example.com\0.evil.org", "example.com", false),
            ("", "example.com", false),
            (".", ".", false),
            ("exa mple.com", "exa mple.com", false),
            ("example.com.", "example.com", false),
            ("example.com", "example.com..", false),
            ("*.0.0.1", "10.0.0.1", false),
            ("10.0.0.1", "10.0.0.1", false),
            ("xn--bcher-kva.example", "XN--bcher-KVA.example", true),
            ("*.example.com", "*.example.com", false),
            ("*.example.com.", "www.example.com", false),
            ("**.example.com", "www.example.com", false),
            ("\u{fc}.example.com", "\u{fc}.example.com", false),
        ] {
            assert_eq!(dns_name_matches(pattern.as_bytes(), name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn names_are_told_from_addresses() {
        assert_eq!(ServerName::parse("10.0.0.1"), Some(ServerName::Ip(IpAddress::V4([10, 0, 0, 1]))));
        assert!(matches!(ServerName::parse("::1"), Some(ServerName::Ip(IpAddress::V6(_)))));
        assert_eq!(ServerName::parse("localhost"), Some(ServerName::Dns("localhost")));
        assert_eq!(ServerName::parse("_a.example.com."), Some(ServerName::Dns("_a.example.com.")));
        for wrong in
            ["", ".", "a..b", "-a.com", "a b", "10.0.0.256", "1.2.3", "ü.de", "a\0b.com", "fe80::1%eth0"]
        {
            assert_eq!(ServerName::parse(wrong), None, "{wrong}");
        }
    }
}
