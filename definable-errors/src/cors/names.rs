//! The methods and headers that are allowed and exposed by default.

use http::Method;
use http::header::{self, HeaderName};

use crate::context::X_REQUEST_ID;

pub(super) const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::QUERY,
];

/// The headers that pages may send: content, credentials, conditions, ids and trace context.
pub(super) const ALLOWED: [HeaderName; 12] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("last-event-id"),
    X_REQUEST_ID,
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];

/// The headers that pages may read, besides the few that browsers always expose.
pub(super) const EXPOSED: [HeaderName; 17] = [
    X_REQUEST_ID,
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("traceresponse"),
    HeaderName::from_static("server-timing"),
    header::RETRY_AFTER,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("x-ratelimit-limit"),
    HeaderName::from_static("x-ratelimit-remaining"),
    HeaderName::from_static("x-ratelimit-reset"),
    header::WWW_AUTHENTICATE,
    header::ALLOW,
    header::LOCATION,
    // Pages need it for `If-Match`, which they may send.
    header::ETAG,
    header::LINK,
    HeaderName::from_static("deprecation"),
    HeaderName::from_static("sunset"),
];
