//! The server's certificates and keys, and whose certificates its clients may have, or which keys it shares with them.
//! They can be read anew while connections go on, each of which keeps those that it began with.

use crate::{
    exit::Failure,
    files::{self, Identity},
    psk::{Keys, PskOptions},
    tls_options::Keyed,
    verify_options::{Pin, parse_pin},
};
use clap::Args;
use embertls::{Credential, ServerPsk, TrustAnchor};
use std::path::PathBuf;

/// Where they are.
#[derive(Args, Clone)]
pub(super) struct FileNames {
    /// A certificate with its chain, the leaf first, PEM or DER; with pre-shared keys there may be none
    #[arg(long, value_name = "FILE", required_unless_present_any = ["psk", "psk_file"])]
    pub(super) cert: Vec<PathBuf>,
    /// The private key of the certificate at the same place
    #[arg(long, value_name = "FILE", required_unless_present_any = ["psk", "psk_file"])]
    pub(super) key: Vec<PathBuf>,
    /// An OCSP response in DER about the certificate at the same place, stapled for clients that ask for it
    #[arg(long, value_name = "FILE")]
    pub(super) ocsp: Vec<PathBuf>,
    /// Show the key of a certificate bare to clients that take that (RFC 7250)
    #[arg(long, requires = "cert")]
    pub(super) raw_key: bool,
    /// SHA-256 of a client's key (SubjectPublicKeyInfo) in hexadecimal or base64: take a raw public key that has it in place
    /// of a certificate (RFC 7250)
    #[arg(long = "client-raw-pin", id = "client_raw_pins", value_name = "SHA256", value_parser = parse_pin)]
    pub(super) client_raw_pins: Vec<Pin>,
    /// The password of the encrypted keys, those of --sni among them
    #[arg(long, value_name = "P")]
    pub(super) key_pass: Option<String>,
    /// A certificate and its key for clients that ask for NAME, which may begin with "*."
    #[arg(long, value_name = "NAME=CERT,KEY")]
    pub(super) sni: Vec<String>,
    /// A file with the authorities of clients' certificates, PEM or DER
    #[arg(long, value_name = "FILE")]
    pub(super) client_ca: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) psk: PskOptions,
    /// A file with pre-shared keys, in lines identity:hex
    #[arg(long, value_name = "FILE")]
    pub(super) psk_file: Option<PathBuf>,
}

impl FileNames {
    /// Whether there are pre-shared keys, alone or beside certificates.
    pub(super) const fn keyed(&self) -> Keyed {
        match (self.psk.is_given() || self.psk_file.is_some(), self.cert.is_empty()) {
            (false, _) => Keyed::No,
            (true, false) => Keyed::Beside,
            (true, true) => Keyed::Only,
        }
    }
}

/// What the files hold.
pub(super) struct Identities {
    named: Vec<Named>,
    /// The DER of each authority.
    authorities: Vec<Vec<u8>>,
    keys: Keys,
    raw_keys: bool,
}

/// An identity, and the name for which alone it is.
struct Named {
    name: Option<String>,
    identity: Identity,
    /// An OCSP response; empty when there is none.
    staple: Vec<u8>,
}

impl Named {
    const fn new(name: Option<String>, identity: Identity) -> Self {
        Self { name, identity, staple: Vec::new() }
    }
}

impl Identities {
    pub(super) fn load(names: &FileNames) -> Result<Self, Failure> {
        let password = names.key_pass.as_deref();
        let identities = files::identities(&names.cert, &names.key, password)?.into_iter();
        let mut named: Vec<Named> = identities.map(|identity| Named::new(None, identity)).collect();
        if names.ocsp.len() > named.len() {
            return Err(Failure::Usage("each --ocsp needs a --cert, in the same order".into()));
        }
        for (named, path) in named.iter_mut().zip(&names.ocsp) {
            named.staple = files::staple(path)?;
        }
        for sni in &names.sni {
            named.extend(load_named(sni, password)?);
        }
        let mut authorities = Vec::new();
        for path in &names.client_ca {
            authorities.extend(files::authorities(path)?);
        }
        let keys = Keys::load(&names.psk, names.psk_file.as_deref())?;
        Ok(Self { named, authorities, keys, raw_keys: names.raw_key })
    }

    /// As a configuration refers to them.
    pub(super) fn view(&self) -> View<'_> {
        View {
            entries: self.named.iter().map(|named| Entry::of(named, self.raw_keys)).collect(),
            // All were read when they were loaded.
            trust_anchors: self.authorities.iter().filter_map(|der| TrustAnchor::decode(der).ok()).collect(),
            psk: (!self.keys.is_empty()).then(|| ServerPsk::new(&self.keys)),
        }
    }
}

/// `NAME=CERT,KEY`.
fn load_named(text: &str, password: Option<&str>) -> Result<impl Iterator<Item = Named>, Failure> {
    let parts = text
        .split_once('=')
        .and_then(|(name, files)| files.split_once(',').map(|(cert, key)| (name, cert.into(), key.into())));
    let Some((name, cert, key)) = parts.filter(|(name, _, _)| !name.is_empty()) else {
        return Err(Failure::Usage(format!("--sni {text} is not NAME=CERT,KEY")));
    };
    let name = name.to_ascii_lowercase();
    let identities = files::identities(&[cert], &[key], password)?.into_iter();
    Ok(identities.map(move |identity| Named::new(Some(name.clone()), identity)))
}

/// Lists of references into [`Identities`].
pub(super) struct View<'i> {
    entries: Vec<Entry<'i>>,
    pub(super) trust_anchors: Vec<TrustAnchor<'i>>,
    pub(super) psk: Option<ServerPsk<'i>>,
}

struct Entry<'i> {
    chain: Vec<&'i [u8]>,
    names: Vec<&'i str>,
    identity: &'i Identity,
    staple: &'i [u8],
    /// The key to show bare; empty when it is not.
    raw_public_key: &'i [u8],
}

impl<'i> Entry<'i> {
    fn of(named: &'i Named, raw_keys: bool) -> Self {
        let chain: Vec<&[u8]> = named.identity.chain.iter().map(Vec::as_slice).collect();
        Self {
            raw_public_key: if raw_keys { files::public_key(&chain) } else { &[] },
            chain,
            names: named.name.as_deref().into_iter().collect(),
            identity: &named.identity,
            staple: &named.staple,
        }
    }
}

impl View<'_> {
    pub(super) fn credentials(&self) -> Vec<Credential<'_>> {
        let each = self.entries.iter().map(|entry| Credential {
            server_names: &entry.names,
            ocsp_response: entry.staple,
            raw_public_key: entry.raw_public_key,
            ..Credential::new(&entry.chain, &*entry.identity.key)
        });
        each.collect()
    }
}
