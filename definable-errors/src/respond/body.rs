//! The body of an error that no layer has written, serialized when it is needed.

use std::cell::OnceCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The default prefix of the code in `type`.
pub(crate) const DEFAULT_BASE: &str = "/problems/";

/// A body that is written when it is first polled or measured; with the layer, that never happens.
pub(super) struct LazyBody<W> {
    write: W,
    bytes: OnceCell<Bytes>,
    is_sent: bool,
}

impl<W: Fn() -> Bytes> LazyBody<W> {
    pub(super) fn new(write: W) -> Self {
        Self { write, bytes: OnceCell::new(), is_sent: false }
    }
}

impl<W: Fn() -> Bytes + Unpin> Body for LazyBody<W> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if std::mem::replace(&mut self.is_sent, true) {
            return Poll::Ready(None);
        }
        let bytes = self.bytes.take().unwrap_or_else(|| (self.write)());
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_sent
    }

    fn size_hint(&self) -> SizeHint {
        if self.is_sent {
            SizeHint::with_exact(0)
        } else {
            SizeHint::with_exact(self.bytes.get_or_init(&self.write).len() as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn body_is_one_frame_of_the_size_that_it_states() {
        let mut body = LazyBody::new(|| Bytes::from_static(b"text"));
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(4), false));
        let mut poll = || Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Some(Ok(frame))) = poll() else { panic!("the frame is there") };
        assert_eq!(frame.into_data().ok().as_deref(), Some(&b"text"[..]));
        assert!(matches!(poll(), Poll::Ready(None)));
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
    }
}
