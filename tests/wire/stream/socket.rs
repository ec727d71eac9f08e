//! WebSockets.

use std::future::pending;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::Message as Sent;
use axum::routing::get as on_get;
use definable_errors::layer::RequestSpan;
use definable_errors::problem::{ErrorStatus, ProblemType};
use definable_errors::render::{Failure, Rendering};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stream::{Socket, Upgraded, WebSocketUpgradeExt};
use definable_errors::timeout::Timeout;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use expect_test::expect;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use support::{Recorder, connect, get, send};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::FeedError;
use crate::log_lines::{as_json, objects};

/// The longest code that there can be.
static LONG: ProblemType = ProblemType::new(
    "a_code_of_sixty_four_letters_which_is_as_long_as_any_code_may_be",
    ErrorStatus::CONFLICT,
    "Long",
);

/// Receives one message, and does what it says.
async fn act(mut socket: Socket) -> Result<(), ApiError> {
    while let Some(message) = socket.recv().await {
        match message? {
            Sent::Text(text) if text == "fail" => {
                let failed: Result<(), _> = Err(io::Error::other("canary"));
                return failed.or_internal();
            }
            Sent::Text(text) if text == "panic" => panic!("canary"),
            Sent::Text(text) if text == "conflict" => {
                return Err(ApiError::conflict("The room is taken."));
            }
            Sent::Text(text) if text == "long" => return Err(ApiError::new(&LONG)),
            Sent::Text(text) if text == "quit" => return Ok(()),
            Sent::Text(text) if text == "own" => Err(FeedError::Ended)?,
            Sent::Text(text) if text == "hang" => pending().await,
            Sent::Text(text) if text == "split" => return split(socket).await,
            Sent::Text(text) => socket.send(Sent::Text(text)).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Fails after the halves of the socket went into other hands.
async fn split(socket: Socket) -> Result<(), ApiError> {
    let (mut sink, _stream) = socket.split();
    sink.send(Sent::Text("from the half".into())).await?;
    Err(ApiError::conflict("split"))
}

fn app(recorder: &Recorder) -> Router {
    let quick = async |upgrade: WebSocketUpgrade| {
        let upgrade = upgrade.max_message_size(16).with_problems();
        upgrade.heartbeat(Duration::from_millis(500)).on_upgrade(act)
    };
    let idle = async |upgrade: WebSocketUpgrade| {
        let upgrade = upgrade.with_problems().idle_limit(Duration::from_secs(1));
        upgrade.heartbeat(Duration::from_millis(400)).on_upgrade(act)
    };
    let long = async |upgrade: WebSocketUpgrade| {
        upgrade.with_problems().max_duration(Duration::from_millis(100)).on_upgrade(act)
    };
    Router::new()
        .route(
            "/",
            on_get(async |upgrade: WebSocketUpgrade| upgrade.with_problems().on_upgrade(act)),
        )
        .route("/quick", on_get(quick))
        .route("/idle", on_get(idle))
        .route("/long", on_get(long))
        .layer(Timeout::new(Duration::from_millis(80)))
        .layer(ApiErrorLayer::new().report(recorder.clone()))
}

type Client = WebSocketStream<TcpStream>;

async fn client(app: Router, path: &str) -> (Client, String) {
    let request = format!("ws://localhost{path}").into_client_request().unwrap();
    let (socket, response) = client_async(request, connect(app).await).await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    (socket, id)
}

/// Sends a message, and returns the problem, and the code and reason of the close frame.
async fn problem(client: &mut Client, message: &str) -> (Value, u16, String) {
    client.send(Message::text(message)).await.unwrap();
    last(client).await
}

async fn last(client: &mut Client) -> (Value, u16, String) {
    let message: Value = loop {
        match client.next().await.unwrap().unwrap() {
            Message::Text(text) => break serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(message["type"], "problem");
    let Message::Close(Some(frame)) = client.next().await.unwrap().unwrap() else {
        panic!("a close frame follows");
    };
    assert!(client.next().await.is_none_or(|end| end.is_err()), "nothing follows");
    (message["problem"].clone(), frame.code.into(), frame.reason.to_string())
}

async fn settled(recorder: &Recorder, count: usize) {
    for _ in 0..500 {
        if recorder.records().len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What comes too often comes now.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(recorder.records().len(), count, "{:?}", recorder.records());
}

#[tokio::test]
async fn error_of_a_socket_is_a_message_and_a_close_code() {
    for (message, code, close) in [
        ("conflict", "conflict", 1008),
        ("own", "gone", 1008),
        ("fail", "internal_error", 1011),
        ("panic", "internal_error", 1011),
    ] {
        let recorder = Recorder::default();
        let (mut client, id) = client(app(&recorder), "/").await;
        let (body, closed, reason) = problem(&mut client, message).await;
        assert_eq!((&body["code"], closed, &*reason), (&code.into(), close, code), "{message}");
        assert_eq!(
            (&body["request_id"], &body["instance"]),
            (&Value::from(&*id), &Value::from(format!("urn:uuid:{id}")))
        );
        assert!(!body.to_string().contains("canary"), "{body}");
        settled(&recorder, 1).await;
        let record = recorder.records().remove(0);
        assert_eq!((&*record.code, &record.request_id), (code, &id));
        assert!(record.notes.ends_with("after the head"));
        assert!(record.location.contains("tests/wire/stream/"), "{}", record.location);
        assert_eq!(record.chain == "canary", close == 1011);
    }
}

#[tokio::test]
async fn reason_of_a_long_code_fits_into_a_close_frame() {
    let (mut client, _) = client(app(&Recorder::default()), "/").await;
    let (body, closed, reason) = problem(&mut client, "long").await;
    assert_eq!((body["code"].as_str().unwrap(), closed), (LONG.code(), 1008));
    // RFC 6455 §5.5.
    assert!(reason.len() <= 123);
    assert_eq!(reason, LONG.code());
}

#[tokio::test]
async fn socket_whose_handler_returns_is_closed_with_1000() {
    let recorder = Recorder::default();
    let (mut client, _) = client(app(&recorder), "/").await;
    client.send(Message::text("hello")).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("hello"));
    client.send(Message::text("quit")).await.unwrap();
    let Message::Close(Some(frame)) = client.next().await.unwrap().unwrap() else { panic!() };
    assert_eq!((u16::from(frame.code), &*frame.reason), (1000, ""));
    settled(&recorder, 0).await;
}

#[tokio::test]
async fn socket_that_was_split_still_gets_its_problem() {
    let recorder = Recorder::default();
    let (mut client, _) = client(app(&recorder), "/").await;
    client.send(Message::text("split")).await.unwrap();
    assert_eq!(client.next().await.unwrap().unwrap(), Message::text("from the half"));
    assert_eq!(last(&mut client).await.1, 1008);
    settled(&recorder, 1).await;
}

#[tokio::test]
async fn client_that_closes_or_disconnects_is_no_error() {
    let recorder = Recorder::default();
    let app = app(&recorder);
    let (mut closing, _) = client(app.clone(), "/").await;
    closing.close(None).await.unwrap();
    settled(&recorder, 0).await;
    let (lost, id) = client(app, "/").await;
    drop(lost);
    settled(&recorder, 1).await;
    let record = recorder.records().remove(0);
    assert_eq!((&*record.code, record.status, record.request_id), ("abandoned", 499, id));
}

#[tokio::test]
async fn message_over_the_limit_is_a_problem() {
    let recorder = Recorder::default();
    let (mut client, _) = client(app(&recorder), "/quick").await;
    let (body, closed, reason) = problem(&mut client, &"x".repeat(17)).await;
    assert_eq!((&body["status"], closed, &*reason), (&413.into(), 1008, "payload_too_large"));
    settled(&recorder, 1).await;
}

#[tokio::test]
async fn idle_client_is_pinged_and_one_that_never_answers_has_disconnected() {
    let recorder = Recorder::default();
    let (mut client, id) = client(app(&recorder), "/quick").await;
    for _ in 0..3 {
        assert!(client.next().await.unwrap().unwrap().is_ping());
    }
    settled(&recorder, 0).await;
    // It does not read any more, so it sends no pongs.
    settled(&recorder, 1).await;
    let record = recorder.records().remove(0);
    assert_eq!((record.status, record.request_id), (499, id));
}

#[tokio::test]
async fn limits_close_a_socket_with_deadline_exceeded() {
    for path in ["/idle", "/long"] {
        let recorder = Recorder::default();
        let (mut client, _) = client(app(&recorder), path).await;
        let (body, closed, reason) = match path {
            "/long" => problem(&mut client, "hang").await,
            _ => last(&mut client).await,
        };
        assert_eq!((&body["status"], closed, &*reason), (&503.into(), 1011, "deadline_exceeded"));
        assert_eq!(body["retryable"], true);
        settled(&recorder, 1).await;
    }
}

#[tokio::test]
async fn refused_handshake_is_an_ordinary_problem() {
    let answer = send(app(&Recorder::default()), get("/")).await;
    answer.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/bad_request"
        title: "Bad request"
        status: 400
        detail: "Connection header did not include 'upgrade'"
        instance: "urn:uuid:<id>"
        code: "bad_request"
        request_id: "<id>"
    "#]]);
}

#[test]
fn route_table_lists_the_problems_of_a_socket() {
    async fn chat(_: Public, upgrade: WebSocketUpgrade) -> Upgraded<FeedError> {
        upgrade.with_problems().on_upgrade(|_| async { Err(FeedError::Ended) })
    }
    let routes: GuardedRouter = GuardedRouter::new().get("/chat", chat);
    expect![[r#"
        GET  /chat  public
               400  bad_request
               405  method_not_allowed
               410  gone
               426  http_426
               503  deadline_exceeded
    "#]]
    .assert_eq(&routes.table().to_string());
}

/// The task of a socket is not the one of its request.
#[tokio::test]
async fn event_of_a_socket_is_inside_the_span_of_its_request() {
    let _logs = as_json();
    let upgrade = async |upgrade: WebSocketUpgrade| upgrade.with_problems().on_upgrade(act);
    let render = |failure: &Failure| {
        let body = failure.standard();
        Rendering::Later(Box::pin(async move {
            tokio::task::yield_now().await;
            tracing::info!("rendering");
            body
        }))
    };
    let layer = ApiErrorLayer::new().render(render).request_span(RequestSpan::new());
    let app = Router::new().route("/rooms/{id}", on_get(upgrade)).layer(layer);
    let (mut socket, id) = client(app, "/rooms/7").await;
    problem(&mut socket, "fail").await;
    let events = objects();
    let ours = events.iter().filter(|event| event.get("target").is_some_and(is_ours));
    let messages: Vec<_> = ours
        .map(|event| {
            assert_eq!(event["span"]["id"], *id, "{event}");
            assert_eq!(event["span"]["http.route"], "/rooms/{id}", "{event}");
            event["fields"]["message"].clone()
        })
        .collect();
    assert_eq!(messages, ["Internal server error", "rendering"]);
}

fn is_ours(target: &Value) -> bool {
    target.as_str().is_some_and(|it| it.starts_with("definable_errors") || it.starts_with("wire"))
}
