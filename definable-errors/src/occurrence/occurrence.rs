use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method};
use uuid::Uuid;

use super::{TraceContext, request_id};

/// This one request and its response.
///
/// Cheap to clone; all clones are the same occurrence. It is an extractor that never fails.
#[derive(Clone)]
pub struct Occurrence(Arc<Inner>);

struct Inner {
    id: Uuid,
    inbound: Option<HeaderValue>,
    traceparent: Option<HeaderValue>,
    method: Method,
    route: OnceLock<MatchedPath>,
    started: Instant,
}

impl Occurrence {
    /// The occurrence of a request that nobody has given one yet.
    pub(crate) fn new(method: &Method, headers: &HeaderMap, extensions: &Extensions) -> Self {
        Self(Arc::new(Inner {
            id: new_id(),
            inbound: request_id::inbound(headers),
            traceparent: TraceContext::raw(headers).cloned(),
            method: method.clone(),
            route: OnceLock::new(),
            started: Instant::now(),
        }))
        .passing(extensions)
    }

    /// The same occurrence further in. A route is known only where it was matched: behind
    /// `nest_service` that is further in than where the occurrence began.
    pub(crate) fn passing(self, extensions: &Extensions) -> Self {
        if let Some(route) = extensions.get::<MatchedPath>() {
            self.0.route.get_or_init(|| route.clone());
        }
        self
    }

    /// The id of this occurrence: a `UUIDv7`, also in `instance` and in the log.
    pub fn id(&self) -> Uuid {
        self.0.id
    }

    /// The correlation id: the caller's, if it sent a harmless one, else [`id`](Self::id).
    pub fn request_id(&self) -> Cow<'_, str> {
        match &self.0.inbound {
            Some(inbound) => Cow::Borrowed(inbound.to_str().expect("a legal id is ASCII")),
            None => Cow::Owned(self.0.id.to_string()),
        }
    }

    /// The correlation id as a header value.
    pub fn request_id_header(&self) -> HeaderValue {
        if let Some(inbound) = &self.0.inbound {
            return inbound.clone();
        }
        let mut buffer = Uuid::encode_buffer();
        let id = self.0.id.hyphenated().encode_lower(&mut buffer);
        HeaderValue::from_str(id).expect("a UUID is a header value")
    }

    /// The caller's trace, when its `traceparent` is valid.
    pub fn trace_context(&self) -> Option<TraceContext> {
        self.0.traceparent.as_ref().and_then(TraceContext::parse)
    }

    /// The method of the request.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The pattern of the matched route, such as `/orders/{id}`; none in a fallback.
    pub fn route(&self) -> Option<&str> {
        self.0.route.get().map(MatchedPath::as_str)
    }

    /// The time since the request arrived.
    pub fn elapsed(&self) -> Duration {
        self.0.started.elapsed()
    }
}

impl fmt::Debug for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Occurrence")
            .field("id", &self.id())
            .field("request_id", &self.request_id())
            .field("method", self.method())
            .field("route", &self.route())
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for Occurrence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().cloned();
        let known = known.map(|known| known.passing(&parts.extensions));
        Ok(known.unwrap_or_else(|| {
            let new = Self::new(&parts.method, &parts.headers, &parts.extensions);
            parts.extensions.insert(new.clone());
            new
        }))
    }
}

/// Sorts by time. The random bits keep ids apart; they are no secret, so a fast generator will do.
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
