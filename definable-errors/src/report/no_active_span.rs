//! Without the feature `opentelemetry` no span is known.

use super::ErrorEvent;
use crate::context::RequestContext;

#[derive(Clone)]
pub(crate) struct ActiveSpan;

#[expect(
    clippy::unused_self,
    reason = "the methods are those of the span of the feature `opentelemetry`"
)]
impl ActiveSpan {
    pub(crate) const fn current(_: &RequestContext) -> Self {
        Self
    }

    pub(crate) const fn is_none(&self) -> bool {
        true
    }

    pub(crate) const fn record(&self, _: &ErrorEvent<'_>) {}
}
