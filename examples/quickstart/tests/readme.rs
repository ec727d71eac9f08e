//! Tests of the README's programs: each is compiled as printed, served and called.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::Cell;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use axum::body::Body;
use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
use http::Request;
use support::logs::Log;
use support::port::Port;
use support::{Answer, get, send_to, until};

#[expect(
    clippy::all,
    clippy::restriction,
    unreachable_pub,
    reason = "they are written for the README"
)]
mod programs {
    include!(concat!(env!("OUT_DIR"), "/readme.rs"));
}

/// The log output of all programs.
static LOG: Log = Log::new();

thread_local! {
    /// The address on which the program of this thread listens.
    static ADDRESS: Cell<Option<SocketAddr>> = const { Cell::new(None) };
}

/// Returns the address that replaces `127.0.0.1:3000` in the programs.
fn address() -> SocketAddr {
    ADDRESS.get().unwrap()
}

/// Runs `program` on a port of its own until the test ends, and returns its address.
fn serve(program: fn()) -> SocketAddr {
    let port = Port::claim();
    let address = port.address();
    thread::spawn(move || {
        ADDRESS.set(Some(address));
        program();
    });
    until(Duration::from_secs(60), || TcpStream::connect(address).is_ok());
    address
}

/// The secret that replaces the environment variable `JWT_SECRET` in the programs.
const SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

async fn ask(address: SocketAddr, path: &str) -> Answer {
    call(address, get(path)).await
}

async fn call(address: SocketAddr, request: Request<Body>) -> Answer {
    let answer = send_to(address, request).await;
    answer.check();
    answer
}

#[test]
fn readme_has_three_programs() {
    let readme = include_str!("../../../README.md");
    assert_eq!(readme.matches("\n```rust").count(), 3, "each has a test below");
}

#[tokio::test]
async fn first_program_answers_404_and_500_with_problems() {
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| &LOG).init();
    let address = serve(programs::program_0::run);
    let missing = ask(address, "/orders/42/label").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.code(), "order_not_found");
    let failed = ask(address, "/orders/1/label").await;
    assert_eq!(failed.status, 500);
    let text = failed.body;
    assert!(text.contains("internal_error") && !text.contains("No such file"), "{text}");
    let log = LOG.text();
    let line = log.lines().find(|line| line.contains("No such file")).unwrap();
    assert!(line.contains("readme.rs:"), "file and line of the failure: {line}");
    assert_eq!(ask(address, "/nowhere").await.code(), "route_not_found");
}

#[tokio::test]
async fn second_program_lets_managers_delete_and_clerks_not() {
    let key = SigningKey::from_secret(Algorithm::Hs256, SECRET.as_bytes()).unwrap();
    let issuer = Issuer::new(key);
    let delete = |role: &str| {
        let token = issuer.issue(serde_json::json!({ "sub": "ada", "role": role })).unwrap();
        let authorization = format!("Bearer {}", token.as_str());
        let request = Request::delete("/orders/7").header("authorization", authorization);
        request.body(Body::empty()).unwrap()
    };
    let address = serve(programs::program_1::run);
    let deleted = call(address, delete("manager")).await;
    assert_eq!(
        (deleted.status.as_u16(), deleted.body.as_str()),
        (200, "order 7 was deleted by ada")
    );
    let denied = call(address, delete("clerk")).await;
    assert_eq!((denied.status.as_u16(), denied.code().as_str()), (403, "insufficient_permissions"));
    let unknown = call(address, delete("pirate")).await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (401, "invalid_token"));
    let anonymous = call(address, Request::delete("/orders/7").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (anonymous.status.as_u16(), anonymous.code().as_str()),
        (401, "missing_credentials")
    );
}

#[tokio::test]
async fn third_program_limits_every_route_but_health() {
    let address = serve(programs::program_2::run);
    let hello = ask(address, "/").await;
    assert_eq!(hello.status, 200);
    assert!(hello.header("ratelimit").unwrap().contains("r=99"));
    let health = ask(address, "/health").await;
    assert_eq!(health.status, 200);
    assert!(health.header("ratelimit").is_none());
    for _ in 0..99 {
        assert_eq!(ask(address, "/").await.status, 200);
    }
    let limited = ask(address, "/").await;
    assert_eq!(limited.status, 429);
    assert!(limited.header("retry-after").is_some());
    assert_eq!(limited.code(), "rate_limited");
}
