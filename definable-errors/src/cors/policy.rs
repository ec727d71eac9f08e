use std::mem;
use std::time::Duration;

use http::HeaderName;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use super::names::{ALLOWED, EXPOSED, METHODS};
use crate::support::Origin;

/// The layer of tower-http, and the lists that can be extended.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) layer: CorsLayer,
    origins: Vec<Origin>,
    has_null_origin: bool,
    /// `None` allows whatever headers a page requests.
    allowed: Option<Vec<HeaderName>>,
    exposed: Vec<HeaderName>,
}

impl Policy {
    pub(super) fn new(who: AllowOrigin) -> Self {
        let layer = CorsLayer::new()
            .allow_origin(who)
            .allow_methods(METHODS)
            .allow_headers(ALLOWED)
            .expose_headers(EXPOSED)
            .max_age(Duration::from_secs(600));
        let (allowed, exposed) = (Some(ALLOWED.into()), EXPOSED.into());
        Self { layer, origins: Vec::new(), has_null_origin: false, allowed, exposed }
    }

    pub(super) fn set(&mut self, change: impl FnOnce(CorsLayer) -> CorsLayer) {
        self.layer = change(mem::take(&mut self.layer));
    }

    pub(super) fn add_origins(&mut self, origins: impl IntoIterator<Item = Origin>) {
        self.origins.extend(origins);
        self.allow_origins();
    }

    pub(super) fn add_null_origin(&mut self) {
        self.has_null_origin = true;
        self.allow_origins();
    }

    fn allow_origins(&mut self) {
        let (origins, has_null_origin) = (self.origins.clone(), self.has_null_origin);
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
