//! encrypt_then_mac (RFC 7366): offered when a CBC suite is, answered only for one.

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::expect_empty};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

fn offer(offer: &HelloOffer<'_>, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(offer.profile.suites.iter().any(|suite| suite.bulk.block_cipher))
}

/// RFC 7366 section 3: an answer for a suite that has no CBC cipher is an error.
fn on_answer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    if !negotiated.suite.is_some_and(|suite| suite.bulk.block_cipher) {
        return Err(Reason::EncryptThenMacWithoutCbc.into());
    }
    negotiated.encrypt_then_mac = true;
    Ok(())
}

fn on_offer(_: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    expect_empty(body)?;
    negotiated.encrypt_then_mac = true;
    Ok(())
}

/// Called when the suite is known: what was offered is taken back for suites without CBC.
fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    negotiated.encrypt_then_mac &= negotiated.suite.is_some_and(|suite| suite.bulk.block_cipher);
    Ok(negotiated.encrypt_then_mac)
}

/// The extension's row.
pub static ENCRYPT_THEN_MAC: Extension = Extension {
    id: ExtensionType::ENCRYPT_THEN_MAC,
    name: "encrypt_then_mac",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
