use std::sync::Arc;

use axum::response::Response;
use http::response::Parts;
use http::{Method, Request};

use super::panic;
use super::settings::Settings;
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::VALIDATION_FAILED;
use crate::render::{Captured, MediaType, Render, negotiate};
use crate::report::ErrorEvent;
use crate::respond::Enclosed;

/// This response was seen to; a layer further out has nothing to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finished;

/// What is kept of a request until there is a response.
pub(super) struct Watch {
    pub(super) settings: Arc<Settings>,
    pub(super) context: RequestContext,
    /// What each renderer kept.
    pub(super) captured: [Option<Captured>; 2],
    /// A layer further out watches the same request.
    pub(super) is_inner: bool,
}

impl Watch {
    pub(super) fn begin<B>(request: &mut Request<B>, settings: &Arc<Settings>) -> Self {
        let context = context(request);
        let is_inner = context.claim();
        Self { settings: settings.clone(), context, captured: [None, None], is_inner }
    }

    /// Whether a renderer may want to know more of the request.
    pub(super) fn captures(&self) -> bool {
        self.settings.renderers().iter().any(Option::is_some)
    }

    /// Lets the renderers keep what they will want to know; one that panics keeps nothing. Returns
    /// the response of a request that is answered in place of the service inside.
    pub(super) fn capture<B>(&mut self, request: Request<B>) -> (Request<B>, Option<Response>) {
        let renderers = self.settings.renderers();
        let (parts, body) = request.into_parts();
        let answer = self.settings.intercept.and_then(|intercept| intercept(&parts));
        let ask = |render: &Arc<dyn Render>| panic::caught(|| render.capture(&parts)).flatten();
        self.captured = renderers.map(|render| render.and_then(ask));
        (Request::from_parts(parts, body), answer)
    }

    /// Keeps what a body that lives on after the head may need.
    pub(super) fn into_reporter(self) -> Reporter {
        Reporter { settings: self.settings, context: self.context }
    }

    /// What the service decided once, applied to one error: the validation status and the map. A
    /// map that panics changes nothing.
    pub(super) fn decide(&self, error: ApiError) -> ApiError {
        let is_validation = *error.problem().problem_type() == VALIDATION_FAILED;
        let error = match self.settings.validation_status.filter(|_| is_validation) {
            Some(status) => error.with_problem(|problem| problem.with_status(status)),
            None => error,
        };
        let Some(map) = &self.settings.map else {
            return error;
        };
        let status = error.problem().status();
        match panic::caught(|| map(error.problem().clone(), &self.context)) {
            Some(problem) => error.with_problem(|_| problem.with_status(status)),
            None => error,
        }
    }

    /// Tells operators.
    pub(super) fn report(&self, error: &ApiError) {
        self.settings.report(error, &self.context);
    }

    /// Tells operators of the items of a batch that the service failed.
    pub(super) fn report_items(&self, enclosed: &Enclosed) {
        for (index, error) in enclosed.errors().filter(|(_, error)| is_ours(error)) {
            let event = ErrorEvent::new(error, &self.context).of_item(index);
            let _ = panic::caught(|| self.settings.report.report(&event));
        }
    }

    /// The client went away; the layer further out tells operators, if there is one.
    pub(super) fn abandon(&self) {
        if !self.is_inner && !std::thread::panicking() {
            self.settings.report_disconnected(&self.context);
        }
    }

    /// Only a layer further out looks for the mark.
    pub(super) fn mark(&self, response: &mut Parts) {
        if self.is_inner {
            response.extensions.insert(Finished);
        }
    }

    pub(super) fn is_head(&self) -> bool {
        *self.context.method() == Method::HEAD
    }

    /// Whether the answer is to be the library's own JSON, body and all.
    pub(super) fn wants_usual(&self) -> bool {
        self.settings.map.is_none()
            && !self.captures()
            && !self.is_head()
            && self.media_type() == MediaType::Json
    }

    pub(super) fn media_type(&self) -> MediaType {
        let accept = self.context.accept().and_then(|accept| accept.to_str().ok());
        accept.map_or(MediaType::Json, negotiate)
    }
}

/// What is kept of a request while the body of its answer is sent.
pub(super) struct Reporter {
    settings: Arc<Settings>,
    context: RequestContext,
}

impl Reporter {
    /// Tells operators.
    pub(super) fn report(&self, error: &ApiError) {
        self.settings.report(error, &self.context);
    }
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
