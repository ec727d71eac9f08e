use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::response::Parts;
use http::{HeaderMap, StatusCode, header};

use super::body::LazyBody;
use super::headers::{forget_representation, own_headers, promise};
use crate::error::{ApiError, Challenge};
use crate::problem::ErrorStatus;
use crate::render::{MediaType, Representation};

/// Right and safe without any layer: JSON, the default base, the default challenge, no ids.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(header::CONTENT_TYPE, MediaType::Json.content_type());
        own_headers(&self, &mut headers);
        promise(&self, &Challenge::DEFAULT, &mut headers);
        let mut response = Response::new(Body::new(LazyBody::new(self.clone())));
        *response.status_mut() = self.problem().status().into();
        *response.headers_mut() = headers;
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a failed response the body of its error. The headers that others set stay.
pub(crate) fn answer(
    mut parts: Parts,
    error: ApiError,
    challenge: &Challenge,
    representation: Representation,
) -> Response {
    let status = error.problem().status();
    parts.status = StatusCode::from(status);
    forget_representation(&mut parts.headers, status);
    if parts.extensions.get::<ApiError>().is_some() {
        replace_default_challenge(&error, challenge, &mut parts.headers);
    }
    promise(&error, challenge, &mut parts.headers);
    parts.headers.extend(representation.headers);
    parts.extensions.insert(error);
    Response::from_parts(parts, Body::from(representation.body))
}

/// The challenge that stands in until a layer is there to say a better one. Those that others added
/// stay behind it.
fn replace_default_challenge(error: &ApiError, challenge: &Challenge, headers: &mut HeaderMap) {
    let says_own =
        !error.challenges().is_empty() || error.problem().problem_type().challenge().is_some();
    let is_default = headers.get(header::WWW_AUTHENTICATE) == Some(Challenge::DEFAULT.value());
    if says_own || !is_default || error.problem().status() != ErrorStatus::UNAUTHORIZED {
        return;
    }
    let all = headers.get_all(header::WWW_AUTHENTICATE).iter();
    let others: Vec<_> = all.skip(1).cloned().collect();
    headers.insert(header::WWW_AUTHENTICATE, challenge.value().clone());
    for other in others {
        headers.append(header::WWW_AUTHENTICATE, other);
    }
}
