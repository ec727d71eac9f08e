//! A process with a limited route, of which a test starts several.

use std::io::Write;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::guard;
use definable_errors::rate_limit::{Global, OnFailure, Quota, RateLimit, RedisStore};
use support::axum_serve;
use support::process::{self, this_test};

use super::SECRET;

/// The quota of all processes together.
pub(crate) const QUOTA: Quota = Quota::per_hour(300);

const URL: &str = "DEFINABLE_ERRORS_LIVE_REDIS";

/// A process of its own with a limited route.
pub(crate) struct Process {
    _process: process::Process,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts this program again, so that it runs only the test that serves.
    pub(crate) fn start(redis: &str) -> Self {
        let mut command = this_test("redis::shared::serves_where_it_is_asked_to");
        let mut process = process::Process::start(command.env(URL, redis).stdout(Stdio::piped()));
        let address = process.lines().find_map(|line| address(&line)).expect("it serves");
        Self { _process: process, address }
    }
}

fn address(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("serves at ")?;
    address.trim().parse().ok()
}

#[tokio::test]
async fn serves_where_it_is_asked_to() {
    let Ok(url) = std::env::var(URL) else { return };
    // A decision without Redis would be a 503.
    let store = RedisStore::builder(&url, SECRET, OnFailure::Closed);
    let store = store.timeout(Duration::from_secs(20)).build().unwrap();
    let address = serve(store).await;
    let mut output = std::io::stdout();
    writeln!(output, "serves at {address}").unwrap();
    output.flush().unwrap();
    std::future::pending::<()>().await;
}

/// Serves a limited route and returns its address.
pub(crate) async fn serve(store: RedisStore) -> SocketAddr {
    let limit = RateLimit::new(Global, QUOTA).store(store);
    let routes: Router = Router::new()
        .route("/", get(|| async { "hello" }))
        .layer(guard::layer(limit))
        .layer(ApiErrorLayer::new());
    axum_serve(routes).await
}
