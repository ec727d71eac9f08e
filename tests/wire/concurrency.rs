//! Tests of overload, and of clients that disconnect.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::timeout::{ConcurrencyLimit, Timeout};
use futures_util::future::join_all;
use http::{Request, Response, StatusCode};
use support::{Counter, connect, get, send};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tower::ServiceExt;

/// A gate at which handlers wait until the test opens it.
#[derive(Clone)]
struct Gate {
    opened: Arc<Semaphore>,
    entered: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        Self { opened: Arc::new(Semaphore::new(0)), entered: Arc::new(Semaphore::new(0)) }
    }

    fn app(&self, limit: &ConcurrencyLimit) -> Router {
        let gate = self.clone();
        let waits = move || async move {
            gate.entered.add_permits(1);
            let _ = gate.opened.acquire().await;
            "done"
        };
        Router::new()
            .route("/", on_get(waits))
            .route("/health", on_get(|| async { "alive" }))
            .layer(limit.clone().exempt(["/health"]))
            .layer(ApiErrorLayer::new())
    }

    async fn entered(&self, count: u32) {
        self.entered.acquire_many(count).await.unwrap().forget();
    }
}

async fn code(app: Router) -> String {
    send(app, get("/")).await.code()
}

#[tokio::test]
async fn excess_request_is_rejected_at_once_with_a_retry_after() {
    let (gate, limit) = (Gate::new(), ConcurrencyLimit::new(2).queue(0));
    let app = gate.app(&limit);
    let first =
        [tokio::spawn(send(app.clone(), get("/"))), tokio::spawn(send(app.clone(), get("/")))];
    gate.entered(2).await;
    assert_eq!((limit.in_flight(), limit.waiting()), (2, 0));
    let refused = send(app.clone(), get("/")).await;
    refused.check();
    assert_eq!((refused.status.as_u16(), &*refused.code()), (503, "overloaded"));
    assert!(["1", "2", "3"].map(Some).contains(&refused.header("retry-after")));
    assert_eq!(refused.json()["retryable"], true);
    assert_eq!(send(app, get("/health")).await.body, "alive");
    gate.opened.add_permits(2);
    for answer in join_all(first).await {
        assert_eq!(answer.unwrap().body, "done");
    }
    assert_eq!(limit.in_flight(), 0);
}

#[tokio::test]
async fn few_excess_requests_are_queued() {
    let (gate, limit) =
        (Gate::new(), ConcurrencyLimit::new(4).queue_timeout(Duration::from_secs(60)));
    let app = gate.app(&limit);
    let all: Vec<_> = (0..5).map(|_| tokio::spawn(send(app.clone(), get("/")))).collect();
    gate.entered(4).await;
    while limit.waiting() < 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(code(app).await, "overloaded");
    gate.opened.add_permits(5);
    for answer in join_all(all).await {
        assert_eq!(answer.unwrap().body, "done");
    }
    assert_eq!((limit.in_flight(), limit.waiting()), (0, 0));
}

#[tokio::test]
async fn queued_request_is_rejected_after_the_queue_timeout() {
    let (gate, limit) =
        (Gate::new(), ConcurrencyLimit::new(4).queue_timeout(Duration::from_millis(20)));
    let app = gate.app(&limit);
    let at_work: Vec<_> = (0..4).map(|_| tokio::spawn(send(app.clone(), get("/")))).collect();
    gate.entered(4).await;
    assert_eq!(code(app).await, "overloaded");
    assert_eq!(limit.waiting(), 0);
    at_work.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn routes_of_a_router_share_one_limit() {
    let (gate, limit) = (Gate::new(), ConcurrencyLimit::new(1));
    let app = gate.app(&limit);
    let other = Router::new().route("/other", on_get(|| async { "other" })).layer(limit.clone());
    let first = tokio::spawn(send(app.clone(), get("/")));
    gate.entered(1).await;
    assert_eq!(send(other, get("/other")).await.code(), "overloaded");
    assert_eq!(send(app, get("/unknown")).await.code(), "overloaded");
    gate.opened.add_permits(1);
    assert_eq!(first.await.unwrap().body, "done");
}

#[tokio::test]
async fn permits_are_released_after_every_failure() {
    let limit = ConcurrencyLimit::new(1);
    let app = Router::new()
        .route(
            "/panic",
            on_get(|| async {
                if true {
                    panic!("canary")
                }
            }),
        )
        .route("/slow", on_get(|| sleep(Duration::from_secs(60))))
        .layer(Timeout::new(Duration::from_millis(20)))
        .layer(limit.clone())
        .layer(ApiErrorLayer::new());
    for (path, code) in
        [("/panic", "internal_error"), ("/slow", "deadline_exceeded"), ("/no", "route_not_found")]
    {
        assert_eq!(send(app.clone(), get(path)).await.code(), code);
        assert_eq!(limit.in_flight(), 0, "{path}");
    }
}

// The gate "client disconnect"
#[tokio::test]
async fn closed_connection_is_counted_once_and_frees_its_permit() {
    use tokio::io::AsyncWriteExt;

    let (gate, limit, counter) = (Gate::new(), ConcurrencyLimit::new(1), Counter::default());
    let app = gate.app(&limit).layer(ApiErrorLayer::new().report(counter.clone()));
    let mut stream = connect(app).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    gate.entered(1).await;
    assert_eq!(limit.in_flight(), 1);
    drop(stream);
    while limit.in_flight() > 0 || counter.counts() == (0, 0) {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(counter.counts(), (0, 1));
}

// The gate "1,000 random cancel points"
#[tokio::test]
async fn permits_are_released_wherever_requests_are_dropped() {
    let (limit, counter) = (ConcurrencyLimit::new(8), Counter::default());
    let steps = || async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        "done"
    };
    let app = Router::new()
        .route("/", on_get(steps))
        .layer(limit.clone())
        .layer(Timeout::new(Duration::from_secs(60)))
        .layer(ApiErrorLayer::new().report(counter.clone()));
    let mut random = Random(42);
    let (mut at_work, mut abandoned, mut refused) = (Vec::new(), 0, 0);
    for _ in 0..1000 {
        at_work.push(Box::pin(app.clone().oneshot(get("/"))));
        for _ in 0..random.below(5) {
            let chosen = random.below(at_work.len());
            if let Poll::Ready(response) = polled(at_work[chosen].as_mut()) {
                refused +=
                    usize::from(response.unwrap().status() == StatusCode::SERVICE_UNAVAILABLE);
                drop(at_work.swap_remove(chosen));
            }
            if at_work.is_empty() {
                break;
            }
        }
        if at_work.len() > 12 {
            let mut chosen = at_work.swap_remove(random.below(at_work.len()));
            // A request that was never polled is not counted yet.
            if polled(chosen.as_mut()).is_pending() {
                abandoned += 1;
            }
        }
    }
    for mut rest in at_work {
        abandoned += usize::from(polled(rest.as_mut()).is_pending());
    }
    assert_eq!((limit.in_flight(), limit.waiting()), (0, 0));
    assert!(abandoned > 100 && refused > 0, "{abandoned} abandoned, {refused} refused");
    assert_eq!(counter.counts().1, abandoned);
}

/// Polls once, without waking anything.
fn polled<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// A reproducible source of numbers; a linear congruential generator is good enough.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

const WORK: Duration = Duration::from_millis(50);

async fn timed(app: Router, path: &str) -> (StatusCode, Duration) {
    let started = Instant::now();
    let response: Response<Body> =
        app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    (response.status(), started.elapsed())
}

/// The gate "10× overload". The test controls the clock, so a busy machine changes nothing.
#[tokio::test(start_paused = true)]
async fn service_stays_at_capacity_under_ten_times_its_load() {
    let limit = ConcurrencyLimit::new(16);
    let capacity = 16 * 20; // in a second
    let app = Router::new()
        .route("/", on_get(|| sleep(WORK)))
        .route("/health", on_get(|| async { "alive" }))
        .layer(limit.exempt(["/health"]))
        .layer(ApiErrorLayer::new());
    let (seconds, healthy) = (5, Arc::new(AtomicUsize::new(0)));
    let mut requests = Vec::new();
    for at in 0..seconds * capacity * 10 {
        requests.push(tokio::spawn(timed(app.clone(), "/")));
        if at % 100 == 0 {
            let (app, healthy) = (app.clone(), healthy.clone());
            tokio::spawn(async move {
                let (status, time) = timed(app, "/health").await;
                healthy.fetch_add(usize::from(status == 200 && time.is_zero()), Ordering::Relaxed);
            });
        }
        sleep(Duration::from_secs(1) / (u32::try_from(capacity).unwrap() * 10)).await;
    }
    let answers = join_all(requests).await.into_iter().map(Result::unwrap);
    let (done, refused): (Vec<_>, Vec<_>) = answers.partition(|(status, _)| *status == 200);
    let goodput = 100 * done.len() / (seconds * capacity);
    assert!(goodput >= 90, "{goodput} % of what it can do");
    assert!(done.iter().all(|(_, time)| *time <= 2 * WORK), "what is admitted is not late");
    assert!(refused.iter().all(|(status, time)| *status == 503 && *time <= WORK * 2));
    assert_eq!(healthy.load(Ordering::Relaxed), seconds * capacity / 10);
}
