//! Tests of the README's programs: each is compiled as printed, served and called.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::Cell;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

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

async fn ask(address: SocketAddr, path: &str) -> Answer {
    let answer = send_to(address, get(path)).await;
    answer.check();
    answer
}

#[test]
fn readme_has_two_programs() {
    let readme = include_str!("../../../README.md");
    assert_eq!(readme.matches("\n```rust").count(), 2, "each has a test below");
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
async fn second_program_limits_every_route_but_health() {
    let address = serve(programs::program_1::run);
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
