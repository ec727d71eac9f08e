//! Adds problems to an operation that may have some: every extractor adds its own.

use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr, Response, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{PartialSchema, ToSchema};

use super::super::response::{self, PROBLEM_JSON};
use super::super::schemas;
use crate::problem::{ErrorStatus, Problem, ProblemType, Types};
use crate::respond::DEFAULT_BASE;

/// Adds the responses of problem types to an operation.
pub(super) fn add_problems(ctx: &mut GenContext, operation: &mut Operation, types: Types) {
    define_general(ctx);
    for problem_type in types.iter() {
        define(ctx, problem_type);
        add_response(operation, problem_type.status(), problem_type);
    }
    if !types.is_documented() {
        let responses = operation.responses.get_or_insert_default();
        responses.default.get_or_insert_with(|| ReferenceOr::Item(any_problem(ctx)));
    }
}

/// Returns a response that may be any problem.
pub(super) fn any_problem(ctx: &mut GenContext) -> Response {
    define_general(ctx);
    converted(&response::of_any())
}

/// Converts between the types of two crates that describe the same JSON.
fn converted(response: &utoipa::openapi::Response) -> Response {
    serde_json::from_value(json_of(response)).expect("both crates describe OpenAPI 3.1")
}

fn define_general(ctx: &mut GenContext) {
    let mut all = vec![(schemas::PROBLEM.to_owned(), Problem::schema())];
    Problem::schemas(&mut all);
    for (name, schema) in all {
        let json = || serde_json::to_value(&schema).expect("a schema is JSON");
        ctx.schema.definitions_mut().entry(name).or_insert_with(json);
    }
}

/// Adds the schema of a problem type, or its status to the schema.
fn define(ctx: &mut GenContext, problem_type: &'static ProblemType) {
    let status = problem_type.status().as_u16();
    let schema = || {
        let schema = schemas::of_type(problem_type, &[status]);
        serde_json::to_value(schema).expect("a schema is JSON")
    };
    let name = schemas::name_of(problem_type.code());
    let known = ctx.schema.definitions_mut().entry(name).or_insert_with(schema);
    let statuses = known.pointer_mut("/allOf/1/properties/status/enum");
    if let Some(Value::Array(statuses)) = statuses {
        if !statuses.contains(&status.into()) {
            statuses.push(status.into());
        }
    }
}

fn add_response(
    operation: &mut Operation,
    status: ErrorStatus,
    problem_type: &'static ProblemType,
) {
    let responses = &mut operation.responses.get_or_insert_default().responses;
    let added = response::of_status(status, &[problem_type], DEFAULT_BASE);
    let key = StatusCode::Code(status.as_u16());
    match responses.get_mut(&key) {
        None => {
            responses.insert(key, ReferenceOr::Item(converted(&added)));
        }
        Some(ReferenceOr::Item(known)) => {
            let both = (json_of(known), json_of(&added));
            let merged = merged(both, problem_type.code());
            *known = serde_json::from_value(merged).expect("both parts are responses");
        }
        // It is described by hand.
        Some(ReferenceOr::Reference { .. }) => {}
    }
}

fn json_of(response: &impl Serialize) -> Value {
    serde_json::to_value(response).expect("a response is JSON")
}

/// Adds the response of one code to another response of the same status.
fn merged((mut known, mut added): (Value, Value), code: &str) -> Value {
    let mut content = known["content"][PROBLEM_JSON].take();
    if content.is_null() {
        known["content"][PROBLEM_JSON] = added["content"][PROBLEM_JSON].take();
        return known;
    }
    let before = codes(&content);
    if !before.iter().any(|known| known == code) {
        content["examples"][code] = added["content"][PROBLEM_JSON]["examples"][code].take();
        let codes = codes(&content);
        let codes: Vec<_> = codes.iter().map(String::as_str).collect();
        content["schema"] = json_of(&response::schema(&codes));
        let listed = match &*before {
            [only] => item(&content, only),
            _ => known["description"].as_str().unwrap_or_default().to_owned(),
        };
        known["description"] = format!("{listed}\n{}", item(&content, code)).into();
        merge_headers(&mut known, &mut added);
    }
    known["content"][PROBLEM_JSON] = content;
    known
}

/// Returns an item of the list of problems. The summary of an example is the title of its type.
fn item(content: &Value, code: &str) -> String {
    let title = content["examples"][code]["summary"].as_str().unwrap_or_default();
    format!("- `{code}`: {title}")
}

/// Returns the codes that a body can have. Each of them has an example.
fn codes(content: &Value) -> Vec<String> {
    content["examples"].as_object().into_iter().flatten().map(|(code, _)| code.clone()).collect()
}

/// Adds the headers of one response to those of another. What only one of them has is not required.
fn merge_headers(known: &mut Value, added: &mut Value) {
    let mut of_known = headers(known);
    let mut of_added = headers(added);
    for (name, header) in &mut of_known {
        if !of_added.contains_key(name) {
            make_optional(header);
        }
    }
    for (name, header) in &mut of_added {
        if !of_known.contains_key(name) {
            make_optional(header);
            of_known.insert(name.clone(), header.take());
        }
    }
    known["headers"] = of_known.into();
}

fn headers(response: &mut Value) -> Map<String, Value> {
    match response["headers"].take() {
        Value::Object(headers) => headers,
        _ => Map::new(),
    }
}

fn make_optional(header: &mut Value) {
    if let Value::Object(header) = header {
        header.remove("required");
    }
}
