//! Tests of members, headers, waits and levels.

use std::time::Duration;

use definable_errors::problem::{Level, MemberSchema};
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
enum ShopError {
    #[error("order {id}")]
    #[api(status = 409, header("X-Order" = id), header("X-Carrier" = carrier))]
    Conflict {
        #[api(member = "order_id")]
        id: u64,
        #[api(member)]
        carrier: &'static str,
    },
    #[error("too often")]
    #[api(status = 429, retry_after = wait, level = "warn", retryable = false)]
    TooOften { wait: Duration },
    #[error("again")]
    #[api(status = 429)]
    Again,
    #[error("closed")]
    #[api(status = 503, retry_after = 30)]
    Closed,
    #[error("paused")]
    #[api(status = 503, level = "trace")]
    Paused,
    #[error("gone")]
    #[api(status = 503, retryable = false)]
    Over,
    #[error("locked")]
    #[api(status = 423, retryable)]
    Locked,
    #[error("log in")]
    #[api(status = 401, challenge = r#"Bearer realm="shop""#)]
    LoggedOut,
    #[error("lost")]
    #[api(status = 500, code = "lost")]
    Lost(#[api(member = "shelf_id")] u8),
}

fn made(error: ShopError) -> ApiError {
    error.into_api_error()
}

#[test]
fn members_are_public_and_declared() {
    let error = made(ShopError::Conflict { id: 7, carrier: "dhl" });
    let members = error.problem().members();
    assert_eq!(members.get("order_id").unwrap(), 7);
    assert_eq!(members.get("carrier").unwrap(), "dhl");
    let declared = error.problem().problem_type().members().iter();
    assert_eq!(declared.map(MemberSchema::name).collect::<Vec<_>>(), ["order_id", "carrier"]);
}

#[test]
fn a_5xx_may_have_members_too() {
    let error = made(ShopError::Lost(3));
    assert_eq!(error.problem().members().get("shelf_id").unwrap(), 3);
}

#[test]
fn headers_carry_fields() {
    let error = made(ShopError::Conflict { id: 7, carrier: "dhl" });
    let headers = error.headers().iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    assert_eq!(headers, [("x-order", "7"), ("x-carrier", "dhl")]);
}

#[test]
fn wait_is_a_constant_a_field_or_the_default() {
    let wait = |error| made(error).problem().retry_after();
    let field = ShopError::TooOften { wait: Duration::from_millis(1500) };
    assert_eq!(wait(field), Some(Duration::from_secs(2)));
    assert_eq!(wait(ShopError::Closed), Some(Duration::from_secs(30)));
    assert_eq!(wait(ShopError::Again), Some(Duration::from_secs(5)));
    assert_eq!(wait(ShopError::Paused), Some(Duration::from_secs(5)));
    assert_eq!(wait(ShopError::Over), None);
    assert_eq!(wait(ShopError::Locked), None);
}

#[test]
fn retryable_overrides_the_status() {
    let is_retryable = |error| made(error).problem().is_retryable();
    assert!(is_retryable(ShopError::Closed));
    assert!(is_retryable(ShopError::Locked));
    assert!(!is_retryable(ShopError::Over));
    assert!(!is_retryable(ShopError::Lost(1)));
}

#[test]
fn level_follows_the_status_by_default() {
    let level = |error| made(error).level();
    assert_eq!(level(ShopError::TooOften { wait: Duration::ZERO }), Level::Warn);
    assert_eq!(level(ShopError::Paused), Level::Trace);
    assert_eq!(level(ShopError::Closed), Level::Error);
    assert_eq!(made(ShopError::Paused).problem().code(), "service_unavailable");
    assert_eq!(made(ShopError::Paused).internal_code(), Some("paused"));
    assert_eq!(level(ShopError::Locked), Level::Debug);
    assert_eq!(level(ShopError::Again), Level::Info);
}

#[test]
fn challenge_belongs_to_the_type() {
    let error = made(ShopError::LoggedOut);
    let challenge = error.problem().problem_type().challenge();
    assert_eq!(challenge, Some(r#"Bearer realm="shop""#));
}
