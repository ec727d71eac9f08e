//! The app behind a connection: every request has its peer's address, every response counts until
//! its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use bytes::Bytes;
use http::{Method, StatusCode};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tower::ServiceExt;
use tower::util::Oneshot;
use tower_service::Service;

use super::connection::{Connection, Exchange};

/// The app for the requests of one connection.
#[derive(Debug)]
pub(super) struct App<S> {
    pub(super) app: S,
    pub(super) peer: SocketAddr,
    pub(super) connection: Arc<Connection>,
}

impl<S> hyper::service::Service<http::Request<Incoming>> for App<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    type Response = http::Response<ExchangeBody>;
    type Error = Infallible;
    type Future = ExchangeFuture<Oneshot<S, Request>>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        let exchange = self.connection.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let is_connect = request.method() == Method::CONNECT;
        let response = self.app.clone().oneshot(request);
        ExchangeFuture { response, is_connect, exchange: Some(exchange) }
    }
}

pin_project! {
    /// The response future of one request.
    pub(super) struct ExchangeFuture<F> {
        #[pin]
        response: F,
        is_connect: bool,
        exchange: Option<Exchange>,
    }
}

impl<F> Future for ExchangeFuture<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<http::Response<ExchangeBody>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = match ready!(this.response.poll(cx)) {
            Ok(response) => response,
            Err(error) => match error {},
        };
        let exchange = this.exchange.take();
        let is_upgrade = response.status() == StatusCode::SWITCHING_PROTOCOLS
            || (*this.is_connect && response.status().is_success());
        if is_upgrade {
            exchange.iter().for_each(Exchange::upgraded);
        }
        Poll::Ready(Ok(response.map(|body| ExchangeBody { body, _exchange: exchange })))
    }
}

/// The body of a response, whose exchange is over when the body is dropped.
#[derive(Debug)]
pub(super) struct ExchangeBody {
    body: Body,
    _exchange: Option<Exchange>,
}

impl http_body::Body for ExchangeBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
