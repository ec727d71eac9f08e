//! Tests of the README's programs: each is compiled as printed, served and called.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::cell::Cell;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

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
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

thread_local! {
    /// The address on which the program of this thread listens.
    static ADDRESS: Cell<Option<SocketAddr>> = const { Cell::new(None) };
}

/// Returns the address that replaces `127.0.0.1:3000` in the programs.
fn address() -> SocketAddr {
    ADDRESS.get().unwrap()
}

/// Runs `program` on a port of its own until the test ends, and returns its URL.
fn serve(program: fn()) -> String {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    thread::spawn(move || {
        ADDRESS.set(Some(address));
        program();
    });
    while TcpStream::connect(address).is_err() {
        thread::sleep(Duration::from_millis(20));
    }
    format!("http://{address}")
}

async fn ask(url: &str) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(url).send().await.unwrap()
}

async fn code(response: Response) -> Value {
    response.json::<Value>().await.unwrap()["code"].clone()
}

#[test]
fn readme_has_two_programs() {
    let readme = include_str!("../../../README.md");
    assert_eq!(readme.matches("\n```rust").count(), 2, "each has a test below");
}

#[tokio::test]
async fn first_program_answers_404_and_500_with_problems() {
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| Log).init();
    let url = serve(programs::program_0::run);
    let missing = ask(&format!("{url}/orders/42/label")).await;
    assert_eq!(missing.status(), 404);
    assert_eq!(code(missing).await, "order_not_found");
    let failed = ask(&format!("{url}/orders/1/label")).await;
    assert_eq!(failed.status(), 500);
    let text = failed.text().await.unwrap();
    assert!(text.contains("internal_error") && !text.contains("No such file"), "{text}");
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let line = log.lines().find(|line| line.contains("No such file")).unwrap();
    assert!(line.contains("readme.rs:"), "file and line of the failure: {line}");
    assert_eq!(code(ask(&format!("{url}/nowhere")).await).await, "route_not_found");
}

#[tokio::test]
async fn second_program_limits_every_route_but_health() {
    let url = serve(programs::program_1::run);
    let hello = ask(&url).await;
    assert_eq!(hello.status(), 200);
    assert!(hello.headers()["ratelimit"].to_str().unwrap().contains("r=99"));
    let health = ask(&format!("{url}/health")).await;
    assert_eq!(health.status(), 200);
    assert!(!health.headers().contains_key("ratelimit"));
    for _ in 0..99 {
        assert_eq!(ask(&url).await.status(), 200);
    }
    let limited = ask(&url).await;
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("retry-after"));
    assert_eq!(code(limited).await, "rate_limited");
}
