//! Clients that disconnect at any moment.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use definable_errors::ApiErrorLayer;
use definable_errors::extract::Json;
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use fastrand::Rng;
use serde_json::Value;
use support::axum_serve;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::records::Records;
use crate::gates::{Figure, Gates, note};
use crate::runtime;
use crate::settings::Settings;

/// The number of clients at a time.
const CLIENTS: u32 = 16;
/// The time by which all clients have disconnected.
const LONG: Duration = Duration::from_secs(60);

/// Checks that a client that disconnects at any moment results in one record, and holds no permit.
pub(crate) fn leaving(gates: &mut Gates, settings: Settings) {
    let points = settings.pick(1_000, 200);
    let runtime = runtime::two_threads();
    runtime.block_on(leave(gates, points, "before the head", before_the_head));
    runtime.block_on(leave(gates, points, "in the middle of the body", amid_the_body));
}

type Way = fn(Rng) -> (String, Duration);

async fn leave(gates: &mut Gates, points: u32, when: &str, way: Way) {
    let (limit, records) = (ConcurrencyLimit::new(64), Records::default());
    let address = served(&limit, &records).await;
    let each = points / CLIENTS + 1;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|seed| tokio::spawn(client(address, Rng::with_seed(seed.into()), each, way)))
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    is_over(&limit, &records).await;
    reported(gates, &limit, &records, when, each * CLIENTS);
}

/// Waits until every request that arrived has a record, or for too long. What a client sent before
/// it disconnected may arrive a while later.
async fn is_over(limit: &ConcurrencyLimit, records: &Records) {
    let (start, mut checks) = (Instant::now(), 0);
    while checks < 50 && start.elapsed() < LONG / 2 {
        let is_over = limit.in_flight() == 0 && records.left().0 >= records.arrived();
        checks = if is_over { checks + 1 } else { 0 };
        sleep(Duration::from_millis(5)).await;
    }
}

fn reported(
    gates: &mut Gates,
    limit: &ConcurrencyLimit,
    records: &Records,
    when: &str,
    points: u32,
) {
    let (left, most) = records.left();
    let (arrived, answered, failed) = (records.arrived(), records.answered(), records.failed());
    note(format_args!(
        "{when}: of {points} {arrived} arrived, {left} left, {answered} were answered after the client had left"
    ));
    let without = Figure(arrived.abs_diff(left).into(), "");
    gates.at_most(format_args!("27: {when}: requests without a record of 499"), without, 0.0);
    gates.at_most(format_args!("27: {when}: records of one request"), Figure(most.into(), ""), 1.0);
    gates.at_most(format_args!("27: {when}: records of errors"), Figure(failed.into(), ""), 0.0);
    let held = f64::from(u32::try_from(limit.in_flight() + limit.waiting()).unwrap());
    gates.at_most(format_args!("27: {when}: places held afterwards"), Figure(held, ""), 0.0);
    let arrived = Figure(100.0 * f64::from(arrived) / f64::from(points), "%");
    gates.plenty(format_args!("27: {when}: who left after arriving"), arrived, 90.0);
}

async fn served(limit: &ConcurrencyLimit, records: &Records) -> SocketAddr {
    let stack = Stack::new()
        .errors(ApiErrorLayer::new().report(records.clone()))
        .timeout(LONG)
        .concurrency_limit(limit.clone());
    let works = || sleep(LONG);
    let reads = async |_: Json<Value>| "never all of it";
    let routes: Router = Router::new()
        .route("/", get(works))
        .route("/", post(reads))
        .layer(stack)
        .layer(from_fn_with_state(records.clone(), Records::watch));
    axum_serve(routes).await
}

async fn client(address: SocketAddr, mut random: Rng, times: u32, way: Way) {
    for _ in 0..times {
        let (text, patience) = way(random.fork());
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        sleep(patience).await;
        if random.bool() {
            // The connection is reset instead of closed.
            stream.set_zero_linger().unwrap();
        }
    }
}

fn before_the_head(mut random: Rng) -> (String, Duration) {
    let text = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned();
    (text, Duration::from_micros(random.u64(1_000..15_000)))
}

/// Sends a part of the body: from none of its bytes to all but the last.
fn amid_the_body(mut random: Rng) -> (String, Duration) {
    let (length, sent) = (10_000, random.usize(..10_000));
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + &" ".repeat(sent), Duration::from_micros(random.u64(1_000..15_000)))
}
