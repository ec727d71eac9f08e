//! The names of the fields of log events and spans.

/// The names of the fields of [`DefaultReport`](super::DefaultReport) and of [`RequestSpan`](crate::layer::RequestSpan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FieldNames {
    /// The names of OpenTelemetry's semantic conventions, such as `http.route`, where they have one.
    /// This is the default.
    #[default]
    OpenTelemetry,
    /// Short names, such as `route`.
    Short,
}
