//! What an [`ApiError`] answers to those who ask it.

use std::error::Error;
#[cfg(feature = "dev")]
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};

#[cfg(feature = "dev")]
use super::Trace;
use super::{ApiError, Chain, Challenge, SourceLocation};
use crate::problem::{Level, Problem};

impl ApiError {
    /// What the client sees.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// How loudly it is logged.
    pub fn level(&self) -> Level {
        self.problem().problem_type().level()
    }

    /// The challenges of this error; its type may have another.
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// The headers of this error, in the order in which they were added.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    /// What operators were told, in order.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.0.private.notes.iter().map(|note| &**note)
    }

    /// Where the error was made, or passed by `?` first. A place inside the standard library or this
    /// library is never kept.
    pub fn location(&self) -> Option<&SourceLocation> {
        self.0.private.location.as_ref()
    }

    /// The code of a derived 5xx that has no `code` attribute: clients see the built-in type of its
    /// status, and operators which error it was.
    pub fn internal_code(&self) -> Option<&'static str> {
        self.0.private.internal_code
    }

    /// The name of the type that was converted; a private matter like its text.
    pub fn source_type(&self) -> Option<&'static str> {
        self.0.private.source.as_ref().map(|source| source.type_name)
    }

    /// What was on the stack at its birth; only in development.
    #[cfg(feature = "dev")]
    pub(crate) fn trace(&self) -> Option<&Arc<dyn Trace>> {
        self.0.private.trace.as_ref()
    }

    /// The causes, outermost first.
    pub fn chain(&self) -> Chain<'_> {
        Chain::new(self.source())
    }

    /// The first error among the causes that is an `E`.
    pub fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.chain().find_map(|cause| cause.downcast_ref())
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.0.private.source.as_ref()?;
        Some(&*source.error)
    }
}
