//! connection_id (RFC 9146 section 3): each side says what it wants to find in the records that it receives. It is negotiated
//! afresh in every handshake, also when a session is resumed.

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::connection_id::ConnectionId, message::Extensions};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, on_server};

/// Ours, with which it is also said that records will be sent with the peer's.
fn write(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(cid) = offer.connection_id else { return Ok(false) };
    ConnectionId { cid }.encode(w)?;
    Ok(true)
}

/// An older version that was offered too has no connection IDs.
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if offer.connection_id.is_none() {
        return Err(Reason::UnsolicitedExtension.into());
    }
    ConnectionId::decode(body)?;
    negotiated.connection_ids = true;
    Ok(())
}

/// Ignored where connection IDs are not wanted.
fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if offer.connection_id.is_some() {
        ConnectionId::decode(body)?;
        negotiated.connection_ids = true;
    }
    Ok(())
}

/// What the peer's hello says.
pub(crate) fn connection_id_of<'m>(extensions: &Extensions<'m>) -> Option<&'m [u8]> {
    Some(ConnectionId::decode(extensions.find(ExtensionType::CONNECTION_ID)?).ok()?.cid)
}

/// The extension's row.
pub static CONNECTION_ID: Extension = Extension {
    id: ExtensionType::CONNECTION_ID,
    name: "connection_id",
    offer: write,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer: |offer, _, w| write(offer, w) }),
};
