//! What is allowed and exposed, and which pages are on a developer's machine or network.

use std::mem;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use http::header::HeaderName;
use http::{HeaderValue, Method, header};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::context::X_REQUEST_ID;
use crate::support::Origin;

/// The layer of tower-http, and the lists that can be extended.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) layer: CorsLayer,
    pub(super) allowed_origins: AllowedOrigins,
    has_null_origin: bool,
    /// Whether pages of the allowed origins may send credentials of the user.
    has_credentials: bool,
    /// `None` allows whatever headers a page requests.
    allowed: Option<Vec<HeaderName>>,
    exposed: Vec<HeaderName>,
}

/// The origins whose pages may read responses.
#[derive(Debug, Clone)]
pub(super) enum AllowedOrigins {
    List(Vec<Origin>),
    Any,
    Local,
}

impl Policy {
    pub(super) fn new(who: AllowOrigin, allowed_origins: AllowedOrigins) -> Self {
        let layer = CorsLayer::new()
            .allow_origin(who)
            .allow_methods(METHODS)
            .allow_headers(ALLOWED)
            .expose_headers(EXPOSED)
            .max_age(Duration::from_secs(600));
        let (allowed, exposed) = (Some(ALLOWED.into()), EXPOSED.into());
        Self {
            layer,
            allowed_origins,
            has_null_origin: false,
            has_credentials: false,
            allowed,
            exposed,
        }
    }

    pub(super) fn set(&mut self, change: impl FnOnce(CorsLayer) -> CorsLayer) {
        self.layer = change(mem::take(&mut self.layer));
    }

    pub(super) fn set_origins(&mut self, origins: Vec<Origin>) {
        self.allowed_origins = AllowedOrigins::List(origins);
        self.allow_origins();
    }

    pub(super) fn allow_credentials(&mut self) {
        self.has_credentials = true;
        self.set(|layer| layer.allow_credentials(true));
    }

    /// Returns whether pages of this origin may send credentials of the user.
    #[cfg(feature = "stack")]
    pub(super) fn allows_credentials_of(&self, origin: &HeaderValue) -> bool {
        self.has_credentials
            && match &self.allowed_origins {
                AllowedOrigins::List(origins) => origins.iter().any(|one| one.is_sent(origin)),
                AllowedOrigins::Local => is_local(origin),
                AllowedOrigins::Any => false,
            }
    }

    pub(super) fn add_null_origin(&mut self) {
        self.has_null_origin = true;
        self.allow_origins();
    }

    fn allow_origins(&mut self) {
        let AllowedOrigins::List(origins) = self.allowed_origins.clone() else { return };
        let has_null_origin = self.has_null_origin;
        // `AllowOrigin::list` would be copied with its layer for every request.
        let who = AllowOrigin::predicate(move |sent, _| {
            origins.iter().any(|origin| origin.is_sent(sent)) || has_null_origin && sent == "null"
        });
        self.set(|layer| layer.allow_origin(who));
    }

    pub(super) fn add_allowed(&mut self, headers: impl IntoIterator<Item = HeaderName>) {
        let Some(allowed) = &mut self.allowed else { return };
        allowed.extend(headers);
        let all = AllowHeaders::list(allowed.clone());
        self.set(|layer| layer.allow_headers(all));
    }

    pub(super) fn mirror_request(&mut self) {
        self.allowed = None;
        self.set(|layer| {
            layer
                .allow_methods(AllowMethods::mirror_request())
                .allow_headers(AllowHeaders::mirror_request())
        });
    }

    pub(super) fn add_exposed(&mut self, headers: impl IntoIterator<Item = HeaderName>) {
        self.exposed.extend(headers);
        let all = self.exposed.clone();
        self.set(|layer| layer.expose_headers(all));
    }
}

/// Returns whether a page comes from this machine or its network. The developer is then its author,
/// while any page of the web may be open in the same browser.
pub(super) fn is_local(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| Origin::parse(origin).ok());
    origin
        .as_ref()
        .map(Origin::scheme_and_host)
        .is_some_and(|(scheme, host)| matches!(scheme, "http" | "https") && is_local_host(host))
}

fn is_local_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback() || address.is_private() || address.is_link_local();
    }
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse().is_ok_and(|address: Ipv6Addr| {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        });
    }
    // These names cannot be registered on the public web (RFC 6761, RFC 6762).
    let last = host.rsplit('.').next();
    matches!(last, Some("localhost" | "test" | "local"))
}

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::QUERY,
];

/// The headers that pages may send: content, credentials, conditions, ids and trace context.
const ALLOWED: [HeaderName; 12] = [
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
const EXPOSED: [HeaderName; 17] = [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_on_the_web_can_be_is_local() {
        let is_local = |origin: &str| is_local(&origin.parse().unwrap());
        for origin in [
            "http://localhost:5173",
            "https://localhost",
            "http://shop.localhost:3000",
            "http://127.0.0.1:8080",
            "http://192.168.1.5:5173",
            "http://[::1]:3000",
            "https://[fd00::1]",
            "https://phone.local",
            "https://shop.test",
        ] {
            assert!(is_local(origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example:127",
            "http://8.8.8.8",
            "http://[2001:db8::1]",
            "null",
            "",
            "file://",
            "http://",
            "ftp://localhost",
            "http://localhost:x",
        ] {
            assert!(!is_local(origin), "{origin}");
        }
    }
}
