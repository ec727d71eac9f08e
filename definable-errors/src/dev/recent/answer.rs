//! Answers to requests for `/__errors`, in place of the service.

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use super::super::page::Page;
use super::list;
use super::ring::{PATH, Ring};
use crate::render::{MediaType, negotiate};

/// Returns the response to a request for the ring, or `None` if the request is for something else.
/// The caller has checked that the client may see it.
pub(in crate::dev) fn answer(request: &Parts, ring: &Ring, page: &Page) -> Option<Response> {
    let rest = request.uri.path().strip_prefix(PATH)?;
    let id = match rest {
        "" | "/" => "",
        rest => rest.strip_prefix('/')?,
    };
    match request.method {
        Method::GET if id.is_empty() => Some(list_of(ring, preferred(&request.headers))),
        Method::GET => one(ring, page, id, preferred(&request.headers)),
        Method::POST if id == "clear" => Some(cleared(ring, request.uri.query())),
        _ => None,
    }
}

fn list_of(ring: &Ring, media_type: MediaType) -> Response {
    let groups = ring.groups();
    match media_type {
        MediaType::Html => match Page::nonce() {
            Some(nonce) => {
                ring.allow(&nonce);
                let mut response = response(media_type, list::html(&groups, &nonce));
                response.headers_mut().extend(Page::headers(&nonce));
                response
            }
            None => response(MediaType::Text, list::markdown(&groups)),
        },
        MediaType::Markdown | MediaType::Text => response(media_type, list::markdown(&groups)),
        _ => response(MediaType::Json, list::json(&groups)),
    }
}

fn one(ring: &Ring, page: &Page, id: &str, media_type: MediaType) -> Option<Response> {
    let error = ring.find(id)?;
    Some(match media_type {
        MediaType::Html => {
            let representation = page.html(&error.details);
            let mut response = Response::new(Body::from(representation.body));
            response.headers_mut().insert(header::CONTENT_TYPE, representation.content_type);
            response.headers_mut().extend(representation.headers);
            common(response)
        }
        MediaType::Markdown | MediaType::Text => response(media_type, Page::whole(&error.details)),
        _ => response(MediaType::Json, list::one(&error)),
    })
}

/// Clears the ring if the query has the nonce of a page, and leads back to the list.
fn cleared(ring: &Ring, query: Option<&str>) -> Response {
    let nonce = query.and_then(|query| query.strip_prefix("nonce="));
    let is_cleared = nonce.is_some_and(|nonce| ring.clear(nonce));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if !is_cleared {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(PATH));
    common(response)
}

fn preferred(headers: &HeaderMap) -> MediaType {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.map_or(MediaType::Json, negotiate)
}

fn response(media_type: MediaType, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    let content_type = match media_type {
        MediaType::Json => HeaderValue::from_static("application/json"),
        other => other.content_type(),
    };
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    common(response)
}

fn common(mut response: Response) -> Response {
    const FIELDS: [(HeaderName, HeaderValue); 4] = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::VARY, HeaderValue::from_static("accept")),
    ];
    response.headers_mut().extend(FIELDS);
    response
}
