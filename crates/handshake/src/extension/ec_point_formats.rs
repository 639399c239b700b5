//! ec_point_formats (RFC 8422 section 5.1.2): uncompressed is the one format, and must be in every list.

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::ec_point_formats::EcPointFormats};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    EcPointFormats::UNCOMPRESSED.encode(w)?;
    Ok(offer.profile.suites.iter().any(|suite| suite.kx.uses_curves()))
}

fn read(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if !EcPointFormats::decode(body)?.has_uncompressed() {
        return Err(Reason::UncompressedPointsMissing.into());
    }
    negotiated.point_formats = true;
    Ok(())
}

/// RFC 8422 section 5.2: only for a suite that uses elliptic curves.
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    EcPointFormats::UNCOMPRESSED.encode(w)?;
    Ok(negotiated.point_formats && negotiated.suite.is_some_and(|suite| suite.kx.uses_curves()))
}

/// The extension's row.
pub static EC_POINT_FORMATS: Extension = Extension {
    id: ExtensionType::EC_POINT_FORMATS,
    name: "ec_point_formats",
    offer,
    on_answer: read,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer: read, if_missing: absent, answer }),
};
