//! Tests of what clients of the example receive from the real program after the head of a response.

use futures_util::{SinkExt, StreamExt};
use http::Method;
use serde_json::{Value, json};
use support::example::Example;
use support::{Answer, get, needs, with};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

fn start() -> Example {
    Example::start(env!("CARGO_BIN_EXE_streaming"))
}

/// Returns the blocks of a stream of events, as an `EventSource` receives them that had this id last.
async fn events(example: &Example, path: &str, last_id: &str) -> Vec<String> {
    let fields = [("last-event-id", last_id), ("x-request-id", "req-7")];
    let answer = example.send(with(Method::GET, path, &fields, "")).await;
    assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{answer}");
    answer.body.split_terminator("\n\n").map(str::to_owned).collect()
}

/// Returns the value of a field of an event.
fn field<'a>(event: &'a str, name: &str) -> Option<&'a str> {
    event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn problem(event: &str) -> Value {
    assert_eq!(field(event, "event"), Some("problem"), "{event}");
    serde_json::from_str(field(event, "data").expect("an event has data")).expect("it is JSON")
}

/// Sends a file of this size and type in a form.
async fn upload(example: &Example, content_type: &str, bytes: usize) -> Answer {
    let file = "x".repeat(bytes);
    let head = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n";
    let form = format!("{head}content-type: {content_type}\r\n\r\n{file}\r\n--b--\r\n");
    let fields = [("content-type", "multipart/form-data; boundary=b")];
    example.send(with(Method::POST, "/files", &fields, form)).await
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    start().check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn final_problem_stops_the_client() {
    let example = start();
    let events = events(&example, "/prices/tea", "").await;
    assert_eq!(events[..3], ["id: 1\ndata: 11.50", "id: 2\ndata: 12.50", "id: 3\ndata: 13.50"]);
    let [last] = &events[3..] else { panic!("one more event: {events:?}") };
    let closed = problem(last);
    assert_eq!(
        (&closed["code"], &closed["request_id"]),
        (&json!("market_closed"), &json!("req-7"))
    );
    // An `EventSource` whose connection ends comes back with the last id, and 204 makes it stop.
    let id = field(last, "id").expect("the id says that this is the end");
    let request = with(Method::GET, "/prices/tea", &[("last-event-id", id)], "");
    assert_eq!(example.send(request).await.status, 204);
}

#[tokio::test]
async fn client_goes_on_after_a_temporary_problem() {
    let example = start();
    let before = events(&example, "/prices/coffee", "").await;
    let last = before.last().expect("there are events");
    let temporary = problem(last);
    assert_eq!(
        (&temporary["code"], &temporary["retryable"]),
        (&json!("service_unavailable"), &json!(true))
    );
    assert_eq!((field(last, "id"), field(last, "retry")), (None, Some("2000")));
    assert!(!last.contains("exchange-2"), "{last}");
    let after = events(&example, "/prices/coffee", "3").await;
    assert_eq!(after[0], "id: 4\ndata: 14.50");
}

#[tokio::test]
async fn failure_before_the_head_is_an_ordinary_response() {
    let answer = start().send(get("/prices/gold")).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "symbol_unknown"));
}

#[tokio::test]
async fn last_line_of_an_export_that_fails_is_the_problem() {
    let mut example = start();
    let answer = example.send(get("/trades")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("application/x-ndjson"))
    );
    let lines: Vec<Value> =
        answer.body.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(lines[..2], [json!({"id": 1, "pieces": 10}), json!({"id": 2, "pieces": 20})]);
    assert_eq!((lines.len(), &lines[2]["type"]), (3, &json!("problem")));
    let problem = &lines[2]["problem"];
    assert_eq!(problem["code"], "internal_error");
    assert!(!answer.body.contains("trades-db"), "{answer}");

    let line = example.line();
    let id = problem["instance"].as_str().and_then(|id| id.strip_prefix("urn:uuid:"));
    assert!(line.contains("row 3 of trades-db is damaged"), "{line}");
    assert!(line.contains(id.expect("a problem has an id")), "{line}");
}

async fn open(example: &Example) -> WebSocketStream<TcpStream> {
    let url = format!("ws://{}/socket", example.address());
    let stream = TcpStream::connect(example.address()).await.expect("the program listens");
    client_async(url, stream).await.expect("the handshake succeeds").0
}

async fn receive(socket: &mut WebSocketStream<TcpStream>) -> Message {
    socket.next().await.expect("there is a message").expect("the socket is open")
}

#[tokio::test]
async fn socket_closes_with_the_problem_of_a_bad_message() {
    let example = start();
    for (message, code) in
        [(Message::text("gold"), "symbol_unknown"), (Message::binary("tea"), "bad_request")]
    {
        let mut socket = open(&example).await;
        socket.send(Message::text("tea")).await.expect("the socket is open");
        assert_eq!(receive(&mut socket).await, Message::text("11.50"));
        socket.send(message).await.expect("the socket is open");
        let Message::Text(text) = receive(&mut socket).await else { panic!("a problem is text") };
        let text: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!((&text["type"], &text["problem"]["code"]), (&json!("problem"), &json!(code)));
        let Message::Close(Some(frame)) = receive(&mut socket).await else { panic!("a close") };
        assert_eq!((u16::from(frame.code), &*frame.reason), (1008, code));
    }
}

#[tokio::test]
async fn request_that_is_no_handshake_is_a_problem() {
    let answer = start().send(get("/socket")).await;
    assert!(answer.status.is_client_error() && !answer.code().is_empty(), "{answer}");
}

#[tokio::test]
async fn file_over_its_limit_is_refused_with_the_limit() {
    let example = start();
    let stored = upload(&example, "text/plain", 16 * 1024).await;
    assert_eq!((stored.status.as_u16(), stored.json()), (200, json!({"bytes": 16384})));
    let refused = upload(&example, "text/plain", 16 * 1024 + 1).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["limit"]), (413, &json!(16384)));
    let whole = upload(&example, "text/plain", 300 * 1024).await;
    assert_eq!((whole.status.as_u16(), &whole.json()["limit"]), (413, &json!(262_144)));
    let image = upload(&example, "image/png", 10).await;
    assert_eq!(
        (image.status.as_u16(), image.header("accept")),
        (415, Some("text/plain, text/csv"))
    );
}

#[tokio::test]
async fn page_uses_the_script_of_the_library() {
    let example = start();
    let page = example.send(get("/")).await;
    assert!(page.body.contains(r#"import { closeOnProblem } from "/problem-events.js""#), "{page}");
    let script = example.send(get("/problem-events.js")).await;
    assert!(script.body.contains("export function closeOnProblem"), "{script}");
}
