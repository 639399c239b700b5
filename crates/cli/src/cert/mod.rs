//! `ember cert`: certificates shown, made, signed, revoked, converted, checked and fetched.

mod check_dir;
mod convert;
mod csr;
mod fetch;
mod issue;
mod options;
mod revoke;
mod show;
mod show_others;
mod weaknesses;

use crate::exit::Failure;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Options of `ember cert`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

/// What to do with certificates.
#[derive(Subcommand)]
enum Command {
    /// Show the certificates of a file, PEM or DER
    Show(show::Options),
    /// Make an authority: a key and its certificate
    NewCa(issue::NewCa),
    /// Make a key and a certificate for it, signed by an authority
    New(issue::New),
    /// Make a key and a request, which an authority signs
    Csr(csr::Csr),
    /// Sign a request
    Sign(csr::Sign),
    /// Revoke certificates: write the authority's next revocation list
    Revoke(revoke::Revoke),
    /// Write the authority's next revocation list without a new entry
    Crl(revoke::Refresh),
    /// Convert a certificate, request, revocation list or key: PEM, DER, the forms of keys
    Convert(convert::Options),
    /// Tell what of a folder is compiled in as trust anchors, and what is wrong with it
    CheckDir(check_dir::Options),
    /// Show the chain that a server sends, and the root that it needs
    Fetch(fetch::Options),
}

pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    match &options.command {
        Command::Show(options) => show::run(options),
        Command::NewCa(options) => issue::new_ca(options),
        Command::New(options) => issue::new(options),
        Command::Csr(options) => csr::csr(options),
        Command::Sign(options) => csr::sign(options),
        Command::Revoke(options) => revoke::revoke(options),
        Command::Crl(options) => revoke::refresh(options),
        Command::Convert(options) => convert::run(options),
        Command::CheckDir(options) => check_dir::run(options),
        Command::Fetch(options) => fetch::run(options),
    }
}
