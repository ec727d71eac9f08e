use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

/// What was on the stack when an error was born.
///
/// Nothing is captured unless development is switched on.
pub(crate) trait Trace: Debug + Send + Sync + 'static {
    /// The captured thing itself, for the one that reads it.
    #[cfg_attr(not(feature = "dev"), expect(dead_code, reason = "only `dev` reads a trace"))]
    fn as_any(&self) -> &dyn Any;
}

static CAPTURE: OnceLock<fn() -> Arc<dyn Trace>> = OnceLock::new();

/// From now on every error that operators must look at captures its trace, in the whole process.
#[cfg(feature = "dev")]
pub(crate) fn capture_with(capture: fn() -> Arc<dyn Trace>) {
    // A second call changes nothing: there is only one way to capture.
    let _ = CAPTURE.set(capture);
}

/// The trace of whoever calls, when development is switched on.
pub(crate) fn capture() -> Option<Arc<dyn Trace>> {
    CAPTURE.get().map(|capture| capture())
}
