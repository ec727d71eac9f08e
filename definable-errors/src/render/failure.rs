use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::{Document, Ids, MediaType, Representation};
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::Problem;

/// The data that a [`Render`](super::Render) captured from the request.
pub type Captured = Arc<dyn Any + Send + Sync>;

/// One error that is about to be rendered.
#[derive(Debug, Clone)]
pub struct Failure {
    pub(crate) error: ApiError,
    /// The problem in the language of the client, if there is a translator.
    pub(crate) translated: Option<Problem>,
    pub(crate) context: RequestContext,
    pub(crate) base: Cow<'static, str>,
    pub(crate) media_type: MediaType,
    pub(crate) captured: Option<Captured>,
    /// Data that a feature gave the layer.
    #[cfg(feature = "dev")]
    pub(crate) attached: Option<Captured>,
}

impl Failure {
    /// Returns the public half, in the language of the client if the layer
    /// [translates](crate::ApiErrorLayer::translate). [`Problem::language`] returns the language.
    pub fn problem(&self) -> &Problem {
        self.translated.as_ref().unwrap_or(self.error.problem())
    }

    /// Returns both halves, in the language of the service. The private one must never reach a client
    /// in production.
    pub const fn error(&self) -> &ApiError {
        &self.error
    }

    /// Returns the context of the request, with its ids.
    pub const fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Returns the representation that the client prefers. A renderer that calls this implements
    /// [`Render::depends_on_accept`](super::Render::depends_on_accept).
    pub const fn media_type(&self) -> MediaType {
        self.media_type
    }

    /// Returns the data that [`Render::capture`](super::Render::capture) stored.
    pub fn captured<T: 'static>(&self) -> Option<&T> {
        self.captured.as_ref()?.downcast_ref()
    }

    /// Returns the data that a feature gave the layer.
    #[cfg(feature = "dev")]
    pub(crate) fn attached<T: 'static>(&self) -> Option<&T> {
        self.attached.as_ref()?.downcast_ref()
    }

    /// Returns the body that the library would write, for a renderer that only adds a header.
    pub fn standard(&self) -> Representation {
        self.standard_with(&[])
    }

    /// Returns the members of the body that the library would write, in the order of the contract.
    #[cfg(feature = "dev")]
    pub(crate) fn members(&self) -> Vec<(String, Value)> {
        let ids = Ids::of(&self.context);
        let problem = self.problem();
        Document { problem, base: &self.base, ids: Some(&ids), more: &[] }.members()
    }

    /// Returns the same with more members at its end, whose names are not checked.
    pub(crate) fn standard_with(&self, members: &[(&'static str, Value)]) -> Representation {
        let ids = Ids::of(&self.context);
        Document { problem: self.problem(), base: &self.base, ids: Some(&ids), more: members }
            .render(self.media_type)
    }
}
