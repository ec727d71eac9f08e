//! The rejections of the router itself. No other error is as frequent, and every response is the
//! same except for its ids, so each layer prepares it once. An unknown route takes 11,070
//! instructions in place of 13,800, a wrong method 13,310 in place of 15,660.

use bytes::Bytes;
use http::response::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Response, StatusCode};

use crate::context::{RequestContext, X_REQUEST_ID};
use crate::error::{ApiError, ServiceChallenge};
use crate::problem::{METHOD_NOT_ALLOWED, Problem, ProblemType, ROUTE_NOT_FOUND};
use crate::render::{Ids, MediaType, Template};
use crate::respond;

/// The two rejections, prepared for the settings of one layer.
pub(super) struct Refusals {
    route: Refusal,
    method: Refusal,
}

impl Refusals {
    pub(super) fn new(challenge: &ServiceChallenge, base: &str) -> Self {
        Self {
            route: Refusal::new(&ROUTE_NOT_FOUND, challenge, base),
            method: Refusal::new(&METHOD_NOT_ALLOWED, challenge, base),
        }
    }

    /// Returns the rejection of a method, or else that of a route.
    pub(super) fn of_status(&self, status: StatusCode) -> &Refusal {
        if status == StatusCode::METHOD_NOT_ALLOWED { &self.method } else { &self.route }
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
    fn new(problem_type: &'static ProblemType, challenge: &ServiceChallenge, base: &str) -> Self {
        let error = ApiError::unlocated(Problem::new(problem_type));
        let (mut parts, ()) = Response::new(()).into_parts();
        let content_type = MediaType::Json.content_type();
        respond::write_head(&mut parts, error.clone(), challenge, content_type);
        respond::vary_by_accept(&mut parts.headers);
        // A copy has no spare capacity: this placeholder reserves the place for the id of each
        // response.
        parts.headers.insert(X_REQUEST_ID, HeaderValue::from_static(""));
        let body = Template::of(error.problem(), base);
        Self { error, headers: parts.headers, extensions: parts.extensions, body }
    }

    pub(super) const fn error(&self) -> &ApiError {
        &self.error
    }

    /// Writes the head, and returns the body.
    pub(super) fn write(&self, parts: &mut Parts, context: &RequestContext) -> Bytes {
        parts.headers = self.headers.clone();
        parts.extensions = self.extensions.clone();
        // Looking at five names costs less than hashing one.
        let place = parts.headers.iter_mut().find(|(name, _)| **name == X_REQUEST_ID);
        let (_, id) = place.expect("a prepared head has a place for the id");
        *id = context.request_id_header();
        self.body.fill(&Ids::of(context))
    }
}
