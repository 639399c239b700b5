//! What the fuzz targets do with their bytes. The same functions run under libFuzzer, over the committed corpora in
//! the tests (`replay`), and on the seeds as they are made (`seeds`).

pub mod certificate_chain;
pub mod client;
pub mod codec;
pub mod connection;
pub mod datagrams;
pub mod keys;
pub mod record;
pub mod server;
pub mod world;

/// A target: its name, which is its corpus' directory too, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 7] = [
    ("certificate_chain", certificate_chain::run),
    ("client", client::run),
    ("codec", codec::run),
    ("datagrams", datagrams::run),
    ("keys", keys::run),
    ("record", record::run),
    ("server", server::run),
];
