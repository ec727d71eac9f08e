//! Sends one request, bounded in time and size.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Buf;
use http::{Extensions, Request, Response};
use http_body_util::BodyExt;
use tokio::time::timeout;
use tower_service::Service;

use super::probe::Probe;
use crate::error::BoxError;
use crate::testing::TestResponse;

/// The largest part of a body that is read, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// How long a successful body is read, which may be a stream without an end.
const SUCCESS_READ: Duration = Duration::from_millis(50);

/// Sends the request of a probe, and reads the response.
///
/// # Errors
///
/// Returns what happened if there is no response: in words, for a finding.
pub(super) async fn send<S, B>(
    service: S,
    probe: &Probe,
    number: usize,
    limit: Duration,
) -> Option<Result<TestResponse, String>>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    B: http_body::Body<Error: Into<BoxError>>,
{
    let mut extensions = Extensions::new();
    extensions.insert(ConnectInfo(peer(number)));
    let request = probe.request(extensions)?;
    let exchange = CatchPanic(Box::pin(exchange(service, request)));
    Some(match timeout(limit, exchange).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(format!("a panic that closes the connection: {panic}")),
        Err(_) => Err(format!("no response within {limit:?}")),
    })
}

/// Returns an address for documentation, another one for every request: no limit by address, and
/// nothing that trusts the own machine.
fn peer(number: usize) -> SocketAddr {
    let [.., high, low] = number.to_be_bytes().map(u16::from);
    SocketAddr::new(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, high, low, 0, 0, 0, 1)), 49152)
}

async fn exchange<S, B>(mut service: S, request: Request<Body>) -> Result<TestResponse, String>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    B: http_body::Body<Error: Into<BoxError>>,
{
    let failed = |error: S::Error| format!("an error that closes the connection: {}", error.into());
    poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
    let response = service.call(request).await.map_err(failed)?;
    let (parts, body) = response.into_parts();
    let mut bytes = Vec::new();
    let is_failure = parts.status.is_client_error() || parts.status.is_server_error();
    let reading = read(body, &mut bytes);
    if is_failure {
        reading.await?;
    } else {
        // A body that is not complete in time is a stream, which is right for a success.
        timeout(SUCCESS_READ, reading).await.unwrap_or(Ok(()))?;
    }
    Ok(TestResponse::new(parts.status, parts.headers, bytes))
}

async fn read<B>(body: B, into: &mut Vec<u8>) -> Result<(), String>
where
    B: http_body::Body<Error: Into<BoxError>>,
{
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| format!("a body that breaks off: {}", error.into()))?;
        if let Ok(mut data) = frame.into_data() {
            let length = data.remaining();
            into.extend_from_slice(&data.copy_to_bytes(length));
        }
        if into.len() > MAX_BODY {
            break;
        }
    }
    Ok(())
}

/// A future that ends with the text of a panic, as a server ends a connection.
struct CatchPanic<F>(Pin<Box<F>>);

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(text_of(&*payload))),
        }
    }
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no text".into())
}
