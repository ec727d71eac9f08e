//! Exactly the valid fields of W3C Trace Context are read.

use axum::Router;
use definable_errors::ApiErrorLayer;
use definable_errors::context::TraceContext;
use http::HeaderName;

use super::exchange::{Exchange, request_with};

/// Asserts that exactly the valid fields of W3C Trace Context are read, and that the body has the trace
/// id of such a field.
pub fn traceparent(bytes: &[u8]) {
    let Some(request) = request_with(HeaderName::from_static("traceparent"), bytes) else { return };
    let expected = std::str::from_utf8(bytes).ok().and_then(trace_id);
    let answer = Exchange::send(Router::new().layer(ApiErrorLayer::new()), request);
    let body = answer.problem();
    assert_eq!(body.get("trace_id").and_then(|id| id.as_str()), expected, "{bytes:?}");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let context = text.parse::<TraceContext>().ok();
    assert_eq!(context.as_ref().map(TraceContext::trace_id), expected, "{text:?}");
}

/// Returns the trace id of a valid field, read as the specification is written: section by section.
fn trace_id(field: &str) -> Option<&str> {
    let mut parts = field.splitn(5, '-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (parent, flags, rest) = (parts.next()?, parts.next()?, parts.next());
    let is_hex = |text: &str, len: usize| {
        text.len() == len && text.chars().all(|digit| "0123456789abcdef".contains(digit))
    };
    let is_some = |id: &str| id.contains(|digit| digit != '0');
    let is_valid = field.is_ascii()
        && is_hex(version, 2)
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && is_some(trace)
        && is_some(parent)
        && version != "ff"
        && (version != "00" || rest.is_none());
    is_valid.then_some(trace)
}
