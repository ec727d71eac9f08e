//! Without the feature `tracing` there are no spans.

use axum::body::Body;

use crate::context::RequestContext;
use crate::report::FieldNames;

#[derive(Clone)]
pub(super) struct Span;

#[expect(
    clippy::unused_self,
    reason = "the methods are those of the span of the feature `tracing`"
)]
impl Span {
    pub(super) const fn may_open() -> bool {
        false
    }

    pub(super) const fn open(_: &RequestContext, _: FieldNames) -> Self {
        Self
    }

    pub(super) const fn enter(&self) -> Option<()> {
        None
    }

    pub(super) const fn note_trace(&self, _: &RequestContext) {}

    pub(super) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    pub(super) const fn record_route(&self) {}
}

pub(super) const fn in_current_span(body: Body) -> Body {
    body
}
