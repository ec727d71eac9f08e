//! What a call sends of the request that causes it: its id, its trace, and the time that is left.

use std::time::Duration;

use http::{HeaderMap, HeaderName};

use crate::context::{RequestContext, X_REQUEST_ID};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The time that the service has for its answer, in milliseconds; Envoy's name for it.
const EXPECTED_TIMEOUT: HeaderName = HeaderName::from_static("x-envoy-expected-rq-timeout-ms");

/// Adds the ids of the request. Each attempt is a parent of its own in the trace.
pub(super) fn add_ids(headers: &mut HeaderMap, context: &RequestContext) {
    headers.insert(X_REQUEST_ID, context.request_id_header());
    if let Some(trace) = context.trace_context() {
        headers.insert(TRACEPARENT, trace.child());
        if let Some(state) = context.trace_state() {
            headers.insert(TRACESTATE, state.clone());
        }
    }
}

/// Adds the time that is left, in whole milliseconds.
pub(super) fn add_timeout(headers: &mut HeaderMap, left: Duration) {
    let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    headers.insert(EXPECTED_TIMEOUT, millis.into());
}
