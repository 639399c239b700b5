//! What `client` and `server` have in common: bytes are fed to one end as the input's first two bytes say, and what
//! must hold for any bytes is asserted.

use crate::world::MAX_RENEGOTIATIONS;
use embertls::{Error, Event, Misuse};
use testkit::pair::{End, Setup, Split};

/// Bytes of the small receive buffer.
const SMALL_BUFFER_BYTES: usize = 2048;

/// Turns after which an end that does not come to rest is taken to run for ever: each turn uses a byte, a message of
/// it, or a slice of work.
fn max_turns(stream: &[u8]) -> usize {
    10_000 + 16 * stream.len()
}

/// What the input's second byte says about the driving.
#[must_use]
pub fn setup(driving: u8, seed: u64) -> Setup {
    let mut setup = Setup::new(seed);
    if driving & 1 != 0 {
        setup.budget = Some(1 << 14);
    }
    if driving & 2 != 0 {
        setup.receive_buffer = SMALL_BUFFER_BYTES;
    }
    setup.split = match driving >> 2 {
        0 => Split::Whole,
        bytes => Split::Every(usize::from(bytes)),
    };
    setup
}

/// Feeds a stream to an end and ends it; says whether the handshake was completed.
///
/// # Panics
/// When an end does not come to rest, goes on after an error, or hides an alert.
pub fn feed(mut end: End<'_>, stream: &[u8]) -> bool {
    end.wire.extend(stream);
    for turn in 0.. {
        assert!(turn < max_turns(stream), "the connection does not come to rest");
        let sent = end.transmit();
        if !end.step() && sent.is_empty() {
            break;
        }
    }
    let handshaking = end.call(|connection, _| connection.is_handshaking()).unwrap_or_default();
    if end.is_connected() && !end.is_closed() && !handshaking {
        let data = end.send(b"after the handshake");
        assert!(data.is_ok(), "a connected end cannot send: {data:?}");
    }
    match end.error {
        None => {
            let truncated = end.call(|connection, _| connection.end_of_stream());
            let expected = if end.is_closed() { Ok(()) } else { Err(Error::Truncated) };
            assert_eq!(truncated, Some(expected));
        }
        Some(error) => {
            end.transmit();
            if error.alert().is_some() {
                assert_eq!(last_content_type(&end.sent), Some(ALERT), "no alert for {error:?}");
            }
            let again = end.call(|connection, host| connection.receive(host, &mut [22, 3, 3, 0, 1, 0]));
            let closed = Some(Err(Error::Misuse(Misuse::Closed)));
            assert!(again == closed || end.is_closed(), "goes on after {error:?}: {again:?}");
        }
    }
    let completed = end.events.iter().filter(|event| matches!(event, Event::Connected)).count();
    assert!(completed <= 1 + usize::from(MAX_RENEGOTIATIONS), "completed {completed} handshakes");
    completed > 0
}

/// ContentType alert.
const ALERT: u8 = 21;

/// The content type of the last record that was sent.
fn last_content_type(mut sent: &[u8]) -> Option<u8> {
    let mut last = None;
    while let [content_type, _, _, high, low, rest @ ..] = sent {
        last = Some(*content_type);
        sent = &rest[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    last
}
