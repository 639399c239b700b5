//! What a server chooses from a client's hello (RFC 5246 section 7.4.1.3, RFC 8422 section 5.2).

use crate::{Credential, Preference, ServerConfig, raw_keys};
use codec::{CipherSuites, Reason};
use suites::{Group, GroupKind, Negotiated, Scheme, Suite, Version};

/// One bit for each row of a profile's list; rows past 32 have none and are never agreed on.
pub(crate) fn bit(index: usize) -> u32 {
    u32::try_from(index).ok().and_then(|index| 1_u32.checked_shl(index)).unwrap_or(0)
}

/// A suite with everything that serving it needs.
#[derive(Clone, Copy)]
pub(crate) struct Choice<'c> {
    pub(crate) suite: &'static Suite,
    /// For suites with a certificate.
    pub(crate) credential: Option<&'c Credential<'c>>,
    /// For ephemeral key exchanges.
    pub(crate) ephemeral: Option<Ephemeral<'c>>,
}

/// What an ephemeral key exchange needs.
#[derive(Clone, Copy)]
pub(crate) struct Ephemeral<'c> {
    pub(crate) group: &'static Group,
    /// Whose key signs ServerKeyExchange, and how; None where nothing is signed.
    pub(crate) signer: Option<Signer<'c>>,
}

/// A credential with the scheme of its signature.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'c> {
    pub(crate) credential: &'c Credential<'c>,
    pub(crate) scheme: &'static Scheme,
}

/// What a client's hello says, as far as the choice of a suite needs it.
pub(crate) struct Offered<'h> {
    pub(crate) version: &'static Version,
    pub(crate) suites: CipherSuites<'h>,
    pub(crate) server_name: Option<&'h [u8]>,
    pub(crate) negotiated: &'h Negotiated,
}

/// The first suite in the order that is preferred which both sides have and that a credential, a group and a scheme
/// serve. When there is none, the reason is that of the suite which came furthest. `answered` is the application's
/// choice of a credential.
pub(crate) fn choose<'c>(
    config: &'c ServerConfig<'c>,
    offered: &Offered<'_>,
    answered: Option<usize>,
) -> Result<Choice<'c>, Reason> {
    let mut reason = Reason::NoCommonSuite;
    let mut attempt = |suite: &'static Suite| {
        let has_psk = suite.kx.psk.is_none() || config.psk.is_some();
        if !suite.kx.server || !offered.version.permits(suite) || !has_psk {
            return None;
        }
        match serve_with(config, suite, offered, answered) {
            Ok(choice) => return Some(choice),
            Err(Reason::NoCommonSuite) => {}
            Err(missing) => reason = missing,
        }
        None
    };
    let ours = config.profile.suites;
    let found = match config.preference {
        Preference::Server => ours
            .iter()
            .filter(|suite| offered.suites.iter().any(|id| id == suite.id))
            .find_map(|suite| attempt(suite)),
        Preference::Client => offered
            .suites
            .iter()
            .filter_map(|id| ours.iter().find(|suite| suite.id == id))
            .find_map(|suite| attempt(suite)),
    };
    found.ok_or(reason)
}

/// The credentials for a name: those that name it, else those that name none.
fn credentials<'c>(
    config: &'c ServerConfig<'c>,
    server_name: Option<&[u8]>,
    answered: Option<usize>,
) -> impl Iterator<Item = &'c Credential<'c>> {
    let named = move |credential: &Credential<'_>| {
        server_name.is_some_and(|name| credential.server_names.iter().any(|ours| matches_name(ours, name)))
    };
    let any_named = config.credentials.iter().any(named);
    config.credentials.iter().enumerate().filter_map(move |(index, credential)| {
        let serves = match answered {
            Some(answer) => index == answer,
            None if any_named => named(credential),
            None => credential.server_names.is_empty(),
        };
        serves.then_some(credential)
    })
}

/// Whether a credential's name is the client's, letters of either case; `*.` stands for one label.
fn matches_name(ours: &str, asked: &[u8]) -> bool {
    match ours.strip_prefix("*.") {
        Some(parent) => asked
            .iter()
            .position(|byte| *byte == b'.')
            .filter(|dot| *dot > 0)
            .and_then(|dot| asked.get(dot + 1..))
            .is_some_and(|rest| rest.eq_ignore_ascii_case(parent.as_bytes())),
        None => asked.eq_ignore_ascii_case(ours.as_bytes()),
    }
}

/// Whether the name decided about the credential, which the client is then told (RFC 6066 section 3).
pub(crate) fn is_named(credential: &Credential<'_>) -> bool {
    !credential.server_names.is_empty()
}

fn serve_with<'c>(
    config: &'c ServerConfig<'c>,
    suite: &'static Suite,
    offered: &Offered<'_>,
    answered: Option<usize>,
) -> Result<Choice<'c>, Reason> {
    let Some(key_type) = suite.kx.certificate_key() else {
        return serve_without_certificate(config, suite, offered);
    };
    let mut reason = Reason::NoCommonSuite;
    for credential in credentials(config, offered.server_name, answered) {
        if credential.key.key_type().in_suites() != key_type {
            continue;
        }
        if !raw_keys::serves_client(credential, offered.negotiated) {
            reason = Reason::NoCommonCertificateType;
            continue;
        }
        if !suite.kx.is_ephemeral() {
            return Ok(Choice { suite, credential: Some(credential), ephemeral: None });
        }
        match sign_with(config, suite, credential, offered) {
            Ok(ephemeral) => {
                return Ok(Choice { suite, credential: Some(credential), ephemeral: Some(ephemeral) });
            }
            Err(missing) => reason = missing,
        }
    }
    Err(reason)
}

/// A pre-shared key proves the server.
fn serve_without_certificate<'c>(
    config: &'c ServerConfig<'c>,
    suite: &'static Suite,
    offered: &Offered<'_>,
) -> Result<Choice<'c>, Reason> {
    let mut ephemeral = None;
    if suite.kx.is_ephemeral() {
        let group = supported(config, offered).find(|group| group.serves(&suite.kx.method));
        ephemeral = Some(Ephemeral { group: group.ok_or(Reason::NoCommonGroup)?, signer: None });
    }
    Ok(Choice { suite, credential: None, ephemeral })
}

/// The groups of the profile that the client has too.
fn supported<'o>(
    config: &'o ServerConfig<'_>,
    offered: &'o Offered<'_>,
) -> impl Iterator<Item = &'static Group> + use<'o> {
    let negotiated = offered.negotiated;
    // RFC 8422 section 5.1, RFC 7919 section 4: a client that lists none leaves the choice to the server.
    let listed = move |group: &Group| match group.kind {
        GroupKind::Curve(_) => negotiated.groups_offered,
        GroupKind::FiniteField { .. } => negotiated.finite_fields_offered,
    };
    let groups = config.profile.groups.iter().enumerate();
    groups
        .filter(move |(index, group)| !listed(group) || negotiated.groups & bit(*index) != 0)
        .map(|(_, group)| *group)
}

fn sign_with<'c>(
    config: &ServerConfig<'_>,
    suite: &Suite,
    credential: &'c Credential<'c>,
    offered: &Offered<'_>,
) -> Result<Ephemeral<'c>, Reason> {
    let negotiated = offered.negotiated;
    let supported = || supported(config, offered);
    let group = supported().find(|group| group.serves(&suite.kx.method)).ok_or(Reason::NoCommonGroup)?;
    // RFC 8422 section 5.3: an ECDSA key must be on a curve that the client supports.
    if let Some(oid) = credential.key.curve_oid()
        && !supported().any(|group| group.curve_oid() == Some(oid))
    {
        return Err(Reason::NoCommonGroup);
    }
    let key = credential.key.key_type();
    let fits = |scheme: &Scheme| scheme.algorithm.key == key;
    let scheme = match offered.version.schemes {
        Some(fixed) => fixed.iter().find(|scheme| fits(scheme)),
        None => config
            .profile
            .schemes
            .iter()
            .enumerate()
            .find(|(index, scheme)| negotiated.schemes & bit(*index) != 0 && fits(scheme))
            .map(|(_, scheme)| scheme),
    };
    let scheme = scheme.ok_or(Reason::NoCommonSignatureScheme)?;
    Ok(Ephemeral { group, signer: Some(Signer { credential, scheme }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_whole_and_a_star_stands_for_one_label() {
        assert!(matches_name("a.example", b"A.Example"));
        assert!(!matches_name("a.example", b"b.example"));
        assert!(matches_name("*.example", b"b.example"));
        assert!(!matches_name("*.example", b"a.b.example"));
        assert!(!matches_name("*.example", b".example"));
        assert!(!matches_name("*.example", b"example"));
    }
}
