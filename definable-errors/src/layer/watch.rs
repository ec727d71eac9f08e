use std::any::Any;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, header};

use super::panic;
use super::settings::Settings;
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::Problem;
use crate::render::{Captured, MediaType, Render, negotiate};
use crate::report::{ErrorEvent, Reported};
use crate::respond::Enclosed;
use crate::translate::AcceptLanguage;

/// Marks a response as handled; an outer layer has nothing to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finished;

/// The data about a request that is kept until there is a response.
pub(super) struct Watch {
    pub(super) settings: Arc<Settings>,
    pub(super) context: RequestContext,
    pub(super) captured: Captures,
    /// An outer layer watches the same request.
    pub(super) is_inner: bool,
}

/// The data that the renderers and the translator need of a request. Without them there is none,
/// because each byte of it is moved with the response of every request.
#[derive(Clone)]
pub(super) struct Captures(Option<Box<Needed>>);

#[derive(Clone)]
struct Needed {
    /// What each renderer captured.
    renderers: [Option<Captured>; 2],
    /// The fields `Accept-Language`, which are parsed only for an error.
    languages: Vec<HeaderValue>,
}

impl Captures {
    /// Returns the data that the renderer of this number captured.
    pub(super) fn of(&self, renderer: usize) -> Option<&Captured> {
        self.0.as_ref()?.renderers[renderer].as_ref()
    }

    /// Returns the languages that the client accepts.
    pub(super) fn languages(&self) -> AcceptLanguage {
        let fields = self.0.iter().flat_map(|needed| &needed.languages);
        AcceptLanguage::from_fields(fields.map(HeaderValue::as_bytes))
    }
}

/// Returns as many fields `Accept-Language` as are read.
fn languages(headers: &HeaderMap) -> Vec<HeaderValue> {
    let fields = headers.get_all(header::ACCEPT_LANGUAGE).iter();
    fields.take(AcceptLanguage::MAX_RANGES).cloned().collect()
}

impl Watch {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Self {
        let context = context(request);
        let is_inner = context.claim();
        Self { settings: settings.clone(), context, captured: Captures(None), is_inner }
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
        self.captured = Captures(Some(Box::new(Needed { renderers, languages })));
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

    /// Returns the problem of an error in the best language for the client, or `None` without a
    /// translator.
    pub(super) fn translated(&self, error: &ApiError) -> Option<Problem> {
        self.settings.translated(error, &self.captured)
    }

    /// Whether the texts depend on the languages that the client accepts.
    pub(super) fn translates(&self) -> bool {
        self.settings.translator.is_some()
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

/// Replaces a body that is axum's; a body of another type stays unchanged.
fn observed<B: 'static>(body: B, observe: impl FnOnce(Body) -> Body) -> B {
    let mut body = Some(body);
    if let Some(body) = (&mut body as &mut dyn Any).downcast_mut::<Option<Body>>() {
        *body = body.take().map(observe);
    }
    body.expect("a body is replaced by another one")
}

fn is_ours(error: &ApiError) -> bool {
    !error.problem().status().is_client_error()
}

fn context<B>(request: &mut Request<B>) -> RequestContext {
    if let Some(known) = RequestContext::known(request.extensions()) {
        return known;
    }
    let new = RequestContext::new(request.method(), request.headers(), request.extensions());
    request.extensions_mut().insert(new.clone());
    new
}
