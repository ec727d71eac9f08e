//! Tests of failed responses without a valid content type, which count as text.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get as on_get;
use bytes::Bytes;
use definable_errors::{ApiErrorLayer, Passthrough};
use expect_test::expect;
use http::{HeaderValue, Method, StatusCode, header};
use support::{Answer, get, request, send};
use tower::util::MapResponseLayer;

/// Sends a response exactly as `make` returns it, without axum's content types.
async fn answer(
    method: Method,
    make: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Answer {
    let answered = MapResponseLayer::new(move |_: Response| make());
    let app = Router::new().route("/", on_get(|| async {})).layer(answered);
    let answer = send(app.layer(ApiErrorLayer::new()), request(method, "/")).await;
    answer.check();
    answer
}

fn plain(status: u16, body: impl Into<Body>) -> Response {
    Response::builder().status(status).body(body.into()).unwrap()
}

fn frames(frames: &[&'static str]) -> Body {
    let frames: Vec<_> = frames.iter().map(|frame| Ok::<_, std::io::Error>(*frame)).collect();
    Body::from_stream(futures_util::stream::iter(frames))
}

#[tokio::test]
async fn text_of_an_untyped_500_stays_inside() {
    answer(Method::GET, || plain(500, "no such table: orders")).await.is(&expect![[r#"
        500 Internal Server Error
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/internal_error"
        title: "Internal server error"
        status: 500
        detail: "Internal server error"
        instance: "urn:uuid:<id>"
        code: "internal_error"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn untyped_5xx_is_a_problem_whatever_its_size_and_encoding() {
    let coded = || {
        let mut response = plain(502, vec![0x1f, 0x8b, 8, 0]);
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    };
    let makes: [fn() -> Response; 5] = [
        || plain(500, "canary".repeat(100_000)),
        || plain(503, frames(&["canary", "canary"])),
        || plain(500, vec![0xff, 0xfe]),
        || {
            plain(
                504,
                Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>()),
            )
        },
        coded,
    ];
    for make in makes {
        let found = answer(Method::GET, make).await;
        assert_eq!(found.header("content-type"), Some("application/problem+json"));
        assert!(!found.body.contains("canary") && found.header("content-encoding").is_none());
    }
}

#[tokio::test]
async fn body_of_an_untyped_5xx_is_dropped_unread() {
    let read = Arc::new(AtomicBool::new(false));
    let noted = read.clone();
    let make = move || {
        let noted = noted.clone();
        let frames = futures_util::stream::poll_fn(move |_| {
            noted.store(true, Ordering::Relaxed);
            std::task::Poll::Ready(Some(Ok::<_, std::io::Error>(Bytes::from_static(b"canary"))))
        });
        plain(500, Body::from_stream(frames))
    };
    assert_eq!(answer(Method::GET, make).await.code(), "internal_error");
    assert!(!read.load(Ordering::Relaxed));
}

/// `tower_governor` sends such a response: a `Response<String>`.
#[tokio::test]
async fn text_of_an_untyped_429_is_the_detail() {
    let make = || {
        let mut response = plain(429, "Too Many Requests! Wait for 3s");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3"));
        response
    };
    answer(Method::GET, make).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 3
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/rate_limited"
        title: "Rate limited"
        status: 429
        detail: "Too Many Requests! Wait for 3s"
        instance: "urn:uuid:<id>"
        code: "rate_limited"
        request_id: "<id>"
        retry_after: 3
        retryable: true
    "#]]);
}

#[tokio::test]
async fn untyped_4xx_counts_as_text_up_to_8_kib() {
    let short = answer(Method::GET, || plain(409, "x".repeat(8192))).await;
    assert_eq!((short.code(), &short.json()["detail"]), ("conflict".into(), &"Conflict".into()));
    let long = answer(Method::GET, || plain(409, "x".repeat(8193))).await;
    assert_eq!((long.body, long.headers.contains_key("content-type")), ("x".repeat(8193), false));
    let empty = answer(Method::GET, || plain(409, Body::empty())).await;
    assert_eq!(empty.code(), "conflict");
}

#[tokio::test]
async fn untyped_4xx_that_is_no_text_arrives_as_it_came() {
    let stream = answer(Method::GET, || plain(409, frames(&["one", "two"]))).await;
    assert_eq!((&*stream.body, stream.headers.contains_key("content-type")), ("onetwo", false));
    let app = Router::new()
        .route("/", on_get(|| async {}))
        .layer(MapResponseLayer::new(|_: Response| plain(409, vec![b'a', 0xff, b'z'])))
        .layer(ApiErrorLayer::new());
    let response = tower::ServiceExt::oneshot(app, get("/")).await.unwrap();
    assert!(response.headers().get("content-type").is_none());
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
    assert_eq!(&*body.to_bytes(), [b'a', 0xff, b'z']);
}

/// A proxied body has a size before it has arrived: what was already read is sent first.
#[tokio::test]
async fn untyped_4xx_that_is_still_arriving_loses_nothing() {
    struct Slow(Vec<&'static str>, bool);

    impl hyper::body::Body for Slow {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
            self.1 = !self.1;
            if !self.1 {
                cx.waker().wake_by_ref();
                return std::task::Poll::Pending;
            }
            let next = self.0.pop().map(|text| Ok(hyper::body::Frame::data(Bytes::from(text))));
            std::task::Poll::Ready(next)
        }

        fn size_hint(&self) -> hyper::body::SizeHint {
            hyper::body::SizeHint::with_exact(self.0.iter().map(|text| text.len() as u64).sum())
        }
    }

    let make = || plain(409, Body::new(Slow(vec!["three", "two", "one"], false)));
    let found = answer(Method::GET, make).await;
    assert_eq!((&*found.body, found.header("content-length")), ("onetwothree", Some("11")));
}

#[tokio::test]
async fn invalid_content_type_counts_as_none() {
    for content_type in ["", "text", ";charset=utf-8", "text/", "no type/at all"] {
        let make = |status, body: &'static str| {
            move || {
                let mut response = plain(status, body);
                let value = HeaderValue::from_static(content_type);
                response.headers_mut().insert(header::CONTENT_TYPE, value);
                response
            }
        };
        let failed = answer(Method::GET, make(500, "canary")).await;
        assert_eq!(failed.code(), "internal_error", "{content_type}");
        let refused = answer(Method::GET, make(409, "that name is taken")).await;
        assert_eq!(refused.json()["detail"], "that name is taken", "{content_type}");
        assert_eq!(refused.headers.get_all("content-type").iter().count(), 1);
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_without_a_content_type() {
    for status in [404, 500] {
        let make = move || plain(status, "canary");
        let (got, head) = (answer(Method::GET, make).await, answer(Method::HEAD, make).await);
        assert_eq!((head.status, &*head.body), (got.status, ""));
        assert_eq!(head.header("content-type"), got.header("content-type"));
    }
}

#[tokio::test]
async fn untyped_passthrough_is_unchanged() {
    let make = || {
        let mut response = plain(500, "from far away");
        response.extensions_mut().insert(Passthrough);
        response
    };
    let found = answer(Method::GET, make).await;
    assert_eq!((found.status, &*found.body), (StatusCode::INTERNAL_SERVER_ERROR, "from far away"));
    assert!(!found.headers.contains_key("content-type"));
}
