//! Tests of the challenge of a token that lacks a scope.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::{Authenticated, Credentials};
use definable_errors::rbac::{RequireScope, Scope};
use definable_errors::{ApiErrorLayer, Challenge};
use expect_test::expect;
use support::{get, send};

use super::service::{ACME, User, app, as_user, guarded, reading, state, with_token};

#[tokio::test]
async fn insufficient_scope_is_challenged_for_another_token() {
    send(app(), as_user("guest", "/scope")).await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api", error="insufficient_scope", scope="kb:write"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/insufficient_scope"
        title: "Insufficient scope"
        status: 403
        detail: "Insufficient scope"
        instance: "urn:uuid:<id>"
        code: "insufficient_scope"
        request_id: "<id>"
    "#]]);
    assert_eq!(send(app(), as_user("member", "/scope")).await.body, "in");
}

struct Profile;

impl Scope for Profile {
    type Caller = Authenticated<User>;
    const SCOPE: &'static str = "kb:read profile";
}

#[tokio::test]
async fn challenge_names_all_required_scopes_and_the_services_realm() {
    let app: Router = Router::new()
        .route("/", on_get(|_: RequireScope<Profile>| async { "in" }))
        .layer(ApiErrorLayer::new().challenge(Challenge::bearer("shop")))
        .with_state(state());
    let answer = send(app.clone(), with_token("guest", get("/"))).await;
    assert_eq!(
        answer.header("www-authenticate"),
        Some(r#"Bearer realm="shop", error="insufficient_scope", scope="kb:read profile""#)
    );
    assert_eq!(send(app, with_token("member", get("/"))).await.body, "in");
}

// Another login would not help, so there is no challenge.
#[tokio::test]
async fn other_denials_have_no_challenge() {
    for (user, path) in
        [("guest", "/any"), ("guest", "/level"), ("stranger", "/read"), ("invited", "/read")]
    {
        let answer = send(app(), as_user(user, path)).await;
        assert_eq!((answer.status.as_u16(), answer.header("www-authenticate")), (403, None));
    }
}

#[tokio::test]
async fn guards_read_other_credentials_and_challenge_for_them() {
    let app = guarded(reading(Credentials::scheme("Token")));
    let answer = async |path: &str, token: Option<&str>| {
        let mut request = get(&format!("{path}?org_id={ACME}"));
        if let Some(token) = token {
            let value = format!("Token {token}").parse().unwrap();
            request.headers_mut().insert("authorization", value);
        }
        send(app.clone(), request).await
    };
    for path in ["/member", "/read", "/any", "/level", "/scope"] {
        assert_eq!(answer(path, Some("owner")).await.status, 200, "{path}");
        for (token, status) in [(None, 401), (Some("forged"), 401)] {
            let found = answer(path, token).await;
            let challenge = found.header("www-authenticate");
            assert_eq!((found.status.as_u16(), challenge), (status, Some("Token realm=\"api\"")));
        }
    }
    let found = answer("/scope", Some("guest")).await;
    assert_eq!(
        found.header("www-authenticate"),
        Some(r#"Token realm="api", error="insufficient_scope", scope="kb:write""#)
    );
}
