//! When a flight is sent again (RFC 6347 section 4.2.4.1).

use handshake::Instant;

/// Milliseconds until a flight is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The first time; each later one is twice the one before.
    pub first_ms: u32,
    /// The longest. A flight is sent as often as it takes to come from the first time to it; when that was in vain, the
    /// handshake ends.
    pub last_ms: u32,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { first_ms: super::limits::FIRST_TIMEOUT_MS, last_ms: super::limits::LAST_TIMEOUT_MS }
    }
}

/// What a look at the clock came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing yet.
    Nothing,
    /// Send the flight again.
    Resend,
    /// The last time has passed.
    GiveUp,
}

impl Timeouts {
    /// How often a flight is sent again at the most.
    fn repetitions(&self) -> u32 {
        let mut ms = self.first_ms.max(1);
        let mut count = 0;
        while ms < self.last_ms {
            ms = ms.saturating_mul(2);
            count += 1;
        }
        count
    }
}

/// The timer of a flight that waits for its answer.
#[derive(Default)]
pub(super) struct Timer {
    deadline: Option<Instant>,
    /// The time that runs or ran last; 0 at first.
    ms: u32,
    /// How often this flight was sent again for want of an answer.
    pub(super) resent: u32,
    /// When it was sent last.
    sent: Instant,
}

impl Timer {
    /// For a new flight. The time stays what it was when the last flight was sent more than once: the way is long, or it
    /// loses much (RFC 6347 section 4.2.4.1).
    pub(super) fn start(&mut self, now: Instant, timeouts: &Timeouts) {
        if self.resent == 0 {
            self.ms = timeouts.first_ms;
        }
        self.resent = 0;
        self.sent = now;
        self.run(now);
    }

    fn run(&mut self, now: Instant) {
        self.deadline = Some(Instant(now.0.saturating_add(self.ms.into())));
    }

    /// Whether the flight goes out again because the peer has repeated its own
    /// ([`super::limits::REPEATS_PER_TIMEOUT`]).
    pub(super) fn may_repeat(&mut self, now: Instant, timeouts: &Timeouts) -> bool {
        let pause = timeouts.first_ms / super::limits::REPEATS_PER_TIMEOUT;
        let may = now.0.saturating_sub(self.sent.0) >= pause.into();
        if may {
            self.sent = now;
        }
        may
    }

    /// The machine has moved on: what passed while it was busy does not count.
    pub(super) fn not_before(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline < now) {
            self.run(now);
        }
    }

    pub(super) const fn stop(&mut self) {
        self.deadline = None;
    }

    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(super) fn look(&mut self, now: Instant, timeouts: &Timeouts) -> Due {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Due::Nothing;
        }
        if self.resent >= timeouts.repetitions() {
            self.stop();
            return Due::GiveUp;
        }
        self.resent += 1;
        self.sent = now;
        self.ms = self.ms.saturating_mul(2).min(timeouts.last_ms);
        self.run(now);
        Due::Resend
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{vec, vec::Vec};

    #[test]
    fn times_double_up_to_the_last() {
        let (mut timer, timeouts) = (Timer::default(), Timeouts::default());
        timer.start(Instant(5), &timeouts);
        let (mut now, mut times): (u64, Vec<u64>) = (5, vec![]);
        loop {
            let deadline = timer.deadline().unwrap();
            assert_eq!(timer.look(Instant(deadline.0 - 1), &timeouts), Due::Nothing);
            times.push(deadline.0 - now);
            now = deadline.0;
            if timer.look(deadline, &timeouts) == Due::GiveUp {
                break;
            }
        }
        assert_eq!(times, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
        assert_eq!((timer.deadline(), timer.look(Instant(u64::MAX), &timeouts)), (None, Due::Nothing));
    }

    #[test]
    fn repetitions_are_answered_with_pauses() {
        let (mut timer, timeouts) = (Timer::default(), Timeouts::default());
        let answered = |timer: &mut Timer, now: u64| {
            (0..1000).filter(|_| timer.may_repeat(Instant(now), &timeouts)).count()
        };
        timer.start(Instant(7), &timeouts);
        assert_eq!([7, 256, 257, 506, 507].map(|now| answered(&mut timer, now)), [0, 0, 1, 0, 1]);
        assert_eq!(timer.look(Instant(1007), &timeouts), Due::Resend);
        assert_eq!([1008, 1257].map(|now| answered(&mut timer, now)), [0, 1], "sent for want of an answer");
        timer.stop();
        assert_eq!([1258, 1507].map(|now| answered(&mut timer, now)), [0, 1], "the last flight");
    }

    #[test]
    fn a_time_is_kept_until_a_flight_is_answered_at_once() {
        let (mut timer, timeouts) = (Timer::default(), Timeouts::default());
        let waits = |timer: &Timer, now: u64| timer.deadline().map(|deadline| deadline.0 - now);
        timer.start(Instant(0), &timeouts);
        assert_eq!(timer.look(Instant(1000), &timeouts), Due::Resend);
        timer.start(Instant(1500), &timeouts);
        assert_eq!(waits(&timer, 1500), Some(2000));
        timer.start(Instant(3000), &timeouts);
        assert_eq!(waits(&timer, 3000), Some(1000));
    }

    #[test]
    fn a_flight_is_sent_as_often_however_long_the_first_time_is() {
        let timeouts = Timeouts { first_ms: 50, last_ms: 400 };
        let mut timer = Timer::default();
        timer.start(Instant(0), &timeouts);
        assert_eq!(timer.look(Instant(50), &timeouts), Due::Resend);
        assert_eq!(timer.look(Instant(150), &timeouts), Due::Resend);
        timer.start(Instant(150), &timeouts);
        let mut times = vec![];
        while let Some(deadline) = timer.deadline() {
            times.push(deadline.0);
            timer.look(deadline, &timeouts);
        }
        assert_eq!(times, [350, 750, 1150, 1550]);
    }
}
