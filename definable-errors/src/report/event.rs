//! The event that a reporter gets of each failure.

use std::time::Duration;

use http::StatusCode;

use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::Level;

/// A failure, for operators.
#[derive(Debug, Clone, Copy)]
pub struct ErrorEvent<'a> {
    error: &'a ApiError,
    context: &'a RequestContext,
    item: Option<usize>,
    part: FailedPart,
    left_out: u64,
}

impl<'a> ErrorEvent<'a> {
    pub(crate) const fn new(error: &'a ApiError, context: &'a RequestContext) -> Self {
        Self { error, context, item: None, part: FailedPart::Response, left_out: 0 }
    }

    /// Creates the event of another part than the response.
    pub(crate) const fn for_part(self, part: FailedPart) -> Self {
        Self { part, ..self }
    }

    /// Creates the event of one item in a response that is not a failure as a whole.
    pub(crate) const fn for_item(self, index: usize) -> Self {
        Self { item: Some(index), part: FailedPart::Item, ..self }
    }

    /// Returns the error, with both halves.
    pub const fn error(&self) -> &'a ApiError {
        self.error
    }

    /// Returns the code for operators: the [internal code](ApiError::internal_code) if there is one,
    /// else the code that the client sees.
    pub fn code(&self) -> &'static str {
        self.error.internal_code().unwrap_or(self.error.problem().code())
    }

    /// Returns the context of the request, with its ids.
    pub const fn context(&self) -> &'a RequestContext {
        self.context
    }

    /// Returns the index of the item of a [batch](crate#the-modules) that failed, from 0, or `None` if
    /// the whole request failed.
    pub const fn item(&self) -> Option<usize> {
        self.item
    }

    /// Returns which part of the request failed.
    pub const fn part(&self) -> FailedPart {
        self.part
    }

    /// Returns how many events of the same code a [`Throttle`](super::Throttle) or a
    /// [`Sample`](super::Sample) left out since the last one that it passed on.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Returns the number of events that are counted by this one: itself and those that were left out.
    pub(super) const fn count(&self) -> u64 {
        self.left_out.saturating_add(1)
    }

    /// Adds to the number of events that were left out, for a reporter of your own that passes on
    /// some events only.
    #[must_use]
    pub const fn with_left_out(mut self, count: u64) -> Self {
        self.left_out = self.left_out.saturating_add(count);
        self
    }

    /// Returns the status that the client gets.
    pub fn status(&self) -> StatusCode {
        self.error.problem().status().into()
    }

    /// Returns the level at which to log it.
    pub fn level(&self) -> Level {
        self.error.level()
    }

    /// Returns the time since the request arrived.
    pub fn latency(&self) -> Duration {
        self.context.elapsed()
    }
}

/// The part of a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedPart {
    /// The response: the client got an error.
    Response,
    /// An item of a batch, in a response that is not a failure as a whole; [`ErrorEvent::item`] is its
    /// index.
    Item,
    /// The body, a stream or a socket, after the head of a successful response was sent.
    Body,
    /// A job or a task, reported through a [`Reporter`](super::Reporter).
    Task,
}

impl FailedPart {
    /// Returns the name in lower case, as in the label `problem.part` of the metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Item => "item",
            Self::Body => "body",
            Self::Task => "task",
        }
    }
}

/// The names of the fields of [`DefaultReport`](super::DefaultReport) and of [`RequestSpan`](crate::layer::RequestSpan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FieldNames {
    /// The names of OpenTelemetry's semantic conventions, such as `http.route`, where they have one.
    /// This is the default.
    #[default]
    OpenTelemetry,
    /// Short names, such as `route`.
    Short,
}
