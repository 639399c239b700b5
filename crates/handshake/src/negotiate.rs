//! What a server chooses from a client's hello (RFC 5246 section 7.4.1.3, RFC 8422 section 5.2).

use crate::{Credential, ServerConfig};
use codec::Reason;
use suites::{Group, Negotiated, Scheme, Suite};

/// One bit for each row of a profile's list; rows past 32 have none and are never agreed on.
pub(crate) fn bit(index: usize) -> u32 {
    u32::try_from(index).ok().and_then(|index| 1_u32.checked_shl(index)).unwrap_or(0)
}

/// A suite with everything that serving it needs.
#[derive(Clone, Copy)]
pub(crate) struct Choice<'c> {
    pub(crate) suite: &'static Suite,
    pub(crate) credential: &'c Credential<'c>,
    /// For ephemeral key exchanges.
    pub(crate) signed: Option<SignedKeyExchange>,
}

/// The group and the scheme of a ServerKeyExchange.
#[derive(Clone, Copy)]
pub(crate) struct SignedKeyExchange {
    pub(crate) group: &'static Group,
    pub(crate) scheme: &'static Scheme,
}

/// The first suite in the server's order that the client offers and that a credential, a group and a scheme serve.
/// When there is none, the reason is that of the suite which came furthest.
pub(crate) fn choose<'c>(
    config: &'c ServerConfig<'c>,
    offers: impl Fn(&Suite) -> bool,
    negotiated: &Negotiated,
) -> Result<Choice<'c>, Reason> {
    let mut reason = Reason::NoCommonSuite;
    for suite in config.profile.suites {
        if !suite.kx.server || !offers(suite) {
            continue;
        }
        let mut credentials = config
            .credentials
            .iter()
            .filter(|credential| credential.key.key_type() == suite.kx.certificate_key);
        if !suite.kx.is_ephemeral() {
            match credentials.next() {
                Some(credential) => return Ok(Choice { suite, credential, signed: None }),
                None => continue,
            }
        }
        for credential in credentials {
            match sign_with(config, suite, credential, negotiated) {
                Ok(signed) => return Ok(Choice { suite, credential, signed: Some(signed) }),
                Err(missing) => reason = missing,
            }
        }
    }
    Err(reason)
}

fn sign_with(
    config: &ServerConfig<'_>,
    suite: &Suite,
    credential: &Credential<'_>,
    negotiated: &Negotiated,
) -> Result<SignedKeyExchange, Reason> {
    // RFC 8422 section 5.1: a client without supported_groups leaves the choice to the server.
    let supports = |index: usize| !negotiated.groups_offered || negotiated.groups & bit(index) != 0;
    let groups = || config.profile.groups.iter().enumerate().filter(|(index, _)| supports(*index));
    let (_, group) = groups().next().ok_or(Reason::NoCommonGroup)?;
    // RFC 8422 section 5.3: an ECDSA key must be on a curve that the client supports.
    if let Some(oid) = credential.key.curve_oid()
        && !groups().any(|(_, group)| group.curve_oid == Some(oid))
    {
        return Err(Reason::NoCommonGroup);
    }
    let (_, scheme) = config
        .profile
        .schemes
        .iter()
        .enumerate()
        .find(|(index, scheme)| {
            negotiated.schemes & bit(*index) != 0 && scheme.algorithm.key == suite.kx.certificate_key
        })
        .ok_or(Reason::NoCommonSignatureScheme)?;
    Ok(SignedKeyExchange { group, scheme })
}
