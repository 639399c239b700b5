//! What an attacker beside the path can send to a connection of DTLS at each of its states: repetitions, fragments that
//! disagree, messages out of order, records that were cut, numbers at their ends. No connection dies of it, none waits for
//! a timeout because of it, and none is made to send much.
//!
//! `forged.rs` has what makes no sense at all. A whole message without protection that is exactly what is awaited cannot be
//! told from the peer's; no version of DTLS up to 1.2 can do that.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{DatagramSettings, Error, Instant, Limit, datagram::limits::MAX_REJECTED_RECORDS, registry};
use embertls_testkit::{
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate, LATENCY_MS},
    pair::{Setup, Side},
    rng::Seeded,
};
use handshake::{ClientConfig, OwnConnectionId, ServerConfig};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use suites::{Profile, Suite};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
const HANDSHAKE: u8 = 22;
const HEADER_BYTES: usize = 13;

type Posted = Rc<RefCell<Vec<(Side, Vec<u8>)>>>;
type Peers = DatagramPair<'static, Box<dyn FnMut(usize, Side, &[u8]) -> Fate>>;

fn profile(suite: &'static Suite) -> &'static Profile<'static> {
    Box::leak(Box::new(Profile {
        versions: Vec::leak(vec![&registry::versions::DTLS1_2]),
        suites: Vec::leak(vec![suite]),
        ..registry::profiles::LEGACY
    }))
}

fn psk() -> &'static Profile<'static> {
    profile(&registry::suites::TLS_PSK_WITH_AES_128_CCM_8)
}

fn certificate() -> &'static Profile<'static> {
    profile(&registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)
}

/// Peers whose messages are cut, and every datagram that they have sent, with who sent it.
fn peers(profile: &'static Profile<'static>) -> (Peers, Posted) {
    let settings = DatagramSettings { datagram_bytes: 256, ..DatagramSettings::default() };
    let posted = Posted::default();
    let noted = posted.clone();
    let pair = DatagramPair::new(
        End::client(client_config(profile), server_name("localhost"), settings, Setup::new(1)),
        End::server(server_config(profile, "p256"), settings, Setup::new(2)),
        Box::new(move |_, from, datagram: &[u8]| {
            noted.borrow_mut().push((from, datagram.to_vec()));
            Fate::Passes
        }) as Box<dyn FnMut(usize, Side, &[u8]) -> Fate>,
    );
    (pair, posted)
}

/// Before everything that happens, `attack` may do what it likes; then no timer may have run, and data goes both ways.
fn survives(
    profile: &'static Profile<'static>,
    what: &str,
    mut attack: impl FnMut(&mut Peers, &[(Side, Vec<u8>)]),
) {
    let (mut pair, posted) = peers(profile);
    pair.flush();
    let mut states = 0;
    loop {
        // An attack may lead to repetitions, so that there would be no end.
        if states < 40 {
            let seen = posted.borrow().clone();
            attack(&mut pair, &seen);
        }
        for side in SIDES {
            assert_eq!(pair.end(side).error, None, "{what}: {side:?}, state {states}");
        }
        states += 1;
        if !pair.step() {
            break;
        }
    }
    assert!(states > 4, "{what}: {states}");
    assert!(pair.now < 1000, "{what}: a timeout was waited for, {} ms", pair.now);
    assert_alive(&mut pair, what);
}

fn assert_alive<F: FnMut(usize, Side, &[u8]) -> Fate>(pair: &mut DatagramPair<'_, F>, what: &str) {
    for (from, text) in [(Side::Client, &b"question"[..]), (Side::Server, b"answer")] {
        let end = pair.end(from);
        assert!(end.is_connected(), "{what}: {from:?} {:?}", end.error);
        let datagram = end.send(text).unwrap();
        let to = pair.end(from.other());
        let count = to.received.len();
        to.receive(&datagram);
        to.receive(&datagram);
        assert_eq!(to.received[count..], [text.to_vec()], "{what}: once, although it came twice");
    }
}

/// A record of epoch 0 with a fragment of a message.
fn fragment(message_type: u8, total: usize, message_seq: u16, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let uint24 = |value: usize| u32::try_from(value).unwrap().to_be_bytes()[1..].to_vec();
    let body = [
        &[message_type][..],
        &uint24(total),
        &message_seq.to_be_bytes(),
        &uint24(offset),
        &uint24(bytes.len()),
        bytes,
    ]
    .concat();
    record(HANDSHAKE, 0, 99, &body)
}

fn record(content_type: u8, epoch: u16, sequence_number: u64, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(body.len()).unwrap();
    let [_, _, number @ ..] = sequence_number.to_be_bytes();
    [&[content_type, 0xFE, 0xFD][..], &epoch.to_be_bytes(), &number, &len.to_be_bytes(), body].concat()
}

/// Type, whole length, message_seq, offset and bytes of each fragment without protection.
fn fragments(datagram: &[u8]) -> Vec<(u8, usize, u16, usize, Vec<u8>)> {
    let number = |bytes: &[u8]| bytes.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
    let mut found = Vec::new();
    let mut rest = datagram;
    while rest.len() > HEADER_BYTES {
        let (header, after) = rest.split_at(HEADER_BYTES);
        let (mut body, after) = after.split_at(number(&header[11..13]));
        rest = after;
        while header[0] == HANDSHAKE && header[3..5] == [0, 0] && body.len() >= 12 {
            let (head, bytes) = body.split_at(12);
            let (bytes, after) = bytes.split_at(number(&head[9..12]));
            let message_seq = u16::from_be_bytes([head[4], head[5]]);
            found.push((head[0], number(&head[1..4]), message_seq, number(&head[6..9]), bytes.to_vec()));
            body = after;
        }
    }
    found
}

/// Each side's messages without protection: the type by the number.
fn plan(profile: &'static Profile<'static>) -> BTreeMap<(bool, u16), u8> {
    let (mut pair, posted) = peers(profile);
    pair.drive();
    let posted = posted.borrow();
    let all = posted.iter().flat_map(|(from, datagram)| {
        fragments(datagram).into_iter().map(|(kind, _, seq, ..)| ((*from == Side::Client, seq), kind))
    });
    all.collect()
}

#[test]
fn datagrams_that_come_again_at_any_later_state_or_at_their_sender_change_nothing() {
    for profile in [psk(), certificate()] {
        let mut sent = 0;
        survives(profile, "repetitions", |pair, seen| {
            for (from, datagram) in seen {
                pair.end(from.other()).receive(datagram);
                pair.end(*from).receive(datagram);
            }
            sent = pair.client.sent + pair.server.sent;
            assert_eq!((pair.client.received.len(), pair.server.received.len()), (0, 0));
        });
        // Four flights of twelve datagrams, each of which may have gone out nine times.
        assert!(sent <= 9 * 12, "{sent} datagrams");
    }
}

#[test]
fn a_forged_first_fragment_makes_a_server_send_no_more_than_a_few_flights_in_each_timeout() {
    let (mut pair, posted) = peers(certificate());
    while pair.server.sent == 0 {
        pair.step();
        pair.flush();
    }
    let posted = posted.borrow().clone();
    let flight = posted.iter().filter(|(from, _)| *from == Side::Server).count();
    let hello = posted.iter().find(|(from, _)| *from == Side::Client).unwrap().1.clone();
    let mut sent = 0;
    for ms in 0..10_000 {
        pair.server.setup.now = Instant(ms);
        for _ in 0..10 {
            pair.server.receive(&hello);
            sent += pair.server.transmit().len();
        }
    }
    assert!(sent > 0, "the answer to a client that has not heard it");
    // No timer is looked at here, so that the timeout stays one second.
    assert!(sent <= 10 * 8 * flight, "{sent} datagrams for 100000, a flight has {flight}");
}

#[test]
fn forged_fragments_of_the_awaited_message_with_another_length_do_not_stall_it() {
    let profile = certificate();
    let plan = plan(profile);
    let mut dice = Seeded::new(9);
    survives(profile, "another length", |pair, _| {
        for ((from_client, seq), kind) in &plan {
            let to = if *from_client { Side::Server } else { Side::Client };
            for (total, offset, len) in
                [(900, 0, 200), (900, 100, 200), (2, 0, 1), (30_000, 0, 100), (5, 4, 1)]
            {
                pair.end(to).receive(&fragment(*kind, total, *seq, offset, &dice.bytes(len)));
            }
        }
    });
}

#[test]
fn forged_fragments_without_end_leave_room_for_the_messages_of_the_peer() {
    let profile = certificate();
    let plan = plan(profile);
    let mut dice = Seeded::new(10);
    let mut total = 1000;
    survives(profile, "as many as memory holds", |pair, _| {
        for ((from_client, seq), kind) in &plan {
            let to = if *from_client { Side::Server } else { Side::Client };
            // Three quarters of what is held, before each datagram of the peer.
            for _ in 0..4 {
                total += 1;
                pair.end(to).receive(&fragment(*kind, total, *seq, 1, &dice.bytes(900)));
            }
        }
    });
}

#[test]
fn forged_messages_out_of_order_change_nothing_at_any_state() {
    for profile in [psk(), certificate()] {
        let plan = plan(profile);
        let mut dice = Seeded::new(11);
        survives(profile, "out of order", |pair, _| {
            for to in SIDES {
                for kind in [0, 1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 20, 22, 23, 24, 255] {
                    for seq in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x7FFF, 0x8000, 0xFFFF] {
                        // What may be exactly the next one is the attacker's as well as the peer's: before
                        // ServerHelloDone two more may come, a first hello has any number, and HelloVerifyRequest is
                        // for all who have not heard of one.
                        let planned = plan.get(&(to == Side::Server, seq));
                        let may_be_next = planned == Some(&kind)
                            || planned == Some(&14) && [12, 13].contains(&kind)
                            || to == Side::Server && kind == 1
                            || kind == 3;
                        if !may_be_next {
                            let len = dice.below(40);
                            pair.end(to).receive(&fragment(kind, len, seq, 0, &dice.bytes(len)));
                        }
                    }
                }
            }
        });
    }
}

#[test]
fn truncated_records_change_nothing_at_any_state() {
    for profile in [psk(), certificate()] {
        let mut taken = 0;
        survives(profile, "truncated", |pair, seen| {
            for (from, datagram) in seen.iter().skip(taken) {
                let to = pair.end(from.other());
                for len in 0..datagram.len() {
                    to.receive(&datagram[..len]);
                    // The same with a length that fits.
                    if len > HEADER_BYTES {
                        let mut fits = datagram[..len].to_vec();
                        let body = u16::try_from(len - HEADER_BYTES).unwrap();
                        let whole = u16::from_be_bytes([datagram[11], datagram[12]]);
                        fits[11..13].copy_from_slice(&body.min(whole).to_be_bytes());
                        to.receive(&fits);
                    }
                }
            }
            taken = seen.len();
        });
    }
}

#[test]
fn of_fragments_that_disagree_the_first_counts_and_the_end_is_clean() {
    let profile = certificate();
    // A forged part comes after the one that it disagrees with: nothing happens.
    survives(profile, "later", |pair, seen| {
        let (from, datagram) = seen.last().unwrap();
        let to = from.other();
        if *from == Side::Server && pair.now >= LATENCY_MS {
            pair.end(to).receive(datagram);
            for (kind, total, seq, offset, bytes) in fragments(datagram) {
                let forged: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
                if bytes.len() < total {
                    pair.end(to).receive(&fragment(kind, total, seq, offset, &forged));
                }
            }
        }
    });
    // It comes before: the message is another, and both ends know at once.
    let (mut pair, posted) = peers(profile);
    while pair.server.sent == 0 {
        pair.step();
        pair.flush();
    }
    let cut = posted
        .borrow()
        .iter()
        .flat_map(|(_, datagram)| fragments(datagram))
        .find(|(kind, total, _, offset, bytes)| *kind == 11 && *offset > 0 && bytes.len() < *total);
    let (kind, total, seq, offset, bytes) = cut.unwrap();
    let forged: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
    pair.client.receive(&fragment(kind, total, seq, offset, &forged));
    assert_eq!(pair.client.error, None);
    pair.drive();
    assert!(pair.client.error.is_some_and(|error| error.alert().is_some()), "{:?}", pair.client.error);
    assert!(pair.server.error.is_some(), "the server is told");
}

#[test]
fn records_at_the_ends_of_epochs_and_numbers_change_nothing_at_any_state() {
    for profile in [psk(), certificate()] {
        survives(profile, "ends of numbers", |pair, seen| {
            for (from, datagram) in seen {
                for epoch in [0_u16, 1, 2, 0xFFFE, 0xFFFF] {
                    for number in [0, 1, (1_u64 << 48) - 2, (1 << 48) - 1] {
                        // What stays a record of epoch 0 is the peer's own.
                        if datagram[3..5] == [0, 0] && epoch == 0 {
                            continue;
                        }
                        let mut other = datagram.clone();
                        other[3..5].copy_from_slice(&epoch.to_be_bytes());
                        other[5..11].copy_from_slice(&number.to_be_bytes()[2..]);
                        pair.end(from.other()).receive(&other);
                    }
                }
            }
        });
    }
}

/// A client's first datagram, with other numbers of the record and the message.
fn answered_hello(sequence_number: u64, message_seq: u16) -> (End<'static>, Vec<Vec<u8>>) {
    let (mut pair, _) = peers(certificate());
    let mut hello = pair.client.transmit().remove(0);
    hello[5..11].copy_from_slice(&sequence_number.to_be_bytes()[2..]);
    hello[HEADER_BYTES + 4..HEADER_BYTES + 6].copy_from_slice(&message_seq.to_be_bytes());
    pair.server.receive(&hello);
    let answer = pair.server.transmit();
    (pair.server, answer)
}

#[test]
fn a_hello_at_the_end_of_numbers_is_answered_as_far_as_numbers_reach() {
    const LAST: u64 = (1 << 48) - 1;
    let (server, whole) = answered_hello(7, 0);
    assert_eq!(server.error, None);
    let records = whole.len();
    assert!(records > 3, "{records}");
    let (server, answer) = answered_hello(LAST - 20, 0);
    assert_eq!((server.error, answer.len()), (None, records));
    let (server, answer) = answered_hello(LAST, 0);
    assert_eq!(server.error, Some(Error::Exhausted(Limit::Records)));
    assert!(answer.iter().all(|datagram| datagram[5..11] == [0xFF; 6]), "no number a second time");
    // message_seq begins anew behind 65535 (RFC 6347 section 4.2.2 has no word for it).
    let (server, answer) = answered_hello(7, 0xFFFF);
    assert_eq!((server.error, answer.len()), (None, records));
    let numbers: Vec<u16> = answer.iter().flat_map(|datagram| fragments(datagram)).map(|all| all.2).collect();
    assert_eq!((numbers[0], numbers[1]), (0xFFFF, 0));
}

#[test]
fn hellos_that_are_cut_and_never_completed_do_not_number_a_server() {
    for seq in [1, 5, 0x7FFF, 0xFFFF] {
        let (mut pair, _) = peers(certificate());
        let forged = fragment(1, 300, seq, 0, &[1; 100]);
        pair.server.receive(&forged);
        let mut sent = 0;
        while pair.step() && sent < 20 {
            sent += 1;
        }
        pair.drive();
        assert!(pair.now < 1000, "{seq}: {} ms", pair.now);
        assert_alive(&mut pair, &seq.to_string());
    }
}

/// A pair that is connected, and a record of application data of each side.
fn connected(profile: &'static Profile<'static>) -> Peers {
    let (mut pair, _) = peers(profile);
    pair.drive();
    assert!(pair.client.is_connected() && pair.server.is_connected());
    pair
}

fn rejected(end: &mut End<'_>) -> u32 {
    end.call(|connection, _| connection.rejected_records()).unwrap()
}

#[test]
fn as_many_failed_opens_as_the_limit_are_survived_with_ccm_8_and_the_next_one_is_the_last() {
    for side in SIDES {
        let mut pair = connected(psk());
        let good = pair.end(side.other()).send(b"good").unwrap();
        let end = pair.end(side);
        let mut forged = good.clone();
        for n in 0..MAX_REJECTED_RECORDS {
            // Another tag each time, as who tries them all would do.
            let len = forged.len();
            forged[len - 4..].copy_from_slice(&(n + 1).to_be_bytes());
            if forged != good {
                end.receive(&forged);
            }
        }
        let missing = MAX_REJECTED_RECORDS - rejected(end);
        assert!(missing <= 1, "one of them may have been the good one");
        assert_eq!(end.error, None);
        end.receive(&good);
        assert_eq!(end.received.last().map(Vec::as_slice), Some(&b"good"[..]));
        forged[5] ^= 1;
        for _ in 0..=missing {
            end.receive(&forged);
        }
        assert_eq!(end.error, Some(Error::Exhausted(Limit::RejectedRecords)), "{side:?}");
    }
}

#[test]
fn repetitions_and_sprayed_connection_ids_end_no_connection_however_many_they_are() {
    let profile = psk();
    let client =
        ClientConfig { connection_id: OwnConnectionId::Given(b"client's"), ..*client_config(profile) };
    let server = ServerConfig {
        connection_id: OwnConnectionId::Given(b"server's"),
        ..*server_config(profile, "p256")
    };
    let settings = DatagramSettings::default();
    let mut pair = DatagramPair::new(
        End::client(&client, server_name("localhost"), settings, Setup::new(1)),
        End::server(&server, settings, Setup::new(2)),
        |_, _, _: &[u8]| Fate::Passes,
    );
    pair.drive();
    for side in SIDES {
        let good = pair.end(side.other()).send(b"good").unwrap();
        let end = pair.end(side);
        end.receive(&good);
        let before = rejected(end);
        for n in 0..MAX_REJECTED_RECORDS + 10 {
            end.receive(&good);
            let mut sprayed = good.clone();
            sprayed[10] = 200;
            sprayed[11..15].copy_from_slice(&n.to_be_bytes());
            end.receive(&sprayed);
        }
        assert_eq!((end.error, end.received.len()), (None, 1), "{side:?}");
        assert_eq!(rejected(end) - before, 2 * (MAX_REJECTED_RECORDS + 10));
    }
    assert_alive(&mut pair, "a spray");
}
