//! Routers on a free port, and the requests that a client sends to them.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use hyper::client::conn::http2::SendRequest;
use hyper::client::conn::{http1, http2 as http2_client};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::Answer;

/// Returns a `GET` request of the path.
pub fn get(path: &str) -> Request<Body> {
    request(Method::GET, path)
}

/// Returns a request of the path without a body.
pub fn request(method: Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.body(Body::empty()).unwrap()
}

/// Returns a request with header fields in the given order, and a body.
pub fn with(
    method: Method,
    path: &str,
    fields: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = request(method, path);
    for (name, value) in fields {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    *request.body_mut() = body.into();
    request
}

/// Returns a `POST` request with a body of the given type.
pub fn posting(path: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    with(Method::POST, path, &[("content-type", content_type)], body)
}

/// Serves the router on a free port, sends it one request and reads the response.
pub async fn send(app: Router, request: Request<Body>) -> Answer {
    let (address, server) = start(app).await;
    let answer = send_to(address, request).await;
    server.abort();
    answer
}

/// Sends a request on a connection of its own, and reads the response.
pub async fn send_to(address: SocketAddr, request: Request<Body>) -> Answer {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = Answer::read(sender.send_request(request).await.unwrap()).await;
    connection.abort();
    answer
}

/// Sends a request as [`send`] does, without reading the body. The server lives as long as the
/// test.
pub async fn open(app: Router, request: Request<Body>) -> Response<Incoming> {
    let stream = TokioIo::new(connect(app).await);
    let (mut sender, connection) = http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap()
}

/// Calls the router without a connection, where nothing can get lost, and reads the response.
pub async fn call(app: Router, request: Request<Body>) -> Answer {
    let Ok(response) = app.oneshot(request).await;
    Answer::read(response).await
}

/// Opens an HTTP/2 connection to the router, with prior knowledge.
pub async fn http2(app: Router) -> SendRequest<Body> {
    let stream = TokioIo::new(connect(app).await);
    let (sender, connection) = http2_client::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Opens a connection to the router, which is served as long as the test runs.
pub async fn connect(app: Router) -> TcpStream {
    TcpStream::connect(serve(app).await).await.unwrap()
}

/// Serves the router on a free port as long as the test runs, and returns its address.
pub async fn serve(app: Router) -> SocketAddr {
    start(app).await.0
}

/// Serves the router as [`serve`] does, but with axum's own server, as many services do. Requests
/// carry the address of their peer.
pub async fn axum_serve(app: Router) -> SocketAddr {
    let (listener, address) = bind().await;
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, service).await });
    address
}

/// Listens on a free port.
pub async fn bind() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn start(app: Router) -> (SocketAddr, JoinHandle<std::io::Result<()>>) {
    let (listener, address) = bind().await;
    (address, tokio::spawn(async { definable_errors::serve(listener, app).await }))
}
