//! Server-sent events whose errors are problems.

use std::fmt;

use axum::response::sse::{self, Event, KeepAlive};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use std::time::Duration;

use super::checked::{Checked, Format};
use super::limits::Limits;
use super::problem_event::late_problem_event;
use crate::error::ApiError;
use crate::layer::{LateErrors, LateProblem};

/// A response of server-sent events (`text/event-stream`), in the place of axum's `Sse`: an error of
/// its stream becomes a last event named `problem`.
///
/// The [module](crate::stream) describes the event and what clients do after it. Handlers take
/// [`LastEventId`](super::LastEventId), so that clients stop after a problem that is not retryable.
#[must_use]
pub struct Sse<S> {
    stream: S,
    keep_alive: Option<KeepAlive>,
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
        Self { stream, keep_alive: Some(KeepAlive::new()), limits: Limits::default() }
    }
}

impl<S> Sse<S> {
    /// Sets the interval and the text of the comments that are sent while there is no event. The
    /// default is an empty comment after 15 seconds.
    pub fn keep_alive(mut self, keep_alive: KeepAlive) -> Self {
        self.keep_alive = Some(keep_alive);
        self
    }

    /// Sends no comments while there is no event.
    pub fn without_keep_alive(mut self) -> Self {
        self.keep_alive = None;
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
        let events = sse::Sse::new(checked);
        late.carried_by(match self.keep_alive {
            Some(keep_alive) => events.keep_alive(keep_alive).into_response(),
            None => events.into_response(),
        })
    }
}

/// Sends events as they are.
struct Events;

impl Format for Events {
    type Item = Event;
    type Frame = Event;

    fn item(event: Event) -> Result<Event, ApiError> {
        Ok(event)
    }

    fn problem(problem: &LateProblem) -> Event {
        late_problem_event(problem)
    }
}

impl<S> fmt::Debug for Sse<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sse")
            .field("keep_alive", &self.keep_alive)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
