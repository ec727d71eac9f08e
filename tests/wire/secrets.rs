//! The private half stays private: a canary in every private place, every representation, production
//! mode. Extend it with every new birth of errors.

use axum::body::Body;
use axum::routing::{get as on_get, post};
use axum::{Extension, Router};
use definable_errors::extract::Json;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt, SqlxExt, handle_box_error};
use http::{Method, Request, StatusCode};

use crate::support::{request, send};

const CANARY: &str = "hunter2-canary";

#[derive(Debug, thiserror::Error)]
#[error("hunter2-canary in {0}")]
struct Inner(&'static str);

#[derive(Debug, thiserror::Error, ApiError)]
enum Derived {
    #[error("hunter2-canary {0}")]
    #[api(status = 500)]
    Display(String),
    #[error("storage")]
    #[api(status = 503)]
    Source(#[source] Inner),
    #[error("gone with {0}")]
    #[api(status = 410, detail = "It is gone.")]
    Hidden(#[source] Inner),
    #[error("noted")]
    #[api(status = 409)]
    Noted {
        #[api(note)]
        secret: String,
    },
}

/// Named so that axum would tell its name.
#[derive(Clone)]
struct Hunter2Canary;

fn anyhow_like() -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(Inner("a box"))
}

async fn constraint() -> Result<(), ApiError> {
    Err(sqlx::Error::Protocol(CANARY.into())).or_database()
}

fn births() -> Router {
    let canary = || CANARY.to_owned();
    Router::new()
        .route("/display", on_get(async move || Err::<(), _>(Derived::Display(canary()))))
        .route("/source", on_get(|| async { Err::<(), _>(Derived::Source(Inner("an enum"))) }))
        .route("/hidden", on_get(|| async { Err::<(), _>(Derived::Hidden(Inner("an enum"))) }))
        .route("/noted", on_get(async move || Err::<(), _>(Derived::Noted { secret: canary() })))
        .route("/box", on_get(|| async { Err::<(), _>(anyhow_like()).or_internal() }))
        .route(
            "/io",
            on_get(|| async { Err::<(), _>(std::io::Error::other(CANARY)).or_not_found("None.") }),
        )
        .route(
            "/json",
            on_get(|| async {
                serde_json::from_str::<u8>("\"hunter2-canary\"").map(|_| ()).or_internal()
            }),
        )
        .route("/sqlx", on_get(constraint))
        .route("/note", on_get(|| async { ApiError::conflict("No.").with_note(CANARY) }))
        .route("/with-source", on_get(|| async { ApiError::conflict("No.").with_source(CANARY) }))
        .route("/boxed", on_get(|| async { handle_box_error(CANARY.into()).await }))
        .route(
            "/panic",
            on_get(|| async {
                if true {
                    panic!("{CANARY}")
                }
            }),
        )
        .route(
            "/panic-any",
            on_get(|| async {
                if true {
                    std::panic::panic_any(CANARY.to_owned())
                }
            }),
        )
        .route("/extension", on_get(|_: Extension<Hunter2Canary>| async {}))
        .route(
            "/response",
            on_get(|| async { Json(std::collections::HashMap::from([(vec![CANARY], 1)])) }),
        )
        .route("/text-500", on_get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, CANARY) }))
        .route("/text-503", on_get(|| async { (StatusCode::SERVICE_UNAVAILABLE, CANARY) }))
        .route(
            "/header",
            on_get(|| async { ApiError::conflict("No.").with_header("x own", CANARY) }),
        )
        .route("/hunter2-canary", post(|| async {}))
        .route("/body", post(|_: axum::Json<u8>| async {}))
        .route("/form", post(|_: axum::Form<Vec<(u8, u8)>>| async {}))
        .route("/query", on_get(|_: axum::extract::Query<Vec<(u8, u8)>>| async {}))
        .route("/path/{id}", on_get(|_: axum::extract::Path<u8>| async {}))
        .layer(ApiErrorLayer::new())
}

fn requests() -> Vec<Request<Body>> {
    let mut requests: Vec<_> = [
        "/display",
        "/source",
        "/hidden",
        "/noted",
        "/box",
        "/io",
        "/json",
        "/sqlx",
        "/note",
        "/with-source",
        "/boxed",
        "/panic",
        "/panic-any",
        "/extension",
        "/response",
        "/text-500",
        "/text-503",
        "/header",
        "/hunter2-canary",
        "/unknown/hunter2-canary?password=hunter2-canary",
        "/query?hunter2-canary=1",
        "/path/hunter2-canary",
    ]
    .map(|path| request(Method::GET, path))
    .into();
    for (path, content_type, body) in [
        ("/body", "application/json", "\"hunter2-canary\""),
        ("/body", "application/json", "hunter2-canary"),
        ("/body", "hunter2/canary", "hunter2-canary"),
        ("/form", "application/x-www-form-urlencoded", "hunter2-canary=1"),
    ] {
        let mut posted = request(Method::POST, path);
        posted.headers_mut().insert("content-type", content_type.parse().unwrap());
        *posted.body_mut() = body.into();
        requests.push(posted);
    }
    requests
}

// S-16
#[tokio::test]
async fn nothing_private_reaches_a_client() {
    for accept in
        ["application/json", "text/html", "text/plain", "text/markdown", "application/xml"]
    {
        for mut sent in requests() {
            let what = format!("{} {} as {accept}", sent.method(), sent.uri());
            sent.headers_mut().insert("accept", accept.parse().unwrap());
            let answer = send(births(), sent).await;
            assert!(answer.status.as_u16() >= 400, "{what}");
            let all = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
            assert!(!all.contains("hunter2"), "{what}: {all}");
            for member in ["error_type", "error_message", "causes", "location:", "traceback", ".rs"]
            {
                assert!(!answer.body.contains(member), "{what}: {member}");
            }
        }
    }
}

/// The canary is really there: operators see it.
#[test]
fn operators_see_what_clients_do_not() {
    let error = ApiError::from(Derived::Source(Inner("an enum")));
    assert!(format!("{error:?}").contains(CANARY));
    assert!(error.downcast_ref::<Derived>().is_some() && error.downcast_ref::<Inner>().is_some());
}
