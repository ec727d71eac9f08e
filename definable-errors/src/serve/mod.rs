//! A server with limits on what no layer can see: slow heads, idle connections, and their number.
//!
//! [`serve`](fn@serve) is used like [`axum::serve()`]:
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//!
//! # async fn run() -> std::io::Result<()> {
//! let app = Router::new().route("/", get(|| async { "hello" })).layer(ApiErrorLayer::new());
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! definable_errors::serve(listener, app).await
//! # }
//! ```
//!
//! It takes the app itself: every request has the address of its peer as
//! [`ConnectInfo<SocketAddr>`](axum::extract::ConnectInfo), so a limit by address always has one.
//! HTTP/1.1, HTTP/2 with prior knowledge, WebSockets and other upgrades are served as axum serves
//! them.
//!
//! # Limits
//!
//! A layer first runs when the head of a request is complete. A client that connects and sends
//! nothing, or half a head, never reaches one, yet holds a connection and an open file. So `serve`
//! has its own limits, each with a setting of [`Serve`]:
//!
//! | limit | setting | default |
//! |---|---|---|
//! | from the accept, or from the first byte of a later request, to its complete head | [`head_timeout`](Serve::head_timeout) | 10 s |
//! | from the end of a response to the next request of the same connection | [`idle_timeout`](Serve::idle_timeout) | 60 s |
//! | connections open at once | [`max_connections`](Serve::max_connections) | 1,024, and at most three quarters of the soft limit of open files |
//! | from the shutdown signal to the end of the last response | [`shutdown_timeout`](Serve::shutdown_timeout) | 30 s |
//!
//! A connection with a request or a response in progress is not idle, nor is an upgraded socket.
//! `Timeout` (feature `timeout`) limits how long a request may take. A client that reads its
//! response slowly, or not at all, keeps its connection as long as the response is open.
//!
//! When the maximum number of connections is open, `serve` stops accepting until one closes. New
//! connections wait in the operating system's queue meanwhile, and a warning is logged at most once
//! a minute.
//!
//! # Shutdown
//!
//! When the future of [`with_graceful_shutdown`](Serve::with_graceful_shutdown) resolves, `serve`
//! accepts the connections that are in the operating system's queue and then no more, closes the idle
//! ones and finishes the requests in flight. It does not close a connection before it has read what
//! the client sent before the signal, so that such a request is answered, unless it waits in the queue
//! because the maximum number of connections is open. After the `shutdown_timeout` it
//! closes what is still open, streams and upgraded sockets included, and returns.
//!
//! # Other listeners
//!
//! Any [`axum::serve::Listener`] whose addresses are socket addresses can be served: one with TLS,
//! or a TCP listener that sets `TCP_NODELAY`:
//!
//! ```no_run
//! use axum::{Router, serve::ListenerExt};
//!
//! # async fn run(app: Router) -> std::io::Result<()> {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
//! definable_errors::serve(listener, app).await
//! # }
//! ```

mod connection;
mod connections;
mod exchange;
mod io;
mod protocol;
#[expect(clippy::module_inception, reason = "the file of the module's main function")]
mod serve;
mod supervise;

pub use self::serve::{Serve, ServeFuture, serve};
