//! Tests of services that issue tokens, and of the metadata of those that accept them.

use axum::Router;
use axum::body::Body;
use axum::extract::Form;
use axum::routing::{get as on_get, post};
use definable_errors::oauth::{OAuthError, OAuthErrorCode, OAuthErrorRenderer, ProtectedResource};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{Method, Request};
use support::{get, posting, request, send};

#[derive(serde::Deserialize)]
struct Grant {
    grant_type: String,
}

async fn token(Form(grant): Form<Grant>) -> Result<String, ApiError> {
    let code = match &*grant.grant_type {
        "client" => OAuthErrorCode::InvalidClient,
        "code" => {
            let error = OAuthError::new(OAuthErrorCode::InvalidGrant)
                .with_description("The \"code\" was used\r\n— twice.")
                .with_uri("https://docs.example/invalid_grant");
            return Err(error.into());
        }
        "limited" => return Err(ApiError::rate_limited(std::time::Duration::from_secs(3))),
        "broken" => return Err(ApiError::internal_error().with_note("the database is gone")),
        "panic" => panic!("a secret"),
        _ => OAuthErrorCode::UnsupportedGrantType,
    };
    Err(OAuthError::new(code).into())
}

fn app() -> Router {
    let endpoint = Router::new()
        .route("/token", post(token))
        .layer(ApiErrorLayer::new().render(OAuthErrorRenderer::new()));
    endpoint.layer(ApiErrorLayer::new())
}

fn grant(kind: &str) -> Request<Body> {
    let body = format!("grant_type={kind}");
    posting("/token", "application/x-www-form-urlencoded", body)
}

#[tokio::test]
async fn unknown_client_is_challenged() {
    send(app(), grant("client")).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/json
        www-authenticate: Basic realm="token", charset="UTF-8"
        x-content-type-options: nosniff
        x-request-id: <id>

        error: "invalid_client"
    "#]]);
}

#[tokio::test]
async fn description_has_legal_characters_alone() {
    send(app(), grant("code")).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/json
        x-content-type-options: nosniff
        x-request-id: <id>

        error: "invalid_grant"
        error_description: "The code was used twice."
        error_uri: "https://docs.example/invalid_grant"
    "#]]);
}

#[tokio::test]
async fn every_failure_of_the_endpoint_has_the_format() {
    for (sent, status, body) in [
        (grant("device"), 400, r#"{"error":"unsupported_grant_type"}"#),
        (
            grant("limited"),
            429,
            r#"{"error":"temporarily_unavailable","error_description":"Too many requests"}"#,
        ),
        (grant("broken"), 500, r#"{"error":"server_error"}"#),
        (grant("panic"), 500, r#"{"error":"server_error"}"#),
        (request(Method::GET, "/token"), 405, r#"{"error":"invalid_request"}"#),
    ] {
        let answer = send(app(), sent).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (status, body));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn metadata_of_a_resource_is_found_by_its_challenge() {
    let resource = ProtectedResource::new("https://api.example/v1")
        .unwrap()
        .authorization_servers(["https://id.example"])
        .scopes(Vec::<String>::new())
        .name("Orders");
    let app = Router::new()
        .route("/orders", on_get(|| async { ApiError::missing_credentials() }))
        .merge(resource.router())
        .layer(ApiErrorLayer::new().challenge(resource.challenge()));
    let refused = send(app.clone(), get("/orders")).await;
    let challenge = refused.header("www-authenticate").unwrap();
    let (_, url) = challenge.split_once("resource_metadata=\"https://api.example").unwrap();
    let answer = send(app, get(url.trim_end_matches('"'))).await;
    answer.is(&expect![[r#"
        200 OK
        content-type: application/json
        x-request-id: <id>

        authorization_servers: ["https://id.example"]
        bearer_methods_supported: ["header"]
        resource: "https://api.example/v1"
        resource_name: "Orders"
    "#]]);
}
