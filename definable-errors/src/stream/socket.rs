//! A WebSocket that is pinged while its handler waits, and whose errors are API errors.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures_core::Stream;
use futures_util::{Sink, SinkExt, StreamExt};
use http::HeaderValue;

use super::limits::{Limits, Timer, Timers};
use crate::error::{ApiError, BoxError, IntoApiError, from_client_disconnected};
use crate::problem::{
    BAD_REQUEST, DEADLINE_EXCEEDED, PAYLOAD_TOO_LARGE, Problem, ProblemTypes, Types,
};
use crate::support::lock;

/// A WebSocket, as [`SocketUpgrade::on_upgrade`](super::SocketUpgrade::on_upgrade) passes it to its
/// handler.
///
/// It has the methods of axum's `WebSocket`, and is a `Stream` and a `Sink` of messages as well. When
/// the handler ends, the socket is closed: with 1000 if it returned `Ok`, else after the problem.
/// That needs the socket, so a handler that moves it into another task must not return before that
/// task has dropped it.
///
/// Pings are answered, and pings of its own are sent, only while the handler waits for a message.
#[derive(Debug)]
pub struct Socket {
    /// `None` only while it is dropped.
    inner: Option<WebSocket>,
    home: Home,
    timers: Timers,
    heartbeat: Option<Heartbeat>,
}

/// The place to which a socket returns when its handler drops it.
#[derive(Debug, Clone, Default)]
pub(super) struct Home(Arc<Mutex<Option<WebSocket>>>);

impl Home {
    pub(super) fn take(&self) -> Option<WebSocket> {
        lock(&self.0).take()
    }
}

impl Socket {
    pub(super) fn new(
        inner: WebSocket,
        home: Home,
        idle_limit: Option<Duration>,
        heartbeat: Option<Duration>,
    ) -> Self {
        let timers = Timers::new(Limits { idle_limit, ..Limits::NONE });
        Self { inner: Some(inner), home, timers, heartbeat: heartbeat.map(Heartbeat::new) }
    }

    /// Receives the next message. Returns `None` once the client has closed the socket.
    pub async fn recv(&mut self) -> Option<Result<Message, SocketError>> {
        self.next().await
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// Returns an error if the client has disconnected.
    pub async fn send(&mut self, message: Message) -> Result<(), SocketError> {
        SinkExt::send(self, message).await
    }

    /// Returns the chosen subprotocol, if there is one.
    pub fn protocol(&self) -> Option<&HeaderValue> {
        self.inner.as_ref().and_then(WebSocket::protocol)
    }

    fn inner(&mut self) -> Pin<&mut WebSocket> {
        Pin::new(self.inner.as_mut().expect("it is taken when the socket is dropped"))
    }

    /// Polls the timers while there is no message.
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message, SocketError>>> {
        if self.timers.poll_waiting(cx).is_ready() {
            return Poll::Ready(Some(Err(SocketError(Kind::Idle))));
        }
        let Some(heartbeat) = &mut self.heartbeat else { return Poll::Pending };
        let inner = self.inner.as_mut().expect("it is taken when the socket is dropped");
        let error = ready!(heartbeat.poll(Pin::new(inner), cx));
        Poll::Ready(Some(Err(SocketError(Kind::Disconnected(error)))))
    }
}

impl Stream for Socket {
    type Item = Result<Message, SocketError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Poll::Ready(received) = self.inner().poll_next(cx) else {
            return self.poll_waiting(cx);
        };
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.note_message();
        }
        if matches!(received, Some(Ok(Message::Text(_) | Message::Binary(_)))) {
            self.timers.note_activity();
        }
        Poll::Ready(received.map(|message| message.map_err(SocketError::receiving)))
    }
}

impl Sink<Message> for Socket {
    type Error = SocketError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner().poll_ready(cx).map_err(SocketError::sending)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SocketError> {
        self.timers.note_activity();
        self.inner().start_send(message).map_err(SocketError::sending)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner().poll_flush(cx).map_err(SocketError::sending)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SocketError>> {
        self.inner().poll_close(cx).map_err(SocketError::sending)
    }
}

/// Returns the socket to the code that closes it.
impl Drop for Socket {
    fn drop(&mut self) {
        *lock(&self.home.0) = self.inner.take();
    }
}

/// Pings a client that sends nothing.
#[derive(Debug)]
struct Heartbeat {
    timer: Timer,
    /// A ping was sent and nothing was received since.
    is_unanswered: bool,
    /// A ping was written and is not flushed yet.
    is_flushing: bool,
}

impl Heartbeat {
    const fn new(interval: Duration) -> Self {
        Self { timer: Timer::new(interval), is_unanswered: false, is_flushing: false }
    }

    const fn note_message(&mut self) {
        self.timer.restart();
        self.is_unanswered = false;
    }

    /// Sends the pings that are due. It returns an error if the client has disconnected.
    fn poll(&mut self, socket: Pin<&mut WebSocket>, cx: &mut Context<'_>) -> Poll<BoxError> {
        match ready!(self.poll_pings(socket, cx)) {
            Ok(()) => Poll::Ready("no answer to a ping".into()),
            Err(error) => Poll::Ready(error.into()),
        }
    }

    /// Sends pings until one is not answered.
    fn poll_pings(
        &mut self,
        mut socket: Pin<&mut WebSocket>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), axum::Error>> {
        loop {
            if self.is_flushing {
                ready!(socket.as_mut().poll_flush(cx))?;
                self.is_flushing = false;
            }
            ready!(self.timer.poll(cx));
            if self.is_unanswered {
                return Poll::Ready(Ok(()));
            }
            ready!(socket.as_mut().poll_ready(cx))?;
            socket.as_mut().start_send(Message::Ping(Bytes::new()))?;
            (self.is_unanswered, self.is_flushing) = (true, true);
            self.timer.restart();
        }
    }
}

/// An error of a [`Socket`]. `?` converts it into an [`ApiError`](struct@crate::ApiError).
///
/// A client that disconnected is not reported as an error. A message larger than the limit is
/// `payload_too_large`, a violation of the protocol `bad_request`, and a socket that is idle for longer
/// than the limit `deadline_exceeded`.
#[derive(Debug)]
pub struct SocketError(Kind);

#[derive(Debug)]
enum Kind {
    Disconnected(BoxError),
    TooLarge(axum::Error),
    Protocol(axum::Error),
    Idle,
}

/// The start of the text of tungstenite's error for a message or frame over the limit, and of that
/// for a violation of the protocol or malformed UTF-8. The types of its errors differ between
/// versions.
const SPACE_LIMIT: &str = "Space limit exceeded";
const VIOLATIONS: [&str; 2] = ["WebSocket protocol error", "UTF-8 encoding error"];
/// The violation that is none: the connection was lost.
const LOST: &str = "Connection reset without closing handshake";

impl SocketError {
    fn receiving(error: axum::Error) -> Self {
        let text = error.to_string();
        let starts_with = |start: &&str| text.starts_with(start);
        Self(match () {
            () if starts_with(&SPACE_LIMIT) => Kind::TooLarge(error),
            () if VIOLATIONS.iter().any(starts_with) && !text.contains(LOST) => {
                Kind::Protocol(error)
            }
            () => Kind::Disconnected(error.into()),
        })
    }

    fn sending(error: axum::Error) -> Self {
        Self(Kind::Disconnected(error.into()))
    }

    /// Returns whether the client has disconnected.
    pub const fn is_disconnected(&self) -> bool {
        matches!(self.0, Kind::Disconnected(_))
    }
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::Disconnected(_) => "the client disconnected",
            Kind::TooLarge(_) => "a message is larger than the limit",
            Kind::Protocol(_) => "the client violated the WebSocket protocol",
            Kind::Idle => "the socket was idle for too long",
        })
    }
}

impl Error for SocketError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Disconnected(error) => Some(&**error),
            Kind::TooLarge(error) | Kind::Protocol(error) => Some(error),
            Kind::Idle => None,
        }
    }
}

impl IntoApiError for SocketError {
    fn into_api_error(self) -> ApiError {
        let problem = match self.0 {
            Kind::Disconnected(error) => return from_client_disconnected(error),
            Kind::TooLarge(_) => Problem::new(&PAYLOAD_TOO_LARGE),
            Kind::Protocol(_) => {
                Problem::new(&BAD_REQUEST).with_detail("The frames of the WebSocket are not valid.")
            }
            Kind::Idle => Problem::new(&DEADLINE_EXCEEDED),
        };
        ApiError::unlocated(problem).with_source(self)
    }
}

impl ProblemTypes for SocketError {
    const TYPES: Types =
        Types { own: &[&BAD_REQUEST, &PAYLOAD_TOO_LARGE, &DEADLINE_EXCEEDED], others: &[] };
}
