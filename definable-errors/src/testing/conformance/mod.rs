//! Hostile requests to any service, and the checks of its responses.

mod checks;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod conformance;
mod cors;
mod findings;
mod probe;
mod probes;
mod run;
mod send;
mod settings;
mod target;

pub use self::conformance::{Conformance, conformance};
pub use self::findings::{Finding, Findings};
