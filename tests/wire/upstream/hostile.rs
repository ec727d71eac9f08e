//! A service that is hostile: its answers are bounded, and nothing of them reaches a client.

use std::time::{Duration, Instant};

use axum::body::Body;
use http::Request;

use super::server::{Act, Server, app};
use support::{Answer, send};

const REPRESENTATIONS: [&str; 5] =
    ["application/json", "text/html", "text/plain", "text/markdown", "application/xml"];

fn problem(body: &[u8]) -> Act {
    Act::answer(409, "content-type: application/problem+json\r\nx-hunter2: hunter2\r\n", body)
}

async fn answer(act: Act, accept: &str) -> Answer {
    let server = Server::always(act).await;
    let client = server.client().retries(0).build().unwrap();
    let request = Request::get("/order").header("host", "localhost").header("accept", accept);
    send(app(client), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn nothing_that_the_service_wrote_reaches_a_client() {
    let nested = |levels: usize| {
        let brackets = ["[".repeat(levels), "]".repeat(levels)];
        format!(r#"{{"code":"hunter2","deep":{}1{}}}"#, brackets[0], brackets[1]).into_bytes()
    };
    let large = format!(r#"{{"detail":"{}"}}"#, "hunter2 ".repeat(1_250_000)).into_bytes();
    let cases = [
        br#"{"type":"javascript:alert('hunter2')","title":"hunter2","status":200,"detail":"hunter2"}"#
            .to_vec(),
        br#"{"code":"hunter2\r\nSet-Cookie: hunter2","instance":"hunter2\r\n\r\n<script>","detail":"a"}"#
            .to_vec(),
        br#"{"errors":[{"pointer":"hunter2","detail":"hunter2"}],"retry_after":1e99,"hunter2":1}"#
            .to_vec(),
        nested(31),
        nested(10_000),
        large,
        b"hunter2".to_vec(),
        b"{\"hunter2\": \xff}".to_vec(),
    ];
    for case in cases {
        for accept in REPRESENTATIONS {
            let started = Instant::now();
            let answer = answer(problem(&case), accept).await;
            assert_eq!(answer.status, 502);
            let all = format!("{:?} {}", answer.headers, answer.body);
            assert!(!all.contains("hunter2") && !all.contains("script"), "{all}");
            assert!(started.elapsed() < Duration::from_secs(2));
        }
    }
}

#[tokio::test]
async fn body_that_never_ends_is_not_waited_for() {
    let head = "HTTP/1.1 409 Conflict\r\ncontent-type: application/problem+json\r\n";
    let endless = format!("{head}content-length: 1000\r\n\r\n{{\"code\": \"hunter2\"");
    let started = Instant::now();
    let answer = answer(Act::Stall(endless.into_bytes()), "*/*").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn log_line_stays_one_line_of_bounded_length() {
    let text = format!("a\\r\\nERROR forged{}", "x".repeat(10_000));
    let body = format!(r#"{{"code":"{text}","instance":"{text}"}}"#);
    let server = Server::always(problem(body.as_bytes())).await;
    let client = server.client().build().unwrap();
    let error = client.get(None, "/a").send().await.unwrap_err();
    let chain = error.chain().to_string();
    assert!(!chain.contains('\n') && chain.contains(r"a\r\nERROR forged"), "{chain}");
    assert!(chain.len() < 500, "{}", chain.len());
}

#[tokio::test]
async fn success_that_is_larger_than_the_limit_is_502() {
    let large = Act::json(200, &format!("\"{}\"", "x".repeat(100_000)));
    let server = Server::always(large).await;
    let body = |limit: usize| {
        let client = server.client().max_body(limit).build().unwrap();
        async move { client.get(None, "/a").send().await.unwrap().bytes().await }
    };
    assert_eq!(body(100_002).await.unwrap().len(), 100_002);
    assert_eq!(body(100_001).await.unwrap_err().problem().code(), "upstream_failed");
    assert_eq!(body(1).await.unwrap_err().problem().code(), "upstream_failed");
}
