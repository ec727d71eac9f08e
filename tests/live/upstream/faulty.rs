//! A service whose failure a test chooses, and that records what it receives. It has a runtime
//! of its own, so that neither is slow because the other is busy.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use support::port::Port;
use support::until;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// What no client may receive.
pub(super) const SECRET: &str = "hunter2";

/// What the service does with each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Answers with embeddings.
    Good,
    /// Answers with embeddings after this time.
    Slow(Duration),
    /// Listens no longer, and closes all connections.
    Refuse,
    /// Resets the connection.
    Reset,
    /// Answers with nothing, and keeps the connection open.
    StallBeforeHead,
    /// Answers with a head, and keeps the connection open.
    StallAfterHead,
    /// Closes the connection in the middle of the body.
    Truncate,
    /// Answers with something that is not HTTP.
    Garbage,
    /// Answers with one byte every 100 ms.
    Drip,
    /// Answers with 429 and a wait in seconds.
    Busy,
    /// Answers with 429 and a wait until a date.
    BusyUntil,
    /// Answers every third request with 503.
    Flapping,
    /// Answers with 500 and a problem of another vendor.
    Problem,
    /// Answers with 500 and a body of 10 MB.
    HugeError,
    /// Answers with a redirect to another host.
    Redirect,
}

impl Mode {
    /// All modes in which a request may fail.
    pub(super) const FAULTS: [Self; 13] = [
        Self::Refuse,
        Self::Reset,
        Self::StallBeforeHead,
        Self::StallAfterHead,
        Self::Truncate,
        Self::Garbage,
        Self::Drip,
        Self::Busy,
        Self::BusyUntil,
        Self::Flapping,
        Self::Problem,
        Self::HugeError,
        Self::Redirect,
    ];
}

/// The service. It stops when this value is dropped.
pub(super) struct Faulty {
    port: Port,
    mode: watch::Sender<Mode>,
    shared: Arc<Shared>,
    /// `None` while it is dropped.
    runtime: Option<Runtime>,
}

/// A request with its body.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The request as it was received.
    pub(super) text: String,
    /// How many requests had been answered when this one arrived, without those that were cleared.
    pub(super) answered: usize,
    /// How many requests were under way, with this one.
    pub(super) concurrent: usize,
}

#[derive(Default)]
struct Shared {
    requests: Mutex<Vec<Request>>,
    answered: AtomicUsize,
    concurrent: AtomicUsize,
    /// Connections to the host to which redirects lead.
    foreign: AtomicUsize,
    foreign_url: Mutex<String>,
}

impl Faulty {
    /// Starts the service; it answers with embeddings.
    pub(super) fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (mode, modes) = watch::channel(Mode::Good);
        let faulty =
            Self { port: Port::claim(), mode, shared: Arc::default(), runtime: Some(runtime) };
        let runtime = faulty.runtime.as_ref().unwrap();
        runtime.spawn(listen(faulty.port.address(), modes, faulty.shared.clone()));
        runtime.spawn(count_foreign(faulty.shared.clone()));
        faulty.wait_until_listening(true);
        until(Duration::from_secs(5), || !faulty.shared.foreign_url.lock().unwrap().is_empty());
        faulty
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// Changes what is done with all requests that arrive from now on.
    pub(super) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
        self.wait_until_listening(mode != Mode::Refuse);
    }

    /// Forgets all requests so far.
    pub(super) fn clear(&self) {
        self.shared.requests.lock().unwrap().clear();
        self.shared.answered.store(0, Ordering::SeqCst);
    }

    fn wait_until_listening(&self, wanted: bool) {
        let address = self.port.address();
        let is_listening = || std::net::TcpStream::connect(address).is_ok();
        until(Duration::from_secs(5), || is_listening() == wanted);
    }

    /// Returns the requests, without those that were cleared.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.shared.requests.lock().unwrap().len()
    }

    /// Returns how many connections the host got to which redirects lead.
    pub(super) fn foreign_connections(&self) -> usize {
        self.shared.foreign.load(Ordering::SeqCst)
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.text.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

async fn count_foreign(shared: Arc<Shared>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/{SECRET}", listener.local_addr().unwrap());
    *shared.foreign_url.lock().unwrap() = url;
    while listener.accept().await.is_ok() {
        shared.foreign.fetch_add(1, Ordering::SeqCst);
    }
}

/// Listens, except in the mode in which connections are refused.
async fn listen(address: SocketAddr, mut modes: watch::Receiver<Mode>, shared: Arc<Shared>) {
    loop {
        if modes.wait_for(|mode| *mode != Mode::Refuse).await.is_err() {
            return;
        }
        let listener = TcpListener::bind(address).await.unwrap();
        let mut refused = modes.clone();
        let refused = refused.wait_for(|mode| *mode == Mode::Refuse);
        tokio::pin!(refused);
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted.unwrap();
                    tokio::spawn(serve_until_refused(stream, modes.clone(), shared.clone()));
                }
                _ = &mut refused => break,
            }
        }
    }
}

async fn serve_until_refused(stream: TcpStream, modes: watch::Receiver<Mode>, shared: Arc<Shared>) {
    let mut refused = modes.clone();
    tokio::select! {
        () = serve(stream, modes, &shared) => {}
        _ = refused.wait_for(|mode| *mode == Mode::Refuse) => {}
    }
}

async fn serve(mut stream: TcpStream, modes: watch::Receiver<Mode>, shared: &Shared) {
    stream.set_nodelay(true).unwrap();
    while let Some(text) = read(&mut stream).await {
        let mode = *modes.borrow();
        let (number, under_way) = shared.record(text.clone());
        if let Mode::Slow(time) = mode {
            tokio::time::sleep(time).await;
        }
        match shared.answer(mode, number, &text) {
            Answer::Whole(bytes) => {
                drop(under_way);
                shared.answered.fetch_add(1, Ordering::SeqCst);
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Answer::ThenClose(bytes) => {
                // The client may not read to the end.
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Answer::ThenStall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                until_closed(&mut stream).await;
                return;
            }
            Answer::Dripping(bytes) => return drip(&mut stream, &bytes).await,
            Answer::Reset => return stream.set_zero_linger().unwrap(),
        }
    }
}

/// What is written, and what becomes of the connection.
enum Answer {
    Whole(Vec<u8>),
    ThenClose(Vec<u8>),
    ThenStall(Vec<u8>),
    Dripping(Vec<u8>),
    Reset,
}

/// A request that is under way until this value is dropped.
struct UnderWay<'s>(&'s Shared);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.concurrent.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    /// Records a request, and returns its number.
    fn record(&self, text: String) -> (usize, UnderWay<'_>) {
        let concurrent = self.concurrent.fetch_add(1, Ordering::SeqCst) + 1;
        let answered = self.answered.load(Ordering::SeqCst);
        let mut requests = self.requests.lock().unwrap();
        requests.push(Request { text, answered, concurrent });
        (requests.len(), UnderWay(self))
    }

    fn answer(&self, mode: Mode, number: usize, request: &str) -> Answer {
        let secrets = format!("content-type: text/plain\r\nx-secret: {SECRET}\r\n");
        let failed = |status: u16, headers: &str, body: &str| {
            Answer::Whole(answer(status, &format!("{secrets}{headers}"), body.as_bytes()))
        };
        match mode {
            Mode::Good | Mode::Slow(_) | Mode::Refuse => good(request),
            Mode::Reset => Answer::Reset,
            Mode::StallBeforeHead => Answer::ThenStall(Vec::new()),
            Mode::StallAfterHead => Answer::ThenStall(head(1000)),
            Mode::Truncate => Answer::ThenClose([head(1000), b"[[1.0,".to_vec()].concat()),
            Mode::Garbage => Answer::ThenClose(format!("\u{0}{SECRET}\r\n\r\n").into_bytes()),
            Mode::Drip => Answer::Dripping([head(1000), b"[[1.0,".to_vec()].concat()),
            Mode::Busy => failed(429, "retry-after: 1\r\n", SECRET),
            Mode::BusyUntil => {
                let date = date(SystemTime::now() + Duration::from_secs(2));
                failed(429, &format!("retry-after: {date}\r\n"), SECRET)
            }
            Mode::Flapping if number % 3 != 0 => good(request),
            Mode::Flapping => failed(503, "", SECRET),
            Mode::Problem => Answer::Whole(problem()),
            Mode::HugeError => {
                let body = format!("{{\"detail\": \"{}", SECRET.repeat(10_000_000 / SECRET.len()));
                let json = "content-type: application/problem+json\r\n";
                Answer::Whole(answer(500, json, body.as_bytes()))
            }
            Mode::Redirect => {
                let url = self.foreign_url.lock().unwrap().clone();
                failed(307, &format!("location: {url}\r\n"), SECRET)
            }
        }
    }
}

/// Answers with a vector for each text of the request, or with an empty object if it has none.
fn good(request: &str) -> Answer {
    let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let vectors = match body["inputs"].as_array() {
        Some(inputs) => format!("[{}]", vec!["[1.0, 0.5]"; inputs.len()].join(",")),
        None => "{}".to_owned(),
    };
    Answer::Whole(answer(200, "content-type: application/json\r\n", vectors.as_bytes()))
}

fn problem() -> Vec<u8> {
    let body = serde_json::json!({
        "type": format!("https://vendor.example/{SECRET}"),
        "title": SECRET,
        "status": 500,
        "detail": format!("no such table: users, password={SECRET}"),
        "instance": format!("/failures/{SECRET}"),
        "code": SECRET,
        "stack": [SECRET],
    });
    let headers = format!(
        "content-type: application/problem+json\r\nset-cookie: {SECRET}={SECRET}\r\n\
         x-request-id: {SECRET}\r\nwww-authenticate: {SECRET}\r\n"
    );
    answer(500, &headers, body.to_string().as_bytes())
}

fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Phrase\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

fn head(length: usize) -> Vec<u8> {
    let json = "content-type: application/json";
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n{json}\r\n\r\n").into_bytes()
}

/// Returns a date of HTTP (RFC 9110 §5.6.7).
fn date(time: SystemTime) -> String {
    httpdate::fmt_http_date(time)
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    for byte in bytes {
        if stream.write_all(&[*byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    until_closed(stream).await;
}

async fn until_closed(stream: &mut TcpStream) {
    while matches!(stream.read(&mut [0; 1024]).await, Ok(1..)) {}
}

/// Reads one request with its body. Returns `None` at the end of the connection, and what there is of
/// a request that is cut off.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap_or(0);
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if count == 0 {
            return (!bytes.is_empty()).then(|| text.into_owned());
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
    }
}
