//! Violations as lines of text, to compare them.

use definable_errors::ApiError;
use definable_errors::problem::{Place, Violation};
use serde_json::Value;

/// Returns every violation as `#/qty range 0..255`.
pub(super) fn reported(error: &ApiError) -> Vec<String> {
    match error.problem().violations() {
        [] => vec![format!("{} {}", error.problem().code(), error.problem().detail())],
        violations => violations.iter().map(line).collect(),
    }
}

fn line(violation: &Violation) -> String {
    let place = match violation.place() {
        Place::Body(pointer) | Place::Form(pointer) => pointer.to_string(),
        Place::Query(name) => format!("#/{name}"),
        other => panic!("{other:?} is not in the input"),
    };
    let params = params(violation);
    format!("{place} {}{params}", violation.code())
}

fn params(violation: &Violation) -> String {
    let params = violation.params();
    let of = |name: &str| params.get(name).map(text);
    match violation.code() {
        "range" | "length" => match (of("min"), of("max"), of("equal")) {
            (Some(min), Some(max), _) => format!(" {min}..{max}"),
            (_, _, Some(equal)) => format!(" {equal}"),
            _ => String::new(),
        },
        _ => {
            let suggestion = of("suggestion").map(|name| format!("?{name}"));
            let all = of("expected").into_iter().chain(suggestion);
            all.fold(String::new(), |line, param| line + " " + &param)
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}
