//! A response as a client received it, and the trait that reads one from any HTTP client.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;

use bytes::Bytes;
use http::header::AsHeaderName;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::error::BoxError;

/// The longest body, in characters, that a message of a failed assertion contains.
const MAX_PRINTED: usize = 8 * 1024;

/// A response with its whole body.
///
/// Its `Display` output is the status, the header fields and the body, with JSON indented: what a
/// failed assertion prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    /// Creates a response from its parts.
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// Returns the status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the header fields.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body.
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the body as text, with U+FFFD in place of what is not UTF-8.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Returns the first value of a header, if it is visible ASCII.
    pub(crate) fn field(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Iterates over the values of a header, with U+FFFD in place of what is not UTF-8.
    pub(crate) fn fields(&self, name: impl AsHeaderName) -> impl Iterator<Item = Cow<'_, str>> {
        self.headers.get_all(name).into_iter().map(readable)
    }

    /// Iterates over the members of a header that is a comma-separated list, in lower case.
    pub(crate) fn list(&self, name: impl AsHeaderName) -> Vec<String> {
        let members = |field: Cow<'_, str>| -> Vec<String> {
            field.split(',').map(|member| member.trim().to_ascii_lowercase()).collect()
        };
        self.fields(name).flat_map(members).filter(|member| !member.is_empty()).collect()
    }

    /// Returns the media type of the body in lower case, without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.field(header::CONTENT_TYPE)?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Returns where a text occurs, in words, or `None` if it occurs nowhere.
    pub(crate) fn place_of(&self, text: &str) -> Option<String> {
        let field = self.headers.iter().find(|(_, value)| readable(value).contains(text));
        match field {
            Some((name, _)) => Some(format!("the header `{name}`")),
            None => self.text().contains(text).then(|| "the body".to_owned()),
        }
    }
}

fn readable(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

impl fmt::Display for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", visible(&readable(value)))?;
        }
        writeln!(f)?;
        if self.body.is_empty() {
            return f.write_str("(the body is empty)");
        }
        let json = serde_json::from_slice::<Value>(&self.body);
        let text = match json {
            Ok(json) => format!("{json:#}"),
            Err(_) => visible(&self.text()),
        };
        let printed: String = text.chars().take(MAX_PRINTED).collect();
        f.write_str(&printed)?;
        if printed.len() < text.len() {
            write!(f, "\n(the rest of {} bytes is not printed)", self.body.len())
        } else {
            Ok(())
        }
    }
}

/// Escapes control characters, which would garble a terminal. Line ends stay.
fn visible(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '\n' => "\n".to_owned(),
        other if other.is_control() => other.escape_default().to_string(),
        other => other.to_string(),
    };
    text.chars().map(escaped).collect()
}

/// A response that can be read whole: what [`assert_problem`](super::assert_problem) takes.
///
/// It is implemented for `http::Response` with any body (the response of a router, of hyper and of
/// tower clients), for `reqwest::Response` (with the feature `upstream`, `oauth` or `jwks`, which
/// have reqwest anyway), and for a status, headers and bytes. For another client, implement it:
///
/// ```
/// use std::future::{Future, ready};
///
/// use definable_errors::BoxError;
/// use definable_errors::testing::{IntoTestResponse, TestResponse, assert_problem};
/// use http::{HeaderMap, StatusCode, header};
///
/// /// The response type of another client.
/// struct OtherResponse {
///     code: u16,
///     content_type: &'static str,
///     text: &'static str,
/// }
///
/// impl IntoTestResponse for OtherResponse {
///     fn into_test_response(self) -> impl Future<Output = Result<TestResponse, BoxError>> + Send {
///         let mut headers = HeaderMap::new();
///         headers.insert(header::CONTENT_TYPE, self.content_type.parse().unwrap());
///         let status = StatusCode::from_u16(self.code).map_err(BoxError::from);
///         ready(status.map(|status| TestResponse::new(status, headers, self.text)))
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = OtherResponse {
///     code: 410,
///     content_type: "application/problem+json",
///     text: r#"{"title": "Gone", "status": 410, "code": "gone"}"#,
/// };
/// assert_problem(response).await.status(410).code("gone");
/// # });
/// ```
pub trait IntoTestResponse {
    /// Reads the response, with its whole body.
    ///
    /// # Errors
    ///
    /// The future returns an error if the body cannot be read to its end.
    fn into_test_response(self) -> impl Future<Output = Result<TestResponse, BoxError>> + Send;
}

impl IntoTestResponse for TestResponse {
    async fn into_test_response(self) -> Result<TestResponse, BoxError> {
        Ok(self)
    }
}

impl<B: Into<Bytes> + Send> IntoTestResponse for (StatusCode, HeaderMap, B) {
    async fn into_test_response(self) -> Result<TestResponse, BoxError> {
        let (status, headers, body) = self;
        Ok(TestResponse::new(status, headers, body))
    }
}

impl<B> IntoTestResponse for Response<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send,
{
    async fn into_test_response(self) -> Result<TestResponse, BoxError> {
        let (parts, body) = self.into_parts();
        let body = body.collect().await.map_err(Into::into)?.to_bytes();
        Ok(TestResponse::new(parts.status, parts.headers, body))
    }
}

#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
impl IntoTestResponse for reqwest::Response {
    async fn into_test_response(self) -> Result<TestResponse, BoxError> {
        let (status, headers) = (self.status(), self.headers().clone());
        Ok(TestResponse::new(status, headers, self.bytes().await?))
    }
}
