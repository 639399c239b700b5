//! What is weak about a certificate, a sentence each: what somebody will refuse, or should.

use crate::{date, describe};
use crypto::PublicKey;
use embertls::registry::groups;
use x509::{Certificate, extensions::KeyUsage};

/// The shortest RSA modulus that is not weak (NIST SP 800-57 part 1).
const RSA_BITS_MIN: usize = 2048;

/// The longest serial number (RFC 5280 section 4.1.2.2).
const SERIAL_BYTES_MAX: usize = 20;

/// The longest validity that browsers take of a server of the public web.
const SERVER_DAYS_MAX: i64 = 398;

/// Every weakness at this date, in seconds since 1970.
pub(super) fn weaknesses(certificate: &Certificate<'_>, now: i64) -> Vec<String> {
    let mut found = Vec::new();
    let extensions = &certificate.extensions;
    let is_ca = extensions.basic_constraints.is_some_and(|constraints| constraints.ca);
    let self_issued = certificate.subject.der() == certificate.issuer.der();
    if now > certificate.not_after {
        found.push(format!("it has expired on {}", date::format(certificate.not_after)));
    }
    if now < certificate.not_before {
        found.push(format!("it is not valid until {}", date::format(certificate.not_before)));
    }
    match pki::public_key(certificate.spki, groups::CURVES) {
        Ok(key @ PublicKey::Rsa { .. }) if key.bits() < RSA_BITS_MIN => {
            found.push(format!("its RSA key of {} bits is too short: {RSA_BITS_MIN} are needed", key.bits()));
        }
        Ok(_) => {}
        Err(_) => found.push("its key is of a kind or on a curve that this build does not have".into()),
    }
    if let Some(hash) = describe::weak_hash(certificate.signature_algorithm)
        && !self_issued
    {
        found.push(format!("its signature is made with {hash}, for which others can be forged"));
    }
    if certificate.serial_number.len() > SERIAL_BYTES_MAX {
        found.push("its serial number has more than 20 bytes".into());
    }
    if extensions.unknown_critical {
        found.push("it has an unknown critical extension, and is refused for that".into());
    }
    if !certificate.version3 {
        found.push("it is of version 1, which cannot say whether it may issue certificates".into());
    }
    if is_ca {
        if extensions.key_usage.is_some_and(|usage| !usage.contains(KeyUsage::KEY_CERT_SIGN)) {
            found.push("it is an authority, but its key usage does not let it issue certificates".into());
        }
        return found;
    }
    if extensions.key_usage.is_some_and(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN)) {
        found.push("its key usage lets it issue certificates, but it is no authority".into());
    }
    if extensions.subject_alt_name.is_none() && certificate.version3 {
        found.push("it has no subjectAltName: clients do not look for names in the CN".into());
    }
    let days = (certificate.not_after - certificate.not_before + 1) / 86_400;
    if days > SERVER_DAYS_MAX {
        found.push(format!("it is valid for {days} days: browsers refuse more than {SERVER_DAYS_MAX}"));
    }
    if self_issued {
        found.push("it is signed by itself: only who has just this certificate can trust it".into());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, now: i64) -> Vec<String> {
        let path = format!("{}/../testkit/testdata/certs/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        let file = std::fs::read(path).unwrap();
        let der = pki::pem::blocks(&file).next().unwrap().unwrap().decode().unwrap();
        weaknesses(&Certificate::decode(&der).unwrap(), now)
    }

    #[test]
    fn dates_and_names_are_weaknesses() {
        let now = date::parse("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(of("root-ec", now), [""; 0]);
        assert!(of("expired", now).iter().any(|why| why.contains("expired on 2021-01-01")));
        assert!(of("future", now).iter().any(|why| why.contains("not valid until 2100-01-01")));
        assert!(
            of("p256", now).iter().any(|why| why.contains("valid for 36524 days")),
            "{:?}",
            of("p256", now)
        );
    }
}
