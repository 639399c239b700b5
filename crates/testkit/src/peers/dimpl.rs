//! The crate `dimpl`: DTLS 1.2 in Rust for WebRTC. It sends one certificate of a chain and verifies none, so that our client
//! trusts the issuer of that one, and its own takes one certificate only.

use super::{Peer, Program, Talk, rust_build};

/// dimpl.
pub static DIMPL: Peer = Peer {
    name: "dimpl",
    package: "cargo",
    prepare: rust_build::build,
    version: || rust_build::version(PROGRAM),
    client: Some(Program {
        command: |wishes, port, _| rust_build::command(PROGRAM, true, wishes, port),
        talk: Talk::Pipe,
    }),
    server: Some(Program {
        command: |wishes, port, _| rust_build::command(PROGRAM, false, wishes, port),
        talk: Talk::Pipe,
    }),
    alert_text: |alert| format!("FatalAlert {{ description: {alert} }}"),
    // It has no sessions.
    resumed_text: "",
    client_resumes: 0,
    lacks: |_| None,
};

const PROGRAM: &str = "dimpl-peer";
