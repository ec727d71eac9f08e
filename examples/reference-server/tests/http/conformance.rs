//! Tests that hostile requests find nothing wrong with any response of the program.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response};
use definable_errors::Mode;
use definable_errors::testing::{Conformance, conformance};
use serde_json::json;
use tower::{Service, service_fn};

use crate::server::SECRET;
use crate::{ACME, HANDBOOK, INDEXED, Server, User};

const ORIGIN: &str = "https://app.example.com";

/// Returns the running program as a service that sends each request on a connection of its own.
fn service(
    server: &Server,
) -> impl Service<Request<Body>, Response = Response<String>, Error = Infallible> + Clone + use<> {
    let address = server.address();
    service_fn(move |request| async move {
        let answer = support::send_to(address, request).await;
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    })
}

fn run_of<S>(service: S) -> Conformance<S> {
    conformance(service)
        .routes(reference_server::routes(Mode::Production).table())
        .parameter("kb_id", HANDBOOK)
        .parameter("job_id", INDEXED)
        .parameter("user_id", User::Guest.id())
        .query(&format!("org_id={ACME}"))
        .secret(SECRET)
        .time_limit(Duration::from_mins(5))
}

fn settings() -> [(&'static str, &'static str); 2] {
    [("RATE_LIMIT", "1000000/60s"), ("CORS_ORIGINS", ORIGIN)]
}

#[tokio::test]
async fn requests_of_an_owner_find_nothing() {
    let server = Server::with(&settings());
    let kb = json!({
        "name": "Recipes", "description": "all", "tags": ["soup"],
        "settings": {"chunk_size": 512, "overlap": 64, "language": "de"},
    });
    let findings = run_of(service(&server))
        .example(Method::POST, "/api/v1/kbs", kb)
        .example(Method::POST, "/api/v1/jobs", json!({"kb_id": HANDBOOK, "kind": "reindex"}))
        .header("authorization", &format!("Bearer {}", User::Owner.token()))
        .header("x-api-key", "kb_live_acme_ingest")
        .origin(ORIGIN)
        .run()
        .await;
    findings.assert_empty();
    for status in [200, 201, 202, 204, 400, 401, 404, 405, 409, 410, 413, 415] {
        assert!(findings.statuses().contains_key(&status), "{status}: {findings}");
    }
}

#[tokio::test]
async fn requests_without_credentials_find_nothing() {
    let server = Server::with(&[("RATE_LIMIT", "1000000/60s")]);
    // Guards reject a request before its body is read. A client that is still sending a large one then
    // may find the connection closed before it reads the response (RFC 9112 §9.6).
    run_of(service(&server)).large_body(32 * 1024).run().await.assert_empty();
}
