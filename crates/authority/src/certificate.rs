//! Certificates (RFC 5280 section 4.1).

use crate::{
    Error, Extensions, KeyPair, Name, der,
    extensions::{authority_key_id, key_id_of, subject_key_id},
    signature,
};
use crypto::Rng;
use pki::der::Reader;

/// Octets of a serial number: 127 random bits.
const SERIAL_LEN: usize = 16;

/// What a certificate will say.
#[derive(Clone, Debug)]
pub struct Template {
    /// Whose it is.
    pub subject: Name,
    /// Seconds since 1970.
    pub not_before: i64,
    /// Seconds since 1970.
    pub not_after: i64,
    /// The rest, but for the key identifiers, which are always written.
    pub extensions: Extensions,
}

/// Who issues.
#[derive(Debug)]
pub struct Issuer {
    key: KeyPair,
    name: Name,
    key_id: Option<Vec<u8>>,
    not_after: i64,
}

impl Issuer {
    /// An authority from its certificate and key. `not_after` is the certificate's end, and with it that of all that it
    /// issues.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::Refused`] when the key is another certificate's.
    pub fn new(certificate: &[u8], key: KeyPair, not_after: i64) -> Result<Self, Error> {
        let (subject, spki) = subject_and_spki(certificate)?;
        if spki != key.spki() {
            return Err(Error::refused("the key is not the authority's"));
        }
        Ok(Self { name: Name::from_der(subject), key_id: key_id_of(certificate), key, not_after })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// When it ends, and with it all that it issues: seconds since 1970.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    pub(crate) const fn key(&self) -> &KeyPair {
        &self.key
    }

    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.key_id.as_deref()
    }
}

/// The subject and SubjectPublicKeyInfo of a certificate.
fn subject_and_spki(certificate: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let mut tbs = Reader::new(certificate).sequence()?.sequence()?;
    tbs.optional(der::tag::constructed(0))?;
    // serialNumber, signature, issuer, validity
    for _ in 0..4 {
        tbs.any()?;
    }
    Ok((tbs.any()?.bytes, tbs.any()?.bytes))
}

/// A certificate of a public key, in DER.
///
/// # Errors
/// [`Error::Refused`] for dates that do not follow each other or lie beyond the issuer's, or without any name;
/// [`Error::Crypto`].
pub fn issue(template: &Template, spki: &[u8], issuer: &Issuer, rng: &mut dyn Rng) -> Result<Vec<u8>, Error> {
    if template.not_after > issuer.not_after {
        return Err(Error::refused("the certificate would be valid for longer than its authority's"));
    }
    write(template, spki, &issuer.name, issuer.key_id(), &issuer.key, rng)
}

/// A certificate of a key, signed by itself.
///
/// # Errors
/// As [`issue`].
pub fn self_signed(template: &Template, key: &KeyPair, rng: &mut dyn Rng) -> Result<Vec<u8>, Error> {
    write(template, key.spki(), &template.subject, Some(&subject_key_id(key.spki())), key, rng)
}

fn write(
    template: &Template,
    spki: &[u8],
    issuer: &Name,
    issuer_key_id: Option<&[u8]>,
    key: &KeyPair,
    rng: &mut dyn Rng,
) -> Result<Vec<u8>, Error> {
    let Template { subject, not_before, not_after, extensions } = template;
    if not_before > not_after {
        return Err(Error::refused("the certificate would end before it begins"));
    }
    if subject.is_empty() && (!extensions.has_names() || extensions.ca.is_some()) {
        return Err(Error::refused("the certificate would have no name"));
    }
    let mut serial = [0; SERIAL_LEN];
    rng.fill(&mut serial)?;
    let [first, ..] = &mut serial;
    *first = *first & 0x7F | 0x40;
    let mut all = extensions.der(subject.is_empty())?;
    all.extend(Extensions::subject_key_id_der(spki));
    if let Some(id) = issuer_key_id {
        all.extend(authority_key_id(id));
    }
    let tbs = der::sequence(&[
        &der::value(der::tag::constructed(0), &[&der::small(2)]),
        &der::unsigned(&serial),
        &signature::identifier(key.algorithm()),
        issuer.der(),
        &der::sequence(&[&time(*not_before)?, &time(*not_after)?]),
        subject.der(),
        spki,
        &der::value(der::tag::constructed(3), &[&der::sequence(&[&all])]),
    ]);
    signature::signed(&tbs, key, rng)
}

/// After so many the calendar begins anew.
const DAYS_OF_400_YEARS: i64 = 146_097;

/// Time (RFC 5280 section 4.1.2.5): UTCTime until 2049, then GeneralizedTime.
pub(crate) fn time(seconds: i64) -> Result<Vec<u8>, Error> {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // days since 0000-03-01, then the year, of 400, within its era
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(DAYS_OF_400_YEARS), days.rem_euclid(DAYS_OF_400_YEARS));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
    match year {
        1950..=2049 => Ok(der::value(der::tag::UTC_TIME, &[format!("{:02}{rest}", year % 100).as_bytes()])),
        0..=9999 => Ok(der::value(der::tag::GENERALIZED_TIME, &[format!("{year:04}{rest}").as_bytes()])),
        _ => Err(Error::refused("the date has no year of four digits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_the_type_of_their_year() {
        for (seconds, tag, text) in [
            (0, der::tag::UTC_TIME, "700101000000Z"),
            (951_825_600, der::tag::UTC_TIME, "000229120000Z"),
            (2_524_607_999, der::tag::UTC_TIME, "491231235959Z"),
            (2_524_608_000, der::tag::GENERALIZED_TIME, "20500101000000Z"),
            (253_402_300_799, der::tag::GENERALIZED_TIME, "99991231235959Z"),
        ] {
            assert_eq!(time(seconds).unwrap(), der::value(tag, &[text.as_bytes()]), "{text}");
        }
        assert!(time(253_402_300_800).is_err());
    }
}
