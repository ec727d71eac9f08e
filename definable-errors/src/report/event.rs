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

    /// One item of an answer that is no failure as a whole.
    pub(crate) const fn of_item(self, index: usize) -> Self {
        Self { item: Some(index), ..self }
    }

    /// What failed, both halves.
    pub const fn error(&self) -> &'a ApiError {
        self.error
    }

    /// The request and its ids.
    pub const fn context(&self) -> &'a RequestContext {
        self.context
    }

    /// The number of the item of a [batch](crate#the-rooms) that failed, from 0; `None` when the
    /// whole request did.
    pub const fn item(&self) -> Option<usize> {
        self.item
    }

    /// The status that the client gets.
    pub fn status(&self) -> StatusCode {
        self.error.problem().status().into()
    }

    /// How loudly to tell.
    pub fn level(&self) -> Level {
        self.error.level()
    }

    /// The time since the arrival of the request.
    pub fn latency(&self) -> Duration {
        self.context.elapsed()
    }
}
