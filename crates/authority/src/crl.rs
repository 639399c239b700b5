//! Revocation lists (RFC 5280 section 5), which are their own data base: a new one is written from the old one.

use crate::{
    Error, Issuer,
    certificate::time,
    der,
    extensions::{authority_key_id, extension, find},
    pem, signature,
};
use crypto::Rng;
use pki::der::Reader;

const CRL_NUMBER: &[u8] = &[0x55, 0x1D, 20];
const REASON_CODE: &[u8] = &[0x55, 0x1D, 21];

/// Why a certificate is revoked (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is said.
    Unspecified,
    /// Somebody else may have its key.
    KeyCompromise,
    /// Somebody else may have its authority's key.
    CaCompromise,
    /// The subject is called otherwise now.
    AffiliationChanged,
    /// There is another certificate in its place.
    Superseded,
    /// It is needed no more.
    CessationOfOperation,
}

impl Reason {
    const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }
}

/// A certificate to revoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Its serial number, big-endian.
    pub serial_number: Vec<u8>,
    /// When, in seconds since 1970.
    pub date: i64,
    /// Why.
    pub reason: Reason,
}

/// What a list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crl {
    number: u32,
    /// Each entry in DER, with its serial number.
    entries: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Crl {
    /// A list that has nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the issuer's last list, PEM or DER.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::Refused`] for a list of another issuer or with a signature of another key.
    pub fn read(file: &[u8], issuer: &Issuer) -> Result<Self, Error> {
        let der = pem::decode(file, &["X509 CRL"])?;
        let tbs = signature::verified_by(&der, issuer.key().spki())?;
        let mut fields = Reader::new(tbs).sequence()?;
        if fields.peek(der::tag::INTEGER) {
            fields.any()?;
        }
        fields.any()?;
        if fields.any()?.bytes != issuer.name().der() {
            return Err(Error::refused("it is another authority's list"));
        }
        fields.any()?;
        for date in [der::tag::UTC_TIME, der::tag::GENERALIZED_TIME] {
            fields.optional(date)?;
        }
        let mut crl = Self::new();
        if let Some(entries) = fields.optional(der::tag::SEQUENCE)? {
            let mut entries = entries.reader();
            while !entries.is_empty() {
                let entry = entries.value(der::tag::SEQUENCE)?;
                crl.entries.push((entry.reader().unsigned()?.to_vec(), entry.bytes.to_vec()));
            }
        }
        if let Some(extensions) = fields.optional(der::tag::constructed(0))?
            && let Some(number) = find(extensions.reader(), CRL_NUMBER)
        {
            crl.number = Reader::new(number).small()?;
        }
        Ok(crl)
    }

    /// How many certificates are revoked.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of the list, which each new one raises.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Adds a certificate; false when it is revoked already.
    ///
    /// # Errors
    /// [`Error::Refused`] for a date that cannot be written.
    pub fn revoke(&mut self, revoked: &Revoked) -> Result<bool, Error> {
        let start = revoked.serial_number.iter().position(|octet| *octet != 0);
        let serial = revoked.serial_number.get(start.unwrap_or_default()..).unwrap_or_default();
        if self.entries.iter().any(|(known, _)| known == serial) {
            return Ok(false);
        }
        // RFC 5280 section 5.3.1: unspecified is not written.
        let reason = if revoked.reason == Reason::Unspecified {
            Vec::new()
        } else {
            let code = [ENUMERATED, 1, revoked.reason.code()];
            der::sequence(&[&extension(REASON_CODE, false, &code)])
        };
        let entry = der::sequence(&[&der::unsigned(serial), &time(revoked.date)?, &reason]);
        self.entries.push((serial.to_vec(), entry));
        Ok(true)
    }

    /// Writes the next list, in DER.
    ///
    /// # Errors
    /// [`Error::Refused`] for dates that do not follow each other; [`Error::Crypto`].
    pub fn write(
        &mut self,
        issuer: &Issuer,
        this_update: i64,
        next_update: i64,
        rng: &mut dyn Rng,
    ) -> Result<Vec<u8>, Error> {
        if next_update <= this_update {
            return Err(Error::refused("the list would end before it begins"));
        }
        self.number = self.number.saturating_add(1);
        let entries: Vec<&[u8]> = self.entries.iter().map(|(_, entry)| entry.as_slice()).collect();
        let revoked = if entries.is_empty() { Vec::new() } else { der::sequence(&entries) };
        let mut extensions = issuer.key_id().map_or_else(Vec::new, authority_key_id);
        extensions.extend(extension(CRL_NUMBER, false, &der::small(self.number)));
        let tbs = der::sequence(&[
            &der::small(1),
            &signature::identifier(issuer.key().algorithm()),
            issuer.name().der(),
            &time(this_update)?,
            &time(next_update)?,
            &revoked,
            &der::value(der::tag::constructed(0), &[&der::sequence(&[&extensions])]),
        ]);
        signature::signed(&tbs, issuer.key(), rng)
    }
}

/// ENUMERATED.
const ENUMERATED: u8 = 0x0A;
