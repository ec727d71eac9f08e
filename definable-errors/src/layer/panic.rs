//! Panics as errors: a panic becomes an `internal_error`, and operators see where it happened.

use std::any::Any;
use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Once};

use crate::error::{ApiError, SourceLocation, Trace, capture};
use crate::problem::{ErrorStatus, INTERNAL_ERROR, Problem};

/// The payload of a panic.
pub(super) type Payload = Box<dyn Any + Send>;

thread_local! {
    /// The last panic of this thread, because a payload does not contain its location.
    static LAST: RefCell<Option<Note>> = const { RefCell::new(None) };
}

struct Note {
    message: String,
    location: Option<SourceLocation>,
    trace: Option<Arc<dyn Trace>>,
}

/// Notes panics from now on, once per process; the previous hook is called as before.
pub(super) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            note(info);
            previous(info);
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) {
    let note = Note {
        message: message(info.payload()),
        location: info.location().map(SourceLocation::copied),
        trace: capture(ErrorStatus::INTERNAL_SERVER_ERROR),
    };
    // A panic while the thread ends, or inside this very access, is not noted.
    let _ = LAST.try_with(|last| last.try_borrow_mut().map(|mut last| *last = Some(note)));
}

/// Returns the result of `work`, or `None` if it panics.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(forget).ok()
}

/// Drops a payload. It may panic once more when it is dropped, and the payload of that panic cannot
/// be dropped at all.
fn forget(payload: Payload) {
    if let Err(again) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
}

/// Makes the error of a panic that was caught on this thread.
pub(crate) fn error(payload: Payload) -> ApiError {
    let message = message(&*payload);
    forget(payload);
    let note = LAST.try_with(RefCell::take).ok().flatten();
    let error = ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
        .with_boxed_source(Box::new(Panic(message.clone())), "panic");
    // `resume_unwind` calls no hook: the note may belong to an older panic.
    let Some(note) = note.filter(|note| note.message == message) else {
        return error;
    };
    let error = error.with_trace(note.trace);
    match note.location {
        Some(location) => error.with_location(location),
        None => error,
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text")
        .to_owned()
}

/// The text of a panic, as the source of its error.
#[derive(Debug)]
struct Panic(String);

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Panic {}
