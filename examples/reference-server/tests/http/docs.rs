//! Tests of the OpenAPI document, and of the page that shows it.

use serde_json::Value;

use crate::Server;

/// Returns the operations of a document, each with its name in the document.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((format!("{method} {path}"), operation));
        }
    }
    operations
}

#[tokio::test]
async fn every_operation_is_described_with_its_request_and_its_success() {
    let server = Server::production();
    let answer = server.get("/openapi.json").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json(200);
    assert_eq!(document["openapi"], "3.1.0");
    let operations = operations(&document);
    assert!(operations.len() >= 28, "{}", operations.len());
    for (name, operation) in operations {
        assert!(operation["summary"].as_str().is_some_and(|it| it.ends_with('.')), "{name}");
        assert!(operation["operationId"].is_string() && operation["tags"][0].is_string(), "{name}");
        assert!(operation["x-callers"].is_string(), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        let successes: Vec<_> =
            responses.iter().filter(|(status, _)| status.as_str() < "400").collect();
        // What was removed never succeeds.
        assert_eq!(successes.is_empty(), operation["deprecated"] == true, "{name}");
        for (status, success) in successes {
            let has_body = !["101", "204", "303", "304"].contains(&status.as_str());
            let content = success["content"].as_object().and_then(|it| it.values().next());
            assert_eq!(
                content.is_some_and(|it| it["schema"].is_object()),
                has_body,
                "{name} {status}"
            );
            assert!(success["headers"]["X-Request-Id"].is_object(), "{name} {status}");
        }
        let takes_body = ["post", "put", "patch"].iter().any(|method| name.starts_with(method));
        assert_eq!(operation["requestBody"].is_object(), takes_body, "{name}");
        let problem = &responses["500"]["content"]["application/problem+json"];
        assert!(problem["schema"].is_object() && problem["examples"].is_object(), "{name}");
    }
}

#[tokio::test]
async fn credentials_and_permissions_are_those_of_the_guards() {
    let document = Server::production().get("/openapi.json").await.json(200);
    let security =
        |path: &str, method: &str| document["paths"][path][method]["security"].to_string();
    assert_eq!(security("/api/v1/kbs", "get"), r#"[{"access_token":["kb:read"]}]"#);
    assert_eq!(security("/api/v1/kbs/{kb_id}", "delete"), r#"[{"access_token":["kb:delete"]}]"#);
    assert_eq!(security("/hooks/ingest", "post"), r#"[{"api_key":["kb:write"]}]"#);
    let socket = r#"[{"access_token":[]},{"socket_protocol":[]},{"query_token":[]}]"#;
    assert_eq!(security("/ws", "get"), socket);
    assert_eq!(security("/health", "get"), "null");
}

#[tokio::test]
async fn examples_have_the_types_of_the_service() {
    let server = Server::with(&[("PROBLEM_BASE", "https://errors.example.com/")]);
    let document = server.get("/openapi.json").await.json(200);
    let example = &document["components"]["examples"]["kb_not_found_404"]["value"];
    assert_eq!(example["type"], "https://errors.example.com/kb_not_found");
}

#[tokio::test]
async fn page_shows_every_operation_and_every_problem_without_loading_anything() {
    let server = Server::production();
    let document = server.get("/openapi.json").await.json(200);
    let page = server.get("/docs").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for absent in ["<script", "style=", " src=", "<link", "onclick", "url(", "@import"] {
        assert!(!page.text.contains(absent), "{absent}");
    }
    assert_eq!(page.text.matches("<style>").count(), 1);
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert_eq!(page.text.matches(&format!("id=\"{id}\"")).count(), 1, "{name}");
        assert_eq!(page.text.matches(&format!("href=\"#{id}\"")).count(), 1, "{name}");
    }
    let links = page.text.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    for link in links {
        assert!(page.text.contains(&format!("id=\"{link}\"")), "{link} leads nowhere");
    }
    for code in ["kb_not_found", "insufficient_permissions", "rate_limited", "internal_error"] {
        assert!(page.text.contains(&format!("id=\"problem-{code}\"")), "{code}");
    }
}

#[tokio::test]
async fn development_mode_documents_its_routes_too() {
    let document = Server::development().get("/openapi.json").await.json(200);
    assert!(document["paths"]["/debug/sleep"]["get"]["responses"]["200"].is_object());
    let document = Server::production().get("/openapi.json").await.json(200);
    assert!(document["paths"]["/debug/sleep"].is_null());
}
