//! Tests of what clients of the reference server get while its embeddings service fails: 32 of them
//! search at the same time.

use std::time::{Duration, Instant};

use super::server::{DEADLINE, request_id, trace_id};
use super::{Faulty, Mode, Reply, SECRET, Server};

const CLIENTS: usize = 32;

/// How much later than expected something may happen on a machine that is busy with other tests.
const SLACK: Duration = Duration::from_millis(700);

/// The retries that are allowed at any rate in the ten seconds over which they are counted.
const FREE_RETRIES: usize = 30;

/// What happened under load while the service failed.
struct Run {
    upstream: Faulty,
    server: Server,
    replies: Vec<Reply>,
    /// The number of requests to the service.
    sent: usize,
}

impl Run {
    /// Runs the load for a few seconds, after the service has worked for a moment, and checks what
    /// holds whatever the service does.
    async fn of(mode: Mode, outcomes: &[&str]) -> Self {
        let upstream = Faulty::start();
        let server = Server::start(&upstream).await;
        upstream.set(mode);
        upstream.clear();
        let replies = server.load(CLIENTS, Duration::from_secs(3)).await;
        let sent = upstream.count();
        let run = Self { upstream, server, replies, sent };
        assert!(run.replies.len() >= 2 * CLIENTS, "{}", run.replies.len());
        for reply in &run.replies {
            check(reply, outcomes);
        }
        run.check_amplification();
        run.check_ids();
        run
    }

    fn check_amplification(&self) {
        // The search that the server began with allows its fifth of a retry, too.
        let most = self.replies.len() + (self.replies.len() + 1) / 5 + FREE_RETRIES;
        assert!(self.sent <= most, "{} requests of {} searches", self.sent, self.replies.len());
    }

    /// Every request of the service has the ids of a search: its request id, and its trace with
    /// another parent.
    fn check_ids(&self) {
        for request in self.upstream.requests() {
            let id = request.header("x-request-id").unwrap();
            let number: usize = id.trim_start_matches("search-").parse().unwrap();
            let trace = request.header("traceparent").unwrap();
            assert_eq!(id, request_id(number));
            assert!(trace.starts_with(&format!("00-{}-", trace_id(number))), "{trace}");
            assert!(trace.ends_with("-01") && !trace.contains("00f067aa0ba902b7"), "{trace}");
            assert!(request.header("authorization").is_none(), "{}", request.text);
        }
    }

    fn count(&self, outcome: &str) -> usize {
        self.replies.iter().filter(|reply| reply.outcome() == outcome).count()
    }

    /// The circuit opened within a second of the first failure, and all calls that were not under way
    /// by then were not sent.
    fn check_opened(&self) {
        let is_open = |reply: &&Reply| reply.outcome() == "503 circuit_open";
        let failed = self.replies.iter().filter(|reply| !is_open(reply));
        let first_failure = failed.map(Reply::ended).min().unwrap();
        let opened = self.replies.iter().find(is_open).unwrap().started;
        let took = opened.saturating_duration_since(first_failure);
        assert!(took <= Duration::from_secs(1), "{took:?}");
        // Each client has one call under way, and 20 failures are needed.
        assert!(self.sent <= CLIENTS + 20 + FREE_RETRIES, "{} requests", self.sent);
    }

    /// The service works again: searches succeed as soon as `Retry-After` said, and not a second
    /// earlier or later.
    async fn check_recovery(&self) {
        self.upstream.set(Mode::Good);
        let mut refused = Vec::new();
        let limit = Instant::now() + Duration::from_secs(20);
        let recovered = loop {
            let reply = self.server.search().await;
            match reply.outcome().as_str() {
                "200" => break reply.started,
                "503 circuit_open" => refused.push(reply),
                other => panic!("{other}"),
            }
            assert!(Instant::now() < limit, "it does not recover");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert!(!refused.is_empty());
        for reply in refused {
            let promised = reply.retry_after().unwrap();
            let waited = recovered - reply.started;
            assert!(waited <= promised + SLACK, "{waited:?}, not {promised:?}");
            assert!(waited + Duration::from_secs(1) >= promised, "{waited:?}, not {promised:?}");
        }
        // The circuit closes after three successes.
        for _ in 0..2 {
            assert_eq!(self.server.search().await.outcome(), "200");
        }
        for reply in self.server.load(CLIENTS, Duration::from_millis(500)).await {
            assert_eq!(reply.outcome(), "200", "{:?}", reply.answer);
        }
    }
}

/// Checks what holds for each reply.
#[track_caller]
fn check(reply: &Reply, outcomes: &[&str]) {
    reply.answer.check();
    let outcome = reply.outcome();
    assert!(outcomes.contains(&outcome.as_str()), "{outcome}: {:?}", reply.answer);
    assert!(reply.took <= DEADLINE + SLACK, "{outcome} after {:?}", reply.took);
    let text = format!("{:?} {}", reply.answer.headers, reply.answer.body);
    assert!(!text.contains(SECRET) && !text.contains("embed"), "{text}");
    if outcome == "503 circuit_open" {
        assert!(reply.retry_after().is_some(), "{text}");
    }
}

/// Checks a mode in which every request fails in the same way, until the circuit opens.
async fn opens(mode: Mode, outcome: &str) {
    let run = Run::of(mode, &[outcome, "503 circuit_open"]).await;
    assert!(run.count(outcome) > 0 && run.count("503 circuit_open") > run.count(outcome));
    run.check_opened();
    run.check_recovery().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_refuses_connections_is_502() {
    opens(Mode::Refuse, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_resets_connections_is_502() {
    opens(Mode::Reset, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_stalls_before_its_head_is_504() {
    opens(Mode::StallBeforeHead, "504 upstream_timeout").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_stalls_after_its_head_is_504() {
    opens(Mode::StallAfterHead, "504 upstream_timeout").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_cuts_off_bodies_is_502() {
    opens(Mode::Truncate, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_answers_with_garbage_is_502() {
    opens(Mode::Garbage, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_that_drips_is_504() {
    opens(Mode::Drip, "504 upstream_timeout").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_with_problems_of_another_vendor_is_502() {
    opens(Mode::Problem, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_with_error_bodies_of_10_mb_is_502() {
    opens(Mode::HugeError, "502 upstream_failed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirect_to_another_host_is_502_and_not_followed() {
    let run = Run::of(Mode::Redirect, &["502 upstream_failed"]).await;
    assert_eq!((run.upstream.foreign_connections(), run.sent), (0, run.replies.len()));
}

/// The service asks for a pause: all calls wait for it, and clients hear how long.
#[tokio::test(flavor = "multi_thread")]
async fn service_that_is_busy_is_503_with_its_wait() {
    for mode in [Mode::Busy, Mode::BusyUntil] {
        let run = Run::of(mode, &["503 service_unavailable"]).await;
        let longest = if mode == Mode::Busy { 1 } else { 2 };
        for reply in &run.replies {
            let wait = reply.retry_after().unwrap().as_secs();
            assert!((1..=longest).contains(&wait), "{mode:?}: {wait}");
        }
        assert!(2 * run.sent < run.replies.len(), "{mode:?}: {} requests", run.sent);
        run.upstream.set(Mode::Good);
        tokio::time::sleep(Duration::from_secs(longest) + Duration::from_millis(100)).await;
        assert_eq!(run.server.search().await.outcome(), "200", "{mode:?}");
    }
}

/// Retries hide most of the failures, and their budget bounds them.
#[tokio::test(flavor = "multi_thread")]
async fn service_that_sometimes_fails_is_called_again_within_the_budget() {
    let run = Run::of(Mode::Flapping, &["200", "503 service_unavailable"]).await;
    let (searches, succeeded) = (run.replies.len(), run.count("200"));
    assert!(run.sent > searches, "{} requests of {searches} searches", run.sent);
    // Without retries, two of three would succeed.
    assert!(succeeded * 4 > searches * 3, "{succeeded} of {searches}");
}
