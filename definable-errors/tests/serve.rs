//! Tests of how `serve` treats connections, seen from the client.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::{Router, routing::any, routing::get};
use definable_errors::serve::Serve;
use futures_util::stream;
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{Answer, bind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

// Timeouts that differ enough for a busy machine.
const HEAD: Duration = Duration::from_millis(400);
const IDLE: Duration = Duration::from_millis(1600);
/// How late an event may be on a busy machine.
const LATE: Duration = Duration::from_millis(900);
/// How long the tests wait for events that should not happen.
const NEVER: Duration = Duration::from_secs(20);

const GET: &str = "GET /peer HTTP/1.1\r\nhost: a\r\n\r\n";

/// A server, and the signal that stops it.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start() -> Self {
        Self::with(|serve| serve).await
    }

    async fn with(
        change: impl FnOnce(Serve<TcpListener, Router>) -> Serve<TcpListener, Router>,
    ) -> Self {
        let (listener, address) = bind().await;
        let serve = definable_errors::serve(listener, app()).head_timeout(HEAD).idle_timeout(IDLE);
        let serve = change(serve);
        assert_eq!(serve.local_addr().unwrap(), address);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let serve = serve.with_graceful_shutdown(async { drop(stopped.await) });
            serve.await.unwrap();
        });
        Self { address, stop: Some(stop), task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends the signal to shut down.
    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits for the end of the server, and returns how long that took.
    async fn ended(self) -> Duration {
        let start = Instant::now();
        timeout(NEVER, self.task).await.unwrap().unwrap();
        start.elapsed()
    }
}

fn app() -> Router {
    Router::new()
        .route(
            "/peer",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route("/slow", get(|| async { sleep(IDLE + HEAD).await }))
        .route("/drops", get(drops))
        .route(
            "/endless",
            get(|| async { Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()) }),
        )
        .route("/socket", any(socket))
}

/// Returns a body of five chunks, with pauses longer than the timeout for heads.
async fn drops() -> Body {
    Body::from_stream(stream::unfold(0, |count| async move {
        sleep(HEAD * 2).await;
        (count < 5).then(|| (Ok::<_, Infallible>(Bytes::from_static(b"drop")), count + 1))
    }))
}

/// Echoes what is sent after the upgrade.
async fn socket(mut request: Request) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut socket = TokioIo::new(upgrade.await.unwrap());
        let mut byte = [0];
        while socket.read_exact(&mut byte).await.is_ok() {
            socket.write_all(&byte).await.unwrap();
        }
    });
    let switch = Response::builder().status(101).header("connection", "upgrade");
    switch.header("upgrade", "echo").body(Body::empty()).unwrap()
}

/// Reads until `end` has arrived.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(end) {
        let read = timeout(NEVER, stream.read_buf(&mut text)).await.unwrap().unwrap();
        assert_ne!(read, 0, "the connection ended after {:?}", String::from_utf8_lossy(&text));
    }
    String::from_utf8(text).unwrap()
}

async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// Sends a request and reads its response, which ends with the port of the peer.
async fn exchange(stream: &mut TcpStream) -> String {
    send(stream, GET).await;
    read_until(stream, "127.0.0.1:").await
}

/// Waits for the end of a connection, and returns how long that took.
async fn end_of(stream: &mut TcpStream) -> Duration {
    let start = Instant::now();
    let mut rest = Vec::new();
    // A connection that is cut may also end in an error.
    let _ = timeout(NEVER, stream.read_to_end(&mut rest)).await.unwrap();
    start.elapsed()
}

fn assert_about(what: &str, took: Duration, expected: Duration) {
    let early = expected.saturating_sub(Duration::from_millis(50));
    assert!(took >= early && took <= expected + LATE, "{what} took {took:?}, not {expected:?}");
}

#[tokio::test]
async fn request_carries_the_address_of_its_peer() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    let own = stream.local_addr().unwrap().to_string();
    send(&mut stream, GET).await;
    assert!(read_until(&mut stream, &own).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn head_that_is_not_complete_in_time_ends_the_connection() {
    let server = Server::start().await;
    let settings = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let heads = ["", "G", "GET /peer HTTP/1.1\r\nhost: a\r\n", "PRI * HTTP/2.0\r\n", settings];
    let server = &server;
    let ends = heads.map(|head| async move {
        let mut stream = server.connect().await;
        send(&mut stream, head).await;
        (head, end_of(&mut stream).await)
    });
    for (head, took) in futures_util::future::join_all(ends).await {
        assert_about(&format!("the end after {head:?}"), took, HEAD);
    }
}

#[tokio::test]
async fn head_that_trickles_in_ends_the_connection() {
    let server = Server::start().await;
    let (mut reader, mut writer) = server.connect().await.into_split();
    let trickle = tokio::spawn(async move {
        for byte in "GET /peer HTTP/1.1\r\n".bytes().chain(std::iter::repeat(b'x')) {
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(HEAD / 10).await;
        }
    });
    let start = Instant::now();
    let _ = timeout(NEVER, reader.read_to_end(&mut Vec::new())).await.unwrap();
    assert_about("the end of a trickle", start.elapsed(), HEAD);
    timeout(NEVER, trickle).await.unwrap().unwrap();
}

#[tokio::test]
async fn idle_connection_ends_after_the_idle_timeout() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    exchange(&mut stream).await;
    sleep(HEAD * 2).await;
    exchange(&mut stream).await;
    assert_about("the end of an idle connection", end_of(&mut stream).await, IDLE);
}

#[tokio::test]
async fn later_head_has_the_timeout_of_a_head_and_not_of_an_idle_connection() {
    let server = Server::start().await;
    let mut stream = server.connect().await;
    exchange(&mut stream).await;
    sleep(HEAD / 2).await;
    send(&mut stream, "GET /pe").await;
    assert_about("the end of half a head", end_of(&mut stream).await, HEAD);
}

#[tokio::test]
async fn open_response_is_not_idle() {
    let server = Server::start().await;
    let mut slow = server.connect().await;
    send(&mut slow, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut drops = server.connect().await;
    send(&mut drops, "GET /drops HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_eq!(read_until(&mut drops, "\r\n0\r\n\r\n").await.matches("drop").count(), 5);
    assert!(read_until(&mut slow, "\r\n\r\n").await.starts_with("HTTP/1.1 200 OK"));
    exchange(&mut drops).await;
}

async fn upgraded(server: &Server) -> TcpStream {
    let mut stream = server.connect().await;
    let head = "GET /socket HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";
    send(&mut stream, head).await;
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 101"));
    stream
}

#[tokio::test]
async fn upgraded_socket_is_not_idle_and_is_cut_at_the_end() {
    let mut server = Server::with(|serve| serve.shutdown_timeout(HEAD)).await;
    let mut stream = upgraded(&server).await;
    sleep(IDLE + HEAD).await;
    send(&mut stream, "x").await;
    assert_eq!(read_until(&mut stream, "x").await, "x");
    server.stop();
    let (took, ended) = tokio::join!(end_of(&mut stream), server.ended());
    assert_about("the end of an upgraded socket", took, HEAD);
    assert_about("the end of its server", ended, HEAD);
}

#[tokio::test]
async fn connection_beyond_the_bound_waits_until_one_ends() {
    let server = Server::with(|serve| serve.max_connections(2)).await;
    let mut first = server.connect().await;
    exchange(&mut first).await;
    let mut socket = upgraded(&server).await;
    let mut third = server.connect().await;
    send(&mut third, GET).await;
    assert!(timeout(HEAD, third.read_u8()).await.is_err(), "an upgraded socket counts");
    drop(first);
    read_until(&mut third, "127.0.0.1:").await;
    let mut fourth = server.connect().await;
    send(&mut fourth, GET).await;
    assert!(timeout(HEAD, fourth.read_u8()).await.is_err());
    socket.shutdown().await.unwrap();
    read_until(&mut fourth, "127.0.0.1:").await;
}

#[tokio::test]
async fn silent_connections_at_the_bound_lock_out_no_client() {
    let server = Server::with(|serve| serve.max_connections(4)).await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(server.connect().await);
    }
    let mut last = server.connect().await;
    let start = Instant::now();
    exchange(&mut last).await;
    assert_about("the wait behind them", start.elapsed(), HEAD * 2);
}

#[tokio::test]
async fn shutdown_finishes_requests_and_closes_what_is_idle() {
    let mut server = Server::with(|serve| serve.head_timeout(NEVER).idle_timeout(NEVER)).await;
    let mut slow = server.connect().await;
    send(&mut slow, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    exchange(&mut idle).await;
    server.stop();
    let (silent, idle) = tokio::join!(end_of(&mut silent), end_of(&mut idle));
    assert_about("the end of a silent connection", silent, Duration::ZERO);
    assert_about("the end of an idle connection", idle, Duration::ZERO);
    let answer = read_until(&mut slow, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("connection: close"));
    assert!(server.ended().await < LATE);
    assert_about("the end of the connection", end_of(&mut slow).await, Duration::ZERO);
}

/// The server gets no turn between the requests and the signal: it has neither accepted the new
/// connection nor read the request on the idle one.
#[tokio::test]
async fn request_sent_before_the_signal_is_answered_whatever_its_connection_waits_for() {
    let mut server = Server::start().await;
    let mut idle = server.connect().await;
    exchange(&mut idle).await;
    assert_eq!(idle.try_write(GET.as_bytes()).unwrap(), GET.len());
    let mut new = std::net::TcpStream::connect(server.address).unwrap();
    new.write_all(GET.as_bytes()).unwrap();
    server.stop();

    new.set_nonblocking(true).unwrap();
    for stream in [&mut idle, &mut TcpStream::from_std(new).unwrap()] {
        // The idle one still has the end of its first response, a port.
        assert!(read_until(stream, "127.0.0.1:").await.contains("HTTP/1.1 200 OK"));
        assert_about("the end of the connection", end_of(stream).await, Duration::ZERO);
    }
    assert!(server.ended().await < LATE);
}

#[tokio::test]
async fn partial_head_may_be_completed_after_the_signal() {
    let mut server = Server::with(|serve| serve.head_timeout(NEVER)).await;
    let mut stream = server.connect().await;
    let (first, rest) = GET.split_at(7);
    send(&mut stream, first).await;
    sleep(HEAD).await;
    server.stop();
    sleep(HEAD).await;
    send(&mut stream, rest).await;
    assert!(read_until(&mut stream, "127.0.0.1:").await.starts_with("HTTP/1.1 200 OK"));
    assert!(server.ended().await < LATE);
}

#[tokio::test]
async fn partial_heads_and_endless_responses_do_not_delay_the_shutdown() {
    let change = |serve: Serve<_, _>| serve.head_timeout(NEVER).shutdown_timeout(HEAD);
    let mut server = Server::with(change).await;
    let mut half = server.connect().await;
    send(&mut half, "G").await;
    let mut endless = server.connect().await;
    send(&mut endless, "GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").await;
    read_until(&mut endless, "\r\n\r\n").await;
    server.stop();
    let (half, endless, ended) =
        tokio::join!(end_of(&mut half), end_of(&mut endless), server.ended());
    for took in [half, endless, ended] {
        assert_about("the end", took, HEAD);
    }
}

type Http2 = hyper::client::conn::http2::SendRequest<Empty<Bytes>>;

/// Opens an HTTP/2 connection with prior knowledge; returns the client and a task that ends with
/// it.
async fn http2(server: &Server) -> (Http2, JoinHandle<Duration>) {
    let io = TokioIo::new(server.connect().await);
    let (client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let end = tokio::spawn(async {
        let start = Instant::now();
        let _ = timeout(NEVER, connection).await.unwrap();
        start.elapsed()
    });
    (client, end)
}

async fn ask(client: &mut Http2, path: &str) -> String {
    let request = http::Request::get(format!("http://a{path}")).body(Empty::new()).unwrap();
    let response = client.send_request(request).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    Answer::read(response).await.body
}

#[tokio::test]
async fn http2_is_served_and_ends_when_it_is_idle() {
    let server = Server::start().await;
    let (mut client, end) = http2(&server).await;
    let mut other = client.clone();
    let (peer, slow) = tokio::join!(ask(&mut client, "/peer"), ask(&mut other, "/slow"));
    assert!(peer.starts_with("127.0.0.1:") && slow.is_empty());
    assert_about("the end of the connection", end.await.unwrap(), IDLE + HEAD + IDLE);
}

#[tokio::test]
async fn http2_finishes_its_streams_at_the_shutdown() {
    let mut server = Server::start().await;
    let (mut client, end) = http2(&server).await;
    let mut other = client.clone();
    let slow = tokio::spawn(async move { ask(&mut other, "/slow").await });
    ask(&mut client, "/peer").await;
    server.stop();
    assert_eq!(slow.await.unwrap(), "");
    assert!(server.ended().await < LATE);
    assert!(end.await.unwrap() < NEVER);
}

#[tokio::test]
async fn idle_http2_connection_ends_at_the_shutdown() {
    let mut server = Server::with(|serve| serve.idle_timeout(NEVER)).await;
    let (mut client, _end) = http2(&server).await;
    ask(&mut client, "/peer").await;
    server.stop();
    assert!(server.ended().await < LATE + Duration::from_secs(1));
}
