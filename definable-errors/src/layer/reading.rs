//! What a foreign body says, as far as it is there at once.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Body;

/// Enough for the text of any rejection, and for an operator to see what it was.
const MAX_BYTES: usize = 1024;
const MAX_FRAMES: usize = 16;

/// The start of a text body, and whether it is all of it.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) is_whole: bool,
}

/// Reads a bounded piece and waits for nothing: a rejection's text is there at once, and what is
/// not is not worth a client's time.
pub(super) fn read<B: Body<Data = Bytes>>(body: B) -> Reading {
    let mut body = pin!(body);
    let mut context = Context::from_waker(Waker::noop());
    let mut bytes = Vec::new();
    for _ in 0..MAX_FRAMES {
        match body.as_mut().poll_frame(&mut context) {
            Poll::Ready(None) => return reading(bytes, true),
            Poll::Ready(Some(Ok(frame))) => {
                let data = frame.into_data().unwrap_or_default();
                // One byte too many tells that there is more; a frame can have any size.
                let room = (MAX_BYTES + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(&data[..data.len().min(room)]);
            }
            Poll::Ready(Some(Err(_))) | Poll::Pending => break,
        }
        if bytes.len() > MAX_BYTES {
            break;
        }
    }
    reading(bytes, false)
}

fn reading(mut bytes: Vec<u8>, is_whole: bool) -> Reading {
    let is_short = bytes.len() <= MAX_BYTES;
    bytes.truncate(MAX_BYTES);
    let is_text = std::str::from_utf8(&bytes).is_ok();
    Reading {
        text: String::from_utf8_lossy(&bytes).into_owned(),
        is_whole: is_whole && is_short && is_text,
    }
}
