//! One request from its arrival to its response.

use std::any::Any;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::response::Parts;
use http::{Method, Request, StatusCode};
use http_body::Body as HttpBody;

use super::kept::{Kept, languages};
use super::panic;
use super::refusal::Refusal;
use super::request_span::RequestSpan;
use super::settings::{Settings, record};
use super::span::Span;
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::Problem;
use crate::render::{MediaType, Render, negotiate};
use crate::report::{ActiveSpan, ErrorEvent, FailedPart, Reported};
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

impl Watch {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Self {
        let context = RequestContext::of_request(request);
        let is_inner = context.claim();
        Self { settings: settings.clone(), context, kept: Kept::NOTHING, is_inner }
    }

    /// Opens the span of the request, and keeps it until there is a response.
    #[cold]
    pub(super) fn open(&mut self, settings: RequestSpan) -> Span {
        let span = settings.open(&self.context);
        self.kept.keep_span(span.clone());
        span
    }

    /// Whether a renderer or the translator may need data of the request.
    #[inline]
    pub(super) fn captures(&self) -> bool {
        self.settings.captures
    }

    /// Lets the renderers capture what they will need of the request; one that panics captures
    /// nothing. Returns the response of a request that is answered in place of the inner service.
    pub(super) fn capture<B: 'static>(
        &mut self,
        request: Request<B>,
    ) -> (Request<B>, Option<Response>) {
        let renderers = self.settings.renderers();
        let (parts, body) = request.into_parts();
        let intercept = self.settings.intercept.as_deref();
        let answer = intercept.and_then(|intercept| intercept.answer(&parts));
        let ask = |render: &Arc<dyn Render>| panic::caught(|| render.capture(&parts)).flatten();
        let languages = match &self.settings.translator {
            Some(_) => languages(&parts.headers),
            None => Vec::new(),
        };
        let renderers = renderers.map(|render| render.and_then(ask));
        let body = match (intercept, &renderers[1]) {
            (Some(intercept), Some(captured)) => {
                observed(body, |body| intercept.observe(body, captured))
            }
            _ => body,
        };
        self.kept.keep(renderers, languages);
        (Request::from_parts(parts, body), answer)
    }

    /// Keeps what a body may need that is sent after the head.
    pub(super) fn into_reporter(self) -> BodyReporter {
        let span = ActiveSpan::current(&self.context);
        BodyReporter { settings: self.settings, context: self.context, span }
    }

    /// Applies the service's settings to one error.
    pub(super) fn apply_settings(&self, error: ApiError) -> ApiError {
        self.settings.apply(error, &self.context)
    }

    /// Returns the problem of an error in the best language for the client, or `None` without a
    /// translator.
    #[inline]
    pub(super) fn translated(&self, error: &ApiError) -> Option<Box<Problem>> {
        self.settings.translated(error, &self.kept)
    }

    /// Whether the texts depend on the languages that the client accepts.
    pub(super) fn translates(&self) -> bool {
        self.settings.translator.is_some()
    }

    /// Reports the error of a response to operators, unless it was reported before.
    pub(super) fn report(&self, response: &Parts, error: &ApiError) {
        let event = ErrorEvent::new(error, &self.context);
        self.record(&event);
        if response.extensions.get::<Reported>().is_none() {
            self.settings.report(&event);
        }
    }

    /// Reports the items of a batch that the service failed on to operators.
    pub(super) fn report_items(&self, enclosed: &Enclosed) {
        let failed =
            enclosed.errors().filter(|(_, error)| error.problem().status().is_server_error());
        for (number, (index, error)) in failed.enumerate() {
            let error = self.settings.statuses.apply(error.clone());
            let event = ErrorEvent::new(&error, &self.context).for_item(index);
            // A span has one type of error: that of the first item.
            if number == 0 {
                self.record(&event);
            }
            self.settings.report_event(&event);
        }
    }

    /// Records a failure in the active OpenTelemetry span.
    fn record(&self, event: &ErrorEvent<'_>) {
        record(&ActiveSpan::current(&self.context), event);
    }

    /// Reports to operators that the client disconnected, unless an outer layer reports it.
    pub(super) fn report_disconnected(&self) {
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

    /// Returns the prepared rejection for a response, unless another layer added to it or the client
    /// wants another representation: such a response is handled like every error.
    pub(super) fn prepared(&self, parts: &Parts, body: &impl HttpBody) -> Option<&Refusal> {
        let is_routed = || self.context.route().is_some();
        match parts.status {
            StatusCode::NOT_FOUND if !is_routed() => {}
            StatusCode::METHOD_NOT_ALLOWED => {}
            _ => return None,
        }
        let is_bare =
            parts.headers.is_empty() && parts.extensions.is_empty() && body.is_end_stream();
        (is_bare && self.wants_usual()).then(|| self.settings.refusals().of_status(parts.status))
    }

    /// Reports a prepared rejection, writes the head, and returns the body.
    pub(super) fn answer_prepared(&self, refusal: &Refusal, parts: &mut Parts) -> Bytes {
        // A response without extensions has no mark that it was reported, and no client has gone.
        let event = ErrorEvent::new(refusal.error(), &self.context);
        self.record(&event);
        self.settings.report_event(&event);
        let body = refusal.write(parts, &self.context);
        self.mark(parts);
        body
    }

    /// Whether the response may be the library's own JSON, including the body.
    fn wants_usual(&self) -> bool {
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
    span: ActiveSpan,
}

impl BodyReporter {
    /// Reports the error to operators.
    pub(super) fn report(&self, error: &ApiError) {
        let event = ErrorEvent::new(error, &self.context).for_part(FailedPart::Body);
        record(&self.span, &event);
        self.settings.report(&event);
    }
}

/// Replaces a body that is axum's; a body of another type stays unchanged.
fn observed<B: 'static>(body: B, observe: impl FnOnce(Body) -> Body) -> B {
    let mut body = Some(body);
    if let Some(body) = (&mut body as &mut dyn Any).downcast_mut::<Option<Body>>() {
        *body = body.take().map(observe);
    }
    body.expect("a body is replaced by another one")
}
