//! When a flight is sent again (RFC 6347 section 4.2.4.1).

use handshake::Instant;

/// Milliseconds until a flight is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The first time; each later one is twice the one before.
    pub first_ms: u32,
    /// The longest; when it has passed, the handshake ends.
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

/// The timer of a flight that waits for its answer.
#[derive(Default)]
pub(super) struct Timer {
    running: Option<(Instant, u32)>,
    /// How often this flight was sent again for want of an answer.
    pub(super) resent: u32,
}

impl Timer {
    pub(super) fn start(&mut self, now: Instant, timeouts: &Timeouts) {
        self.resent = 0;
        self.run(now, timeouts.first_ms);
    }

    fn run(&mut self, now: Instant, ms: u32) {
        self.running = Some((Instant(now.0.saturating_add(ms.into())), ms));
    }

    pub(super) const fn stop(&mut self) {
        self.running = None;
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.running.map(|(deadline, _)| deadline)
    }

    pub(super) fn look(&mut self, now: Instant, timeouts: &Timeouts) -> Due {
        match self.running {
            Some((deadline, ms)) if now >= deadline => {
                if ms >= timeouts.last_ms {
                    self.stop();
                    return Due::GiveUp;
                }
                self.resent += 1;
                self.run(now, ms.saturating_mul(2).min(timeouts.last_ms));
                Due::Resend
            }
            Some(_) | None => Due::Nothing,
        }
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
}
