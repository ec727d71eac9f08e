//! The problem types of a catalog, by their codes. Adding two different types with the same code
//! panics.

use std::collections::BTreeMap;

use super::built_in;
use crate::problem::{ErrorStatus, ProblemType};

/// What is known about the problem types of a catalog, by their codes.
#[derive(Debug, Clone)]
pub(super) struct KnownTypes(BTreeMap<&'static str, Known>);

/// What is known about a code.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) problem_type: &'static ProblemType,
    pub(super) statuses: Vec<ErrorStatus>,
    /// The routes that can answer with it, each with its policy.
    pub(super) routes: Vec<String>,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    BuiltIn,
    Added,
}

impl KnownTypes {
    /// Creates the collection with the types that every service with the layer can answer with.
    pub(super) fn of_every_service() -> Self {
        let types = built_in::OF_EVERY_SERVICE.iter();
        Self(types.map(|found| (found.code(), Known::built_in(found))).collect())
    }

    /// Adds a problem type, or a form of a known one.
    ///
    /// # Panics
    ///
    /// Panics if its code is that of another type.
    #[track_caller]
    pub(super) fn add(&mut self, found: &'static ProblemType) -> &mut Known {
        let entry = self.0.entry(found.code()).or_insert_with(|| Known::new(found, Origin::Added));
        let differences = differences(entry.problem_type, found);
        let is_form = entry.problem_type.declared_at() == found.declared_at();
        assert!(
            is_form || differences.is_empty(),
            "two problem types have the code `{}`, and differ in {}: give one of them another code\n  \
         {}\n  {}",
            found.code(),
            differences.join(", "),
            place(entry.problem_type),
            place(found),
        );
        if entry.origin == Origin::BuiltIn {
            // The form that the service uses is the one that its clients see.
            entry.problem_type = found;
            entry.origin = Origin::Added;
        }
        if !entry.statuses.contains(&found.status()) {
            entry.statuses.push(found.status());
            entry.statuses.sort();
        }
        entry
    }

    pub(super) fn get(&self, code: &str) -> Option<&Known> {
        self.0.get(code)
    }

    /// Iterates over all types, in the order of their codes.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Known> {
        self.0.values()
    }
}

impl Known {
    /// Returns what is known about a type that the library can answer with, but the service has not added.
    pub(super) fn built_in(problem_type: &'static ProblemType) -> Self {
        Self::new(problem_type, Origin::BuiltIn)
    }

    fn new(problem_type: &'static ProblemType, origin: Origin) -> Self {
        let statuses = vec![problem_type.status()];
        Self { problem_type, statuses, routes: Vec::new(), origin }
    }
}

/// Returns what two problem types promise differently.
fn differences(one: &ProblemType, other: &ProblemType) -> Vec<&'static str> {
    let facts = [
        ("status", one.status() == other.status()),
        ("title", one.title() == other.title()),
        ("documentation", one.documentation() == other.documentation()),
        ("URI", one.uri() == other.uri()),
        ("members", one.members() == other.members()),
        ("headers", one.headers() == other.headers()),
        ("challenge", one.challenge() == other.challenge()),
        ("retries", one.is_retryable() == other.is_retryable()),
        ("wait", one.retry_after() == other.retry_after()),
    ];
    facts.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
}

fn place(problem_type: &ProblemType) -> String {
    let (place, status) = (problem_type.declared_at(), problem_type.status());
    format!("{place}: {status} {:?}", problem_type.title())
}

#[cfg(test)]
mod tests {
    use super::*;

    static PAID: ProblemType = ProblemType::new("paid", ErrorStatus::CONFLICT, "Paid");
    static OTHER: ProblemType =
        ProblemType::new("paid", ErrorStatus::GONE, "Paid").with_documentation("It is paid.");

    #[test]
    fn another_type_with_the_same_code_is_rejected_with_both_places() {
        let rejected = std::panic::catch_unwind(|| {
            let mut known = KnownTypes::of_every_service();
            known.add(&PAID);
            known.add(&OTHER);
        })
        .unwrap_err();
        let message = rejected.downcast::<String>().unwrap();
        let lines: Vec<_> = message.lines().collect();
        assert_eq!(
            lines[0],
            "two problem types have the code `paid`, and differ in status, documentation: give one \
             of them another code"
        );
        for (line, place, fact) in [
            (lines[1], PAID.declared_at(), "409 \"Paid\""),
            (lines[2], OTHER.declared_at(), "410 \"Paid\""),
        ] {
            assert_eq!(
                line.trim(),
                format!("{}:{}:{}: {fact}", file!(), place.line(), place.column())
            );
        }
        assert_ne!(PAID.declared_at().line(), OTHER.declared_at().line());
    }
}
