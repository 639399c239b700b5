//! What a finished handshake left behind, in the blob of a connection that sleeps. Keys are not in it: they come of the
//! master secret again.
//!
//! ```text
//! struct {
//!     ProtocolVersion version;
//!     CipherSuite suite;
//!     NamedGroup group;                       0 for none, as in what follows
//!     SignatureScheme scheme;
//!     uint8 resumed;                          1 by session_id, 2 by ticket
//!     uint8 flags;                            extended master secret, encrypt-then-MAC, secure renegotiation, client's
//!                                             certificate requested and sent: bits 0 to 4
//!     uint16 alpn;                            the place in the configuration's list, from 1
//!     uint16 max_fragment_length;
//!     uint16 record_size_limit;
//!     SRTPProtectionProfile srtp;
//!     opaque verdict<0..9>;                   flags, reasons, whether dates were not checked
//!     opaque master_secret[48];
//!     opaque client_random[32];
//!     opaque server_random[32];
//!     opaque client_verify_data[12];
//!     opaque server_verify_data[12];
//!     opaque peer<0..41>;                     SHA-256 of the certificate, and its verdict
//!     opaque psk_identity<0..129>;            an opaque<0..128>
//!     opaque peer_chain<0..2^16>;             each certificate an opaque<1..2^24-1>
//! } Connected;
//! ```

use super::{Connected, Facts, Remains, Resumption};
use crate::{
    Belonging, Error, FreezeError, TrafficKeys,
    context::{Hello, Randoms},
    key_schedule::MasterSecret,
    limits,
    psk::KeptIdentity,
    session::PeerIdentity,
    witness::Thawed,
};
use codec::{CipherSuite, ErrorKind, NamedGroup, ProtocolVersion, Reader, SignatureScheme, Writer};
use memory::{Boxed, Bytes};
use suites::{AlpnChoice, Construction, RenegotiatedConnection};
use x509::{Flags, Reasons, Verdict};

/// Bytes of a verdict.
const VERDICT_LEN: usize = 9;

/// The numbers of the facts, before their rows are found.
struct Numbers {
    version: ProtocolVersion,
    suite: CipherSuite,
    group: u16,
    scheme: u16,
    resumed: Option<Resumption>,
    flags: u8,
    alpn: u16,
    max_fragment_length: u16,
    record_size_limit: u16,
    srtp: u16,
    verdict: Option<Verdict>,
}

impl Connected {
    /// Writes it for [`Connected::thaw`].
    ///
    /// # Errors
    /// [`ErrorKind::OutOfMemory`].
    pub fn freeze(&self, w: &mut Writer<'_>) -> Result<(), codec::Error> {
        self.facts.write(w)?;
        let Remains { master_secret, randoms, verify_data, peer, peer_chain, psk_identity } = &self.remains;
        w.bytes(master_secret.bytes())?;
        w.bytes(&randoms.client)?;
        w.bytes(&randoms.server)?;
        w.bytes(&verify_data.client)?;
        w.bytes(&verify_data.server)?;
        w.vec8(|w| match peer {
            Some(peer) => {
                w.bytes(&peer.digest)?;
                write_verdict(w, &peer.verdict)
            }
            None => Ok(()),
        })?;
        // An empty identity is not the same as none.
        w.vec8(|w| match psk_identity {
            Some(identity) => w.vec8(|w| w.bytes(identity)),
            None => Ok(()),
        })?;
        w.vec24(|w| peer_chain.as_ref().map_or(Ok(()), |chain| w.bytes(chain)))
    }

    /// Reads what [`Connected::freeze`] wrote, and makes the keys.
    ///
    /// # Errors
    /// [`FreezeError::Format`] for anything else; [`FreezeError::Configuration`] when a version, a suite or a profile for
    /// SRTP is not offered any more, or a server's pre-shared key is gone; [`Error::OutOfMemory`].
    pub fn thaw(
        r: &mut Reader<'_>,
        belonging: &Belonging<'_>,
        _: &Thawed,
    ) -> Result<(Self, TrafficKeys), Error> {
        let numbers = Numbers::read(r).map_err(malformed)?;
        let remains = Remains::read(r).map_err(malformed)?;
        let facts = numbers.facts(belonging).ok_or(FreezeError::Configuration)?;
        if let (Belonging::Server(config), Some(identity)) = (belonging, &remains.psk_identity) {
            let psk = config.psk.ok_or(FreezeError::Configuration)?;
            psk.find(identity)?.ok_or(FreezeError::Configuration)?;
        }
        let Facts { version, suite, .. } = facts;
        let hello = Hello { version, suite };
        let construction =
            Construction { encrypt_then_mac: facts.encrypt_then_mac, record_iv: version.record_iv };
        let keys = remains.master_secret.traffic_keys(&hello, construction, &remains.randoms)?;
        Ok((Self { facts, remains }, keys))
    }
}

/// Authentic bytes that cannot be read are of another version of this program.
fn malformed(error: codec::Error) -> Error {
    if error.kind == ErrorKind::OutOfMemory { Error::OutOfMemory } else { FreezeError::Format.into() }
}

impl Facts {
    fn write(&self, w: &mut Writer<'_>) -> Result<(), codec::Error> {
        w.u16(self.version.wire.0)?;
        w.u16(self.suite.id.0)?;
        w.u16(self.group.map_or(0, |group| group.0))?;
        w.u16(self.scheme.map_or(0, |scheme| scheme.0))?;
        w.u8(match self.resumed {
            None => 0,
            Some(Resumption::SessionId) => 1,
            Some(Resumption::Ticket) => 2,
        })?;
        let flags = [
            self.extended_master_secret,
            self.encrypt_then_mac,
            self.secure_renegotiation,
            self.client_certificate_requested,
            self.client_certificate_sent,
        ];
        w.u8(flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)))?;
        let alpn = self.alpn.map_or(Some(0), |AlpnChoice(index)| u16::try_from(index + 1).ok());
        w.u16(alpn.ok_or(codec::Error::new(ErrorKind::TooLong, 0))?)?;
        w.u16(self.max_fragment_length.unwrap_or(0))?;
        w.u16(self.record_size_limit.unwrap_or(0))?;
        w.u16(self.srtp.map_or(0, |profile| profile.id.0))?;
        w.vec8(|w| self.verdict.as_ref().map_or(Ok(()), |verdict| write_verdict(w, verdict)))
    }
}

impl Numbers {
    fn read(r: &mut Reader<'_>) -> Result<Self, codec::Error> {
        Ok(Self {
            version: ProtocolVersion(r.u16()?),
            suite: CipherSuite(r.u16()?),
            group: r.u16()?,
            scheme: r.u16()?,
            resumed: match r.u8()? {
                0 => None,
                1 => Some(Resumption::SessionId),
                2 => Some(Resumption::Ticket),
                _ => return Err(r.error(ErrorKind::IllegalValue)),
            },
            flags: r.u8()?,
            alpn: r.u16()?,
            max_fragment_length: r.u16()?,
            record_size_limit: r.u16()?,
            srtp: r.u16()?,
            verdict: optional(r.vec8(0, VERDICT_LEN)?, read_verdict)?,
        })
    }

    /// With the rows that the configuration offers; None when one is not there.
    fn facts(self, belonging: &Belonging<'_>) -> Option<Facts> {
        let (profile, srtp) = match belonging {
            Belonging::Client(config, _) => (config.profile, config.srtp),
            Belonging::Server(config) => (config.profile, config.srtp),
        };
        let version = profile.versions.iter().find(|version| version.wire == self.version)?;
        let suite = profile.suites.iter().find(|suite| suite.id == self.suite)?;
        let some = |number: u16| Some(number).filter(|number| *number != 0);
        let srtp = match some(self.srtp) {
            Some(id) => Some(*srtp.iter().find(|profile| profile.id.0 == id)?),
            None => None,
        };
        let flag = |bit: u8| self.flags >> bit & 1 != 0;
        Some(Facts {
            version,
            suite,
            group: some(self.group).map(NamedGroup),
            scheme: some(self.scheme).map(SignatureScheme),
            resumed: self.resumed,
            extended_master_secret: flag(0),
            encrypt_then_mac: flag(1),
            secure_renegotiation: flag(2),
            alpn: self.alpn.checked_sub(1).map(|index| AlpnChoice(index.into())),
            max_fragment_length: some(self.max_fragment_length),
            record_size_limit: some(self.record_size_limit),
            srtp,
            verdict: self.verdict,
            client_certificate_requested: flag(3),
            client_certificate_sent: flag(4),
        })
    }
}

impl Remains {
    fn read(r: &mut Reader<'_>) -> Result<Self, codec::Error> {
        let illegal = r.error(ErrorKind::IllegalValue);
        Ok(Self {
            master_secret: MasterSecret::from_session(r.take(48)?).ok_or(illegal)?,
            randoms: Randoms { client: *r.array()?, server: *r.array()? },
            verify_data: RenegotiatedConnection { client: *r.array()?, server: *r.array()? },
            peer: optional(r.vec8(0, 32 + VERDICT_LEN)?, |r| {
                Ok(PeerIdentity { digest: *r.array()?, verdict: read_verdict(r)? })
            })?,
            psk_identity: optional(r.vec8(0, 1 + limits::MAX_PSK_IDENTITY_BYTES)?, |r| {
                Ok(KeptIdentity::copy_of(r.vec8(0, limits::MAX_PSK_IDENTITY_BYTES)?.as_slice())?)
            })?,
            peer_chain: match r.vec24(0, limits::MAX_KEPT_CHAIN_BYTES)?.as_slice() {
                [] => None,
                chain => Some(Boxed::try_new(Bytes::copy_of(chain)?)?),
            },
        })
    }
}

/// What is there; nothing of no bytes.
fn optional<'r, T>(
    mut r: Reader<'r>,
    read: impl FnOnce(&mut Reader<'r>) -> Result<T, codec::Error>,
) -> Result<Option<T>, codec::Error> {
    if r.is_empty() {
        return Ok(None);
    }
    let value = read(&mut r)?;
    r.finish()?;
    Ok(Some(value))
}

fn write_verdict(w: &mut Writer<'_>, verdict: &Verdict) -> Result<(), codec::Error> {
    w.bytes(&verdict.flags.bits().to_be_bytes())?;
    w.bytes(&verdict.reasons.bits().to_be_bytes())?;
    w.u8(u8::from(verdict.dates_unchecked))
}

fn read_verdict(r: &mut Reader<'_>) -> Result<Verdict, codec::Error> {
    Ok(Verdict {
        flags: Flags::from_bits(r.u32()?),
        reasons: Reasons::from_bits(r.u32()?),
        dates_unchecked: r.u8()? != 0,
    })
}
