//! What a handshake over datagrams costs at the least that RFC 6347 allows: the state machine of section 4.2.4, with
//! flights that are numbers, under the same network. It shares nothing with the code that it is compared with.
//!
//! Of what the RFC leaves open: timers begin at one second, double up to sixty (section 4.2.4.1), are kept from one flight
//! to the next when the flight was sent more than once (the same section), and run on when the peer repeats its own; a
//! flight of the peer is taken to be repeated when its first datagram comes again, a quarter of a second after ours was
//! sent or later: sooner it was the network.

use crate::{
    datagrams::{Fate, LATENCY_MS},
    pair::Side,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the RFC's machine came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Optimum {
    /// Datagrams that both sides sent.
    pub datagrams: usize,
    /// Milliseconds until both were done; None when they never were.
    pub ms: Option<u64>,
}

const FIRST_MS: u64 = 1000;
const LAST_MS: u64 = 60_000;
const PAUSE_MS: u64 = 250;
/// How often a flight is sent: once, and after 1, 2, 4, 8, 16 and 32 seconds.
const ATTEMPTS: u32 = 7;

struct Node {
    /// The flight that is awaited, and which of its datagrams have come.
    awaited: usize,
    come: BTreeSet<usize>,
    sent: Option<usize>,
    sent_at: u64,
    interval: u64,
    attempts: u32,
    deadline: Option<u64>,
    done: bool,
}

impl Node {
    const fn new(awaited: usize) -> Self {
        Self {
            awaited,
            come: BTreeSet::new(),
            sent: None,
            sent_at: 0,
            interval: FIRST_MS,
            attempts: 1,
            deadline: None,
            done: false,
        }
    }
}

struct Network<'n, F> {
    flights: &'n [usize],
    fate: F,
    sent: usize,
    under_way: BTreeMap<(u64, usize), (Side, usize, usize)>,
}

impl<F: FnMut(usize, Side) -> Fate> Network<'_, F> {
    fn send(&mut self, from: Side, flight: usize, now: u64) {
        for index in 0..self.flights.get(flight).copied().unwrap_or_default() {
            let number = self.sent;
            self.sent += 1;
            let mut arrive = |after: u64, half: usize| {
                let at = now + LATENCY_MS + after;
                self.under_way.insert((at, 2 * number + half), (from.other(), flight, index));
            };
            match (self.fate)(number, from) {
                Fate::Lost | Fate::Damaged(_) => {}
                Fate::Passes => arrive(0, 0),
                Fate::Doubled => {
                    arrive(0, 0);
                    arrive(1, 1);
                }
                Fate::Delayed(by) => arrive(by, 0),
            }
        }
    }
}

/// A handshake whose flights have so many datagrams, the client's first; what is damaged is as good as lost.
pub fn optimum(flights: &[usize], fate: impl FnMut(usize, Side) -> Fate) -> Optimum {
    let mut network = Network { flights, fate, sent: 0, under_way: BTreeMap::new() };
    let [mut client, mut server] = [Node::new(1), Node::new(0)];
    let (mut now, mut ms) = (0, None);
    send_flight(&mut client, 0, Side::Client, now, &mut network);
    loop {
        if client.done && server.done {
            ms = ms.or(Some(now));
        }
        let arrival = network.under_way.keys().next().map(|(at, _)| *at);
        let timer = [client.deadline, server.deadline].into_iter().flatten().min();
        let Some(next) = [arrival, timer].into_iter().flatten().min() else { break };
        now = next;
        if arrival == Some(next)
            && let Some((_, (to, flight, index))) = network.under_way.pop_first()
        {
            let node = if to == Side::Client { &mut client } else { &mut server };
            take(node, to, (flight, index), now, &mut network);
            continue;
        }
        for (node, side) in [(&mut client, Side::Client), (&mut server, Side::Server)] {
            if node.deadline.is_some_and(|deadline| deadline <= now) {
                expire(node, side, now, &mut network);
            }
        }
    }
    Optimum { datagrams: network.sent, ms }
}

fn take<F: FnMut(usize, Side) -> Fate>(
    node: &mut Node,
    side: Side,
    (flight, index): (usize, usize),
    now: u64,
    network: &mut Network<'_, F>,
) {
    if flight == node.awaited && !node.done {
        node.come.insert(index);
        if node.come.len() < network.flights.get(flight).copied().unwrap_or_default() {
            return;
        }
        node.come.clear();
        node.deadline = None;
        let (next, last) = (flight + 1, network.flights.len() - 1);
        node.done = next >= last;
        node.awaited = flight + 2;
        if next <= last {
            send_flight(node, next, side, now, network);
        }
        if node.done {
            node.deadline = None;
        }
    } else if flight + 2 == node.awaited
        && index == 0
        && let Some(sent) = node.sent.filter(|sent| *sent == flight + 1)
        && now - node.sent_at >= PAUSE_MS
    {
        node.sent_at = now;
        network.send(side, sent, now);
    }
}

fn send_flight<F: FnMut(usize, Side) -> Fate>(
    node: &mut Node,
    flight: usize,
    side: Side,
    now: u64,
    network: &mut Network<'_, F>,
) {
    if node.attempts == 1 {
        node.interval = FIRST_MS;
    }
    node.attempts = 1;
    (node.sent, node.sent_at) = (Some(flight), now);
    node.deadline = Some(now + node.interval);
    network.send(side, flight, now);
}

fn expire<F: FnMut(usize, Side) -> Fate>(
    node: &mut Node,
    side: Side,
    now: u64,
    network: &mut Network<'_, F>,
) {
    node.deadline = None;
    if node.attempts == ATTEMPTS {
        return;
    }
    node.attempts += 1;
    node.interval = (node.interval * 2).min(LAST_MS);
    node.deadline = Some(now + node.interval);
    if let Some(sent) = node.sent {
        node.sent_at = now;
        network.send(side, sent, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_round_trips_without_faults_and_a_timeout_for_each_that_is_lost() {
        let without = optimum(&[1, 1, 1, 1], |_, _| Fate::Passes);
        assert_eq!(without, Optimum { datagrams: 4, ms: Some(4 * LATENCY_MS) });
        for lost in 0..4 {
            let one = optimum(&[1, 1, 1, 1], |n, _| if n == lost { Fate::Lost } else { Fate::Passes });
            assert_eq!(one.ms, Some(4 * LATENCY_MS + FIRST_MS), "{lost}");
        }
        let never = optimum(&[1, 1, 1, 1], |_, _| Fate::Lost);
        assert_eq!(never, Optimum { datagrams: 7, ms: None });
    }
}
