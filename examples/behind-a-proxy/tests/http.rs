//! Tests of what clients of the example receive from the real program, which takes the tests for a proxy
//! or does not.

use http::Method;
use serde_json::json;
use support::example::Example;
use support::{Answer, needs, with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_behind-a-proxy");

/// Starts the program with this process as a proxy that it trusts.
fn trusting() -> Example {
    Example::with(PROGRAM, &[("TRUSTED_PROXIES", "127.0.0.1, 203.0.113.0/24")])
}

async fn get(example: &Example, path: &str, fields: &[(&str, &str)]) -> Answer {
    example.send(with(Method::GET, path, fields, "")).await
}

/// Returns how many requests the address in `X-Forwarded-For` has left after one more.
async fn left(example: &Example, forwarded_for: &str) -> u64 {
    let answer = get(example, "/", &[("x-forwarded-for", forwarded_for)]).await;
    let left = answer.header("x-ratelimit-remaining").and_then(|left| left.parse().ok());
    left.unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    trusting().check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn clients_behind_the_proxy_have_a_quota_each() {
    let example = trusting();
    assert_eq!(left(&example, "198.51.100.7").await, 19);
    assert_eq!(left(&example, "198.51.100.7").await, 18);
    assert_eq!(left(&example, "198.51.100.8").await, 19);
    // A second proxy, which the first one saw, is trusted, too.
    assert_eq!(left(&example, "198.51.100.7, 203.0.113.9").await, 17);
}

#[tokio::test]
async fn spoofed_forwarded_hop_has_no_effect() {
    let example = trusting();
    assert_eq!(left(&example, "198.51.100.7").await, 19);
    // The client sends a field of its own, and the proxy appends the address that it sees.
    assert_eq!(left(&example, "192.0.2.1, 198.51.100.7").await, 18);
    assert_eq!(left(&example, "127.0.0.1, 198.51.100.7").await, 17);
    assert_eq!(left(&example, "unknown, 198.51.100.7").await, 16);
}

#[tokio::test]
async fn client_that_is_no_trusted_proxy_cannot_choose_its_address() {
    for variables in [&[][..], &[("TRUSTED_PROXIES", "203.0.113.0/24")]] {
        let example = Example::with(PROGRAM, variables);
        let mut lefts = Vec::new();
        for address in ["192.0.2.1", "192.0.2.2", "203.0.113.9, 192.0.2.3"] {
            lefts.push(left(&example, address).await);
        }
        assert_eq!(lefts, [19, 18, 17], "{variables:?}");
    }
}

#[tokio::test]
async fn client_over_its_quota_learns_how_long_to_wait() {
    let example = trusting();
    let client = [("x-forwarded-for", "198.51.100.7")];
    for _ in 0..20 {
        let answer = get(&example, "/", &client).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (200, None));
        assert_eq!(answer.header("ratelimit-policy"), Some(r#""address";q=20;w=60"#));
    }
    // Unknown routes count as well: a scanner is stopped, too.
    for path in ["/", "/unknown", "/reports"] {
        let limited = get(&example, path, &client).await;
        assert_eq!((limited.status.as_u16(), &*limited.code()), (429, "rate_limited"));
        assert_eq!(limited.json()["violated_policies"], json!(["address"]));
        let wait = limited.header("retry-after").expect("the client learns how long");
        assert!((1..=60).contains(&wait.parse::<u64>().unwrap_or_default()), "{limited}");
        assert_eq!(limited.header("ratelimit"), Some(&*format!(r#""address";r=0;t={wait}"#)));
    }
    assert_eq!(left(&example, "198.51.100.8").await, 19, "others are not affected");
}

#[tokio::test]
async fn health_route_is_neither_limited_nor_counted() {
    let example = trusting();
    let client = [("x-forwarded-for", "198.51.100.7")];
    for _ in 0..30 {
        let answer = get(&example, "/health", &client).await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, None));
    }
    assert_eq!(left(&example, "198.51.100.7").await, 19);
}

#[tokio::test]
async fn api_key_has_one_quota_from_all_addresses() {
    let example = trusting();
    let call = async |key, address| {
        let fields = [("x-api-key", key), ("x-forwarded-for", address)];
        get(&example, "/reports", &fields).await
    };
    for (key, address, expected) in [
        ("demo-4xKq9", "198.51.100.1", 200),
        ("demo-4xKq9", "198.51.100.2", 200),
        // A guess costs the owner of a key nothing.
        ("demo-4xKq8", "198.51.100.3", 401),
        ("demo-4xKq9", "198.51.100.4", 200),
        ("demo-4xKq9", "198.51.100.5", 429),
        ("demo-7mWz2", "198.51.100.5", 200),
    ] {
        let answer = call(key, address).await;
        assert_eq!(answer.status.as_u16(), expected, "{key} {address}: {answer}");
    }
    let limited = call("demo-4xKq9", "198.51.100.6").await;
    assert_eq!(limited.json()["violated_policies"], json!(["key"]));
    let policies: Vec<_> = limited.headers.get_all("ratelimit-policy").iter().collect();
    assert_eq!(policies, [r#""key";q=3;w=60"#, r#""address";q=20;w=60"#]);
}
