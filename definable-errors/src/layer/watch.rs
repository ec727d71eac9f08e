use std::sync::Arc;

use axum::response::Response;
use http::response::Parts;
use http::{Method, Request};

use super::panic;
use super::request_span::RequestSpan;
use super::settings::Settings;
use super::span::Span;
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::render::{Captured, MediaType, Render, negotiate};
use crate::report::{ErrorEvent, Reported};
use crate::respond::Enclosed;

/// Marks a response as handled; an outer layer has nothing to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finished;

/// The data about a request that is kept until there is a response.
pub(super) struct Watch {
    pub(super) settings: Arc<Settings>,
    pub(super) context: RequestContext,
    pub(super) kept: Kept,
    /// An outer layer watches the same request.
    pub(super) is_inner: bool,
}

/// What only some requests need: the data that each renderer captured, and the span. Most requests have
/// neither, and each byte is moved with the response of every request.
#[derive(Clone)]
pub(super) struct Kept(Option<Box<Extras>>);

#[derive(Clone, Default)]
struct Extras {
    captured: [Option<Captured>; 2],
    span: Option<Span>,
}

impl Kept {
    /// Returns the data that the renderer of this number captured.
    pub(super) fn captured(&self, renderer: usize) -> Option<&Captured> {
        self.0.as_ref()?.captured[renderer].as_ref()
    }

    /// Returns the span in which the request is handled.
    #[inline]
    pub(super) fn span(&self) -> Option<&Span> {
        self.0.as_ref()?.span.as_ref()
    }
}

impl Watch {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Self {
        let context = RequestContext::of_request(request);
        let is_inner = context.claim();
        Self { settings: settings.clone(), context, kept: Kept(None), is_inner }
    }

    /// Opens the span of the request, and keeps it until there is a response.
    #[cold]
    pub(super) fn open(&mut self, settings: RequestSpan) -> Span {
        let span = settings.open(&self.context);
        self.kept.0.get_or_insert_default().span = Some(span.clone());
        span
    }

    /// Whether a renderer may want to capture data of the request.
    #[inline]
    pub(super) fn captures(&self) -> bool {
        self.settings.renderers().iter().any(Option::is_some)
    }

    /// Lets the renderers capture what they will need of the request; one that panics captures
    /// nothing. Returns the response of a request that is answered in place of the inner service.
    pub(super) fn capture<B>(&mut self, request: Request<B>) -> (Request<B>, Option<Response>) {
        let renderers = self.settings.renderers();
        let (parts, body) = request.into_parts();
        let answer = self.settings.intercept.and_then(|intercept| intercept(&parts));
        let ask = |render: &Arc<dyn Render>| panic::caught(|| render.capture(&parts)).flatten();
        self.kept.0.get_or_insert_default().captured = renderers.map(|render| render.and_then(ask));
        (Request::from_parts(parts, body), answer)
    }

    /// Keeps what a body may need that is sent after the head.
    pub(super) fn into_reporter(self) -> BodyReporter {
        BodyReporter { settings: self.settings, context: self.context }
    }

    /// Applies the service's settings to one error.
    pub(super) fn decide(&self, error: ApiError) -> ApiError {
        self.settings.decide(error, &self.context)
    }

    /// Reports the error of a response to operators, unless it was reported before.
    pub(super) fn report(&self, response: &Parts, error: &ApiError) {
        if response.extensions.get::<Reported>().is_none() {
            self.settings.report(error, &self.context);
        }
    }

    /// Reports the items of a batch that the service failed on to operators.
    pub(super) fn report_items(&self, enclosed: &Enclosed) {
        for (index, error) in enclosed.errors().filter(|(_, error)| is_ours(error)) {
            let error = self.settings.statuses.apply(error.clone());
            self.settings.report_event(&ErrorEvent::new(&error, &self.context).of_item(index));
        }
    }

    /// Handles a client that disconnected; the outer layer reports it, if there is one.
    pub(super) fn abandon(&self) {
        if !self.is_inner && !std::thread::panicking() {
            self.settings.report_disconnected(&self.context);
        }
    }

    /// Adds the mark that only an outer layer looks for.
    #[inline]
    pub(super) fn mark(&self, response: &mut Parts) {
        if self.is_inner {
            response.extensions.insert(Finished);
        }
    }

    pub(super) fn is_head(&self) -> bool {
        *self.context.method() == Method::HEAD
    }

    /// Whether the response may be the library's own JSON, including the body.
    pub(super) fn wants_usual(&self) -> bool {
        self.settings.is_plain && !self.is_head() && self.media_type() == MediaType::Json
    }

    pub(super) fn media_type(&self) -> MediaType {
        let accept = self.context.accept().and_then(|accept| accept.to_str().ok());
        accept.map_or(MediaType::Json, negotiate)
    }
}

/// The data about a request that is kept while the body of its response is sent.
pub(super) struct BodyReporter {
    settings: Arc<Settings>,
    context: RequestContext,
}

impl BodyReporter {
    /// Reports the error to operators.
    pub(super) fn report(&self, error: &ApiError) {
        self.settings.report(error, &self.context);
    }
}

fn is_ours(error: &ApiError) -> bool {
    !error.problem().status().is_client_error()
}
