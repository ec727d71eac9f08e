//! Tests of weak secrets, which only an explicit call accepts. Its warning is logged once per
//! process, so the test of it starts a process of its own.

use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::jwt::{
    Algorithm, Issuer, JwtVerifier, Key, KeyError, LegacyClaims, Profile, SigningKey,
};
use definable_errors::auth::{Authenticated, InternalToken, InternalTokens, Secret, Verify};
use support::{get, send};

use super::service::with;

#[test]
fn weak_secret_is_accepted_only_by_name() {
    assert_eq!(Key::from_secret(Algorithm::Hs256, "x").unwrap_err(), KeyError::ShortSecret(32));
    assert_eq!(
        SigningKey::from_secret(Algorithm::Hs256, "x").unwrap_err(),
        KeyError::ShortSecret(32)
    );
    assert!(InternalTokens::new(["x"]).is_err());
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "auth::insecure_secrets::in_a_process_of_its_own", "--ignored"])
        .arg("--nocapture")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!(text.matches("WARN definable_errors: a secret is not checked").count(), 1, "{text}");
}

#[tokio::test]
#[ignore = "the other test runs it, in a process of its own"]
async fn in_a_process_of_its_own() {
    let _logs = tracing::subscriber::set_default(
        tracing_subscriber::fmt().with_ansi(false).without_time().finish(),
    );
    let weak = Secret::insecure_for_tests("x");
    assert_eq!(format!("{weak:?}"), "Secret(…)");
    let verifier: Arc<dyn Verify<LegacyClaims>> = Arc::new(
        JwtVerifier::builder(Profile::legacy_hs256())
            .key(Key::from_secret(Algorithm::Hs256, weak).unwrap())
            .build()
            .unwrap(),
    );
    let issuer = Issuer::new(SigningKey::from_secret(Algorithm::Hs256, weak).unwrap());
    let token = issuer.issue(serde_json::json!({ "id": "7" })).unwrap();
    let me = |user: Authenticated<LegacyClaims>| async move { user.id.clone() };
    let app = Router::new().route("/", on_get(me)).with_state(verifier);
    let bearer = format!("Bearer {}", token.as_str());
    assert_eq!(send(app, with("/", &[&bearer])).await.body, "7");

    let tokens = InternalTokens::new([Secret::insecure_for_tests("x")]).unwrap();
    let app =
        Router::new().route("/", on_get(|_: InternalToken| async { "in" })).with_state(tokens);
    let mut request = get("/");
    request.headers_mut().insert("x-internal-token", http::HeaderValue::from_static("x"));
    assert_eq!(send(app.clone(), request).await.body, "in");
    assert_eq!(send(app, get("/")).await.status, 401);
    assert!(InternalTokens::new([Secret::insecure_for_tests("")]).is_err());
}
