//! The timeline of a request: the spans and events of `tracing` that occur while it is handled.
//!
//! The recorder finds the request that a span or an event is in, and adds an entry to its record. When an
//! error of the request is shown, the record becomes a [`Timeline`], whose texts are redacted.

mod entry;
mod record;
mod recorder;
#[cfg(test)]
mod test_support;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod timeline;

pub(super) use self::record::{Record, is_on};
pub use self::recorder::timeline;
pub(super) use self::timeline::{Timeline, TimelineEntry, millis};
