//! A circuit breaker: it stops calls to a service that fails, and lets a few through again later.
//!
//! It is a state machine without I/O. Callers pass in the time, so every transition can be tested
//! without waiting.
//!
//! | state | calls | ends |
//! |---|---|---|
//! | closed | all pass and are counted, in ten buckets of one second | at a failure rate of 50 %, or a rate of slow calls of 80 %, of at least 20 calls: open |
//! | open | none pass | after 5 seconds, twice as long each time it opens again, at most 60: half-open |
//! | half-open | three at once pass | after three that succeed: closed; after one that fails: open |
//!
//! A call holds a [`Permit`] while it runs. A permit that is dropped without an outcome, because the
//! call was cancelled, is returned and counts as nothing.
//!
//! Apart from that, a service may ask for a pause (429). Until it has passed no call is let through,
//! whatever the state.

#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod breaker;
mod buckets;
mod permit;
#[cfg(test)]
mod tests;

pub use self::breaker::CircuitState;
pub(crate) use self::breaker::{Breaker, Refusal, Settings};
pub(crate) use self::permit::Permit;
