//! One problem type, with what the service and the standards add to it: its headers, and whether
//! another attempt can succeed.

use crate::problem::ErrorStatus;
use crate::problem::MemberSchema;
use crate::problem::ProblemType;
use crate::problem::example;
use crate::render::what_to_do;
use std::borrow::Cow;

/// A problem type in a [`Catalog`](super::Catalog), with the statuses and the URI that it has in this
/// service.
#[derive(Debug, Clone)]
pub struct CatalogEntry {
    problem_type: &'static ProblemType,
    statuses: Vec<ErrorStatus>,
    routes: Vec<String>,
    type_uri: String,
}

impl CatalogEntry {
    pub(super) fn new(
        problem_type: &'static ProblemType,
        statuses: Vec<ErrorStatus>,
        routes: Vec<String>,
        base: &str,
    ) -> Self {
        let type_uri = match problem_type.uri() {
            Some(uri) => uri.to_owned(),
            None => format!("{base}{}", problem_type.code()),
        };
        Self { problem_type, statuses, routes, type_uri }
    }

    /// Returns the problem type.
    pub const fn problem_type(&self) -> &'static ProblemType {
        self.problem_type
    }

    /// Returns the stable code.
    pub const fn code(&self) -> &'static str {
        self.problem_type.code()
    }

    /// Returns the value of the member `type` (RFC 9457 §3.1.1).
    pub fn type_uri(&self) -> &str {
        &self.type_uri
    }

    /// Returns the status, the lowest one if there are several.
    pub fn status(&self) -> ErrorStatus {
        self.statuses[0]
    }

    /// Returns all statuses, in ascending order. Most types have one; `validation_failed` has two if
    /// the layer answers 422 for bodies and 400 for the rest.
    pub fn statuses(&self) -> &[ErrorStatus] {
        &self.statuses
    }

    /// Returns what the problem means. A type without documentation has its status described.
    pub fn documentation(&self) -> Cow<'static, str> {
        match self.problem_type.documentation() {
            "" => {
                let status = self.status();
                Cow::Owned(format!("The status is {} ({}).", status.as_u16(), status.phrase()))
            }
            documentation => Cow::Borrowed(documentation),
        }
    }

    /// Returns the members that only this type has.
    pub const fn members(&self) -> &'static [MemberSchema] {
        self.problem_type.members()
    }

    /// Returns the headers that a response with this problem has beside those of every response, and
    /// what each of them means.
    pub fn headers(&self) -> Vec<(String, &'static str)> {
        headers(self.problem_type, &self.statuses)
    }

    /// Returns whether and when another attempt can succeed, in a sentence.
    pub fn when_to_retry(&self) -> String {
        when_to_retry(self.problem_type)
    }

    /// Returns what a client can do about it, in a sentence.
    pub fn what_to_do(&self) -> String {
        what_to_do(&example(self.problem_type, self.status()), true).join(" ")
    }

    /// Returns the routes that can answer with it, each with its policy; there are none unless the
    /// catalog was created with [`with_routes`](super::Catalog::with_routes).
    pub fn routes(&self) -> &[String] {
        &self.routes
    }
}

/// All problem types of a catalog, and the path below which their pages are.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) entries: Vec<CatalogEntry>,
    pub(super) path: String,
}

/// Returns the headers of a response with this problem, each with its meaning.
pub(super) fn headers(
    problem_type: &ProblemType,
    statuses: &[ErrorStatus],
) -> Vec<(String, &'static str)> {
    let has = |status: u16| statuses.iter().any(|found| found.as_u16() == status);
    let known = [
        (
            "WWW-Authenticate",
            "The scheme of the credentials to send, and what was wrong with those that were sent.",
            has(401) || problem_type.challenge().is_some(),
        ),
        ("Allow", "The methods that the path has.", has(405)),
        ("Accept", "The content types that the route accepts.", has(415)),
        ("Upgrade", "The protocol to switch to.", has(426)),
        (
            "Retry-After",
            "The seconds to wait before the next attempt.",
            problem_type.retry_after().is_some(),
        ),
    ];
    let known = known.into_iter().filter(|(_, _, is_sent)| *is_sent);
    let known = known.map(|(name, meaning, _)| (name.to_owned(), meaning));
    let own = problem_type.headers().iter();
    known.chain(own.map(|name| (title_case(name), "A header of this problem type."))).collect()
}

/// Writes `x-quota` as `X-Quota`. Names of headers are case-insensitive.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}

/// Returns whether and when another attempt can succeed.
pub(super) fn when_to_retry(problem_type: &ProblemType) -> String {
    let is_server_error = problem_type.status().is_server_error();
    match (problem_type.is_retryable(), problem_type.retry_after()) {
        (true, Some(wait)) => {
            let seconds = wait.as_secs();
            let unit = if seconds == 1 { "second" } else { "seconds" };
            format!("Yes, after the time in `Retry-After`, usually {seconds} {unit}.")
        }
        (true, None) => {
            "Yes, a little later. Wait longer after each attempt that fails.".to_owned()
        }
        (false, Some(_)) => "Only after the time in `Retry-After`.".to_owned(),
        (false, None) if is_server_error => {
            "Not automatically: the same request will probably fail again.".to_owned()
        }
        (false, None) => "No, the same request will fail again. Change it first.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_built_in_type_has_a_meaning_and_an_advice() {
        for entry in Catalog::new().iter() {
            assert!(!entry.problem_type().documentation().is_empty(), "{}", entry.code());
            assert!(entry.what_to_do().ends_with('.') && entry.when_to_retry().ends_with('.'));
        }
    }

    #[test]
    fn headers_are_those_that_the_status_requires() {
        let names = |code| {
            let entry = Catalog::new().get(code).unwrap();
            entry.headers().into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("unauthorized"), ["WWW-Authenticate"]);
        assert_eq!(names("insufficient_scope"), ["WWW-Authenticate"]);
        assert_eq!(names("method_not_allowed"), ["Allow"]);
        assert_eq!(names("rate_limited"), ["Retry-After"]);
        assert!(names("not_found").is_empty());
        assert_eq!(title_case("x-quota"), "X-Quota");
    }
}
