//! `ember cert csr` and `ember cert sign`: the same in two steps, in two places.

use super::{
    issue::{LEAF_DAYS, Leaf},
    options::{Dates, IssuerOptions, KeyOptions, NameOptions, Out, refused, refused_file, rng},
};
use crate::{exit::Failure, files};
use authority::{Extensions, Request, Template, issue, key_usage};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Options of `ember cert csr`.
#[derive(Args)]
pub(super) struct Csr {
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    key: KeyOptions,
    #[command(flatten)]
    out: Out,
}

pub(super) fn csr(options: &Csr) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    if !options.names.is_given() {
        return Err(Failure::Usage("--name or --subject is needed".into()));
    }
    let subject = options.names.subject()?;
    let extensions = Extensions { names: options.names.names()?, ..Extensions::default() };
    let key = options.key.obtain(&mut rng)?;
    let der = Request::write(&subject, &extensions, &key, &mut rng).map_err(refused)?;
    options.out.write("CERTIFICATE REQUEST", &[&der])
}

/// Options of `ember cert sign`. Subject and names are the request's unless they are given; nothing else of it counts.
#[derive(Args)]
pub(super) struct Sign {
    #[command(flatten)]
    issuer: IssuerOptions,
    #[command(flatten)]
    names: NameOptions,
    #[command(flatten)]
    leaf: Leaf,
    /// Make an authority of it, below which so many more may stand
    #[arg(long, value_name = "PATH_LEN", conflicts_with_all = ["must_staple", "purpose"])]
    as_ca: Option<u8>,
    #[command(flatten)]
    dates: Dates,
    #[command(flatten)]
    out: Out,
    /// The request, PEM or DER
    request: PathBuf,
}

pub(super) fn sign(options: &Sign) -> Result<ExitCode, Failure> {
    let mut rng = rng()?;
    let request = Request::read(&files::read(&options.request)?).map_err(refused_file(&options.request))?;
    let issuer = options.issuer.issuer()?;
    let (not_before, not_after) = options.dates.between(LEAF_DAYS);
    let given = options.names.is_given();
    let subject = if given { options.names.subject()? } else { request.subject().clone() };
    let mut extensions = match options.as_ca {
        None => options.leaf.extensions(),
        Some(path_len) => Extensions {
            ca: Some(Some(path_len)),
            key_usage: key_usage::KEY_CERT_SIGN | key_usage::CRL_SIGN,
            purposes: Vec::new(),
            ..options.leaf.extensions()
        },
    };
    extensions.names = options.names.names()?;
    extensions.requested_names = request.names().filter(|_| !given).map(<[u8]>::to_vec);
    if request.is_rsa() && options.as_ca.is_none() {
        extensions.key_usage |= key_usage::KEY_ENCIPHERMENT;
    }
    let not_after = not_after.min(issuer.not_after());
    let template = Template { subject, not_before, not_after, extensions };
    let der = issue(&template, request.spki(), &issuer, &mut rng).map_err(refused)?;
    options.leaf.write(&options.out, &der, &options.issuer)
}
