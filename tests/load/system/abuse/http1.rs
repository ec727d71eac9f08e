//! Abuse of HTTP/1.1: slow bodies, half-closed sockets, huge heads, pipelines, broken chunks, clients
//! that read nothing, and clients that leave in the middle.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::Response;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

use super::{Abuse, count};
use crate::system::CANARY;
use crate::system::ask::{Ask, REQUEST_ID, json as parsed, text};
use crate::system::check::check_any;
use crate::system::findings::Promise;
use crate::system::raw::{Raw, Received};
use crate::system::world::{ACME, HANDBOOK, User, word};

const PAUSE: Duration = Duration::from_millis(200);

/// The number of clients at a time that send slowly, and that read nothing.
const SLOW: usize = 32;

pub(super) async fn all(abuse: &Abuse<'_>) {
    tokio::join!(
        join_all((0..SLOW).map(|_| slow_body(abuse))),
        join_all((0..SLOW).map(|_| reads_nothing(abuse))),
        abuse.repeat(PAUSE, async || half_closed(abuse).await),
        abuse.repeat(PAUSE, async || huge_heads(abuse).await),
        abuse.repeat(PAUSE, async || pipeline(abuse).await),
        abuse.repeat(PAUSE, async || broken_chunks(abuse).await),
        abuse.repeat(PAUSE, async || leaves_upload(abuse).await),
        abuse.repeat(PAUSE, async || leaves_events(abuse).await),
        abuse.repeat(PAUSE, async || leaves_socket(abuse).await),
    );
}

/// Notes an outcome. A response that there is must be whole and right.
fn noted(abuse: &Abuse<'_>, name: &str, received: Received, statuses: &[u16]) {
    match received {
        Received::Whole(response) if is_of_hyper(&response) => count(&abuse.tally.refused),
        Received::Whole(response) => {
            count(&abuse.tally.answered);
            let clients = abuse.clients;
            check_any(clients.findings, clients.world, name, &response);
            let is_expected = statuses.contains(&response.status().as_u16());
            clients
                .findings
                .check(Promise::Expected, is_expected, || format!("{name}: {response:?}"));
        }
        Received::Nothing => count(&abuse.tally.closed),
        Received::Cut(text) => {
            abuse.clients.findings.add(Promise::Answered, || format!("{name}: cut after {text}"));
        }
    }
}

/// Returns whether a response is hyper's own for a head that it cannot read: no layer sees such a
/// request, so its response is no problem.
fn is_of_hyper(response: &Response<Bytes>) -> bool {
    let is_bare = response.body().is_empty() && !response.headers().contains_key(REQUEST_ID);
    is_bare && matches!(response.status().as_u16(), 400 | 414 | 431)
}

/// Opens a connection and sends the bytes. The server may close it before all of them are sent.
async fn sent(abuse: &Abuse<'_>, bytes: &[u8]) -> io::Result<Raw> {
    let mut raw = Raw::connect(abuse.server.address).await?;
    let _ = raw.write(bytes).await;
    Ok(raw)
}

/// Sends the bytes, and notes the outcome.
async fn exchanged(abuse: &Abuse<'_>, name: &str, bytes: &[u8], statuses: &[u16]) {
    if let Ok(mut raw) = sent(abuse, bytes).await {
        let received = raw.read().await;
        noted(abuse, name, received, statuses);
    }
}

fn create(abuse: &Abuse<'_>) -> Ask {
    let ask = Ask::post("/api/v1/kbs").acme(abuse.clients.world, User::Member);
    ask.field("content-type", "application/json")
}

/// Sends a body by one byte a second, until the server answers.
async fn slow_body(abuse: &Abuse<'_>) {
    let head = create(abuse).head("content-length: 100000\r\n");
    let Ok(mut raw) = sent(abuse, head.as_bytes()).await else { return };
    let received = loop {
        match timeout(Duration::from_secs(1), raw.read()).await {
            Ok(received) => break received,
            Err(_) if raw.write(b" ").await.is_err() => break Received::Nothing,
            Err(_) => {}
        }
    };
    let is_answered = matches!(received, Received::Whole(_));
    let findings = abuse.clients.findings;
    findings.check(Promise::Answered, is_answered, || format!("a slow body: {received:?}"));
    noted(abuse, "a slow body", received, &[408]);
}

/// Asks for more than the buffers of a socket hold, and reads nothing.
async fn reads_nothing(abuse: &Abuse<'_>) {
    let request = Ask::get("/openapi.json").text().repeat(40);
    let raw = sent(abuse, &request).await;
    sleep(abuse.left()).await;
    drop(raw);
}

/// Closes its side after the request. The server may answer or close, but not answer in part.
async fn half_closed(abuse: &Abuse<'_>) {
    let request = Ask::get("/api/v1/kbs").acme(abuse.clients.world, User::Guest).text();
    let Ok(mut raw) = sent(abuse, &request).await else { return };
    let _ = raw.stream.shutdown().await;
    let received = raw.read().await;
    noted(abuse, "a half-closed socket", received, &[200]);
}

async fn huge_heads(abuse: &Abuse<'_>) {
    for (size, count) in [(64 * 1024, 1), (640, 100), (64, 1000), (1024 * 1024, 1)] {
        let field = format!("x-large: {}\r\n", "7".repeat(size)).repeat(count);
        let head = Ask::get("/users/me").head(&field);
        exchanged(abuse, "a huge head", head.as_bytes(), &[401]).await;
    }
    let path = format!("/{}", CANARY.repeat(12_000));
    exchanged(abuse, "a huge path", &Ask::get(path).text(), &[404]).await;
}

/// Sends 1,000 requests at once. They must be answered in their order.
async fn pipeline(abuse: &Abuse<'_>) {
    const COUNT: usize = 1_000;
    let request = |number: usize| {
        let path = if number % 2 == 0 { "/health" } else { "/nowhere" };
        Ask::get(path).field(REQUEST_ID, format!("pipelined-{number}")).text()
    };
    let requests: Vec<u8> = (0..COUNT).flat_map(request).collect();
    let Ok(mut raw) = sent(abuse, &requests).await else { return };
    for number in 0..COUNT {
        let status = if number % 2 == 0 { 200 } else { 404 };
        let received = raw.read().await;
        let id = match &received {
            Received::Whole(response) => text(response.headers(), REQUEST_ID),
            Received::Nothing | Received::Cut(_) => "",
        };
        let is_next = id == format!("pipelined-{number}");
        let findings = abuse.clients.findings;
        findings.check(Promise::Answered, is_next, || format!("{number}th of a pipeline: {id}"));
        noted(abuse, "a pipeline", received, &[status]);
        if !is_next {
            return;
        }
    }
}

async fn broken_chunks(abuse: &Abuse<'_>) {
    let chunked = create(abuse).head("transfer-encoding: chunked\r\n");
    for chunks in
        ["zz\r\n", "-1\r\n", "11111111111111111\r\n", "2\r\n{}junk\r\n", "\r\n\r\n", "4;=\0"]
    {
        let request = format!("{chunked}{chunks}");
        let Ok(mut raw) = sent(abuse, request.as_bytes()).await else { continue };
        let _ = raw.stream.shutdown().await;
        let received = raw.read().await;
        noted(abuse, "broken chunks", received, &[400]);
    }
    let both = create(abuse).head("transfer-encoding: chunked\r\ncontent-length: 4\r\n");
    exchanged(abuse, "two lengths", format!("{both}0\r\n\r\n").as_bytes(), &[400]).await;
    let lengths = create(abuse).head("content-length: 4\r\ncontent-length: 5\r\n");
    exchanged(abuse, "two lengths", format!("{lengths}null").as_bytes(), &[400]).await;
}

async fn leaves_upload(abuse: &Abuse<'_>) {
    let path = format!("/api/v1/kbs/{HANDBOOK}/documents");
    let ask = Ask::post(path).acme(abuse.clients.world, User::Member);
    let ask = ask.file("file", "text/plain", &CANARY.repeat(8_000));
    let request = ask.text();
    let raw = sent(abuse, &request[..request.len() / 2]).await;
    sleep(Duration::from_millis(5)).await;
    leave(raw);
}

/// Starts a job, and leaves while its events arrive.
async fn leaves_events(abuse: &Abuse<'_>) {
    let world = abuse.clients.world;
    let job = Ask::post("/api/v1/jobs").acme(world, User::Member);
    let job = job.json(&json!({"kb_id": HANDBOOK, "kind": "reindex"})).text();
    let Ok(mut raw) = sent(abuse, &job).await else { return };
    let Received::Whole(response) = raw.read().await else { return };
    let id = word(&parsed(response.body()), "id");
    let events = Ask::get(format!("/api/v1/jobs/{id}/events")).acme(world, User::Member);
    let _ = raw.write(&events.text()).await;
    sleep(Duration::from_millis(250)).await;
    leave(Ok(raw));
}

async fn leaves_socket(abuse: &Abuse<'_>) {
    let token = abuse.clients.world.token(User::Member);
    let handshake = Ask::get(format!("/ws?token={token}&org_id={ACME}")).head(
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    );
    let Ok(mut raw) = sent(abuse, handshake.as_bytes()).await else { return };
    let received = raw.read().await;
    noted(abuse, "a handshake", received, &[101]);
    // Half of the header of a masked frame.
    let _ = raw.write(&[0x81, 0xff]).await;
    leave(Ok(raw));
}

/// Leaves by a reset, or by a normal close.
fn leave(raw: io::Result<Raw>) {
    if let Ok(raw) = raw {
        if fastrand::bool() {
            let _ = raw.stream.set_zero_linger();
        }
    }
}
