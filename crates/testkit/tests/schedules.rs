//! Handshakes of DTLS under schedules of faults, in virtual time: every schedule of a few, a hundred thousand by chance,
//! losses, damage to each bit, paths that get narrow. What it took is compared with what RFC 6347 asks for.
//!
//! `EMBERTLS_FULL=1` runs all of them, else a sample that `EMBERTLS_SEED` decides. Random schedules name their number when
//! they fail; `EMBERTLS_SCHEDULE=<number>` runs that one alone. `cargo xtask reliability` writes down what is printed
//! as a figure.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use embertls::{DatagramSettings, Error, registry};
use embertls_testkit::{
    conversation::Sessions,
    credentials::{client_config, server_config, server_name},
    datagrams::{DatagramPair, End, Fate, LATENCY_MS},
    optimum::{Optimum, optimum},
    pair::{Setup, Side},
    rng::{self, Seeded},
};
use handshake::Resumption;
use std::fmt::Debug;
use suites::{Profile, Suite, Version};

/// What is negotiated, and in datagrams of which size.
#[derive(Clone, Copy)]
struct Handshake {
    profile: &'static Profile<'static>,
    datagram_bytes: usize,
}

impl Handshake {
    fn new(version: &'static Version, suite: &'static Suite, datagram_bytes: usize) -> Self {
        let profile = Box::leak(Box::new(Profile {
            versions: Vec::leak(vec![version]),
            suites: Vec::leak(vec![suite]),
            ..registry::profiles::LEGACY
        }));
        Self { profile, datagram_bytes }
    }

    fn with_pre_shared_keys() -> Self {
        Self::new(&registry::versions::DTLS1_2, &registry::suites::TLS_PSK_WITH_AES_128_CCM_8, 1232)
    }

    fn with_a_certificate(datagram_bytes: usize) -> Self {
        let suite = &registry::suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        Self::new(&registry::versions::DTLS1_2, suite, datagram_bytes)
    }

    /// How many datagrams each flight has.
    fn flights(self) -> Vec<usize> {
        let mut flights: Vec<(Side, usize)> = Vec::new();
        self.run(|_, from, _| {
            match flights.last_mut() {
                Some((side, count)) if *side == from => *count += 1,
                Some(_) | None => flights.push((from, 1)),
            }
            Fate::Passes
        });
        flights.into_iter().map(|(_, count)| count).collect()
    }

    fn run(self, fate: impl FnMut(usize, Side, &[u8]) -> Fate) -> Ended {
        self.run_with([Setup::new(1), Setup::new(2)], fate)
    }

    fn run_with(self, [ours, theirs]: [Setup; 2], fate: impl FnMut(usize, Side, &[u8]) -> Fate) -> Ended {
        let settings =
            DatagramSettings { datagram_bytes: self.datagram_bytes, ..DatagramSettings::default() };
        let mut pair = DatagramPair::new(
            End::client(client_config(self.profile), server_name("localhost"), settings, ours),
            End::server(server_config(self.profile, "p256"), settings, theirs),
            fate,
        );
        let mut ms = None;
        while pair.step() {
            if ms.is_none() && pair.client.is_connected() && pair.server.is_connected() {
                ms = Some(pair.now);
            }
        }
        let took = Optimum { datagrams: pair.client.sent + pair.server.sent, ms };
        // A server that has not answered anything waits for a hello, and has no timer of its own.
        for end in [&pair.client, &pair.server] {
            let knows = end.error.is_some() || end.facts().is_some() || end.sent == 0;
            assert!(knows, "an end that knows of no end");
        }
        let errors = [pair.client.error, pair.server.error];
        let resumed = pair.client.facts().is_some_and(|facts| facts.resumed.is_some());
        if errors == [None; 2] {
            for (from, text) in [(Side::Client, &b"question"[..]), (Side::Server, b"answer")] {
                let datagram = pair.end(from).send(text).unwrap();
                pair.end(from.other()).receive(&datagram);
                assert_eq!(pair.end(from.other()).received, [text]);
            }
        }
        Ended { took, errors, resumed }
    }
}

/// How a handshake ended.
struct Ended {
    took: Optimum,
    errors: [Option<Error>; 2],
    resumed: bool,
}

impl Ended {
    fn assert_connected(&self, what: &impl Debug) {
        assert_eq!(self.errors, [None; 2], "{what:?}");
    }
}

/// Sums over handshakes, beside what the RFC's machine needs for the same.
#[derive(Default)]
struct Sums {
    handshakes: usize,
    connected: usize,
    datagrams: [usize; 2],
    ms: [u64; 2],
    longest_ms: [u64; 2],
}

impl Sums {
    fn add(&mut self, ended: &Ended, best: Optimum) {
        self.handshakes += 1;
        let (Some(ms), Some(best_ms)) = (ended.took.ms, best.ms) else { return };
        self.connected += 1;
        for (at, (datagrams, ms)) in
            [(ended.took.datagrams, ms), (best.datagrams, best_ms)].into_iter().enumerate()
        {
            self.datagrams[at] += datagrams;
            self.ms[at] += ms;
            self.longest_ms[at] = self.longest_ms[at].max(ms);
        }
    }

    fn print(&self, what: &str) {
        let Self { handshakes, connected, datagrams, ms, longest_ms: [longest, best_longest] } = self;
        let ratio = |[ours, best]: [f64; 2]| ours / best;
        println!(
            "figure: {what}: {connected} of {handshakes} handshakes complete, here and by the RFC; {:.3} times the datagrams and {:.3} times the \
             time of RFC 6347's machine, the longest {longest} ms, there {best_longest} ms",
            ratio(datagrams.map(|n| n as f64)),
            ratio(ms.map(|n| n as f64)),
        );
    }
}

fn fault(schedule: &[(usize, Fate)], number: usize) -> Fate {
    schedule.iter().find(|(at, _)| *at == number).map_or(Fate::Passes, |(_, fault)| *fault)
}

/// Calls `each` with every way to give at most `most` of the first `datagrams` datagrams one of `faults`.
fn every_schedule(
    most: usize,
    datagrams: usize,
    faults: &[Fate],
    schedule: &mut Vec<(usize, Fate)>,
    each: &mut impl FnMut(&[(usize, Fate)]),
) {
    each(schedule);
    if most == 0 {
        return;
    }
    for at in schedule.last().map_or(0, |(at, _)| at + 1)..datagrams {
        for fault in faults {
            schedule.push((at, *fault));
            every_schedule(most - 1, datagrams, faults, schedule, each);
            schedule.pop();
        }
    }
}

const FAULTS: [Fate; 4] = [Fate::Lost, Fate::Doubled, Fate::Delayed(25), Fate::Delayed(1500)];
/// Datagrams among which faults are spread; a handshake with pre-shared keys has four, and more are its repetitions.
const PSK_DATAGRAMS: usize = 8;
const CERTIFICATE_DATAGRAMS: usize = 16;
const RESUMED_DATAGRAMS: usize = 6;

#[test]
fn every_schedule_of_four_faults_with_pre_shared_keys_takes_what_the_rfc_takes() {
    let handshake = Handshake::with_pre_shared_keys();
    let flights = handshake.flights();
    assert_eq!(flights, [1, 1, 1, 1]);
    let mut dice = Seeded::new(rng::seed_from_environment(5));
    let mut sums = Sums::default();
    every_schedule(4, PSK_DATAGRAMS, &FAULTS, &mut Vec::new(), &mut |schedule| {
        if rng::full() || dice.below(8) == 0 {
            let ended = handshake.run(|number, _, _| fault(schedule, number));
            ended.assert_connected(&schedule);
            let best = optimum(&flights, |number, _| fault(schedule, number));
            assert_eq!(ended.took, best, "{schedule:?}");
            sums.add(&ended, best);
        }
    });
    sums.print(
        "pre-shared keys: up to 4 of the first 8 are lost, doubled, or late by 25 or 1500 ms, in every way",
    );
}

#[test]
fn every_schedule_of_two_faults_with_a_certificate_takes_what_the_rfc_takes() {
    let handshake = Handshake::with_a_certificate(256);
    let flights = handshake.flights();
    assert_eq!(flights.len(), 4);
    assert!(flights.iter().sum::<usize>() > 4, "{flights:?}");
    let mut sums = Sums::default();
    every_schedule(2, CERTIFICATE_DATAGRAMS, &FAULTS, &mut Vec::new(), &mut |schedule| {
        let ended = handshake.run(|number, _, _| fault(schedule, number));
        ended.assert_connected(&schedule);
        let best = optimum(&flights, |number, _| fault(schedule, number));
        assert_eq!(ended.took, best, "{schedule:?}");
        sums.add(&ended, best);
    });
    sums.print("a certificate, datagrams of 256 bytes: up to 2 of the first 16, in every way");
}

/// The server's flight is the first that ends protected, and the client's the last of all.
#[test]
fn every_schedule_of_three_faults_with_a_resumed_session_takes_what_the_rfc_takes() {
    for (by, words) in [(Resumption::SessionId, "session ID"), (Resumption::Ticket, "ticket")] {
        let handshake = Handshake::with_a_certificate(1232);
        let mut sessions = Sessions::new(Vec::leak(vec![by]));
        assert!(!handshake.run_with(sessions.setups(), |_, _, _| Fate::Passes).resumed);
        let mut sums = Sums::default();
        every_schedule(3, RESUMED_DATAGRAMS, &FAULTS, &mut Vec::new(), &mut |schedule| {
            let ended = handshake.run_with(sessions.setups(), |number, _, _| fault(schedule, number));
            ended.assert_connected(&schedule);
            assert!(ended.resumed, "{schedule:?}");
            let best = optimum(&[1, 1, 1], |number, _| fault(schedule, number));
            assert_eq!(ended.took, best, "{schedule:?}");
            sums.add(&ended, best);
        });
        sums.print(&format!("resumption by {words}: up to 3 of the first 6, in every way"));
    }
}

/// Whether a changed bit may reach the machine: those of protected records are found, and records without protection that
/// are dropped come again. What is left stands in the messages of epoch 0, and in what says how long and of which epoch
/// they are.
fn may_be_believed(datagram: &[u8], bit: usize) -> bool {
    let at = bit / 8 % datagram.len();
    let mut start = 0;
    while start + 13 <= datagram.len() {
        let header = &datagram[start..start + 13];
        let end = start + 13 + usize::from(u16::from_be_bytes([header[11], header[12]]));
        if at < end {
            let is_header = at < start + 13;
            let is_message = header[0] == 22 && header[3..5] == [0, 0];
            return if is_header { matches!(at - start, 3..5 | 11..13) } else { is_message };
        }
        start = end;
    }
    false
}

#[test]
fn a_changed_bit_of_what_is_protected_or_dropped_costs_a_repetition_at_the_most() {
    let handshake = Handshake::with_pre_shared_keys();
    let (mut run, mut failed, mut checked) = (0, 0, 0);
    for number in 0..4 {
        // More bits than the longest of them has.
        for bit in 0..8 * 150 {
            let (mut believed, mut len) = (false, 0);
            let ended = handshake.run(|n, _, datagram| {
                if n != number {
                    return Fate::Passes;
                }
                len = datagram.len();
                believed = may_be_believed(datagram, bit);
                Fate::Damaged(bit)
            });
            assert!(len < 150);
            if bit >= 8 * len {
                continue;
            }
            run += 1;
            failed += usize::from(ended.errors != [None; 2]);
            if !believed {
                checked += 1;
                ended.assert_connected(&(number, bit));
                assert!(ended.took.ms.unwrap() <= 4 * LATENCY_MS + 1000, "{number} {bit}");
            }
        }
    }
    assert!(checked > 500, "{checked}");
    println!(
        "figure: pre-shared keys, each of {run} bits changed in turn: {failed} handshakes end in an error, none of them for \
         one of the {checked} bits that are protected or dropped"
    );
}

#[test]
fn a_path_that_gets_narrow_at_any_datagram_is_found_out() {
    let handshake = Handshake::with_a_certificate(1232);
    let mut longest_ms = 0;
    for from in 0..12 {
        for narrow in [256, 300, 400, 548, 800, 1000] {
            let ended = handshake.run(|number, _, datagram| {
                if number >= from && datagram.len() > narrow { Fate::Lost } else { Fate::Passes }
            });
            ended.assert_connected(&(from, narrow));
            longest_ms = longest_ms.max(ended.took.ms.unwrap());
        }
    }
    println!(
        "figure: a path that lets pass 256 to 1000 of 1232 bytes from any datagram on: found in {longest_ms} ms at most"
    );
    // Halves of halves: 1232, 616, 308 and 256 bytes, each after two that were not answered.
    assert!(longest_ms <= 64_000, "{longest_ms}");
}

/// A schedule and a handshake that a number decides.
fn by_chance(number: u64) -> (Handshake, impl FnMut(usize, Side, &[u8]) -> Fate) {
    use registry::{suites as rows, versions};
    let mut dice = Seeded::new(number);
    let datagram_bytes = 256 + dice.below(1200);
    let handshake = match dice.below(8) {
        0 => Handshake::with_a_certificate(datagram_bytes),
        1 => Handshake::new(&versions::DTLS1_0, &rows::TLS_PSK_WITH_AES_128_CBC_SHA, datagram_bytes),
        2 => Handshake::new(
            &versions::DTLS1_2,
            &rows::TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
            datagram_bytes,
        ),
        _ => Handshake { datagram_bytes, ..Handshake::with_pre_shared_keys() },
    };
    let odds = [dice.below(40), dice.below(20), dice.below(30), dice.below(10)];
    (handshake, move |_, _, _| {
        let [lost, doubled, late, damaged] = odds;
        match dice.below(100) {
            n if n < lost => Fate::Lost,
            n if n < lost + doubled => Fate::Doubled,
            n if n < lost + doubled + late => Fate::Delayed(dice.below(3000) as u64),
            n if n < lost + doubled + late + damaged => Fate::Damaged(dice.below(1 << 16)),
            _ => Fate::Passes,
        }
    })
}

#[test]
fn schedules_by_chance_end_connected_or_in_an_error_that_the_schedule_explains() {
    let count: u64 = if rng::full() { 100_000 } else { 1000 };
    let first = rng::seed_from_environment(11).wrapping_mul(1_000_003);
    let one = std::env::var("EMBERTLS_SCHEDULE").ok().map(|number| number.parse().unwrap());
    let numbers = one.map_or(first..first + count, |number: u64| number..number + 1);
    let mut sums = Sums::default();
    for number in numbers {
        let (handshake, mut fate) = by_chance(number);
        let (mut lost, mut believed) = (0, false);
        let mut fates = Vec::new();
        let ended = handshake.run(|n, from, datagram| {
            let fate = fate(n, from, datagram);
            fates.push((from, fate));
            match fate {
                Fate::Lost => lost += 1,
                Fate::Damaged(bit) => {
                    lost += 1;
                    believed |= may_be_believed(datagram, bit);
                }
                Fate::Passes | Fate::Doubled | Fate::Delayed(_) => {}
            }
            fate
        });
        let best = optimum(&handshake.flights(), |n, _| fates.get(n).map_or(Fate::Passes, |(_, fate)| *fate));
        // Without damage that is believed only the seventh attempt of a flight is the end of it; one that comes late, together
        // with the next, is not answered apart, by the RFC's machine neither.
        let timed_out = ended.errors.contains(&Some(Error::TimedOut));
        let hopeless = lost >= 7 || best.ms.is_none();
        let explained = ended.errors == [None; 2] || believed || timed_out && hopeless;
        assert!(explained, "EMBERTLS_SCHEDULE={number}: {:?} {fates:?}", ended.errors);
        sums.add(&ended, best);
    }
    println!("schedules {first} to {}", first + count - 1);
    sums.print("lost, doubled, late by up to 3 s and damaged by chance, of all in changing shares");
}

/// Handshakes of a hundred that must succeed, by the percentage of datagrams that is lost.
const LOSSES: [(usize, usize); 3] = [(10, 100), (30, 90), (50, 50)];

#[test]
fn half_of_all_datagrams_may_be_lost() {
    let handshakes: u64 = if rng::full() { 10_000 } else { 100 };
    let first = rng::seed_from_environment(7).wrapping_mul(1_000_003);
    let handshake = Handshake::with_a_certificate(256);
    let flights = handshake.flights();
    for (percent, least) in LOSSES {
        let mut sums = Sums::default();
        for seed in first..first + handshakes {
            let lost = |dice: &mut Seeded| if dice.below(100) < percent { Fate::Lost } else { Fate::Passes };
            let mut dice = Seeded::new(seed);
            let ended = handshake.run(|_, _, _| lost(&mut dice));
            if ended.errors != [None; 2] {
                // All seven attempts of a flight were in vain.
                let errors = ended.errors;
                assert!(
                    errors.contains(&Some(Error::TimedOut)),
                    "{percent} percent, seed {seed}: {errors:?}"
                );
            }
            let mut dice = Seeded::new(seed);
            sums.add(&ended, optimum(&flights, |_, _| lost(&mut dice)));
        }
        sums.print(&format!("a certificate, datagrams of 256 bytes: {percent} percent are lost, by chance"));
        let connected = sums.connected;
        assert!(connected * 100 >= sums.handshakes * least, "{percent} percent: {connected} of {handshakes}");
    }
}
