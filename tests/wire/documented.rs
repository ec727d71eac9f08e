//! Tests that the problem types of the route table are those that clients receive.
//!
//! Every route gets the same hostile requests. It must answer each with a documented problem, and
//! some request must lead to each documented problem.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{self as axums, DefaultBodyLimit, Request};
use axum::response::Response;
use axum::routing::get as on_get;
use axum::{Router, middleware};
use axum_extra::extract as extras;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Basic;
use axum_extra::typed_header::TypedHeader;
use bytes::Bytes;
use definable_errors::auth::{
    ApiKey, Authenticated, Bearer, InternalToken, MaybeAuthenticated, SocketAuthenticated,
};
use definable_errors::error::ApiFuture;
use definable_errors::extract::{self, Batch, Header, Inputs, Pagination, Valid};
use definable_errors::guard::{
    self, Guard, RouteGuard, RoutePolicy, RouteTable, Security, SecurityScheme,
};
use definable_errors::problem::{CONFLICT, ProblemTypes, Types};
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::rbac::{
    All, Any, Concealed, Level, Member, Require, RequireLevel, RequireScope,
};
use definable_errors::router::{GuardedRouter, Public, documented, undocumented};
use definable_errors::{ApiError, ApiErrorLayer, BoxError, Declared};
use expect_test::expect;
use http::{HeaderValue, Method, request};
use http_body_util::BodyExt;
use serde::Deserialize;
use tower::ServiceExt;
use validator::Validate;

use crate::rbac::hidden::NoKb;
use crate::rbac::service::{
    AppState, JobsRead, KbRead, KbWrite, Org, User, as_user, state, with_token,
};
use support::get;

#[derive(Deserialize, Validate)]
struct Order {
    #[validate(range(min = 1))]
    qty: u32,
}

#[derive(Clone, Deserialize)]
struct Seven {
    #[expect(dead_code, reason = "it only has to be read")]
    qty: u8,
}

type OfPath = (u32, u8);

/// The problems that no client can cause: the service forgot to provide what is extracted.
const OF_SERVICE: &str = "500 internal_error";

/// The problems of an extractor that another method of its route has: a form is in the query of a
/// `GET` and in the body of a `POST`, and only a `HEAD` reaches a `GET` route with another method.
const OF_OTHER_METHODS: [(&str, &[&str]); 5] = [
    ("POST /axum/form", &["400 validation_failed"]),
    (
        "GET /axum/form",
        &[
            "400 malformed_body",
            "408 request_timeout",
            "413 payload_too_large",
            "415 unsupported_media_type",
            "422 validation_failed",
        ],
    ),
    ("GET /axum/socket", &["405 method_not_allowed"]),
    ("POST /extra/form", &["400 validation_failed"]),
    ("POST /ours/form", &["400 bad_request"]),
];

/// Returns routes with one extractor each.
fn extractors() -> GuardedRouter {
    GuardedRouter::new()
        .post("/axum/json", async |_: Public, _: axum::Json<Seven>| ())
        .post("/axum/form", async |_: Public, _: axum::Form<Seven>| ())
        .get("/axum/form", async |_: Public, _: axum::Form<Seven>| ())
        .post("/axum/raw-form", async |_: Public, _: axums::RawForm| ())
        .post("/axum/bytes", async |_: Public, _: Bytes| ())
        .post("/axum/text", async |_: Public, _: String| ())
        .post("/axum/multipart", async |_: Public, _: axums::Multipart| ())
        .get("/axum/query", async |_: Public, _: axums::Query<Seven>| ())
        .get("/axum/path/{a}/{b}", async |_: Public, _: axums::Path<OfPath>| ())
        .get("/axum/raw-path/{a}/{b}", async |_: Public, _: axums::RawPathParams| ())
        .get("/axum/socket", documented::<Infallible, _>(socket))
        .any("/axum/option", async |_: Public, _: Option<axum::Json<Seven>>| ())
        .any(
            "/axum/result",
            async |_: Public, _: Result<String, axums::rejection::StringRejection>| (),
        )
        .post("/extra/form", async |_: Public, _: extras::Form<Seven>| ())
        .get("/extra/query", async |_: Public, _: extras::Query<Seven>| ())
        .get("/extra/header", async |_: Public, _: TypedHeader<Authorization<Basic>>| ())
        .get("/extra/cached", async |_: Public, _: extras::Cached<axums::Query<Seven>>| ())
        .get("/extra/jar", async |_: Public, _: extras::CookieJar| ())
        .post("/ours/json", async |_: Public, _: Valid<extract::Json<Order>>| ())
        .post("/ours/batch", async |_: Public, _: Batch<Seven>| ())
        .post("/ours/form", async |_: Public, _: extract::Form<Seven>| ())
        .get("/ours/query", async |_: Public, _: extract::Query<Seven>| ())
        .get("/ours/page", async |_: Public, _: Pagination| ())
        .get("/ours/path/{a}/{b}", async |_: Public, _: extract::Path<OfPath>| ())
        .get("/ours/header", async |_: Public, _: Header<Seven>| ())
        .post(
            "/ours/inputs/{a}/{b}",
            async |_: Public, _: Inputs<(extract::Path<OfPath>, extract::Json<Seven>)>| (),
        )
        .post("/ours/multipart", read)
}

async fn read(_: Public, mut form: extract::Multipart) -> Result<(), Declared<Infallible>> {
    let mut file = None;
    while let Some(part) = form.next_field().await? {
        file = Some(part.bytes().await?);
    }
    extract::Multipart::required(file, "file")?;
    Ok(())
}

async fn socket(_: Public, upgrade: axums::WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|_| async {})
}

fn app(routes: Router) -> Router {
    let limits = DefaultBodyLimit::max(64);
    routes.layer(limits).layer(middleware::map_request(broken)).layer(ApiErrorLayer::new())
}

/// Breaks bodies off, or lets them stall, as layers around the service do.
async fn broken(request: Request) -> Request {
    let error = match request.headers().get("x-body").map(HeaderValue::as_bytes) {
        Some(b"stalled") => "data was not received within the designated timeout",
        Some(b"broken") => "unexpected end of file",
        _ => return request,
    };
    let frames = futures_util::stream::iter([Err::<Bytes, BoxError>(error.into())]);
    request.map(|_| Body::from_stream(frames))
}

/// Every way in which the requests differ from what a route expects.
fn requests(route: &RoutePolicy) -> Vec<Request> {
    let mut requests = Vec::new();
    let methods = match route.method() {
        "*" => vec![Method::GET, Method::POST],
        method => vec![method.parse().unwrap()],
    };
    for path in ["1/2", "1/x", "%FF/2"] {
        let path = route.path().replace("{a}/{b}", path);
        for query in ["", "?qty=7", "?qty=x", "?qty=%FF", "?page=0"] {
            let uri = format!("{path}{query}");
            for method in &methods {
                let new =
                    || Request::builder().method(method).uri(&uri).header("host", "localhost");
                requests.push(new().body(Body::empty()).unwrap());
                requests.extend(with_headers(new));
                requests.extend(with_bodies(new));
            }
        }
    }
    let pairs = "&qty=7".repeat(10_001);
    let uri = format!("{}?{pairs}", route.path().replace("{a}/{b}", "1/2"));
    if methods.contains(&Method::GET) {
        let long = Request::get(uri).header("host", "localhost");
        requests.push(long.body(Body::empty()).unwrap());
    }
    requests
}

fn with_headers(new: impl Fn() -> request::Builder) -> Vec<Request> {
    let upgrade = || new().header("connection", "upgrade").header("upgrade", "websocket");
    let all = [
        new().header("authorization", "Basic QTpi"),
        new().header("authorization", "Basic ?"),
        new().header("qty", "7"),
        new().header("qty", "x"),
        upgrade(),
        upgrade().header("sec-websocket-version", "12").header("sec-websocket-key", "x"),
        upgrade().header("sec-websocket-version", "13").header("sec-websocket-key", "x"),
    ];
    all.into_iter().map(|request| request.body(Body::empty()).unwrap()).collect()
}

fn with_bodies(new: impl Fn() -> request::Builder) -> Vec<Request> {
    let long = "x".repeat(100);
    let bodies: [&[u8]; 11] = [
        b"{\"qty\": 7}",
        b"{\"qty\": 0}",
        b"{\"qty\": \"x\"}",
        b"[{\"qty\": 7}]",
        b"{",
        b"qty=7",
        b"qty=x",
        b"\xff",
        b"--b--\r\n",
        long.as_bytes(),
        b"",
    ];
    let types = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "text/plain",
    ];
    let mut requests = Vec::new();
    for media_type in types {
        for body in bodies {
            let request = new().header("content-type", media_type);
            requests.push(request.body(Body::from(body.to_vec())).unwrap());
        }
        for fate in ["stalled", "broken"] {
            let request = new().header("content-type", media_type).header("x-body", fate);
            requests.push(request.body(Body::from("{}")).unwrap());
        }
    }
    requests
}

fn listed(route: &RoutePolicy) -> BTreeSet<String> {
    let name = |status: u16, code: &str| format!("{status} {code}");
    route.problem_types().iter().map(|it| name(it.status().as_u16(), it.code())).collect()
}

/// Returns the problems with which a route answers these requests.
async fn answered(app: &Router, requests: Vec<Request>) -> BTreeSet<String> {
    let mut problems = BTreeSet::new();
    for request in requests {
        let response = app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            let body = response.into_body().collect().await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body.to_bytes()).unwrap();
            problems.insert(format!("{} {}", status.as_u16(), body["code"].as_str().unwrap()));
        }
    }
    problems
}

fn names(table: &RouteTable) -> Vec<String> {
    table.iter().map(|route| format!("{} {}", route.method(), route.path())).collect()
}

#[tokio::test]
async fn extractors_respond_with_the_documented_problems_and_no_others() {
    let routes = extractors();
    let table = routes.table().clone();
    let app = app(routes.into_router());
    let mut wrong = Vec::new();
    for (route, name) in table.iter().zip(names(&table)) {
        assert!(route.is_documented(), "{name}");
        let answered = answered(&app, requests(route)).await;
        let mut listed = listed(route);
        let of_others = OF_OTHER_METHODS.iter().find(|(known, _)| *known == name);
        let cannot_occur = of_others.map_or(&[][..], |(_, problems)| problems).iter();
        for problem in cannot_occur.copied().chain([OF_SERVICE]) {
            assert!(!answered.contains(problem), "{name}: {problem}");
            listed.remove(problem);
        }
        let more: Vec<_> = answered.difference(&listed).collect();
        let fewer: Vec<_> = listed.difference(&answered).collect();
        if !more.is_empty() || !fewer.is_empty() {
            wrong.push(format!("{name}: not listed {more:?}, never answered {fewer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns a route for every guard of bearer tokens.
fn guards() -> GuardedRouter<AppState> {
    let behind = GuardedRouter::new()
        .get("/level", async |_: RequireLevel<80, Member<Org>>| ())
        .route_layer(guard::from_extractor::<Require<JobsRead>, _>(state()));
    GuardedRouter::new()
        .get("/public", async |_: Public| ())
        .get("/token", async |_: Bearer| ())
        .get("/maybe", async |_: MaybeAuthenticated<User>| ())
        .get("/user", async |_: Authenticated<User>| ())
        .get("/member", async |_: Member<Org>| ())
        .get("/read", async |_: Require<JobsRead>| ())
        .get("/write", async |_: Require<All<(KbWrite, Level<80>)>>| ())
        .get("/any", async |_: Require<Any<(KbWrite, JobsRead)>>| ())
        .get("/scope", async |_: RequireScope<KbWrite>| ())
        .get("/concealed", async |_: Concealed<Require<KbWrite>, NoKb>| ())
        .nest("/behind", behind)
}

fn requests_of_callers(route: &RoutePolicy) -> Vec<Request> {
    let path = route.path();
    let mut requests = vec![as_user("owner", path), get(path), get(&format!("{path}?org_id=x"))];
    for user in ["guest", "member", "stranger", "suspended", "invited", "forged"] {
        requests.push(as_user(user, path));
    }
    requests.push(with_token("owner", get(&format!("{path}?org_id=x"))));
    requests.push(with_token("two words", get(path)));
    let mut basic = get(path);
    basic.headers_mut().insert("authorization", "Basic QTpi".parse().unwrap());
    requests.push(basic);
    requests
}

#[tokio::test]
async fn guards_respond_with_the_documented_problems_and_no_others() {
    let routes = guards();
    let table = routes.table().clone();
    let app = app(routes.into_router().with_state(state()));
    // The verifier of this service knows neither.
    let of_other_verifiers = ["401 token_expired", "503 keys_unavailable"];
    let mut wrong = Vec::new();
    for (route, name) in table.iter().zip(names(&table)) {
        let answered = answered(&app, requests_of_callers(route)).await;
        let mut listed = listed(route);
        listed.retain(|problem| !of_other_verifiers.contains(&&**problem));
        if answered != listed {
            wrong.push(format!("{name}: answered {answered:?}, listed {listed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn security_lists_alternatives_with_their_schemes_and_permissions() {
    let line = |route: &RoutePolicy| {
        let alternatives = route.security().alternatives().iter().map(|alternative| {
            let scheme = |(scheme, scopes): (&SecurityScheme, &[_])| match scheme {
                SecurityScheme::Http { scheme, .. } => format!("{scheme}{scopes:?}"),
                other => format!("{other:?}"),
            };
            format!("{{{}}}", alternative.schemes().map(scheme).collect::<String>())
        });
        let alternatives: Vec<_> = alternatives.collect();
        format!("{} {}\n", route.path(), alternatives.join(" or "))
    };
    let lines: String = guards().table().iter().map(line).collect();
    expect![[r#"
        /public 
        /token {bearer[]}
        /maybe {bearer[]} or {}
        /user {bearer[]}
        /member {bearer[]}
        /read {bearer["jobs:read"]}
        /write {bearer["kb:write"]}
        /any {bearer["kb:write"]} or {bearer["jobs:read"]}
        /scope {bearer["kb:write"]}
        /concealed {bearer["kb:write"]}
        /behind/level {bearer["jobs:read"]}
    "#]]
    .assert_eq(&lines);
    let scheme =
        |security: Security| security.alternatives()[0].schemes().next().unwrap().0.clone();
    assert_eq!(scheme(ApiKey::<User>::security()), SecurityScheme::header("x-api-key"));
    assert_eq!(scheme(InternalToken::security()), SecurityScheme::header("x-internal-token"));
    assert_eq!(SocketAuthenticated::<User>::security().alternatives().len(), 2);
}

/// Layers add what they know: guards their policy, limits their problems, unknown ones that there
/// may be more.
#[test]
fn table_of_layered_routers_has_the_problems_of_the_layers() {
    let limited = GuardedRouter::<AppState>::new()
        .get("/limited", async |_: Public| ())
        .fallback(async |_: Public| ())
        .route_layer(RateLimit::per_address(Quota::per_minute(5)))
        .layer(guard::layer((Timid, Timid)));
    let guarded = GuardedRouter::new()
        .get("/", async |_: Authenticated<User>| ())
        .raw(Router::new().route("/file", on_get(|| async {})), "a file")
        .layer(guard::from_extractor::<Require<KbRead>, _>(state()));
    let routes: GuardedRouter<AppState> = GuardedRouter::new()
        .get("/before", async |_: Public| ())
        .layer(undocumented(DefaultBodyLimit::max(1)))
        .merge(limited)
        .nest("/guarded", guarded)
        .get("/after", async |_: Public| http::StatusCode::OK);
    expect![[r#"
        GET  /after           public
               *    undocumented
        GET  /before          public
               *    undocumented
        GET  /guarded         member with kb:read, then authenticated
               400  invalid_authorization, validation_failed
               401  invalid_token, missing_credentials, token_expired
               403  insufficient_permissions, membership_pending, membership_suspended, not_a_member
               503  keys_unavailable
        *    /guarded/{*raw}  member with kb:read, then raw: a file
               400  invalid_authorization, validation_failed
               401  invalid_token, missing_credentials, token_expired
               403  insufficient_permissions, membership_pending, membership_suspended, not_a_member
               503  keys_unavailable
        GET  /limited         public
               409  conflict
               429  rate_limited
        *    /{*fallback}     public
               409  conflict
    "#]]
    .assert_eq(&routes.table().to_string());
}

/// A guard that rejects every request.
#[derive(Clone)]
struct Timid;

impl Guard for Timid {
    type Permit = ();

    fn admit(&self, _: &mut request::Parts) -> ApiFuture<'static, ()> {
        ApiFuture::ready(Err(ApiError::conflict("not now")))
    }
}

impl ProblemTypes for Timid {
    const TYPES: Types = Types { own: &[&CONFLICT], others: &[] };
}
