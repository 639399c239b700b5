//! The options of DTLS that client and server share.

use crate::{
    exit::Failure,
    limits::CONNECTION_ID_BYTES,
    tls_options::{leak, pick},
};
use clap::Args;
use embertls::{
    DatagramSettings, OwnConnectionId, SrtpProfile,
    datagram::{Timeouts, limits},
    registry,
};

/// How datagrams are sent.
#[derive(Args)]
pub(crate) struct DatagramOptions {
    /// The largest datagram, in bytes, without the headers of UDP and IP (with --dtls)
    #[arg(long, value_name = "N", requires = "dtls", value_parser = clap::value_parser!(u16).range(100..))]
    mtu: Option<u16>,
    /// Milliseconds until a flight is sent again the first time (with --dtls)
    #[arg(long, value_name = "MS", requires = "dtls", value_parser = clap::value_parser!(u32).range(1..))]
    timeout_min: Option<u32>,
    /// The longest such time; when it has passed, the handshake ends (with --dtls)
    #[arg(long, value_name = "MS", requires = "dtls", value_parser = clap::value_parser!(u32).range(1..))]
    timeout_max: Option<u32>,
    /// Protection profiles for SRTP, in order of preference (with --dtls)
    #[arg(long, value_name = "LIST", requires = "dtls")]
    srtp: Option<String>,
    /// Offer or accept connection IDs, and ask the peer for a random one in its records (with --dtls)
    #[arg(long, requires = "dtls")]
    cid: bool,
}

impl DatagramOptions {
    /// By their IANA names or those of OpenSSL, which leave out the HMAC, with commas or, as there, colons between them.
    pub(crate) fn srtp(&self) -> Result<&'static [&'static SrtpProfile], Failure> {
        let names = self.srtp.iter().flat_map(|list| list.split([',', ':']));
        let names: Vec<String> = names.map(|name| name.replace("_CM_SHA1_", "_CM_HMAC_SHA1_")).collect();
        Ok(leak(pick("SRTP protection profile", &names, registry::srtp::ALL, |profile| profile.name)?))
    }

    pub(crate) const fn connection_id(&self) -> OwnConnectionId<'static> {
        if self.cid { OwnConnectionId::Random(CONNECTION_ID_BYTES) } else { OwnConnectionId::None }
    }

    pub(crate) fn settings(&self) -> DatagramSettings {
        let timeouts = Timeouts {
            first_ms: self.timeout_min.unwrap_or(limits::FIRST_TIMEOUT_MS),
            last_ms: self.timeout_max.unwrap_or(limits::LAST_TIMEOUT_MS),
        };
        DatagramSettings { datagram_bytes: self.mtu.map_or(limits::DATAGRAM_BYTES, usize::from), timeouts }
    }
}
