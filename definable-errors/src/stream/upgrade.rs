//! The upgrade to a WebSocket whose handler returns a `Result`.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use axum::extract::ws::{
    CloseFrame, Message, OnFailedUpgrade, WebSocket, WebSocketUpgrade, close_code,
};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use super::limits::{Limits, exceeded};
use super::sent_problem::problem_message;
use super::socket::{Home, Socket};
use crate::error::ApiError;
use crate::layer::{LateErrors, LateProblem, caught, panic_error};

/// The default interval of pings.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long the client has to accept the last messages and to close the socket.
const CLOSING: Duration = Duration::from_secs(5);

/// The length of a close reason, in bytes (RFC 6455 §5.5).
const MAX_REASON: usize = 123;

/// A method of axum's `WebSocketUpgrade` for handlers of sockets that return a `Result`.
pub trait WebSocketUpgradeExt: sealed::Upgrade {
    /// What to do when the upgrade fails, as set by `WebSocketUpgrade::on_failed_upgrade`.
    type OnFailedUpgrade;

    /// Prepares the upgrade to a socket whose errors are problems. Subprotocols and the limits of
    /// messages are set before.
    ///
    /// ```
    /// use axum::extract::ws::WebSocketUpgrade;
    /// use definable_errors::ApiError;
    /// use definable_errors::stream::{Upgraded, WebSocketUpgradeExt};
    ///
    /// async fn chat(upgrade: WebSocketUpgrade) -> Upgraded<ApiError> {
    ///     upgrade.protocols(["chat.v1"]).max_message_size(64 * 1024).with_problems().on_upgrade(
    ///         |_socket| async { Err(ApiError::service_unavailable(std::time::Duration::from_secs(60))) },
    ///     )
    /// }
    /// # let _ = chat;
    /// ```
    fn with_problems(self) -> SocketUpgrade<Self::OnFailedUpgrade>;
}

mod sealed {
    pub trait Upgrade {}
    impl<F> Upgrade for axum::extract::ws::WebSocketUpgrade<F> {}
}

impl<F> WebSocketUpgradeExt for WebSocketUpgrade<F> {
    type OnFailedUpgrade = F;

    fn with_problems(self) -> SocketUpgrade<F> {
        SocketUpgrade { upgrade: self, limits: Limits::NONE, heartbeat: Some(HEARTBEAT) }
    }
}

/// An upgrade to a socket whose errors are problems, from
/// [`WebSocketUpgradeExt::with_problems`].
#[derive(Debug)]
#[must_use = "an upgrade does nothing until `on_upgrade` is called"]
pub struct SocketUpgrade<F> {
    upgrade: WebSocketUpgrade<F>,
    limits: Limits,
    heartbeat: Option<Duration>,
}

impl<F: OnFailedUpgrade> SocketUpgrade<F> {
    /// Sets the interval of the pings that are sent while the handler waits for a message. The
    /// default is 15 seconds.
    ///
    /// A client that sends nothing for a whole interval after a ping, not even a pong, counts as
    /// disconnected.
    pub const fn heartbeat(mut self, interval: Duration) -> Self {
        self.heartbeat = Some(interval);
        self
    }

    /// Sends no pings.
    pub const fn without_heartbeat(mut self) -> Self {
        self.heartbeat = None;
        self
    }

    /// Limits the time that the handler may take. After that time it is dropped, and the socket is
    /// closed with the problem `deadline_exceeded`. By default there is no limit.
    pub const fn max_duration(mut self, max_duration: Duration) -> Self {
        self.limits.max_duration = Some(max_duration);
        self
    }

    /// Limits the time that the handler waits for a message while none is sent or received; pings and
    /// pongs do not count. After that time [`Socket::recv`] returns an error that becomes
    /// `deadline_exceeded`. By default there is no limit.
    pub const fn idle_limit(mut self, idle_limit: Duration) -> Self {
        self.limits.idle_limit = Some(idle_limit);
        self
    }

    /// Upgrades the connection and calls `handler` with the socket.
    ///
    /// If it returns an error or panics, that is reported, and the client receives the problem as a
    /// message before the socket is closed; see the [module](crate::stream).
    pub fn on_upgrade<C, Fut, E>(self, handler: C) -> Upgraded<E>
    where
        C: FnOnce(Socket) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<ApiError>,
    {
        let late = LateErrors::default();
        let Self { upgrade, limits, heartbeat } = self;
        let connection = late.clone();
        let response = upgrade.on_upgrade(move |socket| async move {
            let home = Home::default();
            let socket = Socket::new(socket, home.clone(), limits.idle_limit, heartbeat);
            let work = async move { handler(socket).await.map_err(Into::into) };
            let ended = run(Box::pin(work), limits.max_duration).await;
            finish(ended, home.take(), &connection).await;
        });
        Upgraded { response: late.carried_by(response), errors: PhantomData }
    }
}

type Work = Pin<Box<dyn Future<Output = Result<(), ApiError>> + Send>>;

/// Runs a handler to its end. One that panics or takes too long has failed, and is dropped.
async fn run(work: Work, max_duration: Option<Duration>) -> Result<(), ApiError> {
    let mut work = Some(work);
    let polling = std::future::poll_fn(|cx| {
        let Some(future) = &mut work else { return Poll::Pending };
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        Poll::Ready(match polled {
            Ok(polled) => ready!(polled),
            Err(payload) => Err(panic_error(payload)),
        })
    });
    let ended = match max_duration {
        None => polling.await,
        Some(limit) => tokio::time::timeout(limit, polling)
            .await
            .unwrap_or_else(|_| Err(exceeded("the socket reached its maximal duration"))),
    };
    let _ = caught(|| drop(work));
    ended
}

/// Reports the end of a handler, and closes its socket if it is still there.
async fn finish(ended: Result<(), ApiError>, socket: Option<WebSocket>, late: &LateErrors) {
    let last = match ended {
        Ok(()) => vec![Message::Close(Some(close_frame(close_code::NORMAL, "")))],
        Err(error) => match late.end(error).await {
            Some(problem) => messages(&problem),
            None => return,
        },
    };
    if let Some(socket) = socket {
        // A client that is gone, or does not read, receives nothing.
        let _ = tokio::time::timeout(CLOSING, close(socket, last)).await;
    }
}

/// Returns the message with the problem, and the close frame that follows it.
fn messages(problem: &LateProblem) -> Vec<Message> {
    let text = String::from_utf8_lossy(&problem_message(problem)).into_owned();
    let code = if problem.problem().status().is_client_error() {
        close_code::POLICY
    } else {
        close_code::ERROR
    };
    let frame = close_frame(code, reason(problem.problem().code()));
    vec![Message::Text(text.into()), Message::Close(Some(frame))]
}

fn close_frame(code: u16, reason: &str) -> CloseFrame {
    CloseFrame { code, reason: reason.into() }
}

/// Returns as much of a code as a close frame may contain.
fn reason(code: &str) -> &str {
    let mut end = code.len().min(MAX_REASON);
    while !code.is_char_boundary(end) {
        end -= 1;
    }
    &code[..end]
}

/// Sends the last messages, and reads until the client has closed its side: a connection that is
/// dropped with unread data is reset, which may discard what was sent.
async fn close(mut socket: WebSocket, last: Vec<Message>) {
    for message in last {
        if socket.send(message).await.is_err() {
            return;
        }
    }
    while let Some(Ok(_)) = socket.next().await {}
}

/// The response that upgrades a connection to a socket whose errors are `E`.
///
/// A [`GuardedRouter`](crate::router::GuardedRouter) lists the problem types of `E` for its route.
#[must_use = "the connection is upgraded only if the response is returned"]
pub struct Upgraded<E> {
    response: Response,
    errors: PhantomData<fn() -> E>,
}

impl<E> IntoResponse for Upgraded<E> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<E> fmt::Debug for Upgraded<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded").field("status", &self.response.status()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_cut_between_characters() {
        assert_eq!(reason("kb_not_found"), "kb_not_found");
        assert_eq!(reason(&"a".repeat(200)).len(), MAX_REASON);
        assert_eq!(reason(&"ä".repeat(100)).len(), MAX_REASON - 1);
    }
}
