//! A service whose misbehavior a test chooses, and that records what it receives.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::{get as on_get, post as on_post};
use definable_errors::upstream::{Upstream, UpstreamBuilder};
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the service does with one request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Writes these bytes and closes the connection.
    Write(Vec<u8>),
    /// Writes these bytes after a while.
    WriteAfter(Duration, Vec<u8>),
    /// Writes these bytes, and keeps the connection open without another byte.
    Stall(Vec<u8>),
    /// Closes the connection without an answer.
    Close,
    /// Resets the connection.
    Reset,
    /// Writes these bytes, and waits for the next request on the same connection.
    Keep(Vec<u8>),
}

impl Act {
    /// Answers with a body of JSON.
    pub(super) fn json(status: u16, body: &str) -> Self {
        Self::answer(status, "content-type: application/json\r\n", body.as_bytes())
    }

    /// Answers with a status and headers, each of which ends in a line break.
    pub(super) fn status(status: u16, headers: &str) -> Self {
        Self::answer(status, headers, b"")
    }

    pub(super) fn answer(status: u16, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Phrase\r\ncontent-length: {length}\r\nconnection: close\r\n\
             {headers}\r\n"
        );
        Self::Write([head.as_bytes(), body].concat())
    }
}

/// The service. Clones are the same one.
#[derive(Clone)]
pub(super) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    concurrent: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Starts a service; `act` is called with the number of requests before this one.
    pub(super) async fn start(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
            concurrent: Arc::default(),
            most: Arc::default(),
            connections: Arc::default(),
        };
        let (shared, act) = (server.clone(), Arc::new(act));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (shared, act) = (shared.clone(), act.clone());
                tokio::spawn(async move { shared.serve(stream, &*act).await });
            }
        });
        server
    }

    /// Starts a service that does the same with each request.
    pub(super) async fn always(act: Act) -> Self {
        Self::start(move |_| act.clone()).await
    }

    async fn serve(&self, mut stream: TcpStream, act: &(dyn Fn(usize) -> Act + Send + Sync)) {
        while let Some(request) = read(&mut stream).await {
            let number = {
                let mut requests = self.requests.lock().unwrap();
                requests.push(request);
                requests.len() - 1
            };
            let concurrent = self.concurrent.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(concurrent, Ordering::SeqCst);
            let act = act(number);
            let is_kept = matches!(act, Act::Keep(_));
            perform(act, &mut stream, || {
                self.concurrent.fetch_sub(1, Ordering::SeqCst);
            })
            .await;
            if !is_kept {
                return;
            }
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns a builder of a client of the service.
    pub(super) fn client(&self) -> UpstreamBuilder {
        Upstream::builder("orders", self.url() + "/v1")
    }

    /// Returns the requests as they were received.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns the largest number of requests that were under way at the same time since the last
    /// call.
    pub(super) fn most_concurrent(&self) -> usize {
        self.most.swap(0, Ordering::SeqCst)
    }
}

/// Reads one request with its body, or returns `None` if the connection ends before that.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.ok()?;
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header_of(head, "content-length").and_then(|length| length.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
        if count == 0 {
            return None;
        }
    }
}

async fn perform(act: Act, stream: &mut TcpStream, done: impl FnOnce()) {
    match act {
        Act::Write(bytes) => {
            done();
            // The client may not read to the end.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::WriteAfter(wait, bytes) => {
            tokio::time::sleep(wait).await;
            done();
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Act::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Until the client gives up.
            let _ = stream.read(&mut [0]).await;
            done();
        }
        Act::Keep(bytes) => {
            done();
            let _ = stream.write_all(&bytes).await;
        }
        Act::Close => done(),
        Act::Reset => {
            done();
            stream.set_zero_linger().unwrap();
        }
    }
}

/// Returns the value of a header in the head of a request.
pub(super) fn header_of<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A service with one handler for GET and one for POST that call the other service.
pub(super) fn app(upstream: Upstream) -> Router {
    Router::new()
        .route("/order", on_get(order))
        .route("/pay", on_post(pay))
        .layer(ApiErrorLayer::new())
        .with_state(upstream)
}

async fn order(
    State(orders): State<Upstream>,
    context: RequestContext,
) -> Result<String, ApiError> {
    let order: serde_json::Value = orders.get(&context, "/orders/42").send().await?.json().await?;
    Ok(order["total"].to_string())
}

async fn pay(State(orders): State<Upstream>, context: RequestContext) -> Result<(), ApiError> {
    let body = serde_json::json!({"total": 17});
    orders.post(&context, ["orders", "42", "payments"]).json(&body).send().await?;
    Ok(())
}

/// Returns an address at which nothing listens.
pub(super) async fn unused() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
