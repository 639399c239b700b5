//! Extensions of certificates (RFC 5280 section 4.2, RFC 7633).

use crate::{Error, der};
use crypto::hash::SHA256;
use std::net::IpAddr;

/// What a certificate says besides its name and key. Empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Whether it may issue certificates, and how many more may stand between it and a leaf.
    pub ca: Option<Option<u8>>,
    /// keyUsage: the bits of [`key_usage`].
    pub key_usage: u16,
    /// extKeyUsage.
    pub purposes: Vec<KeyPurpose>,
    /// subjectAltName.
    pub names: Vec<AltName>,
    /// subjectAltName as a request has it, in DER; counts when `names` is empty.
    pub requested_names: Option<Vec<u8>>,
    /// certificatePolicies, in dotted form.
    pub policies: Vec<String>,
    /// nameConstraints: the only names that certificates below may have.
    pub permitted: Vec<AltName>,
    /// nameConstraints: names that they may not have.
    pub excluded: Vec<AltName>,
    /// cRLDistributionPoints: where the issuer's revocation list is.
    pub crl_uris: Vec<String>,
    /// Whether a server must staple an OCSP response (RFC 7633).
    pub must_staple: bool,
}

/// Bits of keyUsage (RFC 5280 section 4.2.1.3).
pub mod key_usage {
    /// Signatures of handshakes.
    pub const DIGITAL_SIGNATURE: u16 = 1;
    /// RSA key transport.
    pub const KEY_ENCIPHERMENT: u16 = 1 << 2;
    /// Certificates.
    pub const KEY_CERT_SIGN: u16 = 1 << 5;
    /// Revocation lists.
    pub const CRL_SIGN: u16 = 1 << 6;
}

/// A purpose of extKeyUsage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPurpose {
    /// serverAuth.
    Server,
    /// clientAuth.
    Client,
    /// Any other, in dotted form.
    Other(String),
}

/// A name of subjectAltName or nameConstraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AltName {
    /// dNSName.
    Dns(String),
    /// iPAddress; in constraints with the length of its prefix.
    Ip(IpAddr, Option<u8>),
    /// rfc822Name.
    Email(String),
    /// uniformResourceIdentifier.
    Uri(String),
}

impl AltName {
    /// Reads a name and finds out which kind it is: an address, what has `://`, what has `@`, else a DNS name.
    ///
    /// # Errors
    /// [`Error::Refused`] for text that is none of them.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let printable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address, None));
        }
        if let Some((address, prefix)) = text.split_once('/')
            && let (Ok(address), Ok(prefix)) = (address.parse::<IpAddr>(), prefix.parse::<u8>())
            && prefix <= if address.is_ipv4() { 32 } else { 128 }
        {
            return Ok(Self::Ip(address, Some(prefix)));
        }
        let label = |label: &str| {
            label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_*".contains(&byte))
                && label.len() < 64
        };
        match text {
            _ if !printable => {
                Err(Error::Refused(format!("'{text}' is not a name in ASCII; write it as A-labels")))
            }
            _ if text.contains("://") => Ok(Self::Uri(text.into())),
            _ if text.contains('@') => Ok(Self::Email(text.into())),
            _ if text.trim_start_matches('.').split('.').all(|part| !part.is_empty() && label(part)) => {
                Ok(Self::Dns(text.into()))
            }
            _ => Err(Error::Refused(format!("'{text}' is neither a DNS name nor an address"))),
        }
    }

    /// GeneralName.
    fn der(&self) -> Vec<u8> {
        let primitive = der::tag::primitive;
        match self {
            Self::Email(text) => der::value(primitive(1), &[text.as_bytes()]),
            Self::Dns(text) => der::value(primitive(2), &[text.as_bytes()]),
            Self::Uri(text) => der::value(primitive(6), &[text.as_bytes()]),
            Self::Ip(address, prefix) => {
                let octets = match address {
                    IpAddr::V4(address) => address.octets().to_vec(),
                    IpAddr::V6(address) => address.octets().to_vec(),
                };
                let mask: Vec<u8> = match prefix {
                    None => Vec::new(),
                    Some(prefix) => (0..octets.len()).map(|at| mask(usize::from(*prefix), at)).collect(),
                };
                der::value(primitive(7), &[&octets, &mask])
            }
        }
    }
}

/// The octet at this place of a mask with so many leading ones.
fn mask(prefix: usize, at: usize) -> u8 {
    let ones = prefix.saturating_sub(at * 8).min(8);
    u8::try_from(0xFF00_u16 >> ones & 0xFF).unwrap_or_default()
}

const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 19];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 15];
const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1D, 37];
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 17];
const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 14];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1D, 35];
const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 30];
const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1D, 32];
const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1D, 31];
/// id-pe-tlsfeature, and status_request in it.
const TLS_FEATURE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 24];
const STATUS_REQUEST: u32 = 5;
/// id-kp: serverAuth is 1, clientAuth 2.
const KEY_PURPOSE: [u8; 7] = [0x2B, 6, 1, 5, 5, 7, 3];

/// keyIdentifier: the first 160 bits of SHA-256 over the public key (RFC 7093 section 2, method 1).
#[must_use]
pub fn subject_key_id(spki: &[u8]) -> Vec<u8> {
    let mut fields = pki::der::Reader::new(spki).sequence().ok();
    let bits = fields.as_mut().and_then(|fields| {
        fields.any().ok()?;
        fields.octet_aligned_bits().ok()
    });
    let digest = (SHA256.digest)(&[bits.unwrap_or(spki)]);
    digest.as_ref().get(..20).unwrap_or_default().to_vec()
}

/// An Extension.
pub(crate) fn extension(oid: &[u8], critical: bool, contents: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[der::tag::BOOLEAN, 1, 0xFF] } else { &[] };
    der::sequence(&[&der::oid(oid), critical, &der::octets(contents)])
}

/// authorityKeyIdentifier with the key's identifier.
pub(crate) fn authority_key_id(id: &[u8]) -> Vec<u8> {
    extension(AUTHORITY_KEY_ID, false, &der::sequence(&[&der::value(der::tag::primitive(0), &[id])]))
}

/// The identifier in subjectKeyIdentifier of a certificate.
pub(crate) fn key_id_of(certificate: &[u8]) -> Option<Vec<u8>> {
    let mut tbs = pki::der::Reader::new(certificate).sequence().ok()?.sequence().ok()?;
    while !tbs.peek(der::tag::constructed(3)) {
        tbs.any().ok()?;
    }
    let contents = find(tbs.any().ok()?.reader(), SUBJECT_KEY_ID)?;
    let id = pki::der::Reader::new(contents).value(der::tag::OCTET_STRING).ok()?;
    Some(id.contents.to_vec())
}

/// The contents of an extension of a list.
pub(crate) fn find<'a>(mut extensions: pki::der::Reader<'a>, oid: &[u8]) -> Option<&'a [u8]> {
    let mut list = extensions.sequence().ok()?;
    while !list.is_empty() {
        let mut fields = list.sequence().ok()?;
        let found = fields.oid().ok()?;
        fields.optional(der::tag::BOOLEAN).ok()?;
        let contents = fields.value(der::tag::OCTET_STRING).ok()?.contents;
        if found == oid {
            return Some(contents);
        }
    }
    None
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Vec<u8>) -> Vec<u8> {
    items.iter().flat_map(each).collect()
}

fn dotted(text: &String) -> Result<Vec<u8>, Error> {
    let contents =
        der::dotted(text).ok_or_else(|| Error::Refused(format!("'{text}' is no object identifier")))?;
    Ok(der::oid(&contents))
}

impl Extensions {
    /// Whether there is any subjectAltName.
    #[must_use]
    pub const fn has_names(&self) -> bool {
        !self.names.is_empty() || self.requested_names.is_some()
    }

    /// Each extension in DER, one after another; subjectAltName is critical when there is no subject.
    pub(crate) fn der(&self, without_subject: bool) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        if let Some(path_len) = self.ca {
            let length = path_len.map_or_else(Vec::new, |length| der::small(length.into()));
            let contents = der::sequence(&[&[der::tag::BOOLEAN, 1, 0xFF], &length]);
            out.extend(extension(BASIC_CONSTRAINTS, true, &contents));
        }
        if self.key_usage != 0 {
            out.extend(extension(KEY_USAGE, true, &der::named_bits(self.key_usage)));
        }
        if !self.purposes.is_empty() {
            let mut oids = Vec::new();
            for purpose in &self.purposes {
                oids.extend(match purpose {
                    KeyPurpose::Server => der::oid(&[&KEY_PURPOSE[..], &[1]].concat()),
                    KeyPurpose::Client => der::oid(&[&KEY_PURPOSE[..], &[2]].concat()),
                    KeyPurpose::Other(text) => dotted(text)?,
                });
            }
            out.extend(extension(EXT_KEY_USAGE, false, &der::sequence(&[&oids])));
        }
        if self.has_names() {
            let own = der::sequence(&[&list(&self.names, AltName::der)]);
            let requested = self.requested_names.as_ref().filter(|_| self.names.is_empty());
            let contents = requested.cloned().unwrap_or(own);
            out.extend(extension(SUBJECT_ALT_NAME, without_subject, &contents));
        }
        if !self.permitted.is_empty() || !self.excluded.is_empty() {
            let subtrees = |tag: u8, names: &[AltName]| {
                let trees = list(names, |name| der::sequence(&[&constraint(name).der()]));
                if names.is_empty() { Vec::new() } else { der::value(der::tag::constructed(tag), &[&trees]) }
            };
            let contents = der::sequence(&[&subtrees(0, &self.permitted), &subtrees(1, &self.excluded)]);
            out.extend(extension(NAME_CONSTRAINTS, true, &contents));
        }
        if !self.policies.is_empty() {
            let oids = self.policies.iter().map(dotted).collect::<Result<Vec<_>, Error>>()?;
            let contents = der::sequence(&[&list(&oids, |oid| der::sequence(&[oid]))]);
            out.extend(extension(CERTIFICATE_POLICIES, false, &contents));
        }
        if !self.crl_uris.is_empty() {
            // DistributionPoint { [0] distributionPoint { [0] fullName { uniformResourceIdentifier } } }
            let point = |uri: &String| {
                let name = AltName::Uri(uri.clone()).der();
                let full =
                    der::value(der::tag::constructed(0), &[&der::value(der::tag::constructed(0), &[&name])]);
                der::sequence(&[&full])
            };
            let contents = der::sequence(&[&list(&self.crl_uris, point)]);
            out.extend(extension(CRL_DISTRIBUTION_POINTS, false, &contents));
        }
        if self.must_staple {
            out.extend(extension(TLS_FEATURE, false, &der::sequence(&[&der::small(STATUS_REQUEST)])));
        }
        Ok(out)
    }

    /// subjectKeyIdentifier.
    pub(crate) fn subject_key_id_der(spki: &[u8]) -> Vec<u8> {
        extension(SUBJECT_KEY_ID, false, &der::octets(&subject_key_id(spki)))
    }
}

/// An address without a prefix stands for itself alone.
fn constraint(name: &AltName) -> AltName {
    match name {
        AltName::Ip(address, None) => AltName::Ip(*address, Some(if address.is_ipv4() { 32 } else { 128 })),
        AltName::Ip(_, Some(_)) | AltName::Dns(_) | AltName::Email(_) | AltName::Uri(_) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        assert_eq!(AltName::parse("*.example.com").unwrap(), AltName::Dns("*.example.com".into()));
        assert_eq!(AltName::parse("::1").unwrap(), AltName::Ip("::1".parse().unwrap(), None));
        assert_eq!(AltName::parse("10.0.0.0/8").unwrap(), AltName::Ip("10.0.0.0".parse().unwrap(), Some(8)));
        assert_eq!(AltName::parse("a@b.c").unwrap(), AltName::Email("a@b.c".into()));
        assert_eq!(AltName::parse("https://a/").unwrap(), AltName::Uri("https://a/".into()));
        for wrong in ["", "a b", "müller.de", "a..b", "10.0.0.0/33", "a/b"] {
            assert!(AltName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mask_has_its_prefix() {
        let masks: Vec<u8> = (0..4).map(|at| mask(20, at)).collect();
        assert_eq!(masks, [0xFF, 0xFF, 0xF0, 0]);
        assert_eq!((mask(0, 0), mask(32, 3)), (0, 0xFF));
    }
}
