use std::fmt;

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
