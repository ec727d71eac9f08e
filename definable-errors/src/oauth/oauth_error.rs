//! Errors of a token endpoint in OAuth's own format (RFC 6749 §5.2).

use std::borrow::Cow;
use std::fmt;

use http::StatusCode;
use serde::Serialize;

use crate::error::{ApiError, Challenge};
use crate::problem::{ErrorStatus, Problem, ProblemType, ProblemTypes, Types};
use crate::render::{Failure, Render, Rendering, Representation};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $constant:ident $code:literal $status:ident $title:literal
        $documentation:literal)*) => {
        /// The reason why a token endpoint rejects a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum OAuthErrorCode {
            $($(#[$doc])* $name,)*
        }

        $(static $constant: ProblemType =
            ProblemType::new($code, ErrorStatus::$status, $title)
                .with_documentation($documentation);)*

        impl OAuthErrorCode {
            const fn problem_type(self) -> &'static ProblemType {
                match self {
                    $(Self::$name => &$constant,)*
                }
            }
        }

        /// The codes that clients of a token endpoint know.
        const CODES: &[&str] = &[$($code),*];

        impl ProblemTypes for OAuthError {
            const TYPES: Types = Types { own: &[$(&$constant),*], others: &[] };
        }
    };
}

codes! {
    /// A parameter is missing, repeated or malformed; 400.
    InvalidRequest INVALID_REQUEST "invalid_request" BAD_REQUEST "Invalid request"
        "A parameter of the request is missing, occurs twice, or is malformed. Correct the request."
    /// The client is unknown, or did not authenticate; 401.
    InvalidClient INVALID_CLIENT "invalid_client" UNAUTHORIZED "Invalid client"
        "The client is unknown, or its authentication failed. Check its id, its secret, and the method by \
        which it authenticates."
    /// The code, the refresh token or the password is not valid, or no longer; 400.
    InvalidGrant INVALID_GRANT "invalid_grant" BAD_REQUEST "Invalid grant"
        "The authorization code, the refresh token or the password is not valid, has expired, was revoked, \
        or was issued to another client. Let the user log in again."
    /// The client may not use this kind of grant; 400.
    UnauthorizedClient UNAUTHORIZED_CLIENT "unauthorized_client" BAD_REQUEST "Unauthorized client"
        "The client is not allowed to use this type of grant. Use another one, or have the registration of \
        the client changed."
    /// The endpoint does not know this kind of grant; 400.
    UnsupportedGrantType UNSUPPORTED_GRANT_TYPE "unsupported_grant_type" BAD_REQUEST "Unsupported grant type"
        "The token endpoint does not support this type of grant. Use another one."
    /// The scope is unknown, malformed, or more than was granted; 400.
    InvalidScope INVALID_SCOPE "invalid_scope" BAD_REQUEST "Invalid scope"
        "The requested scope is unknown, malformed, or exceeds what was granted. Request less."
}

/// An error of a token endpoint (RFC 6749 §5.2), for services that issue tokens to OAuth clients.
///
/// It is an [`ApiError`](struct@crate::ApiError) like any other: a handler returns it, and it is
/// logged once with its ids. [`OAuthErrorRenderer`] writes the body that OAuth libraries read, of
/// this and of every other error of the endpoint.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::oauth::{OAuthError, OAuthErrorCode, OAuthErrorRenderer};
/// # use axum::body::Body;
/// # use http::Request;
/// # use http_body_util::BodyExt;
/// # use tower::ServiceExt;
///
/// async fn token() -> Result<String, OAuthError> {
///     Err(OAuthError::new(OAuthErrorCode::InvalidGrant).with_description("The code has expired."))
/// }
///
/// let token_endpoint = Router::new()
///     .route("/token", post(token))
///     .layer(ApiErrorLayer::new().render(OAuthErrorRenderer::new()));
/// let app: Router = Router::new().merge(token_endpoint).layer(ApiErrorLayer::new());
///
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// let request = Request::post("/token").body(Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), 400);
/// assert_eq!(response.headers()["cache-control"], "no-store");
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// assert_eq!(body, r#"{"error":"invalid_grant","error_description":"The code has expired."}"#);
/// # });
/// ```
#[derive(Debug, Clone)]
#[must_use = "an error does nothing until it is returned"]
pub struct OAuthError {
    code: OAuthErrorCode,
    description: Option<Cow<'static, str>>,
    uri: Option<String>,
}

impl OAuthError {
    /// Creates an error with a code alone.
    pub const fn new(code: OAuthErrorCode) -> Self {
        Self { code, description: None, uri: None }
    }

    /// Adds a description for developers of clients. It is public; characters that are not allowed
    /// in it are left out.
    pub fn with_description(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Adds the address of a page about the error. One with a character that is not allowed in it
    /// is left out.
    pub fn with_uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(uri.into());
        self
    }

    /// Returns the code.
    pub const fn code(&self) -> OAuthErrorCode {
        self.code
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.problem_type().code())?;
        match &self.description {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OAuthError {}

impl From<OAuthError> for ApiError {
    #[track_caller]
    fn from(error: OAuthError) -> Self {
        let mut problem = Problem::new(error.code.problem_type());
        if let Some(text) = error.description {
            problem = problem.with_detail(text);
        }
        let mut failure = Self::from_problem(problem);
        if let Some(uri) = error.uri {
            failure = failure.with_member("error_uri", uri);
        }
        match error.code {
            // A client that authenticated by `Authorization` is challenged by its scheme.
            OAuthErrorCode::InvalidClient => failure.with_challenge(Challenge::basic("token")),
            _ => failure,
        }
    }
}

impl axum::response::IntoResponse for OAuthError {
    fn into_response(self) -> axum::response::Response {
        ApiError::from(self).into_response()
    }
}

/// A renderer that writes `{"error": …, "error_description": …}` (RFC 6749 §5.2) for the routes of a
/// token endpoint; [`OAuthError`] has an example.
///
/// Status and headers are those of every error, with the id in `X-Request-Id`. The member `error` is
/// the code of an [`OAuthError`]. Any other problem becomes the code that fits its status:
/// `invalid_client` for a 401, `temporarily_unavailable` for a 429 and a 503, `server_error` for any
/// other 5xx, else `invalid_request`. The description is in ASCII, so it is never translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct OAuthErrorRenderer;

impl OAuthErrorRenderer {
    /// Creates the renderer.
    pub const fn new() -> Self {
        Self
    }
}

impl Render for OAuthErrorRenderer {
    fn render(&self, failure: &Failure) -> Rendering {
        let problem = failure.error().problem();
        let has_detail = problem.detail() != problem.title();
        let body = Body {
            error: error_code(problem),
            error_description: has_detail.then(|| legal(problem.detail(), is_description)),
            error_uri: problem
                .members()
                .get("error_uri")
                .and_then(|uri| uri.as_str())
                .filter(is_uri),
        };
        match serde_json::to_vec(&body) {
            Ok(json) => {
                Rendering::Ready(Representation::new("application/json", json).untranslated())
            }
            Err(_) => Rendering::Standard,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<&'a str>,
}

fn error_code(problem: &Problem) -> &str {
    if CODES.contains(&problem.code()) {
        return problem.code();
    }
    match problem.status() {
        ErrorStatus::UNAUTHORIZED => "invalid_client",
        status if status.as_u16() == StatusCode::TOO_MANY_REQUESTS.as_u16() => {
            "temporarily_unavailable"
        }
        ErrorStatus::SERVICE_UNAVAILABLE => "temporarily_unavailable",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request",
    }
}

/// Whether a description may contain the character (RFC 6749 §5.2).
const fn is_description(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}')
}

fn is_uri(text: &&str) -> bool {
    text.chars().all(|c| c != ' ' && is_description(c))
}

fn legal(text: &str, is_legal: fn(char) -> bool) -> String {
    text.chars().filter(|&c| is_legal(c)).collect()
}
