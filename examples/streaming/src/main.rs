//! Responses that fail after their status was sent: server-sent events, lines of JSON and a WebSocket end
//! with the problem, with the ids that are in the log. The page under `/` shows what a browser makes of it:
//! its `EventSource` stops after a problem that no later attempt can solve, and reconnects after one that
//! is temporary. An upload is read part by part, each with a limit.
//!
//! ```sh
//! cargo run -p streaming   # then open http://127.0.0.1:3000/ in a browser
//! curl http://127.0.0.1:3000/prices/tea           # 200 "code":"market_closed", after three prices
//! curl http://127.0.0.1:3000/prices/gold          # 404 symbol_unknown, before the first byte
//! curl http://127.0.0.1:3000/trades               # 200 "code":"internal_error", in the last line
//! curl http://127.0.0.1:3000/files -F 'file=@LICENSE-MIT;type=text/plain'    # 200 "bytes":
//! curl http://127.0.0.1:3000/files -F 'file=@Cargo.lock;type=text/plain'     # 413 payload_too_large
//! ```
use std::{env, error::Error, io, time::Duration};

use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::{Html, sse::Event};
use axum::{Router, routing::any, routing::get, routing::post};
use definable_errors::extract::{BodyLimit, Json, Multipart, Path};
use definable_errors::stream::{
    LastEventId, Ndjson, PROBLEM_EVENTS_JS, Sse, Upgraded, WebSocketUpgradeExt,
};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::sleep;

#[derive(Debug, thiserror::Error, ApiError)]
enum PriceError {
    #[error("there is no symbol {symbol:?}")]
    #[api(status = 404, code = "symbol_unknown")]
    Unknown { symbol: String },
    /// Trading is over for today. There are no more prices to wait for.
    #[error("the market is closed")]
    #[api(status = 410, code = "market_closed")]
    Closed,
    #[error("the feed was lost: connection reset by exchange-2")]
    #[api(status = 503, retry_after = 2)]
    Lost,
}

/// Sends the prices of a symbol, after those that the client had when its connection was lost.
async fn prices(
    last: LastEventId,
    Path(symbol): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, PriceError>>>, PriceError> {
    // What can be checked now is an ordinary response, which any client can read.
    let end = match &*symbol {
        "tea" => PriceError::Closed,
        "coffee" => PriceError::Lost,
        _ => return Err(PriceError::Unknown { symbol }),
    };
    let first = last.parse().map_or(1, |id: u32| id.saturating_add(1));
    let prices = stream::iter(first..first.saturating_add(3)).then(|number| async move {
        sleep(Duration::from_millis(100)).await;
        Ok(Event::default().id(number.to_string()).data(format!("{}.50", 10 + number % 7)))
    });
    let events = prices.chain(stream::once(async { Err(end) }));
    // A bounded duration lets clients move to a newly deployed server.
    Ok(Sse::new(events).max_duration(Duration::from_secs(3600)))
}

#[derive(serde::Serialize)]
struct Trade {
    id: u32,
    pieces: u32,
}

/// Exports the trades, one a line. A client has all of them unless the last line is a problem.
async fn trades() -> Ndjson<impl Stream<Item = Result<Trade, ApiError>>> {
    let trades = stream::iter(1..=2).map(|id| Ok(Trade { id, pieces: 10 * id }));
    let failure = Err(io::Error::other("row 3 of trades-db is damaged")).or_internal();
    Ndjson::new(trades.chain(stream::once(async { failure })))
}

/// Answers each symbol that a client sends with its price.
async fn socket(upgrade: WebSocketUpgrade) -> Upgraded<ApiError> {
    let upgrade = upgrade.max_message_size(1024).with_problems();
    upgrade.idle_limit(Duration::from_secs(300)).on_upgrade(|mut socket| async move {
        while let Some(message) = socket.recv().await {
            match message? {
                Message::Text(symbol) if symbol == "tea" => {
                    socket.send(Message::text("11.50")).await?;
                }
                Message::Text(symbol) => {
                    Err(PriceError::Unknown { symbol: symbol.to_string() })?;
                }
                Message::Binary(_) => {
                    return Err(ApiError::bad_request("Send the symbol as text."));
                }
                // Pings are answered by the socket.
                _ => {}
            }
        }
        Ok(())
    })
}

/// The largest file in bytes.
const MAX_FILE: u64 = 16 * 1024;

#[derive(serde::Serialize)]
struct Stored {
    bytes: usize,
}

/// Reads a file without ever having more than one chunk of it in memory.
async fn upload(mut parts: Multipart) -> Result<Json<Stored>, ApiError> {
    let mut bytes = None;
    while let Some(part) = parts.next_field().await? {
        if part.name() == Some("file") {
            let mut file = part.accepting(&["text/plain", "text/csv"])?.with_limit(MAX_FILE);
            let mut count = 0;
            while let Some(chunk) = file.chunk().await? {
                count += chunk.len(); // A real service writes the chunk to a disk.
            }
            bytes = Some(count);
        }
    }
    Ok(Json(Stored { bytes: Multipart::required(bytes, "file")? }))
}

async fn script() -> ([(&'static str, &'static str); 1], &'static str) {
    ([("content-type", "text/javascript; charset=utf-8")], PROBLEM_EVENTS_JS)
}

fn app() -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/problem-events.js", get(script))
        .route("/prices/{symbol}", get(prices))
        .route("/trades", get(trades))
        .route("/socket", any(socket))
        .route("/files", post(upload))
        // The form around a file has a size, too.
        .layer(BodyLimit::bytes(256 * 1024))
        .layer(ApiErrorLayer::new())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app()).await?)
}
