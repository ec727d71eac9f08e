//! An [`ApiError`] becomes a response.
use crate::error::ApiError;
use axum::response::{IntoResponse, Response};
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        http::StatusCode::from(self.problem().status()).into_response()
    }
}
