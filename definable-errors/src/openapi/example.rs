//! One example of each problem, written by the renderer that writes the real ones.

use serde_json::{Map, Value, json};
use utoipa::openapi::example::Example;

use crate::problem::{
    ErrorStatus, JsonType, Place, Problem, ProblemType, VALIDATION_FAILED, Violation,
};
use crate::render::Document;

const ID: &str = "0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11";

/// Creates the example of a problem type with one of its statuses.
pub(super) fn of(problem_type: &'static ProblemType, status: ErrorStatus, base: &str) -> Example {
    let mut example = Example::new();
    problem_type.title().clone_into(&mut example.summary);
    example.value = Some(body(problem_type, status, base));
    example
}

fn body(problem_type: &'static ProblemType, status: ErrorStatus, base: &str) -> Value {
    let mut problem = Problem::new(problem_type).with_status(status);
    for member in problem_type.members() {
        // Every declared name is legal.
        let _ = problem.insert_member(member.name(), value(member.json_type()));
    }
    if *problem_type == VALIDATION_FAILED {
        problem = problem.with_detail("1 field is not valid.").with_violations([violation()]);
    }
    let ids = [("instance", format!("urn:uuid:{ID}").into()), ("request_id", ID.into())];
    let json = Document { problem: &problem, base, ids: None, more: &ids }.json();
    serde_json::from_slice(&json).expect("a body is JSON")
}

fn violation() -> Violation {
    Violation::new(Place::Body("#/name".into()), "required", "is required")
}

/// Returns a value of a JSON type.
fn value(json_type: JsonType) -> Value {
    match json_type {
        JsonType::Any | JsonType::Text => "text".into(),
        JsonType::Boolean => true.into(),
        JsonType::Integer { min, max } => integer(min, max),
        JsonType::Number => json!(1.5),
        JsonType::Format(format) => formatted(format).into(),
        JsonType::OneOf(words) => words.first().copied().unwrap_or_default().into(),
        JsonType::Nullable(inner) => value(*inner),
        JsonType::Array(item) => vec![value(*item)].into(),
        JsonType::Tuple(items) => items.iter().copied().map(value).collect(),
        JsonType::Map(inner) => Map::from_iter([("key".to_owned(), value(*inner))]).into(),
        JsonType::Object => Map::new().into(),
    }
}

/// Returns 42, or the bound that is next to it.
fn integer(min: Option<i128>, max: Option<i128>) -> Value {
    let number =
        42.clamp(min.unwrap_or(i128::MIN), max.unwrap_or(i128::MAX).max(min.unwrap_or(i128::MIN)));
    i64::try_from(number).map_or(Value::Null, Value::from)
}

fn formatted(format: &str) -> &'static str {
    match format {
        "uuid" => ID,
        "date-time" => "2026-01-31T12:00:00Z",
        "date" => "2026-01-31",
        "time" => "12:00:00Z",
        "duration" => "PT1M",
        "email" => "ada@example.com",
        "uri" | "url" | "iri" => "https://example.com/",
        "uri-reference" | "iri-reference" => "/path",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => "text",
    }
}
