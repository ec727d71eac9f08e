//! The errors of a provider, and the problems that they become.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::error::{ApiError, BoxError};
use crate::problem::{
    ErrorStatus, Problem, ProblemType, SERVICE_UNAVAILABLE, UPSTREAM_FAILED, UPSTREAM_TIMEOUT,
};

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

/// The login is not under way, or the provider no longer accepts it: the user starts again.
pub static OAUTH_LOGIN_EXPIRED: ProblemType = ProblemType::new(
    "oauth_login_expired",
    ErrorStatus::BAD_REQUEST,
    "Login expired",
)
.with_detail("The login could not be completed. Start again.")
.with_documentation(
    "The login took too long, was started in another browser, was already completed, or was \
             not accepted by the provider. Nothing was changed. Start the login again.",
);

/// The user, or the provider, cancelled the login.
pub static OAUTH_ACCESS_DENIED: ProblemType =
    ProblemType::new("oauth_access_denied", ErrorStatus::FORBIDDEN, "Login cancelled")
        .with_detail("The login was cancelled at the provider.")
        .with_documentation(
            "The user did not consent at the provider, or the provider does not let the user in. \
             Start the login again, perhaps with another account.",
        );

/// Creates a rejection of a callback; the note is for operators.
pub(super) fn login_expired(note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(&OAUTH_LOGIN_EXPIRED)).with_note(note)
}

/// How long a client waits if the provider does not say.
const WAIT: Duration = Duration::from_secs(5);

/// The maximum wait that a provider can impose.
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// Converts a failed call, and the wait that the provider asked for.
pub(super) fn provider_failed(error: OAuthProviderError, wait: Option<Duration>) -> ApiError {
    let problem_type = problem_type(&error);
    let failure = ApiError::unlocated(Problem::new(problem_type)).with_source(error);
    if *problem_type == SERVICE_UNAVAILABLE {
        failure.with_retry_after(wait.unwrap_or(WAIT).min(MAX_WAIT))
    } else {
        failure
    }
}

/// Converts a failed introspection. It is always a 503: the caller is unknown then, and that is not
/// the caller's fault.
pub(super) fn introspection_failed(error: OAuthProviderError, wait: Option<Duration>) -> ApiError {
    ApiError::unlocated(Problem::new(&SERVICE_UNAVAILABLE))
        .with_source(error)
        .with_retry_after(wait.unwrap_or(WAIT).min(MAX_WAIT))
}

fn problem_type(error: &OAuthProviderError) -> &'static ProblemType {
    match error.kind() {
        Kind::Refused(response) => of_code(&response.error),
        Kind::Transport(error) if error.is_timeout() => &UPSTREAM_TIMEOUT,
        Kind::Status(status) => of_status(*status),
        Kind::Transport(_) | Kind::TooLarge | Kind::Unusable(_) => &UPSTREAM_FAILED,
    }
}

/// Returns the meaning of an error code: what the user can do something about is a 4xx, what is
/// wrong with the client's registration is a 502.
fn of_code(code: &str) -> &'static ProblemType {
    match code {
        // GitHub calls an `invalid_grant` a `bad_verification_code`. The last four are answers to
        // a login without interaction (OpenID Connect Core §3.1.2.6): one with it can succeed.
        "invalid_grant"
        | "bad_verification_code"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => &OAUTH_LOGIN_EXPIRED,
        "access_denied" => &OAUTH_ACCESS_DENIED,
        "temporarily_unavailable" | "server_error" => &SERVICE_UNAVAILABLE,
        _ => &UPSTREAM_FAILED,
    }
}

fn of_status(status: StatusCode) -> &'static ProblemType {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => &SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT => &UPSTREAM_TIMEOUT,
        _ => &UPSTREAM_FAILED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_user_can_change_is_a_client_error() {
        let status = |code| of_code(code).status().as_u16();
        assert_eq!(["invalid_grant", "bad_verification_code"].map(status), [400, 400]);
        assert_eq!(status("access_denied"), 403);
        assert_eq!(["temporarily_unavailable", "server_error"].map(status), [503, 503]);
        for code in [
            "invalid_client",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
            "invalid_scope",
            "invalid_request",
            "redirect_uri_mismatch",
            "incorrect_client_credentials",
            "INVALID_GRANT",
            "",
        ] {
            assert_eq!(status(code), 502, "{code}");
        }
    }
}
