//! A quota: how many requests in how much time, and how they are counted.

use std::fmt;
use std::time::Duration;

/// A quota: the number of requests that a client may send in a window of time.
///
/// Constants are checked at compile time; use [`try_new`](Self::try_new) for values from
/// configuration.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::{QuotaError, Quota};
///
/// const LOGIN: Quota = Quota::per_minute(5).with_name("login");
/// assert_eq!((LOGIN.limit(), LOGIN.window()), (5, Duration::from_secs(60)));
///
/// let from_settings = Quota::try_new(0, Duration::from_secs(60));
/// assert_eq!(from_settings, Err(QuotaError::Limit));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub struct Quota {
    name: &'static str,
    limit: u32,
    window: Duration,
    algorithm: Algorithm,
}

/// The algorithm of a quota: what it guarantees, and how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Never admits more than the limit in any window, wherever it begins.
    ///
    /// The time of the newest request is known exactly: one window later the whole limit is
    /// available again. The times of older requests are known to a fiftieth of the window (a
    /// twenty-fifth if the limit is over 65,535), and are always rounded to the client's
    /// disadvantage: a request that was followed by others may be released that much later than a
    /// window after it was counted.
    SlidingWindow,
    /// A steady rate of the limit per window, with at most `burst` requests at once (GCRA).
    ///
    /// What was used comes back request by request. In one window a client may send the limit plus
    /// a burst.
    Gcra {
        /// The number of requests that may come at once.
        burst: u32,
    },
}

impl Quota {
    /// A quota of 100 requests in 60 seconds.
    pub const DEFAULT: Self = Self::per_minute(100);

    /// The name of a quota that has no name of its own.
    pub const DEFAULT_NAME: &'static str = "default";

    /// The shortest window, because clients receive times in whole seconds.
    pub const MIN_WINDOW: Duration = Duration::from_secs(1);

    /// The upper bound of windows, a leap year; windows are shorter than this.
    pub const MAX_WINDOW: Duration = Duration::from_secs(366 * 24 * 60 * 60);

    /// Limits clients to `limit` requests in any window of this length.
    ///
    /// # Panics
    ///
    /// Panics if the quota is invalid, see [`QuotaError`]. In a `const`, it does not compile.
    pub const fn new(limit: u32, window: Duration) -> Self {
        match Self::try_new(limit, window) {
            Ok(quota) => quota,
            Err(error) => panic!("{}", error.text()),
        }
    }

    /// Creates a quota like [`new`](Self::new), for numbers from configuration.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit is zero, or the window is too short or too long.
    pub const fn try_new(limit: u32, window: Duration) -> Result<Self, QuotaError> {
        if limit == 0 {
            return Err(QuotaError::Limit);
        }
        if window.as_secs() < Self::MIN_WINDOW.as_secs()
            || window.as_secs() >= Self::MAX_WINDOW.as_secs()
        {
            return Err(QuotaError::Window);
        }
        let algorithm = Algorithm::SlidingWindow;
        Ok(Self { name: Self::DEFAULT_NAME, limit, window, algorithm })
    }

    /// Limits clients to `limit` requests in any second.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is zero. In a `const`, it does not compile.
    pub const fn per_second(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(1))
    }

    /// Limits clients to `limit` requests in any minute.
    ///
    /// # Panics
    ///
    /// Panics like [`per_second`](Self::per_second).
    pub const fn per_minute(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(60))
    }

    /// Limits clients to `limit` requests in any hour.
    ///
    /// # Panics
    ///
    /// Panics like [`per_second`](Self::per_second).
    pub const fn per_hour(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(60 * 60))
    }

    /// Limits clients to `limit` requests in any 24 hours.
    ///
    /// # Panics
    ///
    /// Panics like [`per_second`](Self::per_second).
    pub const fn per_day(limit: u32) -> Self {
        Self::new(limit, Duration::from_secs(24 * 60 * 60))
    }

    /// Sets the name that headers and bodies contain; quotas on one route have different names.
    ///
    /// # Panics
    ///
    /// Panics if `name` is empty, longer than 64 bytes or not visible ASCII and spaces (RFC 9651
    /// §3.3.3). In a `const`, it does not compile.
    pub const fn with_name(self, name: &'static str) -> Self {
        match self.try_with_name(name) {
            Ok(quota) => quota,
            Err(error) => panic!("{}", error.text()),
        }
    }

    /// Sets the name like [`with_name`](Self::with_name), for a name that comes from configuration
    /// and was leaked at startup.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is empty, too long or contains another character.
    pub const fn try_with_name(mut self, name: &'static str) -> Result<Self, QuotaError> {
        if !is_name(name.as_bytes()) {
            return Err(QuotaError::Name);
        }
        self.name = name;
        Ok(self)
    }

    /// Makes the quota a steady rate with at most `burst` requests at once; see
    /// [`Algorithm::Gcra`].
    ///
    /// # Panics
    ///
    /// Panics if `burst` is zero or over the limit. In a `const`, it does not compile.
    pub const fn with_burst(self, burst: u32) -> Self {
        match self.try_with_burst(burst) {
            Ok(quota) => quota,
            Err(error) => panic!("{}", error.text()),
        }
    }

    /// Sets the burst like [`with_burst`](Self::with_burst), for a number from configuration.
    ///
    /// # Errors
    ///
    /// Returns an error if `burst` is zero or over the limit.
    pub const fn try_with_burst(mut self, burst: u32) -> Result<Self, QuotaError> {
        if burst == 0 || burst > self.limit {
            return Err(QuotaError::Burst);
        }
        self.algorithm = Algorithm::Gcra { burst };
        Ok(self)
    }

    /// Returns the name that headers and bodies contain.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the maximum number of requests in a window.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the length of the window.
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// Returns the algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns how many requests a client that has used nothing may send at once: the burst, or the
    /// limit.
    pub const fn capacity(&self) -> u32 {
        match self.algorithm {
            Algorithm::SlidingWindow => self.limit,
            Algorithm::Gcra { burst } => burst,
        }
    }

    /// Returns the window in whole seconds, rounded up.
    pub(super) const fn window_seconds(&self) -> u64 {
        self.window.as_secs() + (self.window.subsec_nanos() > 0) as u64
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const fn is_name(mut name: &[u8]) -> bool {
    if name.is_empty() || name.len() > 64 {
        return false;
    }
    while let [byte, rest @ ..] = name {
        if !matches!(byte, b' '..=b'~') {
            return false;
        }
        name = rest;
    }
    true
}

/// The error for an invalid [`Quota`](super::Quota).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuotaError {
    /// The limit is zero, so no request could ever be admitted.
    Limit,
    /// The window is shorter than a second, or longer than a year.
    Window,
    /// The name cannot be a string of a structured field.
    Name,
    /// The burst is zero, or greater than the limit.
    Burst,
}

impl QuotaError {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Limit => "a quota has a limit of one request or more",
            Self::Window => "the window of a quota is a second or longer, and at most a year",
            Self::Name => "a quota's name is 1 to 64 characters of visible ASCII and spaces",
            Self::Burst => "the burst of a quota is one request or more, and at most its limit",
        }
    }
}

impl fmt::Display for QuotaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for QuotaError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_is_the_stated_one() {
        assert_eq!(Quota::default(), Quota::DEFAULT);
    }

    #[test]
    fn errors_name_the_bounds() {
        assert_eq!(
            Quota::try_new(0, Quota::MIN_WINDOW).unwrap_err().to_string(),
            "a quota has a limit of one request or more"
        );
        assert_eq!(
            Quota::DEFAULT.try_with_burst(0).unwrap_err().to_string(),
            "the burst of a quota is one request or more, and at most its limit"
        );
    }

    #[test]
    fn windows_have_bounds() {
        let try_window = |window| Quota::try_new(1, window);
        let shorter = |window: Duration| window.saturating_sub(Duration::from_nanos(1));
        assert!(try_window(Quota::MIN_WINDOW).is_ok());
        assert!(try_window(shorter(Quota::MAX_WINDOW)).is_ok());
        for wrong in [Duration::ZERO, shorter(Quota::MIN_WINDOW), Quota::MAX_WINDOW, Duration::MAX]
        {
            assert_eq!(try_window(wrong), Err(QuotaError::Window));
        }
    }

    #[test]
    fn names_are_strings_of_structured_fields() {
        let try_name = |name| Quota::DEFAULT.try_with_name(name).is_ok();
        assert!(
            ["a", "per hour", "\"\\", &"x".repeat(64)]
                .map(|name| try_name(name.to_owned().leak()))
                .iter()
                .all(|ok| *ok)
        );
        assert!(!["", "ä", "a\tb", "\u{7f}", "a\r\nb"].into_iter().any(try_name));
        assert!(!try_name("x".repeat(65).leak()));
    }

    #[test]
    fn bursts_are_part_of_the_limit() {
        let burst = |burst| Quota::per_minute(10).try_with_burst(burst).map(|it| it.capacity());
        assert_eq!([0, 11].map(burst), [Err(QuotaError::Burst); 2]);
        assert_eq!([1, 10].map(burst), [Ok(1), Ok(10)]);
    }
}
