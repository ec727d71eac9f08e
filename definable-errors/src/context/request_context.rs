//! The context of a request, which all layers, extractors and handlers share.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method, Request};
use uuid::Uuid;

use super::active_trace::ActiveTrace;
use super::inbound::Inbound;
#[cfg(feature = "upstream")]
use super::trace_state;
use super::{Deadline, Subject, TraceContext};
use crate::problem::{ProblemTypes, Types};

/// Five centuries in the future, which counts as no deadline.
const NO_DEADLINE: u64 = u64::MAX;

/// The context of one request and its response.
///
/// It is cheap to clone; all clones are the same context. It is an extractor that never fails.
#[derive(Clone)]
pub struct RequestContext(Arc<Inner>);

struct Inner {
    /// Created at first use: a success whose caller sent an id never needs it.
    id: OnceLock<Uuid>,
    inbound: Inbound,
    active_trace: ActiveTrace,
    method: Method,
    route: Option<MatchedPath>,
    /// The route as seen further in, if a layer around the router ran before it was matched.
    late_route: OnceLock<MatchedPath>,
    subject: OnceLock<Subject>,
    /// Read when a handler extracts the context, because only a request that calls other services
    /// needs it.
    #[cfg(feature = "upstream")]
    trace_state: OnceLock<HeaderValue>,
    is_claimed: AtomicBool,
    started: Instant,
    /// The deadline in nanoseconds after the start.
    deadline: AtomicU64,
}

impl RequestContext {
    /// Creates the context of a request that has none yet.
    pub(crate) fn new(method: &Method, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let context = Self(Arc::new(Inner {
            id: OnceLock::new(),
            inbound: Inbound::read(headers),
            active_trace: ActiveTrace::new(),
            method: method.clone(),
            route: extensions.get::<MatchedPath>().cloned(),
            late_route: OnceLock::new(),
            subject: OnceLock::new(),
            #[cfg(feature = "upstream")]
            trace_state: OnceLock::new(),
            is_claimed: AtomicBool::new(false),
            started: Instant::now(),
            deadline: AtomicU64::new(NO_DEADLINE),
        }));
        context.note_active_trace();
        context
    }

    /// Notes the trace of the active OpenTelemetry span, unless one was noted before.
    ///
    /// A layer may be called before the middleware around it makes its span active, which happens at
    /// the latest when its future is polled. So this is repeated where the id is needed.
    #[inline]
    pub(crate) fn note_active_trace(&self) {
        self.0.active_trace.note();
    }

    /// Claims the request for a layer, and returns whether another layer has claimed it before.
    pub(crate) fn claim(&self) -> bool {
        self.0.is_claimed.swap(true, Ordering::Relaxed)
    }

    /// Returns the context that the request already has, after looking for the route once more.
    pub(crate) fn known(extensions: &Extensions) -> Option<Self> {
        let known = extensions.get::<Self>()?;
        if let Some(route) = extensions.get::<MatchedPath>() {
            known.0.late_route.get_or_init(|| route.clone());
        }
        Some(known.clone())
    }

    /// Notes the route that matched, if the layer was too far out to see it.
    #[cfg(feature = "router")]
    pub(crate) fn note_route(extensions: &Extensions) {
        let Some(known) = extensions.get::<Self>().filter(|known| known.route().is_none()) else {
            return;
        };
        if let Some(route) = extensions.get::<MatchedPath>() {
            known.0.late_route.get_or_init(|| route.clone());
        }
    }

    /// Returns the context of a request, and creates it if there is none.
    pub(crate) fn of_request<B>(request: &mut Request<B>) -> Self {
        if let Some(known) = Self::known(request.extensions()) {
            return known;
        }
        let new = Self::new(request.method(), request.headers(), request.extensions());
        request.extensions_mut().insert(new.clone());
        new
    }

    /// Returns the context of a request, and creates it if there is none.
    pub(crate) fn of(parts: &mut Parts) -> Self {
        if let Some(known) = Self::known(&parts.extensions) {
            return known;
        }
        let new = Self::new(&parts.method, &parts.headers, &parts.extensions);
        parts.extensions.insert(new.clone());
        new
    }

    /// Returns the id of this context: a `UUIDv7`, also in `instance` and in the log.
    pub fn id(&self) -> Uuid {
        *self.0.id.get_or_init(new_id)
    }

    /// Returns the correlation id: the caller's, if it sent a harmless one, else [`id`](Self::id).
    pub fn request_id(&self) -> Cow<'_, str> {
        match self.inbound_id() {
            Some(inbound) => Cow::Borrowed(ascii(inbound.as_bytes())),
            None => Cow::Owned(self.id().to_string()),
        }
    }

    /// Returns the caller's correlation id, if it sent a harmless one.
    pub(crate) fn inbound_id(&self) -> Option<&HeaderValue> {
        self.0.inbound.request_id.as_ref()
    }

    /// Returns the caller's `Accept` header, unparsed.
    pub(crate) fn accept(&self) -> Option<&HeaderValue> {
        self.0.inbound.accept.as_ref()
    }

    /// Returns the correlation id as a header value.
    pub fn request_id_header(&self) -> HeaderValue {
        if let Some(inbound) = &self.0.inbound.request_id {
            return inbound.clone();
        }
        let mut buffer = Uuid::encode_buffer();
        let id = self.id().hyphenated().encode_lower(&mut buffer);
        HeaderValue::from_str(id).expect("a UUID is a header value")
    }

    /// Returns the id of the trace: 32 lower-case hexadecimal digits, or `None` if there is no trace.
    ///
    /// With the feature `opentelemetry` it is that of the OpenTelemetry span around the request. Without
    /// such a span it is that of the caller, if its `traceparent` is valid.
    ///
    /// Usually the two are the same, because the span continues the caller's trace. If a service
    /// starts traces of its own, those are the ones that its operators find.
    pub fn trace_id(&self) -> Option<&str> {
        self.raw_trace_id().map(ascii)
    }

    pub(crate) fn raw_trace_id(&self) -> Option<&[u8]> {
        let inbound = || self.0.inbound.traceparent.as_ref().and_then(TraceContext::trace_id_of);
        self.0.active_trace.id().or_else(inbound)
    }

    /// Returns the caller's trace, if its `traceparent` is valid.
    pub fn trace_context(&self) -> Option<TraceContext> {
        self.0.inbound.traceparent.as_ref().and_then(TraceContext::parse)
    }

    #[cfg(feature = "upstream")]
    fn read_trace_state(&self, headers: &HeaderMap) {
        // Without a trace it has no meaning.
        if self.trace_context().is_none() || self.0.trace_state.get().is_some() {
            return;
        }
        if let Some(state) = trace_state::read(headers) {
            // Another extraction at the same time read the same.
            let _ = self.0.trace_state.set(state);
        }
    }

    /// Returns the caller's `tracestate` for a service that this one calls, if its `traceparent` is
    /// valid and a handler or an extractor extracted this context.
    #[cfg(feature = "upstream")]
    pub(crate) fn trace_state(&self) -> Option<&HeaderValue> {
        self.0.trace_state.get()
    }

    /// Returns the method of the request.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// Returns the pattern of the matched route, such as `/orders/{id}`, or `None` in a fallback.
    pub fn route(&self) -> Option<&str> {
        let route = self.0.route.as_ref().or_else(|| self.0.late_route.get());
        route.map(MatchedPath::as_str)
    }

    /// Returns the authenticated caller, as soon as it is known.
    pub fn subject(&self) -> Option<&Subject> {
        self.0.subject.get()
    }

    /// Sets the authenticated caller. Only the first call has an effect.
    pub fn set_subject(&self, subject: Subject) {
        // The first subject stays.
        let _ = self.0.subject.set(subject);
    }

    /// Returns the time by which the request must be answered.
    pub fn deadline(&self) -> Deadline {
        self.after(self.0.deadline.load(Ordering::Relaxed))
    }

    /// Brings the deadline forward to `to`, unless it is already earlier, and returns the deadline
    /// that applies now.
    pub fn shorten_deadline(&self, to: Instant) -> Deadline {
        let nanos = to.saturating_duration_since(self.0.started).as_nanos();
        let nanos = u64::try_from(nanos).unwrap_or(NO_DEADLINE);
        self.after(self.0.deadline.fetch_min(nanos, Ordering::Relaxed).min(nanos))
    }

    fn after(&self, nanos: u64) -> Deadline {
        match nanos {
            NO_DEADLINE => Deadline::none(),
            nanos => Deadline::at(self.0.started + Duration::from_nanos(nanos)),
        }
    }

    /// Returns when the request arrived.
    pub fn started(&self) -> Instant {
        self.0.started
    }

    /// Returns the time since the request arrived.
    pub fn elapsed(&self) -> Duration {
        self.0.started.elapsed()
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("id", &self.id())
            .field("request_id", &self.request_id())
            .field("method", self.method())
            .field("route", &self.route())
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = Self::of(parts);
        context.note_active_trace();
        #[cfg(feature = "upstream")]
        context.read_trace_state(&parts.headers);
        Ok(context)
    }
}

impl ProblemTypes for RequestContext {
    const TYPES: Types = Types::EMPTY;
}

impl<S: Sync> FromRequestParts<S> for Deadline {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(RequestContext::of(parts).deadline())
    }
}

impl ProblemTypes for Deadline {
    const TYPES: Types = Types::EMPTY;
}

fn ascii(id: &[u8]) -> &str {
    std::str::from_utf8(id).expect("a legal id is ASCII")
}

/// Creates an id that sorts by time. The random bits keep ids apart; they are no secret, so a fast
/// generator is enough.
fn new_id() -> Uuid {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = now.as_secs() * 1000 + u64::from(now.subsec_millis());
    let mut random = [0; 10];
    random[..8].copy_from_slice(&fastrand::u64(..).to_ne_bytes());
    random[8..].copy_from_slice(&fastrand::u16(..).to_ne_bytes());
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_7_and_differ() {
        let ids: Vec<_> = (0..100).map(|_| new_id()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 100);
    }
}
