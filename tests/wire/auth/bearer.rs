//! Tests of bearer tokens (RFC 6750): what a client may send, and the responses.

use definable_errors::auth::Bearer;
use expect_test::expect;
use support::{Answer, get, request, send};

use super::service::{app, with};

async fn answer(path: &str, fields: &[&str]) -> Answer {
    let answer = send(app(), with(path, fields)).await;
    answer.check();
    answer
}

#[tokio::test]
async fn valid_token_is_accepted() {
    for field in ["Bearer good", "bearer good", "BEARER  good"] {
        assert_eq!(answer("/me", &[field]).await.body, "ada", "B2: {field}");
    }
}

#[tokio::test]
async fn request_without_credentials_gets_a_challenge_without_error() {
    answer("/me", &[]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/missing_credentials"
        title: "Missing credentials"
        status: 401
        detail: "Invalid authorization: no credentials were sent."
        instance: "urn:uuid:<id>"
        code: "missing_credentials"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn other_scheme_counts_as_missing_credentials() {
    let nothing = answer("/me", &[]).await;
    for field in ["Basic dTpw", "DPoP good", "Negotiate"] {
        let other = answer("/me", &[field]).await;
        assert_eq!(other.to_string(), nothing.to_string(), "{field}");
    }
}

#[tokio::test]
async fn rejected_token_is_an_invalid_token() {
    answer("/me", &["Bearer forged"]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api", error="invalid_token"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/invalid_token"
        title: "Invalid token"
        status: 401
        detail: "Invalid or expired token"
        instance: "urn:uuid:<id>"
        code: "invalid_token"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn expired_token_has_a_code_of_its_own() {
    answer("/me", &["Bearer expired"]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api", error="invalid_token"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/token_expired"
        title: "Token expired"
        status: 401
        detail: "Token expired"
        instance: "urn:uuid:<id>"
        code: "token_expired"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn two_tokens_are_a_bad_request_with_a_challenge() {
    answer("/me", &["Bearer good", "Bearer good"]).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api", error="invalid_request"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/invalid_authorization"
        title: "Invalid authorization"
        status: 400
        detail: "Invalid authorization"
        instance: "urn:uuid:<id>"
        code: "invalid_authorization"
        request_id: "<id>"
    "#]]);
}

// Beside a header it is a second method; alone it is ignored.
#[tokio::test]
async fn token_in_the_query_is_never_accepted() {
    let both = answer("/me?access_token=good", &["Bearer good"]).await;
    assert_eq!((both.status.as_u16(), both.code()), (400, "invalid_authorization".into()));
    let alone = answer("/me?access_token=good", &[]).await;
    assert_eq!((alone.status.as_u16(), alone.code()), (401, "missing_credentials".into()));
}

#[tokio::test]
async fn a_malformed_header_is_a_bad_request() {
    let expected = answer("/me", &["Bearer"]).await.to_string();
    for field in [
        "",
        "Bearer good good",
        "Bearer good,",
        "Bearer \"good\"",
        "Bearer good=a",
        "Bearer ==",
        "Bearer gööd",
        "Bearer token=good",
        "Bearer good, Basic dTpw",
        ",Bearer good",
        "Bearer:good",
    ] {
        let found = answer("/me", &[field]).await;
        assert_eq!(found.code(), "invalid_authorization", "{field}");
        assert_eq!(found.to_string(), expected, "{field}");
    }
}

// A failure of the store is not the client's fault.
#[tokio::test]
async fn failing_verifier_is_a_500() {
    let found = answer("/me", &["Bearer unreachable"]).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
    assert!(!found.body.contains("store") && found.header("www-authenticate").is_none());
}

#[tokio::test]
async fn only_a_request_without_credentials_is_anonymous() {
    assert_eq!(answer("/greet", &[]).await.body, "nobody");
    assert_eq!(answer("/greet", &["Bearer good"]).await.body, "ada");
    for (field, code) in [
        ("Bearer forged", "invalid_token"),
        ("Bearer expired", "token_expired"),
        ("Bearer", "invalid_authorization"),
        ("Basic dTpw", "missing_credentials"),
    ] {
        assert_eq!(answer("/greet", &[field]).await.code(), code, "{field}");
    }
}

#[tokio::test]
async fn token_is_never_echoed() {
    for field in ["Bearer canary-canary", "Bearer canary canary", "canary", "Canary canary"] {
        let found = answer("/me", &[field]).await;
        assert!(!found.to_string().contains("canary") && !found.to_string().contains("Canary"));
    }
}

#[tokio::test]
async fn rejected_head_has_the_headers_of_get() {
    let asked = answer("/me", &[]).await;
    let head = send(app(), request(http::Method::HEAD, "/me")).await;
    assert_eq!((head.status, &*head.body), (asked.status, ""));
    for name in ["www-authenticate", "content-type", "cache-control", "content-length"] {
        assert_eq!(head.header(name), asked.header(name), "{name}");
    }
}

#[tokio::test]
async fn rejections_are_not_cacheable() {
    for path in ["/me", "/me?access_token=a"] {
        for field in ["Bearer forged", "Bearer"] {
            assert_eq!(answer(path, &[field]).await.header("cache-control"), Some("no-store"));
        }
    }
    assert_eq!(send(app(), get("/me")).await.header("cache-control"), Some("no-store"));
}

// Printing a request after an extractor has run reveals no secret.
#[tokio::test]
async fn headers_are_marked_sensitive_once_they_were_read() {
    let print = |_: Bearer, headers: http::HeaderMap| async move { format!("{headers:?}") };
    let app = axum::Router::new().route("/", axum::routing::get(print));
    let found = send(app, with("/", &["Bearer canary"])).await;
    assert!(found.body.contains("\"authorization\": Sensitive"), "{}", found.body);
}
