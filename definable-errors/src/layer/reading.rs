//! What a foreign body says, as far as it is there at once.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Body;

use super::panic;

/// Enough for the text of any rejection, and for an operator to see what it was.
const MAX_BYTES: usize = 1024;
const MAX_FRAMES: usize = 16;

/// The start of a text body, and whether it is all of it.
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) is_whole: bool,
}

/// Reads a bounded piece and waits for nothing: a rejection's text is there at once, and what is
/// not is not worth a client's time. A body that panics says nothing.
pub(super) fn read<B: Body<Data = Bytes>>(body: B) -> Reading {
    let mut bytes = Vec::new();
    let is_whole = panic::caught(|| collect(body, &mut bytes)).unwrap_or(false);
    reading(&bytes, is_whole)
}

/// Whether the body came to its end within the bounds.
fn collect<B: Body<Data = Bytes>>(body: B, bytes: &mut Vec<u8>) -> bool {
    let mut body = pin!(body);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MAX_FRAMES {
        let frame = match body.as_mut().poll_frame(&mut context) {
            Poll::Ready(None) => return true,
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => return false,
        };
        let room = MAX_BYTES - bytes.len();
        bytes.extend_from_slice(&frame[..frame.len().min(room)]);
        if frame.len() > room {
            return false;
        }
    }
    false
}

fn reading(bytes: &[u8], is_whole: bool) -> Reading {
    let is_text = std::str::from_utf8(bytes).is_ok();
    Reading { text: String::from_utf8_lossy(bytes).into_owned(), is_whole: is_whole && is_text }
}
