use super::{ErrorEvent, Report};

/// Does nothing: without the feature `tracing` there is nothing to emit to.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultReport;

impl Report for DefaultReport {
    fn report(&self, _: &ErrorEvent<'_>) {}
}
