//! `ember cert new-ca` and `ember cert new`: a key and its certificate in one step.

use super::options::{
    Dates, IssuerOptions, KeyOptions, NameOptions, Out, UsageName, alt_names, issuer, refused, rng,
};
use crate::{exit::Failure, files};
use authority::{Extensions, Template, issue, key_usage, self_signed};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Days of an authority, and of a leaf (what browsers accept of public ones).
const CA_DAYS: i64 = 3650;
pub(super) const LEAF_DAYS: i64 = 397;

/// Options of `ember cert new-ca`.
#[derive(Args)]
pub(super) struct NewCa {
    /// The distinguished name, like "CN=Example Root,O=Example,C=DE"
    #[arg(long, value_name = "DN")]
    subject: String,
    #[command(flatten)]
    key: KeyOptions,
    /// The certificate of the authority above; without it the new one is a root
    #[arg(long, value_name = "FILE", requires = "ca_key")]
    ca: Option<PathBuf>,
    /// The key of the authority above
    #[arg(long, value_name = "FILE", requires = "ca")]
    ca_key: Option<PathBuf>,
    /// The password of that key
    #[arg(long, value_name = "P", requires = "ca")]
    ca_pass: Option<String>,
    /// How many authorities may stand between this one and a leaf
    #[arg(long, value_name = "N")]
    path_len: Option<u8>,
    /// A DNS domain, network (10.0.0.0/8), mail domain or URI in which alone it may issue; may be repeated
    #[arg(long, value_name = "NAME")]
    permit: Vec<String>,
    /// One in which it may not issue; may be repeated
    #[arg(long, value_name = "NAME")]
    exclude: Vec<String>,
    #[command(flatten)]
    more: More,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    out: Out,
}

/// Extensions that are seldom wanted.
#[derive(Args)]
pub(super) struct More {
    /// A certificate policy, in dotted form; may be repeated
    #[arg(long, value_name = "OID")]
    policy: Vec<String>,
    /// Where the issuer's revocation list is; may be repeated
    #[arg(long, value_name = "URI")]
    crl_uri: Vec<String>,
}

impl More {
    pub(super) fn add_to(&self, extensions: Extensions) -> Extensions {
        Extensions { policies: self.policy.clone(), crl_uris: self.crl_uri.clone(), ..extensions }
    }
}

pub(super) fn new_ca(options: &NewCa) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    let (not_before, not_after) = options.dates.between(CA_DAYS);
    let extensions = options.more.add_to(Extensions {
        ca: Some(options.path_len),
        key_usage: key_usage::KEY_CERT_SIGN | key_usage::CRL_SIGN,
        permitted: alt_names(&options.permit)?,
        excluded: alt_names(&options.exclude)?,
        ..Extensions::default()
    });
    let subject = authority::Name::parse(&options.subject).map_err(refused)?;
    let above = match (&options.ca, &options.ca_key) {
        (Some(ca), Some(key)) => Some(issuer(ca, key, options.ca_pass.as_deref())?),
        _ => None,
    };
    let key = options.key.obtain(&mut rng)?;
    let not_after = above.as_ref().map_or(not_after, |above| not_after.min(above.not_after()));
    let template = Template { subject, not_before, not_after, extensions };
    let der = match &above {
        Some(above) => issue(&template, key.spki(), above, &mut rng),
        None => self_signed(&template, &key, &mut rng),
    };
    options.out.write("CERTIFICATE", &[&der.map_err(refused)?])
}

/// Options of `ember cert new`.
#[derive(Args)]
pub(super) struct New {
    #[command(flatten)]
    issuer: IssuerOptions,
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    leaf: Leaf,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    out: Out,
}

/// What the certificate of a leaf says.
#[derive(Args)]
pub(super) struct Leaf {
    /// What the certificate is for
    #[arg(long, value_name = "USAGE", default_value = "server")]
    usage: UsageName,
    /// Another purpose of extKeyUsage, in dotted form; may be repeated
    #[arg(long, value_name = "OID")]
    purpose: Vec<String>,
    /// Demand that the server staples an OCSP response
    #[arg(long)]
    must_staple: bool,
    /// Write the authority's certificates behind the new one, as a server that is below an intermediate one sends them
    #[arg(long)]
    chain: bool,
    #[command(flatten)]
    more: More,
}

impl Leaf {
    pub(super) fn extensions(&self) -> Extensions {
        let mut purposes = self.usage.purposes();
        purposes.extend(self.purpose.iter().cloned().map(authority::KeyPurpose::Other));
        self.more.add_to(Extensions {
            key_usage: key_usage::DIGITAL_SIGNATURE,
            purposes,
            must_staple: self.must_staple,
            ..Extensions::default()
        })
    }

    /// Writes a certificate, and the issuer's behind it when the chain is wanted.
    pub(super) fn write(&self, out: &Out, der: &[u8], issuer: &IssuerOptions) -> Result<ExitCode, Failure> {
        let above = if self.chain { files::certificates(&issuer.ca)? } else { Vec::new() };
        let ders: Vec<&[u8]> = std::iter::once(der).chain(above.iter().map(Vec::as_slice)).collect();
        out.write("CERTIFICATE", &ders)
    }
}

pub(super) fn new(options: &New) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    if !options.names.is_given() {
        return Err(Failure::Usage("--name or --subject is needed".into()));
    }
    let issuer = options.issuer.issuer()?;
    let (not_before, not_after) = options.dates.between(LEAF_DAYS);
    let subject = options.names.subject()?;
    let names = options.names.names()?;
    let key = options.key.obtain(&mut rng)?;
    let mut extensions = Extensions { names, ..options.leaf.extensions() };
    if key.is_rsa() {
        extensions.key_usage |= key_usage::KEY_ENCIPHERMENT;
    }
    let not_after = not_after.min(issuer.not_after());
    let template = Template { subject, not_before, not_after, extensions };
    let der = issue(&template, key.spki(), &issuer, &mut rng).map_err(refused)?;
    options.leaf.write(&options.out, &der, &options.issuer)
}
