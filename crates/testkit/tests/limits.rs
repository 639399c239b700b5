//! The handshake's limits, at the limit and one beyond it, as a peer meets them.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use codec::Reason;
use embertls::Error;
use embertls_testkit::{
    allocator,
    credentials::{client_config, server_config, server_name},
    null,
    pair::{End, Pair, Setup},
    tamper,
};
use handshake::limits;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;

const TOO_LONG: Option<Error> = Some(Error::Violation(Reason::MessageTooLong));
const HANDSHAKE: u8 = 22;
const CERTIFICATE: u8 = 11;

/// A pair that has shaken hands, for its transcript.
fn transcript() -> Pair<'static, 'static> {
    let mut pair = Pair::new(
        End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1)),
        End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2)),
    );
    pair.drive();
    pair
}

fn uint24(value: usize) -> [u8; 3] {
    let [_, rest @ ..] = u32::try_from(value).unwrap().to_be_bytes();
    rest
}

#[test]
fn the_longest_joined_message_is_taken_and_one_byte_more_is_refused() {
    let sent = transcript().client.sent.clone();
    let hello = tamper::records(&sent).into_iter().next().unwrap();
    let max = usize::try_from(limits::MAX_MESSAGE_BYTES).unwrap();
    for (len, expected) in [(max, None), (max + 1, TOO_LONG)] {
        let hello = tamper::padded_hello(&hello[tamper::RECORD_HEADER_BYTES..], len);
        assert_eq!(hello.len(), 4 + len);
        let mut end = End::server(server_config(&null::PROFILE, "null-p256"), Setup::new(2));
        for part in hello.chunks(1 << 14) {
            end.wire.extend(tamper::record(HANDSHAKE, part));
        }
        while end.step() {}
        assert_eq!(end.error, expected, "{len} bytes");
    }
}

/// A client that has a ServerHello, and then the beginning of a Certificate.
fn client_with(certificate: &[u8]) -> End<'static> {
    let sent = transcript().server.sent.clone();
    let first = tamper::records(&sent).into_iter().next().unwrap();
    let server_hello = tamper::messages(&first[tamper::RECORD_HEADER_BYTES..]).into_iter().next().unwrap();
    let mut end = End::client(client_config(&null::PROFILE), server_name("localhost"), Setup::new(1));
    let _ = end.transmit();
    end.wire.extend(tamper::record(HANDSHAKE, &server_hello));
    while end.step() {}
    assert_eq!(end.error, None);
    end.wire.extend(tamper::record(HANDSHAKE, certificate));
    allocator::reset();
    while end.step() {}
    end
}

#[test]
fn the_longest_certificate_list_is_taken_and_one_byte_more_is_refused() {
    let max = usize::try_from(limits::MAX_CERTIFICATE_LIST_BYTES).unwrap();
    for (total, expected) in [(max, None), (max + 1, TOO_LONG)] {
        let beginning = [&[CERTIFICATE], &uint24(total)[..], &uint24(total - 3)].concat();
        assert_eq!(client_with(&beginning).error, expected, "{total} bytes");
    }
}

#[test]
fn the_longest_certificate_is_taken_and_one_byte_more_is_refused() {
    let max = limits::MAX_CERTIFICATE_BYTES;
    for (len, expected) in [(max, None), (max + 1, TOO_LONG)] {
        let lengths =
            [&[CERTIFICATE], &uint24(len + 6)[..], &uint24(len + 3), &uint24(len), &[0x30]].concat();
        assert_eq!(client_with(&lengths).error, expected, "{len} bytes");
        // What a peer gets reserved for a certificate that it only announces is the limit, not more.
        let largest = allocator::counts().largest;
        assert!(largest <= limits::MAX_CERTIFICATE_BYTES, "{largest} bytes at once");
    }
}
