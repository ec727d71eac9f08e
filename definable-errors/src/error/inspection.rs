//! Accessors of an [`ApiError`].

use std::error::Error;
#[cfg(feature = "dev")]
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};

#[cfg(feature = "dev")]
use super::Trace;
use super::{ApiError, Chain, Challenge, SourceLocation};
use crate::problem::{Level, Problem};

impl ApiError {
    /// Returns the problem that the client sees.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// Returns the level at which it is logged: that of its type, or the default of its status if the
    /// service gives the type another status.
    pub fn level(&self) -> Level {
        self.problem().level()
    }

    /// Returns the challenges of this error; its type may have another one.
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// Returns the headers of this error, in the order in which they were added.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    /// Returns the notes for operators, in order.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.0.private.notes.iter().map(|note| &**note)
    }

    /// Returns where the error was created, or first converted by `?`. A place inside the standard
    /// library or this library is never kept.
    pub fn location(&self) -> Option<&SourceLocation> {
        self.0.private.location.as_ref()
    }

    /// Returns the code of a derived 5xx that has no `code` attribute: clients see the built-in
    /// type of its status, and operators see which error it was.
    pub fn internal_code(&self) -> Option<&'static str> {
        self.0.private.internal_code
    }

    /// Returns the name of the type that was converted; like its text, the name is private.
    pub fn source_type(&self) -> Option<&'static str> {
        self.0.private.source.as_ref().map(|source| source.type_name)
    }

    /// Returns the stack trace of its creation, which exists only in development mode.
    #[cfg(feature = "dev")]
    pub(crate) fn trace(&self) -> Option<&Arc<dyn Trace>> {
        self.0.private.trace.as_ref()
    }

    /// Returns the causes, outermost first.
    pub fn chain(&self) -> Chain<'_> {
        Chain::new(self.source())
    }

    /// Returns the first error among the causes that is an `E`.
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
