use axum::Router;
use axum::body::Body;
use http::{Method, Request, Response, header};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::Answer;

/// Returns a `GET` request of the path.
pub(crate) fn get(path: &str) -> Request<Body> {
    request(Method::GET, path)
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.body(Body::empty()).unwrap()
}

/// Serves the router on a free port, sends it one request and reads the response.
pub(crate) async fn send(app: Router, request: Request<Body>) -> Answer {
    let (stream, server) = serve(app).await;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = Answer::read(sender.send_request(request).await.unwrap()).await;
    connection.abort();
    server.abort();
    answer
}

/// Sends a request as [`send`] does, without reading the body. The server lives as long as the
/// test.
pub(crate) async fn open(app: Router, request: Request<Body>) -> Response<Incoming> {
    let (mut sender, connection) = handshake(TokioIo::new(connect(app).await)).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap()
}

/// Opens a connection to the router, which is served as long as the test runs.
pub(crate) async fn connect(app: Router) -> TcpStream {
    serve(app).await.0
}

async fn serve(app: Router) -> (TcpStream, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async { definable_errors::serve(listener, app).await });
    (TcpStream::connect(address).await.unwrap(), server)
}
