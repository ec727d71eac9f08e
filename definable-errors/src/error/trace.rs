use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

/// The stack at the creation of an error.
///
/// Nothing is captured unless development mode is switched on.
pub(crate) trait Trace: Debug + Send + Sync + 'static {
    /// Returns the captured value, for the code that can read it.
    #[cfg_attr(not(feature = "dev"), expect(dead_code, reason = "only `dev` reads a trace"))]
    fn as_any(&self) -> &dyn Any;
}

static CAPTURE: OnceLock<fn() -> Arc<dyn Trace>> = OnceLock::new();

/// Makes every error that operators must look at capture its trace from now on, in the whole
/// process.
#[cfg(feature = "dev")]
pub(crate) fn capture_with(capture: fn() -> Arc<dyn Trace>) {
    // A second call changes nothing, because there is only one way to capture.
    let _ = CAPTURE.set(capture);
}

/// Captures the trace of the caller if development mode is switched on.
pub(crate) fn capture() -> Option<Arc<dyn Trace>> {
    CAPTURE.get().map(|capture| capture())
}
