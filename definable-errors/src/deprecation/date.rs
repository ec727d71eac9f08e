//! Dates of the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), which are constants.

use std::fmt;
use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;

/// A point in time with a precision of seconds, as in HTTP headers.
///
/// ```
/// use definable_errors::deprecation::Date;
///
/// let date = Date::new(2026, 3, 31);
/// assert_eq!(date.to_string(), "Tue, 31 Mar 2026 00:00:00 GMT");
/// assert_eq!(date.unix_timestamp(), 1_774_915_200);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    seconds: u64,
}

impl Date {
    /// Returns the beginning of a day in UTC.
    ///
    /// # Panics
    ///
    /// Panics if there is no such day, or it is before 1970 or after 9999; in a constant, this is a
    /// compile error.
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        assert!(year >= 1970 && year <= 9999, "a year from 1970 to 9999");
        assert!(month >= 1 && month <= 12, "a month from 1 to 12");
        assert!(day >= 1 && day <= days_in(year, month), "a day that the month has");
        let mut days = 0;
        let mut before = 1970;
        while before < year {
            days += if is_leap(before) { 366 } else { 365 };
            before += 1;
        }
        let mut before = 1;
        while before < month {
            days += days_in(year, before) as u64;
            before += 1;
        }
        Self { seconds: (days + day as u64 - 1) * DAY }
    }

    /// Creates a date from seconds since the Unix epoch (1970).
    ///
    /// # Panics
    ///
    /// Panics if the date is after the year 9999, which no header can represent.
    pub const fn from_unix_timestamp(seconds: u64) -> Self {
        assert!(seconds < Self::new(9999, 12, 31).seconds + DAY, "a year up to 9999");
        Self { seconds }
    }

    /// Returns the seconds since the Unix epoch (1970).
    pub const fn unix_timestamp(self) -> u64 {
        self.seconds
    }

    pub(super) fn has_come(self, now: SystemTime) -> bool {
        now >= self.time()
    }

    fn time(self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.seconds)
    }
}

/// Formats the date as defined by RFC 9110 §5.6.7.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&httpdate::HttpDate::from(self.time()), f)
    }
}

const fn is_leap(year: u16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (year, month, day, text) in [
            (1970, 1, 1, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (2000, 2, 29, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (2024, 12, 31, "Tue, 31 Dec 2024 00:00:00 GMT"),
            (2100, 3, 1, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (9999, 12, 31, "Fri, 31 Dec 9999 00:00:00 GMT"),
        ] {
            assert_eq!(Date::new(year, month, day).to_string(), text);
        }
    }

    #[test]
    #[should_panic(expected = "a day that the month has")]
    fn a_day_that_no_calendar_has_is_refused() {
        let _ = Date::new(2026, 2, 29);
    }
}
