//! Bodies that are wrong everywhere.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::BodyLimit;
use support::latencies::milliseconds;
use support::raw::exchange;

use super::bodies::{self, DIAGNOSED, KIB, KINDS, Kind, MOST_DIAGNOSED};
use super::get;
use crate::gates::{Figure, Gates, note};
use crate::program;
use crate::settings::Settings;

/// The role of the program that receives the bodies, so that nothing else is in its memory.
pub(crate) const MISTAKES: &str = "mistakes";

const MIB: f64 = 1024.0 * 1024.0;

/// Measures the cost of bodies that are wrong everywhere.
pub(crate) fn mistakes(gates: &mut Gates, settings: Settings) {
    let sizes = settings.pick(&[64, 128, 512, 2048][..], &[64, 2048][..]);
    let rounds = settings.pick(5, 1);
    for kind in &KINDS {
        for size in sizes {
            costs(gates, kind, size * KIB, rounds);
        }
    }
    for kind in &DIAGNOSED {
        costs(gates, kind, MOST_DIAGNOSED, rounds);
    }
}

fn costs(gates: &mut Gates, kind: &Kind, bytes: usize, rounds: u32) {
    let body = (kind.wrong)(bytes);
    let what = format!("{}, {} KiB", kind.name, bytes / KIB);
    memory(gates, &what, kind, &body);
    time(gates, &what, kind, &body, rounds);
    health(gates, &what, kind, &body, rounds);
}

#[expect(clippy::cast_precision_loss, reason = "bytes of one process")]
fn memory(gates: &mut Gates, what: &str, kind: &Kind, body: &str) {
    let (service, address) = program::start_service(MISTAKES, &[]);
    assert_eq!(sent(address, kind, "0"), 400);
    let before = service.peak();
    refused(address, kind, body);
    let grown = service.peak().saturating_sub(before) as f64 / MIB;
    let gate = 8.0 + 4.0 * body.len() as f64 / MIB;
    gates.at_most(format_args!("memory of {what}"), Figure(grown, "MiB"), gate);
}

fn time(gates: &mut Gates, what: &str, kind: &Kind, body: &str, rounds: u32) {
    let (_service, address) = program::start_service(MISTAKES, &[]);
    let valid = (kind.valid)(body.len());
    let best = |body: &str, status: u16| {
        let times = (0..rounds).map(|_| {
            let began = Instant::now();
            assert_eq!(sent(address, kind, body), status);
            began.elapsed()
        });
        milliseconds(times.min().unwrap_or_default())
    };
    let (valid, wrong) = (best(&valid, 200), best(body, kind.status));
    note(format_args!("a valid body of {what}: {valid:.1} ms"));
    let gate = if body.len() <= MOST_DIAGNOSED { 20.0 } else { (3.0 * valid).max(20.0) };
    gates.fast(format_args!("time of {what}"), Figure(wrong, "ms"), gate);
}

/// Measures how long a health check waits while four such bodies are answered at once.
fn health(gates: &mut Gates, what: &str, kind: &Kind, body: &str, rounds: u32) {
    let (_service, address) = program::start_service(MISTAKES, &[]);
    let worst = (0..rounds).map(|_| {
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let mut worst = Duration::ZERO;
                while !is_done.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    assert_eq!(get(address, "/health"), "ok");
                    worst = worst.max(began.elapsed());
                }
                worst
            });
            let sending: Vec<_> =
                (0..4).map(|_| scope.spawn(|| refused(address, kind, body))).collect();
            for sender in sending {
                sender.join().unwrap();
            }
            is_done.store(true, Ordering::Relaxed);
            asking.join().unwrap()
        })
    });
    let worst = milliseconds(worst.max().unwrap_or_default());
    gates.fast(format_args!("/health during four of {what}"), Figure(worst, "ms"), 100.0);
}

fn refused(address: SocketAddr, kind: &Kind, body: &str) {
    assert_eq!(sent(address, kind, body), kind.status);
}

/// Sends a body on a connection of its own, and returns the status of the response.
fn sent(address: SocketAddr, kind: &Kind, body: &str) -> u16 {
    let (name, media_type, length) = (kind.name, kind.media_type, body.len());
    let request = format!(
        "POST /{name} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {media_type}\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    exchange(address, &request).split(' ').nth(1).unwrap().parse().unwrap()
}

/// Serves until the process is killed.
pub(crate) fn serve_mistakes() {
    let app = bodies::router()
        .route("/health", on_get(|| async { "ok" }))
        .layer(BodyLimit::default())
        .layer(ApiErrorLayer::new());
    program::serve(app);
}
