//! `ember cert fetch`: the chain that a server sends, and the one root that a device needs for it.

use super::{check_dir::certificate_files, options::write, show};
use crate::{
    client::{connect, host_and_port},
    duplex::Duplex,
    exit::Failure,
    files,
    output::answer,
    pump::Pump,
    watch::Watch,
    world::ToolWorld,
};
use authority::encode_pem;
use clap::Args;
use embertls::{
    AuthMode, ClientConfig, Peer, ServerName,
    registry::{profiles, verification},
};
use io::{Parts, blocking::Stream, clock::Clock, os_entropy};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};
use x509::{Certificate, Policy, TrustAnchor, Usage, path};

/// Options of `ember cert fetch`.
#[derive(Args)]
pub(super) struct Options {
    /// Put the root that is needed, and only it, into this folder
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// Where the roots are among which the needed one is looked for: a folder or a file; may be repeated
    #[arg(long, value_name = "PATH", default_value = "certs/default")]
    roots: Vec<PathBuf>,
    /// The name to ask for and to expect, when it is not HOST
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// The server
    #[arg(value_name = "HOST:PORT")]
    target: String,
}

/// A certificate of the roots, and its file.
struct Root {
    file: PathBuf,
    der: Vec<u8>,
}

pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let (host, port) = host_and_port(&options.target)?;
    let name = options.server_name.clone().unwrap_or_else(|| host.clone());
    let chain = chain(&host, port, &name)?;
    let mut text = show::words(&chain);
    let roots = roots(&options.roots)?;
    let Some(root) = roots.iter().find(|root| leads_to(&chain, &root.der)) else {
        text.push_str(&format!("\nroot: none of the {} at hand vouches for this chain\n", roots.len()));
        if let Some(why) = advice(&chain) {
            text.push_str(&format!("  {why}\n"));
        }
        return answer(text.as_bytes(), ExitCode::from(1));
    };
    let subject = Certificate::decode(&root.der)
        .map_or_else(|error| error.to_string(), |root| root.subject.to_string());
    text.push_str(&format!("\nroot: {subject}\n  file: {}\n", root.file.display()));
    if let Some(folder) = &options.save {
        let saved = save(folder, root)?;
        text.push_str(&format!("  saved: {}\n", saved.display()));
    }
    answer(text.as_bytes(), ExitCode::SUCCESS)
}

/// What the server sends, whether or not it can be trusted.
fn chain(host: &str, port: u16, name: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let server_name = ServerName::parse(name)
        .ok_or_else(|| Failure::Usage(format!("'{name}' is neither a DNS name nor an IP address")))?;
    let config = ClientConfig {
        auth_mode: AuthMode::None,
        keep_peer_chain: true,
        ..ClientConfig::new(&profiles::DEFAULT, &[])
    };
    let rng = os_entropy::seeded(b"ember cert").map_err(|error| Failure::Peer(error.to_string()))?;
    let world = ToolWorld::new(rng, Clock::system(), Watch::default());
    let parts = Parts::owned(world).map_err(|error| Failure::tls(&io::to_io(error)))?;
    let socket = connect(host, port)?;
    let stream = Stream::client(&config, Peer::Named(server_name), Duplex::default(), parts)
        .map_err(|error| Failure::tls(&error))?;
    let mut pump = Pump::new(stream, socket, Watch::default()).map_err(|error| Failure::tls(&error))?;
    pump.handshake(&mut Unobserved).map_err(|error| Failure::tls(&error))?;
    let chain = pump.stream.connection().peer_chain().map(<[u8]>::to_vec).collect();
    pump.close();
    Ok(chain)
}

/// The chain is taken as a whole.
struct Unobserved;

impl x509::CertificateObserver for Unobserved {
    fn on_certificate(&mut self, _: usize, _: &Certificate<'_>) {}
}

fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, Failure> {
    let mut roots = Vec::new();
    for path in paths {
        let files = if path.is_dir() { certificate_files(path)? } else { vec![path.clone()] };
        for file in files {
            let ders = files::readable_certificates(&file)?.into_iter();
            roots.extend(ders.map(|der| Root { file: file.clone(), der }));
        }
    }
    Ok(roots)
}

/// Whether there is a path from the chain's first certificate to a root, names and purposes aside.
fn leads_to(chain: &[Vec<u8>], root: &[u8]) -> bool {
    let Ok(anchor) = TrustAnchor::decode(root) else { return false };
    let anchors = [anchor];
    let Some((leaf, rest)) = chain.split_first() else { return false };
    let named = |der: &Vec<u8>| {
        Certificate::decode(der)
            .is_ok_and(|link| anchors.iter().any(|anchor| link.issuer.der() == anchor.subject))
    };
    if !chain.iter().any(named) {
        return false;
    }
    let policy =
        Policy { anchors: &anchors, time: Clock::system().time(), usage: Usage::Any, ..Policy::default() }
            .under(&verification::DEFAULT);
    let untrusted: Vec<&[u8]> = rest.iter().map(Vec::as_slice).collect();
    Certificate::decode(leaf).is_ok_and(|leaf| {
        path::verify(&policy, &leaf, &untrusted).is_ok_and(|verdict| verdict.flags.is_empty())
    })
}

/// What to look for when there is no root.
fn advice(chain: &[Vec<u8>]) -> Option<String> {
    let last = Certificate::decode(chain.last()?).ok()?;
    Some(if last.issuer.der() == last.subject.der() {
        format!(
            "the chain ends in {}, which signed itself: get it from whom you trust, and put it there",
            last.subject
        )
    } else {
        format!(
            "the chain asks for {}: get that certificate from whom you trust, and put it there",
            last.issuer
        )
    })
}

/// Writes the root under the name of its file, or under its number when a file holds many.
fn save(folder: &Path, root: &Root) -> Result<PathBuf, Failure> {
    let digest = (crypto::hash::SHA256.digest)(&[&root.der]);
    let number: String = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let stem = root.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let stem = if stem.ends_with(&number) { stem } else { format!("{stem}-{number}") };
    let path = folder.join(format!("{stem}.pem"));
    write(&path, encode_pem("CERTIFICATE", &root.der).as_bytes())?;
    Ok(path)
}
