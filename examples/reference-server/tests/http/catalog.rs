//! Tests of `/problems`, and of the codes as a contract.

use std::sync::LazyLock;

use definable_errors::catalog::Catalog;
use definable_errors::problem::MemberSchema;
use definable_errors::{ApiErrorLayer, Mode};
use serde_json::Value;

use crate::{Answer, Server};

/// Every problem that the server can answer with, in development, too.
static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| reference_server::catalog(Mode::Development, &ApiErrorLayer::new()));

/// Fails if a problem in a body is not the one of the catalog: an unknown code, another status, another
/// type, or another member.
pub(crate) fn assert_in_catalog(body: &str) {
    if let Ok(value) = serde_json::from_str(body) {
        assert_value_in_catalog(&value);
    }
}

fn assert_value_in_catalog(value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(assert_value_in_catalog),
        Value::Object(members) => {
            // In a schema, these are schemas.
            let is_text = |name: &str| members.get(name).is_some_and(Value::is_string);
            if is_text("type") && is_text("detail") {
                assert_problem_in_catalog(value);
            }
            members.values().for_each(assert_value_in_catalog);
        }
        _ => {}
    }
}

/// The members of every problem, and those that development adds.
const COMMON: [&str; 18] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "request_id",
    "trace_id",
    "retry_after",
    "retryable",
    "errors",
    "truncated",
    "violated_policies",
    "error_type",
    "error_message",
    "causes",
    "location",
    "traceback",
];

fn assert_problem_in_catalog(problem: &Value) {
    let code = problem["code"].as_str().unwrap();
    let entry = CATALOG.get(code).unwrap_or_else(|| panic!("`{code}` is in no catalog: {problem}"));
    assert!(
        entry.statuses().iter().any(|status| problem["status"] == status.as_u16()),
        "{problem}"
    );
    assert!(problem["type"].as_str().unwrap().ends_with(&format!("/{code}")), "{problem}");
    let is_declared =
        |name: &String| entry.members().iter().any(|member: &MemberSchema| member.name() == name);
    // Development also adds what the private half explains.
    let is_development = problem.get("error_message").is_some();
    for name in problem.as_object().unwrap().keys().filter(|_| !is_development) {
        assert!(
            COMMON.contains(&&**name) || is_declared(name),
            "`{name}` is not declared: {problem}"
        );
    }
    for member in entry.members().iter().filter(|member| member.is_required()) {
        assert!(problem.get(member.name()).is_some(), "`{}` is missing: {problem}", member.name());
    }
}

#[test]
fn codes_are_those_of_the_lock() {
    reference_server::catalog(Mode::Production, &ApiErrorLayer::new()).assert_lock("errors.lock");
}

#[test]
fn every_problem_of_every_route_is_documented() {
    for mode in [Mode::Production, Mode::Development] {
        for entry in reference_server::catalog(mode, &ApiErrorLayer::new()).iter() {
            let documentation = entry.documentation();
            assert!(documentation.ends_with('.'), "{}: {documentation:?}", entry.code());
            assert!(entry.routes().is_empty() || mode == Mode::Development, "{}", entry.code());
        }
    }
}

#[tokio::test]
async fn type_of_a_problem_leads_to_its_page() {
    let server = Server::production();
    let problem = server.get("/api/v1/kbs").await.problem(400, "validation_failed");
    let path = problem["type"].as_str().unwrap();
    for (accept, content_type, start) in [
        ("text/html", "text/html; charset=utf-8", "<!doctype html>"),
        ("text/markdown", "text/markdown; charset=utf-8", "# Validation failed"),
        ("*/*", "application/json", "{\n  \"code\": \"validation_failed\""),
    ] {
        let page = Answer::to(server.anonymous("GET", path).header("accept", accept)).await;
        assert_eq!((page.status, page.header("content-type")), (200, content_type));
        assert!(page.text.starts_with(start), "{}", page.text);
    }
}

#[tokio::test]
async fn list_leads_to_every_page() {
    let server = Server::production();
    let list = Answer::to(server.anonymous("GET", "/problems").header("accept", "text/html")).await;
    let links: Vec<_> =
        list.text.split('"').filter(|word| word.starts_with("/problems/")).collect();
    assert!(links.contains(&"/problems/kb_not_found") && links.len() > 40, "{links:?}");
    for path in links {
        assert_eq!(server.get(path).await.json(200)["code"], path["/problems/".len()..]);
    }
    server.get("/problems/no_such_code").await.problem(404, "not_found");
}

#[tokio::test]
async fn routes_and_permissions_are_shown_in_development_alone() {
    let path = "/problems/kb_not_found";
    let production = Server::production().get(path).await;
    assert!(!production.text.contains("/api/v1") && !production.text.contains("kb:"));
    let development = Server::development().get(path).await.json(200);
    let routes = development["routes"].as_array().unwrap();
    assert!(routes.contains(&"GET /api/v1/kbs/{kb_id}: member with kb:read".into()), "{routes:?}");
}

#[tokio::test]
async fn pages_stay_where_they_are_if_the_problem_base_is_elsewhere() {
    let server = Server::with(&[("PROBLEM_BASE", "https://errors.example.com/")]);
    let page = server.get("/problems/kb_not_found").await.json(200);
    assert_eq!(page["type"], "https://errors.example.com/kb_not_found");
    let list = Answer::to(server.anonymous("GET", "/problems").header("accept", "text/html")).await;
    assert!(list.text.contains("href=\"/problems/kb_not_found\""));
}
