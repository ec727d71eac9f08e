use std::mem;
use std::time::Duration;

use http::HeaderName;
#[cfg(feature = "stack")]
use http::HeaderValue;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

#[cfg(feature = "stack")]
use super::local;
use super::names::{ALLOWED, EXPOSED, METHODS};
use crate::support::Origin;

/// The layer of tower-http, and the lists that can be extended.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) layer: CorsLayer,
    pub(super) allowed_origins: AllowedOrigins,
    has_null_origin: bool,
    /// Whether pages of the allowed origins may send credentials of the user.
    pub(super) has_credentials: bool,
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
                AllowedOrigins::Local => local::is_local(origin),
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
