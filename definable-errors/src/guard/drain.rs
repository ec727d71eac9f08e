//! Reads the rest of a rejected request's body, within bounds, so that the client gets to see the
//! response.

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
        bound: DrainBound,
    }
}

/// The bound on what is drained of one body.
#[derive(Debug)]
pub(crate) struct DrainBound {
    left: u64,
    until: Instant,
}

impl DrainBound {
    /// Creates the bound of a body that begins to be drained now.
    pub(crate) fn new() -> Self {
        Self { left: MOST_BYTES, until: Instant::now() + LONGEST }
    }

    /// Counts bytes that were drained, and returns whether more may be.
    pub(crate) fn admits(&mut self, bytes: usize) -> bool {
        self.left = self.left.saturating_sub(bytes as u64);
        self.left > 0 && Instant::now() <= self.until
    }
}

impl<B: Body> Drain<B> {
    /// Drains the rest of a body that is partly read.
    pub(crate) fn rest(body: B) -> Self {
        Self { body, bound: DrainBound::new() }
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
            if !this.bound.admits(frame.data_ref().map_or(0, Buf::remaining)) {
                break;
            }
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;
    use std::pin::pin;
    use std::task::Waker;

    use bytes::Bytes;
    use http_body::{Frame, SizeHint};

    use super::*;

    /// A body of frames of 1 MiB, which counts the frames that were read.
    struct Megabytes<'a> {
        read: &'a Cell<u64>,
        all: u64,
    }

    impl Body for Megabytes<'_> {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.read.get() == self.all {
                return Poll::Ready(None);
            }
            self.read.set(self.read.get() + 1);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![0; MIB])))))
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.all * MIB as u64)
        }
    }

    const MIB: usize = 1024 * 1024;

    /// Returns how many of the frames are read before the deadline.
    fn read_frames(all: u64, until: Instant) -> u64 {
        let read = Cell::new(0);
        let bound = DrainBound { until, ..DrainBound::new() };
        let drain = Drain { body: Megabytes { read: &read, all }, bound };
        let done = pin!(drain).poll(&mut Context::from_waker(Waker::noop()));
        assert!(done.is_ready());
        read.get()
    }

    #[test]
    fn body_is_read_to_its_end_or_to_the_maximum() {
        let later = Instant::now() + LONGEST;
        assert_eq!(
            [0, 1, 3, 16, 17, 100].map(|all| read_frames(all, later)),
            [0, 1, 3, 16, 16, 16]
        );
    }

    #[test]
    fn draining_ends_at_the_deadline() {
        let past = Instant::now();
        std::thread::sleep(Duration::from_millis(1));
        assert_eq!(read_frames(3, past), 1);
    }

    #[test]
    fn client_that_need_not_send_its_body_is_answered_at_once() {
        let read = Cell::new(0);
        let is_drained = |version, expect: Option<&str>, all| {
            let mut request = Request::new(Megabytes { read: &read, all });
            *request.version_mut() = version;
            if let Some(expect) = expect {
                request.headers_mut().insert(header::EXPECT, expect.parse().unwrap());
            }
            Drain::unread(request).is_some()
        };
        assert!(is_drained(Version::HTTP_10, None, 1) && is_drained(Version::HTTP_11, None, 16));
        assert!(!is_drained(Version::HTTP_2, None, 1));
        assert!(!is_drained(Version::HTTP_11, Some("100-continue"), 1));
        assert!(!is_drained(Version::HTTP_11, None, 17));
    }
}
