//! Tests of a constructor for every built-in type: its code, status and detail.

use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::problem::{Place, Violation};
use definable_errors::{ApiError, ApiErrorLayer};
use http::Method;
use support::{get, send};

#[expect(clippy::too_many_lines, reason = "a table")]
fn all() -> Vec<(ApiError, u16, &'static str, &'static str)> {
    let second = Duration::from_secs(1);
    let violation = || Violation::new(Place::Query("limit".into()), "type", "must be an integer");
    let other = || Violation::new(Place::Query("page".into()), "type", "must be an integer");
    vec![
        (ApiError::malformed_body("line 1, column 2"), 400, "malformed_body", "line 1, column 2"),
        (
            ApiError::validation_failed([violation()]),
            400,
            "validation_failed",
            "1 field is not valid.",
        ),
        (
            ApiError::validation_failed([violation(), other()]),
            400,
            "validation_failed",
            "2 fields are not valid.",
        ),
        (ApiError::invalid_authorization(), 400, "invalid_authorization", "Invalid authorization"),
        (
            ApiError::missing_credentials(),
            401,
            "missing_credentials",
            "Invalid authorization: no credentials were sent.",
        ),
        (ApiError::invalid_token(), 401, "invalid_token", "Invalid or expired token"),
        (ApiError::token_expired(), 401, "token_expired", "Token expired"),
        (ApiError::invalid_credentials(), 401, "invalid_credentials", "Invalid credentials"),
        (ApiError::invalid_api_key(), 401, "invalid_api_key", "Invalid or inactive API key"),
        (
            ApiError::insufficient_permissions("kb:read"),
            403,
            "insufficient_permissions",
            "Access denied. Required: kb:read",
        ),
        (ApiError::insufficient_role(), 403, "insufficient_role", "Insufficient permissions"),
        (
            ApiError::not_a_member(),
            403,
            "not_a_member",
            "User is not a member of this organization",
        ),
        (
            ApiError::membership_suspended(),
            403,
            "membership_suspended",
            "The membership in this organization is suspended.",
        ),
        (
            ApiError::membership_pending(),
            403,
            "membership_pending",
            "The invitation to this organization has not been accepted yet.",
        ),
        (ApiError::insufficient_scope("kb:read"), 403, "insufficient_scope", "Insufficient scope"),
        (
            ApiError::insufficient_user_authentication(),
            401,
            "insufficient_user_authentication",
            "A more recent or stronger login is required.",
        ),
        (ApiError::forbidden("No."), 403, "forbidden", "No."),
        (ApiError::not_found("Resource not found"), 404, "not_found", "Resource not found"),
        (ApiError::route_not_found(), 404, "route_not_found", "No route matched"),
        (
            ApiError::method_not_allowed(&[Method::GET, Method::PUT]),
            405,
            "method_not_allowed",
            "Method not allowed",
        ),
        (ApiError::request_timeout(), 408, "request_timeout", "Request timeout"),
        (ApiError::conflict("Taken."), 409, "conflict", "Taken."),
        (ApiError::gone("Long gone."), 410, "gone", "Long gone."),
        (ApiError::precondition_failed("Changed."), 412, "precondition_failed", "Changed."),
        (ApiError::precondition_required("If?"), 428, "precondition_required", "If?"),
        (
            ApiError::payload_too_large(10),
            413,
            "payload_too_large",
            "The body is larger than 10 bytes.",
        ),
        (
            ApiError::unsupported_media_type("application/json"),
            415,
            "unsupported_media_type",
            "Supported: application/json",
        ),
        (ApiError::unprocessable("No."), 422, "unprocessable", "No."),
        (ApiError::rate_limited(second), 429, "rate_limited", "Too many requests"),
        (ApiError::internal_error(), 500, "internal_error", "Internal server error"),
        (ApiError::not_implemented("Not yet."), 501, "not_implemented", "Not yet."),
        (
            ApiError::upstream_failed(),
            502,
            "upstream_failed",
            "A service that this request depends on failed.",
        ),
        (ApiError::overloaded(second), 503, "overloaded", "Overloaded"),
        (ApiError::service_unavailable(second), 503, "service_unavailable", "Service unavailable"),
        (ApiError::circuit_open(second), 503, "circuit_open", "Circuit open"),
        (ApiError::keys_unavailable(second), 503, "keys_unavailable", "Keys unavailable"),
        (ApiError::deadline_exceeded(), 503, "deadline_exceeded", "Deadline exceeded"),
        (ApiError::upstream_timeout(), 504, "upstream_timeout", "Upstream timeout"),
        (ApiError::bad_request("No."), 400, "bad_request", "No."),
        (ApiError::unauthorized("No."), 401, "unauthorized", "No."),
    ]
}

#[tokio::test]
async fn built_in_types_have_their_status_code_and_detail() {
    for (error, status, code, detail) in all() {
        let app = Router::new().route("/", on_get(async move || error)).layer(ApiErrorLayer::new());
        let answer = send(app, get("/")).await;
        answer.check();
        let body = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &body["code"], &body["detail"]),
            (status, &code.into(), &detail.into())
        );
        assert_eq!(
            body["retryable"].as_bool(),
            matches!(status, 408 | 429 | 502..=504).then_some(true),
            "{code}"
        );
        let must_wait = matches!(status, 429 | 503);
        assert_eq!(answer.header("retry-after").is_some(), must_wait, "{code}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let required: &[&str] = match status {
            401 => &["www-authenticate"],
            405 => &["allow"],
            415 => &["accept"],
            _ => &[],
        };
        assert!(required.iter().all(|name| answer.header(name).is_some()), "{code}");
    }
}

#[tokio::test]
async fn rejected_token_is_explained_in_the_challenge() {
    for (error, expected) in [
        (ApiError::missing_credentials(), "Bearer realm=\"api\""),
        (ApiError::invalid_token(), "Bearer realm=\"api\", error=\"invalid_token\""),
        (ApiError::invalid_authorization(), "Bearer realm=\"api\", error=\"invalid_request\""),
        (
            ApiError::insufficient_scope("a b"),
            "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"a b\"",
        ),
        (ApiError::invalid_api_key(), "ApiKey realm=\"api\""),
    ] {
        let app = Router::new().route("/", on_get(async move || error)).layer(ApiErrorLayer::new());
        let answer = send(app, get("/")).await;
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, [expected]);
    }
}
