//! Server-sent events whose errors are problems.

use std::fmt;
use std::time::Duration;

use axum::response::sse::{self, Event};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;

use super::checked::{Checked, Format};
use super::limits::Limits;
use super::sent_problem::late_problem_event;
use crate::error::ApiError;
use crate::layer::{LateErrors, LateProblem};

/// The default time without an event after which a comment is sent.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A response of server-sent events (`text/event-stream`), in the place of axum's `Sse`: an error of
/// its stream becomes a last event named `problem`.
///
/// The [module](crate::stream) describes the event and what clients do after it. Handlers take
/// [`LastEventId`](super::LastEventId), so that clients stop after a problem that is not retryable.
#[must_use]
pub struct Sse<S> {
    stream: S,
    limits: Limits,
}

impl<S, E> Sse<S>
where
    S: Stream<Item = Result<Event, E>> + Send + 'static,
    E: Into<ApiError>,
{
    /// Creates a response that sends the events of `stream`. Their ids, names and data stay as they
    /// are.
    pub fn new(stream: S) -> Self {
        Self { stream, limits: Limits { keep_alive: Some(KEEP_ALIVE), ..Limits::NONE } }
    }
}

impl<S> Sse<S> {
    /// Sets the time without an event after which an empty comment is sent. The default is 15
    /// seconds.
    pub const fn keep_alive(mut self, interval: Duration) -> Self {
        self.limits.keep_alive = Some(interval);
        self
    }

    /// Sends no comments while there is no event.
    pub const fn without_keep_alive(mut self) -> Self {
        self.limits.keep_alive = None;
        self
    }

    /// Limits the time from the head to the end of the response. After that time it ends with the
    /// problem `deadline_exceeded`, and the client reconnects. By default there is no limit.
    pub const fn max_duration(mut self, max_duration: Duration) -> Self {
        self.limits.max_duration = Some(max_duration);
        self
    }

    /// Limits the time without an event; comments do not count. After that time the response ends
    /// with the problem `deadline_exceeded`, and the client reconnects. By default there is no limit.
    pub const fn idle_limit(mut self, idle_limit: Duration) -> Self {
        self.limits.idle_limit = Some(idle_limit);
        self
    }
}

impl<S, E> IntoResponse for Sse<S>
where
    S: Stream<Item = Result<Event, E>> + Send + 'static,
    E: Into<ApiError>,
{
    fn into_response(self) -> Response {
        let late = LateErrors::default();
        let checked = Checked::<S, Events>::new(self.stream, self.limits, late.clone());
        late.carried_by(sse::Sse::new(checked).into_response())
    }
}

/// Sends events as they are.
struct Events;

impl Format for Events {
    type Item = Event;
    type Frame = Event;

    #[inline]
    fn item(event: Event) -> Result<Event, ApiError> {
        Ok(event)
    }

    fn problem(problem: &LateProblem) -> Event {
        late_problem_event(problem)
    }

    fn keep_alive() -> Option<Event> {
        Some(Event::DEFAULT_KEEP_ALIVE)
    }
}

impl<S> fmt::Debug for Sse<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse").field("limits", &self.limits).finish_non_exhaustive()
    }
}
