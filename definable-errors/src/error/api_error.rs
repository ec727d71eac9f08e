use std::any::type_name;
use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use http::header::{self, HeaderName, HeaderValue};
use serde::Serialize;

use super::private::{Private, Source};
use super::{BoxError, Challenge, SourceLocation, Trace, headers, trace};
use crate::problem::{
    INTERNAL_ERROR, List, Problem, ProblemType, ProblemTypes, Types, Violation, retry_after_seconds,
};

/// The error that a handler returns: a problem for the client, and private data for operators.
///
/// It is one pointer wide, cheap to clone, and an [`axum::response::IntoResponse`]. Its `Display`
/// is for logs, its `Debug` for operators; neither is ever sent. The [module](crate::error) shows
/// how to create one.
#[derive(Clone)]
#[must_use = "an error does nothing until it is returned"]
pub struct ApiError(pub(super) Arc<Inner>);

/// The public and the private half in two fields, and the headers of the response.
#[derive(Clone)]
pub(super) struct Inner {
    pub(super) problem: Problem,
    pub(super) private: Private,
    pub(super) challenges: Vec<Challenge>,
    pub(super) headers: List<(HeaderName, HeaderValue)>,
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
        let trace = match problem.status().is_server_error() {
            true => trace::capture(),
            false => None,
        };
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
        self.inner().private.notes.push(note.into());
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
        let private = &mut self.inner().private;
        private.source = Some(Source { error: Arc::from(source), type_name });
        if private.trace.is_none() {
            private.trace = trace::capture();
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

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

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
}
