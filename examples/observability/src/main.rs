//! Two services whose logs and traces go to an OpenTelemetry collector, and whose failures Prometheus counts:
//! a shop, and the stock service that it calls.
//!
//! Start a collector that receives OTLP over HTTP, for example one that also shows what it received, at
//! <http://localhost:3000>. Then start the services, each in a terminal of its own:
//!
//! ```sh
//! docker run -p 3000:3000 -p 4318:4318 grafana/otel-lgtm
//! cargo run -p observability stock
//! cargo run -p observability shop
//! ```
//!
//! The shop prints requests to try. For a failed one, the collector has a log record of each service with
//! its causes, inside one trace through both: search for the `trace_id` of the response. `GET /metrics` of
//! each service has the number of failures by code, status, method and route.
//!
//! | file | what it is for |
//! |---|---|
//! | `telemetry.rs` | sends logs and spans to the collector |
//! | `server_span.rs` | opens a span for each request, and continues the trace of the caller |
//! | `client_span.rs` | opens a span for each call to another service, and sends the trace along |
//! | `shop.rs`, `stock.rs` | the services |
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `OTEL_EXPORTER_OTLP_ENDPOINT` | the collector | `http://localhost:4318` |
//! | `PORT` | the port on the loopback interface | 8000 for the shop, 8001 for the stock |
//! | `STOCK_URL` | where the shop finds the stock | `http://127.0.0.1:8001` |

mod client_span;
mod server_span;
mod shop;
mod stock;
mod telemetry;

use std::{env, error::Error};

use axum::{Router, routing::get};
use definable_errors::ApiErrorLayer;
use definable_errors::report::{DefaultReport, Metrics};
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::server_span::with_server_spans;
use crate::telemetry::Telemetry;

fn main() -> Result<(), Box<dyn Error>> {
    // reqwest looks for the TLS provider of the process, for calls and for the connection to the
    // collector.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let name = env::args().nth(1).unwrap_or_default();
    let (routes, port) = match &*name {
        "shop" => (shop::routes()?, 8000),
        "stock" => (stock::routes(), 8001),
        _ => return Err("the argument is the service to start: shop or stock".into()),
    };
    let telemetry = Telemetry::install(&name)?;
    let served = tokio::runtime::Runtime::new()?.block_on(serve(routes, port));
    // What has not been sent yet is sent now.
    let sent = telemetry.shut_down();
    served?;
    Ok(sent?)
}

async fn serve(routes: Router, port: u16) -> Result<(), Box<dyn Error>> {
    let prometheus = PrometheusBuilder::new().install_recorder()?;
    let errors = ApiErrorLayer::new().report(DefaultReport::new()).report(Metrics::new());
    // A real service has this route on a port that only Prometheus reaches.
    let routes = routes.route("/metrics", get(async move || prometheus.render()));
    // The span is outside of the layer of errors, so that the event of a failure is inside the span, and
    // its log record has the ids of the trace.
    let app = with_server_spans(routes.layer(errors));
    let port = env::var("PORT").map_or(Ok(port), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tracing::info!("listening on {url}, try:");
    let orders = format!("curl {url}/orders -H 'content-type: application/json' -d");
    tracing::info!(r#"{orders} '{{"item": "tea", "quantity": 1}}'   # 200"#);
    tracing::info!(r#"{orders} '{{"item": "milk", "quantity": 1}}'   # 404 in both services"#);
    tracing::info!(
        r#"{orders} '{{"item": "coffee", "quantity": 1}}'   # 500 in the stock, so 502"#
    );
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    Ok(definable_errors::serve(listener, app).with_graceful_shutdown(stop).await?)
}
