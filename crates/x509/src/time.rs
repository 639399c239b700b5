//! Dates, and what is known of the present one.

/// The present date as far as the caller knows it, in seconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// It is this. Both ends of a validity period are checked.
    Known(i64),
    /// It is this or later: the build's date, or the last one that was known. A certificate that had ended by then is
    /// expired; that one has begun cannot be told, and is reported as unchecked when it starts later.
    AtLeast(i64),
    /// Nothing is known. Validity periods are not checked, and reported as unchecked.
    Unknown,
}

/// What a time says of a validity period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// It is within.
    Valid,
    /// It has not begun.
    Future,
    /// It has ended.
    Expired,
    /// It cannot be told.
    Unchecked,
}

impl Time {
    /// Where this time stands in a period of which both ends belong to it (RFC 5280 section 4.1.2.5).
    #[must_use]
    pub const fn within(self, not_before: i64, not_after: i64) -> Period {
        match self {
            Self::Known(now) if now > not_after => Period::Expired,
            Self::Known(now) if now < not_before => Period::Future,
            Self::Known(_) => Period::Valid,
            Self::AtLeast(then) if then > not_after => Period::Expired,
            Self::AtLeast(_) | Self::Unknown => Period::Unchecked,
        }
    }
}

/// A date and time of day of the Gregorian calendar in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year, 0 to 9999.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day, 1 to 31.
    pub day: i64,
    /// Hour, 0 to 23.
    pub hour: i64,
    /// Minute, 0 to 59.
    pub minute: i64,
    /// Second, 0 to 59.
    pub second: i64,
}

impl Date {
    /// Seconds since 1970, or None for a date that does not exist.
    #[must_use]
    pub const fn to_seconds(self) -> Option<i64> {
        let Self { year, month, day, hour, minute, second } = self;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days_in_month = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if day < 1 || day > days_in_month || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        if year < 0 || hour < 0 || minute < 0 || second < 0 {
            return None;
        }
        // Days of the months since March, so that the leap day is the last of its year.
        let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        Some(days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// The date of these seconds since 1970.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        let (days, of_day) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month < 3 { 1 } else { 0 };
        Self {
            year,
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: of_day / 3600,
            minute: of_day % 3600 / 60,
            second: of_day % 60,
        }
    }
}

impl core::fmt::Display for Date {
    /// RFC 3339: `2026-11-24T09:30:00Z`.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_seconds_are_the_same() {
        for (seconds, year, month, day) in [
            (0, 1970, 1, 1),
            (951_782_400, 2000, 2, 29),
            (4_107_542_400, 2100, 3, 1),
            (253_402_214_400, 9999, 12, 31),
            (-631_152_000, 1950, 1, 1),
        ] {
            let date = Date { year, month, day, hour: 0, minute: 0, second: 0 };
            assert_eq!(date.to_seconds(), Some(seconds));
            assert_eq!(Date::from_seconds(seconds), date);
        }
        for day in (-30_000..3_000_000).step_by(97) {
            let seconds = day * 86_400 + 12_345;
            assert_eq!(Date::from_seconds(seconds).to_seconds(), Some(seconds));
        }
    }

    #[test]
    fn dates_that_do_not_exist_have_no_seconds() {
        let date = |year, month, day| Date { year, month, day, hour: 0, minute: 0, second: 0 }.to_seconds();
        assert_eq!(date(2100, 2, 29), None);
        assert_eq!(date(2026, 13, 1), None);
        assert_eq!(date(2026, 4, 31), None);
        assert_eq!(date(2026, 0, 1), None);
    }

    #[test]
    fn each_state_of_the_clock_has_its_verdict() {
        let period = |time: Time| time.within(100, 200);
        assert_eq!(period(Time::Known(99)), Period::Future);
        assert_eq!(period(Time::Known(100)), Period::Valid);
        assert_eq!(period(Time::Known(200)), Period::Valid);
        assert_eq!(period(Time::Known(201)), Period::Expired);
        assert_eq!(period(Time::AtLeast(50)), Period::Unchecked);
        assert_eq!(period(Time::AtLeast(150)), Period::Unchecked);
        assert_eq!(period(Time::AtLeast(201)), Period::Expired);
        assert_eq!(period(Time::Unknown), Period::Unchecked);
    }
}
