//! Reports of failures that no response carries: those of jobs and spawned tasks.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::context::RequestContext;
use crate::error::ApiError;

/// A handle that reports failures outside of a request, such as those of a job or a spawned task;
/// from [`ApiErrorLayer::reporter`](crate::ApiErrorLayer::reporter).
///
/// The event is the same as one of the layer, with the ids of the request that started the work: the
/// handler extracts its [`RequestContext`] and moves it into the task.
///
/// ```
/// use axum::extract::State;
/// use axum::{Router, routing::post};
/// use definable_errors::report::{ErrorEvent, Reporter};
/// use definable_errors::{ApiError, ApiErrorLayer, RequestContext, ResultExt};
/// use http::StatusCode;
/// # use axum::{body::Body, http::Request};
/// # use tower::ServiceExt;
///
/// async fn reindex(context: RequestContext, State(reporter): State<Reporter>) -> StatusCode {
///     tokio::spawn(async move {
///         if let Err(error) = read_index().await {
///             reporter.report(&error, &context);
///         }
///     });
///     StatusCode::ACCEPTED
/// }
///
/// async fn read_index() -> Result<(), ApiError> {
///     std::fs::read("/no/such/index").or_internal()?;
///     Ok(())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # let (reported, mut events) = tokio::sync::mpsc::unbounded_channel();
/// let errors = ApiErrorLayer::new().report(move |event: &ErrorEvent<'_>| {
///     let _ = reported.send((event.context().request_id().into_owned(), event.status()));
/// });
/// let app: Router = Router::new()
///     .route("/reindex", post(reindex))
///     .with_state(errors.reporter())
///     .layer(errors);
///
/// let request = Request::post("/reindex").header("x-request-id", "abc").body(Body::empty()).unwrap();
/// assert_eq!(app.oneshot(request).await.unwrap().status(), 202);
/// let event = events.recv().await.unwrap();
/// assert_eq!(event, ("abc".to_owned(), StatusCode::INTERNAL_SERVER_ERROR));
/// # });
/// ```
///
/// It is cheap to clone.
#[derive(Clone)]
pub struct Reporter(Arc<dyn ReportFailure>);

/// What a layer does for a reporter.
pub(crate) trait ReportFailure: Send + Sync {
    /// Reports an error once, as that of a response.
    fn report_failure(&self, error: &ApiError, context: &RequestContext);

    /// Returns the JSON body of the response that the error would be.
    fn problem_body(&self, error: &ApiError, context: &RequestContext) -> Bytes;
}

impl Reporter {
    pub(crate) fn new(layer: Arc<dyn ReportFailure>) -> Self {
        Self(layer)
    }

    /// Reports an error to operators, once, with the ids of the request that started the work.
    ///
    /// The settings of the layer apply as to an error of a response: its reporters, its statuses
    /// (`validation_status`, `status_of`) and its `map`. A reporter that panics has no effect on the caller.
    pub fn report(&self, error: &ApiError, context: &RequestContext) {
        self.0.report_failure(error, context);
    }

    /// Returns the JSON body that a response with this error has, with the ids of the same request
    /// as the event: for a failure that a client fetches later, such as the result of a job. It
    /// contains the public half alone.
    ///
    /// Send it with the status of the problem, the content type `application/problem+json`, and the
    /// extensions [`Passthrough`](crate::Passthrough) and [`Reported`].
    pub fn problem_body(&self, error: &ApiError, context: &RequestContext) -> Bytes {
        self.0.problem_body(error, context)
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reporter").finish_non_exhaustive()
    }
}

/// An extension for a failed response whose failure a [`Reporter`] has reported already: the layer
/// does not report it again.
///
/// ```
/// use axum::Extension;
/// use axum::response::IntoResponse;
/// use definable_errors::ApiError;
/// use definable_errors::report::Reported;
///
/// fn failed_before(error: ApiError) -> impl IntoResponse {
///     (Extension(Reported), error)
/// }
/// # let _ = failed_before;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported;
