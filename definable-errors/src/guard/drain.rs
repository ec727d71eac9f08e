//! Reads the body of a rejected request to its end, so that the client gets to see the response.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Buf;
use http::{Request, Version, header};
use http_body::Body;
use pin_project_lite::pin_project;

/// The maximum number of bytes that are drained; a body that is larger is not read to the end.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The maximum time of draining; a body that takes longer is not read to the end either. The time
/// is checked when bytes arrive: a client that sends nothing more is waited for, as for any body,
/// until a timeout of the server ends the connection.
const LONGEST: Duration = Duration::from_secs(10);

pin_project! {
    /// Reads a rejected body to its end and discards it. Most clients read no response before they
    /// have sent everything, and a connection that is closed while bytes arrive is reset, so they
    /// would never see the response.
    pub(crate) struct Drain<B> {
        #[pin]
        body: B,
        left: u64,
        until: Instant,
    }
}

impl<B: Body> Drain<B> {
    /// Drains the rest of a body that is partly read.
    pub(crate) fn rest(body: B) -> Self {
        Self { body, left: MOST_BYTES, until: Instant::now() + LONGEST }
    }

    /// Drains a body of which nothing was read. Returns `None` if the client can be answered
    /// immediately: it waits for a `100 Continue`, HTTP/2 makes it stop, or there is too much to
    /// read.
    pub(crate) fn unread(request: Request<B>) -> Option<Self> {
        let is_answered_at_once = request.version() > Version::HTTP_11
            || request.headers().contains_key(header::EXPECT)
            || request.body().size_hint().lower() > MOST_BYTES;
        (!is_answered_at_once).then(|| Self::rest(request.into_body()))
    }
}

impl<B: Body> Future for Drain<B> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        while let Some(Ok(frame)) = ready!(this.body.as_mut().poll_frame(cx)) {
            let bytes = frame.data_ref().map_or(0, Buf::remaining) as u64;
            *this.left = this.left.saturating_sub(bytes);
            if *this.left == 0 || Instant::now() > *this.until {
                break;
            }
        }
        Poll::Ready(())
    }
}
