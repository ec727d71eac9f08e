use std::hash::Hash;

use axum::extract::MatchedPath;
use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use crate::error::ApiError;

/// The pattern of the matched route, such as `/orders/{id}`; all that matches none counts together.
///
/// A limit learns the route when it stands in `Router::layer`, `Router::route_layer` or at the route.
#[derive(Debug, Clone, Copy, Default)]
pub struct Route;

impl KeySource for Route {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        request.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str).hash(key);
        Ok(Identity::Known)
    }
}
