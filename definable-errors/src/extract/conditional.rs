//! Conditional requests: the headers `If-Match` and `If-None-Match` (RFC 9110 §13).

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use super::ETag;
use super::refusals::invalid;
use crate::error::ApiError;
use crate::problem::{Place, ProblemTypes, Types, VALIDATION_FAILED, Violation};

/// An extractor of `If-Match`, which protects a change from overwriting another one (RFC 9110
/// §13.1.1).
///
/// A client that has read a resource sends its `ETag` back with the change. If the resource has
/// another state by then, the answer is 412 `precondition_failed`, and nothing is changed.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::extract::{ETag, IfMatch, Json, Path};
/// # struct Order { version: u64 }
/// # async fn find(_: u64) -> Result<Order, ApiError> { Ok(Order { version: 7 }) }
///
/// async fn replace(
///     Path(id): Path<u64>,
///     if_match: IfMatch,
///     Json(new): Json<String>,
/// ) -> Result<String, ApiError> {
///     let order = find(id).await?; // a 404 comes before a 412
///     if_match.check(&ETag::strong(order.version.to_string()))?;
///     Ok(new)
/// }
/// # let _ = replace;
/// ```
///
/// Compare the tag and write the change in one transaction, or two clients may both pass.
///
/// Without the header [`check`](Self::check) succeeds; [`required`](Self::required) answers 428
/// `precondition_required`. A header that is neither `*` nor a list of entity tags is a 400
/// `validation_failed`. A service with a problem type of its own for this asks
/// [`matches`](Self::matches).
#[derive(Debug, Clone, Default)]
pub struct IfMatch(Condition);

impl IfMatch {
    /// Returns whether the client sent the header.
    pub const fn is_present(&self) -> bool {
        self.0.is_present()
    }

    /// Returns whether the condition is true for the current state, or there is none. `current` is
    /// `None` if the resource does not exist, which no `If-Match` matches. Tags are compared
    /// strongly: a weak one never matches.
    pub fn matches<'e>(&self, current: impl Into<Option<&'e ETag>>) -> bool {
        self.0.names(current.into(), ETag::strong_eq).unwrap_or(true)
    }

    /// Checks that the condition is true for the current state. `current` is `None` if the resource
    /// does not exist.
    ///
    /// # Errors
    ///
    /// Returns a 412 `precondition_failed` unless it [`matches`](Self::matches).
    #[track_caller]
    pub fn check<'e>(&self, current: impl Into<Option<&'e ETag>>) -> Result<(), ApiError> {
        if self.matches(current) {
            return Ok(());
        }
        Err(ApiError::precondition_failed(
            "The resource has another state than `If-Match` names. Read it again.",
        ))
    }

    /// Requires the header, for resources that must not be changed without it (RFC 6585 §3).
    ///
    /// ```
    /// use definable_errors::ApiError;
    /// use definable_errors::extract::{ETag, IfMatch};
    ///
    /// fn change(if_match: &IfMatch, current: &ETag) -> Result<(), ApiError> {
    ///     if_match.required()?.check(current)
    /// }
    ///
    /// let error = change(&IfMatch::default(), &ETag::strong("7")).unwrap_err();
    /// assert_eq!(error.problem().code(), "precondition_required");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns a 428 `precondition_required` if the header is missing.
    #[track_caller]
    pub fn required(&self) -> Result<&Self, ApiError> {
        if self.is_present() {
            return Ok(self);
        }
        Err(ApiError::precondition_required(
            "Send `If-Match` with the `ETag` of the state that you have read.",
        ))
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Condition::read(&parts.headers, &header::IF_MATCH).map(Self)
    }
}

/// The problem types of the extractor. Those of its methods are the handler's, which calls them or
/// not.
impl ProblemTypes for IfMatch {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };
}

/// An extractor of `If-None-Match` (RFC 9110 §13.1.2): a client that has a copy does not get the
/// same content again, and one that creates a resource does not overwrite another one.
///
/// [`respond`](Self::respond) is for reading: it answers 304 if the client's copy is current.
///
/// ```
/// use axum::response::Response;
/// use axum::{Router, body::Body, http::Request, http::header::CACHE_CONTROL, routing::get};
/// use definable_errors::extract::{ETag, IfNoneMatch, Json};
/// use tower::ServiceExt;
///
/// async fn find(if_none_match: IfNoneMatch) -> Response {
///     let caching = [(CACHE_CONTROL, "private, no-cache")];
///     if_none_match.respond(&ETag::strong("7"), (caching, Json("order 42")))
/// }
///
/// let app: Router = Router::new().route("/orders/42", get(find));
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let request = Request::get("/orders/42").header("if-none-match", "\"7\"");
/// let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
/// assert_eq!(response.status(), 304);
/// assert_eq!(response.headers()["etag"], "\"7\"");
/// assert_eq!(response.headers()["cache-control"], "private, no-cache");
/// # });
/// ```
///
/// [`check`](Self::check) is for writing: `If-None-Match: *` creates a resource only if it does not
/// exist. Tags are compared weakly. A header that is neither `*` nor a list of entity tags is a 400
/// `validation_failed`. If a request has both headers, check [`IfMatch`] first (RFC 9110 §13.2.2).
#[derive(Debug, Clone, Default)]
pub struct IfNoneMatch {
    condition: Condition,
    is_reading: bool,
}

impl IfNoneMatch {
    /// Returns whether the client sent the header.
    pub const fn is_present(&self) -> bool {
        self.condition.is_present()
    }

    /// Returns whether the client sent `*` or a tag of the current state. `current` is `None` if
    /// the resource does not exist.
    pub fn matches<'e>(&self, current: impl Into<Option<&'e ETag>>) -> bool {
        self.condition.names(current.into(), ETag::weak_eq).unwrap_or(false)
    }

    /// Checks a request that changes the resource. It passes GET, HEAD and QUERY, whose answer is
    /// then a 304: that of [`respond`](Self::respond).
    ///
    /// # Errors
    ///
    /// Returns a 412 `precondition_failed` if it [`matches`](Self::matches).
    #[track_caller]
    pub fn check<'e>(&self, current: impl Into<Option<&'e ETag>>) -> Result<(), ApiError> {
        if self.is_reading || !self.matches(current) {
            return Ok(());
        }
        Err(ApiError::precondition_failed(
            "The resource has a state that `If-None-Match` excludes.",
        ))
    }

    /// Sets the `ETag` of a successful response, and converts it into a 304 if a GET, HEAD or QUERY
    /// request [`matches`](Self::matches) the tag.
    ///
    /// The 304 has the headers of the response that a cache needs: `Cache-Control`,
    /// `Content-Location`, `Date`, `ETag`, `Expires`, `Vary`, and those that do not describe the
    /// content (RFC 9110 §15.4.5). If the content is costly, ask [`matches`](Self::matches) before
    /// reading it, and pass a response with the same headers and no body.
    pub fn respond(&self, etag: &ETag, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        if !response.status().is_success() {
            return response;
        }
        response.headers_mut().insert(header::ETAG, etag.clone().into());
        if self.is_reading && self.matches(etag) {
            return not_modified(response);
        }
        response
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let is_reading = [Method::GET, Method::HEAD, Method::QUERY].contains(&parts.method);
        let condition = Condition::read(&parts.headers, &header::IF_NONE_MATCH)?;
        Ok(Self { condition, is_reading })
    }
}

/// The problem types of the extractor. Those of its methods are the handler's, which calls them or
/// not.
impl ProblemTypes for IfNoneMatch {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };
}

/// Headers that describe content, which a 304 does not have. `Last-Modified` would only guide a
/// cache that has no `ETag`.
const OF_CONTENT: [HeaderName; 9] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::LAST_MODIFIED,
    header::TRAILER,
];

fn not_modified(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    for name in OF_CONTENT {
        parts.headers.remove(name);
    }
    Response::from_parts(parts, Body::empty())
}

/// The value of a conditional header.
#[derive(Debug, Clone, Default)]
enum Condition {
    #[default]
    Absent,
    /// `*`, which matches every state of a resource that exists.
    Any,
    Tags(Vec<ETag>),
}

impl Condition {
    fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Self, ApiError> {
        if !headers.contains_key(name) {
            return Ok(Self::Absent);
        }
        let lines: Vec<_> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        Self::parse(&lines).ok_or_else(|| invalid([malformed(name)]))
    }

    const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns whether the header names the current state, or `None` without the header.
    fn names(&self, current: Option<&ETag>, is_equal: fn(&ETag, &ETag) -> bool) -> Option<bool> {
        match self {
            Self::Absent => None,
            Self::Any => Some(current.is_some()),
            Self::Tags(tags) => {
                Some(current.is_some_and(|current| tags.iter().any(|tag| is_equal(tag, current))))
            }
        }
    }

    /// Parses `*` or a list, which may extend over several fields and have empty elements (RFC 9110
    /// §5.6.1).
    fn parse(lines: &[&[u8]]) -> Option<Self> {
        if let [only] = lines {
            if only.trim_ascii() == b"*" {
                return Some(Self::Any);
            }
        }
        let mut tags = Vec::new();
        for line in lines {
            add_tags(line, &mut tags)?;
        }
        Some(Self::Tags(tags))
    }
}

fn add_tags(mut list: &[u8], tags: &mut Vec<ETag>) -> Option<()> {
    loop {
        let start = list.iter().position(|byte| !b" \t,".contains(byte));
        let Some(start) = start else { return Some(()) };
        let (tag, rest) = ETag::split(&list[start..])?;
        tags.push(tag);
        list = rest.trim_ascii_start();
        if !matches!(list, [] | [b',', ..]) {
            return None;
        }
    }
}

fn malformed(name: &HeaderName) -> Violation {
    let detail = "must be `*` or a list of entity tags in quotes, such as `\"7\", \"8\"`";
    Violation::new(Place::Header(name.as_str().to_owned().into()), "type", detail)
        .with_param("expected", "entity tags")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(lines: &[&str]) -> Option<String> {
        let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
        Some(match Condition::parse(&lines)? {
            Condition::Absent => "absent".to_owned(),
            Condition::Any => "any".to_owned(),
            Condition::Tags(tags) => {
                tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
        })
    }

    #[test]
    fn lists_are_parsed_with_spaces_and_empty_elements() {
        let seen = |lines: &[&str]| parsed(lines).unwrap();
        assert_eq!(seen(&["*"]), "any");
        assert_eq!(seen(&[" * "]), "any");
        assert_eq!(seen(&["\"a\""]), "\"a\"");
        assert_eq!(seen(&["\"a\",W/\"b\""]), "\"a\" W/\"b\"");
        assert_eq!(seen(&[" , \"a,b\" ,\t,\"*\","]), "\"a,b\" \"*\"");
        assert_eq!(seen(&["\"a\"", "\"b\", \"c\""]), "\"a\" \"b\" \"c\"");
        assert_eq!(seen(&[""]), "");
    }

    #[test]
    fn malformed_lists_are_none() {
        for lines in [
            &["a"][..],
            &["\"a"],
            &["\"a\" \"b\""],
            &["\"a\"\"b\""],
            &["\"a\";\"b\""],
            &["*, \"a\""],
            &["\"a\"", "*"],
            &["*", "*"],
            &["w/\"a\""],
            &["W/ \"a\""],
        ] {
            assert_eq!(parsed(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn resource_that_does_not_exist_matches_nothing() {
        let any = IfMatch(Condition::Any);
        let tags = IfMatch(Condition::Tags(vec![ETag::strong("7")]));
        assert!(!any.matches(None) && !tags.matches(None) && IfMatch::default().matches(None));
        let any = IfNoneMatch { condition: Condition::Any, is_reading: false };
        assert!(any.check(None).is_ok() && any.check(&ETag::strong("7")).is_err());
    }
}
