//! What a certificate says, in words.

use crate::{date, json::Json};
use crypto::{KeyType, PublicKey};
use embertls::registry::{groups, schemes};
use x509::{
    AlgorithmIdentifier, Certificate,
    extensions::{ExtendedKeyUsage, Extensions, GeneralName, KeyUsage},
};

/// The short form, for chains.
pub(crate) struct Summary {
    pub(crate) subject: String,
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    pub(crate) key: String,
}

impl Summary {
    pub(crate) fn of(certificate: &Certificate<'_>) -> Self {
        Self {
            subject: certificate.subject.to_string(),
            not_before: date::format(certificate.not_before),
            not_after: date::format(certificate.not_after),
            key: key(certificate.spki),
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        Json::object([
            ("subject", self.subject.as_str().into()),
            ("not_before", self.not_before.as_str().into()),
            ("not_after", self.not_after.as_str().into()),
            ("key", self.key.as_str().into()),
        ])
    }
}

/// `RSA 2048`, `EC secp256r1`.
pub(crate) fn key(spki: &[u8]) -> String {
    match pki::public_key(spki, groups::CURVES) {
        Ok(key @ PublicKey::Rsa { .. }) => format!("RSA {}", key.bits()),
        Ok(PublicKey::Ec { curve, .. }) if curve.key == KeyType::Ed25519 => curve.name.into(),
        Ok(PublicKey::Ec { curve, .. }) => format!("EC {}", curve.name),
        Err(_) => "a key of another kind".into(),
    }
}

/// A number of bytes.
pub(crate) fn count(bytes: usize) -> Json {
    u64::try_from(bytes).unwrap_or(u64::MAX).into()
}

/// The long form as JSON.
pub(crate) fn json(certificate: &Certificate<'_>, der: &[u8], warnings: Json) -> Json {
    let Summary { subject, not_before, not_after, key } = Summary::of(certificate);
    let Extensions { basic_constraints, key_usage, extended_key_usage, subject_alt_name, .. } =
        certificate.extensions;
    let texts = |texts: Option<Vec<String>>| {
        texts.map_or_else(Json::null, |texts| Json::array(texts.into_iter().map(Json::from)))
    };
    let digest = (crypto::hash::SHA256.digest)(&[der]);
    let path_len = basic_constraints.and_then(|constraints| constraints.path_len);
    Json::object([
        ("subject", subject.into()),
        ("issuer", certificate.issuer.to_string().into()),
        ("serial_number", hex(certificate.serial_number).into()),
        ("not_before", not_before.into()),
        ("not_after", not_after.into()),
        ("key", key.into()),
        ("signature", algorithm(certificate.signature_algorithm).into()),
        ("version", u64::from(if certificate.version3 { 3_u8 } else { 1 }).into()),
        ("ca", basic_constraints.is_some_and(|constraints| constraints.ca).into()),
        ("path_len", path_len.map_or_else(Json::null, |len| u64::from(len).into())),
        ("key_usage", texts(key_usage.map(key_usages))),
        ("extended_key_usage", texts(extended_key_usage.as_ref().map(purposes))),
        (
            "names",
            texts(
                subject_alt_name
                    .map(|names| names.iter().map(|(kind, value)| general_name(kind, value)).collect()),
            ),
        ),
        ("sha256", hex(digest.as_ref()).into()),
        ("bytes", count(der.len())),
        ("warnings", warnings),
    ])
}

/// The long form, a line for each thing that it says.
pub(crate) fn lines(certificate: &Certificate<'_>, der: &[u8]) -> Vec<String> {
    let Summary { subject, not_before, not_after, key } = Summary::of(certificate);
    let digest = (crypto::hash::SHA256.digest)(&[der]);
    let mut lines = vec![
        format!("subject: {subject}"),
        format!("issuer: {}", certificate.issuer),
        format!("serial number: {}", hex(certificate.serial_number)),
        format!("valid from: {not_before}"),
        format!("valid to: {not_after}"),
        format!("key: {key}"),
        format!("signed with: {}", algorithm(certificate.signature_algorithm)),
        format!("version: {}", if certificate.version3 { 3 } else { 1 }),
    ];
    lines.extend(extensions(&certificate.extensions));
    lines.push(format!("SHA-256: {}", hex(digest.as_ref())));
    lines
}

fn extensions(extensions: &Extensions<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(constraints) = extensions.basic_constraints {
        let length = constraints.path_len.map_or_else(String::new, |len| format!(", path length {len}"));
        let what = if constraints.ca { "an authority" } else { "no authority" };
        lines.push(format!("basic constraints: {what}{length}"));
    }
    if let Some(usage) = extensions.key_usage {
        lines.push(format!("key usage: {}", key_usages(usage).join(", ")));
    }
    if let Some(usage) = extensions.extended_key_usage {
        let names = purposes(&usage);
        let names = if names.is_empty() { "others".into() } else { names.join(", ") };
        lines.push(format!("extended key usage: {names}"));
    }
    if let Some(names) = extensions.subject_alt_name {
        let names: Vec<String> = names.iter().map(|(kind, value)| general_name(kind, value)).collect();
        lines.push(format!("names: {}", names.join(", ")));
    }
    if extensions.unknown_critical {
        lines.push("an unknown critical extension: it will be refused".into());
    }
    lines
}

/// The names of the bits that are set.
fn key_usages(usage: KeyUsage) -> Vec<String> {
    let set = KEY_USAGES.iter().enumerate().filter(|(bit, _)| usage.0 & (1 << bit) != 0);
    set.map(|(_, name)| (*name).to_owned()).collect()
}

/// The purposes that have a name.
fn purposes(usage: &ExtendedKeyUsage<'_>) -> Vec<String> {
    let known = EXTENDED_KEY_USAGES.iter().filter(|(oid, _)| usage.permits(oid));
    known.map(|(_, name)| (*name).to_owned()).collect()
}

/// KeyUsage, bit 0 first (RFC 5280 section 4.2.1.3).
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// The purposes that people know (RFC 5280 section 4.2.1.12).
const EXTENDED_KEY_USAGES: [(&[u8], &str); 6] = [
    (ExtendedKeyUsage::SERVER_AUTH, "serverAuth"),
    (ExtendedKeyUsage::CLIENT_AUTH, "clientAuth"),
    (&[0x2B, 6, 1, 5, 5, 7, 3, 3], "codeSigning"),
    (&[0x2B, 6, 1, 5, 5, 7, 3, 4], "emailProtection"),
    (&[0x2B, 6, 1, 5, 5, 7, 3, 8], "timeStamping"),
    (&[0x2B, 6, 1, 5, 5, 7, 3, 9], "OCSPSigning"),
];

pub(crate) fn general_name(kind: GeneralName, value: &[u8]) -> String {
    let text = || value.escape_ascii().to_string();
    match kind {
        GeneralName::DNS => format!("DNS:{}", text()),
        GeneralName::IP => format!("IP:{}", address(value)),
        // rfc822Name and uniformResourceIdentifier
        GeneralName(0x81) => format!("email:{}", text()),
        GeneralName(0x86) => format!("URI:{}", text()),
        GeneralName(tag) => format!("[{}]:{}", tag & 0x1F, hex(value)),
    }
}

fn address(octets: &[u8]) -> String {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return std::net::Ipv4Addr::from(octets).to_string();
    }
    <[u8; 16]>::try_from(octets)
        .map_or_else(|_| hex(octets), |octets| std::net::Ipv6Addr::from(octets).to_string())
}

pub(crate) fn algorithm(identifier: AlgorithmIdentifier<'_>) -> String {
    let row = schemes::CERTIFICATE_ALGORITHMS.iter().find(|row| row.oid == identifier.oid);
    if let Some(row) = row {
        return row.name.into();
    }
    match WEAK_ALGORITHMS.iter().find(|(oid, _, _)| *oid == identifier.oid) {
        Some((_, name, _)) => (*name).into(),
        None => format!("an algorithm that is not built in ({})", hex(identifier.oid)),
    }
}

/// Algorithms whose hash is broken, with the names of RFC 3279.
const WEAK_ALGORITHMS: [(&[u8], &str, &str); 4] = [
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 2], "md2WithRSAEncryption", "MD2"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 4], "md5WithRSAEncryption", "MD5"),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 5], "sha1WithRSAEncryption", "SHA-1"),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 1], "ecdsa-with-SHA1", "SHA-1"),
];

/// The broken hash of a signature.
pub(crate) fn weak_hash(identifier: AlgorithmIdentifier<'_>) -> Option<&'static str> {
    WEAK_ALGORITHMS.iter().find(|(oid, _, _)| *oid == identifier.oid).map(|(_, _, hash)| *hash)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
