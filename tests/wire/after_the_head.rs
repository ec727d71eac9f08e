//! Response bodies that fail after the head was sent.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get as on_get;
use definable_errors::{ApiError, ApiErrorLayer, Passthrough};
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use support::{Recorder, get, http2, open, request, send};

type Chunk<E> = Result<Bytes, E>;

/// Returns a stream of one chunk, followed a moment later by the result of `then`.
fn chunk_then<E>(then: impl FnOnce() -> Chunk<E> + Send + 'static) -> impl Stream<Item = Chunk<E>> {
    let first = stream::iter([Ok(Bytes::from_static(b"first"))]);
    first.chain(stream::once(async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        then()
    }))
}

async fn fails() -> Body {
    Body::from_stream(chunk_then(|| Err(io::Error::other("the disk is gone"))))
}

async fn panics() -> Body {
    Body::from_stream(chunk_then::<io::Error>(|| panic!("the table is gone")))
}

async fn knows() -> Body {
    Body::from_stream(chunk_then(|| Err(ApiError::upstream_failed().with_note("shard 3"))))
}

async fn refuses() -> Body {
    Body::from_stream(chunk_then(|| Err(ApiError::not_found("nothing here"))))
}

async fn ends() -> Body {
    Body::from_stream(chunk_then::<Infallible>(|| Ok(Bytes::from_static(b" last"))))
}

async fn proxied() -> (StatusCode, axum::Extension<Passthrough>, Body) {
    (StatusCode::BAD_GATEWAY, axum::Extension(Passthrough), fails().await)
}

async fn trailers() -> Body {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", "0".parse().unwrap());
    let frames = [
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"rpc"))),
        Ok(Frame::trailers(trailers)),
    ];
    Body::new(StreamBody::new(stream::iter(frames)))
}

fn app(recorder: &Recorder) -> Router {
    Router::new()
        .route("/fails", on_get(fails))
        .route("/panics", on_get(panics))
        .route("/knows", on_get(knows))
        .route("/refuses", on_get(refuses))
        .route("/ends", on_get(ends))
        .route("/proxied", on_get(proxied))
        .route("/trailers", on_get(trailers))
        .layer(ApiErrorLayer::new().report(recorder.clone()))
}

/// Returns whether the body was complete, and the id of the response.
async fn read(response: Response<hyper::body::Incoming>) -> (bool, String) {
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    (response.into_body().collect().await.is_ok(), id)
}

#[tokio::test]
async fn body_that_fails_is_reported_once_with_the_ids_of_its_request() {
    for (path, chain) in [("/fails", "the disk is gone"), ("/panics", "the table is gone")] {
        let recorder = Recorder::default();
        let (is_whole, id) = read(open(app(&recorder), get(path)).await).await;
        assert!(!is_whole, "{path}: the connection is cut");
        let records = recorder.records();
        assert_eq!(records.len(), 1, "{path}: {records:?}");
        let record = &records[0];
        assert_eq!((&*record.code, record.status), ("internal_error", 500), "{path}");
        assert_eq!((&record.request_id, &*record.notes), (&id, "after the head"), "{path}");
        assert_eq!(record.chain, chain);
        assert_eq!(record.location.contains("after_the_head.rs:"), path == "/panics");
    }
}

#[tokio::test]
async fn api_error_of_a_5xx_in_a_body_stays_what_it_is() {
    let recorder = Recorder::default();
    assert!(!read(open(app(&recorder), get("/knows")).await).await.0);
    assert!(!read(open(app(&recorder), get("/refuses")).await).await.0);
    let records = recorder.records();
    assert_eq!(records.len(), 2);
    assert_eq!(
        (&*records[0].code, &*records[0].notes),
        ("upstream_failed", "shard 3; after the head")
    );
    assert_eq!((&*records[1].code, records[1].status), ("internal_error", 500));
    assert!(records[1].chain.contains("nothing here"), "{}", records[1].chain);
}

#[tokio::test]
async fn failed_body_of_a_proxied_answer_is_reported_beside_the_answer() {
    let recorder = Recorder::default();
    assert!(!read(open(app(&recorder), get("/proxied")).await).await.0);
    let notes: Vec<_> = recorder.records().into_iter().map(|record| record.notes).collect();
    assert_eq!(notes, ["left as it came", "after the head"]);
}

#[tokio::test]
async fn second_layer_reports_nothing_again() {
    let (inner, outer) = (Recorder::default(), Recorder::default());
    let app = app(&inner).layer(ApiErrorLayer::new().report(outer.clone()));
    assert!(!read(open(app, get("/fails")).await).await.0);
    assert_eq!(inner.records().len() + outer.records().len(), 1);
}

#[tokio::test]
async fn complete_body_is_unchanged_and_nothing_is_reported() {
    let recorder = Recorder::default();
    assert_eq!(send(app(&recorder), get("/ends")).await.body, "first last");
    let head = send(app(&recorder), request(Method::HEAD, "/fails")).await;
    assert_eq!((head.status.as_u16(), &*head.body), (200, ""));
    let mut sent = get("/trailers");
    sent.headers_mut().insert("te", "trailers".parse().unwrap());
    let response = tower::ServiceExt::oneshot(app(&recorder), sent).await.unwrap();
    let collected = response.into_body().collect().await.unwrap();
    assert_eq!(collected.trailers().unwrap()["grpc-status"], "0");
    assert_eq!(collected.to_bytes(), "rpc");
    assert_eq!(recorder.records().len(), 0);
}

#[tokio::test]
async fn body_of_a_known_size_is_not_watched() {
    let recorder = Recorder::default();
    let app = Router::new()
        .route("/", on_get(async || Body::new(Full::new(Bytes::from_static(b"all")))))
        .layer(ApiErrorLayer::new().report(recorder.clone()));
    let answer = send(app, get("/")).await;
    assert_eq!((&*answer.body, answer.header("content-length")), ("all", Some("3")));
    assert_eq!(recorder.records().len(), 0);
}

#[tokio::test]
async fn panic_in_a_body_ends_no_other_stream_of_an_http_2_connection() {
    let recorder = Recorder::default();
    let mut sender = http2(app(&recorder)).await;
    let mut ask = async |path: &str| {
        let request = Request::get(format!("http://localhost{path}")).version(Version::HTTP_2);
        sender.send_request(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let other = ask("/ends").await;
    for path in ["/panics", "/fails"] {
        assert!(!read(ask(path).await).await.0, "{path}: the stream is cut");
    }
    assert!(read(other).await.0);
    assert!(read(ask("/ends").await).await.0);
    assert_eq!(recorder.records().len(), 2);
}
