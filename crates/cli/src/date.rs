//! Dates of RFC 3339 as seconds since 1970, both ways.

use x509::Date;

/// Reads `2026-11-24T14:00:00Z`, with an optional fraction (dropped) and an offset instead of `Z`.
pub(crate) fn parse(text: &str) -> Result<i64, String> {
    read(text).ok_or_else(|| format!("'{text}' is not a date like 2026-11-24T14:00:00Z"))
}

fn read(text: &str) -> Option<i64> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
    let (hour, rest) = number(rest.strip_prefix(['T', 't', ' '])?, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, mut rest) = number(rest.strip_prefix(':')?, 2)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == fraction.len() {
            return None;
        }
        rest = after;
    }
    let offset = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = if rest.starts_with('+') { 1 } else { -1 };
            let (hours, rest) = number(rest.strip_prefix(['+', '-'])?, 2)?;
            let (minutes, rest) = number(rest.strip_prefix(':')?, 2)?;
            if hours > 23 || minutes > 59 || !rest.is_empty() {
                return None;
            }
            sign * (hours * 3600 + minutes * 60)
        }
    };
    let date = Date { year, month, day, hour, minute, second };
    date.to_seconds().map(|seconds| seconds - offset)
}

/// Writes `2026-11-24T14:00:00Z`.
pub(crate) fn format(seconds: i64) -> String {
    Date::from_seconds(seconds).to_string()
}

/// Exactly `digits` decimal digits at the start, and what follows them.
fn number(text: &str, digits: usize) -> Option<(i64, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates_are_read_and_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2026-11-24T14:00:00Z", 1_795_528_800),
            ("1969-12-31T23:59:59Z", -1),
            ("2119-12-31T23:59:59Z", 4_733_510_399),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
            assert_eq!(format(seconds), text);
        }
    }

    #[test]
    fn offsets_and_fractions_count() {
        assert_eq!(parse("2000-01-01T01:30:00.25+01:30"), parse("2000-01-01T00:00:00Z"));
        assert_eq!(parse("1999-12-31t23:00:00-01:00"), parse("2000-01-01T00:00:00Z"));
    }

    #[test]
    fn rejects_what_is_no_date() {
        for text in [
            "",
            "2026",
            "2026-11-24",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+1:00",
            "2026-1-01T00:00:00Z",
            "2026-01-01T00:00:00Zx",
            "+026-01-01T00:00:00Z",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
