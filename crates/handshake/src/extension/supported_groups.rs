//! supported_groups (RFC 8422 section 5.1.1).

use super::absent;
use codec::{ExtensionType, Reader, Writer};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated};

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let groups = offer.profile.groups;
    w.vec16(|w| groups.iter().try_for_each(|group| w.u16(group.id.0)))?;
    Ok(!groups.is_empty() && offer.profile.suites.iter().any(|suite| suite.kx.is_ephemeral()))
}

/// RFC 8422 section 5.1 has no answer to it in ServerHello; servers that send one all the same exist, and their
/// list changes nothing.
fn on_answer(_: &HelloOffer<'_>, _: &[u8], _: &mut Negotiated) -> Result<(), ExtensionError> {
    Ok(())
}

fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let mut r = Reader::new(body);
    let mut list = r.vec16(2, 0xFFFE)?;
    r.finish()?;
    negotiated.groups_offered = true;
    while !list.is_empty() {
        let id = list.u16()?;
        for (index, group) in offer.profile.groups.iter().enumerate() {
            if group.id.0 == id {
                negotiated.groups |= crate::negotiate::bit(index);
            }
        }
    }
    Ok(())
}

/// Nothing to answer.
fn answer(_: &HelloOffer<'_>, _: &mut Negotiated, _: &mut Writer<'_>) -> Result<bool, codec::Error> {
    Ok(false)
}

/// The extension's row.
pub static SUPPORTED_GROUPS: Extension = Extension {
    id: ExtensionType::SUPPORTED_GROUPS,
    name: "supported_groups",
    offer,
    on_answer,
    if_unanswered: absent,
    on_offer,
    if_missing: absent,
    answer,
};
