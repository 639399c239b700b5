//! Bodies of handshake messages (RFC 5246 section 7.4), one file each, without the 4-byte header.

mod certificate_request;
mod client_hello;
mod extensions;
mod server_hello;
mod server_key_exchange;

pub use certificate_request::CertificateRequest;
pub use client_hello::{CipherSuites, ClientHello};
pub use extensions::{Extensions, ExtensionsIter};
pub use server_hello::ServerHello;
pub use server_key_exchange::ServerKeyExchange;

#[cfg(test)]
mod tests;
