//! `ember`: a TLS client and server for the command line, and what tells about suites, features and certificates.
//!
//! Exit codes: 0 done, 1 the peer or the network failed, 2 usage, 3 the certificate was refused; `ember verify`
//! answers 0 for valid and 1 for invalid. Standard output has the peer's bytes (`client`, `server`) or the answer
//! (everything else); reports and errors go to standard error.
#![forbid(unsafe_code)]

mod arguments;
mod cert;
mod client;
mod client_datagram;
mod client_session;
mod compiled;
mod datagram_options;
mod date;
mod describe;
mod duplex;
mod exit;
mod explain;
mod features;
mod files;
mod http;
mod json;
mod limits;
mod manual;
mod output;
mod psk;
mod pump;
mod report;
mod server;
mod suites;
mod tls_options;
mod verify;
mod verify_options;
mod watch;
mod world;
mod www;

use arguments::{Cli, Command};
use clap::FromArgMatches;
use exit::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            failure.code()
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let matches = arguments::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli.command {
        Command::Client(options) => client::run(&options),
        Command::Server(options) => server::run(&options),
        Command::Suites(options) => suites::run(&options),
        Command::Features(options) => features::run(&options),
        Command::Cert(options) => cert::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Man => manual::man(),
        Command::Completions(options) => manual::completions(&options),
    }
}
