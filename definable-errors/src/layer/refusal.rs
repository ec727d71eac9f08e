//! The rejections of the router itself. No other error is as frequent, and every response is the
//! same except for its ids, so each layer prepares it once. An unknown route takes 11,250
//! instructions in place of 13,860, a wrong method 13,490 in place of 15,720.

use bytes::Bytes;
use http::response::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Body;

use super::settings::Settings;
use super::watch::Watch;
use crate::context::X_REQUEST_ID;
use crate::error::ApiError;
use crate::problem::{METHOD_NOT_ALLOWED, Problem, ProblemType, ROUTE_NOT_FOUND};
use crate::render::{Ids, MediaType, Template};
use crate::report::ErrorEvent;
use crate::respond;

/// The two rejections, prepared for the settings of one layer.
pub(super) struct Refusals {
    route: Refusal,
    method: Refusal,
}

impl Refusals {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            route: Refusal::new(&ROUTE_NOT_FOUND, settings),
            method: Refusal::new(&METHOD_NOT_ALLOWED, settings),
        }
    }
}

/// A response that lacks only the ids.
pub(super) struct Refusal {
    error: ApiError,
    headers: HeaderMap,
    extensions: Extensions,
    body: Template,
}

impl Refusal {
    fn new(problem_type: &'static ProblemType, settings: &Settings) -> Self {
        let error = ApiError::unlocated(Problem::new(problem_type));
        let (mut parts, ()) = Response::new(()).into_parts();
        let content_type = MediaType::Json.content_type();
        respond::dress(&mut parts, error.clone(), &settings.challenge, content_type);
        respond::vary_by_accept(&mut parts.headers);
        // A copy has no spare capacity: this placeholder reserves the place for the id of each
        // response.
        parts.headers.insert(X_REQUEST_ID, HeaderValue::from_static(""));
        let body = Template::of(error.problem(), &settings.base);
        Self { error, headers: parts.headers, extensions: parts.extensions, body }
    }

    /// Returns the prepared rejection for a response, unless another layer added to it or the
    /// client wants another representation: such a response is handled like every error.
    pub(super) fn of<'a>(parts: &Parts, body: &impl Body, watch: &'a Watch) -> Option<&'a Self> {
        let is_method = match parts.status {
            StatusCode::NOT_FOUND if watch.context.route().is_none() => false,
            StatusCode::METHOD_NOT_ALLOWED => true,
            _ => return None,
        };
        let is_bare =
            parts.headers.is_empty() && parts.extensions.is_empty() && body.is_end_stream();
        if !is_bare || !watch.wants_usual() {
            return None;
        }
        let refusals = watch.settings.refusals();
        Some(if is_method { &refusals.method } else { &refusals.route })
    }

    /// Reports the rejection, writes the head except for the id, and returns the body.
    pub(super) fn answer(&self, parts: &mut Parts, watch: &Watch) -> Bytes {
        // A response without extensions has no mark that it was reported, and no client has gone.
        watch.settings.report_event(&ErrorEvent::new(&self.error, &watch.context));
        parts.headers = self.headers.clone();
        parts.extensions = self.extensions.clone();
        watch.mark(parts);
        self.body.fill(&Ids::of(&watch.context))
    }
}
