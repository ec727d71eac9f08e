//! The task of one connection: serves it, and ends it when it has waited too long.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use axum::extract::Request;
use axum::response::Response;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep};
use tower_service::Service;

use super::connection::{Connection, Step};
use super::exchange::App;
use super::io::Io;

/// Serves a connection until it ends or is upgraded.
///
/// hyper's own timer for heads also counts the time between two requests, and no timer runs while
/// it detects the protocol. So this function has one timer for everything. The timer is reset only
/// when the deadline moves closer: an active connection does not touch it.
pub(super) async fn supervise<I, S>(
    io: Io<I>,
    app: S,
    peer: SocketAddr,
    connection: Arc<Connection>,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let mut builder = Builder::new(TokioExecutor::new());
    // This enables WebSockets over HTTP/2 (RFC 8441).
    builder.http2().enable_connect_protocol();
    let app = App { app, peer, connection: connection.clone() };
    let mut served = pin!(builder.serve_connection_with_upgrades(TokioIo::new(io), app));
    let timeouts = connection.timeouts();
    let mut timer = pin!(sleep(timeouts.head));

    poll_fn(|context| {
        connection.served_by(context.waker());
        loop {
            // The result is ignored, because clients may disconnect at any time.
            if served.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            let deadline = match connection.next_step() {
                Step::End => return Poll::Ready(()),
                Step::ShutDown => {
                    served.as_mut().graceful_shutdown();
                    continue;
                }
                Step::Wait(deadline) => deadline,
            };
            if let Some(deadline) = deadline.filter(|deadline| *deadline < timer.deadline()) {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            match deadline {
                Some(deadline) if deadline <= timer.deadline() => connection.expire(),
                Some(deadline) => timer.as_mut().reset(deadline),
                // Any exchange that ends later gives its connection at least this much time.
                None => timer.as_mut().reset(Instant::now() + timeouts.idle),
            }
        }
    })
    .await;
}
