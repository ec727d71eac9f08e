//! The timeline of a request: the spans and events of `tracing` that occur while it is handled.
//!
//! The recorder finds the request that a span or an event is in, and adds an entry to its record. When an
//! error of the request is shown, the record becomes a [`Timeline`], whose texts are redacted.

mod entry;
mod record;
mod recorder;
mod shown;

pub(super) use self::record::{Record, is_on};
pub use self::recorder::timeline;
pub(super) use self::shown::{Timeline, TimelineEntry, millis};

#[cfg(test)]
mod recording;
