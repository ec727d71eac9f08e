use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::Answer;

/// A `GET` of the path.
pub(crate) fn get(path: &str) -> Request<Body> {
    request(Method::GET, path)
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    request.body(Body::empty()).unwrap()
}

/// Serves the router on a free port, sends it one request and reads the answer.
pub(crate) async fn send(app: Router, request: Request<Body>) -> Answer {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async { axum::serve(listener, service).await });
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = Answer::read(sender.send_request(request).await.unwrap()).await;
    connection.abort();
    server.abort();
    answer
}
