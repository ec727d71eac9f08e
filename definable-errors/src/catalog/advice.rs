//! The headers of a problem, and whether another attempt can succeed.

use crate::problem::{ErrorStatus, ProblemType};

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
