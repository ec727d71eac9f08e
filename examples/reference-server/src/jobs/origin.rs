//! The ids of the request that started a job, stored with it: they outlive the server that runs it.

use axum::extract::FromRequestParts;
use definable_errors::RequestContext;
use definable_errors::context::{Subject, TraceContext, X_REQUEST_ID};
use http::{HeaderName, HeaderValue, Method, Request};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The ids of the request that started a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) request_id: String,
    /// The trace of the request, as its `traceparent` (W3C Trace Context).
    pub(super) traceparent: Option<String>,
    /// The id of the user.
    pub(super) started_by: Option<String>,
}

impl Origin {
    pub(super) fn from_context(context: &RequestContext) -> Self {
        Self {
            request_id: context.request_id().into_owned(),
            traceparent: context.trace_context().as_ref().map(traceparent),
            started_by: context.subject().map(|user| user.id().to_owned()),
        }
    }

    /// Creates a context with these ids and an id of its own, for a failure that is noticed when the
    /// context of the request no longer exists.
    pub(super) async fn into_context(self) -> RequestContext {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = Method::POST;
        let headers = [(X_REQUEST_ID, Some(self.request_id)), (TRACEPARENT, self.traceparent)];
        for (name, value) in headers {
            if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
                parts.headers.insert(name, value);
            }
        }
        let Ok(context) = RequestContext::from_request_parts(&mut parts, &()).await;
        if let Some(user) = self.started_by {
            context.set_subject(Subject::user(&user));
        }
        context
    }
}

fn traceparent(trace: &TraceContext) -> String {
    let flags = u8::from(trace.is_sampled());
    format!("00-{}-{}-{flags:02x}", trace.trace_id(), trace.parent_id())
}

impl FromRow<'_, AnyRow> for Origin {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            request_id: row.try_get("request_id")?,
            traceparent: row.try_get("traceparent")?,
            started_by: row.try_get("started_by")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn restored_context_has_the_ids_of_the_request() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let origin = Origin {
            request_id: "started-7".into(),
            traceparent: Some(trace.into()),
            started_by: Some("7".into()),
        };
        let context = origin.clone().into_context().await;
        assert_eq!(context.request_id(), "started-7");
        assert_eq!(context.trace_id(), Some(&trace[3..35]));
        assert_eq!(context.subject().map(Subject::id), Some("7"));
        assert_ne!(context.id().to_string(), "started-7");
        assert_eq!(Origin::from_context(&context), origin);
    }
}
