//! Time for [`embertls::Host`]: monotonic milliseconds, and the date as the operating system or the user gives it.

use embertls::{Instant, Time};
use std::time;

/// Where the date comes from.
#[derive(Clone, Copy, Debug)]
enum Date {
    System,
    Given(Time),
}

/// A clock that starts when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: time::Instant,
    date: Date,
}

impl Clock {
    /// The operating system's date.
    #[must_use]
    pub fn system() -> Self {
        Self { start: time::Instant::now(), date: Date::System }
    }

    /// A date that the user gives and that stands still; the monotonic part goes on.
    #[must_use]
    pub fn at(time: Time) -> Self {
        Self { start: time::Instant::now(), date: Date::Given(time) }
    }

    /// Monotonic milliseconds since the clock was made.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The date. A system clock from before 1970, or beyond what can be counted, is no date at all.
    #[must_use]
    pub fn time(&self) -> Time {
        match self.date {
            Date::Given(time) => time,
            Date::System => time::SystemTime::now()
                .duration_since(time::UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_secs()).ok())
                .map_or(Time::Unknown, Time::Known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_date_stands_still() {
        assert!(matches!(Clock::at(Time::Known(7)).time(), Time::Known(7)));
        assert!(matches!(Clock::at(Time::Unknown).time(), Time::Unknown));
    }

    #[test]
    fn the_system_date_is_after_this_was_written() {
        let Time::Known(seconds) = Clock::system().time() else { panic!("no date") };
        assert!(seconds > 1_750_000_000);
    }

    #[test]
    fn monotonic_time_does_not_go_back() {
        let clock = Clock::system();
        let first = clock.now();
        assert!(clock.now() >= first);
    }
}
