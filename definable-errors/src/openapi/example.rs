//! One example of each problem, written by the renderer that writes the real ones.

use utoipa::openapi::example::Example;

use crate::problem::{self, ErrorStatus, ProblemType};
use crate::render::{Document, Ids, json};

/// Creates the example of a problem type with one of its statuses.
pub(super) fn of(problem_type: &'static ProblemType, status: ErrorStatus, base: &str) -> Example {
    let problem = problem::example(problem_type, status);
    let body = json(&Document { problem: &problem, base, ids: Some(&Ids::EXAMPLE), more: &[] });
    let mut example = Example::new();
    problem_type.title().clone_into(&mut example.summary);
    example.value = Some(serde_json::from_slice(&body).expect("a body is JSON"));
    example
}
