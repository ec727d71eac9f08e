//! Calls to another service.

use std::convert::Infallible;
use std::future::ready;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use definable_errors::upstream::{Upstream, reqwest_client};
use http::{Request, Response};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::runtime::Runtime;
use tower::{Service, service_fn};

use super::request;
use crate::row::Scenario;

pub(crate) const UPSTREAM: &str = "a call to another service";

const TIMEOUT: Duration = Duration::from_secs(5);

/// All rows call the same service on this machine, over one connection that is kept open. It runs
/// in a thread of its own, whose instructions are not counted.
pub(super) fn call() -> Scenario {
    Scenario::new(UPSTREAM, 200, request::plain)
        .row("reqwest alone", bare)
        .row("reqwest alone, with a timeout", with_timeout)
        .ours(ours, |answer| assert_eq!(answer.body, "ok"))
}

fn bare() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone {
    let client = client();
    let url = format!("{}/orders/42", start());
    let runtime = runtime();
    service_fn(move |_| {
        let call = async {
            let response = client.get(&url).send().await.expect("it answers");
            response.bytes().await.expect("it ends")
        };
        responded(runtime.block_on(call))
    })
}

fn with_timeout()
-> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone {
    let client = client();
    let base = start();
    let runtime = runtime();
    service_fn(move |_| {
        let call = async {
            let request = client.get(format!("{base}/orders/42")).timeout(TIMEOUT);
            let response = request.send().await.expect("it answers");
            response.bytes().await.expect("it ends")
        };
        responded(runtime.block_on(call))
    })
}

fn ours() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone {
    let upstream = Upstream::builder("orders", start()).build().expect("a client can be built");
    let runtime = runtime();
    service_fn(move |_| {
        let call = async {
            let response = upstream.get(None, "/orders/42").send().await.expect("it answers");
            response.bytes().await.expect("it ends")
        };
        responded(runtime.block_on(call))
    })
}

fn client() -> Client {
    reqwest_client(|client| client.redirect(Policy::none())).expect("a client can be built")
}

fn responded(body: Bytes) -> std::future::Ready<Result<Response<Body>, Infallible>> {
    ready(Ok(Response::new(body.into())))
}

/// Returns a runtime on this thread, so that all of a call is counted.
fn runtime() -> Arc<Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Arc::new(runtime.expect("a runtime can be built"))
}

/// Starts the other service, and returns its URL.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            // Its client is gone.
            let _ = serve(stream);
        }
    });
    format!("http://{address}")
}

fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut head, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        head.extend_from_slice(&part[..count]);
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
        }
    }
}
