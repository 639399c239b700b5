//! What a certificate says, in words.

use crate::{date, json::Json};
use crypto::PublicKey;
use embertls::registry::{groups, schemes};
use x509::{
    AlgorithmIdentifier, Certificate,
    extensions::{ExtendedKeyUsage, Extensions, GeneralName},
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
fn key(spki: &[u8]) -> String {
    match pki::public_key(spki, groups::CURVES) {
        Ok(key @ PublicKey::Rsa { .. }) => format!("RSA {}", key.bits()),
        Ok(PublicKey::Ec { curve, .. }) => format!("EC {}", curve.name),
        Err(_) => "a key of another kind".into(),
    }
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
        let names: Vec<&str> = KEY_USAGES
            .iter()
            .enumerate()
            .filter(|(bit, _)| usage.0 & (1 << bit) != 0)
            .map(|(_, name)| *name)
            .collect();
        lines.push(format!("key usage: {}", names.join(", ")));
    }
    if let Some(usage) = extensions.extended_key_usage {
        let names: Vec<&str> =
            EXTENDED_KEY_USAGES.iter().filter(|(oid, _)| usage.permits(oid)).map(|(_, name)| *name).collect();
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

fn general_name(kind: GeneralName, value: &[u8]) -> String {
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

fn algorithm(identifier: AlgorithmIdentifier<'_>) -> String {
    let row = schemes::CERTIFICATE_ALGORITHMS.iter().find(|row| row.oid == identifier.oid);
    row.map_or_else(
        || format!("an algorithm that is not built in ({})", hex(identifier.oid)),
        |row| row.name.into(),
    )
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
