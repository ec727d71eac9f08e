//! The server, which accepts connections and ends them all at the shutdown.

use std::convert::Infallible;
use std::fmt;
use std::future::{Pending, pending};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use axum::serve::Listener;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, timeout_at};
use tower_service::Service;

use super::connection::Timeouts;
use super::connections::Connections;
use super::io::Io;
use super::supervise::supervise;

/// A duration longer than any process runs, and short enough to be added to any instant.
const FOREVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// The time for which the listener, and then each connection, may still bring what was sent before the
/// shutdown signal. The runtime asks the operating system for both at least once in that time.
const SETTLE: Duration = Duration::from_millis(20);

/// The maximum number of connections that are accepted after the shutdown signal. Queues of listeners
/// are rarely longer.
const MAX_QUEUED: usize = 4096;

/// Serves `app` on `listener`, with limits on slow heads, idle connections and their number.
///
/// `app` is a `Router`, or any service of axum's requests and responses, as it is: the address of
/// the peer is added to every request. See the [module](mod@crate::serve) for the limits.
///
/// ```no_run
/// # async fn run(app: axum::Router) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// definable_errors::serve(listener, app)
///     .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
///     .await
/// # }
/// ```
///
/// The future resolves to `Ok(())` after the shutdown, and never without one. The listener handles
/// errors of accepting: a TCP listener waits a second and goes on.
pub fn serve<L, S>(listener: L, app: S) -> Serve<L, S>
where
    L: Listener<Addr = SocketAddr>,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    Serve {
        listener,
        app,
        signal: pending(),
        timeouts: Timeouts { head: Duration::from_secs(10), idle: Duration::from_secs(60) },
        max_connections: 1024,
        shutdown_timeout: Duration::from_secs(30),
    }
}

/// A server to await, returned by [`serve`](fn@serve).
#[derive(Clone)]
#[must_use = "a server does nothing unless it is awaited"]
pub struct Serve<L, S, F = Pending<()>> {
    listener: L,
    app: S,
    signal: F,
    timeouts: Timeouts,
    max_connections: usize,
    shutdown_timeout: Duration,
}

impl<L, S, F> Serve<L, S, F> {
    /// Shuts the server down when `signal` resolves.
    ///
    /// Requests that were sent before are answered, unless they wait because the maximum number of
    /// connections is open. Idle connections are closed, and what is still open after the [`shutdown_timeout`](Self::shutdown_timeout) is cut.
    pub fn with_graceful_shutdown<G>(self, signal: G) -> Serve<L, S, G>
    where
        G: Future<Output = ()> + Send + 'static,
    {
        let Self { listener, app, timeouts, max_connections, shutdown_timeout, .. } = self;
        Serve { listener, app, signal, timeouts, max_connections, shutdown_timeout }
    }

    /// Closes a connection whose request head is not complete after `timeout`; default 10 s.
    ///
    /// The time counts from the accept, and for later requests of a connection from their first byte.
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.head = timeout.min(FOREVER);
        self
    }

    /// Closes a connection that sends no further request for `timeout`; default 60 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout.min(FOREVER);
        self
    }

    /// Limits the connections that are open at once to `connections`, at least one; default 1,024.
    ///
    /// The limit is never more than three quarters of the soft limit of open files that the process
    /// has when the server starts.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Closes what is still open `timeout` after the shutdown signal; default 30 s.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout.min(FOREVER);
        self
    }
}

impl<L: Listener<Addr = SocketAddr>, S, F> Serve<L, S, F> {
    /// Returns the address that the listener is bound to.
    ///
    /// # Errors
    ///
    /// Returns an error if the operating system does not provide the address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl<L, S, F> Serve<L, S, F>
where
    L: Listener<Addr = SocketAddr>,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    F: Future<Output = ()> + Send + 'static,
{
    async fn run(self) {
        let Self { listener, app, signal, timeouts, max_connections, shutdown_timeout } = self;
        let connections = Connections::at_most(max_connections);
        let mut acceptor = Acceptor { listener, app, timeouts, connections: connections.clone() };
        let mut signal = pin!(signal);
        loop {
            tokio::select! {
                biased;
                () = signal.as_mut() => break,
                next = acceptor.next() => acceptor.spawn(next),
            }
        }
        let end = Instant::now() + shutdown_timeout;
        acceptor.settle().await;
        drop(acceptor);
        // A connection that was just accepted may have sent a request that nothing has read yet.
        sleep(SETTLE).await;
        connections.stop();
        if timeout_at(end, connections.closed()).await.is_err() {
            connections.cut();
        }
    }
}

/// The listener, and what its connections need.
struct Acceptor<L, S> {
    listener: L,
    app: S,
    timeouts: Timeouts,
    connections: Arc<Connections>,
}

impl<L, S> Acceptor<L, S>
where
    L: Listener<Addr = SocketAddr>,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    /// Waits until one more connection may be opened, and accepts one.
    async fn next(&mut self) -> (OwnedSemaphorePermit, L::Io, SocketAddr) {
        let permit = self.connections.room().await;
        let (socket, peer) = self.listener.accept().await;
        (permit, socket, peer)
    }

    /// Serves a connection in a task of its own.
    fn spawn(&self, (permit, socket, peer): (OwnedSemaphorePermit, L::Io, SocketAddr)) {
        let (connection, place) = self.connections.open(permit, self.timeouts);
        let io = Io::new(socket, connection.clone(), place);
        tokio::spawn(supervise(io, self.app.clone(), peer, connection));
    }

    /// Accepts the connections that were opened before the shutdown signal. The operating system would
    /// reset those that are still in its queue when the listener is dropped, with what they have sent.
    async fn settle(&mut self) {
        let mut settled = pin!(sleep(SETTLE));
        for _ in 0..MAX_QUEUED {
            tokio::select! {
                biased;
                next = self.next() => self.spawn(next),
                () = settled.as_mut() => break,
            }
        }
    }
}

impl<L, S, F> IntoFuture for Serve<L, S, F>
where
    L: Listener<Addr = SocketAddr>,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    F: Future<Output = ()> + Send + 'static,
{
    type Output = io::Result<()>;
    type IntoFuture = ServeFuture;

    fn into_future(self) -> ServeFuture {
        ServeFuture(Box::pin(self.run()))
    }
}

impl<L: fmt::Debug, S, F> fmt::Debug for Serve<L, S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("listener", &self.listener)
            .field("head_timeout", &self.timeouts.head)
            .field("idle_timeout", &self.timeouts.idle)
            .field("max_connections", &self.max_connections)
            .field("shutdown_timeout", &self.shutdown_timeout)
            .finish_non_exhaustive()
    }
}

/// The future of a [`Serve`].
#[must_use = "futures do nothing unless polled"]
pub struct ServeFuture(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Future for ServeFuture {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ServeFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeFuture").finish_non_exhaustive()
    }
}
