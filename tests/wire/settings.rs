//! Tests of the settings of a service.

use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::problem::{Place, Violation};
use definable_errors::render::{Failure, Rendering, Representation};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer, Challenge};
use http::StatusCode;
use support::{Answer, get, send};

async fn answer(path: &str, layer: ApiErrorLayer) -> Answer {
    let invalid = || {
        ApiError::validation_failed([Violation::new(
            Place::Query("page".into()),
            "type",
            "must be an integer",
        )])
    };
    let app = Router::new()
        .route("/conflict", on_get(|| async { ApiError::conflict("taken") }))
        .route("/401", on_get(|| async { ApiError::unauthorized("Log in first.") }))
        .route("/bare-401", on_get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/invalid", on_get(async move || invalid()))
        .route("/query", on_get(|_: axum::extract::Query<Vec<(u8, u8)>>| async {}))
        .layer(layer);
    let answer = send(app, get(path)).await;
    answer.check();
    answer
}

#[tokio::test]
async fn problem_base_precedes_the_code() {
    for (base, expected) in [
        ("https://errors.example.com", "https://errors.example.com/conflict"),
        ("https://errors.example.com/", "https://errors.example.com/conflict"),
        ("https://example.com/errors#", "https://example.com/errors#conflict"),
        ("/errors", "/errors/conflict"),
    ] {
        let found = answer("/conflict", ApiErrorLayer::new().problem_base(base)).await;
        assert_eq!(found.json()["type"], expected);
    }
}

#[tokio::test]
#[should_panic(expected = "a problem base is an absolute URI or a path that starts with /")]
async fn relative_base_is_rejected() {
    let _ = ApiErrorLayer::new().problem_base("errors/");
}

#[tokio::test]
async fn challenge_is_configurable() {
    for path in ["/401", "/bare-401"] {
        let found = answer(path, ApiErrorLayer::new().challenge(Challenge::basic("shop"))).await;
        let challenges: Vec<_> = found.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(challenges, ["Basic realm=\"shop\", charset=\"UTF-8\""], "{path}");
    }
}

#[tokio::test]
async fn validation_status_can_be_422() {
    let usual = answer("/invalid", ApiErrorLayer::new()).await;
    assert_eq!(usual.status, 400);
    for path in ["/invalid", "/query?a=b"] {
        let found = answer(path, ApiErrorLayer::new().validation_status(422)).await;
        assert_eq!((found.status.as_u16(), found.code()), (422, "validation_failed".into()));
    }
}

#[tokio::test]
async fn map_can_add_a_member() {
    let layer = ApiErrorLayer::new().map(|mut problem, context| {
        let route = context.route().unwrap_or_default().to_owned();
        problem.insert_member("route", route).unwrap();
        problem.with_detail("übersetzt").with_retry_after(Duration::from_secs(9))
    });
    let found = answer("/conflict", layer).await;
    let body = found.json();
    assert_eq!((&body["route"], &body["detail"]), (&"/conflict".into(), &"übersetzt".into()));
    assert_eq!(found.header("retry-after"), Some("9"));
}

#[tokio::test]
async fn renderer_can_use_its_own_envelope() {
    let layer = ApiErrorLayer::new().render(|failure: &Failure| {
        let body = serde_json::json!({ "ok": false, "error": failure.problem().code() });
        Rendering::Ready(Representation::new("application/json", body.to_string()))
    });
    let found = answer("/401", layer).await;
    assert_eq!(
        (found.status.as_u16(), &*found.body),
        (401, r#"{"error":"unauthorized","ok":false}"#)
    );
    assert_eq!(found.header("content-type"), Some("application/json"));
    assert!(found.header("www-authenticate").is_some() && found.header("x-request-id").is_some());
}

#[tokio::test]
async fn rendered_body_may_take_a_while() {
    let layer = ApiErrorLayer::new().render(|_: &Failure| {
        Rendering::Later(Box::pin(async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Representation::new("application/json", "\"late\"")
        }))
    });
    assert_eq!(answer("/conflict", layer).await.body, "\"late\"");
}

#[tokio::test]
async fn hooks_that_panic_change_nothing() {
    let hooks = [
        ApiErrorLayer::new().report(|_: &ErrorEvent<'_>| panic!("reporter")),
        ApiErrorLayer::new().map(|_, _| panic!("map")),
        ApiErrorLayer::new().render(|_: &Failure| panic!("renderer")),
        ApiErrorLayer::new()
            .render(|_: &Failure| Rendering::Later(Box::pin(async { panic!("later") }))),
    ];
    for layer in hooks {
        let found = answer("/conflict", layer).await;
        assert_eq!((found.status.as_u16(), found.code()), (409, "conflict".into()));
    }
}
