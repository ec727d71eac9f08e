//! The error of a request: its public problem, and the private half for operators.

use std::any::type_name;
use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use http::header;
use http::header::{HeaderName, HeaderValue};
use serde::Serialize;

use super::chain::OneLine;
use super::trace::{capture, is_development};
use super::{BoxError, Chain, Challenge, SourceLocation, Trace, headers};
use crate::problem;
use crate::problem::{
    ErrorStatus, INTERNAL_ERROR, Level, List, Place, Problem, ProblemType, ProblemTypes, Types,
    Violation, retry_after_seconds, type_for_status,
};

/// The error that a handler returns: a problem for the client, and private data for operators.
///
/// It is one pointer wide, cheap to clone, and an [`axum::response::IntoResponse`]. Its `Display`
/// is for logs, its `Debug` for operators; neither is ever sent. The [module](crate::error) shows
/// how to create one.
#[derive(Clone)]
#[must_use = "an error does nothing until it is returned"]
pub struct ApiError(Arc<Inner>);

/// The public and the private half in two fields, and the headers of the response.
#[derive(Clone)]
struct Inner {
    problem: Problem,
    private: Private,
    challenges: Vec<Challenge>,
    headers: List<(HeaderName, HeaderValue)>,
}

impl Inner {
    /// Header and member contain the same wait, so both are written from the problem.
    fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        match headers::retry_after(&value).filter(|_| name == header::RETRY_AFTER) {
            Some(seconds) => self.problem.set_retry_after(seconds),
            None => self.headers.push((name, value)),
        }
    }
}

impl ApiError {
    /// Creates an error of the given problem type.
    #[track_caller]
    pub fn new(problem_type: &'static ProblemType) -> Self {
        Self::from_problem(Problem::new(problem_type))
    }

    /// Creates an error from the given problem.
    #[track_caller]
    pub fn from_problem(problem: Problem) -> Self {
        Self::unlocated(problem).with_location(Location::caller())
    }

    /// Creates an error without a source line of the service: in a layer or in generated code.
    pub(crate) fn unlocated(problem: Problem) -> Self {
        let status = problem.status();
        let trace = if status.is_server_error() { capture(status) } else { None };
        let private = Private { trace, ..Private::default() };
        Self(Arc::new(Inner { problem, private, challenges: Vec::new(), headers: List::EMPTY }))
    }

    /// Sets the detail: what happened this time, and what the client can do about it.
    ///
    /// The text is public. For a 5xx, think twice.
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.inner().problem.set_detail(detail.into());
        self
    }

    /// Sets a detail that generated code wrote, of what the type declares.
    pub(super) fn with_derived_detail(mut self, detail: String) -> Self {
        self.inner().problem.set_derived_detail(detail);
        self
    }

    /// Adds a public extension member (RFC 9457 §3.2).
    ///
    /// If `name` is not a legal member name, or `value` cannot be serialized, the member is dropped
    /// and a note is added for operators.
    ///
    /// # Panics
    ///
    /// Panics in debug builds if the member would be dropped.
    pub fn with_member(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Serialize,
    ) -> Self {
        let inserted = serde_json::to_value(value)
            .map_err(BoxError::from)
            .and_then(|value| Ok(self.inner().problem.insert_member(name, value)?));
        match inserted {
            Ok(()) => self,
            Err(error) => {
                debug_assert!(false, "member dropped: {error}");
                self.with_note(format!("member dropped: {error}"))
            }
        }
    }

    /// Adds violations; those over [`Problem::MAX_VIOLATIONS`] are cut. The detail stays unchanged;
    /// [`validation_failed`](Self::validation_failed) counts them in its detail.
    pub fn with_violations(self, violations: impl IntoIterator<Item = Violation>) -> Self {
        self.map_problem(|problem| problem.with_violations(violations))
    }

    /// Sets how long the client should wait: the header `Retry-After` and the member `retry_after`,
    /// in whole seconds rounded up, at least one (RFC 9110 §10.2.3).
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner().problem.set_retry_after(retry_after_seconds(wait));
        self
    }

    /// Adds a challenge, sent as a `WWW-Authenticate` header of its own (RFC 9110 §11.6.1).
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.inner().challenges.push(challenge);
        self
    }

    /// Adds a header to the response.
    ///
    /// `Retry-After` also becomes the member `retry_after`.
    ///
    /// A header that is not legal is dropped, and a note is added for operators. So is one that
    /// describes the body or the connection: those are set by the code that writes the body. A name
    /// that is already present gets a second field.
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        match headers::checked(name, value) {
            Ok((name, value)) => {
                self.inner().set_header(name, value);
                self
            }
            Err(error) => self.with_note(format!("header dropped: {error}")),
        }
    }

    /// Adds headers that are known to be legal and not to describe the body.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn with_known_headers(mut self, headers: List<(HeaderName, HeaderValue)>) -> Self {
        self.inner().headers = headers;
        self
    }

    /// Sets the source, which only operators see. There is one source: the last one that was set.
    pub fn with_source<E: Into<BoxError>>(self, source: E) -> Self {
        self.with_boxed_source(source.into(), type_name::<E>())
    }

    /// Adds a note for operators: it is logged and never sent.
    pub fn with_note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.inner().private.remarks.push(Remark::Note(note.into()));
        self
    }

    /// Adds a hint for developers, such as "Run `sqlx migrate run`.": what may help whoever sees this
    /// error while they work on the service. Text between backticks is shown as code.
    ///
    /// Only [development mode](crate#features) shows hints. Anywhere else they are dropped at once:
    /// they are never sent and never logged. What operators need is a [note](Self::with_note).
    ///
    /// ```
    /// use definable_errors::ApiError;
    ///
    /// let error = ApiError::internal_error().with_hint("Is the queue running? Try `just queue`.");
    /// assert_eq!(error.hints().count(), 0, "this is not development mode");
    /// assert_eq!(error.notes().count(), 0);
    /// ```
    ///
    /// An error type declares the hint of a variant with `#[api(hint = "…")]`.
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        if is_development() {
            self.inner().private.remarks.push(Remark::Hint(hint.into()));
        }
        self
    }

    /// Changes the public half. What only operators see stays: the source, the notes, the location.
    /// So do the headers.
    ///
    /// ```
    /// use definable_errors::ApiError;
    ///
    /// let error = ApiError::not_found("There is no order 7.").map_problem(|mut problem| {
    ///     let detail = format!("{} Look it up in the archive.", problem.detail());
    ///     let _ = problem.insert_member("archive", "https://archive.example/orders/7");
    ///     problem.with_detail(detail)
    /// });
    /// assert!(error.problem().detail().ends_with("in the archive."));
    /// ```
    pub fn map_problem(mut self, change: impl FnOnce(Problem) -> Problem) -> Self {
        let place = &mut self.inner().problem;
        let problem = std::mem::replace(place, Problem::new(&INTERNAL_ERROR));
        *place = change(problem);
        self
    }

    /// Changes the type of the problem, and keeps the detail, the violations, the members and the
    /// private half; see [`Problem::retyped`] for the details.
    ///
    /// A function that calls another one can thus give a failure the meaning that it has for its own
    /// callers:
    ///
    /// ```
    /// use definable_errors::ApiError;
    /// use definable_errors::problem::{ErrorStatus, NOT_FOUND, ProblemType};
    ///
    /// /// The order refers to a customer that does not exist.
    /// static UNKNOWN_CUSTOMER: ProblemType = ProblemType::new(
    ///     "unknown_customer",
    ///     ErrorStatus::UNPROCESSABLE_ENTITY,
    ///     "Unknown customer",
    /// );
    ///
    /// fn customer(id: u64) -> Result<(), ApiError> {
    ///     Err(ApiError::not_found(format!("There is no customer {id}.")))
    /// }
    ///
    /// fn create_order(customer_id: u64) -> Result<(), ApiError> {
    ///     customer(customer_id).map_err(|error| {
    ///         if *error.problem().problem_type() == NOT_FOUND {
    ///             return error.retyped(&UNKNOWN_CUSTOMER);
    ///         }
    ///         error
    ///     })
    /// }
    ///
    /// let error = create_order(7).unwrap_err();
    /// assert_eq!(error.problem().code(), "unknown_customer");
    /// assert_eq!(error.problem().status().as_u16(), 422);
    /// assert_eq!(error.problem().detail(), "There is no customer 7.");
    /// ```
    ///
    /// A middleware inside [`ApiErrorLayer`](crate::ApiErrorLayer) finds the error in the extensions
    /// of the response:
    ///
    /// ```
    /// use axum::middleware::map_response;
    /// use axum::response::{IntoResponse, Response};
    /// use axum::{Router, routing::get};
    /// use definable_errors::problem::{ErrorStatus, ProblemType, SERVICE_UNAVAILABLE};
    /// use definable_errors::{ApiError, ApiErrorLayer};
    /// use std::time::Duration;
    ///
    /// static SHOP_CLOSED: ProblemType =
    ///     ProblemType::new("shop_closed", ErrorStatus::SERVICE_UNAVAILABLE, "Shop closed");
    ///
    /// async fn shop_closed(response: Response) -> Response {
    ///     match response.extensions().get::<ApiError>() {
    ///         Some(error) if *error.problem().problem_type() == SERVICE_UNAVAILABLE => {
    ///             error.clone().retyped(&SHOP_CLOSED).into_response()
    ///         }
    ///         _ => response,
    ///     }
    /// }
    ///
    /// let app: Router = Router::new()
    ///     .route("/", get(|| async { ApiError::service_unavailable(Duration::from_secs(60)) }))
    ///     .layer(map_response(shop_closed))
    ///     .layer(ApiErrorLayer::new());
    /// # let request = http::Request::get("/").body(axum::body::Body::empty()).unwrap();
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// # let response = tower::ServiceExt::oneshot(app, request).await.unwrap();
    /// # assert_eq!(response.headers()["retry-after"], "60");
    /// # assert_eq!(response.extensions().get::<ApiError>().unwrap().problem().code(), "shop_closed");
    /// # });
    /// ```
    pub fn retyped(self, problem_type: &'static ProblemType) -> Self {
        self.map_problem(|problem| problem.retyped(problem_type))
    }

    /// Sets the location, unless it is already known. A location in the standard library
    /// (`Into::into`, `map_err(ApiError::from)`) or in this library is ignored.
    pub(crate) fn with_location(mut self, location: impl Into<SourceLocation>) -> Self {
        let location = location.into();
        if !location.is_internal() {
            self.inner().private.location.get_or_insert(location);
        }
        self
    }

    pub(crate) fn with_internal_code(mut self, code: &'static str) -> Self {
        self.inner().private.internal_code = Some(code);
        self
    }

    pub(crate) fn with_boxed_source(mut self, source: BoxError, type_name: &'static str) -> Self {
        let inner = self.inner();
        inner.private.source = Some(ConvertedError { error: Arc::from(source), type_name });
        if inner.private.trace.is_none() {
            inner.private.trace = capture(inner.problem.status());
        }
        self
    }

    /// Sets the trace of a panic: the panic hook had to capture it.
    pub(crate) fn with_trace(mut self, trace: Option<Arc<dyn Trace>>) -> Self {
        self.inner().private.trace = trace;
        self
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

/// An `ApiError` may contain any problem, so it is undocumented; [`Declared`](super::Declared) is
/// its form that declares some.
impl ProblemTypes for ApiError {
    const TYPES: Types = Types::UNDOCUMENTED;
}

/// The half of an [`ApiError`](super::ApiError) that never reaches a client in production.
#[derive(Debug, Clone, Default)]
struct Private {
    source: Option<ConvertedError>,
    /// Notes and hints share a list, so that an error without any is no larger for either.
    remarks: Vec<Remark>,
    /// The code of a derived 5xx whose clients see the built-in type of its status.
    internal_code: Option<&'static str>,
    location: Option<SourceLocation>,
    trace: Option<Arc<dyn Trace>>,
}

/// A text that was added to an error.
#[derive(Debug, Clone)]
enum Remark {
    /// For operators.
    Note(Cow<'static, str>),
    /// For developers.
    Hint(Cow<'static, str>),
}

/// The error that was converted, and the name of its type.
#[derive(Debug, Clone)]
pub(super) struct ConvertedError {
    pub(super) error: Arc<dyn Error + Send + Sync>,
    pub(super) type_name: &'static str,
}

impl ApiError {
    /// Returns the problem that the client sees.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// Returns the level at which it is logged: that of its type, or the default of its status if the
    /// service gives the type another status.
    pub fn level(&self) -> Level {
        self.problem().level()
    }

    /// Returns the challenges of this error; its type may have another one.
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// Returns the headers of this error, in the order in which they were added.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    /// Returns the notes for operators, in order.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.0.private.remarks.iter().filter_map(|remark| match remark {
            Remark::Note(note) => Some(&**note),
            Remark::Hint(_) => None,
        })
    }

    /// Returns the hints for developers, in order. There are none outside of development mode.
    pub fn hints(&self) -> impl Iterator<Item = &str> {
        self.0.private.remarks.iter().filter_map(|remark| match remark {
            Remark::Hint(hint) => Some(&**hint),
            Remark::Note(_) => None,
        })
    }

    /// Returns where the error was created, or first converted by `?`. A place inside the standard
    /// library or this library is never kept.
    pub fn location(&self) -> Option<&SourceLocation> {
        self.0.private.location.as_ref()
    }

    /// Returns the code of a derived 5xx that has no `code` attribute: clients see the built-in
    /// type of its status, and operators see which error it was.
    pub fn internal_code(&self) -> Option<&'static str> {
        self.0.private.internal_code
    }

    /// Returns the name of the type that was converted; like its text, the name is private.
    pub fn source_type(&self) -> Option<&'static str> {
        self.0.private.source.as_ref().map(|source| source.type_name)
    }

    /// Returns the backtrace of its creation, for reporters. There is one only for some 5xx, and only if
    /// the service [captures](crate::ApiErrorLayer::capture_traces) them; no response ever contains it.
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.0.private.trace.as_ref()?.backtrace()
    }

    /// Returns the stack trace of its creation, which exists only in development mode.
    #[cfg(feature = "dev")]
    pub(crate) fn trace(&self) -> Option<&Arc<dyn Trace>> {
        self.0.private.trace.as_ref()
    }

    /// Returns the causes, outermost first.
    pub fn chain(&self) -> Chain<'_> {
        Chain::new(self.source())
    }

    /// Returns the first error among the causes that is an `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.chain().find_map(|cause| cause.downcast_ref())
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.0.private.source.as_ref()?;
        Some(&*source.error)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        write!(f, "{} ({}): {}", problem.code(), problem.status(), OneLine(problem.detail()))
    }
}

/// Writes both halves, one property per line, and leaves out what is absent.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if self.source().is_some() {
            write!(f, "\ncaused by: {}", self.chain())?;
        }
        for note in self.notes() {
            write!(f, "\nnote: {}", OneLine(note))?;
        }
        match self.location() {
            Some(location) => write!(f, "\nat {location}"),
            None => Ok(()),
        }
    }
}

macro_rules! constructors {
    (fixed: $($fixed:ident $fixed_type:ident)*; detailed: $($detailed:ident $detailed_type:ident)*; waiting: $($waiting:ident $waiting_type:ident)*;) => {
        impl ApiError {
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($fixed_type), "`](problem::", stringify!($fixed_type), ").")]
                #[track_caller]
                pub fn $fixed() -> Self {
                    Self::new(&problem::$fixed_type)
                }
            )*
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($detailed_type), "`](problem::", stringify!($detailed_type), "), with a public detail.")]
                #[track_caller]
                pub fn $detailed(detail: impl Into<Cow<'static, str>>) -> Self {
                    Self::new(&problem::$detailed_type).with_detail(detail)
                }
            )*
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($waiting_type), "`](problem::", stringify!($waiting_type), "), to be tried again after the given time.")]
                #[track_caller]
                pub fn $waiting(retry_after: Duration) -> Self {
                    Self::new(&problem::$waiting_type).with_retry_after(retry_after)
                }
            )*
        }
    };
}

constructors! {
    fixed:
        invalid_authorization INVALID_AUTHORIZATION
        missing_credentials MISSING_CREDENTIALS
        invalid_token INVALID_TOKEN
        token_expired TOKEN_EXPIRED
        invalid_credentials INVALID_CREDENTIALS
        invalid_api_key INVALID_API_KEY
        insufficient_role INSUFFICIENT_ROLE
        not_a_member NOT_A_MEMBER
        membership_suspended MEMBERSHIP_SUSPENDED
        membership_pending MEMBERSHIP_PENDING
        insufficient_user_authentication INSUFFICIENT_USER_AUTHENTICATION
        route_not_found ROUTE_NOT_FOUND
        request_timeout REQUEST_TIMEOUT
        internal_error INTERNAL_ERROR
        upstream_failed UPSTREAM_FAILED
        deadline_exceeded DEADLINE_EXCEEDED
        upstream_timeout UPSTREAM_TIMEOUT;
    detailed:
        malformed_body MALFORMED_BODY
        bad_request BAD_REQUEST
        unauthorized UNAUTHORIZED
        forbidden FORBIDDEN
        not_found NOT_FOUND
        conflict CONFLICT
        gone GONE
        precondition_failed PRECONDITION_FAILED
        precondition_required PRECONDITION_REQUIRED
        unprocessable UNPROCESSABLE
        not_implemented NOT_IMPLEMENTED;
    waiting:
        rate_limited RATE_LIMITED
        overloaded OVERLOADED
        service_unavailable SERVICE_UNAVAILABLE
        circuit_open CIRCUIT_OPEN
        keys_unavailable KEYS_UNAVAILABLE;
}

impl ApiError {
    /// Creates the problem of a status; the code is `http_<status>` if no common type matches.
    #[track_caller]
    pub fn from_status(status: ErrorStatus) -> Self {
        Self::new(type_for_status(status))
    }

    /// Creates a [`VALIDATION_FAILED`](problem::VALIDATION_FAILED) with the violations, and the
    /// number of fields that they are in.
    #[track_caller]
    pub fn validation_failed(violations: impl IntoIterator<Item = Violation>) -> Self {
        Self::not_valid(Problem::new(&problem::VALIDATION_FAILED).with_violations(violations))
    }

    /// Does the same as [`validation_failed`](Self::validation_failed) if there may be more
    /// violations.
    #[cfg(feature = "extract")]
    #[track_caller]
    pub(crate) fn validation_failed_in_part(
        violations: impl IntoIterator<Item = Violation>,
    ) -> Self {
        let problem = Problem::new(&problem::VALIDATION_FAILED).with_violations(violations);
        Self::not_valid(problem.with_truncation())
    }

    #[track_caller]
    fn not_valid(problem: Problem) -> Self {
        let how_many = if problem.is_truncated() { "At least " } else { "" };
        let detail = match fields(problem.violations()) {
            0 => return Self::from_problem(problem),
            1 => [how_many, "1 field is not valid."].concat(),
            count => {
                let mut digits = itoa::Buffer::new();
                [how_many, digits.format(count), " fields are not valid."].concat()
            }
        };
        Self::from_problem(problem.with_detail(detail))
    }

    /// Creates an [`INSUFFICIENT_PERMISSIONS`](problem::INSUFFICIENT_PERMISSIONS) that names the
    /// required permission.
    #[track_caller]
    pub fn insufficient_permissions(required: &str) -> Self {
        Self::new(&problem::INSUFFICIENT_PERMISSIONS)
            .with_detail(format!("Access denied. Required: {required}"))
            .with_member("required", required)
    }

    /// Creates an [`INSUFFICIENT_SCOPE`](problem::INSUFFICIENT_SCOPE): the challenge names the
    /// scope that the request needs (RFC 6750 §3.1). A scope that is not legal in a challenge is
    /// left out.
    #[track_caller]
    pub fn insufficient_scope(scope: &str) -> Self {
        let error = Self::new(&problem::INSUFFICIENT_SCOPE);
        let challenge = Challenge::bearer("api")
            .with_param("error", "insufficient_scope")
            .and_then(|challenge| challenge.with_param("scope", scope));
        match challenge {
            Ok(challenge) => error.with_challenge(challenge),
            Err(_) => error,
        }
    }

    /// Creates a [`METHOD_NOT_ALLOWED`](problem::METHOD_NOT_ALLOWED), with `Allow` (RFC 9110
    /// §15.5.6).
    #[track_caller]
    pub fn method_not_allowed(allowed: &[http::Method]) -> Self {
        let allowed: Vec<_> = allowed.iter().map(http::Method::as_str).collect();
        Self::new(&problem::METHOD_NOT_ALLOWED).with_header(header::ALLOW, allowed.join(", "))
    }

    /// Creates a [`PAYLOAD_TOO_LARGE`](problem::PAYLOAD_TOO_LARGE), with the limit in bytes.
    #[track_caller]
    pub fn payload_too_large(limit: u64) -> Self {
        Self::new(&problem::PAYLOAD_TOO_LARGE)
            .with_detail(format!("The body is larger than {limit} bytes."))
            .with_member("limit", limit)
    }

    /// Creates an [`UNSUPPORTED_MEDIA_TYPE`](problem::UNSUPPORTED_MEDIA_TYPE): the detail and the
    /// header `Accept` name what is supported, such as `application/json` (RFC 9110 §15.5.16). A
    /// text that is not a legal header value is only in the detail.
    #[track_caller]
    pub fn unsupported_media_type(supported: &str) -> Self {
        Self::new(&problem::UNSUPPORTED_MEDIA_TYPE)
            .with_detail(format!("Supported: {supported}"))
            .with_header(header::ACCEPT, supported)
    }
}

/// Counts fields, because a field may break several rules.
fn fields(violations: &[Violation]) -> usize {
    let places = violations.iter().map(Violation::place).enumerate();
    let is_first = |(at, place): &(usize, &Place)| {
        violations[..*at].iter().rev().all(|before| before.place() != *place)
    };
    places.filter(is_first).count()
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::error::{ApiError, SourceLocation};

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<ApiError>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), ApiError>>(), size_of::<usize>());
    }

    #[test]
    fn an_error_crosses_threads() {
        fn crosses<T: Send + Sync + Clone + Error + 'static>() {}
        crosses::<ApiError>();
    }

    #[test]
    fn waits_are_whole_seconds_rounded_up_and_never_zero() {
        let wait = |millis| {
            let error = ApiError::internal_error().with_retry_after(Duration::from_millis(millis));
            error.problem().retry_after_seconds().unwrap()
        };
        assert_eq!([0, 1, 1000, 1001, u64::MAX].map(wait), [1, 1, 1, 2, u32::MAX]);
    }

    #[test]
    fn a_clone_does_not_see_later_changes() {
        let first = ApiError::conflict("one");
        let second = first.clone().with_detail("two");
        assert_eq!((first.problem().detail(), second.problem().detail()), ("one", "two"));
    }

    /// Returns a location in the service, because one in this library is never kept.
    fn place() -> SourceLocation {
        SourceLocation::fixed("src/main.rs")
    }

    #[test]
    fn debug_tells_operators_everything() {
        let error = ApiError::internal_error().with_source("disk full").with_note("volume 3");
        let error = error.with_location(place());
        let text = format!("{error:?}");
        assert!(text.starts_with("internal_error (500): Internal server error\n"), "{text}");
        assert!(
            text.contains("caused by: disk full\nnote: volume 3\nat src/main.rs:1:1"),
            "{text}"
        );
    }

    #[test]
    fn no_text_forges_a_line() {
        let error = ApiError::conflict("a\r\nb").with_note("c\nd").with_location(place());
        assert_eq!(error.to_string(), r"conflict (409): a\r\nb");
        assert_eq!(format!("{error:?}").lines().count(), 3);
    }

    #[test]
    fn what_no_header_may_carry_is_no_header() {
        let legal = ApiError::unsupported_media_type("text/csv");
        assert_eq!(legal.headers(), [(header::ACCEPT, "text/csv".parse().unwrap())]);
        let odd = ApiError::unsupported_media_type("text/csv\r\n");
        assert!(odd.headers().is_empty() && odd.notes().count() == 1);
    }

    #[test]
    fn fields_are_counted_and_not_rules() {
        let reported = |fields: &[usize]| {
            let place = |field| Place::Query(format!("{field}").into());
            let violation = |field: &usize| Violation::new(place(*field), "range", "is wrong");
            let error = ApiError::validation_failed(fields.iter().map(violation));
            error.problem().detail().to_owned()
        };
        assert_eq!(reported(&[]), "The request is not valid.");
        assert_eq!(reported(&[1]), "1 field is not valid.");
        assert_eq!(reported(&[1, 2, 1, 1]), "2 fields are not valid.");
        assert_eq!(reported(&[1; 101]), "At least 1 field is not valid.");
        let many: Vec<_> = (0..200).collect();
        assert_eq!(reported(&many), "At least 100 fields are not valid.");
    }
}
