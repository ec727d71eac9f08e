//! A payment service that reports its failures to [Sentry](https://sentry.io).
//!
//! ```sh
//! SENTRY_DSN=https://KEY@HOST/PROJECT cargo run -p sentry-example
//! ```
//!
//! It prints requests to try. The id in `instance` of a response is the id of the event in Sentry: search
//! for it there. [`sentry_report`] converts the events, and is the file to copy.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `SENTRY_DSN` | where events are sent; without it nothing is | |
//! | `PORT` | the port on the loopback interface | 3000 |
//! | `REPORT_LEVEL` | the lowest level that is reported: `debug`, `info`, `warn` or `error` | `warn` |
//! | `REPORT_INTERVAL` | after how many seconds ten more events of one code and place are sent | 60 |

mod sentry_report;

use std::time::Duration;
use std::{env, error::Error, fs, io};

use axum::{Router, routing::get, routing::post};
use definable_errors::extract::{Json, Path};
use definable_errors::problem::Level;
use definable_errors::report::{DefaultReport, Throttle};
use definable_errors::{ApiError, ApiErrorLayer};

use crate::sentry_report::SentryReport;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "payment")]
enum PaymentError {
    /// There is no payment with this reference.
    #[error("there is no such payment")]
    #[api(status = 404)]
    NotFound,
    #[error("the payment was not refunded")]
    #[api(status = 500)]
    Refund(#[from] LedgerError),
}

#[derive(Debug, thiserror::Error)]
#[error("the ledger is not available")]
struct LedgerError(#[from] io::Error);

#[derive(serde::Deserialize)]
struct Refund {
    reason: String,
}

async fn refund(
    Path(reference): Path<String>,
    Json(refund): Json<Refund>,
) -> Result<String, ApiError> {
    let ledger = open_ledger(&reference)?; // the place in the events
    Ok(format!("refunded after {}: {}", ledger.len(), refund.reason))
}

fn open_ledger(reference: &str) -> Result<String, PaymentError> {
    if !reference.starts_with("p-") {
        return Err(PaymentError::NotFound);
    }
    let ledger = fs::read_to_string("/no/such/ledger").map_err(LedgerError)?;
    Ok(ledger)
}

async fn largest() -> String {
    let payments: [u32; 0] = [];
    let largest = payments.iter().max();
    largest.expect("there is a payment").to_string()
}

fn app(report: SentryReport, interval: Duration) -> Router {
    // An outage is ten events per code, place and interval, and not one per request. The next one that
    // is sent contains how many were left out.
    let report = Throttle::new(report, 10, interval).by_location();
    Router::new()
        .route("/payments/{reference}/refund", post(refund))
        .route("/payments/largest", get(largest))
        .layer(ApiErrorLayer::new().report(DefaultReport::new()).report(report))
}

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    // The TLS of the connection to Sentry. With the default features of sentry this line is not
    // needed. Leave its feature `panic` off, or every panic is reported twice: by its hook and by the layer.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The guard sends what is left when it is dropped. Each thread has a copy of the hub of this one, so
    // the client is created before the runtime.
    let options = sentry::ClientOptions::new().maybe_release(sentry::release_name!());
    let client = sentry::init(options);
    if !client.is_enabled() {
        tracing::warn!("nothing is sent to Sentry, because SENTRY_DSN is not set or not a DSN");
    }
    tokio::runtime::Runtime::new()?.block_on(run())
}

async fn run() -> Result<(), Box<dyn Error>> {
    let interval = env::var("REPORT_INTERVAL").map_or(Ok(60), |seconds| seconds.parse())?;
    let report = SentryReport::new().min_level(min_level()?);
    let app = app(report, Duration::from_secs(interval));
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tracing::info!("listening on {url}, try:");
    let json = "-H 'content-type: application/json' -d '{\"reason\": \"broken\"}'";
    tracing::info!("curl {json} {url}/payments/p-1/refund   # 500, an event with three exceptions");
    tracing::info!("curl {url}/payments/largest   # 500, the event of a panic");
    tracing::info!("curl {json} {url}/payments/1/refund   # 404, no event");
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Ok(definable_errors::serve(listener, app).with_graceful_shutdown(stop).await?)
}

fn min_level() -> Result<Level, String> {
    match env::var("REPORT_LEVEL").as_deref() {
        Err(_) | Ok("warn") => Ok(Level::Warn),
        Ok("debug") => Ok(Level::Debug),
        Ok("info") => Ok(Level::Info),
        Ok("error") => Ok(Level::Error),
        Ok(other) => Err(format!("REPORT_LEVEL is debug, info, warn or error, and not {other:?}")),
    }
}
