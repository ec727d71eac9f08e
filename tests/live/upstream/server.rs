//! The reference server, whose search calls the faulty service, and its clients.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
use http::Method;
use serde_json::{Value, json};
use support::process::{Process, url_in};
use support::{Answer, send_to, with};
use tokio::task::JoinSet;

use super::Faulty;
use crate::reference_server::program;

// Ids of the seed data.
const ACME: &str = "11111111-1111-4111-8111-111111111111";
const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";
const OWNER: &str = "bbbbbbbb-0001-4000-8000-000000000000";

/// The secret with which access tokens are signed.
const JWT_SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

/// The longest time that a request may take, as the server is set.
pub(super) const DEADLINE: Duration = Duration::from_millis(1500);

/// The program. Clones are the same one.
#[derive(Clone)]
pub(super) struct Server {
    _process: Arc<Process>,
    address: SocketAddr,
    credentials: Arc<str>,
    /// The number of searches so far.
    searches: Arc<AtomicUsize>,
}

/// What a client got for one search.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) started: Instant,
    pub(super) took: Duration,
    pub(super) answer: Answer,
}

impl Server {
    /// Starts the program with this embeddings service and a text that can be found, and searches
    /// once.
    pub(super) async fn start(upstream: &Faulty) -> Self {
        let deadline = format!("{}ms", DEADLINE.as_millis());
        let mut program = program();
        program.envs([
            ("EMBEDDINGS_URL", &*upstream.url()),
            ("DEADLINE", &deadline),
            ("RATE_LIMIT", "1000000/60s"),
            ("JWT_SECRET", JWT_SECRET),
        ]);
        let mut process = Process::start(&mut program);
        let url = process.lines().find_map(|line| url_in(&line).map(str::to_owned)).unwrap();
        process.discard_output();
        let key = SigningKey::from_secret(Algorithm::Hs256, JWT_SECRET.as_bytes()).unwrap();
        let token = Issuer::new(key).issue(json!({"id": OWNER})).unwrap();
        let server = Self {
            _process: Arc::new(process),
            address: url["http://".len()..].parse().unwrap(),
            credentials: format!("Bearer {}", token.as_str()).into(),
            searches: Arc::default(),
        };
        server.store("Everyone has 30 days of leave.").await;
        let found = server.search().await.answer;
        assert_eq!(found.status, 200, "{}", found.body);
        server
    }

    async fn store(&self, text: &str) {
        let fields = [("x-api-key", "kb_live_acme_ingest"), ("content-type", "application/json")];
        let note = json!({"kb_id": HANDBOOK, "text": text}).to_string();
        let stored =
            send_to(self.address, with(Method::POST, "/hooks/ingest", &fields, note)).await;
        assert_eq!(stored.status, 202, "{}", stored.body);
    }

    /// Searches, with a request id and a trace of its own.
    pub(super) async fn search(&self) -> Reply {
        let number = self.searches.fetch_add(1, Ordering::SeqCst) + 1;
        let path = format!("/api/v1/kbs/{HANDBOOK}/search?org_id={ACME}&q=leave");
        let fields = [
            ("authorization", &*self.credentials),
            ("x-request-id", &request_id(number)),
            ("traceparent", &format!("00-{}-00f067aa0ba902b7-01", trace_id(number))),
        ];
        let started = Instant::now();
        let answer = send_to(self.address, with(Method::GET, &path, &fields, "")).await;
        Reply { started, took: started.elapsed(), answer }
    }

    /// Searches again and again with this many clients, each of which pauses for a tenth of a second
    /// between two searches.
    pub(super) async fn load(&self, clients: usize, time: Duration) -> Vec<Reply> {
        let end = Instant::now() + time;
        let mut tasks = JoinSet::new();
        for _ in 0..clients {
            let server = self.clone();
            tasks.spawn(async move {
                let mut replies = Vec::new();
                while Instant::now() < end {
                    replies.push(server.search().await);
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                replies
            });
        }
        let mut replies: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        replies.sort_by_key(|reply| reply.started);
        replies
    }
}

/// Returns the request id of a search.
pub(super) fn request_id(number: usize) -> String {
    format!("search-{number}")
}

/// Returns the trace id of a search.
pub(super) fn trace_id(number: usize) -> String {
    format!("{number:032x}")
}

impl Reply {
    pub(super) fn ended(&self) -> Instant {
        self.started + self.took
    }

    /// Returns the status and the code, as `503 circuit_open`, or `200`.
    pub(super) fn outcome(&self) -> String {
        let body: Value = serde_json::from_str(&self.answer.body).unwrap();
        let code = body["code"].as_str().unwrap_or_default();
        format!("{} {code}", self.answer.status.as_u16()).trim_end().to_owned()
    }

    /// Returns the wait that the client is asked for.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let seconds = self.answer.header("retry-after")?;
        Some(Duration::from_secs(seconds.parse().unwrap()))
    }
}
