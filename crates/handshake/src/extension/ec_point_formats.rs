//! ec_point_formats (RFC 8422 section 5.1.2): uncompressed is the one format, and must be in every list.

use super::absent;
use codec::{ExtensionType, Reader, Reason, Writer};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated};

/// The number of the uncompressed format.
const UNCOMPRESSED: u8 = 0;

fn write(w: &mut Writer<'_>) -> Result<(), codec::Error> {
    w.vec8(|w| w.u8(UNCOMPRESSED))
}

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    write(w)?;
    Ok(offer.profile.suites.iter().any(|suite| suite.kx.is_ephemeral()))
}

fn read(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let mut r = Reader::new(body);
    let list = r.vec8(1, 255)?;
    r.finish()?;
    if !list.as_slice().contains(&UNCOMPRESSED) {
        return Err(Reason::UncompressedPointsMissing.into());
    }
    negotiated.point_formats = true;
    Ok(())
}

/// RFC 8422 section 5.2: only for a suite that uses elliptic curves.
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    write(w)?;
    Ok(negotiated.point_formats && negotiated.suite.is_some_and(|suite| suite.kx.is_ephemeral()))
}

/// The extension's row.
pub static EC_POINT_FORMATS: Extension = Extension {
    id: ExtensionType::EC_POINT_FORMATS,
    name: "ec_point_formats",
    offer,
    on_answer: read,
    if_unanswered: absent,
    on_offer: read,
    if_missing: absent,
    answer,
};
