//! Tests of statuses that a service changes: of invalid input, and of single problem types.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::error::ResultExt;
use definable_errors::extract::{Batch, Form, Inputs, Json, Path, Query};
use definable_errors::layer::ValidationStatus;
use definable_errors::problem::{
    BAD_REQUEST, CONFLICT, ErrorStatus, INTERNAL_ERROR, INVALID_AUTHORIZATION, INVALID_TOKEN,
    Level, METHOD_NOT_ALLOWED, NOT_A_MEMBER, NOT_FOUND, OVERLOADED, ProblemType, RATE_LIMITED,
    ROUTE_NOT_FOUND, VALIDATION_FAILED,
};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{Method, Request, StatusCode};
use serde::Deserialize;
use support::{Answer, get, posting, request, send};
use tower::ServiceBuilder;

#[derive(Deserialize)]
struct Page {
    #[expect(dead_code, reason = "only its mistakes matter")]
    page: u8,
}

static OWN_LEVEL: ProblemType =
    ProblemType::new("own_level", ErrorStatus::CONFLICT, "Own level").with_level(Level::Warn);

/// The status and the level of each report.
type Reports = Arc<Mutex<Vec<(u16, Level)>>>;

fn reporting(layer: ApiErrorLayer) -> (ApiErrorLayer, Reports) {
    let reports = Reports::default();
    let seen = reports.clone();
    let layer = layer.report(move |event: &ErrorEvent<'_>| {
        seen.lock().unwrap().push((event.status().as_u16(), event.level()));
    });
    (layer, reports)
}

async fn broken() {
    panic!("canary");
}

fn routes() -> Router {
    let of_type =
        |problem_type: &'static ProblemType| on_get(async move || ApiError::new(problem_type));
    Router::new()
        .route("/json", post(|_: Json<Page>| async {}))
        .route("/form", post(|_: Form<Page>| async {}))
        .route("/query", on_get(|_: Query<Page>| async {}))
        .route("/path/{page}", on_get(|_: Path<u8>| async {}))
        .route("/both", post(|_: Inputs<(Query<Page>, Json<Page>)>| async {}))
        .route("/axum/json", post(|_: axum::Json<Page>| async {}))
        .route("/axum/query", on_get(|_: axum::extract::Query<Page>| async {}))
        .route("/batch", post(batch))
        .route("/conflict", of_type(&CONFLICT))
        .route("/own-level", of_type(&OWN_LEVEL))
        .route("/token", of_type(&INVALID_TOKEN))
        .route("/credentials", of_type(&INVALID_AUTHORIZATION))
        .route("/member", of_type(&NOT_A_MEMBER))
        .route("/limited", of_type(&RATE_LIMITED))
        .route("/overloaded", of_type(&OVERLOADED))
        .route("/missing", on_get(|| async { StatusCode::NOT_FOUND }))
        .route("/panic", on_get(broken))
}

async fn batch(batch: Batch<Page>) -> impl axum::response::IntoResponse {
    let fail = |_: Page| async { Err::<u8, _>(std::io::Error::other("canary")).or_internal() };
    batch.each(fail).await.into_ok("page")
}

async fn answer(layer: &ApiErrorLayer, request: Request<Body>) -> Answer {
    let answer = send(routes().layer(layer.clone()), request).await;
    answer.check();
    answer
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn status_of_invalid_input_depends_on_the_input() {
    let bodies = ApiErrorLayer::new().validation_status(ValidationStatus::new(400).body(422));
    let rest = ApiErrorLayer::new().validation_status(ValidationStatus::new(422).path(400));
    for (request, by_body, by_path) in [
        (posting("/json", JSON, r#"{"page": "x"}"#), 422, 422),
        (posting("/form", FORM, "page=x"), 422, 422),
        (get("/query?page=x"), 400, 422),
        (get("/path/x"), 400, 400),
        (posting("/axum/json", JSON, r#"{"page": "x"}"#), 422, 422),
        (get("/axum/query?page=x"), 400, 422),
        (posting("/both?page=1", JSON, r#"{"page": "x"}"#), 422, 422),
        (posting("/both?page=x", JSON, r#"{"page": 1}"#), 400, 422),
        (posting("/both?page=x", JSON, r#"{"page": "x"}"#), 400, 422),
    ] {
        let uri = request.uri().clone();
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, 1000).await.unwrap();
        for (layer, status) in [(&bodies, by_body), (&rest, by_path)] {
            let request = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
            let found = answer(layer, request).await;
            let expected = (status, "validation_failed".to_owned());
            assert_eq!((found.status.as_u16(), found.code()), expected, "{uri}");
        }
    }
}

// A body that is not JSON at all is malformed, whatever the status of invalid input.
#[tokio::test]
async fn malformed_body_keeps_its_status() {
    let layer = ApiErrorLayer::new().validation_status(422);
    let found = answer(&layer, posting("/json", JSON, "{")).await;
    assert_eq!((found.status.as_u16(), found.code()), (400, "malformed_body".into()));
}

#[tokio::test]
async fn status_of_a_type_is_honoured_everywhere() {
    let (layer, reports) = reporting(
        ApiErrorLayer::new()
            .status_of(&CONFLICT, StatusCode::TOO_MANY_REQUESTS)
            .status_of(&NOT_A_MEMBER, StatusCode::NOT_FOUND),
    );
    answer(&layer, get("/member")).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/not_a_member"
        title: "Not a member"
        status: 404
        detail: "User is not a member of this organization"
        instance: "urn:uuid:<id>"
        code: "not_a_member"
        request_id: "<id>"
    "#]]);
    let limited = answer(&layer, get("/conflict")).await;
    assert_eq!((limited.status.as_u16(), &limited.json()["status"]), (429, &429.into()));
    assert_eq!(limited.code(), "conflict");
    let reports = reports.lock().unwrap();
    assert_eq!(*reports, [(404, Level::Debug), (429, Level::Info)]);
}

#[tokio::test]
async fn level_of_the_type_itself_stays() {
    let (layer, reports) =
        reporting(ApiErrorLayer::new().status_of(&OVERLOADED, StatusCode::INTERNAL_SERVER_ERROR));
    let found = answer(&layer, get("/overloaded")).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "overloaded".into()));
    assert!(found.header("retry-after").is_some());
    answer(&layer, get("/own-level")).await;
    assert_eq!(*reports.lock().unwrap(), [(500, OVERLOADED.level()), (409, Level::Warn)]);
}

#[tokio::test]
async fn errors_of_the_framework_change_their_status_too() {
    let (layer, reports) = reporting(
        ApiErrorLayer::new()
            .status_of(&ROUTE_NOT_FOUND, StatusCode::GONE)
            .status_of(&NOT_FOUND, StatusCode::FORBIDDEN)
            .status_of(&METHOD_NOT_ALLOWED, StatusCode::NOT_FOUND)
            .status_of(&INTERNAL_ERROR, StatusCode::SERVICE_UNAVAILABLE),
    );
    for (method, path, status, code) in [
        (Method::GET, "/nowhere", 410, "route_not_found"),
        (Method::GET, "/missing", 403, "not_found"),
        (Method::PUT, "/missing", 404, "method_not_allowed"),
        (Method::GET, "/panic", 503, "internal_error"),
    ] {
        let found = answer(&layer, request(method.clone(), path)).await;
        assert_eq!((found.status.as_u16(), found.code()), (status, code.into()), "{path}");
        assert_eq!(found.json()["status"], status, "{path}");
        if method == Method::GET {
            let head = answer(&layer, request(Method::HEAD, path)).await;
            assert_eq!((head.status.as_u16(), &*head.body), (status, ""), "{path}");
        }
    }
    let statuses: Vec<_> = reports.lock().unwrap().iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [410, 410, 403, 403, 404, 503, 503]);
}

#[tokio::test]
async fn items_of_a_batch_change_their_status_too() {
    let (layer, reports) = reporting(
        ApiErrorLayer::new()
            .status_of(&INTERNAL_ERROR, StatusCode::SERVICE_UNAVAILABLE)
            .validation_status(ValidationStatus::new(400).body(422)),
    );
    let found = answer(&layer, posting("/batch", JSON, r#"[{"page": 1}, {"page": "x"}]"#)).await;
    let body = found.json();
    for (item, status) in body["results"].as_array().unwrap().iter().zip([503, 422]) {
        assert_eq!((&item["status"], &item["problem"]["status"]), (&status.into(), &status.into()));
    }
    assert_eq!(*reports.lock().unwrap(), [(503, Level::Error)]);
}

#[tokio::test]
async fn every_401_has_a_challenge_and_keeps_its_own() {
    let layer = ApiErrorLayer::new()
        .status_of(&INVALID_AUTHORIZATION, StatusCode::UNAUTHORIZED)
        .status_of(&NOT_A_MEMBER, StatusCode::UNAUTHORIZED)
        .status_of(&INVALID_TOKEN, StatusCode::FORBIDDEN);
    for (path, status, challenge) in [
        ("/credentials", 401, "Bearer realm=\"api\", error=\"invalid_request\""),
        ("/member", 401, "Bearer realm=\"api\""),
        ("/token", 403, "Bearer realm=\"api\", error=\"invalid_token\""),
    ] {
        let found = answer(&layer, get(path)).await;
        assert_eq!(found.status.as_u16(), status, "{path}");
        assert_eq!(found.header("www-authenticate"), Some(challenge), "{path}");
    }
}

#[tokio::test]
async fn last_setting_applies() {
    let uniform = ApiErrorLayer::new()
        .status_of(&VALIDATION_FAILED, StatusCode::CONFLICT)
        .validation_status(422);
    let own = ApiErrorLayer::new()
        .validation_status(422)
        .status_of(&VALIDATION_FAILED, StatusCode::IM_A_TEAPOT)
        .status_of(&VALIDATION_FAILED, StatusCode::CONFLICT);
    for (layer, status) in [(uniform, 422), (own, 409)] {
        assert_eq!(answer(&layer, get("/query?page=x")).await.status.as_u16(), status);
    }
}

#[tokio::test]
async fn inner_layer_decides_and_without_a_layer_the_type_does() {
    let conflict = |status| ApiErrorLayer::new().status_of(&CONFLICT, status);
    let two =
        ServiceBuilder::new().layer(conflict(StatusCode::GONE)).layer(conflict(StatusCode::LOCKED));
    let found = send(routes().layer(two), get("/conflict")).await;
    assert_eq!((found.status.as_u16(), &found.json()["status"]), (423, &423.into()));
    let found = send(routes(), get("/conflict")).await;
    assert_eq!((found.status.as_u16(), &found.json()["status"]), (409, &409.into()));
}

#[test]
fn status_stays_in_its_class() {
    let is_rejected = |problem_type, status| {
        let set = || drop(ApiErrorLayer::new().status_of(problem_type, status));
        std::panic::catch_unwind(set).is_err()
    };
    for status in [StatusCode::OK, StatusCode::FOUND, StatusCode::INTERNAL_SERVER_ERROR] {
        assert!(is_rejected(&BAD_REQUEST, status), "{status}");
    }
    for status in [StatusCode::OK, StatusCode::BAD_REQUEST] {
        assert!(is_rejected(&INTERNAL_ERROR, status), "{status}");
    }
    assert!(!is_rejected(&BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY));
}

#[test]
#[should_panic(expected = "the validation status is 400 or 422")]
fn validation_status_is_400_or_422() {
    let _ = ApiErrorLayer::new().validation_status(409);
}
