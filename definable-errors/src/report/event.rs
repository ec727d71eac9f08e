use std::time::Duration;

use http::StatusCode;

use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::Level;

/// One failed request, for operators.
#[derive(Debug, Clone, Copy)]
pub struct ErrorEvent<'a> {
    error: &'a ApiError,
    context: &'a RequestContext,
    item: Option<usize>,
    left_out: u64,
}

impl<'a> ErrorEvent<'a> {
    pub(crate) const fn new(error: &'a ApiError, context: &'a RequestContext) -> Self {
        Self { error, context, item: None, left_out: 0 }
    }

    /// Creates the event of one item in a response that is not a failure as a whole.
    pub(crate) const fn of_item(self, index: usize) -> Self {
        Self { item: Some(index), ..self }
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

    /// Returns how many events of the same code a [`Throttle`](super::Throttle) or a
    /// [`Sample`](super::Sample) left out since the last one that it passed on.
    pub const fn left_out(&self) -> u64 {
        self.left_out
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
