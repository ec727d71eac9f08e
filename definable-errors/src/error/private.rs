use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use super::{SourceLocation, Trace};

/// The half of an [`ApiError`](super::ApiError) that never reaches a client in production.
#[derive(Debug, Clone, Default)]
pub(super) struct Private {
    pub(super) source: Option<Source>,
    pub(super) notes: Vec<Cow<'static, str>>,
    /// The code of a derived 5xx whose clients see the built-in type of its status.
    pub(super) internal_code: Option<&'static str>,
    pub(super) location: Option<SourceLocation>,
    pub(super) trace: Option<Arc<dyn Trace>>,
}

/// The error that was converted, and the name of its type.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) error: Arc<dyn Error + Send + Sync>,
    pub(super) type_name: &'static str,
}
