use std::hash::Hash;

use axum::extract::MatchedPath;
use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use crate::error::ApiError;

/// A key source that uses the pattern of the matched route, such as `/orders/{id}`; all requests
/// that match no route count together.
///
/// A limit sees the route only in `Router::layer`, `Router::route_layer` or on the route itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Route;

impl KeySource for Route {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        request.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str).hash(key);
        Ok(Identity::Known)
    }
}
