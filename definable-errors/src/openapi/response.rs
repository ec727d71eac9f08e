//! The response of an operation that has a problem.

use std::borrow::Cow;
use std::collections::BTreeMap;

use utoipa::openapi::RefOr;
use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::example::Example;
use utoipa::openapi::header::Header;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{Discriminator, OneOf, Ref, Schema};

use super::{headers, schemas};
use crate::problem::{self, ErrorStatus, ProblemType};
use crate::render::{Document, Ids, json};

/// The media type of problems (RFC 9457 §3).
pub(super) const PROBLEM_JSON: &str = "application/problem+json";

/// Creates the response of one status: any of these problem types.
pub(super) fn of_status(
    status: ErrorStatus,
    types: &[&'static ProblemType],
    base: &str,
) -> Response {
    let mut response = Response::new(description(types));
    for (name, header) in headers::of_problem(status, types) {
        response.headers.insert(name.to_owned(), header.into());
    }
    let codes: Vec<_> = types.iter().map(|it| it.code()).collect();
    let mut content = Content::new(Some(schema(&codes)));
    content.examples = examples(status, types, base);
    response.content.insert(PROBLEM_JSON.to_owned(), content.into());
    response
}

/// Creates a response that may be any problem.
pub(super) fn of_any() -> Response {
    let mut response = Response::new("Another problem.");
    let schema = Ref::from_schema_name(schemas::PROBLEM);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    response.content.insert(PROBLEM_JSON.to_owned(), content.into());
    response
}

/// Adds what a response lacks. Returns whether it describes the problem in another way, which is
/// kept.
pub(super) fn complete(known: &mut Response, added: Response) -> bool {
    if known.description.is_empty() {
        known.description = added.description;
    }
    for (name, header) in added.headers {
        add_header(known, &name, header);
    }
    let Some((media_type, content)) = added.content.into_iter().next() else { return false };
    match known.content.get(&media_type) {
        Some(described) => *described != content,
        None => known.content.insert(media_type, content).is_some(),
    }
}

/// Adds a header field, unless the response has it.
pub(super) fn add_header(response: &mut Response, name: &str, header: RefOr<Header>) {
    if !response.headers.keys().any(|known| known.eq_ignore_ascii_case(name)) {
        response.headers.insert(name.to_owned(), header);
    }
}

/// Returns the meaning of one problem type, or a list of the titles of several in
/// Markdown.
fn description(types: &[&'static ProblemType]) -> String {
    match types {
        [only] => meaning(only).into_owned(),
        _ => {
            let items = types.iter().map(|it| format!("- `{}`: {}", it.code(), it.title()));
            items.collect::<Vec<_>>().join("\n")
        }
    }
}

/// Returns the first paragraph of the documentation on one line, or the title.
fn meaning(problem_type: &'static ProblemType) -> Cow<'static, str> {
    let paragraph = problem_type.documentation().split("\n\n").next().unwrap_or_default().trim();
    if paragraph.is_empty() {
        problem_type.title().into()
    } else {
        paragraph.replace('\n', " ").into()
    }
}

/// Returns the schema of a body: that of the only code, or of exactly one of several.
pub(super) fn schema(codes: &[&str]) -> RefOr<Schema> {
    if let [only] = codes {
        return Ref::from_schema_name(schemas::name_of(only)).into();
    }
    let names: Vec<_> = codes.iter().map(|code| (*code, schemas::name_of(code))).collect();
    let mut one_of = OneOf::with_capacity(names.len());
    one_of.items = names.iter().map(|(_, name)| Ref::from_schema_name(name).into()).collect();
    let location = |name: &String| Ref::from_schema_name(name).ref_location;
    let mapping = names.iter().map(|(code, name)| (*code, location(name)));
    one_of.discriminator = Some(Discriminator::with_mapping("code", mapping));
    RefOr::T(one_of.into())
}

fn examples(
    status: ErrorStatus,
    types: &[&'static ProblemType],
    base: &str,
) -> BTreeMap<String, RefOr<Example>> {
    let named =
        |it: &&'static ProblemType| (it.code().to_owned(), RefOr::T(example(it, status, base)));
    types.iter().map(named).collect()
}

/// Creates the example of a problem type with one of its statuses.
pub(super) fn example(
    problem_type: &'static ProblemType,
    status: ErrorStatus,
    base: &str,
) -> Example {
    let problem = problem::example(problem_type, status);
    let body = json(&Document { problem: &problem, base, ids: Some(&Ids::EXAMPLE), more: &[] });
    let mut example = Example::new();
    problem_type.title().clone_into(&mut example.summary);
    example.value = Some(serde_json::from_slice(&body).expect("a body is JSON"));
    example
}
