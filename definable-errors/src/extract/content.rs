//! Media types, and the check that a body has one that an extractor can read (RFC 9110 §15.5.16).

use axum::extract::Request;
use http::header::{HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Extensions, Method, header};
use tower_layer::Layer;

use super::refusals::{coded, unsupported, unsupported_query};
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{ProblemTypes, Types};

/// A media type (RFC 9110 §8.3.1), borrowed from a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MediaType<'h> {
    kind: &'h str,
    subtype: &'h str,
    parameters: &'h str,
}

impl<'h> MediaType<'h> {
    /// Parses a media type and its parameters. Returns `None` if the text is malformed.
    pub(super) fn parse(text: &'h str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let (essence, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
        let (kind, subtype) = essence.trim_end_matches(is_space).split_once('/')?;
        let parsed = Self { kind, subtype, parameters };
        let is_legal = is_token(kind) && is_token(subtype) && parsed.parameters_are_legal();
        is_legal.then_some(parsed)
    }

    /// Whether it matches `expected`, such as `text/plain` or `image/*`, whatever its parameters.
    pub(super) fn is(&self, expected: &str) -> bool {
        let (kind, subtype) = expected.split_once('/').unwrap_or((expected, ""));
        self.kind.eq_ignore_ascii_case(kind)
            && (subtype == "*" || self.subtype.eq_ignore_ascii_case(subtype))
    }

    /// Returns the type without its parameters, in lower case.
    #[cfg(feature = "multipart")]
    pub(super) fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype).to_ascii_lowercase()
    }

    /// Whether it has the given structured syntax, as `problem+json` has `json` (RFC 6839).
    fn is_built_upon(&self, syntax: &str) -> bool {
        let suffix = self.subtype.rsplit_once('+').map_or("", |(_, suffix)| suffix);
        suffix.eq_ignore_ascii_case(syntax)
    }

    /// Whether its charset is UTF-8, which is also the default.
    pub(super) fn is_utf_8(&self) -> bool {
        const NAMES: [&str; 3] = ["utf-8", "utf8", "us-ascii"];
        Parameters(self.parameters).flatten().all(|(name, value)| {
            let is_named = |known: &&str| value.eq_ignore_ascii_case(known);
            !name.eq_ignore_ascii_case("charset") || NAMES.iter().any(is_named)
        })
    }

    fn parameters_are_legal(&self) -> bool {
        Parameters(self.parameters).all(|parameter| parameter.is_some())
    }
}

/// The names and values of parameters, without quotes; `None` for one that is malformed.
struct Parameters<'h>(&'h str);

impl<'h> Iterator for Parameters<'h> {
    type Item = Option<(&'h str, &'h str)>;

    fn next(&mut self) -> Option<Self::Item> {
        // Two semicolons may have nothing between them.
        self.0 = self.0.trim_start_matches(|character| character == ';' || is_space(character));
        if self.0.is_empty() {
            return None;
        }
        let parameter = parameter(self.0);
        self.0 = parameter.map_or("", |(.., rest)| rest);
        Some(parameter.map(|(name, value, _)| (name, value)))
    }
}

fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (name, text) = text.split_once('=')?;
    let (value, rest) = match text.strip_prefix('"') {
        Some(text) => text.split_at_checked(closing_quote(text)?)?,
        None => text.split_at(text.find(|end| end == ';' || is_space(end)).unwrap_or(text.len())),
    };
    let is_quoted = rest.starts_with('"');
    let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start_matches(is_space);
    let is_legal = is_token(name) && (is_quoted || is_token(value));
    (is_legal && (rest.is_empty() || rest.starts_with(';'))).then_some((name, value, rest))
}

/// Returns the end of a quoted string; a quote after a backslash is not the end.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn is_token(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_legal)
}

const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Requires JSON in UTF-8. A layer may assume it if there is no type.
pub(super) fn require_json(request: &Request) -> Result<(), ApiError> {
    let headers = request.headers();
    let is_assumed =
        || !headers.contains_key(header::CONTENT_TYPE) && AssumeJson::is_set(request.extensions());
    require(request, is_readable(headers, JSON, is_json) || is_assumed(), JSON)
}

/// Requires a form in UTF-8.
pub(super) fn require_form(request: &Request) -> Result<(), ApiError> {
    let is_form = is_readable(request.headers(), FORM, |found| found.is(FORM));
    require(request, is_form, FORM)
}

fn is_json(found: &MediaType<'_>) -> bool {
    found.is(JSON) || (found.is("application/*") && found.is_built_upon("json"))
}

/// Whether the type is the right one. It is mostly spelled as expected: then nothing is parsed.
fn is_readable(headers: &HeaderMap, supported: &str, is_right: fn(&MediaType<'_>) -> bool) -> bool {
    only_type(headers).is_some_and(|sent| {
        let is_parsed = |found: MediaType<'_>| is_right(&found) && found.is_utf_8();
        sent == supported || parsed(sent).is_some_and(is_parsed)
    })
}

/// Rejects a body of another type. A query is also answered with the types that a query may have
/// (RFC 10008).
fn require(request: &Request, is_readable: bool, supported: &str) -> Result<(), ApiError> {
    if !is_readable && request.method() == Method::QUERY {
        return Err(unsupported_query(supported));
    }
    require_plain(request.headers(), is_readable, supported)
}

/// Whether the type is right, and the body has no content coding.
pub(super) fn require_plain(
    headers: &HeaderMap,
    is_readable: bool,
    supported: &str,
) -> Result<(), ApiError> {
    match (is_readable, is_coded(headers)) {
        (false, _) => Err(unsupported(supported)),
        (true, true) => Err(coded()),
        (true, false) => Ok(()),
    }
}

/// Returns `None` if the type is missing, malformed, or occurs twice.
#[cfg(feature = "multipart")]
pub(super) fn media_type(headers: &HeaderMap) -> Option<MediaType<'_>> {
    parsed(only_type(headers)?)
}

fn only_type(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut fields = headers.get_all(header::CONTENT_TYPE).iter();
    fields.next().filter(|_| fields.next().is_none())
}

fn parsed(field: &HeaderValue) -> Option<MediaType<'_>> {
    MediaType::parse(field.to_str().ok()?)
}

/// A layer that decompresses removes the header.
fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    let is_identity = |coding: &str| {
        let coding = coding.trim();
        coding.is_empty() || coding.eq_ignore_ascii_case("identity")
    };
    !codings.iter().all(|line| line.to_str().is_ok_and(|line| line.split(',').all(is_identity)))
}

/// A layer that lets [`Json`](super::Json) read bodies of requests without a `Content-Type`, for
/// clients that have never sent one; also a [`Guard`] that can be part of a tuple of guards.
///
/// By default such a request is a 415; RFC 9110 §8.3 lets a server assume a type. A `Content-Type`
/// that is wrong, malformed or sent twice is a 415 also with this layer.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{AssumeJson, Json};
/// # use http::{Request, StatusCode};
/// # use tower::ServiceExt;
///
/// async fn count(Json(items): Json<Vec<String>>) -> String {
///     items.len().to_string()
/// }
///
/// let app: Router = Router::new().route("/", post(count)).layer(AssumeJson);
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// let request = Request::post("/").body(axum::body::Body::from("[]")).unwrap();
/// assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
/// # });
/// ```
///
/// # Cross-site requests
///
/// A page of another site can make a browser send a body without a content type, and its cookies
/// with it, without asking the service first (a preflight). The check of the content type prevents
/// that; so do not use this layer on routes that read a cookie, unless the cookie is `SameSite` or
/// the origin of each request is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct AssumeJson;

impl AssumeJson {
    fn is_set(extensions: &Extensions) -> bool {
        extensions.get::<Self>().is_some()
    }
}

impl Guard for AssumeJson {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        request.extensions.insert(*self);
        ApiFuture::ready(Ok(()))
    }
}

impl<S> Layer<S> for AssumeJson {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.before(inner)
    }
}

/// The layer rejects nothing: it only changes what the extractors of JSON accept.
impl ProblemTypes for AssumeJson {
    const TYPES: Types = Types::EMPTY;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_type_is_none() {
        for text in
            ["", "json", "a/", "/b", "a /b", "a/b/c", "a/b c", "a/b,", "a/b;c", "a/b;c=", "a/b;=c"]
        {
            assert_eq!(MediaType::parse(text), None, "{text}");
        }
        for text in ["a/b;", " a/b ;; c=d;", "a/b;c=\"d;\\\"e\" ; f=g", "a/b;c=\"\""] {
            assert!(MediaType::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn only_utf_8_is_utf_8() {
        let is_utf_8 = |text| MediaType::parse(text).unwrap().is_utf_8();
        for text in ["a/b", "a/b;charset=utf-8", "a/b; Charset=\"UTF-8\"", "a/b;charset=US-ASCII"] {
            assert!(is_utf_8(text), "{text}");
        }
        for text in [
            "a/b;charset=latin1",
            "a/b;x=y; charset=\"utf-16\"",
            "a/b;charset=utf-8;charset=latin1",
            "a/b;charset=\"\"",
        ] {
            assert!(!is_utf_8(text), "{text}");
        }
    }

    #[test]
    fn a_type_may_stand_for_all_its_subtypes() {
        let parsed = MediaType::parse("image/png; x=y").unwrap();
        assert!(parsed.is("image/png") && parsed.is("IMAGE/*") && !parsed.is("text/*"));
    }

    #[test]
    fn json_is_known_by_type_and_suffix() {
        let is_json = |text| MediaType::parse(text).is_some_and(|found| is_json(&found));
        for text in [
            "application/json",
            "Application/JSON",
            " application/json ; charset=utf-8",
            "application/problem+json",
            "application/vnd.a.b+JSON;v=1",
            "application/json;",
            "application/json;a=\"b;\\\"c\" ; d=e",
        ] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "",
            "json",
            "text/json",
            "application/json5",
            "application/jsonp",
            "application/+xml",
            "application/json, text/plain",
            "application/json application/json",
            "application/json;charset",
            "application/json;charset=",
            "application/json;=utf-8",
            "application/json;charset=\"utf-8",
            "application/json;charset=\"utf-8\"x",
            "application/json;charset=utf-8 latin1",
            "application /json",
            "application/json/x",
            "text/plain+json",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
