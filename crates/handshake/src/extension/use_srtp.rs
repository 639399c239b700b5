//! use_srtp (RFC 5764 section 4.1): keys for media that goes beside DTLS. Over a stream it means nothing: it is not offered,
//! and an offer is ignored. No MKI is offered, and one that a client has is not taken up (section 4.1.3).

use super::absent;
use codec::{ExtensionType, Reason, Writer, extension::use_srtp::UseSrtp};
use suites::{Extension, ExtensionError, HelloOffer, Negotiated, OnServer, SrtpProfile, on_server};

/// Our protection profiles, in datagrams.
fn ours<'o>(offer: &HelloOffer<'o>) -> &'o [&'static SrtpProfile] {
    let in_datagrams = offer.profile.versions.iter().all(|version| version.datagram);
    if in_datagrams { offer.srtp } else { &[] }
}

fn offer(offer: &HelloOffer<'_>, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    if ours(offer).is_empty() {
        return Ok(false);
    }
    UseSrtp::write(w, ours(offer).iter().map(|profile| profile.id))?;
    Ok(true)
}

/// One profile, of those that were offered, and no MKI (RFC 5764 sections 4.1.1 and 4.1.3).
fn on_answer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    let answer = UseSrtp::decode(body)?;
    let chosen = answer.only().filter(|_| answer.mki.is_empty());
    let profile = ours(offer).iter().find(|profile| chosen == Some(profile.id));
    negotiated.srtp = Some(profile.ok_or(Reason::SrtpNotOffered)?);
    Ok(())
}

/// The server's preference decides; with nothing in common there is no answer, and DTLS goes on without SRTP (RFC 5764
/// section 4.1.1).
fn on_offer(offer: &HelloOffer<'_>, body: &[u8], negotiated: &mut Negotiated) -> Result<(), ExtensionError> {
    if ours(offer).is_empty() {
        return Ok(());
    }
    let theirs = UseSrtp::decode(body)?.profiles;
    let in_common = |profile: &&SrtpProfile| theirs.iter().any(|id| id == profile.id);
    negotiated.srtp = ours(offer).iter().copied().find(in_common);
    Ok(())
}

fn answer(_: &HelloOffer<'_>, negotiated: &mut Negotiated, w: &mut Writer<'_>) -> Result<bool, codec::Error> {
    let Some(profile) = negotiated.srtp else { return Ok(false) };
    UseSrtp::write(w, [profile.id])?;
    Ok(true)
}

/// The extension's row.
pub static USE_SRTP: Extension = Extension {
    id: ExtensionType::USE_SRTP,
    name: "use_srtp",
    offer,
    on_answer,
    if_unanswered: absent,
    server: on_server(OnServer { on_offer, if_missing: absent, answer }),
};
