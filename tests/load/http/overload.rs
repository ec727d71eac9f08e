//! Ten times the load that the service can take.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use definable_errors::cors::Cors;
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use http::{Method, Request, header, request};
use support::latencies::{Latencies, milliseconds};

use super::{Answer, Load};
use crate::gates::{Figure, Gates, note};
use crate::program;
use crate::settings::Settings;

/// The role of the program that is overloaded.
pub(crate) const SERVE: &str = "serve-overloaded";

const PLACES: u32 = 16;
const WORK: Duration = Duration::from_millis(50);
/// The number of requests per second that the service can process.
const CAPACITY: u32 = PLACES * 1_000 / 50;
const ORIGIN: &str = "https://app.example.com";

/// Runs a service whose handler keeps its permit for a while.
pub(crate) fn serve() {
    let stack = Stack::new()
        .cors(Cors::origins([ORIGIN]).unwrap())
        .timeout(Duration::from_secs(5))
        .concurrency_limit(ConcurrencyLimit::new(PLACES as usize))
        .exempt(["/health"]);
    let routes = Router::new()
        .route("/", get(|| async { tokio::time::sleep(WORK).await }))
        .route("/health", get(|| async { "alive" }))
        .layer(stack);
    program::serve(routes);
}

/// The number of rounds, of which the best counts, because other work only ever adds to the time.
const ROUNDS: usize = 3;

/// Measures a service under ten times the load that it can take.
pub(crate) fn overload(gates: &mut Gates, settings: Settings) {
    let (_service, address) = program::start_service(SERVE, &[]);
    let (mut all, mut best) = (Vec::new(), None);
    for _ in 0..settings.pick(ROUNDS, 1) {
        // The load is so low that no request has to wait for a permit.
        let unloaded = done(&asked(address, CAPACITY / 4, settings.seconds(3, 1)));
        let answers = asked(address, CAPACITY * 10, settings.seconds(10, 1));
        let loaded = done(&answers);
        note(format_args!("unloaded: {unloaded}"));
        note(format_args!("10 times as much: {loaded}, {} asked", answers.len()));
        let late = milliseconds(loaded.p99()) / milliseconds(unloaded.p99());
        if best.is_none_or(|(known, _)| late < known) {
            best = Some((late, loaded.count()));
        }
        all.extend(answers);
    }
    let (late, count) = best.unwrap();
    goodput(gates, count, settings.seconds(10, 1));
    gates.fast("28: p99 of what is admitted, in p99 unloaded", Figure(late, "times"), 2.0);
    right(gates, &all);
}

fn done(answers: &[Answer]) -> Latencies {
    let done = answers.iter().filter(|answer| is_work(answer) && answer.status == 200);
    done.map(Answer::latency).collect()
}

fn goodput(gates: &mut Gates, done: usize, duration: Duration) {
    let possible = f64::from(CAPACITY) * duration.as_secs_f64();
    let goodput = 100.0 * f64::from(u32::try_from(done).unwrap()) / possible;
    gates.plenty(
        "28: what is done under 10 times the load",
        Figure(goodput, "% of capacity"),
        90.0,
    );
}

/// Checks that rejections are correct, and that health checks and preflights are answered.
fn right(gates: &mut Gates, all: &[Answer]) {
    let count = |is: &dyn Fn(&Answer) -> bool| {
        f64::from(u32::try_from(all.iter().filter(|answer| is(answer)).count()).unwrap())
    };
    let share = |kind: u64, status: u16| {
        let good = count(&|answer| kind_of(answer.number) == kind && answer.status == status);
        100.0 * good / count(&|answer| kind_of(answer.number) == kind)
    };
    gates.at_least("28: health checks answered", Figure(share(HEALTH, 200), "%"), 100.0);
    gates.at_least("28: preflights answered", Figure(share(PREFLIGHT, 200), "%"), 100.0);
    let wrong = count(&|answer| match answer.status {
        200 => false,
        503 => !answer.is_patient,
        _ => true,
    });
    gates.at_most("28: answers that are neither right nor a 503 to wait", Figure(wrong, ""), 0.0);
}

fn asked(address: SocketAddr, rate: u32, duration: Duration) -> Vec<Answer> {
    Load { address, rate, duration, connections: 512, request: ask }.run(Instant::now())
}

const HEALTH: u64 = 1;
const PREFLIGHT: u64 = 2;

/// Returns the kind of a request: one in fifty is a health check, and one a preflight.
const fn kind_of(number: u64) -> u64 {
    number % 50
}

const fn is_work(answer: &Answer) -> bool {
    !matches!(kind_of(answer.number), HEALTH | PREFLIGHT)
}

fn ask(number: u64) -> request::Builder {
    match kind_of(number) {
        HEALTH => Request::get("/health"),
        PREFLIGHT => Request::builder()
            .method(Method::OPTIONS)
            .uri("/")
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET"),
        _ => Request::get("/").header(header::ORIGIN, ORIGIN),
    }
}
