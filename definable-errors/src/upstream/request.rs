//! A call to another service before it is sent.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Serialize;

use super::UpstreamResponse;
use super::answer::{UpstreamMap, into_error, is_failure};
use super::call::{Exchange, IDEMPOTENCY_KEY, Parts};
use super::error::{Kind, UpstreamError, UpstreamRequestError};
use super::service::Inner;
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Problem, ProblemType};
use crate::support::redact_url;

/// How long before the deadline of the request that causes it a call ends. If both ended at the same
/// moment, the request could be cut off together with its call: a call that is cancelled counts for
/// nothing, and a service that never answers would not open its circuit.
const ANSWER_TIME: Duration = Duration::from_millis(10);

/// A request to another service, started by a method of [`Upstream`](super::Upstream).
///
/// A mistake in it, such as a header that is not legal, is a 500 `internal_error` when it is sent,
/// and nothing is sent.
#[must_use = "a request is sent by `send`"]
pub struct UpstreamRequest(Box<Parts>);

impl UpstreamRequest {
    pub(super) fn new(
        upstream: Arc<Inner>,
        method: Method,
        context: Option<RequestContext>,
        path: Result<String, UpstreamRequestError>,
    ) -> Self {
        let mut url = upstream.base.clone();
        let mistake = match path {
            Ok(path) => {
                let path = [upstream.base.path().trim_end_matches('/'), &path].concat();
                url.set_path(&path);
                None
            }
            Err(mistake) => Some(mistake),
        };
        Self(Box::new(Parts {
            headers: upstream.headers.clone(),
            total_timeout: upstream.total_timeout,
            upstream,
            context,
            method,
            url,
            body: None,
            map: UpstreamMap::new(),
            mistake,
        }))
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.0.url.query_pairs_mut().append_pair(name, &value.to_string());
        self
    }

    /// Sets a header. `X-Request-Id` and `X-Envoy-Expected-Rq-Timeout-Ms` are replaced by those of the
    /// call. A `traceparent` is sent as it is, with the `tracestate` that is set here: it names the span
    /// of a tracer as the parent, in place of the trace of the request that causes the call.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.0.headers.insert(name, value);
                self
            }
            _ => self.with_mistake(UpstreamRequestError::Header),
        }
    }

    /// Sets the header `Idempotency-Key`, by which the service recognizes a request that is sent
    /// again: then also a POST or a PATCH is retried. The same key is sent with all attempts.
    pub fn idempotency_key<V: TryInto<HeaderValue>>(self, key: V) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// Sets the body to `value` as JSON.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                self.0.headers.entry(header::CONTENT_TYPE).or_insert(json);
                self.body(body)
            }
            Err(_) => self.with_mistake(UpstreamRequestError::Body),
        }
    }

    /// Sets the body. It is kept in memory, so that it can be sent again.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.0.body = Some(body.into());
        self
    }

    /// Limits this call with all attempts, instead of the client's total timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.total_timeout = timeout;
        self
    }

    /// Answers with `problem_type` if the service answers with this status.
    pub fn on_status(mut self, status: StatusCode, problem_type: &'static ProblemType) -> Self {
        self.0.map = std::mem::take(&mut self.0.map).status(status, problem_type);
        self
    }

    /// Answers with `problem_type` if the service answers with a problem that has this code.
    pub fn on_code(
        mut self,
        code: impl Into<Cow<'static, str>>,
        problem_type: &'static ProblemType,
    ) -> Self {
        self.0.map = std::mem::take(&mut self.0.map).code(code, problem_type);
        self
    }

    /// Sends the request, and returns the response if its status is a success (2xx, or 304).
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no response or its status is a failure: as mapped, else as
    /// [the table](crate::upstream#what-a-failure-becomes) says.
    #[track_caller]
    pub fn send(self) -> impl Future<Output = Result<UpstreamResponse, ApiError>> + Send {
        let location = Location::caller();
        async move { self.successful().await.map_err(|error| error.with_location(location)) }
    }

    /// Sends the request, and returns the response whatever its status is.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no response.
    #[track_caller]
    pub fn send_any_status(
        self,
    ) -> impl Future<Output = Result<UpstreamResponse, ApiError>> + Send {
        let location = Location::caller();
        async move {
            let sent = self.exchange()?.run().await;
            sent.map_err(|error| error.with_location(location))
        }
    }

    async fn successful(mut self) -> Result<UpstreamResponse, ApiError> {
        let map = std::mem::take(&mut self.0.map);
        let response = self.exchange()?.run().await?;
        if !is_failure(response.status()) {
            return Ok(response);
        }
        let (response, call, upstream) = response.into_parts();
        Err(into_error(response, call, &[&map, &upstream.map]).await)
    }

    /// Returns the call, or the mistake in the request.
    fn exchange(self) -> Result<Exchange, ApiError> {
        let parts = self.0;
        if let Some(mistake) = parts.mistake {
            let call = parts.upstream.call(&parts.method, &parts.url, 0);
            let source = UpstreamError::new(call, Kind::Request(mistake));
            return Err(ApiError::unlocated(Problem::new(&INTERNAL_ERROR)).with_source(source));
        }
        let total = Instant::now().checked_add(parts.total_timeout);
        let request = parts.context.as_ref().and_then(|context| context.deadline().instant());
        let request = request.map(|deadline| deadline.checked_sub(ANSWER_TIME).unwrap_or(deadline));
        Ok(Exchange::new(parts, [total, request].into_iter().flatten().min()))
    }

    fn with_mistake(mut self, mistake: UpstreamRequestError) -> Self {
        self.0.mistake.get_or_insert(mistake);
        self
    }
}

/// Shows neither headers nor the body, which may contain secrets.
impl fmt::Debug for UpstreamRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamRequest")
            .field("upstream", &self.0.upstream.name)
            .field("method", &self.0.method)
            .field("url", &redact_url(self.0.url.as_str()))
            .finish_non_exhaustive()
    }
}
