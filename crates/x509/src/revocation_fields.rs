//! What CRLs and OCSP responses have in common (RFC 5280 section 5, RFC 6960 section 4).

use crate::{
    Flags,
    certificate::read_date,
    extensions::{read_critical, stands_earlier},
    limits,
};
use pki::{
    ErrorKind,
    der::{Reader, Value, tag},
};

/// Extensions `SEQUENCE SIZE (1..MAX)`, none twice.
pub(crate) fn for_each_extension<'a>(
    list: Reader<'a>,
    mut read: impl FnMut(&'a [u8], bool, Value<'a>) -> Result<(), pki::Error>,
) -> Result<(), pki::Error> {
    if list.is_empty() {
        return Err(list.error(ErrorKind::IllegalValue));
    }
    let (mut rest, mut count) = (list, 0);
    while !rest.is_empty() {
        let at = rest;
        let mut fields = rest.sequence()?;
        let oid = fields.oid()?;
        let critical = read_critical(&mut fields)?;
        let contents = fields.value(tag::OCTET_STRING)?;
        fields.finish()?;
        if count >= limits::MAX_EXTENSIONS {
            return Err(at.error(ErrorKind::TooLong));
        }
        if stands_earlier(list, count, oid) {
            return Err(at.error(ErrorKind::IllegalValue));
        }
        read(oid, critical, contents)?;
        count += 1;
    }
    Ok(())
}

/// `GeneralizedTime`, of any year (RFC 5280 section 5.3.2, RFC 6960 section 4.2.2.1).
pub(crate) fn read_generalized_time(fields: &mut Reader<'_>) -> Result<i64, pki::Error> {
    let value = fields.value(tag::GENERALIZED_TIME)?;
    read_date(value)?.to_seconds().ok_or(value.error(ErrorKind::IllegalValue))
}

/// Why the signature of a list or a response cannot be checked, from the flags of a certificate's.
pub(crate) fn crl_flags(flags: Flags) -> Flags {
    [
        (Flags::BAD_MD, Flags::CRL_BAD_MD),
        (Flags::BAD_PK, Flags::CRL_BAD_PK),
        (Flags::BAD_KEY, Flags::CRL_BAD_KEY),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.contains(*flag))
    .fold(Flags::NONE, |found, (_, flag)| found.or(flag))
}
