//! supported_groups (RFC 8422 section 5.1.1, RFC 7919 section 3).

use super::absent;
use codec::{ExtensionType, Writer, extension::supported_groups::SupportedGroups};
use suites::{Extension, ExtensionError, Group, HelloOffer, Negotiated, OnServer, on_server};

/// The numbers of finite fields, known or not (RFC 7919 section 2).
const FINITE_FIELDS: core::ops::RangeInclusive<u16> = 256..=511;

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let profile = offer.profile;
    let serves = |group: &Group| profile.suites.iter().any(|suite| group.serves(&suite.kx.method));
    let mut groups = profile.groups.iter().filter(|group| serves(group)).peekable();
    if groups.peek().is_none() {
        return Ok(false);
    }
    SupportedGroups::write(w, groups.map(|group| group.id))?;
    Ok(true)
}

/// RFC 8422 section 5.1 has no answer to it in ServerHello; servers that send one all the same exist, and their
/// list changes nothing.
fn on_answer(_: &HelloOffer<'_>, _: &[u8], _: &mut Negotiated) -> Result<(), ExtensionError> {
    Ok(())
}

fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    negotiated.groups_offered = true;
    for id in SupportedGroups::decode(body)?.groups.iter() {
        negotiated.finite_fields_offered |= FINITE_FIELDS.contains(&id.0);
        for (index, group) in offer.profile.groups.iter().enumerate() {
            if group.id == id {
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
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
