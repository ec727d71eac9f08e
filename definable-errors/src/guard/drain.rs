use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Buf;
use http::{Request, Version, header};
use http_body::Body;
use pin_project_lite::pin_project;

/// Who sends more than that is not read to the end.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Nor is who takes longer. It is looked at when bytes come: one that sends nothing more is waited
/// for, as for any body, until a timeout of the server's ends it.
const LONGEST: Duration = Duration::from_secs(10);

pin_project! {
    /// Reads on what is refused as too large, and throws it away. Most clients read no answer before
    /// all is sent, and a connection that is closed while bytes come is reset: they never see it.
    pub(crate) struct Drain<B> {
        #[pin]
        body: B,
        left: u64,
        until: Instant,
    }
}

impl<B: Body> Drain<B> {
    /// The rest of a body that is coming.
    pub(crate) fn rest(body: B) -> Self {
        Self { body, left: MOST_BYTES, until: Instant::now() + LONGEST }
    }

    /// A body of which nothing was read. `None` when its client can be answered at once: it waits
    /// for a `100 Continue`, HTTP/2 tells it to stop, or there is too much to read.
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
