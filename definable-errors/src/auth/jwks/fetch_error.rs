//! The reasons why keys could not be fetched.

use std::error::Error;
use std::fmt;

use crate::error::BoxError;

/// The error for keys that could not be fetched, for operators.
#[derive(Debug)]
#[non_exhaustive]
pub enum JwksFetchError {
    /// The server could not be reached, was too slow, or redirected to a URL that is not followed.
    Http(BoxError),
    /// The server responded with another status than 200.
    Status(u16),
    /// The response is larger than 256 KiB.
    TooLarge,
    /// The response is not a key set with a usable key.
    Invalid,
}

impl fmt::Display for JwksFetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(_) => f.write_str("the key set could not be fetched"),
            Self::Status(status) => write!(f, "the key set's server answered {status}"),
            Self::TooLarge => f.write_str("the key set is larger than 256 KiB"),
            Self::Invalid => f.write_str("the answer is no key set with a key that can be used"),
        }
    }
}

impl Error for JwksFetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Http(error) => Some(&**error),
            _ => None,
        }
    }
}

/// Logs a warning with the feature `tracing`; the default for failed fetches.
#[cfg(feature = "tracing")]
pub(super) fn warn(failure: &JwksFetchError) {
    let chain = crate::error::Chain::new(failure.source());
    tracing::warn!(target: "definable_errors", %chain, "{failure}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn(_: &JwksFetchError) {}
