//! Tests of routers on which every route has a guard.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::handler::Handler;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::Authenticated;
use definable_errors::rbac::{All, Concealed, Level, Member, Require, RequireLevel, RequireScope};
use definable_errors::router::{GuardedRouter, Public, documented, undocumented};
use expect_test::expect;
use http::{HeaderValue, Method, Request};
use support::{Answer, get, request, send};
use tower::util::MapResponseLayer;

use crate::rbac::hidden::NoKb;
use crate::rbac::service::{
    ACME, AppState, KbDelete, KbRead, KbWrite, Org, User, as_user, state, with_token,
};

async fn health(_: Public) -> &'static str {
    "ok"
}

fn kbs() -> GuardedRouter<AppState> {
    type Delete = All<(KbDelete, Level<80>)>;
    GuardedRouter::new()
        .get("/", |member: Require<KbRead>| async move { member.principal().name.clone() })
        .post("/", |_: Require<KbWrite>, body: String| async move { body })
        .get("/{id}", |_: Concealed<Require<KbRead>, NoKb>, Path(id): Path<u64>| async move {
            id.to_string()
        })
        .delete("/{id}", |_: Require<Delete>| async {})
        .patch("/{id}", |_: RequireScope<KbWrite>| async {})
}

fn routes() -> GuardedRouter<AppState> {
    let files = Router::new().route("/logo.svg", on_get(|| async { "<svg/>" }));
    let admin = GuardedRouter::new()
        .any("/", |_: RequireLevel<80, Member<Org>>| async { "settings" })
        .put("/limits", |_: Member<Org>| async {});
    GuardedRouter::new()
        .get("/health", health)
        .options("/health", health)
        .get("/me", |user: Authenticated<User>| async move { user.name.clone() })
        .nest("/kbs", kbs())
        .merge(GuardedRouter::new().nest("/admin", admin))
        .nest("/static", GuardedRouter::new().raw(files, "public pictures"))
        .fallback(|_: Authenticated<User>| async { "a page for users" })
}

fn app() -> Router {
    routes().with_state(state()).into_router().layer(ApiErrorLayer::new())
}

async fn outcome(request: Request<Body>) -> String {
    let answer: Answer = send(app(), request).await;
    answer.check();
    if answer.status.is_success() { answer.body } else { answer.code() }
}

#[test]
fn table_lists_the_policy_of_every_route() {
    expect![[r#"
        *        /admin          member with level 80
        PUT      /admin/limits   member
        GET      /health         public
        OPTIONS  /health         public
        GET      /kbs            member with kb:read
        POST     /kbs            member with kb:write
        GET      /kbs/{id}       member with kb:read, else kb_not_found
        DELETE   /kbs/{id}       member with kb:delete and level 80
        PATCH    /kbs/{id}       member with scope kb:write
        GET      /me             authenticated
        *        /static/{*raw}  raw: public pictures
        *        /{*fallback}    authenticated
    "#]]
    .assert_eq(&routes().table().policies().to_string());
}

#[test]
fn table_lists_the_problem_types_of_every_route() {
    let routes: GuardedRouter<AppState> =
        GuardedRouter::new().get("/health", health).nest("/kbs", kbs());
    expect![[r#"
        GET     /health    public
        GET     /kbs       member with kb:read
                  400  invalid_authorization, validation_failed
                  401  invalid_token, missing_credentials, token_expired
                  403  insufficient_permissions, membership_pending, membership_suspended, not_a_member
                  503  keys_unavailable
        POST    /kbs       member with kb:write
                  400  invalid_authorization, malformed_body, validation_failed
                  401  invalid_token, missing_credentials, token_expired
                  403  insufficient_permissions, membership_pending, membership_suspended, not_a_member
                  408  request_timeout
                  413  payload_too_large
                  503  keys_unavailable
        GET     /kbs/{id}  member with kb:read, else kb_not_found
                  400  bad_request, invalid_authorization, validation_failed
                  401  invalid_token, missing_credentials, token_expired
                  404  kb_not_found
                  500  internal_error
                  503  keys_unavailable
        DELETE  /kbs/{id}  member with kb:delete and level 80
                  400  invalid_authorization, validation_failed
                  401  invalid_token, missing_credentials, token_expired
                  403  insufficient_permissions, insufficient_role, membership_pending, membership_suspended, not_a_member
                  503  keys_unavailable
        PATCH   /kbs/{id}  member with scope kb:write
                  400  invalid_authorization, validation_failed
                  401  invalid_token, missing_credentials, token_expired
                  403  insufficient_scope, membership_pending, membership_suspended, not_a_member
                  503  keys_unavailable
    "#]].assert_eq(&routes.table().to_string());
    let of_health = routes.table().iter().next().unwrap();
    assert_eq!(
        (of_health.method(), of_health.policy(), of_health.is_raw()),
        ("GET", "public", false)
    );
    assert!(of_health.problem_types().is_empty() && of_health.is_documented());
}

#[tokio::test]
async fn routes_serve_permitted_callers() {
    assert_eq!(outcome(get("/health")).await, "ok");
    assert_eq!(outcome(request(Method::OPTIONS, "/health")).await, "ok");
    assert_eq!(outcome(get("/static/logo.svg")).await, "<svg/>");
    assert_eq!(outcome(get("/me")).await, "missing_credentials");
    assert_eq!(outcome(with_token("ada", get("/me"))).await, "ada");
    assert_eq!(outcome(as_user("member", "/kbs")).await, "member");
    assert_eq!(outcome(as_user("guest", "/kbs/7")).await, "7");
    assert_eq!(outcome(as_user("stranger", "/kbs/7")).await, "kb_not_found");
    assert_eq!(outcome(as_user("member", "/admin")).await, "insufficient_role");
    assert_eq!(outcome(as_user("admin", "/admin")).await, "settings");
}

#[tokio::test]
async fn fallback_has_a_guard_too() {
    assert_eq!(outcome(get("/nowhere")).await, "missing_credentials");
    assert_eq!(outcome(with_token("ada", get("/nowhere"))).await, "a page for users");
}

#[tokio::test]
async fn denial_precedes_violations_of_the_body() {
    let mut posted = as_user("guest", "/kbs");
    *posted.method_mut() = Method::POST;
    *posted.body_mut() = Body::from(vec![0xff]);
    assert_eq!(outcome(posted).await, "insufficient_permissions");
    let mut posted = as_user("member", "/kbs");
    *posted.method_mut() = Method::POST;
    *posted.body_mut() = Body::from(vec![0xff]);
    assert_eq!(outcome(posted).await, "malformed_body");
}

#[tokio::test]
async fn path_is_parsed_after_the_guard() {
    let path = format!("/kbs/seven?org_id={ACME}");
    assert_eq!(outcome(get(&path)).await, "missing_credentials");
}

#[tokio::test]
async fn wrong_method_is_a_405_for_every_caller() {
    let wrong = send(app(), request(Method::PUT, "/kbs/7")).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.header("allow")),
        (405, Some("GET,HEAD,DELETE,PATCH"))
    );
}

/// Layers go around routes and around handlers as in axum; the guard still runs.
#[tokio::test]
async fn layers_change_nothing_about_guards() {
    let layer = || {
        MapResponseLayer::new(|mut response: http::Response<Body>| {
            response.headers_mut().append("x-own", HeaderValue::from_static("1"));
            response
        })
    };
    let routes: GuardedRouter<AppState> = GuardedRouter::new()
        .get("/", undocumented(health.layer(layer())))
        .route_layer(undocumented(layer()))
        .layer(documented::<Infallible, _>(layer()));
    assert_eq!(routes.table().policies().to_string(), "GET  /  public\n");
    let app = Router::new().merge(routes.with_state::<()>(state()));
    let answer = send(app, get("/")).await;
    assert_eq!(answer.headers.get_all("x-own").iter().count(), 3);
}

async fn missing(_: Public) -> http::StatusCode {
    http::StatusCode::NOT_FOUND
}

/// If axum adds no `MatchedPath` that the layer can see, the route itself records that it matched.
#[tokio::test]
async fn missing_resource_of_a_guarded_router_is_no_missing_route() {
    let raw = Router::new().route("/raw", on_get(|| async { http::StatusCode::NOT_FOUND }));
    let routes = || {
        let inner = GuardedRouter::<()>::new().get("/inner", missing);
        GuardedRouter::new()
            .get("/", missing)
            .get("/v1", missing)
            .any("/any", missing)
            .nest("/nested", inner)
            .raw(raw.clone(), "a public page")
            .into_router()
    };
    let layer = ApiErrorLayer::new();
    let nested = Router::new().nest_service("/api", routes()).layer(layer.clone());
    let fallback = Router::new().fallback_service(routes()).layer(layer.clone());
    let deep = Router::new().nest_service("/b", Router::new().nest_service("/c", routes()));
    let around = Router::new().fallback_service(tower::Layer::layer(&layer, routes()));
    let apps = [(nested, "/api"), (fallback, ""), (deep.layer(layer), "/b/c"), (around, "")];
    for (app, prefix) in apps {
        for path in ["/", "/v1", "/any", "/nested/inner", "/raw"] {
            let found = send(app.clone(), get(&format!("{prefix}{path}"))).await;
            found.check();
            assert_eq!(found.code(), "not_found", "{prefix}{path}");
        }
        for path in ["/nowhere", "/v1/x", "/nested"] {
            let found = send(app.clone(), get(&format!("{prefix}{path}"))).await;
            found.check();
            assert_eq!(found.code(), "route_not_found", "{prefix}{path}");
        }
    }
}
