//! Tests of what development mode adds to real responses of a real router, and for which clients.
//!
//! `APP_ENV` belongs to a process. The tests of the module `development` therefore run in a second
//! process of this program with that variable and another working directory, on which nothing may
//! depend.

mod page;
mod recent;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version};
use axum::routing::get;
use definable_errors::error::Explanation;
use definable_errors::render::{Failure, Rendering, Representation};
use definable_errors::{ApiError, ApiErrorLayer, Mode, ResultExt};
use serde_json::{Value, json};
use support::Answer;
use support::process::this_program;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const ADDED: [&str; 7] =
    ["error_type", "error_message", "causes", "missing", "checks", "location", "traceback"];

#[derive(Debug, thiserror::Error, ApiError)]
#[api(hint = "Ask the shop team.")]
enum OrderError {
    #[error("storage failed for password=canary-7")]
    #[api(status = 500, hint = "Run `sqlx migrate run`. Not with token=canary-9")]
    Storage(#[from] std::io::Error),
    #[error("order 42 does not exist")]
    #[api(status = 404)]
    NotFound,
    #[error("taken")]
    #[api(status = 409, detail = "The name is taken.")]
    Taken(#[source] std::num::ParseIntError),
}

fn store() -> Result<(), OrderError> {
    Err(std::io::Error::other("postgres://shop:canary-8@db/orders: no such table"))?
}

async fn pay() -> Result<(), ApiError> {
    store()?; // the line of `pay`
    Ok(())
}

async fn own_enum() -> Result<(), OrderError> {
    store()
}

async fn parse() -> Result<(), ApiError> {
    let _ = "x".parse::<u8>().or_internal()?; // the line of `parse`
    Ok(())
}

fn divide(dividend: &[u8]) -> u8 {
    dividend[usize::from(dividend[0])] // the line of `divide`
}

async fn panics() -> String {
    divide(&[9]).to_string()
}

#[expect(clippy::unwrap_used, reason = "this is what it is about")]
async fn unwraps() -> String {
    let none: Option<String> = std::env::args().nth(9999);
    none.unwrap() // the line of `unwraps`
}

async fn not_found() -> Result<(), OrderError> {
    Err(OrderError::NotFound)
}

async fn taken() -> Result<(), ApiError> {
    Err(OrderError::Taken("x".parse::<u8>().expect_err("x is no number")))?
}

async fn bare() -> StatusCode {
    StatusCode::BAD_GATEWAY
}

async fn denied() -> ApiError {
    let checks = ["kb:write of member is not enough", "token=canary-900"];
    ApiError::forbidden("No.").with_source(Explanation::new(&["kb:read"], &checks))
}

const PATHS: [&str; 9] = [
    "/pay",
    "/own-enum",
    "/parse",
    "/panics",
    "/unwraps",
    "/not-found",
    "/taken",
    "/denied",
    "/bare",
];

fn app(layer: ApiErrorLayer) -> Router {
    Router::new()
        .route("/pay", get(pay))
        .route("/own-enum", get(own_enum))
        .route("/parse", get(parse))
        .route("/panics", get(panics))
        .route("/unwraps", get(unwraps))
        .route("/not-found", get(not_found))
        .route("/taken", get(taken))
        .route("/denied", get(denied))
        .route("/bare", get(bare))
        .layer(layer)
}

/// Returns a request from this machine to this machine.
fn local(path: &str) -> Request<Body> {
    let mut request = Request::get(path)
        .header("host", "localhost:3000")
        .header("x-request-id", "one")
        .body(Body::empty())
        .expect("the request is legal");
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(([127, 0, 0, 1], 50_000).into()));
    request
}

fn accepting(path: &str, media_type: &'static str) -> Request<Body> {
    let mut request = local(path);
    request.headers_mut().insert("accept", HeaderValue::from_static(media_type));
    request
}

/// Returns a request that came through a proxy from another machine.
fn proxied(path: &str) -> Request<Body> {
    let mut request = local(path);
    *request.version_mut() = Version::HTTP_10;
    request.headers_mut().insert("host", HeaderValue::from_static("shop.example"));
    request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("10.0.0.7"));
    request
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime can be built")
}

async fn answer(app: Router, request: Request<Body>) -> Answer {
    let Ok(response) = app.oneshot(request).await;
    Answer::read(response).await
}

fn send(layer: ApiErrorLayer, request: Request<Body>) -> Answer {
    runtime().block_on(answer(app(layer), request))
}

/// Returns the body without what differs from request to request.
fn json(answer: &Answer) -> Value {
    without(answer.json(), &["instance"])
}

fn without(mut body: Value, names: &[&str]) -> Value {
    let members = body.as_object_mut().expect("a body is an object");
    members.retain(|name, _| !names.contains(&&**name));
    body
}

/// Returns the headers except for the length of the body.
fn headers(answer: &Answer) -> HeaderMap {
    let mut headers = answer.headers.clone();
    headers.remove("content-length");
    headers
}

fn has_added(body: &Value) -> bool {
    ADDED.iter().any(|name| body.get(name).is_some())
}

/// Returns the number of the line with the comment for `function`.
fn line_of(function: &str) -> usize {
    let comment = format!("// the line of `{function}`");
    let line = include_str!("main.rs").lines().position(|line| line.ends_with(&comment));
    1 + line.expect("the function has its comment")
}

/// Runs the tests of a module in a process with the given `APP_ENV`.
fn run(module: &str, app_env: &str) {
    let output = this_program()
        .args(["--ignored", "--test-threads=1", module])
        .env("APP_ENV", app_env)
        .env("RUST_BACKTRACE", "0")
        .env("SHOP_PASSWORD", "canary-12")
        .current_dir(std::env::temp_dir())
        .output()
        .expect("this program runs");
    let reported = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && !reported.contains("running 0 tests"), "{reported}");
}

#[test]
fn development_settings_have_no_effect_without_the_environment() {
    for layer in [ApiErrorLayer::new().development(), ApiErrorLayer::new().mode(Mode::Development)]
    {
        for path in PATHS {
            let body = json(&send(layer.clone(), local(path)));
            assert!(!has_added(&body), "{path}: {body}");
        }
    }
}

#[test]
fn development_mode() {
    run("development::", "dev");
    run("development::", "development");
}

#[test]
fn terminal_shows_each_5xx_with_its_source() {
    let output = this_program()
        .args(["--ignored", "--exact", "development::failed_handler_reports_place_and_cause"])
        .env("APP_ENV", "dev")
        .output()
        .expect("this program runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = line_of("pay");
    for part in [
        "\n500 internal_error GET /pay one\n".to_owned(),
        "\ndev::OrderError: storage failed for password=[redacted 8-16]\n".to_owned(),
        "\n  because std::io::Error: postgres://[redacted 8-16]@db/orders: no such table\n"
            .to_owned(),
        "\n  hint: Run `sqlx migrate run`. Not with token=[redacted 8-16]\n".to_owned(),
        format!("\n  dev::pay definable-errors/tests/dev/main.rs:{line}\n"),
        format!("\n  > {line:>5} │     store()?; // the line of `pay`\n"),
        "frames of tokio".to_owned(),
    ] {
        assert!(printed.contains(&part), "{part} is not in {printed}");
    }
    // Standard error is no terminal here.
    assert!(!printed.contains('\x1b') && !printed.contains("canary"), "{printed}");
}

#[test]
fn other_words_are_production() {
    run("production::", "Development");
    run("production::", "1");
}

mod production {
    use super::*;

    #[test]
    #[ignore = "`other_words_are_production` runs it with its `APP_ENV`"]
    fn production_adds_nothing() {
        assert_eq!(Mode::from_env(), Mode::Production);
        let body = json(&send(ApiErrorLayer::new().mode(Mode::from_env()), local("/pay")));
        assert!(!has_added(&body), "{body}");
        let body = json(&send(ApiErrorLayer::new().development(), local("/pay")));
        assert!(!has_added(&body), "{body}");
    }
}

mod development {
    use super::*;

    type Change = fn(&mut Request<Body>);

    fn layer() -> ApiErrorLayer {
        assert_eq!(Mode::from_env(), Mode::Development, "`development_mode` sets `APP_ENV`");
        ApiErrorLayer::new().mode(Mode::from_env())
    }

    fn reported(path: &str) -> Value {
        json(&send(layer(), local(path)))
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn failed_handler_reports_place_and_cause() {
        let body = reported("/pay");
        assert_eq!(body["detail"], "Internal server error");
        assert_eq!(body["error_type"], "dev::OrderError");
        assert_eq!(body["error_message"], "storage failed for password=[redacted 8-16]");
        let cause = "postgres://[redacted 8-16]@db/orders: no such table";
        assert_eq!(body["causes"], json!([cause]));
        let line = line_of("pay");
        let place = json!({ "filename": file!(), "lineno": line, "column": 5 });
        assert_eq!(body["location"], place);
        let first = json!({
            "filename": file!(),
            "lineno": line,
            "name": "dev::pay",
            "line": "    store()?; // the line of `pay`",
            "own": true,
        });
        assert_eq!(body["traceback"][0], first, "{body:#}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn foreign_error_reports_its_type() {
        let body = reported("/parse");
        assert_eq!(body["error_type"], "core::num::error::ParseIntError");
        assert_eq!(body["error_message"], "invalid digit found in string");
        assert_eq!(body["causes"], json!([]));
        assert_eq!(body["location"]["lineno"], line_of("parse"));
        assert_eq!(body["traceback"][0]["name"], "dev::parse");
        assert_eq!(body["traceback"][0]["lineno"], line_of("parse"));
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn panic_is_reported_with_its_place() {
        for (path, function, caller, message) in [
            ("/panics", "divide", Some("dev::panics"), "index out of bounds"),
            ("/unwraps", "unwraps", None, "called `Option::unwrap()` on a `None` value"),
        ] {
            let body = reported(path);
            assert_eq!(body["error_type"], "panic");
            assert!(body["error_message"].as_str().unwrap().starts_with(message));
            assert_eq!(body["location"]["filename"], file!());
            assert_eq!(body["location"]["lineno"], line_of(function));
            let frames = &body["traceback"];
            assert_eq!(frames[0]["name"], format!("dev::{function}"), "{frames:#}");
            assert_eq!(frames[0]["lineno"], line_of(function));
            if let Some(caller) = caller {
                assert_eq!(frames[1]["name"], caller, "{frames:#}");
            }
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn own_frames_are_marked() {
        let body = reported("/panics");
        let frames = body["traceback"].as_array().unwrap();
        assert!(frames.len() <= 64);
        for frame in frames {
            let name = frame["name"].as_str().unwrap();
            let is_own = frame["own"].as_bool().unwrap();
            assert_eq!(is_own, name.contains("dev::"), "{frame}");
            let machinery = ["core::", "std::", "definable_errors::", "backtrace::"];
            assert!(!machinery.iter().any(|machinery| name.starts_with(machinery)), "{name}");
            assert!(!name.contains("{{closure}}") && !name.contains("::h0"), "{name}");
            assert!(is_own || frame["line"].is_null(), "{frame}");
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn error_of_another_type_has_no_location() {
        let body = reported("/own-enum");
        assert_eq!(body["error_type"], "dev::OrderError");
        assert_eq!(body.get("location"), None);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn code_of_the_derive_is_no_frame() {
        for path in PATHS {
            let frames = reported(path)["traceback"].to_string();
            assert!(!frames.contains("into_api_error"), "{path}: {frames}");
            assert!(!frames.contains("OrderError as axum"), "{path}: {frames}");
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn client_error_without_a_source_has_no_development_members() {
        assert!(!has_added(&reported("/not-found")));
        let body = reported("/taken");
        assert_eq!((&body["status"], &body["detail"]), (&json!(409), &json!("The name is taken.")));
        assert_eq!(body["error_message"], "taken");
        assert_eq!(body["causes"], json!(["invalid digit found in string"]));
        assert_eq!(body["traceback"][0]["name"], "dev::taken");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn denial_is_explained() {
        let body = reported("/denied");
        assert_eq!((&body["status"], &body["detail"]), (&json!(403), &json!("No.")));
        assert_eq!(body["missing"], json!(["kb:read"]));
        let checks = json!(["kb:write of member is not enough", "token=[redacted 8-16]"]);
        assert_eq!(body["checks"], checks);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn bare_failure_reports_its_detail() {
        let body = reported("/bare");
        assert_eq!(body["error_type"], "definable_errors::ApiError");
        assert_eq!(body["error_message"], body["detail"]);
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn members_are_only_added() {
        for path in PATHS {
            let production = send(ApiErrorLayer::new(), local(path));
            let development = send(layer(), local(path));
            assert_eq!(production.status, development.status, "{path}");
            assert_eq!(headers(&production), headers(&development), "{path}");
            assert_eq!(json(&production), without(json(&development), &ADDED), "{path}");
            let first = development.body.find(",\"error_type\"");
            let before = first.unwrap_or(development.body.len() - 1);
            assert_eq!(production.body.len() - 1, before, "{path}: they come last");
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn every_representation_has_the_added_members() {
        for media_type in [
            "text/html",
            "text/plain",
            "text/markdown",
            "application/problem+xml",
            "application/json",
        ] {
            let production = send(ApiErrorLayer::new(), accepting("/pay", media_type));
            let answer = send(layer(), accepting("/pay", media_type));
            let mut headers = (headers(&production), headers(&answer));
            if media_type == "text/html" {
                let policy = "content-security-policy";
                assert_ne!(headers.0.remove(policy), headers.1.remove(policy));
                assert_eq!(headers.1.remove("referrer-policy").unwrap(), "same-origin");
            }
            assert_eq!(headers.0, headers.1, "{media_type}");
            assert!(answer.body.contains("storage failed"), "{media_type}: {}", answer.body);
            assert!(answer.body.contains(file!()), "{media_type}: {}", answer.body);
            assert!(!answer.body.contains("canary"), "{media_type}: {}", answer.body);
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn closed_gate_is_production() {
        let same_bytes = |answer: Answer, why: &str| {
            let production = json(&send(ApiErrorLayer::new(), local("/pay")));
            assert_eq!(json(&answer), production, "{why}");
        };
        let changes: [(&str, Change); 11] = [
            ("no peer", |request| request.extensions_mut().clear()),
            ("another machine", |request| {
                let peer: SocketAddr = ([10, 0, 0, 1], 50_000).into();
                request.extensions_mut().insert(ConnectInfo(peer));
            }),
            ("a mock", |request| {
                request.extensions_mut().clear();
                let peer: SocketAddr = ([127, 0, 0, 1], 50_000).into();
                request.extensions_mut().insert(axum::extract::connect_info::MockConnectInfo(peer));
            }),
            ("no host", |request| drop(request.headers_mut().remove("host"))),
            ("another host", |request| {
                request.headers_mut().insert("host", "evil.example".parse().unwrap());
            }),
            ("a proxy", |request| {
                request.headers_mut().insert("x-forwarded-host", "localhost".parse().unwrap());
            }),
            ("a network", |request| {
                request.headers_mut().insert("cdn-loop", "cloudflare".parse().unwrap());
            }),
            ("an unknown proxy", |request| {
                request.headers_mut().insert("x-new-proxy", "1".parse().unwrap());
            }),
            ("a page elsewhere", |request| {
                request.headers_mut().insert("referer", "http://192.168.1.5/".parse().unwrap());
            }),
            ("HTTP/1.0", |request| *request.version_mut() = Version::HTTP_10),
            ("a wrong token", |request| {
                let cookie = "definable_dev_token=0123456789abcdef0123456789abcdef";
                request.headers_mut().insert("cookie", cookie.parse().unwrap());
                *request.version_mut() = Version::HTTP_10;
            }),
        ];
        assert!(has_added(&reported("/pay")));
        for (why, change) in changes {
            let mut request = local("/pay");
            change(&mut request);
            same_bytes(send(layer(), request), why);
        }
    }

    fn token_query() -> String {
        let _ = layer();
        let link = definable_errors::dev::token_link("http://127.0.0.1:8000");
        let link = link.expect("development mode is on");
        let (address, query) = link.split_once('?').expect("the link has a query");
        let (_, token) = query.split_once('=').expect("the query has a value");
        assert_eq!((address, token.len()), ("http://127.0.0.1:8000/", 32));
        query.to_owned()
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn token_is_exchanged_for_a_cookie_that_opens_for_every_client() {
        let path = format!("/pay?page=2&{}", token_query());
        let Answer { status, headers, body } = send(layer(), proxied(&path));
        assert_eq!((status, &*body), (StatusCode::SEE_OTHER, ""));
        assert_eq!(headers["location"], "./pay?page=2");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["x-request-id"], "one");
        let cookie = headers["set-cookie"].to_str().unwrap();
        let (cookie, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict");

        let mut request = proxied("/pay?page=2");
        assert!(!has_added(&json(&send(layer(), proxied("/pay?page=2")))));
        request.headers_mut().insert("cookie", format!("a=b; {cookie}").parse().unwrap());
        let body = json(&send(layer(), request));
        assert_eq!(body["error_type"], "dev::OrderError");
        assert!(!body.to_string().contains(&token_query()), "{body}");
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn wrong_token_and_other_methods_change_nothing() {
        let wrong = "/not-found?definable_dev_token=0123456789abcdef0123456789abcdef";
        let Answer { status, headers, .. } = send(layer(), proxied(wrong));
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(headers.get("set-cookie").is_none());
        let mut post = proxied(&format!("/not-found?{}", token_query()));
        *post.method_mut() = Method::POST;
        let Answer { status, headers, .. } = send(layer(), post);
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(headers.get("set-cookie").is_none());
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn token_has_no_effect_without_development_mode() {
        let path = format!("/not-found?{}", token_query());
        for layer in [ApiErrorLayer::new(), layer().mode(Mode::Production)] {
            let Answer { status, headers, .. } = send(layer, local(&path));
            assert_eq!(status, StatusCode::NOT_FOUND);
            assert!(headers.get("set-cookie").is_none());
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn token_only_closes_for_local_clients_and_named_fields_open() {
        let settings = || definable_errors::dev::Development::new();
        let with = |settings| ApiErrorLayer::new().development_with(settings);
        assert!(!has_added(&json(&send(with(settings().token_only()), local("/pay")))));
        let mut request = local("/pay");
        request.headers_mut().insert("cookie", token_query().parse().unwrap());
        assert!(has_added(&json(&send(with(settings().token_only()), request))));

        let own = || {
            let mut request = local("/pay");
            request.headers_mut().insert("x-shop", "7".parse().unwrap());
            request
        };
        assert!(!has_added(&json(&send(layer(), own()))));
        assert!(has_added(&json(&send(with(settings().client_header("X-Shop")), own()))));
    }

    #[cfg(feature = "stream")]
    #[test]
    #[ignore = "`development_mode` runs it"]
    fn late_error_of_a_stream_has_the_members_for_plain_local_clients() {
        use definable_errors::stream::Sse;
        use futures_util::stream;

        async fn events() -> axum::response::Response {
            let failed = store().map_err(ApiError::from);
            let failed = failed.map(|()| axum::response::sse::Event::default());
            let events = Sse::new(stream::iter([failed])).without_keep_alive();
            axum::response::IntoResponse::into_response(events)
        }
        let app = || Router::new().route("/events", get(events)).layer(layer());
        let problem = |request| {
            let body = runtime().block_on(answer(app(), request)).body;
            let data = body.lines().find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
            serde_json::from_str::<Value>(&data.expect("the event has data")).expect("it is JSON")
        };
        let body = problem(local("/events"));
        assert_eq!(body["error_message"], "storage failed for password=[redacted 8-16]");
        assert!(body["traceback"].is_array(), "{body:#}");
        let mut remote = local("/events");
        remote.headers_mut().insert("x-forwarded-for", HeaderValue::from_static("10.0.0.1"));
        assert!(!has_added(&problem(remote)));
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn last_mode_counts() {
        let body = json(&send(layer().mode(Mode::Production), local("/pay")));
        assert!(!has_added(&body));
        let body = json(&send(layer().mode(Mode::Production).development(), local("/pay")));
        assert!(has_added(&body));
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn own_renderer_takes_precedence() {
        let own = |failure: &Failure| match failure.problem().status().as_u16() {
            409 => Rendering::Ready(Representation::new("text/plain", "own")),
            502 => panic!("a renderer that fails"),
            _ => Rendering::Standard,
        };
        for layer in [layer().render(own), ApiErrorLayer::new().render(own).development()] {
            assert_eq!(send(layer.clone(), local("/taken")).body, "own");
            assert!(has_added(&json(&send(layer.clone(), local("/pay")))));
            assert!(has_added(&json(&send(layer, local("/bare")))));
        }
    }

    #[test]
    #[ignore = "`development_mode` runs it"]
    fn flood_gets_fewer_tracebacks() {
        let app = app(layer());
        let answers = runtime().block_on(async {
            let start = |_| tokio::spawn(answer(app.clone(), local("/pay")));
            let requests: Vec<_> = (0..50).map(start).collect();
            let mut answers = Vec::new();
            for request in requests {
                answers.push(json(&request.await.unwrap()));
            }
            answers
        });
        assert!(answers.iter().all(|body| body["error_type"] == "dev::OrderError"));
        assert!(answers.iter().any(|body| body.get("traceback").is_some()));
    }
}
