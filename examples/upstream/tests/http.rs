//! Tests of what a client of the shop receives from the real program while the stock fails.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use support::example::Example;
use support::{Answer, needs, with};

fn start() -> Example {
    // A proxy of this machine does not lead to the stand-in.
    Example::with(env!("CARGO_BIN_EXE_upstream"), &[("NO_PROXY", "127.0.0.1")])
}

async fn send(example: &Example, method: Method, path: &str) -> Answer {
    example.send(with(method, path, &[("x-request-id", "req-7")], "")).await
}

async fn article(example: &Example, name: &str) -> Answer {
    send(example, Method::GET, &format!("/articles/{name}")).await
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    start().check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn code_that_is_mapped_becomes_a_problem_of_the_shop() {
    let answer = article(&start(), "gold").await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "article_not_found"));
    assert_eq!(answer.json()["detail"], "The shop does not sell this article.");
    assert!(!answer.body.contains("stock-db-3"), "{answer}");
}

#[tokio::test]
async fn name_with_a_slash_stays_one_segment() {
    let answer = article(&start(), "..%2F..%2Fadmin").await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "article_not_found"));
}

#[tokio::test]
async fn failed_attempt_is_repeated_unless_it_may_have_had_an_effect() {
    let example = start();
    for _ in 0..2 {
        let answer = article(&example, "flaky").await;
        assert_eq!((answer.status.as_u16(), answer.json()["pieces"].as_u64()), (200, Some(1)));
    }
    // The POST has an idempotency key.
    let answer = send(&example, Method::POST, "/articles/flaky/reservations").await;
    assert_eq!((answer.status.as_u16(), answer.json()["name"].as_str()), (200, Some("flaky")));
}

#[tokio::test]
async fn slow_stock_is_waited_for_a_second_at_most() {
    let start_of_call = Instant::now();
    let answer = article(&start(), "slow").await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (504, "upstream_timeout"));
    assert!(start_of_call.elapsed() < Duration::from_secs(10), "not the 30 of the stock");
}

#[tokio::test]
async fn cause_of_a_502_is_in_the_log_of_both_services_under_one_id() {
    let mut example = start();
    let answer = article(&example, "broken").await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (502, "upstream_failed"));
    assert!(!answer.body.contains("fire") && !answer.body.contains("stock"), "{answer}");
    let lines: Vec<_> = example.lines().take(2).collect();
    let [stock, shop] = &lines[..] else { panic!("two lines: {lines:?}") };
    assert!(stock.contains("shelf 7 is on fire"), "{stock}");
    assert!(shop.contains("upstream_failed") && shop.contains("stock"), "{shop}");
    // Where the call was made, in the source of the shop.
    assert!(shop.contains("examples/upstream/src/main.rs:"), "{shop}");
    for line in [stock, shop] {
        assert!(line.contains("req-7"), "{line}");
    }
}

#[tokio::test]
async fn stock_that_fails_too_often_is_not_called_for_a_while() {
    let example = start();
    assert_eq!(send(&example, Method::GET, "/health").await.status, 200);
    let mut answer = article(&example, "broken").await;
    let mut calls = 1;
    while answer.status == 502 && calls < 100 {
        answer = article(&example, "broken").await;
        calls += 1;
    }
    assert_eq!((answer.status.as_u16(), &*answer.code()), (503, "circuit_open"));
    assert!(calls > 20, "{calls} calls");
    // Nothing else is called, either, and clients learn when it will be.
    let tea = article(&example, "tea").await;
    assert_eq!(
        (&tea.json()["code"], &tea.json()["retryable"]),
        (&json!("circuit_open"), &json!(true))
    );
    assert_eq!(tea.header("retry-after"), Some("5"));
    assert_eq!(send(&example, Method::GET, "/health").await.status, 503);
}
