use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Request, header};

use super::panic;
use super::settings::Settings;
use crate::error::ApiError;
use crate::occurrence::Occurrence;
use crate::problem::VALIDATION_FAILED;
use crate::render::{Captured, MediaType, negotiate};
use crate::report::ErrorEvent;

/// What is kept of a request until there is a response.
pub(super) struct Watch {
    pub(super) settings: Arc<Settings>,
    pub(super) occurrence: Occurrence,
    /// What each renderer kept.
    pub(super) captured: [Option<Captured>; 2],
    /// A layer further out began the occurrence and will stamp it.
    pub(super) is_inner: bool,
    accept: Option<HeaderValue>,
}

impl Watch {
    pub(super) fn begin<B>(request: Request<B>, settings: &Arc<Settings>) -> (Self, Request<B>) {
        let mut request = request;
        let known = request.extensions().get::<Occurrence>().cloned();
        let is_inner = known.is_some();
        let known = known.map(|known| known.passing(request.extensions()));
        let occurrence = known.unwrap_or_else(|| {
            let new = Occurrence::new(request.method(), request.headers(), request.extensions());
            request.extensions_mut().insert(new.clone());
            new
        });
        let accept = accept(request.headers());
        let (captured, request) = capture(request, settings);
        (Self { settings: settings.clone(), occurrence, captured, is_inner, accept }, request)
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
        let mapped =
            catch_unwind(AssertUnwindSafe(|| map(error.problem().clone(), &self.occurrence)));
        match mapped {
            Ok(problem) => error.with_problem(|_| problem.with_status(status)),
            Err(_) => error,
        }
    }

    /// Tells operators. A reporter that panics changes nothing for the client.
    pub(super) fn report(&self, error: &ApiError) {
        let event = ErrorEvent::new(error, &self.occurrence);
        let _ = catch_unwind(AssertUnwindSafe(|| self.settings.report.report(&event)));
    }

    /// The client went away; the layer further out tells operators, if there is one.
    pub(super) fn abandon(&self) {
        if !self.is_inner && !std::thread::panicking() {
            let told = AssertUnwindSafe(|| self.settings.report.abandoned(&self.occurrence));
            let _ = catch_unwind(told);
        }
    }

    pub(super) fn is_head(&self) -> bool {
        *self.occurrence.method() == Method::HEAD
    }

    pub(super) fn media_type(&self) -> MediaType {
        let accept = self.accept.as_ref().and_then(|accept| accept.to_str().ok());
        accept.map_or(MediaType::Json, negotiate)
    }
}

/// Several `Accept` fields are one list (RFC 9110 §5.3).
fn accept(headers: &HeaderMap) -> Option<HeaderValue> {
    let first = headers.get(header::ACCEPT)?;
    let mut all = headers.get_all(header::ACCEPT).iter();
    if all.nth(1).is_none() {
        return Some(first.clone());
    }
    let all: Vec<_> = headers.get_all(header::ACCEPT).iter().map(HeaderValue::as_bytes).collect();
    HeaderValue::from_bytes(&all.join(&b", "[..])).ok()
}

fn capture<B>(request: Request<B>, settings: &Settings) -> ([Option<Captured>; 2], Request<B>) {
    let renderers = settings.renderers();
    if renderers.iter().all(Option::is_none) {
        return ([None, None], request);
    }
    let (parts, body) = request.into_parts();
    let captured =
        renderers.map(|render| render.and_then(|render| panic::caught(|| render.capture(&parts))?));
    (captured, Request::from_parts(parts, body))
}
