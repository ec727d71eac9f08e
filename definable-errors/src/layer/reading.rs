//! The start of a foreign body, read without waiting and without losing it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::panic;
use crate::error::BoxError;

const MAX_FRAMES: usize = 16;

/// A body whose immediately available frames have been read.
pub(super) struct Reading<B> {
    frames: VecDeque<Frame<Bytes>>,
    rest: Rest<B>,
}

enum Rest<B> {
    /// Nothing has been read yet.
    Unread(B),
    /// More may come.
    Begun(Pin<Box<B>>),
    /// The body is complete.
    Ended,
    /// The body failed or panicked.
    Broken(Option<BoxError>),
}

impl<B> Reading<B>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    pub(super) const fn unread(body: B) -> Self {
        Self { frames: VecDeque::new(), rest: Rest::Unread(body) }
    }

    /// Reads until more than `max_bytes` are available, without waiting: the text of a rejection is
    /// available at once, and a client should not wait for anything else.
    pub(super) fn read(&mut self, max_bytes: usize) {
        let mut body = match std::mem::replace(&mut self.rest, Rest::Ended) {
            Rest::Unread(body) => Box::pin(body),
            Rest::Begun(body) => body,
            known => {
                self.rest = known;
                return;
            }
        };
        let mut cx = Context::from_waker(Waker::noop());
        while self.len() <= max_bytes && self.frames.len() < MAX_FRAMES {
            match panic::caught(|| body.as_mut().poll_frame(&mut cx)) {
                Some(Poll::Ready(Some(Ok(frame)))) => self.frames.push_back(frame),
                Some(Poll::Ready(None)) => return,
                Some(Poll::Ready(Some(Err(error)))) => {
                    self.rest = Rest::Broken(Some(error.into()));
                    return;
                }
                None => {
                    self.rest = Rest::Broken(Some("the body panicked".into()));
                    return;
                }
                Some(Poll::Pending) => break,
            }
        }
        self.rest = Rest::Begun(body);
    }

    /// Returns the bytes that were read.
    pub(super) fn bytes(&self) -> Cow<'_, [u8]> {
        let mut data = self.frames.iter().filter_map(Frame::data_ref);
        match (data.next(), data.next()) {
            (None, _) => Cow::Borrowed(&[]),
            (Some(only), None) => Cow::Borrowed(only),
            (Some(first), Some(second)) => {
                let mut all = [&**first, second].concat();
                data.for_each(|more| all.extend_from_slice(more));
                Cow::Owned(all)
            }
        }
    }

    /// Returns the text that was read, if the body is complete and UTF-8.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        if !self.is_whole() {
            return None;
        }
        match self.bytes() {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
    }

    /// Whether the body is complete.
    pub(super) const fn is_whole(&self) -> bool {
        matches!(self.rest, Rest::Ended)
    }

    /// Whether the body failed before its end.
    pub(super) const fn is_broken(&self) -> bool {
        matches!(self.rest, Rest::Broken(_))
    }

    /// Returns the original body: what was read of it, then the rest.
    pub(super) fn into_body(self) -> Body {
        match self.rest {
            Rest::Unread(body) => Body::new(body),
            _ => Body::new(self),
        }
    }

    fn len(&self) -> usize {
        self.frames.iter().filter_map(Frame::data_ref).map(Bytes::len).sum()
    }
}

impl<B> HttpBody for Reading<B>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        match &mut self.rest {
            Rest::Begun(body) => {
                body.as_mut().poll_frame(cx).map(|frame| Some(frame?.map_err(Into::into)))
            }
            Rest::Broken(error) => Poll::Ready(error.take().map(Err)),
            Rest::Unread(_) | Rest::Ended => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        let rest_is_read = match &self.rest {
            Rest::Begun(body) => body.is_end_stream(),
            Rest::Broken(error) => error.is_none(),
            Rest::Unread(_) | Rest::Ended => true,
        };
        self.frames.is_empty() && rest_is_read
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = match &self.rest {
            Rest::Begun(body) => body.size_hint(),
            Rest::Broken(_) => SizeHint::new(),
            Rest::Unread(_) | Rest::Ended => SizeHint::with_exact(0),
        };
        let read = self.len() as u64;
        // The upper bound comes first, because it may not fall below the lower one.
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint.set_lower(hint.lower().saturating_add(read));
        hint
    }
}

impl<B> Unpin for Reading<B> {}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use futures_util::stream;

    use super::*;

    #[test]
    fn many_frames_are_not_read_at_once() {
        let empty = || stream::iter((0..100).map(|_| Ok::<_, Infallible>(Bytes::new())));
        let mut reading = Reading::unread(Body::from_stream(empty()));
        reading.read(200);
        assert_eq!(reading.frames.len(), MAX_FRAMES);
        assert!(!reading.is_end_stream());
    }

    #[test]
    fn body_that_was_read_to_its_end_has_ended() {
        let mut reading = Reading::unread(Body::from("text"));
        reading.read(200);
        assert!(!reading.is_end_stream(), "the text is still to be sent");
        reading.frames.clear();
        assert!(reading.is_end_stream());
    }

    #[test]
    fn body_that_fails_is_broken() {
        let failing = stream::iter([Ok(Bytes::from("text")), Err("reset")]);
        let mut reading = Reading::unread(Body::from_stream(failing));
        assert!(!reading.is_broken());
        reading.read(200);
        assert!(reading.is_broken() && !reading.is_whole());
    }
}
