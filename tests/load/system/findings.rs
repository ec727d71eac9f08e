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

/// The number of times that each promise was broken, with the first example.
#[derive(Debug, Default)]
pub(super) struct Findings(RefCell<BTreeMap<Promise, (u32, String)>>);

impl Findings {
    pub(super) fn add(&self, promise: Promise, example: impl FnOnce() -> String) {
        let mut all = self.0.borrow_mut();
        all.entry(promise).or_insert_with(|| (0, example())).0 += 1;
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
            let (count, example) = all.get(promise).cloned().unwrap_or_default();
            if count > 0 {
                note(format_args!("for example: {example}"));
            }
            gates.at_most(
                format_args!("{phase}: {}", promise.broken()),
                Figure(count.into(), ""),
                0.0,
            );
        }
    }
}
