use super::{ErrorEvent, Report};

/// The default reporter. It does nothing: without the feature `tracing` there is nothing to emit
/// to.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultReport;

impl Report for DefaultReport {
    fn report(&self, _: &ErrorEvent<'_>) {}
}
