//! The list of commands, from which help, manual page and completions are made as well.

use crate::{cert, client, features, manual, server, suites, verify};
use clap::{CommandFactory, Parser, Subcommand};

/// A TLS client and server for the command line, and what tells about suites, features and certificates.
#[derive(Parser)]
#[command(name = "ember", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 the peer or the network failed, 2 usage, 3 the certificate was \
                          refused. `ember verify`: 0 valid, 1 invalid, 2 usage or a file that cannot be opened.\n\n\
                          `ember man` writes the manual page, `ember completions SHELL` completions.";

/// What the tool does.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Connect to a TLS server
    Client(Box<client::Options>),
    /// Serve TLS clients
    Server(Box<server::Options>),
    /// List cipher suites
    Suites(suites::Options),
    /// List the features of this build
    Features(features::Options),
    /// Tell about certificates
    Cert(Box<cert::Options>),
    /// Verify a certificate against roots
    Verify(Box<verify::Options>),
    /// Write the manual page
    #[command(hide = true)]
    Man,
    /// Write completions for a shell
    #[command(hide = true)]
    Completions(manual::Options),
}

/// The whole command line.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn what_the_contract_names_is_understood() {
        for line in [
            "ember client h:1 --ca a --ca b --no-default-roots --system-roots --server-name n --auth-mode optional \
             --min tls10 --max tls12 --suites A,B --groups x --sigalgs y --alpn h2,http/1.1 --no-ems --no-etm \
             --get / --time 2026-01-01T00:00:00Z --json",
            "ember client h:1 --insecure",
            "ember client h:1 --cert a --key b --key-pass p",
            "ember server --listen 127.0.0.1:0 --cert a --key b --cert c --key d --min ssl3 --max tls12 --suites A \
             --groups x --sigalgs y --alpn h2 --no-ems --no-etm --www dir --once",
            "ember server --listen 127.0.0.1:0 --cert a --key b --www",
            "ember server --listen 127.0.0.1:0 --cert a --key b --echo --once",
            "ember suites --all --json",
            "ember suites --compiled",
            "ember suites --profile DEFAULT",
            "ember features --json",
            "ember cert show file",
            "ember verify --roots r --untrusted a --untrusted b --time 2026-01-01T00:00:00Z --host h --usage client \
             --depth 3 --json leaf",
            "ember verify --roots r --profile suiteb --usage 1.3.6.1.5.5.7.3.3 --explain leaf",
            "ember verify --roots r --crl c --crl d --crl-check leaf --crl-missing allow --policy 1.2.3 leaf",
            "ember verify --pin 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= leaf",
        ] {
            let parsed = command().try_get_matches_from(line.split_whitespace());
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}
