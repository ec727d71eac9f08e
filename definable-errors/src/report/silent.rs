//! Without the feature `tracing` there is nothing to emit to.

use super::{ErrorEvent, FieldNames, LeftOut};
use crate::context::RequestContext;

pub(super) const fn is_on() -> bool {
    false
}

pub(super) const fn failed(_: &ErrorEvent<'_>, _: FieldNames) {}

pub(super) const fn disconnected(_: &RequestContext, _: FieldNames) {}

pub(super) const fn left_out(_: &LeftOut, _: FieldNames) {}
