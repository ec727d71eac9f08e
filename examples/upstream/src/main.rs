//! A shop that calls another service, the stock, with `Upstream`: timeouts, retries, a circuit breaker, and
//! the correlation id on its way. What the stock answers stays private, except that its one code
//! `unknown_article` becomes the shop's own. The stock is a stand-in in the same program, whose articles
//! fail in several ways: `broken`, `flaky`, `slow`.
//!
//! ```sh
//! cargo run -p upstream
//! curl http://127.0.0.1:3000/articles/tea      # 200 "pieces":12
//! curl http://127.0.0.1:3000/articles/flaky    # 200 "pieces":1, at the second attempt
//! curl http://127.0.0.1:3000/articles/gold     # 404 article_not_found
//! curl http://127.0.0.1:3000/articles/broken   # 502 upstream_failed, its cause in the log
//! curl http://127.0.0.1:3000/articles/slow     # 504 upstream_timeout
//! ```
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::{env, error::Error, time::Duration};

use axum::extract::State;
use axum::{Router, routing::get, routing::post};
use definable_errors::extract::{Json, Path};
use definable_errors::problem::{ErrorStatus, ProblemType};
use definable_errors::upstream::{CircuitState, Upstream, UpstreamBuildError};
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

static ARTICLE_NOT_FOUND: ProblemType =
    ProblemType::new("article_not_found", ErrorStatus::NOT_FOUND, "Article not found")
        .with_detail("The shop does not sell this article.");

#[derive(Serialize, Deserialize)]
struct Article {
    name: String,
    pieces: u32,
}

/// Creates the client, once for the whole program: its clones share connections, the budget of retries
/// and the circuit breaker.
fn stock(url: String) -> Result<Upstream, UpstreamBuildError> {
    Upstream::builder("stock", url)
        // A page of the shop may take a second, so three attempts have to fit into it.
        .attempt_timeout(Duration::from_millis(250))
        .total_timeout(Duration::from_secs(1))
        // The 404 of a path that the stock does not know is still a 502: that is the shop's mistake.
        .on_code("unknown_article", &ARTICLE_NOT_FOUND)
        .build()
}

async fn article(
    State(stock): State<Upstream>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Json<Article>, ApiError> {
    // The name is one segment of the path, whatever is in it.
    let article = stock.get(&context, ["articles", &name]).send().await?.json().await?;
    Ok(Json(article))
}

async fn reserve(
    State(stock): State<Upstream>,
    context: RequestContext,
    Path(name): Path<String>,
) -> Result<Json<Article>, ApiError> {
    // A POST is sent again only with a key, by which the stock recognizes that it is the same one.
    let request =
        stock.post(&context, ["articles", &name]).idempotency_key(context.id().to_string());
    Ok(Json(request.send().await?.json().await?))
}

/// Answers 503 while the circuit is open, so that a load balancer chooses another instance.
async fn health(State(stock): State<Upstream>) -> Result<&'static str, ApiError> {
    match stock.circuit() {
        CircuitState::Open { retry_after } => Err(ApiError::service_unavailable(retry_after)),
        _ => Ok("ok"),
    }
}

fn shop(stock: Upstream) -> Router {
    Router::new()
        .route("/articles/{name}", get(article))
        .route("/articles/{name}/reservations", post(reserve))
        .route("/health", get(health))
        .layer(ApiErrorLayer::new())
        .with_state(stock)
}

/// The problems of the stand-in. None of their texts reaches a client of the shop.
#[derive(Debug, thiserror::Error, ApiError)]
enum StockError {
    #[error("no row in table `articles` of stock-db-3 has the name {0:?}")]
    #[api(status = 404, code = "unknown_article")]
    UnknownArticle(String),
    #[error("shelf 7 is on fire")]
    #[api(status = 500)]
    Broken,
    #[error("stock-db-3 has closed the connection")]
    #[api(status = 502)]
    Disconnected,
}

/// Whether the flaky article answers; every other time it does.
#[derive(Clone, Default)]
struct Flaky(Arc<AtomicBool>);

async fn count(
    State(Flaky(answers)): State<Flaky>,
    Path(name): Path<String>,
) -> Result<Json<Article>, StockError> {
    let pieces = match &*name {
        "tea" => 12,
        "flaky" if answers.fetch_xor(true, Relaxed) => 1,
        "flaky" => return Err(StockError::Disconnected),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            1
        }
        "broken" => return Err(StockError::Broken),
        _ => return Err(StockError::UnknownArticle(name)),
    };
    Ok(Json(Article { name, pieces }))
}

/// Starts the stand-in, and returns its URL.
async fn start_stand_in() -> std::io::Result<String> {
    let app = Router::new()
        .route("/articles/{name}", get(count).post(count))
        .layer(ApiErrorLayer::new())
        .with_state(Flaky::default());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(url)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let app = shop(stock(start_stand_in().await?)?);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
