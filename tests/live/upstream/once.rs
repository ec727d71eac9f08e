//! Tests that a POST without an idempotency key is never sent twice, by what arrives at the
//! service.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use definable_errors::upstream::Upstream;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use http::Method;
use support::{axum_serve, request, send_to};
use tokio::task::JoinSet;

use super::{Faulty, Mode};

const CLIENTS: usize = 32;

async fn pay(
    State(upstream): State<Upstream>,
    Path(number): Path<String>,
    context: RequestContext,
) -> Result<(), ApiError> {
    let body = serde_json::json!({"payment": number});
    upstream.post(&context, "/payments").json(&body).send().await?.bytes().await?;
    Ok(())
}

/// Starts a service that makes a payment with each request.
async fn shop(upstream: &Faulty) -> SocketAddr {
    let client = Upstream::builder("payments", upstream.url());
    let client = client.attempt_timeout(Duration::from_millis(500)).build().unwrap();
    let routes = Router::new().route("/pay/{number}", post(pay));
    axum_serve(routes.layer(ApiErrorLayer::new()).with_state(client)).await
}

/// Makes payments at the same time, with a number for each, and returns the statuses.
async fn pay_all(shop: SocketAddr, numbers: std::ops::Range<usize>) -> Vec<u16> {
    let mut tasks = JoinSet::new();
    for number in numbers {
        let payment = request(Method::POST, &format!("/pay/{number}-"));
        tasks.spawn(async move { send_to(shop, payment).await.status.as_u16() });
    }
    tasks.join_all().await
}

/// Returns how often each payment arrived.
fn arrived(upstream: &Faulty) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for request in upstream.requests() {
        let (_, payment) = request.text.split_once("\r\n\r\n").unwrap_or_default();
        *counts.entry(payment.to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn post_without_a_key_is_never_sent_twice() {
    for mode in Mode::FAULTS {
        let upstream = Faulty::start();
        let shop = shop(&upstream).await;
        // All connections are open when the service begins to fail.
        assert_eq!(pay_all(shop, 0..CLIENTS).await, [200; CLIENTS]);
        upstream.set(mode);
        upstream.clear();
        let statuses = pay_all(shop, CLIENTS..2 * CLIENTS).await;
        let failed = statuses.iter().filter(|status| **status != 200).count();
        match mode {
            Mode::Flapping => assert!((8..=12).contains(&failed), "{failed}"),
            _ => assert_eq!(failed, CLIENTS, "{mode:?}"),
        }
        // A second attempt would have begun by now.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let arrived = arrived(&upstream);
        assert!(arrived.values().all(|count| *count == 1), "{mode:?}: {arrived:?}");
        match mode {
            Mode::Refuse => assert!(arrived.is_empty(), "{arrived:?}"),
            // A pause that the service asks for stops the calls that follow.
            Mode::Busy | Mode::BusyUntil => assert!(!arrived.is_empty()),
            _ => assert!(arrived.len() >= 20, "{mode:?}: {}", arrived.len()),
        }
    }
}

/// Connections break off while requests are on their way.
#[tokio::test(flavor = "multi_thread")]
async fn post_is_never_sent_twice_while_the_service_goes_down() {
    let upstream = Faulty::start();
    for round in 0..10 {
        upstream.set(Mode::Good);
        // Its circuit is closed, and its connections are open.
        let shop = shop(&upstream).await;
        let first = 2 * CLIENTS * round;
        assert_eq!(pay_all(shop, first..first + CLIENTS).await, [200; CLIENTS]);
        let payments = tokio::spawn(pay_all(shop, first + CLIENTS..first + 2 * CLIENTS));
        tokio::time::sleep(Duration::from_millis(2 * round as u64)).await;
        upstream.set(Mode::Refuse);
        payments.await.unwrap();
    }
    let arrived = arrived(&upstream);
    assert!(arrived.len() > 10 * CLIENTS, "{}", arrived.len());
    assert!(arrived.values().all(|count| *count == 1), "{arrived:?}");
}
