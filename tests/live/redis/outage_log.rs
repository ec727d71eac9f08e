//! What is logged of an outage: one line at its beginning, one at its end.

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use definable_errors::rate_limit::{OnFailure, Quota, RedisStore};
use support::needs;
use support::process::this_test;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, layer, registry};

use super::{SECRET, Server, admitted, until};

/// The logged events, one per line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &tracing::Event<'_>, _: layer::Context<'_, S>) {
        if event.metadata().target() == "definable_errors" {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
    }
}

struct Line(String);

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

const ALONE: &str = "DEFINABLE_ERRORS_LIVE_ALONE";

/// Runs in a process of its own, because `tracing` caches for all threads whether an event is
/// enabled.
#[tokio::test]
async fn a_failure_is_one_line_and_its_end_another() {
    needs!(Redis);
    if std::env::var_os(ALONE).is_some() {
        return tells_once().await;
    }
    let mut again = this_test("redis::outage_log::a_failure_is_one_line_and_its_end_another");
    assert!(again.env(ALONE, "1").status().unwrap().success());
}

async fn tells_once() {
    let lines = Lines::default();
    let _listening = tracing::subscriber::set_default(registry().with(lines.clone()));
    let mut server = Server::start();
    let store = RedisStore::builder(server.url(), SECRET, OnFailure::Open);
    let store = store.timeout(Duration::from_secs(1)).build().unwrap();
    server.kill();
    until(Duration::from_secs(20), async || {
        assert_eq!(admitted(&store, 1, Quota::DEFAULT, 500).await, 500);
        !store.health().is_available
    })
    .await;
    server.restart();
    until(Duration::from_secs(20), async || store.health().is_available).await;
    let lines = lines.0.lock().unwrap().clone();
    let [down, up] = &lines[..] else { panic!("{lines:#?}") };
    assert!(down.starts_with("WARN message=Redis fails"), "{down}");
    assert!(down.contains("refused"), "{down}");
    assert_eq!(up, "INFO message=Redis is back and decides rate limits again");
}
