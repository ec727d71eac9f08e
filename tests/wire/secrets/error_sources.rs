//! Every source of errors, with a canary in its private half.

use std::collections::HashMap;
use std::future::{Ready, pending, ready};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::response::Response;
use axum::routing::{get as on_get, post};
use axum::{BoxError, Extension, Router};
use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::error::{ApiFuture, Explanation, SourceLocation};
use definable_errors::extract::Json;
use definable_errors::guard::Guard;
use definable_errors::problem::{ErrorStatus, ProblemType, UPSTREAM_FAILED};
use definable_errors::rate_limit::{
    ConsumeOutcome, Consumption, Decision, Global, KeySeed, Quota, QuotaStore, RateLimit,
};
use definable_errors::timeout::{ConcurrencyLimit, Timeout};
use definable_errors::upstream::{Upstream, UpstreamExt, UpstreamResponseExt, reqwest_client};
use definable_errors::{
    ApiError, ApiErrorLayer, DatabaseExt, Declared, ResultExt, guard, handle_box_error,
};
use futures_util::FutureExt;
use http::request::Parts;
use http::{Request, StatusCode, header};
use tower::{Layer, Service, service_fn};

pub(super) const CANARY: &str = "hunter2-canary";

#[derive(Debug, thiserror::Error)]
#[error("hunter2-canary in {0}")]
pub(super) struct Inner(pub(super) &'static str);

#[derive(Debug, thiserror::Error, ApiError)]
pub(super) enum Derived {
    #[error("hunter2-canary {0}")]
    #[api(status = 500)]
    Display(String),
    #[error("storage")]
    #[api(status = 503)]
    Source(#[source] Inner),
    #[error("gone with {0}")]
    #[api(status = 410, detail = "It is gone.")]
    Concealed(#[source] Inner),
    #[error("noted")]
    #[api(status = 409)]
    Noted {
        #[api(note)]
        secret: String,
    },
    /// The name of an internal error is private: `hunter2_canary`.
    #[error("internal")]
    #[api(status = 500)]
    Hunter2Canary {
        #[source]
        #[api(from)]
        source: std::io::Error,
        #[api(location)]
        at: SourceLocation,
    },
    #[error("located")]
    #[api(status = 409)]
    Located {
        #[api(location)]
        at: SourceLocation,
    },
}

fn located() -> Result<(), Derived> {
    Err(std::io::Error::other(CANARY))?
}

fn declared() -> Result<(), Declared<Derived>> {
    Err(std::io::Error::other(CANARY)).or_declared()
}

fn undeclared() -> Result<(), Declared<Derived>> {
    static HUNTER2: ProblemType =
        ProblemType::new("teapot", ErrorStatus::IM_A_TEAPOT, "Short and stout");
    Err(ApiError::new(&HUNTER2).with_note(CANARY))?
}

/// A type whose name is a canary, because axum would send it.
#[derive(Clone)]
struct Hunter2Canary;

fn known() -> BoxError {
    Derived::Source(Inner("an enum")).into()
}

fn anyhow_like() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(Inner("a box"))
}

async fn protocol() -> Result<(), ApiError> {
    Err(sqlx::Error::Protocol(CANARY.into())).or_database()
}

async fn denied() -> ApiError {
    ApiError::forbidden("No.").with_source(Explanation::new(&[CANARY], &[CANARY]))
}

/// A service that never becomes ready, and whose error contains the canary.
#[derive(Clone)]
struct Broken;

impl Service<Request<Body>> for Broken {
    type Response = Response;
    type Error = BoxError;
    type Future = Ready<Result<Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Err(CANARY.into()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        ready(Err(CANARY.into()))
    }
}

async fn fields(mut parts: Multipart) -> Result<(), MultipartError> {
    while let Some(field) = parts.next_field().await? {
        let _ = field.text().await?;
    }
    Ok(())
}

/// Returns routes with our own errors, which keep their secret with the layer and without it.
pub(super) fn ours() -> Router {
    let canary = || CANARY.to_owned();
    let io = || Err::<(), _>(std::io::Error::other(CANARY));
    let number = || serde_json::from_str::<u8>("\"hunter2-canary\"").map(|_| ());
    Router::new()
        .route("/display", on_get(async move || Err::<(), _>(Derived::Display(canary()))))
        .route("/source", on_get(|| async { Err::<(), _>(Derived::Source(Inner("an enum"))) }))
        .route("/hidden", on_get(|| async { Err::<(), _>(Derived::Concealed(Inner("an enum"))) }))
        .route("/noted", on_get(async move || Err::<(), _>(Derived::Noted { secret: canary() })))
        .route("/located", on_get(|| async { located() }))
        .route("/place", on_get(|| async { Derived::Located { at: SourceLocation::caller() } }))
        .route("/declared", on_get(|| async { declared() }))
        .route("/undeclared", on_get(|| async { undeclared() }))
        .route("/recognized", on_get(async move || io().or_recognized()))
        .route(
            "/recognized-as",
            on_get(|| async { Err::<(), _>(known()).or_recognized_as::<Derived>() }),
        )
        .route("/detail", on_get(async move || io().or_problem_with(&UPSTREAM_FAILED, CANARY)))
        .route("/box", on_get(|| async { Err::<(), _>(anyhow_like()).or_internal() }))
        .route("/io", on_get(async move || io().or_not_found("None.")))
        .route("/problem", on_get(async move || io().or_problem(&UPSTREAM_FAILED)))
        .route("/json", on_get(async move || number().or_internal()))
        .route("/sqlx", on_get(protocol))
        .route(
            "/note",
            on_get(|| async { ApiError::conflict("No.").with_note(CANARY).with_hint(CANARY) }),
        )
        .route("/with-source", on_get(|| async { ApiError::conflict("No.").with_source(CANARY) }))
        .route("/denied", on_get(denied))
        .route("/boxed", on_get(|| async { handle_box_error(CANARY.into()).await }))
        .route("/response", on_get(|| async { Json(HashMap::from([(vec![CANARY], 1)])) }))
        .route("/header", on_get(async || ApiError::conflict("No.").with_header("x own", CANARY)))
        .merge(services())
        .merge(upstreams())
        .merge(rooms())
        .merge(limits())
}

/// Returns routes that call other services, whose addresses and answers contain the secret.
fn upstreams() -> Router {
    let refused = async || {
        let url = "http://hunter2:hunter2-canary@127.0.0.1:9/?key=hunter2-canary";
        let client = reqwest_client(|client| client).expect("it needs nothing");
        client.get(url).send().await.map(|_| ()).or_upstream(CANARY)
    };
    let answered = async || {
        let body = r#"{"type":"javascript:hunter2","code":"hunter2-canary","detail":"hunter2"}"#;
        let answer = http::Response::builder()
            .status(StatusCode::CONFLICT)
            .header(header::CONTENT_TYPE, "application/problem+json")
            .header("x-hunter2", CANARY);
        let answer = reqwest::Response::from(answer.body(body).expect("it is legal"));
        answer.or_upstream_status(CANARY).await.map(|_| ())
    };
    let path = async || {
        let upstream = Upstream::builder(CANARY, "http://127.0.0.1:9").header(CANARY, CANARY);
        let upstream = upstream.build().expect("it is legal");
        upstream.get(None, "/hunter2-canary/../a").send().await.map(|_| ())
    };
    Router::new()
        .route("/upstream", on_get(refused))
        .route("/upstream-status", on_get(answered))
        .route("/upstream-path", on_get(path))
}

/// Returns routes that other modules reject or cancel, with the secret in the address or in the
/// canceled handler.
fn rooms() -> Router {
    let slow = || async {
        let _secret = CANARY.to_owned();
        pending::<()>().await;
    };
    let ended = Deprecation::since(Date::new(2020, 1, 1)).sunset(Date::new(2020, 1, 2));
    Router::new()
        .route("/deadline", on_get(slow).layer(Timeout::new(Duration::from_millis(1))))
        .route("/overloaded", on_get(|| async {}).layer(full()))
        .route("/sunset", on_get(|| async {}).layer(ended))
}

/// Returns a limit whose permits are all taken for good.
fn full() -> ConcurrencyLimit {
    let limit = ConcurrencyLimit::new(1);
    let (mut parts, ()) = Request::new(()).into_parts();
    let place = limit.admit(&mut parts).now_or_never().expect("the first is not refused");
    std::mem::forget(place);
    limit
}

/// Returns routes with a caller that is rejected by its secret, and a store that fails with one.
fn limits() -> Router {
    let by_secret = RateLimit::new(|_: &Parts| Some(CANARY), Quota::per_day(1)).cost(|_| 2);
    let by_secret = by_secret.quota(Quota::per_day(1).with_name("second"));
    // The first limit uses up the whole quota.
    let refused = guard::layer((by_secret.clone(), by_secret));
    let failing = RateLimit::new(Global, Quota::DEFAULT).store(FailingStore);
    let unknown = RateLimit::new(|_: &Parts| Some(CANARY), Quota::DEFAULT).store(FailingStore);
    Router::new()
        .route("/limited", on_get(|| async {}).layer(refused))
        .route("/store-fails", on_get(|| async {}).layer(failing))
        .route("/store-fails-later", on_get(|| async {}).layer(unknown))
}

struct FailingStore;

impl QuotaStore for FailingStore {
    fn seed(&self) -> KeySeed {
        KeySeed::from_secret(CANARY.as_bytes())
    }

    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        if consumption.key() == self.seed().key_of(&CANARY) {
            ConsumeOutcome::Deferred
        } else {
            ConsumeOutcome::Failed(failure())
        }
    }

    fn consume_deferred<'a>(&'a self, _: Consumption<'a>) -> ApiFuture<'a, Decision> {
        ApiFuture::boxed(async { Err(failure()) })
    }

    fn refund(&self, _: &Consumption<'_>, _: &Decision) {}
}

fn failure() -> ApiError {
    ApiError::overloaded(Duration::from_secs(1)).with_source(Inner("a store")).with_note(CANARY)
}

/// Returns services that fail, each right behind a layer of its own.
fn services() -> Router {
    let failing = service_fn(|_: Request<Body>| ready(Err::<Response, BoxError>(CANARY.into())));
    Router::new()
        .route_service("/service", ApiErrorLayer::new().layer(failing))
        .route_service("/not-ready", ApiErrorLayer::new().layer(Broken))
}

async fn panics() {
    if true {
        panic!("{CANARY}")
    }
}

async fn panics_with_a_value() {
    if true {
        std::panic::panic_any(CANARY.to_owned())
    }
}

/// Returns routes with foreign failures, which only the layer makes safe.
pub(super) fn foreign() -> Router {
    let coded = [(header::CONTENT_ENCODING, "gzip"), (header::CONTENT_TYPE, "text/plain")];
    Router::new()
        .route("/panic", on_get(panics))
        .route("/panic-any", on_get(panics_with_a_value))
        .route("/extension", on_get(|_: Extension<Hunter2Canary>| async {}))
        .route("/text-500", on_get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, CANARY) }))
        .route("/text-503", on_get(|| async { (StatusCode::SERVICE_UNAVAILABLE, CANARY) }))
        .route("/coded", on_get(async move || (StatusCode::CONFLICT, coded, CANARY)))
        .route("/hunter2-canary", post(|| async {}))
        .route("/body", post(|_: axum::Json<u8>| async {}))
        .route("/form", post(|_: axum::Form<Vec<(u8, u8)>>| async {}))
        .route("/multipart", post(fields).layer(DefaultBodyLimit::max(128)))
        .route("/query", on_get(|_: axum::extract::Query<Vec<(u8, u8)>>| async {}))
        .route("/path/{id}", on_get(|_: axum::extract::Path<u8>| async {}))
}
