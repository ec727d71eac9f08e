//! The response of another service, and what may go wrong while its body is read.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::Response;
use serde::de::DeserializeOwned;

use super::answer::transport_error;
use super::error::{Call, Kind, UpstreamError};
use super::service::Inner;
use crate::error::{ApiError, BoxError};
use crate::problem::{Problem, UPSTREAM_FAILED};
use crate::support::read_body;

/// A response of another service, whose body has not been read yet.
///
/// A body that is cut off is 502 `upstream_failed`, one that does not arrive in time 504
/// `upstream_timeout`; both count as failures of the service.
pub struct UpstreamResponse {
    response: Response,
    receipt: Receipt,
    method: Method,
    attempts: u32,
}

impl UpstreamResponse {
    pub(super) const fn new(
        response: Response,
        receipt: Receipt,
        method: Method,
        attempts: u32,
    ) -> Self {
        Self { response, receipt, method, attempts }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Returns how many times the request was sent.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Reads the body and deserializes it from JSON.
    ///
    /// # Errors
    ///
    /// Returns 502 `upstream_failed` if the body is not what was expected, is cut off or is too
    /// large, and 504 `upstream_timeout` if it does not arrive in time.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(self) -> impl Future<Output = Result<T, ApiError>> + Send {
        let location = Location::caller();
        async move {
            let (body, call) = self.read().await.map_err(|error| error.with_location(location))?;
            serde_json::from_slice(&body)
                .map_err(|error| unusable(error.into(), call()).with_location(location))
        }
    }

    /// Reads the whole body, at most as many bytes as the client's
    /// [`max_body`](super::UpstreamBuilder::max_body).
    ///
    /// # Errors
    ///
    /// Returns 502 `upstream_failed` if the body is cut off or too large, and 504
    /// `upstream_timeout` if it does not arrive in time.
    #[track_caller]
    pub fn bytes(self) -> impl Future<Output = Result<Bytes, ApiError>> + Send {
        let location = Location::caller();
        async move {
            let read = self.read().await;
            read.map(|(body, _)| body).map_err(|error| error.with_location(location))
        }
    }

    /// Reads the next part of the body, or returns `None` at its end.
    ///
    /// # Errors
    ///
    /// Returns 502 `upstream_failed` if the body is cut off, and 504 `upstream_timeout` if it does
    /// not arrive in time.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        let chunk = self.response.chunk().await;
        chunk.map_err(|error| self.cut_off(error))
    }

    /// Returns the response of reqwest. How its body ends does not count for the circuit breaker.
    pub fn into_inner(self) -> Response {
        self.response
    }

    pub(super) fn into_parts(self) -> (Response, Call, Arc<Inner>) {
        let (call, upstream) = (self.call(), self.receipt.upstream.clone());
        (self.response, call, upstream)
    }

    /// Reads the body, and returns it with the description of the call, for the errors that come
    /// after it.
    async fn read(mut self) -> Result<(Bytes, impl FnOnce() -> Call), ApiError> {
        let limit = self.receipt.upstream.max_body;
        match read_body(&mut self.response, limit).await {
            Ok(Some(body)) => Ok((body, move || self.call())),
            Ok(None) => {
                let error = format!("the body is larger than {limit} bytes");
                Err(unusable(error.into(), self.call()))
            }
            Err(error) => Err(self.cut_off(error)),
        }
    }

    /// Counts the body that did not arrive as a failure of the service.
    fn cut_off(&mut self, error: reqwest::Error) -> ApiError {
        self.receipt.fail();
        transport_error(error, self.call())
    }

    fn call(&self) -> Call {
        self.receipt.upstream.call(&self.method, self.response.url(), self.attempts)
    }
}

fn unusable(error: BoxError, call: Call) -> ApiError {
    let source = UpstreamError::new(call, Kind::Unusable(error));
    ApiError::unlocated(Problem::new(&UPSTREAM_FAILED)).with_source(source)
}

/// Shows no headers, which may contain secrets.
impl fmt::Debug for UpstreamResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamResponse")
            .field("upstream", &self.receipt.upstream.name)
            .field("status", &self.status())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What the circuit breaker needs to know if the body of a response fails.
pub(super) struct Receipt {
    upstream: Arc<Inner>,
    /// `None` if the call has been counted as a failure already, or counts as nothing.
    generation: Option<u64>,
}

impl Receipt {
    pub(super) const fn new(upstream: Arc<Inner>, generation: Option<u64>) -> Self {
        Self { upstream, generation }
    }

    fn fail(&mut self) {
        if let Some(generation) = self.generation.take() {
            let opened = self.upstream.breaker.fail_body(generation, Instant::now());
            self.upstream.note_opened(opened);
        }
    }
}
