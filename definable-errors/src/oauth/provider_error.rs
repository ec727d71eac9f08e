//! The private causes of failed calls to a provider, for operators.

use std::error::Error;
use std::fmt;

use http::StatusCode;
use serde::Deserialize;

use crate::error::BoxError;

/// A call to the provider that failed, or an error that it sent with the user; the source of the
/// [`ApiError`](struct@crate::ApiError).
///
/// Operators see its text and its causes in the log, and reporters find it by
/// [`downcast_ref`](struct@crate::ApiError#method.downcast_ref). Clients never see any of it: the
/// text of an error in a callback was written by whoever made the link.
#[derive(Debug)]
pub struct OAuthProviderError {
    kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// There was no response, or its body was cut off.
    Transport(reqwest::Error),
    /// The response was larger than the limit.
    TooLarge,
    /// The response had the status of a failure, and was none that OAuth defines.
    Status(StatusCode),
    /// The provider answered with an error of OAuth.
    Refused(ErrorResponse),
    /// The response was not what the endpoint should answer with.
    Unusable(BoxError),
}

/// An error response (RFC 6749 §4.1.2.1, §5.2).
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct ErrorResponse {
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: Option<String>,
    #[serde(default)]
    pub(super) error_uri: Option<String>,
}

impl OAuthProviderError {
    pub(super) const fn new(kind: Kind) -> Self {
        Self { kind }
    }

    pub(super) const fn kind(&self) -> &Kind {
        &self.kind
    }

    pub(super) fn unusable(cause: impl Into<BoxError>) -> Self {
        Self::new(Kind::Unusable(cause.into()))
    }

    /// Returns the error code that the provider sent, such as `invalid_client`.
    pub fn code(&self) -> Option<&str> {
        match &self.kind {
            Kind::Refused(response) => Some(&response.error),
            _ => None,
        }
    }

    /// Returns the status of a response that was no answer of an OAuth endpoint.
    pub const fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::Status(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for OAuthProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OAuth provider: ")?;
        match &self.kind {
            Kind::Transport(_) => f.write_str("the call failed"),
            Kind::TooLarge => f.write_str("the response is larger than 64 KiB"),
            Kind::Status(status) => write!(f, "answered {}", status.as_u16()),
            Kind::Unusable(_) => f.write_str("the response cannot be used"),
            Kind::Refused(response) => {
                f.write_str("error ")?;
                shown(f, &response.error)?;
                if let Some(description) = &response.error_description {
                    f.write_str(": ")?;
                    shown(f, description)?;
                }
                if let Some(uri) = &response.error_uri {
                    f.write_str(", see ")?;
                    shown(f, uri)?;
                }
                Ok(())
            }
        }
    }
}

impl Error for OAuthProviderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Transport(error) => Some(error),
            Kind::Unusable(error) => Some(&**error),
            Kind::TooLarge | Kind::Status(_) | Kind::Refused(_) => None,
        }
    }
}

/// The maximum length of a text of the provider in the log, in characters.
const MAX_SHOWN: usize = 256;

/// Writes a text of the provider. Control characters are escaped where the line is logged.
fn shown(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => write!(f, "{}…", &text[..end]),
        None => f.write_str(text),
    }
}
