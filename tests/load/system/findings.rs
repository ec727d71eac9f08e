//! What was wrong, counted by what it breaks.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::gates::{Figure, Gates, note};

/// A promise of the server that a response, a connection or a log line can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Promise {
    Answered,
    Expected,
    Problem,
    KnownCode,
    RequestId,
    SameRequestId,
    NoServerError,
    Secret,
    LogLine,
    NoErrorLogged,
    ReportedOnce,
}

impl Promise {
    const OF_RESPONSES: [Self; 8] = [
        Self::Answered,
        Self::Expected,
        Self::Problem,
        Self::KnownCode,
        Self::RequestId,
        Self::SameRequestId,
        Self::NoServerError,
        Self::Secret,
    ];

    const OF_LOGS: [Self; 4] =
        [Self::LogLine, Self::NoErrorLogged, Self::ReportedOnce, Self::Secret];

    /// Returns what breaks it.
    const fn broken(self) -> &'static str {
        match self {
            Self::Answered => "requests without a whole response",
            Self::Expected => "responses with another status or code than expected",
            Self::Problem => "failed responses that are no problem with their own status",
            Self::KnownCode => "problems that `/problems` does not list",
            Self::RequestId => "responses without the id of the request",
            Self::SameRequestId => "problems with another request id than their header",
            Self::NoServerError => "5xx that were not provoked",
            Self::Secret => "secrets in responses or in the log",
            Self::LogLine => "lines of the log that are no JSON",
            Self::NoErrorLogged => "errors in the log that were not provoked",
            Self::ReportedOnce => "provoked errors without exactly one line in the log",
        }
    }
}

/// The number of times that each promise was broken, with the first example of each request.
#[derive(Debug, Default)]
pub(super) struct Findings(RefCell<BTreeMap<Promise, Broken>>);

#[derive(Debug, Clone, Default)]
struct Broken {
    count: u32,
    examples: BTreeMap<String, String>,
}

/// The number of examples that are printed.
const EXAMPLES: usize = 8;

impl Findings {
    pub(super) fn add(&self, promise: Promise, example: impl FnOnce() -> String) {
        let mut all = self.0.borrow_mut();
        let broken = all.entry(promise).or_default();
        broken.count += 1;
        if broken.examples.len() < EXAMPLES {
            let example = example();
            let name = example.split(": ").next().unwrap_or_default().to_owned();
            broken.examples.entry(name).or_insert(example);
        }
    }

    /// Adds an example, unless the promise is kept.
    pub(super) fn check(&self, promise: Promise, is_kept: bool, example: impl FnOnce() -> String) {
        if !is_kept {
            self.add(promise, example);
        }
    }

    /// Checks that no promise about responses was broken during `phase`.
    pub(super) fn judge_responses(&self, gates: &mut Gates, phase: &str) {
        self.judge(gates, phase, &Promise::OF_RESPONSES);
    }

    /// Checks that no promise about the log was broken.
    pub(super) fn judge_log(&self, gates: &mut Gates, phase: &str) {
        self.judge(gates, phase, &Promise::OF_LOGS);
    }

    fn judge(&self, gates: &mut Gates, phase: &str, promises: &[Promise]) {
        let all = self.0.borrow();
        for promise in promises {
            let Broken { count, examples } = all.get(promise).cloned().unwrap_or_default();
            for example in examples.values() {
                note(format_args!("for example: {example}"));
            }
            let count = Figure(count.into(), "");
            gates.at_most(format_args!("{phase}: {}", promise.broken()), count, 0.0);
        }
    }
}
