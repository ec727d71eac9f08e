//! A service whose clients read its own error body, `{"error": {"code": …, "message": …}}`, since long
//! before it used this library. `Envelope` keeps writing that body, whoever made the error: handlers,
//! extractors, axum, a panic. Clients that are ready for problems (RFC 9457) ask for them by `Accept`,
//! and everything under `/v2` sends nothing else, unless a handler still writes an old body that `adopt` does not know. A handler that still writes the old body by hand takes
//! part through `adopt`. The ids are in the header and in the log in either case.
//!
//! ```sh
//! cargo run -p own-envelope
//! curl http://127.0.0.1:3000/orders/42                                            # 404 "code":"ORDER_NOT_FOUND"
//! curl http://127.0.0.1:3000/orders/42 -H 'accept: application/problem+json'      # 404 order_not_found
//! curl http://127.0.0.1:3000/v2/orders/42                                         # 404 order_not_found
//! curl -X POST http://127.0.0.1:3000/exports                                      # 402 "code":"QUOTA_EXHAUSTED"
//! ```
use std::{collections::BTreeMap, env, error::Error, sync::Arc};

use axum::http::{HeaderMap, StatusCode, header::ACCEPT, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get, routing::post};
use definable_errors::extract::{Json, Path};
use definable_errors::problem::{ErrorStatus, Problem, ProblemType, VALIDATION_FAILED};
use definable_errors::render::{Captured, Failure, Render, Rendering, Representation};
use definable_errors::{ApiError, ApiErrorLayer};
use serde::{Deserialize, Serialize};

/// The old body.
#[derive(Serialize, Deserialize)]
struct Old {
    error: OldError,
}

#[derive(Serialize, Deserialize)]
struct OldError {
    code: String,
    message: String,
    /// The first mistake of each field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<String, String>,
}

impl From<&Problem> for Old {
    fn from(problem: &Problem) -> Self {
        let mut fields = BTreeMap::new();
        for violation in problem.violations() {
            let name: Vec<_> = violation.place().segments().collect();
            fields.entry(name.join(".")).or_insert_with(|| violation.detail().to_owned());
        }
        // The codes of the old format are those of problems in capitals, but for one.
        let code = match problem.code() {
            code if code == VALIDATION_FAILED.code() => "INVALID_INPUT".to_owned(),
            code => code.to_uppercase(),
        };
        Self { error: OldError { code, message: problem.detail().to_owned(), fields } }
    }
}

/// The renderer of errors: the old body, unless the request asks for a problem.
struct Envelope;

/// The mark of a request whose errors are problems.
struct AsksForProblems;

impl Render for Envelope {
    fn capture(&self, request: &Parts) -> Option<Captured> {
        let is_new = request.uri.path().starts_with("/v2/") || accepts_problems(&request.headers);
        is_new.then(|| Arc::new(AsksForProblems) as Captured)
    }

    fn render(&self, failure: &Failure) -> Rendering {
        if failure.captured::<AsksForProblems>().is_some() {
            return Rendering::Standard;
        }
        // A body that cannot be serialized is left to the library.
        serde_json::to_vec(&Old::from(failure.problem())).map_or(Rendering::Standard, |body| {
            Rendering::Ready(Representation::new("application/json", body))
        })
    }

    /// Caches must not send the body for one `Accept` to a client with another.
    fn depends_on_accept(&self) -> bool {
        true
    }
}

/// Returns whether a client names the media type of problems. `application/json` and `*/*`, which old
/// clients send, are no sign that they know it.
fn accepts_problems(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.to_ascii_lowercase().contains("application/problem+json"))
}

static QUOTA_EXHAUSTED: ProblemType =
    ProblemType::new("quota_exhausted", ErrorStatus::PAYMENT_REQUIRED, "Quota exhausted");

/// Reads a body of a handler that still writes it by hand. `None` leaves a body as it is.
fn adopt(status: ErrorStatus, body: &[u8]) -> Option<Problem> {
    let Old { error } = serde_json::from_slice(body).ok()?;
    let is_known = status == ErrorStatus::PAYMENT_REQUIRED && error.code == "QUOTA_EXHAUSTED";
    is_known.then(|| Problem::new(&QUOTA_EXHAUSTED).with_detail(error.message))
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("order {0} is damaged in the database")]
    #[api(status = 500)]
    Damaged(u64),
}

#[derive(Serialize, Deserialize)]
struct Order {
    article: String,
    quantity: u32,
}

async fn find(Path(id): Path<u64>) -> Result<Json<Order>, OrderError> {
    match id {
        1 => Ok(Json(Order { article: "tea".into(), quantity: 2 })),
        2 => Err(OrderError::Damaged(id)),
        _ => Err(OrderError::NotFound { id }),
    }
}

async fn create(Json(order): Json<Order>) -> Json<Order> {
    Json(order)
}

/// A handler that still writes the old body.
async fn export() -> Response {
    let (code, message) =
        ("QUOTA_EXHAUSTED".into(), "There are no exports left this month.".into());
    let body = Old { error: OldError { code, message, fields: BTreeMap::new() } };
    (StatusCode::PAYMENT_REQUIRED, axum::Json(body)).into_response()
}

fn app() -> Router {
    let routes = Router::new()
        .route("/orders", post(create))
        .route("/orders/{id}", get(find))
        .route("/exports", post(export));
    Router::new()
        .nest("/v2", routes.clone())
        .merge(routes)
        .layer(ApiErrorLayer::new().render(Envelope).adopt(adopt))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app()).await?)
}
