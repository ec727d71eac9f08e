//! Newline-delimited JSON whose errors are problems.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderValue, header};
use serde::Serialize;

use super::checked::{Checked, Format};
use super::limits::Limits;
use super::sent_problem::problem_message;
use crate::error::{ApiError, ResultExt};
use crate::layer::{LateErrors, LateProblem};

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// A response of newline-delimited JSON (`application/x-ndjson`): each item of its stream is a line,
/// and an error becomes a last line, `{"type":"problem","problem":{…}}`.
///
/// An item that cannot be serialized ends the response with an `internal_error`. The
/// [module](crate::stream) has an example.
#[must_use]
pub struct Ndjson<S> {
    stream: S,
    limits: Limits,
}

impl<S, T, E> Ndjson<S>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Serialize + 'static,
    E: Into<ApiError>,
{
    /// Creates a response that sends the items of `stream`.
    pub const fn new(stream: S) -> Self {
        Self { stream, limits: Limits::NONE }
    }
}

impl<S> Ndjson<S> {
    /// Limits the time from the head to the end of the response. After that time it ends with the
    /// problem `deadline_exceeded`. By default there is no limit.
    pub const fn max_duration(mut self, max_duration: Duration) -> Self {
        self.limits.max_duration = Some(max_duration);
        self
    }

    /// Limits the time without an item. After that time the response ends with the problem
    /// `deadline_exceeded`. By default there is no limit.
    pub const fn idle_limit(mut self, idle_limit: Duration) -> Self {
        self.limits.idle_limit = Some(idle_limit);
        self
    }
}

impl<S, T, E> IntoResponse for Ndjson<S>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    T: Serialize + 'static,
    E: Into<ApiError>,
{
    fn into_response(self) -> Response {
        let late = LateErrors::default();
        let lines = Checked::<S, Lines<T>>::new(self.stream, self.limits, late.clone());
        let body = Body::from_stream(lines);
        late.carried_by(([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response())
    }
}

/// Sends each item as a line.
struct Lines<T>(PhantomData<fn(T)>);

impl<T: Serialize + 'static> Format for Lines<T> {
    type Item = T;
    type Frame = Bytes;

    fn item(item: T) -> Result<Bytes, ApiError> {
        let mut line = serde_json::to_vec(&item).or_internal()?;
        // Raw JSON in an item may have line ends between its tokens.
        for byte in &mut line {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        Ok(ended(line))
    }

    fn problem(problem: &LateProblem) -> Bytes {
        ended(problem_message(problem))
    }

    /// Readers of lines need not accept an empty one.
    fn keep_alive() -> Option<Bytes> {
        None
    }
}

fn ended(mut line: Vec<u8>) -> Bytes {
    line.push(b'\n');
    line.into()
}

impl<S> fmt::Debug for Ndjson<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ndjson").field("limits", &self.limits).finish_non_exhaustive()
    }
}
