//! What the program of a client should do after a problem.

use crate::problem::{ErrorStatus, Problem};

/// Who has to act, as a program distinguishes problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    /// The request has to change.
    Client,
    /// The credentials or the permissions have to change.
    Auth,
    /// The client sends too much.
    RateLimit,
    /// The service failed.
    Server,
    /// A service behind it failed.
    Upstream,
}

impl Category {
    pub(super) fn of(problem: &Problem) -> Self {
        match (problem.status().as_u16(), problem.code()) {
            (_, "invalid_authorization") | (401 | 403 | 407 | 511, _) => Self::Auth,
            (_, "circuit_open") | (502 | 504, _) => Self::Upstream,
            (429, _) => Self::RateLimit,
            (500.., _) => Self::Server,
            _ => Self::Client,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Auth => "auth",
            Self::RateLimit => "rate_limit",
            Self::Server => "server",
            Self::Upstream => "upstream",
        }
    }
}

/// Returns what a program should do next, as sentences that follow from the status, the code and the
/// wait. None of them contains a text of the problem.
pub(super) fn advice(problem: &Problem, has_ids: bool) -> Vec<String> {
    let mut advice = what_to_do(problem, has_ids);
    if !problem.is_retryable() {
        advice[0] = format!("{} {}", warning(problem), advice[0]);
    }
    advice
}

/// Returns the same for people who read the documentation of a problem: without the warning not to
/// send the same request again.
pub(crate) fn what_to_do(problem: &Problem, has_ids: bool) -> Vec<String> {
    let category = Category::of(problem);
    let is_server = matches!(category, Category::Server | Category::Upstream);
    let mut advice = if problem.is_retryable() {
        again(problem.retry_after_seconds())
    } else {
        vec![instead(problem, category).to_owned()]
    };
    if is_server && problem.status() != ErrorStatus::NOT_IMPLEMENTED {
        advice.push(String::from(
            "If the request changes something, find out whether that was done before you send it \
             again: the failure does not say.",
        ));
    }
    if is_server && has_ids {
        advice.push(String::from(
            "If it keeps failing, stop, and give `request_id` to the operators of the service.",
        ));
    }
    advice
}

/// Returns what not to do after a problem that another attempt does not solve.
fn warning(problem: &Problem) -> &'static str {
    match (problem.code(), problem.status().as_u16()) {
        ("token_expired" | "insufficient_scope", _) => "Do not send the same token again.",
        ("invalid_authorization", _) => "Do not send the same request again.",
        (_, 401 | 407) => "Do not send the same credentials again.",
        (_, 403) => "Do not send the same request again with the same credentials.",
        (_, 500 | 503..) => "Do not send the same request again at once.",
        _ => "Do not send the same request again.",
    }
}

fn again(seconds: Option<u32>) -> Vec<String> {
    let wait = match seconds {
        Some(1) => String::from("Wait at least 1 second, then send the same request again."),
        Some(seconds) => {
            format!("Wait at least {seconds} seconds, then send the same request again.")
        }
        None => String::from("Wait a few seconds, then send the same request again."),
    };
    let back_off = "If it fails again, double the wait each time, add a random part to it, and stop \
                    after five attempts.";
    vec![wait, back_off.to_owned()]
}

/// Returns what to do in place of sending the same request again.
fn instead(problem: &Problem, category: Category) -> &'static str {
    match (problem.code(), problem.status().as_u16()) {
        ("validation_failed", _) | (_, 400 | 422) if !problem.violations().is_empty() => {
            "Correct every violation in `errors`, then \
             send the changed request."
        }
        ("malformed_body", _) => {
            "Send a complete and well-formed body of the content \
             type that the request names."
        }
        ("invalid_authorization", _) => {
            "Send one well-formed set of credentials, in one \
             place."
        }
        ("token_expired", _) => {
            "Refresh it or obtain a new one, then send the request \
             again."
        }
        ("route_not_found", _) => {
            "Compare the path with the documentation of the API: \
             it may have a typo, or lack a prefix or a version."
        }
        (_, 401 | 407) => {
            "Obtain valid ones as the challenge in the \
             headers of the response asks, then send the request again."
        }
        ("insufficient_scope", _) => {
            "Obtain one with the scope that the header \
             `WWW-Authenticate` names, then send the request again."
        }
        (_, 403) => {
            "Ask a person who can \
             grant the access, or continue without it."
        }
        (_, 404) => {
            "Check the identifiers in the path: the resource \
             does not exist, or these credentials must not see it."
        }
        (_, 405) => "Use one of the methods in the header `Allow`.",
        (_, 409) => {
            "Read the current state of the resource, decide \
             anew, and send a request that fits it."
        }
        (_, 410) => {
            "The resource does not come back: continue without \
             it."
        }
        (_, 412 | 428) => {
            "Read the resource, and send the change with its \
             current `ETag` in the header `If-Match`."
        }
        (_, 413) => "Send less at once, within the limit.",
        (_, 415) => {
            "Send the content in a type or coding that the \
             service supports, as the headers of the response name them."
        }
        (_, 501) => "The service does not support it: use another way.",
        (_, 500..) => "Send it again later, if at all: nothing in the request caused the failure.",
        _ => match category {
            Category::RateLimit => "The quota does not come back by waiting.",
            _ => "Change what the detail names, first.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{
        CIRCUIT_OPEN, INVALID_AUTHORIZATION, NOT_IMPLEMENTED, OVERLOADED, ROUTE_NOT_FOUND,
        type_for_status,
    };

    #[test]
    fn category_says_who_has_to_act() {
        let of_status = |status| {
            Category::of(&Problem::new(type_for_status(ErrorStatus::from_static(status)))).name()
        };
        let cases = [
            (400, "client"),
            (401, "auth"),
            (403, "auth"),
            (404, "client"),
            (407, "auth"),
            (418, "client"),
            (429, "rate_limit"),
            (500, "server"),
            (501, "server"),
            (502, "upstream"),
            (503, "server"),
            (504, "upstream"),
        ];
        for (status, name) in cases {
            assert_eq!(of_status(status), name, "{status}");
        }
        assert_eq!(Category::of(&Problem::new(&CIRCUIT_OPEN)).name(), "upstream");
        assert_eq!(Category::of(&Problem::new(&INVALID_AUTHORIZATION)).name(), "auth");
    }

    #[test]
    fn only_a_retryable_problem_advises_to_send_the_same_request() {
        for status in 400..600 {
            let problem = Problem::new(type_for_status(ErrorStatus::from_static(status)));
            let advice = advice(&problem, true).join(" ");
            let repeats = advice.contains("then send the same request again.");
            assert_eq!(repeats, problem.is_retryable(), "{status}: {advice}");
            assert_eq!(advice.starts_with("Do not send the same"), !repeats, "{status}");
        }
    }

    #[test]
    fn wait_is_the_problems_own() {
        let overloaded = advice(&Problem::new(&OVERLOADED), false);
        assert_eq!(overloaded[0], "Wait at least 1 second, then send the same request again.");
        assert_eq!(overloaded.len(), 3);
        assert_eq!(advice(&Problem::new(&ROUTE_NOT_FOUND), true).len(), 1);
        assert_eq!(advice(&Problem::new(&NOT_IMPLEMENTED), false).len(), 1);
    }
}
