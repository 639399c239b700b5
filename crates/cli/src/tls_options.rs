//! The options that client and server share: what is offered. They end in a [`Profile`] that lives as long as the
//! process.

use crate::exit::Failure;
use clap::{Args, ValueEnum};
use codec::ExtensionType;
use embertls::{Group, GroupKind, Profile, Suite, registry};

/// Protocol versions by the tool's names, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum VersionName {
    /// SSL 3.0
    Ssl3,
    /// TLS 1.0
    Tls10,
    /// TLS 1.1
    Tls11,
    /// TLS 1.2
    Tls12,
}

impl VersionName {
    /// The version of DTLS that is made of it.
    const fn datagram_name(self) -> &'static str {
        match self {
            Self::Tls11 => "dtls10",
            Self::Tls12 => "dtls12",
            Self::Ssl3 | Self::Tls10 => "",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Ssl3 => "ssl3",
            Self::Tls10 => "tls10",
            Self::Tls11 => "tls11",
            Self::Tls12 => "tls12",
        }
    }
}

/// Whether there is a pre-shared key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyed {
    /// No.
    No,
    /// And certificates too.
    Beside,
    /// And that is all.
    Only,
}

/// What is offered or accepted; without any of these the profile is DEFAULT.
#[derive(Args)]
pub(crate) struct TlsOptions {
    /// Speak DTLS over UDP; tls11 is then DTLS 1.0, tls12 DTLS 1.2
    #[arg(long)]
    pub(crate) dtls: bool,
    /// Lowest protocol version
    #[arg(long, value_name = "V")]
    min: Option<VersionName>,
    /// Highest protocol version
    #[arg(long, value_name = "V")]
    max: Option<VersionName>,
    /// Cipher suites by their IANA names, in order of preference
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    suites: Option<Vec<String>>,
    /// Groups for key agreement, in order of preference
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    groups: Option<Vec<String>>,
    /// Signature schemes, in order of preference
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    sigalgs: Option<Vec<String>>,
    /// Application protocols, in order of preference
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    alpn: Option<Vec<String>>,
    /// Leave out extended master secret
    #[arg(long)]
    no_ems: bool,
    /// Leave out encrypt-then-MAC
    #[arg(long)]
    no_etm: bool,
}

impl TlsOptions {
    /// The profile that the options describe, with `field` in place of every other finite field.
    pub(crate) fn profile(
        &self,
        keyed: Keyed,
        field: Option<&str>,
    ) -> Result<&'static Profile<'static>, Failure> {
        let base = &registry::profiles::DEFAULT;
        let suites = match &self.suites {
            Some(names) => leak(pick("cipher suite", names, registry::suites::ALL, |suite| suite.name)?),
            None => self.default_suites(base, keyed)?,
        };
        if let Some(suite) = suites.iter().find(|suite| suite.kx.psk.is_some() && keyed == Keyed::No) {
            return Err(Failure::Usage(format!(
                "{} needs a pre-shared key: --psk-identity and --psk",
                suite.name
            )));
        }
        let groups = match &self.groups {
            Some(names) => leak(pick("group", names, registry::groups::ALL, |group| group.name())?),
            None => default_groups(base, suites),
        };
        let groups = match field {
            Some(name) => leak(only_field(groups, name)?),
            None => groups,
        };
        let schemes = match &self.sigalgs {
            Some(names) => {
                leak(pick("signature scheme", names, registry::schemes::ALL, |scheme| scheme.name)?)
            }
            None => base.schemes,
        };
        let left_out = |id: ExtensionType| {
            self.no_ems && id == ExtensionType::EXTENDED_MASTER_SECRET
                || self.no_etm && id == ExtensionType::ENCRYPT_THEN_MAC
        };
        let extensions = leak(base.extensions.iter().copied().filter(|e| !left_out(e.id)).collect());
        let versions = self.versions(base)?;
        Ok(Box::leak(Box::new(Profile { versions, suites, groups, schemes, extensions, ..*base })))
    }

    /// The suites of the default profile, with a pre-shared key those AEAD suites that have nothing but it, and, for each
    /// version that was asked for and that none of them fits, the compiled ones of the same kinds: to name an old version
    /// is to opt in to what it can do.
    fn default_suites(
        &self,
        base: &'static Profile<'static>,
        keyed: Keyed,
    ) -> Result<&'static [&'static Suite], Failure> {
        let versions = self.versions(base)?;
        let with_certificate = |suite: &Suite| suite.kx.is_signed() && keyed != Keyed::Only;
        let with_key = |suite: &Suite| {
            suite.kx.psk.is_some() && suite.kx.certificate_key().is_none() && keyed != Keyed::No
        };
        let all = registry::suites::ALL.iter().copied();
        let keyed_suites = all.clone().filter(|suite| with_key(suite) && !suite.bulk.block_cipher);
        let certified = base.suites.iter().copied().filter(|suite| with_certificate(suite));
        let mut suites: Vec<_> = certified.chain(keyed_suites).collect();
        let orphans: Vec<_> =
            versions.iter().filter(|version| !suites.iter().any(|suite| version.permits(suite))).collect();
        let more = all.filter(|suite| {
            (with_certificate(suite) || with_key(suite))
                && orphans.iter().any(|version| version.permits(suite))
        });
        suites.extend(more);
        Ok(leak(suites))
    }

    fn versions(
        &self,
        base: &'static Profile<'static>,
    ) -> Result<&'static [&'static embertls::Version], Failure> {
        if self.min.is_none() && self.max.is_none() {
            return Ok(if self.dtls { registry::versions::MODERN_DATAGRAM } else { base.versions });
        }
        let min = self.min.unwrap_or(VersionName::Ssl3);
        let max = self.max.unwrap_or(VersionName::Tls12);
        if min > max {
            return Err(Failure::Usage(format!("--min {} is above --max {}", min.name(), max.name())));
        }
        let named: Vec<&str> = VersionName::value_variants()
            .iter()
            .filter(|version| (min..=max).contains(*version))
            .map(|version| if self.dtls { version.datagram_name() } else { version.name() })
            .collect();
        let all = if self.dtls { registry::versions::ALL_DATAGRAM } else { registry::versions::ALL };
        let versions: Vec<_> = all.iter().copied().filter(|version| named.contains(&version.name)).collect();
        if versions.is_empty() {
            let exist: Vec<&str> = all.iter().map(|version| version.name).collect();
            return Err(Failure::Usage(format!(
                "no version from {} to {} is built yet; there is: {}",
                min.name(),
                max.name(),
                exist.join(", ")
            )));
        }
        Ok(leak(versions))
    }

    /// The application protocols, as the wire has them.
    pub(crate) fn alpn(&self) -> Result<&'static [&'static [u8]], Failure> {
        let mut protocols: Vec<&'static [u8]> = Vec::new();
        for name in self.alpn.iter().flatten() {
            if name.is_empty() || name.len() > 255 {
                return Err(Failure::Usage("a protocol in --alpn has 1 to 255 bytes".into()));
            }
            protocols.push(leak(name.clone().into_bytes()));
        }
        Ok(leak(protocols))
    }
}

/// The profile's groups, and the finite fields when a suite needs one: naming DHE is the opt-in.
fn default_groups(
    base: &'static Profile<'static>,
    suites: &'static [&'static Suite],
) -> &'static [&'static Group] {
    let fields = registry::groups::ALL.iter().copied().filter(|group| {
        matches!(group.kind, GroupKind::FiniteField { .. })
            && suites.iter().any(|suite| group.serves(&suite.kx.method))
    });
    leak(base.groups.iter().copied().chain(fields).collect())
}

/// The groups with one finite field.
fn only_field(groups: &'static [&'static Group], name: &str) -> Result<Vec<&'static Group>, Failure> {
    let fields: Vec<&'static Group> = registry::groups::ALL
        .iter()
        .copied()
        .filter(|group| matches!(group.kind, GroupKind::FiniteField { .. }))
        .collect();
    let Some(field) = fields.iter().find(|group| group.name() == name) else {
        let exist: Vec<&str> = fields.iter().map(|group| group.name()).collect();
        return Err(Failure::Usage(format!(
            "there is no finite field '{name}'; there are: {}",
            exist.join(", ")
        )));
    };
    let curves = groups.iter().copied().filter(|group| matches!(group.kind, GroupKind::Curve(_)));
    Ok(curves.chain([*field]).collect())
}

/// The rows that a list names, in the order of the list.
pub(crate) fn pick<T>(
    what: &str,
    names: &[String],
    rows: &'static [&'static T],
    name_of: impl Fn(&T) -> &'static str,
) -> Result<Vec<&'static T>, Failure> {
    let mut picked: Vec<&'static T> = Vec::new();
    for name in names {
        let Some(row) = rows.iter().copied().find(|row| name_of(row) == name) else {
            let exist: Vec<&str> = rows.iter().map(|row| name_of(row)).collect();
            return Err(Failure::Usage(format!(
                "there is no {what} '{name}'; there are: {}",
                exist.join(", ")
            )));
        };
        if !picked.iter().any(|other| std::ptr::eq(*other, row)) {
            picked.push(row);
        }
    }
    Ok(picked)
}

/// A slice for the rest of the process, which makes one connection or serves for ever.
pub(crate) fn leak<T>(items: Vec<T>) -> &'static [T] {
    Vec::leak(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: TlsOptions,
    }

    fn profile(line: &str) -> Result<&'static Profile<'static>, Failure> {
        let line = Line::parse_from(std::iter::once("line").chain(line.split_whitespace()));
        line.options.profile(Keyed::No, None)
    }

    #[test]
    fn nothing_is_the_default_profile() {
        let profile = profile("").unwrap();
        let names = |suites: &'static [&'static Suite]| suites.iter().map(|suite| suite.name);
        assert!(names(profile.suites).eq(names(registry::profiles::DEFAULT.suites)));
        assert_eq!(profile.extensions.len(), registry::profiles::DEFAULT.extensions.len());
    }

    #[test]
    fn lists_choose_rows_in_their_order_and_beyond_the_default() {
        let profile = profile(
            "--suites TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 --groups secp384r1,x25519 \
             --sigalgs rsa_pkcs1_sha512",
        )
        .unwrap();
        let suites: Vec<_> = profile.suites.iter().map(|suite| suite.name).collect();
        assert_eq!(suites, ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]);
        let groups: Vec<_> = profile.groups.iter().map(|group| group.name()).collect();
        assert_eq!(groups, ["secp384r1", "x25519"]);
        assert_eq!(profile.schemes.len(), 1);
    }

    #[test]
    fn unknown_names_say_which_exist() {
        for line in
            ["--suites TLS_NULL_WITH_NULL_NULL", "--groups secp521r2", "--sigalgs md5", "--suites TLS_A,"]
        {
            let failure = profile(line).err().unwrap();
            assert_eq!(failure.number(), 2);
            assert!(failure.to_string().contains("there are: "), "{failure}");
        }
    }

    #[test]
    fn a_range_of_versions_must_contain_one_that_exists() {
        assert!(profile("--min tls10 --max tls12").is_ok());
        assert!(profile("--min ssl3").is_ok());
        let names =
            |line| profile(line).unwrap().versions.iter().map(|version| version.name).collect::<Vec<_>>();
        assert_eq!(names("--max tls11"), ["tls11", "tls10"]);
        assert_eq!(names("--min tls11"), ["tls12", "tls11"]);
        for line in ["--max ssl3", "--min tls12 --max tls11"] {
            assert_eq!(profile(line).err().unwrap().number(), 2, "{line}");
        }
    }

    #[test]
    fn a_version_that_no_default_suite_fits_brings_its_own() {
        for line in ["--max tls10", "--max tls11", "--min tls10"] {
            let profile = profile(line).unwrap();
            for version in profile.versions {
                let fits = profile.suites.iter().any(|suite| version.permits(suite));
                assert!(fits, "{line}: no suite for {}", version.name);
            }
            assert!(profile.suites.iter().all(|suite| suite.kx.is_ephemeral()), "{line}");
        }
        let named = profile("--max tls10 --suites TLS_RSA_WITH_AES_128_CBC_SHA").unwrap();
        assert_eq!(named.suites.len(), 1, "a list is taken as it is");
    }

    #[test]
    fn a_key_brings_its_suites_and_its_suites_need_it() {
        let names = |line: &str, keyed| -> Vec<&str> {
            let line = Line::parse_from(std::iter::once("line").chain(line.split_whitespace()));
            line.options.profile(keyed, None).unwrap().suites.iter().map(|suite| suite.name).collect()
        };
        let (none, beside, only) = (names("", Keyed::No), names("", Keyed::Beside), names("", Keyed::Only));
        assert_eq!(beside, [none, only.clone()].concat());
        assert!(only.contains(&"TLS_PSK_WITH_AES_128_CCM_8"));
        assert!(
            only.iter().all(|name| name.contains("PSK") && !name.contains("RSA") && !name.contains("CBC"))
        );
        let old = names("--max tls11", Keyed::Only);
        assert!(old.contains(&"TLS_PSK_WITH_AES_128_CBC_SHA") && old.iter().all(|name| name.contains("PSK")));
        let failure = profile("--suites TLS_PSK_WITH_AES_128_CCM_8").err().unwrap();
        assert!(failure.to_string().contains("needs a pre-shared key"), "{failure}");
    }

    #[test]
    fn extensions_can_be_left_out() {
        let all = profile("").unwrap().extensions.len();
        assert_eq!(profile("--no-ems --no-etm").unwrap().extensions.len(), all - 2);
    }
}
