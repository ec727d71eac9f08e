//! Tests of servers that share their counts in one Redis.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::{Answer, Server};

/// A Redis that belongs to one test.
struct Redis {
    process: Child,
    url: String,
}

impl Redis {
    /// Starts a Redis. A free port may be taken before Redis binds it; then another one is tried.
    fn start() -> Self {
        (0..20).find_map(|_| Self::start_at(free_port())).expect("redis-server starts")
    }

    fn start_at(port: u16) -> Option<Self> {
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("redis-server is there");
        let log = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let redis = Self { process, url: format!("redis://127.0.0.1:{port}") };
        let is_ready = |line: String| line.contains("Ready to accept connections");
        log.lines().map_while(Result::ok).any(is_ready).then_some(redis)
    }

    fn servers(&self, settings: &[(&str, &str)]) -> [Server; 2] {
        let settings = [settings, &[("REDIS_URL", &self.url)]].concat();
        [(); 2].map(|()| Server::with(&settings))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

/// Returns how many of 20 requests, sent to both servers in turn, are admitted.
async fn admitted_requests() -> usize {
    let redis = Redis::start();
    let servers = redis.servers(&[("RATE_LIMIT", "10/60s")]);
    let mut admitted = 0;
    for server in servers.iter().cycle().take(20) {
        admitted += usize::from(server.get("/nowhere").await.status == 404);
    }
    admitted
}

/// Returns how many of ten login attempts with a wrong password are admitted.
async fn tried_passwords() -> usize {
    let redis = Redis::start();
    let servers = redis.servers(&[]);
    let body = json!({ "email": "owner@acme.test", "password": "hunter2" });
    let mut tried = 0;
    for server in servers.iter().cycle().take(10) {
        let answer = Answer::to(server.anonymous("POST", "/auth/login").json(&body)).await;
        tried += usize::from(answer.status == 401);
    }
    tried
}

/// On a busy machine a call to Redis may be late, and its server then counts for itself. That does
/// not happen in every one of ten rounds, while servers that never share admit twice as much in
/// each.
#[tokio::test]
async fn servers_with_one_redis_share_requests_and_failed_logins() {
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..10 {
        rounds[0].push(admitted_requests().await);
        rounds[1].push(tried_passwords().await);
        if rounds[0].contains(&10) && rounds[1].contains(&5) {
            return;
        }
    }
    panic!("{rounds:?}");
}

#[tokio::test]
async fn a_server_whose_redis_ended_goes_on_and_counts_for_itself() {
    let redis = Redis::start();
    let [server, _] = redis.servers(&[("RATE_LIMIT", "10/60s")]);
    drop(redis);
    let mut admitted = 0;
    for _ in 0..20 {
        let answer = server.get("/nowhere").await;
        assert!([404, 429].contains(&answer.status), "{}", answer.text);
        admitted += usize::from(answer.status == 404);
    }
    assert_eq!(admitted, 10);
}
