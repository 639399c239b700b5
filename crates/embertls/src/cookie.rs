//! The stateless answer to a client's first datagram (RFC 6347 section 4.2.1): a cookie that only who can read the answer
//! can send back. Nothing is allocated, and the answer is never longer than the question.

use crate::{Error, datagram::Fragment};
use codec::{ContentType, HandshakeType, ProtocolVersion, Reader};
use crypto::{Hash, Rng, ct};
use handshake::{Host, Instant};
use record::datagram::{DatagramHeader, HEADER_BYTES};
use zeroize::Zeroize;

/// Milliseconds after which the key is replaced; a cookie is good for this long, and at most twice as long.
pub const KEY_LIFETIME_MS: u64 = 60_000;

const KEY_LEN: usize = 32;
const COOKIE_LEN: usize = 32;
/// Record header, message header, server_version and the length of the cookie.
const ANSWER_LEN: usize = HEADER_BYTES + 12 + 2 + 1 + COOKIE_LEN;

/// Makes and checks cookies: an HMAC over the client's address and what of its hello is the same both times.
pub struct Cookies {
    hash: &'static Hash,
    /// The newest first.
    keys: [[u8; KEY_LEN]; 2],
    rotate_at: Instant,
}

/// What a datagram from an address without a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstDatagram {
    /// A ClientHello with a cookie of ours: make a connection, and hand this datagram to it.
    Accepted,
    /// So many bytes of the output are the answer; nothing need be remembered.
    Answer(usize),
    /// Nothing that deserves an answer.
    Nothing,
}

impl Drop for Cookies {
    fn drop(&mut self) {
        self.keys.iter_mut().for_each(Zeroize::zeroize);
    }
}

impl Cookies {
    /// With fresh keys, and a hash of at least 32 bytes for the HMAC.
    ///
    /// # Errors
    /// [`Error::Entropy`]; [`Error::Misuse`] for a shorter hash.
    pub fn new(hash: &'static Hash, now: Instant, rng: &mut dyn Rng) -> Result<Self, Error> {
        if hash.output_len < COOKIE_LEN {
            return Err(Error::Misuse(crate::Misuse::Configuration));
        }
        let mut keys = [[0; KEY_LEN]; 2];
        for key in &mut keys {
            rng.fill(key).map_err(|_| Error::Entropy)?;
        }
        Ok(Self { hash, keys, rotate_at: Instant(now.0.saturating_add(KEY_LIFETIME_MS)) })
    }

    /// Looks at a datagram from an address that has no connection, and writes the answer to `out`, which needs 60 bytes.
    /// `address` is how the application tells clients apart, in any form.
    ///
    /// # Errors
    /// [`Error::Entropy`] when a key was due; [`Error::OutputTooSmall`].
    pub fn check(
        &mut self,
        host: &mut Host<'_>,
        address: &[u8],
        datagram: &[u8],
        out: &mut [u8],
    ) -> Result<FirstDatagram, Error> {
        self.rotate(host)?;
        let Some(hello) = FirstHello::read(datagram) else { return Ok(FirstDatagram::Nothing) };
        let [newest, older] = &self.keys;
        let expected = [newest, older].map(|key| self.cookie(key, address, &hello));
        if expected.iter().any(|cookie| ct::equal(cookie, hello.cookie)) {
            return Ok(FirstDatagram::Accepted);
        }
        let [cookie, _] = expected;
        Ok(match hello.answer(datagram.len(), &cookie, out)? {
            Some(len) => FirstDatagram::Answer(len),
            None => FirstDatagram::Nothing,
        })
    }

    fn rotate(&mut self, host: &mut Host<'_>) -> Result<(), Error> {
        if host.now < self.rotate_at {
            return Ok(());
        }
        let mut fresh = [0; KEY_LEN];
        host.rng.fill(&mut fresh).map_err(|_| Error::Entropy)?;
        let [newest, older] = &mut self.keys;
        // After a long silence the older key has outlived its time too.
        if host.now.0 >= self.rotate_at.0.saturating_add(KEY_LIFETIME_MS) {
            host.rng.fill(older).map_err(|_| Error::Entropy)?;
        } else {
            *older = *newest;
        }
        *newest = fresh;
        fresh.zeroize();
        self.rotate_at = Instant(host.now.0.saturating_add(KEY_LIFETIME_MS));
        Ok(())
    }

    fn cookie(&self, key: &[u8; KEY_LEN], address: &[u8], hello: &FirstHello<'_>) -> [u8; COOKIE_LEN] {
        let len = u64::try_from(address.len()).unwrap_or(u64::MAX).to_be_bytes();
        let digest = (self.hash.hmac)(key, &[&len, address, hello.parameters]);
        let mut cookie = [0; COOKIE_LEN];
        for (to, from) in cookie.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        cookie
    }
}

/// The start of a ClientHello, up to its cookie: what the first fragment of it must hold.
struct FirstHello<'d> {
    sequence_number: u64,
    message_seq: u16,
    /// Version and random.
    parameters: &'d [u8],
    cookie: &'d [u8],
}

impl<'d> FirstHello<'d> {
    fn read(datagram: &'d [u8]) -> Option<Self> {
        let header = DatagramHeader::read(datagram)?;
        let [major, _] = header.version.0.to_be_bytes();
        let record = datagram.get(HEADER_BYTES..HEADER_BYTES + header.len)?;
        if header.content_type != ContentType::HANDSHAKE || header.epoch != 0 || major != 0xFE {
            return None;
        }
        let (fragment, body, _) = Fragment::split(record)?;
        if fragment.message_type != HandshakeType::CLIENT_HELLO || fragment.offset != 0 {
            return None;
        }
        let mut reader = Reader::new(body);
        reader.take(2 + 32).ok()?;
        // exception: RFC 6347 section 4.2.1 has a cookie for the session_id too, which the client MUST NOT change; mbedTLS's
        // client makes a new one for its second hello when it has a ticket.
        reader.vec8(0, 32).ok()?;
        let cookie = reader.vec8(0, 0xFF).ok()?.as_slice();
        let parameters = body.get(..2 + 32)?;
        let (sequence_number, message_seq) = (header.sequence_number, fragment.message_seq);
        Some(Self { sequence_number, message_seq, parameters, cookie })
    }

    /// HelloVerifyRequest with the question's numbers; none when it would be longer than the question.
    fn answer(
        &self,
        question_len: usize,
        cookie: &[u8; COOKIE_LEN],
        out: &mut [u8],
    ) -> Result<Option<usize>, Error> {
        if question_len < ANSWER_LEN {
            return Ok(None);
        }
        let out = out.get_mut(..ANSWER_LEN).ok_or(Error::OutputTooSmall { needed: ANSWER_LEN })?;
        // RFC 6347 section 4.2.1: whatever version comes of it.
        let version = ProtocolVersion::DTLS1_0;
        let [major, minor] = version.0.to_be_bytes();
        let header = DatagramHeader {
            content_type: ContentType::HANDSHAKE,
            version,
            epoch: 0,
            sequence_number: self.sequence_number,
            len: ANSWER_LEN - HEADER_BYTES,
        };
        let body_len = u32::try_from(2 + 1 + COOKIE_LEN).map_err(|_| Error::Internal)?;
        let fragment = Fragment {
            message_type: HandshakeType::HELLO_VERIFY_REQUEST,
            total: body_len,
            message_seq: self.message_seq,
            offset: 0,
        };
        let cookie_len = u8::try_from(COOKIE_LEN).map_err(|_| Error::Internal)?;
        let header = header.write().ok_or(Error::Internal)?;
        let bytes = header
            .into_iter()
            .chain(fragment.write(body_len))
            .chain([major, minor, cookie_len])
            .chain(*cookie);
        out.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        Ok(Some(ANSWER_LEN))
    }
}
