//! extended_master_secret (RFC 7627 section 5): both sides use it whenever the other does.

use super::absent;
use codec::{ExtensionType, Writer, extension::expect_empty};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(_: &HelloOffer<'_>, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(true)
}

fn read(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.extended_master_secret = true;
    Ok(())
}

fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(negotiated.extended_master_secret)
}

/// The extension's row.
pub static EXTENDED_MASTER_SECRET: Extension = Extension {
    id: ExtensionType::EXTENDED_MASTER_SECRET,
    name: "extended_master_secret",
    offer,
    on_answer: read,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer: read, if_missing: absent, answer }),
};
