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
}

impl<'a> ErrorEvent<'a> {
    pub(crate) const fn new(error: &'a ApiError, context: &'a RequestContext) -> Self {
        Self { error, context, item: None }
    }

    /// Creates the event of one item in a response that is not a failure as a whole.
    pub(crate) const fn of_item(self, index: usize) -> Self {
        Self { item: Some(index), ..self }
    }

    /// Returns the error, with both halves.
    pub const fn error(&self) -> &'a ApiError {
        self.error
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
