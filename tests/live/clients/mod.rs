//! Tests of the reference server by clients of other languages: a program in Python, a page of another
//! origin in a browser, and the server's own page under `/`. The first two take the same steps: log in,
//! decode and refresh tokens, read roles and organizations, upload, read a traceback, and wait for
//! `Retry-After`.

mod job_page;
mod server;

use std::future::ready;
use std::time::Duration;

use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use support::browser::Chromium;
use support::{bind, needs};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use self::server::{ACME, HANDBOOK, OWNER, Server};
use crate::installed::python;

/// Asserts what a client of any kind has to receive in each step.
fn assert_complete(got: &Value) {
    let expected = json!({
        "token": {"id": OWNER, "left": true},
        "roles": {ACME: "owner"},
        "organizations": [[ACME, "owner", "active"]],
        "refreshed": 200,
        "reused": [401, "invalid_token"],
        "uploaded": 201,
        "image": [415, "unsupported_media_type"],
        "invalid": [["#/name", "required"], ["#/nmae", "unknown_field"]],
        "limited": [429, "rate_limited", true],
        "after_the_wait": 200,
    });
    for (step, expected) in expected.as_object().unwrap() {
        assert_eq!(&got[step], expected, "{step}: {got}");
    }
    let refused = &got["refused"];
    assert_eq!((&refused[0], &refused[1]), (&json!(401), &json!("invalid_token")), "{got}");
    assert!(refused[2].as_str().unwrap().starts_with("Bearer "), "{got}");
    let traceback = &got["traceback"];
    assert_eq!(traceback["status"], 500);
    assert_eq!(traceback["message"], "the disk is on fire", "{got}");
    let names: Vec<_> =
        traceback["frames"][0].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for name in ["filename", "lineno", "name", "line"] {
        assert!(names.contains(&name), "{got}");
    }
    assert!(traceback["own"][0].as_str().unwrap().ends_with("src/debug.rs"), "{got}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_client_completes_every_step() {
    needs!(Python);
    let got = spawn_blocking(|| {
        let server = Server::start("http://localhost:1");
        python("client.py", &[&server.url, ACME, HANDBOOK])
    });
    assert_complete(&got.await.unwrap());
}

#[tokio::test]
async fn page_of_another_origin_completes_every_step() {
    needs!(Chromium);
    let (listener, address) = bind().await;
    let origin = format!("http://{address}");
    let server = Server::start(&origin);
    let task = json!({"base": server.url, "org": ACME, "kb": HANDBOOK});
    let (sender, mut receiver) = unbounded_channel();
    let pages = Router::new()
        .route("/", get(|| ready(Html(include_str!("page.html")))))
        .route("/task", get(move || ready(Json(task.clone()))))
        .route("/got", post(async move |body: String| sender.send(body).unwrap()));
    tokio::spawn(async { axum::serve(listener, pages).await });
    let _browser = Chromium::open(&origin);
    let got = timeout(Duration::from_secs(300), receiver.recv()).await;
    let got = got.expect("the page is done within minutes").unwrap();
    let got = serde_json::from_str(&got).unwrap();
    assert_complete(&got);
    // A browser does not show why a handshake was refused.
    let talked = json!([["welcome", "echo", "internal_error"], 1011, "internal_error"]);
    assert_eq!((&got["socket"], &got["socket_refused"]), (&talked, &json!([0, 1006])), "{got}");
}
