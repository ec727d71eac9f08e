use axum::response::{IntoResponse, Response};
use definable_errors::auth::RefreshToken;
use definable_errors::auth::jwt::IssuedToken;
use definable_errors::extract::Json;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use utoipa::ToSchema;

/// The response to a login (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenPair {
    /// A JWT for the `Authorization` header.
    access_token: String,
    /// It continues the login, once.
    refresh_token: String,
    token_type: &'static str,
    /// The seconds for which the access token is valid.
    expires_in: u64,
}

impl TokenPair {
    pub(super) fn new(access: &IssuedToken, refresh: &RefreshToken) -> Self {
        Self {
            access_token: access.as_str().to_owned(),
            refresh_token: refresh.as_str().to_owned(),
            token_type: "Bearer",
            expires_in: access.expires_in(),
        }
    }
}

/// Forbids caches to store the response.
impl IntoResponse for TokenPair {
    fn into_response(self) -> Response {
        ([(CACHE_CONTROL, "no-store")], Json(self)).into_response()
    }
}
