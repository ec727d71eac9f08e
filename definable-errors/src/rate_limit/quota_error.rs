use std::fmt;

/// What is wrong with a [`Quota`](super::Quota).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuotaError {
    /// Nobody could ever ask.
    Limit,
    /// Shorter than a second, or longer than a year.
    Window,
    /// No text that a structured field may carry.
    Name,
    /// More at once than in a window, or nothing.
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
