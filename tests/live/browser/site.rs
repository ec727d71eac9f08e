//! The site whose pages send the requests.

use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::SET_COOKIE;
use serde_json::Value;
use support::bind;
use support::browser::Chromium;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// The site of a page that sends requests and reports what its script could read.
pub(super) struct Site {
    listener: TcpListener,
    address: SocketAddr,
}

impl Site {
    pub(super) async fn new() -> Self {
        let (listener, address) = bind().await;
        Self { listener, address }
    }

    /// Returns the origin as a browser writes it.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the origin of the same site under its other host name.
    pub(super) fn other_origin(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Opens the page at `origin` and returns what it read for each task.
    pub(super) async fn read(self, origin: &str, tasks: Vec<Value>) -> Vec<Value> {
        let (pages, mut answers) = pages(tasks);
        tokio::spawn(async { axum::serve(self.listener, pages).await });
        let _browser = Chromium::open(origin);
        let answers = timeout(Duration::from_secs(300), answers.recv()).await;
        answers.expect("the page tells within minutes").unwrap()
    }
}

fn pages(tasks: Vec<Value>) -> (Router, UnboundedReceiver<Vec<Value>>) {
    let (reported, answers) = unbounded_channel();
    let tell = move |body: String| async move {
        reported.send(serde_json::from_str(&body).unwrap()).unwrap();
    };
    let pages = Router::new()
        .route("/", get(([(SET_COOKIE, "session=1")], Html(include_str!("page.html")))))
        .route("/tasks", get(move || ready(Json(tasks.clone()))))
        .route("/answers", post(tell));
    (pages, answers)
}
