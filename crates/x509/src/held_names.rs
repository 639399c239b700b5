//! The names of a path's certificates, held until the constraints of the last issuer are known.

use crate::{
    Certificate, Policy, extensions::SubjectAltName, limits, name::DistinguishedName,
    name_constraints::Names, switches::APPLY_NAME_CONSTRAINTS,
};
use memory::{Bytes, OutOfMemory};

/// Subject and alternative names of each certificate, each of the two after its length.
pub(crate) struct HeldNames {
    bytes: Bytes,
    /// Bytes of the certificates that are on the path for sure.
    kept: usize,
    /// They are too long to be held.
    too_long: bool,
    /// So they will be with the last certificate.
    would_be_too_long: bool,
}

/// Bytes of a length.
const LENGTH_LEN: usize = 2;

impl HeldNames {
    pub(crate) const fn new() -> Self {
        let bytes = Bytes::with_cap(limits::MAX_HELD_NAMES_BYTES);
        Self { bytes, kept: 0, too_long: !APPLY_NAME_CONSTRAINTS, would_be_too_long: false }
    }

    /// Takes the names of a certificate that is on the path if [`HeldNames::keep`] comes next.
    pub(crate) fn add(&mut self, certificate: &Certificate<'_>) -> Result<(), OutOfMemory> {
        self.forget_the_last();
        let names = Names::of(certificate);
        let parts = [names.subject.der(), names.alternative.map_or(&[][..], |names| names.list())];
        let len: usize = parts.iter().map(|part| part.len() + LENGTH_LEN).sum();
        self.would_be_too_long = self.too_long || len > self.bytes.cap() - self.bytes.len();
        if self.would_be_too_long {
            return Ok(());
        }
        self.bytes.reserve(len)?;
        for part in parts {
            self.bytes.extend(&u16::try_from(part.len()).map_err(|_| OutOfMemory)?.to_be_bytes())?;
            self.bytes.extend(part)?;
        }
        Ok(())
    }

    /// The certificate before belongs to the path.
    pub(crate) fn keep(&mut self) {
        self.too_long = self.would_be_too_long;
        if self.too_long {
            self.clear();
        }
        self.kept = self.bytes.len();
    }

    /// The certificate before does not.
    pub(crate) fn forget_the_last(&mut self) {
        self.would_be_too_long = self.too_long;
        self.bytes.truncate(self.kept);
    }

    /// No issuer comes any more.
    pub(crate) fn clear(&mut self) {
        self.kept = 0;
        self.bytes.clear();
    }

    /// The names of each certificate of the path, the end entity's first; None when they were too long.
    pub(crate) fn iter(&self, policy: &Policy<'_>) -> Option<impl Iterator<Item = Names<'_>>> {
        let mut common_name = policy.common_name;
        let mut rest = self.bytes.get(..self.kept).unwrap_or_default();
        (!self.too_long).then(|| {
            core::iter::from_fn(move || {
                let subject = DistinguishedName(take(&mut rest)?);
                let list = take(&mut rest)?;
                // There is no empty one.
                let alternative = (!list.is_empty()).then(|| SubjectAltName::of_list(list));
                let common_name = core::mem::take(&mut common_name);
                Some(Names { subject, alternative, common_name })
            })
        })
    }
}

/// What stands after its length.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, after) = rest.split_first_chunk::<LENGTH_LEN>()?;
    let (part, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    *rest = after;
    Some(part)
}
