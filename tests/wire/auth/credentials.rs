//! Tests of credentials other than `Authorization: Bearer`: schemes, headers, cookies, several of
//! them, and verifiers that come from a layer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::auth::{
    self, Authenticated, Authenticator, Credentials, MaybeAuthenticated, Verify,
};
use definable_errors::{ApiError, ApiErrorLayer, Challenge, guard};
use expect_test::expect;
use http::{HeaderMap, Method, Request};
use support::{Answer, Recorder, get, send};

use super::service::{Sessions, User, with};

fn verifier(credentials: Credentials) -> Arc<dyn Verify<User>> {
    Arc::new(Authenticator::new(Sessions::default()).credentials(credentials))
}

async fn me(user: Authenticated<User>) -> String {
    user.name.clone()
}

async fn greet(MaybeAuthenticated(user): MaybeAuthenticated<User>) -> String {
    user.map_or("stranger".to_owned(), |user| user.name.clone())
}

fn app(credentials: Credentials) -> Router {
    Router::new()
        .route("/me", on_get(me))
        .route("/greet", on_get(greet))
        .layer(ApiErrorLayer::new())
        .with_state(verifier(credentials))
}

fn carrying(path: &str, fields: &[(&'static str, &str)]) -> Request<Body> {
    support::with(Method::GET, path, fields, Body::empty())
}

async fn answer(credentials: &Credentials, fields: &[(&'static str, &str)]) -> Answer {
    let answer = send(app(credentials.clone()), carrying("/me", fields)).await;
    answer.check();
    answer
}

/// Returns the status and the code, or the name of the caller.
async fn outcome(credentials: &Credentials, fields: &[(&'static str, &str)]) -> String {
    let answer = answer(credentials, fields).await;
    match answer.status.as_u16() {
        200 => answer.body,
        status => format!("{status} {}", answer.code()),
    }
}

fn challenges(answer: &Answer) -> Vec<&str> {
    let all = answer.headers.get_all("www-authenticate").iter();
    all.map(|value| value.to_str().unwrap()).collect()
}

const MISSING: &str = "401 missing_credentials";
const MALFORMED: &str = "400 invalid_authorization";

#[tokio::test]
async fn token_of_another_scheme_is_accepted_in_every_case() {
    let token = Credentials::scheme("Token");
    for field in ["Token good", "token good", "TOKEN  good"] {
        assert_eq!(outcome(&token, &[("authorization", field)]).await, "ada", "{field}");
    }
    for field in ["Bearer good", "Basic dTpw", "Tokens good", "Negotiate"] {
        assert_eq!(outcome(&token, &[("authorization", field)]).await, MISSING, "{field}");
    }
    for field in ["Token", "Token good good", "Token:good", "", "Token \"good\"", "Token gööd"] {
        assert_eq!(outcome(&token, &[("authorization", field)]).await, MALFORMED, "{field}");
    }
    let twice = [("authorization", "Token good"), ("authorization", "Token good")];
    assert_eq!(outcome(&token, &twice).await, MALFORMED);
}

#[tokio::test]
async fn rejection_is_challenged_for_the_scheme() {
    let token = Credentials::scheme("Token");
    for fields in [
        &[][..],
        &[("authorization", "Bearer good")],
        &[("authorization", "Token forged")],
        &[("authorization", "Token expired")],
        &[("authorization", "Token")],
    ] {
        let found = answer(&token, fields).await;
        assert_eq!(challenges(&found), ["Token realm=\"api\""], "{fields:?}");
    }
    answer(&token, &[("authorization", "Token forged")]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Token realm="api"
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
    let failed = answer(&token, &[("authorization", "Token unreachable")]).await;
    assert_eq!((failed.status.as_u16(), challenges(&failed).len()), (500, 0));
}

#[tokio::test]
async fn malformed_credentials_are_401_on_request() {
    for (credentials, field, challenge) in [
        (Credentials::scheme("Token"), "Token", "Token realm=\"api\""),
        (Credentials::bearer(), "Bearer", "Bearer realm=\"api\", error=\"invalid_token\""),
        (Credentials::bearer(), "Bearer a b", "Bearer realm=\"api\", error=\"invalid_token\""),
    ] {
        let credentials = credentials.malformed_status(401);
        let found = answer(&credentials, &[("authorization", field)]).await;
        assert_eq!((found.status.as_u16(), found.code()), (401, "invalid_authorization".into()));
        assert_eq!(challenges(&found), [challenge]);
        assert_eq!(outcome(&credentials, &[]).await, MISSING);
    }
    let token = Credentials::scheme("Token").malformed_status(401);
    answer(&token, &[("authorization", "Token")]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Token realm="api"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/invalid_authorization"
        title: "Invalid authorization"
        status: 401
        detail: "Invalid authorization"
        instance: "urn:uuid:<id>"
        code: "invalid_authorization"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn header_contains_a_bare_token() {
    let key = Credentials::header("X-Api-Key");
    assert_eq!(outcome(&key, &[("x-api-key", "good")]).await, "ada");
    for fields in [&[][..], &[("x-api-key", "")], &[("authorization", "Bearer good")]] {
        assert_eq!(outcome(&key, fields).await, MISSING, "{fields:?}");
    }
    for fields in [
        &[("x-api-key", "good good")][..],
        &[("x-api-key", "gööd")],
        &[("x-api-key", "good"), ("x-api-key", "good")],
    ] {
        assert_eq!(outcome(&key, fields).await, MALFORMED, "{fields:?}");
    }
    let found = answer(&key, &[("x-api-key", "forged:/%?")]).await;
    assert_eq!(found.code(), "invalid_token");
    assert_eq!(challenges(&found), [r#"ApiKey realm="api", in="header", name="x-api-key""#]);
    let bare = Credentials::header("authorization");
    assert_eq!(outcome(&bare, &[("authorization", "good")]).await, "ada");
    assert_eq!(outcome(&bare, &[("authorization", "Bearer good")]).await, MALFORMED);
}

#[tokio::test]
async fn cookie_contains_the_token() {
    let session = Credentials::cookie("__Host-session");
    for fields in [
        &[("cookie", "__Host-session=good")][..],
        &[("cookie", "__Host-session=\"good\"")],
        &[("cookie", "theme=dark; __Host-session=good; lang=ü")],
        &[("cookie", "theme=dark"), ("cookie", "__Host-session=good")],
        &[("cookie", "__Host-session=; __Host-session=good")],
        &[("cookie", "__Host-session=good; __Host-session=good")],
    ] {
        assert_eq!(outcome(&session, fields).await, "ada", "{fields:?}");
    }
    for fields in [
        &[][..],
        &[("cookie", "__Host-session=")],
        &[("cookie", "__Host-session=\"\"")],
        &[("cookie", "__Host-session")],
        &[("cookie", "__host-session=good")],
        &[("cookie", "session=good")],
    ] {
        assert_eq!(outcome(&session, fields).await, MISSING, "{fields:?}");
    }
    for fields in [
        &[("cookie", "__Host-session=good good")][..],
        &[("cookie", "__Host-session=good; __Host-session=evil")],
        &[("cookie", "__Host-session=good"), ("cookie", "__Host-session=evil")],
    ] {
        assert_eq!(outcome(&session, fields).await, MALFORMED, "{fields:?}");
    }
    let found = answer(&session, &[("cookie", "__Host-session=forged")]).await;
    assert_eq!(challenges(&found), [r#"Cookie realm="api", cookie-name="__Host-session""#]);
}

#[tokio::test]
async fn first_source_that_has_any_is_taken() {
    let both = Credentials::first_of([
        Credentials::scheme("Token"),
        Credentials::bearer(),
        Credentials::cookie("session"),
    ]);
    for (fields, expected) in [
        (&[("authorization", "Token good"), ("cookie", "session=forged")][..], "ada"),
        (&[("authorization", "Bearer good")], "ada"),
        (&[("cookie", "session=good")], "ada"),
        (&[("authorization", "Basic dTpw"), ("cookie", "session=good")], "ada"),
        (&[("authorization", ",;"), ("cookie", "session=good")], "ada"),
        (&[("authorization", "Token forged"), ("cookie", "session=good")], "401 invalid_token"),
        (&[("authorization", "Token"), ("cookie", "session=good")], MALFORMED),
        (&[("authorization", ",;")], MALFORMED),
        (&[("authorization", "Basic dTpw")], MISSING),
        (&[("cookie", "session=")], MISSING),
        (&[], MISSING),
    ] {
        assert_eq!(outcome(&both, fields).await, expected, "{fields:?}");
    }
}

#[tokio::test]
async fn missing_credentials_are_challenged_for_every_source() {
    let both = Credentials::first_of([Credentials::scheme("Token"), Credentials::cookie("id")]);
    answer(&both, &[]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Cookie realm="api", cookie-name="id"
        www-authenticate: Token realm="api"
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
    let refused = answer(&both, &[("cookie", "id=forged")]).await;
    assert_eq!(challenges(&refused), [r#"Cookie realm="api", cookie-name="id""#]);
}

#[tokio::test]
async fn bearer_token_is_sent_in_one_way_also_beside_other_sources() {
    let both = Credentials::first_of([Credentials::bearer(), Credentials::scheme("Token")]);
    let path = "/me?access_token=good";
    for (field, expected) in [("Bearer good", 400), ("Token good", 200)] {
        let request = carrying(path, &[("authorization", field)]);
        assert_eq!(send(app(both.clone()), request).await.status, expected, "{field}");
    }
}

#[tokio::test]
async fn realm_of_the_service_is_in_every_challenge() {
    let credentials = Credentials::first_of([
        Credentials::scheme("Token"),
        Credentials::header("x-api-key"),
        Credentials::cookie("id"),
    ]);
    let app = Router::new()
        .route("/me", on_get(me))
        .layer(ApiErrorLayer::new().challenge(Challenge::bearer("orders")))
        .with_state(verifier(credentials));
    let found = send(app, get("/me")).await;
    let expected = [
        r#"Token realm="orders""#,
        r#"ApiKey realm="orders", in="header", name="x-api-key""#,
        r#"Cookie realm="orders", cookie-name="id""#,
    ];
    assert_eq!(challenges(&found), expected);
}

#[tokio::test]
async fn challenge_of_the_verifier_stays_the_only_one() {
    let own = |_: auth::Bearer| async {
        Err::<User, _>(ApiError::invalid_token().with_challenge(Challenge::basic("bank")))
    };
    let credentials = Credentials::scheme("Token");
    let verifier: Arc<dyn Verify<User>> =
        Arc::new(Authenticator::new(own).credentials(credentials));
    let app = Router::new().route("/", on_get(me)).with_state(verifier);
    let found = send(app, with("/", &["Token good"])).await;
    assert_eq!(challenges(&found), [r#"Basic realm="bank", charset="UTF-8""#]);
}

#[tokio::test]
async fn only_a_request_without_any_credentials_is_anonymous() {
    let both = Credentials::first_of([Credentials::scheme("Token"), Credentials::cookie("id")]);
    for (fields, expected) in [
        (&[][..], "stranger"),
        (&[("cookie", "id=; theme=dark")], "stranger"),
        (&[("cookie", "id=good")], "ada"),
        (&[("authorization", "Token good")], "ada"),
        (&[("authorization", "Token forged")], "invalid_token"),
        (&[("authorization", "Basic dTpw")], "missing_credentials"),
        (&[("cookie", "id=a b")], "invalid_authorization"),
    ] {
        let found = send(app(both.clone()), carrying("/greet", fields)).await;
        let found = if found.status == 200 { found.body } else { found.code() };
        assert_eq!(found, expected, "{fields:?}");
    }
}

#[tokio::test]
async fn rejected_head_has_the_headers_of_get() {
    let session = Credentials::cookie("id");
    let mut head = carrying("/me", &[("cookie", "id=forged")]);
    *head.method_mut() = Method::HEAD;
    let head = send(app(session.clone()), head).await;
    let asked = answer(&session, &[("cookie", "id=forged")]).await;
    assert_eq!((head.status, &*head.body), (asked.status, ""));
    assert_eq!(challenges(&head), challenges(&asked));
}

// Printing a request after an extractor has run reveals no secret, also of a source that was not
// needed.
#[tokio::test]
async fn headers_of_all_sources_are_marked_sensitive() {
    let print = |_: Authenticated<User>, headers: HeaderMap| async move { format!("{headers:?}") };
    let credentials = Credentials::first_of([
        Credentials::scheme("Token"),
        Credentials::header("x-api-key"),
        Credentials::cookie("id"),
    ]);
    let app = Router::new().route("/", on_get(print)).with_state(verifier(credentials));
    let fields = [
        ("authorization", "Token good"),
        ("x-api-key", "canary-key"),
        ("cookie", "id=canary-id"),
        ("cookie", "other=canary-other"),
    ];
    let found = send(app, carrying("/", &fields)).await;
    assert!(found.body.contains("\"cookie\": Sensitive"), "{}", found.body);
    assert!(!found.body.contains("canary"), "{}", found.body);
}

#[tokio::test]
async fn credentials_are_in_no_response_and_no_report() {
    let sources =
        [Credentials::scheme("Token"), Credentials::header("x-api-key"), Credentials::cookie("id")];
    for credentials in sources.iter().cloned().chain([Credentials::first_of(sources.clone())]) {
        for value in ["canary", "canary canary", "\"canary", "canary; id=canary2", "cänary"] {
            let recorder = Recorder::default();
            let app = Router::new()
                .route("/me", on_get(me))
                .layer(ApiErrorLayer::new().report(recorder.clone()))
                .with_state(verifier(credentials.clone()));
            let fields = [
                ("authorization", format!("Token {value}")),
                ("x-api-key", value.to_owned()),
                ("cookie", format!("id={value}")),
            ];
            let fields: Vec<_> = fields.iter().map(|(name, text)| (*name, &**text)).collect();
            let found = send(app, carrying("/me", &fields)).await;
            let all = format!("{found} {:?}", recorder.records());
            assert!(!all.contains("anary"), "{all}");
            assert!(matches!(found.status.as_u16(), 400 | 401), "{all}");
        }
    }
}

fn inner() -> Router {
    Router::new()
        .route("/me", on_get(me))
        .route("/greet", on_get(greet))
        .with_state(auth::verifier_from_layer::<User>())
}

#[tokio::test]
async fn nested_router_takes_the_verifier_of_a_layer() {
    let sessions = Sessions::default();
    let session = Authenticator::new(sessions.clone()).credentials(Credentials::cookie("id"));
    let app = Router::new()
        .nest("/inner", inner())
        .layer(auth::verifier_layer::<User>(session))
        .layer(ApiErrorLayer::new());
    let found = send(app.clone(), carrying("/inner/me", &[("cookie", "id=good")])).await;
    assert_eq!((&*found.body, sessions.0.load(Ordering::Relaxed)), ("ada", 1));
    let found = send(app.clone(), carrying("/inner/greet", &[])).await;
    assert_eq!(found.body, "stranger");
    let found = send(app, carrying("/inner/me", &[("authorization", "Bearer good")])).await;
    assert_eq!(challenges(&found), [r#"Cookie realm="api", cookie-name="id""#]);
}

#[tokio::test]
async fn nested_router_takes_the_caller_of_a_guard() {
    let sessions = Sessions::default();
    let verifier: Arc<dyn Verify<User>> = Arc::new(sessions.clone());
    let app = inner().route_layer(guard::from_extractor::<Authenticated<User>, _>(verifier));
    assert_eq!(send(app, with("/me", &["Bearer good"])).await.body, "ada");
    assert_eq!(sessions.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn verifier_that_no_layer_provides_is_a_fault_of_the_service() {
    let recorder = Recorder::default();
    let of_itself: Arc<dyn Verify<User>> = auth::verifier_from_layer::<User>();
    let app = inner()
        .layer(axum::Extension(of_itself))
        .layer(ApiErrorLayer::new().report(recorder.clone()));
    let found = send(app, with("/me", &["Bearer good"])).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
    let records = recorder.records();
    assert!(records[0].notes.contains("auth::verifier_layer"), "{records:?}");
}
