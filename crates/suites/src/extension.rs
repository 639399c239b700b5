//! Hello extensions as rows: what is offered, what is answered, what an answer or its absence means.

use crate::{Construction, Profile, Suite};
use codec::{ExtensionType, Reason, Writer};

/// What the client's hello is made of, and what the server compares a hello with.
pub struct HelloOffer<'c> {
    /// What the configuration offers.
    pub profile: &'c Profile<'c>,
    /// The DNS name of the server, for server_name; None for addresses and unnamed peers.
    pub server_name: Option<&'c str>,
    /// Application protocols in order of preference.
    pub alpn: &'c [&'c [u8]],
}

/// Which of the configuration's application protocols was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlpnChoice(pub usize);

/// What the extensions of a hello came to.
#[derive(Clone, Copy, Default)]
pub struct Negotiated {
    /// The suite, once it is chosen (before a server's answers are written, before a client reads answers).
    pub suite: Option<&'static Suite>,
    /// RFC 7627.
    pub extended_master_secret: bool,
    /// RFC 7366.
    pub encrypt_then_mac: bool,
    /// RFC 5746: the peer knows secure renegotiation.
    pub secure_renegotiation: bool,
    /// RFC 7301.
    pub alpn: Option<AlpnChoice>,
    /// RFC 6066: the server found the name (server), or answered the extension (client).
    pub server_name: bool,
    /// Server: whether the client sent ec_point_formats.
    pub point_formats: bool,
    /// Server: whether the client sent supported_groups.
    pub groups_offered: bool,
    /// Server: bit n says that group n of the profile is supported by the client.
    pub groups: u32,
    /// Server: bit n says that scheme n of the profile is supported by the client.
    pub schemes: u32,
}

impl Negotiated {
    /// How MAC and cipher are joined.
    #[must_use]
    pub const fn construction(&self) -> Construction {
        if self.encrypt_then_mac { Construction::EncryptThenMac } else { Construction::AsSuite }
    }
}

/// One extension. The machines walk the profile's list; they name no extension themselves.
pub struct Extension {
    /// Its number.
    pub id: ExtensionType,
    /// Its name in the IANA registry.
    pub name: &'static str,
    /// Client: writes the body of the offer; false when there is nothing to offer (what was written is taken back).
    pub offer: fn(&HelloOffer<'_>, &mut Writer<'_>) -> Result<bool, codec::Error>,
    /// Client: reads the server's answer to what was offered.
    pub on_answer: fn(&HelloOffer<'_>, body: &[u8], &mut Negotiated) -> Result<(), ExtensionError>,
    /// Client: the server did not answer.
    pub if_unanswered: fn(&HelloOffer<'_>, &mut Negotiated) -> Result<(), Reason>,
    /// Server: reads the client's offer (before the suite is chosen).
    pub on_offer: fn(&HelloOffer<'_>, body: &[u8], &mut Negotiated) -> Result<(), ExtensionError>,
    /// Server: the client did not send it.
    pub if_missing: fn(&HelloOffer<'_>, &mut Negotiated) -> Result<(), Reason>,
    /// Server: writes the body of the answer to an offer that was read; false when there is none.
    pub answer: fn(&HelloOffer<'_>, &mut Negotiated, &mut Writer<'_>) -> Result<bool, codec::Error>,
}

impl Extension {
    /// Writes type, length and the body; when `body` has nothing to say, all of it is taken back.
    ///
    /// # Errors
    /// What `body` returns, or a body over 65535 bytes.
    pub fn write(
        &self,
        w: &mut Writer<'_>,
        body: impl FnOnce(&mut Writer<'_>) -> Result<bool, codec::Error>,
    ) -> Result<bool, codec::Error> {
        let start = w.len();
        let mut written = false;
        w.u16(self.id.0)?;
        w.vec16(|w| {
            written = body(w)?;
            Ok(())
        })?;
        if !written {
            w.truncate(start);
        }
        Ok(written)
    }
}

/// Why an extension was refused: its bytes, or what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtensionError {
    /// The bytes cannot be decoded.
    Decode(codec::Error),
    /// They say what they must not.
    Violation(Reason),
}

impl From<codec::Error> for ExtensionError {
    fn from(error: codec::Error) -> Self {
        Self::Decode(error)
    }
}

impl From<Reason> for ExtensionError {
    fn from(reason: Reason) -> Self {
        Self::Violation(reason)
    }
}
