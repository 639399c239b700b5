//! The crate `dtls` of webrtc.rs: DTLS 1.2 in Rust, on tokio.

use super::{Peer, Program, Talk, rust_build};

/// webrtc's dtls.
pub static WEBRTC: Peer = Peer {
    name: "webrtc",
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
    // It does not tell which.
    alert_text: |_| "Alert is Fatal or Close Notify".to_owned(),
    // It has no sessions.
    resumed_text: "",
    client_resumes: 0,
    lacks: |_| None,
};

const PROGRAM: &str = "webrtc-peer";
